"""How far each observation of a design is from each goal of a standard: at or under 0 is met."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.outcomes.catalogue import CATALOGUE
from sim.outcomes.goals import GOAL_MEASURES, UNREGISTERED, placed_within
from sim.scenario.errors import ConfigError
from sim.scenario.standards import (
    AtLeast,
    AtMost,
    Goal,
    NoneUnregistered,
    PlacedWithin,
    RegionsAlike,
    Standard,
)
from sim.study.capacity.feasibility import Floats
from sim.study.capacity.values import Observed
from sim.study.estimate import Key

KNOWN = CATALOGUE | GOAL_MEASURES


@dataclass(frozen=True, eq=False)
class Distance:
    """A goal, or one of the pairs of regions of a goal: its name, distances observation by observation, its zone."""

    name: str
    values: Floats
    delta: float


@dataclass(frozen=True)
class Limit:
    """A measure that may not pass a value: `sign` is 1 for at most, -1 for at least."""

    key: Key
    value: float
    sign: int


def limit_of(goal: Goal) -> Limit | None:
    """The measure and the value that a goal is about; None for one that compares regions."""
    if isinstance(goal, PlacedWithin):
        return Limit((placed_within(goal.days), goal.group, goal.level), goal.share, -1)
    if isinstance(goal, NoneUnregistered):
        return Limit((UNREGISTERED, "all", "all"), goal.fewer_than, 1)
    if isinstance(goal, AtMost):
        return Limit((goal.measure, goal.group, goal.level), goal.value, 1)
    if isinstance(goal, AtLeast):
        return Limit((goal.measure, goal.group, goal.level), goal.value, -1)
    return None


def check_measures(standard: Standard, where: str) -> None:
    """Raise ConfigError for a goal about a measure that nobody knows."""
    for name, goal in standard.goals.items():
        measure = getattr(goal, "measure", None)
        if measure is not None and measure not in KNOWN:
            raise ConfigError(
                where, f"standard.goals.{name}.measure", "no such measure", given=measure, names=KNOWN
            )


def distances(standard: Standard, observed: Observed, first: int) -> list[Distance]:
    """Every goal of a standard. The first `first` observations say how large a denominator is.

    A goal on a ratio of sums N / D with limit q is a goal on the mean of (N - q D) / mean D. Raises ConfigError for a
    group or level that the outcomes do not have.
    """
    found: list[Distance] = []
    for name, goal in standard.goals.items():
        limit = limit_of(goal)
        if limit is not None:
            found.append(_one(name, goal, limit, observed, first))
        else:
            assert isinstance(goal, RegionsAlike)
            found += _pairs(name, goal, observed)
    return found


def count(standard: Standard, regions: int) -> int:
    """Checks that a standard asks for at one design."""
    return sum(
        regions * (regions - 1) if isinstance(goal, RegionsAlike) and not goal.in_worlds else 1
        for goal in standard.goals.values()
    )


def _one(name: str, goal: Goal, limit: Limit, observed: Observed, first: int) -> Distance:
    _refuse_unknown(name, limit.key, observed)
    top, bottom = observed.column(limit.key)
    if goal.in_worlds:
        with np.errstate(divide="ignore", invalid="ignore"):
            missed = (limit.sign * (top - limit.value * bottom) > 0).astype(float)
        return Distance(name, missed - (1 - goal.in_worlds), goal.worlds_delta)
    usual = float(bottom[:first].mean()) or 1.0
    return Distance(name, limit.sign * (top - limit.value * bottom) / usual, goal.delta)


def _pairs(name: str, goal: RegionsAlike, observed: Observed) -> list[Distance]:
    """Share of one region against that of another, each pair both ways; world by world, the worst pair."""
    regions = observed.levels(goal.measure, "region")
    if not regions:
        _refuse_unknown(name, (goal.measure, "region", "all"), observed)
    shares = {}
    for region in regions:
        top, bottom = observed.column((goal.measure, "region", region))
        shares[region] = np.where(bottom > 0, top / np.maximum(bottom, 1), np.nan)
    if goal.in_worlds:
        every = np.array(list(shares.values()))
        missed = (np.nanmin(every, axis=0) < goal.share * np.nanmax(every, axis=0)).astype(float)
        return [Distance(name, missed - (1 - goal.in_worlds), goal.worlds_delta)]
    return [
        Distance(
            f"{name}: {one} against {other}",
            np.nan_to_num(goal.share * shares[other] - shares[one]),
            goal.delta,
        )
        for one in regions
        for other in regions
        if one != other
    ]


def _refuse_unknown(name: str, key: Key, observed: Observed) -> None:
    measure, group, level = key
    if observed.has(key):
        return
    known = sorted(
        {of for values in observed.sources for of in (k[1] for k in values.keys if k[0] == measure)}
    )
    if group not in known:
        raise ConfigError("standard", f"goals.{name}.group", "not counted by it", given=group, names=known)
    names = observed.levels(measure, group)
    raise ConfigError("standard", f"goals.{name}.level", "no such level", given=level, names=names)
