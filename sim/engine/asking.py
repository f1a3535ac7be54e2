"""The desk where authorities ask one home after another, nearest first, waiting for each answer.

Nobody says beforehand which homes have a place, so a full home costs its answer time too. After a
round without a yes the authority starts again when the next round is due.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sim.engine.clock import DECISIONS, Bell
from sim.engine.desk import ClassOfChild, Desk, RuleForWorld
from sim.engine.log import Kind

if TYPE_CHECKING:
    from sim.engine.floor import Floor

_NO_PLACE = float(Kind.NO_PLACE)


class AskingDesk(Desk):
    """One inquiry at a time for each child. `office_time` moves a moment to when offices are open."""

    def __init__(
        self, floor: Floor, policy: RuleForWorld, asks: bool, classes: Sequence[ClassOfChild],
        round_days: float, office_time: Callable[[float], float],
    ) -> None:  # fmt: skip
        super().__init__(floor, policy, asks, classes)
        self.round_days = round_days
        self.office_time = office_time
        self.turn = [0] * len(policy.rank)
        self.round_start = [0.0] * len(policy.rank)

    def enlist(self, child: int, priority: bool) -> bool:
        self.widen_later(child)
        self.turn[child] = 0
        self.round_start[child] = self.floor.clock._now
        if self._in_scope(child):
            self._ask_next(Bell(self.floor.clock, self._answered, child, self.floor.ordinal[child]))
        return False

    def delist(self, child: int) -> None:
        """Nothing to undo: an answer about a child who has left is not acted on."""

    def improved(self, homes: int) -> None:
        """Nobody is told."""

    def widened(self, child: int, stage: int) -> None:
        started = self._in_scope(child)
        self.stage[child] = stage
        if not started and self._in_scope(child):
            self._ask_next(Bell(self.floor.clock, self._answered, child, self.floor.ordinal[child]))

    def _in_scope(self, child: int) -> list[int]:
        asked = self.asked[self.stage[child]]
        return [home for home in self.policy.nearest[child] if asked >> home & 1]

    def _ask_next(self, bell: Bell) -> None:
        homes = self._in_scope(bell.child)
        start = self.floor.clock._now
        if self.turn[bell.child] >= len(homes):
            self.turn[bell.child] = 0
            start = max(start, self.round_start[bell.child] + self.round_days)
            self.round_start[bell.child] = start
        home = self.floor.homes[homes[self.turn[bell.child]]]
        self.floor.clock.set(bell, self.office_time(start + home.answer_days), DECISIONS)

    def _answered(self, bell: Bell) -> None:
        child = bell.child
        if not self.floor.waits(child) or self.floor.ordinal[child] != bell.number:
            return
        homes = self._in_scope(child)
        home = self.floor.homes[homes[min(self.turn[child], len(homes) - 1)]]
        if not home.fits(*self.needs[self.stage[child]]):
            self.floor.log((self.floor.clock._now, _NO_PLACE, child, home.index, 0, 0.0))
        elif not self.refuses(child, home):
            self.floor.offer(child, home.index)
            return
        self.turn[child] += 1
        self._ask_next(bell)
