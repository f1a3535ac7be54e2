"""SimPy's clock with small savings: events set for an exact time, events used again, and a short run loop."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from math import inf
from typing import Any, cast

from simpy import Environment, Event
from simpy.core import SimTime

# at the same moment: first what opens and closes places, then who leaves, then who arrives, then who decides
PLACES, DEPARTURES, REFERRALS, DECISIONS = 0, 1, 2, 3
_STOP = -1  # before all of them: what is set for the moment at which the clock stops does not happen

Ring = Callable[[Any], None]


class Bell:
    """What SimPy needs of an event and no more: callbacks, here one, which may ring again.

    `ring` is the callback. `child` and `number` say what the bell is about.
    """

    __slots__ = ("child", "number", "ring")
    _ok = True

    def __init__(self, ring: Ring, child: int = -1, number: int = 0) -> None:
        self.ring = ring
        self.child = child
        self.number = number

    @property
    def callbacks(self) -> list[Ring]:
        """SimPy takes them away from an event that has happened; a bell keeps its own, for it may ring again."""
        return [self.ring]

    @callbacks.setter
    def callbacks(self, _: list[Ring] | None) -> None: ...


Entry = tuple[float, int, int, Bell]
_NONE: Entry = (inf, _STOP, 0, Bell(lambda _: None))


class Clock(Environment):
    """A SimPy environment on which an event can be set for a time, not only after a delay.

    One bell, that of the next referral, is kept `beside` the queue: it is nearly always the next or the one after,
    and the queue would be turned over for it each time. What rings for every child is set without a call, by an entry
    in `queue` with the next of `numbers`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.queue, self.numbers = cast("list[Entry]", self._queue), self._eid
        self.beside: Entry = _NONE

    def set(self, bell: Bell, when: float, order: int) -> None:
        """Ring `bell` at `when`; at the same time, lower orders first, then the order of setting."""
        heappush(self.queue, (when, order, next(self.numbers), bell))

    def step(self) -> None:
        """SimPy's step, which finds all in the queue."""
        self._join()
        super().step()

    def peek(self) -> SimTime:
        """The time of what is next."""
        self._join()
        return super().peek()

    def _join(self) -> None:
        if self.beside[0] < inf:
            heappush(self.queue, self.beside)
            self.beside = _NONE

    def run(self, until: SimTime | Event | None = None) -> Any:
        """SimPy's run; up to a moment, it does what `step` does without a call for each event."""
        if until is None or isinstance(until, Event):
            return super().run(until)
        queue, pop, stop = self._queue, heappop, Event(self)
        heappush(queue, (until, _STOP, next(self._eid), stop))  # type: ignore[misc]
        while True:
            if self.beside < queue[0]:  # type: ignore[operator]
                self._now, _, _, event = self.beside
                self.beside = _NONE
            else:
                self._now, _, _, event = pop(queue)  # type: ignore[assignment]
            try:
                ring = event.ring  # a bell has one callback, and it cannot fail
            except AttributeError:
                pass
            else:
                ring(event)
                continue
            if event is stop:  # type: ignore[comparison-overlap]
                return None
            callbacks, event.callbacks = event.callbacks, None
            for callback in callbacks or ():
                callback(event)
            if not event._ok and not hasattr(event, "_defused"):
                raise event._value  # type: ignore[attr-defined]
