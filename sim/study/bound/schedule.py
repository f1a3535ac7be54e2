"""Schedules that the engine itself plays: a rule that knows the future, and a plan that is carried out as written.

Whatever is found here is feasible, because the engine's own places, staff, courts and breakdowns decide; justice
children follow their own rule beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.engine.clock import DECISIONS, Bell
from sim.engine.desk import Desk
from sim.engine.floor import Floor
from sim.engine.log import EventLog, Kind, Leaving
from sim.engine.plan import Plan
from sim.outcomes.spells import Floats
from sim.scenario.base import ROUTES
from sim.scenario.scenario import Scenario
from sim.study.bound.offers import Offers
from sim.study.bound.opportunities import Opportunity
from sim.study.bound.playing import clairvoyant_plan
from sim.world.world import World

if TYPE_CHECKING:
    from sim.engine.homes import HomeState


class Infeasible(Exception):
    """A schedule places a child who is not on the list, or where there is no room; the message says which."""


class Placement(NamedTuple):
    """The offer of a place: row of the tape, ordinal of the referral, index of the home, day of the offer."""

    child: int
    ordinal: int
    home: int
    day: float


class Hopes(NamedTuple):
    """How much an offer is wanted: wanted[home, (day - first) // width] of one opportunity."""

    first: int
    width: int
    wanted: Floats


class ClairvoyantDesk(Desk):
    """A desk that may offer any place with room to any child on its list; refusals do not count."""

    def __init__(self, floor: Floor, plain: Desk) -> None:
        super().__init__(floor, plain.policy, False, [])
        self.purpose, self.asked, self.needs = plain.purpose, plain.asked, plain.needs
        self.waiting: dict[int, None] = {}

    def room(self, child: int, home: HomeState) -> bool:
        """Whether the home may take the child by law and has a place and the staff."""
        stage = self.policy.stages[child][0][1]
        return bool(self.asked[stage] & home.bit) and home.fits(*self.needs[stage])

    def enlist(self, child: int, priority: bool) -> bool:
        self.waiting[child] = None
        return False

    def delist(self, child: int) -> None:
        del self.waiting[child]

    def improved(self, homes: int) -> None:
        """Homes (as bits) have more room."""

    def widened(self, child: int, stage: int) -> None:
        """Every home is in scope from the start."""

    def place(self, child: int, home: int) -> None:
        self.delist(child)
        self.floor.offer(child, home)


class PlannedDesk(ClairvoyantDesk):
    """Makes each offer of a schedule at its moment. Raises Infeasible if it cannot."""

    def __init__(self, floor: Floor, plain: Desk, schedule: Sequence[Placement]) -> None:
        super().__init__(floor, plain)
        self.schedule = schedule
        for at, placement in enumerate(schedule):
            floor.clock.set(Bell(self._due, number=at), placement.day, DECISIONS)

    def _due(self, bell: Bell) -> None:
        child, ordinal, home, _ = placement = self.schedule[bell.number]
        if child not in self.waiting or self.floor.ordinal[child] != ordinal:
            raise Infeasible(f"{placement}: the child is not on the list")
        if not self.room(child, self.floor.homes[home]):
            raise Infeasible(f"{placement}: the home has no room for the child")
        self.place(child, home)


class GuidedDesk(ClairvoyantDesk):
    """Gives each free place at once to the child for whom it is wanted most, if it is wanted enough."""

    def __init__(self, floor: Floor, plain: Desk, hopes: dict[tuple[int, int], Hopes], enough: float) -> None:
        super().__init__(floor, plain)
        self.hopes, self.enough = hopes, enough
        self._called = False
        self._day = 0.0
        floor.clock.set(Bell(self._morning), 0.0, DECISIONS)

    def enlist(self, child: int, priority: bool) -> bool:
        self._call()
        return super().enlist(child, priority)

    def improved(self, homes: int) -> None:
        self._call()

    def _call(self) -> None:
        """Decide later in this moment, when all that happens in it has happened."""
        if not self._called:
            self._called = True
            self.floor.clock.set(Bell(self._decide), self.floor.clock._now, DECISIONS)

    def _morning(self, bell: Bell) -> None:
        self._decide(bell)
        self._day += 1.0
        self.floor.clock.set(Bell(self._morning), self._day, DECISIONS)

    def _decide(self, bell: Bell) -> None:
        self._called = False
        today = int(self.floor.clock._now)
        open_homes = self.floor.open[0]
        choices = [choice for child in self.waiting for choice in self._choices(child, today, open_homes)]
        for _, child, home in sorted(choices):
            if child in self.waiting and self.room(child, self.floor.homes[home]):
                self.place(child, home)

    def _choices(self, child: int, today: int, open_homes: int) -> list[tuple[float, int, int]]:
        hopes = self.hopes.get((child, self.floor.ordinal[child]))
        if hopes is None or not open_homes:
            return []
        at = min((today - hopes.first) // hopes.width, hopes.wanted.shape[1] - 1)
        found = []
        for home in self.policy.nearest[child]:
            if open_homes >> home & 1:
                wanted = hopes.wanted[home, at]
                if wanted >= self.enough and self.room(child, self.floor.homes[home]):
                    found.append((-float(wanted), child, home))
        return found


def played(plan: Plan, make: Callable[[Floor, Desk], Desk]) -> EventLog:
    """Play with a clairvoyant desk for welfare (or for all, if all are on one list)."""

    def desks(floor: Floor) -> list[Desk]:
        welfare, *others = plan.desks(floor)
        return [make(floor, welfare), *others]

    return Floor(replace(plan, desks=desks)).play()


def play_schedule(scenario: Scenario, world: World, schedule: Sequence[Placement]) -> EventLog:
    """The log of a schedule carried out to the letter. Raises Infeasible where that is not possible."""
    plan = clairvoyant_plan(scenario, world)
    return played(plan, lambda floor, plain: PlannedDesk(floor, plain, schedule))


def schedule_of(world: World, log: EventLog) -> tuple[Placement, ...]:
    """Every offer to a welfare child in a log, in order of time; transfers follow by themselves."""
    welfare = world.tape.route == ROUTES.index("welfare")
    ordinal, offered, found = [0] * len(world.tape), [False] * len(world.tape), []
    rows = log.of(Kind.REFERRED, Kind.OFFERED, Kind.OFFER_ENDED, Kind.ADMITTED, Kind.LEFT)
    columns = (log.kind, log.child, log.home, log.day, log.code)
    seen = world.tape.resident.copy()  # those of day 0 were not offered their place
    for kind, child, home, day, code in zip(*(column[rows].tolist() for column in columns), strict=True):
        if not welfare[child]:
            continue
        if kind == Kind.REFERRED:
            ordinal[child] = int(code)
        elif kind == Kind.LEFT and code == Leaving.TRANSFERRED:
            seen[child] = True
            continue
        elif kind == Kind.OFFERED or (kind == Kind.ADMITTED and not offered[child] and not seen[child]):
            found.append(Placement(child, ordinal[child], home, day))
        offered[child] = kind == Kind.OFFERED
        seen[child] &= kind != Kind.ADMITTED
    return tuple(found)


def hopes(
    found: list[Opportunity], offers: Offers, wanted: Floats, homes: int
) -> dict[tuple[int, int], Hopes]:
    """A table for each opportunity: how much each offer is wanted."""
    tables: dict[tuple[int, int], Hopes] = {}
    first = np.flatnonzero(np.diff(offers.group, prepend=-1))
    for begin, end in pairwise([*first.tolist(), len(offers)]):
        one, rows = found[int(offers.group[begin])], slice(begin, end)
        start, width = int(np.floor(one.listed)), int(one.width)
        at, home = (offers.day[rows] - start) // width, offers.home[rows]
        table = np.full((homes, int(at.max()) + 1), -np.inf)
        here = home < homes
        table[home[here], at[here]] = wanted[rows][here]
        tables[one.child, one.ordinal] = Hopes(start, width, table)
    return tables
