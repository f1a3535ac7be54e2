"""SimPy's clock with small savings: events set for an exact time, events used again, and a short run loop."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from simpy import Environment, Event
from simpy.core import SimTime

# at the same moment: first what opens and closes places, then who leaves, then who arrives, then who decides
PLACES, DEPARTURES, REFERRALS, DECISIONS = 0, 1, 2, 3
_STOP = -1  # before all of them: what is set for the moment at which the clock stops does not happen

Ring = list[Callable[[Any], None]]


class Bell:
    """What SimPy needs of an event and no more: callbacks, here one, which may ring again.

    `ring` holds the callback and is shared by all bells that ring it. `child` and `number` say what the bell
    is about; `met` is a day that a departure carries.
    """

    __slots__ = ("callbacks", "child", "met", "number", "ring")
    _ok = True
    callbacks: Ring | None

    def __init__(self, ring: Ring, child: int = -1, number: int = 0, met: float = 0.0) -> None:
        self.ring = ring
        self.child = child
        self.number = number
        self.met = met


class Clock(Environment):
    """A SimPy environment on which an event can be set for a time, not only after a delay."""

    def set(self, bell: Bell, when: float, order: int) -> None:
        """Ring `bell` at `when`; at the same time, lower orders first, then the order of setting."""
        bell.callbacks = bell.ring
        heappush(self._queue, (when, order, next(self._eid), bell))  # type: ignore[misc]

    def run(self, until: SimTime | Event | None = None) -> Any:
        """SimPy's run; up to a moment, it does what `step` does without a call for each event."""
        if until is None or isinstance(until, Event):
            return super().run(until)
        queue, stop = self._queue, Event(self)
        heappush(queue, (until, _STOP, next(self._eid), stop))  # type: ignore[misc]
        while True:
            self._now, _, _, event = heappop(queue)
            if event is stop:
                return None
            callbacks, event.callbacks = event.callbacks, None  # type: ignore[assignment]
            for callback in callbacks:
                callback(event)
            if not event._ok and not hasattr(event, "_defused"):
                raise event._value
