"""The desk where authorities ask one home after another, nearest first, waiting for each answer.

Nobody says beforehand which homes have a place, so a full home costs its answer time too. After a
round without a yes the authority starts again when the next round is due.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappush
from typing import TYPE_CHECKING

from sim.engine.clock import DECISIONS, Bell, Ring
from sim.engine.desk import ClassOfChild, Desk, RuleForWorld
from sim.engine.log import Kind
from sim.engine.state import WAITING

if TYPE_CHECKING:
    from sim.engine.floor import Floor

_NO_PLACE = float(Kind.NO_PLACE)
_NOTHING = -1


class AskingDesk(Desk):
    """One inquiry at a time for each child.

    `mornings` has an entry for each day: when offices open next, where they are shut on that day, and 0 where not.
    """

    def __init__(
        self, floor: Floor, policy: RuleForWorld, asks: bool, classes: Sequence[ClassOfChild],
        round_days: float, mornings: Sequence[float],
    ) -> None:  # fmt: skip
        super().__init__(floor, policy, asks, classes)
        self.round_days = round_days
        self.mornings, self.last_day = mornings, len(mornings) - 1
        children = len(policy.rank)
        self.asked_already = [0] * children  # homes (as bits) asked in this round
        self.at = [0] * children  # where in the order of preference the round has come to
        self.awaited = [
            _NOTHING
        ] * children  # the answer that is awaited: a home of a referral, as one number
        self.round_start = [0.0] * children
        self._homes = len(floor.homes)
        self._answer_days = [home.answer_days for home in floor.homes]
        self._clock, self._ordinal = floor.clock, floor.ordinal
        self._ring: Ring = self._answered
        self._queue, self._numbers = floor.clock.queue, floor.clock.numbers

    def enlist(self, child: int, priority: bool) -> bool:
        self.widen_later(child)
        self.asked_already[child] = self.at[child] = 0
        self.awaited[child] = _NOTHING
        self.round_start[child] = self.floor.clock._now
        self._ask_next(child, Bell(self._ring, child))
        return False

    def delist(self, child: int) -> None:
        """Nothing to undo: an answer about a child who has left is not acted on."""

    def improved(self, homes: int) -> None:
        """Nobody is told."""

    def widened(self, child: int, stage: int) -> None:
        self.stage[child], self.at[child] = stage, 0
        if self.awaited[child] == _NOTHING:
            self._ask_next(child, Bell(self._ring, child))

    def _ask_next(self, child: int, bell: Bell) -> None:
        """Ask the nearest home in scope that has not been asked in this round, or begin a new round."""
        start, scope, asked = self._clock._now, self.asked[self.stage[child]], self.asked_already[child]
        left, at = scope & ~asked, self.at[child]
        if not left:
            if not scope:
                return
            start = max(start, self.round_start[child] + self.round_days)
            self.round_start[child], left, asked, at = start, scope, 0, 0
        order = self.policy.nearest[child]
        index = order[at]
        while not left >> index & 1:
            at += 1
            index = order[at]
        self.at[child], self.asked_already[child] = at, asked | 1 << index
        self.awaited[child] = bell.number = self._ordinal[child] * self._homes + index
        when = start + self._answer_days[index]
        day = int(when)
        if day < self.last_day and (morning := self.mornings[day]):
            when = morning
        heappush(self._queue, (when, DECISIONS, next(self._numbers), bell))

    def _answered(self, bell: Bell) -> None:
        """A home answers; the same bell rings for the next."""
        child, floor = bell.child, self.floor
        if self.awaited[child] != bell.number or floor.state[child] != WAITING:
            return
        self.awaited[child] = _NOTHING
        index = bell.number % self._homes
        home = floor.homes[index]
        purpose, day, night, keep = self.needs[self.stage[child]]
        if self.limits is not None:
            keep = self.limits.keep(self.stage[child], home, keep)
        room = home.opened >> purpose & 1 and home.fits(purpose, day, night, keep)
        if not room:
            log = floor.log  # as a local, for a call of what an attribute holds is slow
            log((self._clock._now, _NO_PLACE, child, index, 0, 0.0))
        yes = room and not self.refuses(child, home)
        if self.clerk is not None:
            self.clerk.asked(self, child, home.bit, index if yes else -1, bool(room))
        if yes:
            floor.offer(child, index)
        else:
            self._ask_next(child, bell)
