"""The desk that decides at every change: on a referral, and whenever a home improves."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from sim.engine.clock import DECISIONS, Bell
from sim.engine.desk import ClassOfChild, Desk, RuleForWorld
from sim.engine.homes import HomeState

if TYPE_CHECKING:
    from sim.engine.floor import Floor


_NOBODY: list[float] = []


class Alike(NamedTuple):
    """A class of children at one home, where no ground counts and all of a class fit alike.

    queue    positions of those who wait, in order; own: whether the home is their own
    purpose  as a bit
    least    whether they need no more than a home has that declares a bed
    """

    stage: int
    queue: list[float]
    own: bool
    purpose: int
    least: bool


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
        self.queues: list[list[float]] = [[] for _ in classes]  # positions of each class, in order
        self.stages = list(range(len(classes)))
        # whether a child of a class needs no more than any: a home with a declared bed has room for it
        self.easy = [needs[1:] == (*floor.plan.easiest, 0) for needs in self.needs]
        self.stages_of = {
            home.bit: [stage for stage in self.stages if self.asked[stage] & home.bit] for home in floor.homes
        }
        # where no ground counts: each home, and the classes that may ask it
        self.alike: dict[int, tuple[HomeState, list[Alike]]] = {} if asks else {
            home.bit: (home, [self._alike(stage, home) for stage in self.stages_of[home.bit]])
            for home in floor.homes
        }  # fmt: skip
        # of those, homes that know no difference between classes: with a declared bed they take whoever is first
        self.plain = {
            bit: (home, [(one.queue, one.purpose) for one in classes])
            for bit, (home, classes) in self.alike.items()
            if self.clerk is None and all(one.own and one.least for one in classes)
        }

    def _alike(self, stage: int, home: HomeState) -> Alike:
        own, purpose = self.own[stage] & home.bit != 0, 1 << self.purpose[stage]
        return Alike(stage, self.queues[stage], own, purpose, self.easy[stage])

    def enlist(self, child: int, priority: bool) -> bool:
        if child in self.widening:
            self.widen_later(child)
        floor, stage = self.floor, self.stage[child]
        if reach := self.asked[stage] & floor.open[self.purpose[stage]]:
            home = self._home_for(child, stage, reach)
            if home >= 0:
                floor.offer(child, home)
                return True
        if priority or floor.ordinal[child]:
            rank = self.position(child, priority)
        else:
            rank = self.rank[child]
            self.child_at[rank] = child
        insort(self.queues[stage], rank)
        if self.asks:
            self._ask_again_later(Bell(self._ask_again, child, floor.ordinal[child]))
        return False

    def delist(self, child: int) -> None:
        rank, queue = self.rank[child], self.queues[self.stage[child]]
        del queue[bisect_left(queue, rank)]
        del self.child_at[rank]

    def widened(self, child: int, stage: int) -> None:
        rank, queue = self.rank[child], self.queues[self.stage[child]]
        del queue[bisect_left(queue, rank)]
        self.stage[child] = stage
        insort(self.queues[stage], rank)
        self._try(child)

    def improved(self, homes: int) -> None:
        """Go through the list in order, own children of a home before others, until nobody fits."""
        if homes in self.plain and self.limits is None:
            home, queues = self.plain[homes]
            while opened := home.opened:
                best, first = inf, _NOBODY
                for queue, purpose in queues:
                    if queue and queue[0] < best and opened & purpose:
                        best, first = queue[0], queue
                if best == inf:
                    return
                del first[0]
                self.floor.offer(self.child_at.pop(best), home.index)
            return
        if homes in self.alike:
            state, classes = self.alike[homes]
            while state.opened and (waiting := self._first_alike(state, classes)):
                self.floor.offer(self.child_at.pop(waiting.pop(0)), state.index)
            return
        self._improved_several(homes)

    def _improved_several(self, homes: int) -> None:
        opened, offer, child_at = self.floor.open, self.floor.offer, self.child_at
        while homes & (opened[0] | opened[1]):
            rank, home = self._first(homes)
            if home < 0:
                return
            child = child_at.pop(rank)
            queue = self.queues[self.stage[child]]
            del queue[bisect_left(queue, rank)]
            offer(child, home)

    def _first(self, homes: int) -> tuple[float, int]:
        """The first position in order, by (own before others, rank), of a child whom one of `homes` would
        take, and that home (-1: none)."""
        found, best_own, best = -1, False, inf
        opened, queues = self.floor.open, self.queues
        for stage in self.stages_of.get(homes, self.stages):
            positions = queues[stage]
            if not positions or (best_own and positions[0] > best):
                continue
            reach = self.asked[stage] & homes & opened[self.purpose[stage]]
            own = reach & self.own[stage]
            if own:
                rank, home = self._first_of_class(stage, own)
                if home >= 0 and (rank < best or not best_own):
                    found, best_own, best = home, True, rank
            if reach != own and not best_own and positions[0] < best:
                rank, home = self._first_of_class(stage, reach ^ own)
                if home >= 0 and rank < best:
                    found, best = home, rank
        return best, found

    def _first_alike(self, home: HomeState, classes: list[Alike]) -> list[float] | None:
        """The queue of the first child whom one home would take, if there is one: the same as `_first`, where all
        children of a class fit alike and only the first of each need be looked at."""
        found, best_own, best, opened = None, False, inf, home.opened
        sure = self.limits is None and self.clerk is None
        for stage, queue, own, purpose, least in classes:
            if not queue or not opened & purpose:
                continue
            rank = queue[0]
            if (rank < best if own is best_own else own) and (
                (least and sure) or self._room_for_first(stage, home)
            ):
                found, best_own, best = queue, own, rank
        return found

    def _room_for_first(self, stage: int, home: HomeState) -> bool:
        """Whether the home has room for the first child of a class."""
        child = self.child_at[self.queues[stage][0]]
        fits = self.fits(child, home)
        if self.clerk is not None:
            self.clerk.asked(self, child, home.bit, home.index if fits else -1)
        return fits

    def _first_of_class(self, stage: int, reach: int) -> tuple[float, int]:
        """Position of the first child of a class whom one of `reach` would take, and that home (-1: none)."""
        positions = self.queues[stage]
        if not self.asks:  # all of a class fit alike
            return positions[0], self._home_for(self.child_at[positions[0]], stage, reach)
        for rank in positions:
            home = self._home_for(self.child_at[rank], stage, reach)
            if home >= 0:
                return rank, home
        return inf, -1

    def _home_for(self, child: int, stage: int, reach: int) -> int:
        """The nearest of the homes `reach` that fits the child and does not refuse; -1 if none."""
        purpose, day, night, keep = self.needs[stage]
        states, sure = self.floor.homes, self.easy[stage] and self.limits is None and not self.asks
        several = reach & (reach - 1)
        for index in self.policy.nearest[child] if several else (reach.bit_length() - 1,):
            if reach >> index & 1:
                if sure:
                    break
                home = states[index]
                if self.limits is not None:
                    keep = self.limits.keep(stage, home, self.needs[stage][3])
                if home.fits(purpose, day, night, keep) and not (self.asks and self.refuses(child, home)):
                    break
        else:
            index = -1
        if self.clerk is not None:
            self.clerk.asked(self, child, reach, index)
        return index

    def _try(self, child: int) -> None:
        stage = self.stage[child]
        reach = self.asked[stage] & self.floor.open[self.purpose[stage]]
        home = self._home_for(child, stage, reach) if reach else -1
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
