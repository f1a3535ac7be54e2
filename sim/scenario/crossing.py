"""An experiment on axes: every combination of one level from each, and what is asked of the whole."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

from pydantic import Field

from sim.scenario.base import Strict

AS_NOW = "As now"


class Level(Strict):
    """One level of an axis: its title, and the overrides that make it."""

    title: str
    overrides: tuple[str, ...] = ()


class Axis(Strict):
    """What is varied, in order of its levels; the baseline has one of them."""

    title: str
    levels: dict[str, Level] = Field(min_length=2)


class Goal(Strict):
    """A standard: the measure of the whole is to be at most (or at least) this."""

    measure: str
    at_most: float | None = None
    at_least: float | None = None


class Recovery(Strict):
    """When the shocks of an experiment begin, and what counts as recovered.

    A measure has recovered once its difference from the same world without the shock, past its largest of the first
    `height_days`, has come down to a share `within` of it, or can no longer be told from zero, for a month and on
    average over what is left of the run.
    """

    starts: date
    within: float = Field(default=0.1, gt=0, lt=1)
    height_days: float = Field(default=365.0, gt=0)


def crossed(axes: dict[str, Any], baseline: str = "") -> dict[str, dict[str, Any]]:
    """Every combination of levels as a scenario: key -> title and overrides; keys join those of the levels.

    A title names the levels that are not those of the baseline.
    """
    found: dict[str, dict[str, Any]] = {}
    usual = baseline.split("-")
    for keys in product(*(axis["levels"] for axis in axes.values())):
        levels = [axis["levels"][key] for axis, key in zip(axes.values(), keys, strict=True)]
        told = [level["title"] for level, key in zip(levels, keys, strict=True) if key not in usual]
        title = ", ".join(told) or AS_NOW
        found["-".join(keys)] = {
            "title": title[0].upper() + title[1:],
            "overrides": [text for level in levels for text in level.get("overrides", [])],
        }
    return found


def with_crossed(data: dict[str, Any]) -> dict[str, Any]:
    """An experiment's own data with the scenarios that its axes make; as it is where it has none, or wrong ones."""
    if not data.get("axes") or data.get("scenarios"):
        return data
    try:
        return data | {"scenarios": crossed(data["axes"], data.get("baseline", ""))}
    except (AttributeError, IndexError, KeyError, TypeError):
        return data  # what is wrong is said when the axes themselves are checked
