"""Places to move on to: a child whose search is over leaves when one is free, and has it for a time."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from sim.engine.clock import DEPARTURES, Bell, Ring
from sim.engine.log import Leaving
from sim.engine.plan import MovingOnPlan
from sim.engine.state import PLACED

if TYPE_CHECKING:
    from sim.engine.floor import Floor

_NEED_ENDED, _TURNED_18 = int(Leaving.NEED_ENDED), int(Leaving.TURNED_18)


class MovingOn:
    """First come, first served. Who has waited too long goes without a place; nobody waits beyond the 18th birthday.

    A child that leaves for another reason, or whose home closes, no longer waits.
    """

    def __init__(self, floor: Floor, plan: MovingOnPlan) -> None:
        self.floor, self.plan = floor, plan
        self.free = plan.places
        self.waiting: deque[tuple[int, int]] = deque()
        self._ring_free: Ring = self._free
        self._ring_gives_up: Ring = self._gives_up

    def may_leave(self, child: int) -> bool:
        """Whether the child may leave now: it needs no such place or gets one; else it waits."""
        if not self.plan.needs[child]:
            return True
        if self.free > 0:
            self._take(child)
            return True
        floor, ordinal = self.floor, self.floor.ordinal[child]
        now = floor.clock._now
        self.waiting.append((child, ordinal))
        last = min(now + self.plan.most_days, max(now, floor.plan.birthday_18[child]))
        if last < floor.plan.horizon:
            floor.clock.set(Bell(self._ring_gives_up, child, ordinal), last, DEPARTURES)
        return False

    def _take(self, child: int) -> None:
        self.free -= 1
        until = self.floor.clock._now + self.plan.holds(self.floor.ordinal[child])[child]
        if until < self.floor.plan.horizon:
            self.floor.clock.set(Bell(self._ring_free, child), until, DEPARTURES)

    def _free(self, _bell: Bell) -> None:
        self.free += 1
        while self.free > 0 and self.waiting:
            child, ordinal = self.waiting.popleft()
            if self._still(child, ordinal):
                self._take(child)
                self.floor.depart(child, _NEED_ENDED)

    def _gives_up(self, bell: Bell) -> None:
        child, floor = bell.child, self.floor
        if (child, bell.number) not in self.waiting or not self._still(child, bell.number):
            return
        self.waiting.remove((child, bell.number))
        grown = floor.plan.birthday_18[child] <= floor.clock._now
        floor.depart(child, _TURNED_18 if grown else _NEED_ENDED)

    def _still(self, child: int, ordinal: int) -> bool:
        return self.floor.state[child] == PLACED and self.floor.ordinal[child] == ordinal
