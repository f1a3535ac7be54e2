"""An experiment on axes: values cell by cell, and the level at which a goal is first missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from sim.scenario.crossing import Axis, Goal
from sim.study.estimate import Floats, Parts, half_width, level

if TYPE_CHECKING:
    import pandas as pd


def cells(axes: Mapping[str, Axis], parts: Mapping[str, Parts], measures: Sequence[str]) -> pd.DataFrame:
    """One row per cell and measure: a column for the level of each axis, the value and its 95% interval."""
    import pandas as pd

    rows = []
    for keys in product(*(axis.levels for axis in axes.values())):
        part = parts["-".join(keys)]
        found = level(part)
        for measure in measures:
            at = part.keys.index((measure, "all", "all"))
            value, half = float(found.value[at]), float(found.half_width[at])
            rows.append((*keys, measure, value, value - half, value + half))
    return pd.DataFrame(rows, columns=[*axes, "measure", "value", "lower_95", "upper_95"])


@dataclass(frozen=True)
class Tipping:
    """Where a goal is first missed along an axis, in terms of the shortfall that was observed there.

    `at` is the shortfall, with a 95% interval from the jackknife over replications; `state` says where it lies:
    between two levels, below the first (missed already) or above the last (met throughout). `everywhere` is whether
    the goal is missed at every level.
    """

    others: tuple[str, ...]
    state: str
    at: float
    lower: float
    upper: float
    everywhere: bool = False


def tipping_points(
    axes: Mapping[str, Axis], along: str, parts: Mapping[str, Parts], goal: Goal, shortfall: str
) -> list[Tipping]:
    """The tipping point for every combination of the other axes; `shortfall` is the measure it is told in."""
    names = list(axes)
    where = names.index(along)
    others = [list(axes[name].levels) for name in names if name != along]
    found = []
    for keys in product(*others):
        line = ["-".join([*keys[:where], key, *keys[where:]]) for key in axes[along].levels]
        short = np.stack([_column(parts[name], shortfall) for name in line])
        missed = np.stack([_column(parts[name], goal.measure) for name in line])
        found.append(_tipping(tuple(keys), short, missed, goal))
    return found


def _column(part: Parts, measure: str) -> Floats:
    """(numerator, denominator) x replications of a measure of the whole."""
    at = part.keys.index((measure, "all", "all"))
    return np.stack([part.numerator[:, at], part.denominator[:, at]])


def _tipping(keys: tuple[str, ...], short: Floats, missed: Floats, goal: Goal) -> Tipping:
    n = short.shape[2]
    everyone = np.ones(n, dtype=bool)
    state, whole = _first_missed(short, missed, goal, everyone)
    nothing = float("nan")
    if state != "between":
        _, beyond = _line(short, missed, goal, everyone)
        return Tipping(keys, state, whole, nothing, nothing, bool((beyond > 0).all()))
    without = []
    for left_out in range(n):
        keep = everyone.copy()
        keep[left_out] = False
        told, value = _first_missed(short, missed, goal, keep)
        if told != "between":  # the data cannot bound it on one side
            return Tipping(keys, state, whole, nothing, nothing)
        without.append(value)
    half = half_width(n * whole - (n - 1) * np.array(without))
    return Tipping(keys, state, whole, max(0.0, whole - half), min(1.0, whole + half))


def _line(short: Floats, missed: Floats, goal: Goal, keep: np.ndarray) -> tuple[Floats, Floats]:
    """The shortfall at each level, and by how much the goal is missed there."""
    x = short[:, 0, keep].sum(axis=1) / short[:, 1, keep].sum(axis=1)
    y = missed[:, 0, keep].sum(axis=1) / missed[:, 1, keep].sum(axis=1)
    return x, y - goal.at_most if goal.at_most is not None else (goal.at_least or 0.0) - y


def _first_missed(short: Floats, missed: Floats, goal: Goal, keep: np.ndarray) -> tuple[str, float]:
    """Where the line of levels first crosses the goal, by straight lines between levels."""
    x, beyond = _line(short, missed, goal, keep)
    over = np.flatnonzero(beyond > 0)
    if not len(over):
        return "met throughout", float(x[-1])
    first = int(over[0])
    if first == 0:
        return "missed already", float(x[0])
    share = -beyond[first - 1] / (beyond[first] - beyond[first - 1])
    return "between", float(x[first - 1] + share * (x[first] - x[first - 1]))
