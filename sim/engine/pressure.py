"""Step-down under pressure of capacity: a nearly full home trades an early exit for an admission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.engine.clock import DECISIONS, Bell
from sim.engine.desk import Desk
from sim.engine.homes import HomeState
from sim.engine.state import PLACED

if TYPE_CHECKING:
    from sim.engine.floor import Floor

_SLACK = 1e-9


class Pressure:
    """One call a day at the moments `days`, before places are given out; homes in order of the estate.

    A home is as full as its places taken over its usable places. From `list_from` on, residents whose criteria stop
    being met within `within_days` are listed; from `alert_from` on, one who was listed at an earlier call leaves
    for each child on the list who could then have the place, soonest end of need first.
    """

    def __init__(
        self, floor: Floor, desk: Desk, days: Iterator[float], list_from: float, alert_from: float,
        within_days: float,
    ) -> None:  # fmt: skip
        self.floor, self.desk = floor, desk
        self.list_from, self.alert_from, self.within = list_from, alert_from, within_days
        self.there: list[dict[int, None]] = [{} for _ in floor.homes]
        self.listed: list[dict[int, float]] = [{} for _ in floor.homes]
        self._days = days
        self._bell = Bell(self._call)
        floor.watchers.append(self)
        self._next_call()

    def noted(self, home: HomeState) -> None:
        """Nothing to do: homes are looked at in the call."""

    def came(self, child: int, home: HomeState) -> None:
        """A child of this desk lives in a home or is expected there."""
        if self.floor.desk_of[child] is self.desk:
            self.there[home.index][child] = None

    def left(self, child: int, home: HomeState) -> None:
        """A child has given its place back."""
        self.there[home.index].pop(child, None)
        self.listed[home.index].pop(child, None)

    def _next_call(self) -> None:
        day = next(self._days, None)
        if day is not None:
            self.floor.clock.set(self._bell, day, DECISIONS)

    def _call(self, _: Bell) -> None:
        waiting = [self.desk.child_at[rank] for rank in sorted(self.desk.child_at)]
        for home in self.floor.homes:
            self._review(home)
            if waiting and home.taken >= self.alert_from * home.usable - _SLACK:
                self._trade(home, [child for child in waiting if self.floor.waits(child)])
        self._next_call()

    def _review(self, home: HomeState) -> None:
        """Bring a home's list of early moves up to date; a home without pressure has none."""
        now, before = self.floor.clock._now, self.listed[home.index]
        if home.taken < self.list_from * home.usable - _SLACK:
            before.clear()
            return
        for child in self.there[home.index]:
            if self.floor.state[child] == PLACED and self.floor.met[child] - now <= self.within:
                before.setdefault(child, now)

    def _trade(self, home: HomeState, waiting: list[int]) -> None:
        floor, now = self.floor, self.floor.clock._now
        for child in waiting:
            ready = [c for c, since in self.listed[home.index].items() if since < now]
            if not ready:
                return
            may_be_asked = self.desk.asked[self.desk.stage[child]] & home.bit
            if not may_be_asked or self.desk.fits(child, home):
                continue
            leaver = min(ready, key=lambda c: (floor.met[c], c))
            if not self._would_fit(child, leaver, home):
                continue
            yes = not self.desk.refuses(child, home)
            if floor.plan.clerk is not None:
                floor.plan.clerk.asked(self.desk, child, home.bit, home.index if yes else -1, True)
            if yes:
                floor.leave_early(leaver)

    def _would_fit(self, child: int, leaver: int, home: HomeState) -> bool:
        """Whether there would be a place for `child` if `leaver` were gone."""
        pool = self.floor.pool_of[leaver]
        before = home.used_day, home.used_night
        home.give_back(pool, self.floor.plan.needs[leaver])
        fits = self.desk.fits(child, home)
        home.free[pool] -= 1
        home.taken += 1
        home.used_day, home.used_night = before
        return fits
