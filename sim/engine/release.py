"""Places of the justice contract that stand empty and are lent to welfare children."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.clock import DEPARTURES, Bell
from sim.engine.homes import EITHER, JUSTICE, HomeState
from sim.engine.log import Kind

if TYPE_CHECKING:
    from sim.engine.floor import Floor

_SLACK = 1e-9


class Release:
    """After `days` empty, a place for justice becomes one for either purpose; when next left, it goes back."""

    def __init__(self, floor: Floor, days: float) -> None:
        self.floor, self.days = floor, days
        self.fell_free: list[list[float]] = [[] for _ in floor.homes]
        self.lent = [0] * len(floor.homes)
        self.tags = [(0, 0, 0)] * len(floor.homes)  # approved places by pool, as this last left them
        floor.watchers.append(self)

    def noted(self, home: HomeState) -> None:
        """A home has changed: its dated places, or who has them."""
        approved, at = tuple(home.approved), home.index
        if approved != self.tags[at]:  # the estate has changed, and with it what each place is for
            self.lent[at] = 0
            self.tags[at] = (approved[0], approved[1], approved[2])
        times, free, now = self.fell_free[at], max(0, home.free[JUSTICE]), self.floor.clock._now
        if free > len(times):
            times += [now] * (free - len(times))
            self.floor.clock.set(Bell(self._lend, number=at), now + self.days, DEPARTURES)
        else:
            del times[: len(times) - free]

    def came(self, child: int, home: HomeState) -> None:
        """Nothing to do: the place is noted."""

    def left(self, child: int, home: HomeState) -> None:
        """A lent place that is left is one for justice again."""
        if self.lent[home.index] and self.floor.pool_of[child] == EITHER:
            self._move(home, EITHER, JUSTICE)
            self.lent[home.index] -= 1
            self.floor.note(home)

    def _lend(self, bell: Bell) -> None:
        home = self.floor.homes[bell.number]
        due = sum(since + self.days <= self.floor.clock._now + _SLACK for since in self.fell_free[home.index])
        for _ in range(due):
            self._move(home, JUSTICE, EITHER)
            self.lent[home.index] += 1
        if due:
            self.floor.note(home)
            for desk in self.floor.desks:
                desk.improved(home.bit)

    def _move(self, home: HomeState, one: int, other: int) -> None:
        home.approved[one] -= 1
        home.free[one] -= 1
        home.approved[other] += 1
        home.free[other] += 1
        self.tags[home.index] = (home.approved[0], home.approved[1], home.approved[2])
        for pool in (one, other):
            self.floor.log((self.floor.clock._now, Kind.APPROVED, -1, home.index, pool, home.approved[pool]))
