"""The desk that decides at every change: on a referral, and whenever a home improves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.engine.clock import DECISIONS, Bell
from sim.engine.desk import ClassOfChild, Desk, Queue, RuleForWorld

if TYPE_CHECKING:
    from sim.engine.floor import Floor


class DispatchDesk(Desk):
    """One queue per class of child: a change looks at classes and open homes, never at the whole list.

    Homes answer at once. Between changes no child waits who could be placed, so a new referral only
    looks for an open home, and an improved home only for the first child that fits.
    """

    def __init__(
        self, floor: Floor, policy: RuleForWorld, asks: bool, classes: Sequence[ClassOfChild]
    ) -> None:
        super().__init__(floor, policy, asks, classes)
        self.own = [c.own for c in classes]
        self.queues = [Queue() for _ in classes]

    def enlist(self, child: int, priority: bool) -> bool:
        stages = self.policy.stages[child]
        if len(stages) > 1:
            self.widen_later(child)
            stage = self.stage[child]
        else:
            self.stage[child] = stage = stages[0][1]
        if self.asked[stage] & self.floor.open[self.purpose[stage]] and self._place(child, stage):
            return True
        self.queues[stage].add(self.position(child, priority))
        if self.asks:
            self._ask_again_later(Bell([self._ask_again], child, self.floor.ordinal[child]))
        return False

    def delist(self, child: int) -> None:
        rank = self.rank[child]
        self.queues[self.stage[child]].remove(rank)
        del self.child_at[rank]

    def widened(self, child: int, stage: int) -> None:
        rank = self.rank[child]
        self.queues[self.stage[child]].remove(rank)
        self.stage[child] = stage
        self.queues[stage].add(rank)
        self._try(child)

    def improved(self, homes: int) -> None:
        """Go through the list in order, own children of a home before others, until nobody fits."""
        opened = self.floor.open
        while homes & (opened[0] | opened[1]):
            best = self._first(homes)
            if best is None:
                return
            child, home = best
            self.delist(child)
            self.floor.offer(child, home)

    def _first(self, homes: int) -> tuple[int, int] | None:
        """The first child in order, by (own before others, rank), whom one of `homes` would take."""
        found, best = None, (2, 0.0)
        opened = self.floor.open
        for stage, queue in enumerate(self.queues):
            positions = queue.positions
            if not positions:
                continue
            reach = self.asked[stage] & homes & opened[self.purpose[stage]]
            if not reach:
                continue
            own = reach & self.own[stage]
            for tier, homes_of_tier in ((0, own), (1, reach ^ own)):
                if homes_of_tier and (tier, positions[0]) < best:
                    rank, home = self._first_of_class(stage, homes_of_tier)
                    if home >= 0 and (tier, rank) < best:
                        found, best = (self.child_at[rank], home), (tier, rank)
        return found

    def _first_of_class(self, stage: int, reach: int) -> tuple[float, int]:
        """Position of the first child of a class whom one of `reach` would take, and that home (-1: none)."""
        positions = self.queues[stage].positions
        for rank in positions if self.asks else positions[:1]:  # without answers all of a class fit alike
            home = self._home_for(self.child_at[rank], stage, reach)
            if home >= 0:
                return rank, home
        return 0.0, -1

    def _home_for(self, child: int, stage: int, reach: int) -> int:
        """The nearest of the homes `reach` that fits the child and does not refuse; -1 if none."""
        purpose, day, night, keep = self.needs[stage]
        states = self.floor.homes
        for index in self.policy.nearest[child]:
            if reach >> index & 1:
                home = states[index]
                if home.fits(purpose, day, night, keep) and not self.refuses(child, home):
                    return index
        return -1

    def _place(self, child: int, stage: int) -> bool:
        home = self._home_for(child, stage, self.asked[stage] & self.floor.open[self.purpose[stage]])
        if home < 0:
            return False
        self.floor.offer(child, home)
        return True

    def _try(self, child: int) -> None:
        stage = self.stage[child]
        home = self._home_for(child, stage, self.asked[stage] & self.floor.open[self.purpose[stage]])
        if home >= 0:
            self.delist(child)
            self.floor.offer(child, home)

    def _ask_again_later(self, bell: Bell) -> None:
        self.floor.clock.set(bell, self.floor.next_fortnight(bell.child), DECISIONS)

    def _ask_again(self, bell: Bell) -> None:
        """A new fortnight: every home may answer differently."""
        if self.floor.waits(bell.child) and self.floor.ordinal[bell.child] == bell.number:
            self._try(bell.child)
            if self.floor.waits(bell.child):
                self._ask_again_later(bell)
