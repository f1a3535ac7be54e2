"""What could be done about each referral of each child, whatever the rule: from when, until when, for how long.

Where something depends on what a rule does (who lives in a home when a child moves in, how long a child waited),
the range of all that could be is given, so that no rule can leave it.

A child who comes back after a breakdown, or from a home that closed, is another opportunity, with its own draws,
as if it had nothing to do with the first: earliest return, most need left, any length of stay up to the longest.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

import numpy as np

from sim.commissioning.policy import eligible
from sim.engine.plan import Plan
from sim.outcomes.spells import Floats
from sim.scenario.base import ROUTES
from sim.scenario.scenario import Scenario
from sim.study.bound.limits import Limits, Range, lends
from sim.study.bound.objective import Objective
from sim.study.bound.room import Residents
from sim.world.tape import Bools
from sim.world.world import World

MOST_RETURNS = 200
RETURN_WIDTH = 7.0  # days of offers to a child who comes back that are looked at as one


class Opportunity(NamedTuple):
    """One referral that a rule could answer with a place; days since the start of the run.

    listed, until  the first and the last moment of an offer
    gives_up       when the referral ends if nothing is found
    width          days of offers that are looked at as one
    delay          from the later of offer and `court_by` to admission, least and most
    stay           days from admission to leaving, breakdown aside
    over           the day by which the child has left, whatever the day of admission
    breaks         days from admission to a breakdown in each home
    may            homes that may take the child
    scotland       the first day on which Scotland could take the child (infinite: never)
    need           days from admission until the criteria stop being met
    after          the fewest days on the list that follow a breakdown (0: it may be followed by none)
    """

    child: int
    ordinal: int
    listed: float
    until: float
    gives_up: float
    width: float
    delay: Range
    court_by: float
    stay: Range
    over: Range
    breaks: tuple[Floats, Floats]
    may: Bools
    scotland: float
    need: float
    after: float


class _Return(NamedTuple):
    """A referral after a placement: the earliest and the latest day on which it opens, most need left."""

    earliest: float
    latest: float
    need: float


def opportunities(
    scenario: Scenario, world: World, plan: Plan, closes: Floats, there: Residents, objective: Objective
) -> list[Opportunity]:
    """Everything that any rule could do for welfare children, up to the end of the window.

    Later referrals matter to child-days only: whatever they add to waiting, they take nothing off it.
    """
    limits, end = Limits(scenario, world, plan, closes), float(scenario.run.window[1])
    may = eligible(world.tape, scenario.estate, lends(scenario))
    welfare = world.tape.route == ROUTES.index("welfare")
    found: list[Opportunity] = []
    for child in np.flatnonzero(welfare & ~world.tape.resident & (world.tape.day < end)).tolist():
        listed, need = plan.day[child], plan.need_days[child]
        one = _opportunity(limits, end, may[child], child, 0, _Return(listed, listed, need))
        found.append(one)
        if objective == "child_days":
            found += _later(limits, end, one, need, closes)
    if objective == "child_days":
        for at in np.flatnonzero(there.again & welfare[there.child]).tolist():
            child, leaves = int(there.child[at]), float(there.leaves[at])
            back = _Return(leaves, leaves, plan.need_days[child] - leaves)
            if back.need > 0 and leaves < end:
                one = _opportunity(limits, end, may[child], child, 1, back)
                found += [one, *_later(limits, end, one, back.need, closes)]
    return found


def _opportunity(
    limits: Limits, end: float, may: Bools, child: int, ordinal: int, back: _Return
) -> Opportunity:
    delay, court = limits.delay(child, ordinal)
    if ordinal and limits.transfers(child, ordinal - 1):
        delay = (0.0, delay[1])
    until = gives_up = back.latest + limits.wait(child, ordinal, back.earliest, back.need)
    court_by = back.earliest + court if court else 0.0
    for day in limits.closing_days:  # an offer that its home's closing undoes may be followed by another
        if back.earliest < day <= max(until, court_by) + delay[1]:
            until = max(until, day)
    stay, over = limits.stay(child, ordinal, back.earliest, back.need)
    return Opportunity(
        child=child,
        ordinal=ordinal,
        listed=back.earliest,
        until=min(until, end),
        gives_up=gives_up,
        width=RETURN_WIDTH if ordinal else 1.0,
        delay=delay,
        court_by=court_by,
        stay=stay,
        over=over,
        breaks=limits.breaks(child, ordinal, may),
        may=may,
        scotland=back.earliest + limits.draws(ordinal).clocks.scotland[child] if ordinal == 0 else inf,
        need=back.need,
        after=limits.least_wait(child, ordinal + 1) if limits.again(child, ordinal) else 0.0,
    )


def _later(
    limits: Limits, end: float, one: Opportunity, need: float, closes: Floats
) -> Iterator[Opportunity]:
    """The referrals that may follow one another after `one`, in which `need` days of need were left at most."""
    for _ in range(MOST_RETURNS):
        back = _return(limits, end, one, need, closes)
        if back is None:
            return
        one, need = _opportunity(limits, end, one.may, one.child, one.ordinal + 1, back), back.need
        yield one
    raise ValueError(f"child {one.child} could be referred more than {MOST_RETURNS} times")


def _return(limits: Limits, end: float, one: Opportunity, need: float, closes: Floats) -> _Return | None:
    """What may follow one placement: a breakdown, or the closing of a home; None if nothing can."""
    ways: list[_Return] = []
    first_day = max(one.listed, one.court_by) + one.delay[0]
    last_day = max(one.until, one.court_by) + one.delay[1]
    least, most = one.breaks[0][one.may], one.breaks[1][one.may]
    longest = min(one.stay[1], one.over[1] - first_day)
    if len(least) and least.min() < longest and limits.again(one.child, one.ordinal):
        soonest = float(least.min())
        latest = last_day + min(longest, float(most.max()))
        ways.append(_Return(first_day + soonest, latest, need - soonest))
    for day in closes[: len(one.may)][one.may].tolist():
        if one.listed < day < end:
            ways.append(_Return(day, day, need))
    ways = [way for way in ways if way.need > 0 and way.earliest < end]
    if not ways:
        return None
    return _Return(
        min(way.earliest for way in ways), max(way.latest for way in ways), max(way.need for way in ways)
    )
