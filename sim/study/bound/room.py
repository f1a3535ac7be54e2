"""Room in each home over time, after the residents of the start, as any rule would find it.

Residents of the start come and go on the same days under every rule, so they only make the homes smaller. What
is left over is a step function for each home and each thing that can run out: places, staff units by day and by
night. Nobody is ever moved out, so these bind only at the moment of an offer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.engine.floor import Floor
from sim.engine.homes import EITHER, WELFARE
from sim.engine.log import Leaving
from sim.engine.plan import Plan
from sim.outcomes.spells import Floats, Ints, home_spells
from sim.scenario.scenario import Scenario
from sim.study.bound.playing import clairvoyant_plan
from sim.world.tape import Bools
from sim.world.world import World

PLACE, BY_DAY, BY_NIGHT = 0, 1, 2
KINDS = 3
Steps = tuple[Floats, Floats]
_SLACK = 2e-9  # the engine's own tolerance about staff, and rounding


@dataclass(frozen=True)
class Residents:
    """Children in the homes on day 0.

    child, home, pool  row of the tape, index of the home, pool of the place
    leaves             day of leaving; stays: the first day on which a rule could have the child moved on early
    again              whether the child is then referred again
    """

    child: Ints
    home: Ints
    pool: Ints
    leaves: Floats
    stays: Floats
    again: Bools


@dataclass(frozen=True)
class Room:
    """Room for children who are admitted later.

    most    [homes + 1, 3, days]: the most of places and of staff units by day and by night that is left at any
            moment of each day; the last home is Scotland
    closes  day on which each home closes (infinite: never)
    """

    most: Floats
    closes: Floats


def residents(scenario: Scenario, world: World) -> Residents:
    """When the children of day 0 leave, from the engine playing them alone (nobody else moves that day)."""
    rows = np.flatnonzero(world.tape.resident)
    if not len(rows):
        nobody = np.zeros(0, dtype=np.int64)
        return Residents(nobody, nobody, nobody, np.zeros(0), np.zeros(0), np.zeros(0, dtype=bool))
    plan = clairvoyant_plan(scenario, replace(world, tape=world.tape.rows(rows)))
    stays = home_spells(Floor(plan).play())
    _, first = np.unique(stays.child, return_index=True)
    stays = stays.rows(first)
    again = np.array(plan.clocks(0).again)[stays.child] < plan.referred_again
    back = np.isin(stays.code, (Leaving.HOME_CLOSED, Leaving.TRANSFERRED)) | (
        (stays.code == Leaving.BROKE_DOWN) & again
    )
    leaves = np.where(stays.code == Leaving.STILL_PLACED, np.inf, stays.end)
    early = leaves
    if scenario.commissioning.welfare.pressure is not None:
        within = scenario.commissioning.welfare.pressure.within_days
        early = np.minimum(leaves, np.maximum(0.0, stays.value - within))
    return Residents(rows[stays.child], stays.home, stays.pool, leaves, early, back)


def room(plan: Plan, there: Residents, lent: bool) -> Room:
    """What places and staff are left in each home on each day, and in Scotland; `lent`: places for justice too."""
    days, homes = int(np.ceil(plan.horizon)), len(plan.homes)
    most = np.full((homes + 1, KINDS, days), np.inf)
    turning = np.array([change.day for change in plan.calendar if change.day > 0])
    for home in range(homes):
        mine = there.home == home
        most[home, PLACE] = _best(_places(plan, home, there, mine, lent), days, turning)
        for kind in (BY_DAY, BY_NIGHT):
            units = plan.staff.by_day if kind == BY_DAY else plan.staff.by_night
            here = plan.staff.home == home
            staff = _steps(list(zip(plan.staff.day[here].tolist(), units[here].tolist(), strict=True)))
            used = np.array([plan.needs[child][kind] for child in there.child[mine]])
            most[home, kind] = _best(_less(staff, there.stays[mine], used), days, turning)
    most[homes, PLACE] = _best(_steps(plan.scotland), days, turning)
    most[:, [BY_DAY, BY_NIGHT]] += _SLACK
    closes = np.full(homes + 1, np.inf)
    for change in plan.calendar:
        if change.closes:
            closes[change.home] = min(closes[change.home], change.day)
    return Room(most, closes)


def _steps(rows: Sequence[tuple[float, float]]) -> Steps:
    """Moments and the values that hold from each; nothing before the first."""
    table = np.array([(-1.0, 0.0), *rows], dtype=float)
    return table[:, 0], table[:, 1]


def _places(plan: Plan, home: int, there: Residents, mine: Bools, lent: bool) -> Steps:
    """The lesser of usable places, and approved places for welfare or either; both less the residents."""
    approved: tuple[int, int, int] = (0, 0, 0)
    shut = 0
    usable, lawful = [], []
    for change in plan.calendar:
        if change.home == home:
            approved = change.approved if change.approved is not None else approved
            shut = sum(change.shut) if change.shut is not None else shut
            usable.append((change.day, float(max(0, sum(approved) - shut))))
            lawful.append((change.day, float(approved[WELFARE] + approved[EITHER])))
    pooled = mine & ((there.pool == WELFARE) | (there.pool == EITHER))
    left = _less(_steps(usable), there.stays[mine], np.ones(int(mine.sum())))
    if lent:
        return left
    also = _less(_steps(lawful), there.stays[pooled], np.ones(int(pooled.sum())))
    days = np.union1d(left[0], also[0])
    return days, np.minimum(_at(left, days), _at(also, days))


def _less(steps: Steps, leaves: Floats, used: Floats) -> Steps:
    """A step function less what residents use from day 0 until each leaves."""
    days = np.union1d(np.append(steps[0], 0.0), leaves[np.isfinite(leaves)])
    taken = ((leaves[None, :] > days[:, None]) & (days[:, None] >= 0)) @ used
    return days, _at(steps, days) - taken


def _at(steps: Steps, days: Floats) -> Floats:
    """The value that holds from each of `days` on."""
    return np.asarray(steps[1][np.searchsorted(steps[0], days, side="right") - 1])


def _best(steps: Steps, days: int, turning: Floats) -> Floats:
    """The highest value at any moment of each day; on `turning` days the moment before the first change too.

    When dated places change, children may be placed before the staff of the same moment change, or after.
    """
    when, level = steps
    best = level[np.searchsorted(when, np.arange(days), side="right") - 1].copy()
    whole = np.unique(np.floor(turning[(turning >= 0) & (turning < days)])).astype(int)
    best[whole] = np.maximum(best[whole], level[np.searchsorted(when, whole, side="left") - 1])
    inside = (when >= 0) & (when < days)
    np.maximum.at(best, np.floor(when[inside]).astype(int), level[inside])
    return np.asarray(best)
