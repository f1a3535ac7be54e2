"""SimPy's clock with two small savings: events set for an exact time, and events used again."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappush
from typing import Any

from simpy import Environment

# at the same moment: first what opens and closes places, then who leaves, then who arrives, then who decides
PLACES, DEPARTURES, REFERRALS, DECISIONS = 0, 1, 2, 3

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
