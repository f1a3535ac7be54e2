"""SimPy's clock with two small savings: events set for an exact time, and events used again."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappush
from typing import Any

from simpy import Environment
from simpy.events import Event

# at the same moment: first what opens and closes places, then who leaves, then who arrives, then who decides
PLACES, DEPARTURES, REFERRALS, DECISIONS = 0, 1, 2, 3


class Bell(Event):
    """An event with one callback, which may be set again once it has rung.

    `child` and `number` say what it is about; `met` is a day that a departure carries.
    """

    _ok = True
    _value = None
    met = 0.0

    def __init__(self, clock: Clock, callback: Callable[[Any], None], child: int = -1, number: int = 0) -> None:
        self.env = clock
        self.ring = [callback]
        self.child = child
        self.number = number


class Clock(Environment):
    """A SimPy environment on which an event can be set for a time, not only after a delay."""

    def set(self, bell: Bell, when: float, order: int) -> None:
        """Ring `bell` at `when`; at the same time, lower orders first, then the order of setting."""
        bell.callbacks = bell.ring
        heappush(self._queue, (when, order, next(self._eid), bell))  # type: ignore[arg-type]
