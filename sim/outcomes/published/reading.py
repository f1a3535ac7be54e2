"""How a period, a statistic and a group of children are read off a run: the parts of every published count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.engine.log import Ending
from sim.outcomes.published.picture import NOON, Picture
from sim.outcomes.spells import Floats, Spells
from sim.scenario.targets import Target

FOLLOWED_DAYS = 365.0


class NotModelledError(Exception):
    """The model has no such outcome; `str()` says why."""


@dataclass(frozen=True)
class Answer:
    """The model's value; its own standard error where the method gives one (odds ratios: of the logarithm)."""

    value: float
    error: float | None = None


STATISTICS: dict[str, Callable[[Floats], Any]] = {
    "mean": np.mean, "stock": np.mean, "share": np.mean, "share of stock": np.mean, "total": np.sum,
    "minimum": np.min, "maximum": np.max, "daily low": np.min, "daily high": np.max, "median": np.median,
}  # fmt: skip


def over_days(target: Target, daily: Floats) -> float:
    """One number of daily (or monthly, or children's) values, as the statistic says."""
    statistic = STATISTICS.get(target.statistic)
    if statistic is None:
        raise NotModelledError(f"no statistic {target.statistic} of {target.output} in the model")
    return float(statistic(daily)) if len(daily) else float("nan")


def noons(picture: Picture, target: Target) -> Floats:
    return picture.noons(target.period_from, target.period_to)


def last_noon(picture: Picture, target: Target) -> float:
    return picture.day(target.period_to) + NOON


def begun(picture: Picture, target: Target, spells: Spells) -> Spells:
    """Spells that began within the period."""
    start, end = picture.day(target.period_from), picture.day(target.period_to) + 1
    return spells.rows((spells.start >= start) & (spells.start < end))


def referred(picture: Picture, target: Target) -> Spells:
    """Referrals opened within the period, later referrals of a child included; residents at the start are none."""
    return begun(picture, target, picture.open_referrals(target.geography, target.route))


def cohort(picture: Picture, target: Target) -> tuple[Spells, Floats]:
    """Children referred in the period by their first referral in it, and whether each was placed within a year."""
    referrals = referred(picture, target)
    order = np.lexsort((referrals.start, referrals.child))
    referrals = referrals.rows(order)
    again = np.zeros(len(referrals), dtype=bool)
    again[1:] = referrals.child[1:] == referrals.child[:-1]
    children = referrals.rows(~again)
    since = np.full(len(picture.world.tape), np.inf)
    since[children.child] = children.start
    admitted = picture.lists.rows(picture.lists.code == Ending.PLACED)
    ok = (admitted.start >= since[admitted.child]) & (admitted.end <= since[admitted.child] + FOLLOWED_DAYS)
    placed = np.zeros(len(picture.world.tape))
    placed[admitted.child[ok]] = 1
    return children, placed[children.child]


def admitted(picture: Picture, target: Target) -> Spells:
    """Placements of children from there that began within the period; those of residents at the start are none."""
    placed = picture.placed
    of = picture.children(target.geography, target.route)[placed.child]
    new = ~(picture.world.tape.resident[placed.child] & (placed.start <= 0))
    return begun(picture, target, placed.rows(of & new))


def months(picture: Picture, target: Target) -> Floats:
    """Referrals of each calendar month of the period."""
    days = referred(picture, target).start
    edges = [picture.day(target.period_from)]
    year, month = target.period_from.year, target.period_from.month
    while edges[-1] < picture.day(target.period_to) + 1:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        edges.append(picture.day(target.period_from.replace(year=year, month=month, day=1)))
    return np.histogram(days, bins=edges)[0].astype(float)
