"""Places over time, home by home: approved = occupied + held under offer + free and staffed + shut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.engine.log import Cause, EventLog, Kind
from sim.outcomes.spells import Floats, Spells, at
from sim.scenario.scenario import Scenario
from sim.world.tape import Tape

LONG_SHUT_DAYS = 28.0
CAUSE_WORDS = {
    Cause.CLOSED: "closed",
    Cause.RESTRICTED: "restricted",
    Cause.WORKS: "works",
    Cause.REGISTERED_MANAGER: "registered manager",
    Cause.STAFF: "staff",
}


@dataclass(frozen=True, eq=False)
class HomePlaces:
    """One home: each array has a value per step, which begins on `day` and holds for `days` of the window
    (0 outside it).

    `over` counts residents beyond what is approved, `beyond_staff` the units by which residents
    exceed the staff on shift, by day or by night, whichever is more.
    `long_shut` are places shut for 28 days or more, the complement of what is published as available.
    `declared` are beds that the home would answer for to a welfare child.
    """

    day: Floats
    days: Floats
    approved: Floats
    contracted: Floats
    occupied: Floats
    held: Floats
    free: Floats
    shut: Floats
    over: Floats
    beyond_staff: Floats
    long_shut: Floats
    declared: Floats
    staff_day: Floats


def reference_units(scenario: Scenario) -> tuple[float, float]:
    """Mean staff units of a welfare referral by day and by night (of any referral if none is welfare)."""
    demand = scenario.demand
    streams = [s for s in demand.streams.values() if s.route == "welfare"] or list(demand.streams.values())
    rates = np.array([max(piece.per_year for piece in s.rate) for s in streams])
    units = np.array(
        [
            [np.dot(c.shares, c.units_day), np.dot(c.shares, c.units_night)]
            for c in (demand.profiles[s.profile].complexity for s in streams)
        ]
    )
    weights = rates / rates.sum() if rates.sum() > 0 else np.full(len(rates), 1 / len(rates))
    day, night = weights @ units
    return float(day), float(night)


def home_places(
    scenario: Scenario, tape: Tape, log: EventLog, placed: Spells, offers: Spells, home: int
) -> HomePlaces:
    """Everything about the places of one home over the whole run."""
    here, held_here = placed.rows(placed.home == home), offers.rows(offers.home == home)
    dated = np.flatnonzero((log.home == home) & (log.kind >= Kind.STAFF_DAY) & (log.kind <= Kind.SHUT))
    moments = np.unique(
        np.concatenate([[0.0], log.day[dated], here.start, here.end, held_here.start, held_here.end])
    )
    start, end = scenario.run.window
    edges = np.concatenate([moments, [max(float(scenario.run.horizon_days), moments[-1])]])
    days = np.diff(np.clip(edges, start, end))

    def counted(spells: Spells, weight: npt.ArrayLike = 1.0) -> Floats:
        return _running(spells, np.broadcast_to(np.asarray(weight, dtype=float), len(spells)), moments)

    def dated_value(kind: Kind, code: int = 0) -> Floats:
        rows = dated[(log.kind[dated] == kind) & (log.code[dated] == code)]
        return at(log.day[rows], log.value[rows], moments)

    pools = [dated_value(Kind.APPROVED, pool) for pool in range(3)]
    approved = pools[0] + pools[1] + pools[2]
    occupied, held = counted(here), counted(held_here)
    taken = occupied + held
    causes = _by_precedence([dated_value(Kind.SHUT, cause) for cause in range(len(Cause) - 1)], approved)
    usable = approved - sum(causes)
    left = np.inf * np.ones(len(moments))
    easiest = np.inf * np.ones(len(moments))
    short = np.zeros(len(moments))
    reference = reference_units(scenario)
    for kind, units, ref in (
        (Kind.STAFF_DAY, tape.units_day, reference[0]),
        (Kind.STAFF_NIGHT, tape.units_night, reference[1]),
    ):
        with_residents = dated_value(kind) - counted(here, units[here.child])
        short = np.maximum(short, -with_residents)
        spare = np.maximum(0.0, with_residents - counted(held_here, units[held_here.child]))
        least = float(units.min()) if len(units) else 0.0
        left = np.minimum(left, np.floor(spare / ref + 1e-9) if ref > 0 else np.inf)
        easiest = np.minimum(easiest, np.floor(spare / least + 1e-9) if least > 0 else np.inf)
    free = np.maximum(0.0, np.minimum(usable - taken, left))
    shut_total = np.maximum(0.0, approved - taken - free)
    shut = np.stack([*_shares(causes, shut_total)], axis=1)
    own = counted(here, here.pool != 1) + counted(held_here, held_here.pool != 1)
    declared = np.maximum(0.0, np.minimum(np.minimum(usable - taken, pools[0] + pools[2] - own), easiest))
    return HomePlaces(
        day=moments,
        days=days,
        approved=approved,
        contracted=pools[1],
        occupied=occupied,
        held=held,
        free=free,
        shut=shut,
        over=np.maximum(0.0, taken - approved),
        beyond_staff=short,
        long_shut=_long_shut(edges, shut_total),
        declared=declared,
        staff_day=dated_value(Kind.STAFF_DAY),
    )


def _running(spells: Spells, weight: Floats, moments: Floats) -> Floats:
    day = np.concatenate([spells.start, spells.end])
    change = np.concatenate([weight, -weight])
    order = np.argsort(day, kind="stable")
    return np.round(at(day[order], np.cumsum(change[order]), moments), 9)


def _by_precedence(causes: list[Floats], approved: Floats) -> list[Floats]:
    """Places shut by each cause, none counted twice, the earlier cause first."""
    left, counted = approved.copy(), []
    for places in causes:
        shut = np.minimum(left, places)
        counted.append(shut)
        left = left - shut
    return counted


def _shares(causes: list[Floats], total: Floats) -> list[Floats]:
    """What is shut in all, put down to each cause in turn; the rest is staff."""
    left, out = total.copy(), []
    for places in causes:
        part = np.minimum(left, places)
        out.append(part)
        left = left - part
    return [*out, left]


def _long_shut(edges: Floats, shut: Floats) -> Floats:
    """At each step, how many places belong to a spell of 28 days or more in which they stay shut."""
    long = np.zeros(len(shut))
    for places in range(1, int(shut.max(initial=0)) + 1):
        is_shut = shut >= places
        turns = np.diff(np.concatenate([[0], is_shut.astype(int), [0]]))
        begins, ends = np.flatnonzero(turns == 1), np.flatnonzero(turns == -1)
        for first, last in zip(begins, ends, strict=True):
            if edges[last] - edges[first] >= LONG_SHUT_DAYS:
                long[first:last] += 1
    return long
