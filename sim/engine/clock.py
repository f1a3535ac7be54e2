"""SimPy's clock with small savings: events set for an exact time, events used again, and a short run loop."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from math import inf
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


Entry = tuple[float, int, int, Bell]


class Clock(Environment):
    """A SimPy environment on which an event can be set for a time, not only after a delay.

    One bell, that of the next referral, is kept beside the queue: it is nearly always the next or the one after,
    and the queue would be turned over for it each time.
    """

    def __init__(self) -> None:
        super().__init__()
        queue, numbers = self._queue, self._eid
        self._beside: Entry = (inf, _STOP, 0, Bell([]))

        def set_bell(bell: Bell, when: float, order: int) -> None:
            """Ring `bell` at `when`; at the same time, lower orders first, then the order of setting."""
            bell.callbacks = bell.ring
            heappush(queue, (when, order, next(numbers), bell))  # type: ignore[misc]

        self.set = set_bell

    def set_beside(self, bell: Bell, when: float, order: int) -> None:
        """The same as `set`, for the one bell that is kept beside the queue."""
        bell.callbacks = bell.ring
        self._beside = (when, order, next(self._eid), bell)

    def step(self) -> None:
        """SimPy's step, which finds all in the queue."""
        self._join()
        super().step()

    def peek(self) -> SimTime:
        """The time of what is next."""
        self._join()
        return super().peek()

    def _join(self) -> None:
        when, order, number, bell = self._beside
        if when < inf:
            heappush(self._queue, (when, order, number, bell))  # type: ignore[misc]
            self._beside = (inf, _STOP, 0, bell)

    def run(self, until: SimTime | Event | None = None) -> Any:
        """SimPy's run; up to a moment, it does what `step` does without a call for each event."""
        if until is None or isinstance(until, Event):
            return super().run(until)
        queue, stop = self._queue, Event(self)
        heappush(queue, (until, _STOP, next(self._eid), stop))  # type: ignore[misc]
        while True:
            if self._beside < queue[0]:  # type: ignore[operator]
                self._now, _, _, event = self._beside
                self._beside = (inf, _STOP, 0, event)
            else:
                self._now, _, _, event = heappop(queue)  # type: ignore[assignment]
            if event.__class__ is Bell:  # one callback, and it cannot fail
                event.ring[0](event)
                continue
            if event is stop:  # type: ignore[comparison-overlap]
                return None
            callbacks, event.callbacks = event.callbacks, None
            for callback in callbacks or ():
                callback(event)
            if not event._ok and not hasattr(event, "_defused"):
                raise event._value  # type: ignore[attr-defined]
