"""The Scottish outlet: a capacity that changes by date, asked by some authorities, the same under every rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.clock import DECISIONS, DEPARTURES, PLACES, Bell
from sim.engine.log import Kind

if TYPE_CHECKING:
    from sim.engine.floor import Floor


class Scotland:
    """Places in Scottish centres for children from outside; a fall closes places and moves nobody."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.places = 0
        self.free = 0

    def start(self) -> None:
        """Set the clock for every dated change of the outlet."""
        for day, places in self.floor.plan.scotland:
            self.floor.clock.set(Bell(self._change, number=places), day, PLACES)

    def _change(self, bell: Bell) -> None:
        self.floor.log((self.floor.clock._now, Kind.SCOTLAND, -1, -1, 0.0, bell.number))
        self.free += bell.number - self.places
        self.places = bell.number

    def ask_on(self, child: int, day: float) -> None:
        """The authority asks Scotland on a day, if the child still waits then."""
        self.floor.clock.set(Bell(self._ask, child, self.floor.ordinal[child]), day, DECISIONS)

    def _ask(self, bell: Bell) -> None:
        """If Scotland is full, the authority asks again later for as long as the child waits."""
        floor, child = self.floor, bell.child
        if not floor.waits(child) or floor.ordinal[child] != bell.number:
            return
        now = floor.clock._now
        if self.free <= 0:
            floor.clock.set(bell, now + floor.plan.scotland_retry_days, DECISIONS)
            return
        self.free -= 1
        days = floor.gone_north(child)
        floor.clock.set(Bell(self._leave, child), now + days, DEPARTURES)

    def _leave(self, bell: Bell) -> None:
        self.free += 1
        self.floor.log((self.floor.clock._now, Kind.LEFT_SCOTLAND, bell.child, -1, 0.0, 0.0))
