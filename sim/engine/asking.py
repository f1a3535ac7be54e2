"""The desk where authorities ask one home after another, nearest first, waiting for each answer.

Nobody says beforehand which homes have a place, so a full home costs its answer time too. After a
round without a yes the authority starts again when the next round is due.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sim.engine.clock import DECISIONS, Bell, Ring
from sim.engine.desk import ClassOfChild, Desk, RuleForWorld
from sim.engine.log import Kind
from sim.engine.state import WAITING

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
        self.asked_already = [0] * len(policy.rank)  # homes (as bits) asked in this round
        self.asking = [-1] * len(policy.rank)  # the home whose answer is awaited
        self.round_start = [0.0] * len(policy.rank)
        self._homes = len(floor.homes)
        self._ring: Ring = [self._answered]

    def enlist(self, child: int, priority: bool) -> bool:
        self.widen_later(child)
        self.asked_already[child] = 0
        self.asking[child] = -1
        self.round_start[child] = self.floor.clock._now
        self._ask_next(child)
        return False

    def delist(self, child: int) -> None:
        """Nothing to undo: an answer about a child who has left is not acted on."""

    def improved(self, homes: int) -> None:
        """Nobody is told."""

    def widened(self, child: int, stage: int) -> None:
        self.stage[child] = stage
        if self.asking[child] < 0:
            self._ask_next(child)

    def _ask_next(self, child: int) -> None:
        """Ask the nearest home in scope that has not been asked in this round, or begin a new round."""
        floor, scope, asked = self.floor, self.asked[self.stage[child]], self.asked_already[child]
        start, left = floor.clock._now, scope & ~asked
        if not left:
            if not scope:
                return
            start = max(start, self.round_start[child] + self.round_days)
            self.round_start[child], left, asked = start, scope, 0
        for index in self.policy.nearest[child]:
            if left >> index & 1:
                break
        home = floor.homes[index]
        self.asked_already[child] = asked | home.bit
        self.asking[child] = index
        bell = Bell(self._ring, child, floor.ordinal[child] * self._homes + index)
        floor.clock.set(bell, self.office_time(start + home.answer_days), DECISIONS)

    def _answered(self, bell: Bell) -> None:
        child, floor = bell.child, self.floor
        ordinal, index = divmod(bell.number, self._homes)
        if floor.state[child] != WAITING or floor.ordinal[child] != ordinal or self.asking[child] != index:
            return
        self.asking[child] = -1
        home = floor.homes[index]
        room = self.fits(child, home)
        yes = room and not self.refuses(child, home)
        if self.clerk is not None:
            self.clerk.asked(self, child, home.bit, index if yes else -1, room)
        if yes:
            floor.offer(child, index)
            return
        if not room:
            floor.log((floor.clock._now, _NO_PLACE, child, index, 0, 0.0))
        self._ask_next(child)
