"""The strict base of every typed part of a scenario, and the words that several parts share."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Route = Literal["welfare", "remand", "sentence"]
Purpose = Literal["welfare", "justice", "either"]
Nation = Literal["England", "Wales", "Scotland"]
Ground = Literal["staffing", "mix", "capability", "risk", "discretion"]
ShutCause = Literal["closed", "restricted", "works", "registered_manager"]
Alternative = Literal["unregistered", "open_home", "hospital", "custody"]
Setting = Literal["current_placement", "unregistered", "open_home", "hospital", "custody", "home"]

ROUTES: tuple[Route, ...] = ("welfare", "remand", "sentence")
GROUNDS: tuple[Ground, ...] = ("staffing", "mix", "capability", "risk", "discretion")
ALTERNATIVES: tuple[Alternative, ...] = ("unregistered", "open_home", "hospital", "custody")

DAYS_PER_YEAR = 365.25
METRES_PER_MILE = 1609.344


class Strict(BaseModel):
    """A frozen record in which an unknown key, a NaN or an infinity is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def sums_to_one(shares: dict[str, float], what: str, tolerance: float = 1e-6) -> dict[str, float]:
    """Return `shares` if each is 0 to 1 and they add up to 1; else raise ValueError naming `what`."""
    wrong = {name: share for name, share in shares.items() if not 0 <= share <= 1}
    if wrong:
        name, share = next(iter(wrong.items()))
        raise ValueError(f"{what}: share of {name} is {share}, allowed 0 to 1")
    total = sum(shares.values())
    if abs(total - 1) > tolerance:
        raise ValueError(f"{what}: shares add up to {total:.6g}, allowed 1")
    return shares
