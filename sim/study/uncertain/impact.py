"""How far each assumption moves the headline over its range, from runs: all moved at once, on a Latin hypercube.

One run at each point; the effect of each row of the register is read off by a regression on all of them. That needs
far fewer runs than moving one at a time, and says how sure it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.scenario.composer import Composer
from sim.scenario.errors import COMMAND_LINE, ConfigError
from sim.scenario.scenario import Scenario
from sim.scenario.unknowns import REGISTER, rows_of
from sim.world.streams import Floats

if TYPE_CHECKING:
    import pandas as pd

GREEN, RED = 0.02, 0.10
SURE = 1.645
NUMBER = re.compile(r"-?\d+(\.\d+)?")
GROUNDS = "behaviour.homes.grounds."
NOT_MOVED = ("run.", "costs.", "legal.holidays", "commissioning.", "estate.regions", "estate.homes", "estate.shut",
             "estate.scotland", "demand.origins", "demand.scale", "legal.orders.first_share_of_max.low",
             "legal.orders.later_share_of_max.low")  # fmt: skip


@dataclass(frozen=True)
class Moved:
    """A numeric row of the register, and the keys of the scenario that it stands for."""

    key: str
    title: str
    quality: str
    low: float
    high: float
    keys: tuple[str, ...]
    whole: bool = False

    def texts(self, share: float) -> list[str]:
        value = self.low + share * (self.high - self.low)
        return [f"{key}={round(value) if self.whole else value:.9g}" for key in self.keys]


def leaves(value: object, path: str = "") -> dict[str, object]:
    """Every value of a scenario by its dotted key."""
    if isinstance(value, dict):
        return {
            k: v
            for key, part in value.items()
            for k, v in leaves(part, f"{path}.{key}" if path else str(key)).items()
        }
    if isinstance(value, list):
        return {k: v for at, part in enumerate(value) for k, v in leaves(part, f"{path}.{at}").items()}
    return {path: value}


def owners(scenario: Scenario) -> dict[str, list[str]]:
    """Register key -> the numeric keys that it stands for (of several rows, the one with the most letters)."""
    rows = [row["key"] for row in rows_of(REGISTER)]
    patterns = [(key, re.compile(re.escape(key).replace(r"\*", r"[^.]+") + r"\Z")) for key in rows]
    found: dict[str, list[str]] = {}
    for path, value in leaves(scenario.model_dump(mode="json", by_alias=True)).items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if path.startswith(GROUNDS) and not value:
            continue  # a term that this ground does not have
        fits = [key for key, pattern in patterns if pattern.match(path)]
        if fits:
            found.setdefault(max(fits, key=lambda key: len(key.replace("*", ""))), []).append(path)
    return found


def movable(scenario: Scenario, composer: Composer) -> tuple[list[Moved], dict[str, str]]:
    """Rows that can be moved alone to both ends, and why each other numeric row cannot."""
    owned, moved, why = owners(scenario), [], {}
    for row in rows_of(REGISTER):
        if not (NUMBER.fullmatch(row["low"]) and NUMBER.fullmatch(row["high"])) or row["key"] not in owned:
            continue
        one = Moved(row["key"], row["title"], row["quality"], float(row["low"]), float(row["high"]),
                    tuple(owned[row["key"]]))  # fmt: skip
        if row["key"].startswith(NOT_MOVED):
            why[row["key"]] = "not moved: a fact of the estate, a price, a lever or a setting of the run"
        elif one.low == one.high:
            why[row["key"]] = "not moved: no range"
        else:
            if _refused(one, composer, (0.37,)):
                one = replace(one, whole=True)
            problem = _refused(one, composer, (0.0, 0.37, 1.0))
            if problem:
                why[row["key"]] = f"cannot be moved alone: {problem}"
            else:
                moved.append(one)
    return moved, why


def _refused(one: Moved, composer: Composer, at: Sequence[float]) -> str:
    for share in at:
        try:
            composer.another(composer.shelf.read(one.texts(share), COMMAND_LINE))
        except ConfigError as error:
            return error.text or "refused"
    return ""


def effects(moved: Sequence[Moved], points: Floats, y: Floats, headline: float) -> pd.DataFrame:
    """One row for each: change of `y` from end to end, its error, share of the headline, mark, whether sure.

    Ordinary least squares on all rows at once. A mark is sure if the whole 90% interval of the effect has it.
    """
    import pandas as pd

    x = np.column_stack([np.ones(len(points)), points - 0.5])
    inverse = np.linalg.pinv(x.T @ x)
    beta = inverse @ x.T @ y
    left = y - x @ beta
    free = max(1, len(y) - np.linalg.matrix_rank(x))
    error = np.sqrt(np.diag(inverse) * float(left @ left) / free)
    rows = []
    for one, effect, se in zip(moved, beta[1:], error[1:], strict=True):
        least, most = max(0.0, abs(effect) - SURE * se), abs(effect) + SURE * se
        rows.append((one.key, one.title, one.quality, float(effect), float(se), float(abs(effect) / abs(headline)),
                     mark(effect / headline), mark(least / headline) == mark(most / headline)))  # fmt: skip
    columns = ["key", "title", "quality", "move", "standard_error", "share_of_headline", "impact", "sure"]
    return pd.DataFrame(rows, columns=columns)


def mark(share: float) -> str:
    """Green below 2% of the headline, amber to 10%, red above (thresholds of the assumptions log)."""
    return "green" if abs(share) < GREEN else "amber" if abs(share) <= RED else "red"
