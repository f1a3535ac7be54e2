"""The desk that decides at sittings: homes with a declared bed read the list, then places are given out.

A home answers about a child once it has had its answer time since both the referral and the bed were
declared. Between sittings nothing is asked. At a sitting, only what may have changed is read again:
homes that improved read the whole list, other homes read new referrals and new fortnights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from sim.engine.clock import DECISIONS, Bell
from sim.engine.desk import ClassOfChild, Desk, RuleForWorld
from sim.engine.log import Kind
from sim.engine.room import Room, WillingHomes
from sim.engine.state import WAITING

if TYPE_CHECKING:
    from sim.engine.declining import Declining
    from sim.engine.floor import Floor


_TIED = float(Kind.TIED)


class SittingDesk(Desk):
    """Decides on given days. `choose` takes the willing pairs and the room, and returns decisions."""

    def __init__(
        self, floor: Floor, policy: RuleForWorld, asks: bool, classes: Sequence[ClassOfChild],
        days: list[float], choose: Callable[[list[WillingHomes], Room], Sequence[Any]],
    ) -> None:  # fmt: skip
        super().__init__(floor, policy, asks, classes)
        self.own = [c.own for c in classes]
        self.all_own = [not c.asked & ~c.own for c in classes]
        self.quota = [c.quota for c in classes]
        self.declining: Declining | None = None
        self.since: dict[int, float] = {}  # day from which waiting counts, where not that of the referral
        self.purposes = sorted(set(self.purpose))
        self.slowest_answer = max((wait for wait, _ in floor.answer_times), default=0.0)
        self.choose = choose
        self.gained = 0  # homes (as bits) that have gained room since places were last given out
        self.changed = [0, 0]  # by purpose: homes (as bits) that must read the whole list again
        # homes (as bits) that have not refused each child in this fortnight, as far as they have read
        self.hopes = [0] * len(policy.rank)
        # (day, child, ordinal, homes, whether a new fortnight): to be read again from that day on
        self.fresh: list[tuple[float, int, int, int, bool]] = []
        self._days = iter(days)
        self._bell = Bell([self._sit])
        floor.sits = True
        self._next_sitting()

    def enlist(self, child: int, priority: bool) -> bool:
        self.widen_later(child)
        self.since.pop(child, None)
        self.position(child, priority)
        self.hopes[child] = self.asked[self.stage[child]]
        now, ordinal = self.floor.clock._now, self.floor.ordinal[child]
        for wait, homes in self.floor.answer_times:
            heappush(self.fresh, (now + wait, child, ordinal, homes, False))
        if self.asks:
            heappush(
                self.fresh, (self.floor.next_fortnight(child), child, ordinal, self.floor.every_home, True)
            )
        return False

    def delist(self, child: int) -> None:
        del self.child_at[self.rank[child]]

    def wait_anew(self, child: int) -> None:
        """The child keeps its referral, but on the list it counts as if it were referred now."""
        self.delist(child)
        self.since[child] = self.floor.clock._now
        self.rank[child] = self.policy.again(child, self.since[child])
        self.child_at[self.rank[child]] = child

    def improved(self, homes: int) -> None:
        self.gained |= homes
        changed = self.changed
        changed[0] |= homes
        changed[1] |= homes

    def widened(self, child: int, stage: int) -> None:
        self.stage[child] = stage
        self.hopes[child] = self.asked[stage]
        floor = self.floor
        heappush(self.fresh, (floor.clock._now, child, floor.ordinal[child], floor.every_home, False))

    def _next_sitting(self) -> None:
        day = next(self._days, None)
        if day is not None:
            self.floor.clock.set(self._bell, day, DECISIONS)

    def _sit(self, bell: Bell) -> None:
        now, changed = self.floor.clock._now, self.changed
        ready = [0, 0]
        for purpose in self.purposes:
            ready[purpose] = self._ready_homes(purpose, now)
        again = self._read_again(now) if self.fresh and self.fresh[0][0] <= now else {}
        reading = [changed[0] & ready[0], changed[1] & ready[1]]
        if again or reading[0] or reading[1]:
            self._decide(now, ready, reading, again)
        self._next_sitting()

    def _ready_homes(self, purpose: int, now: float) -> int:
        """Open homes (as bits) that have had their answer time since they declared a bed."""
        ready, opened, answers_from = 0, self.floor.open[purpose], self.floor.answers_from[purpose]
        while opened:
            bit = opened & -opened
            opened ^= bit
            if answers_from[bit] <= now:
                ready |= bit
        return ready

    def _read_again(self, now: float) -> dict[int, int]:
        """Children whom some homes (as bits) read for the first time, or in a new fortnight."""
        again: dict[int, int] = {}
        floor, fresh = self.floor, self.fresh
        state, referral = floor.state, floor.ordinal
        while fresh and fresh[0][0] <= now:
            _, child, ordinal, homes, fortnight = heappop(fresh)
            if state[child] != WAITING or referral[child] != ordinal:
                continue
            if fortnight:  # homes that read nothing now may still find out what they think of the child
                self.hopes[child] = self.asked[self.stage[child]]
                heappush(fresh, (floor.next_fortnight(child), child, ordinal, homes, True))
            again[child] = again.get(child, 0) | homes
        return again

    def _decide(self, now: float, ready: list[int], reading: list[int], again: dict[int, int]) -> None:
        to_read = self._to_read(ready, reading, again)
        if self.asks:
            held = self.floor.held
            due = [child for child, _ in to_read if child not in held or held[child].until <= now]
            if due:
                self.floor.hold_answers(due)
        willing = self._willing(to_read, now)
        self.changed = [self.changed[0] & ~reading[0], self.changed[1] & ~reading[1]]
        chosen = self.choose(willing, Room(self)) if willing else ()
        if self.clerk is not None:
            self.clerk.sat(self, ready, to_read, willing, chosen)
        if not willing:
            return
        for child, home, tied in chosen:
            if tied >= 0:
                self.floor.log((now, _TIED, child, home, tied, 0.0))
            if self.declining is not None and self.declining.declines(child, home):
                continue
            self.delist(child)
            self.floor.offer(child, home)
        self.gained = 0
        # whoever found a willing home and got no place may be taken at the next sitting
        state = self.floor.state
        for child, _, yes, _ in willing:
            if state[child] == WAITING:
                purpose = self.purpose[self.stage[child]]
                for home in yes:
                    self.changed[purpose] |= 1 << home

    def _to_read(self, ready: list[int], reading: list[int], again: dict[int, int]) -> list[tuple[int, int]]:
        """Children in order of the list, each with the homes (as bits) that read about the child now."""
        due: dict[int, int] = {}
        if reading[0] or reading[1]:
            hopes, needs = self.hopes, self.floor.needs
            due = {
                child: homes
                for child in self.child_at.values()
                if (homes := hopes[child] & reading[needs[child][0]])
            }
        for child, homes in again.items():
            stage = self.stage[child]
            homes &= ready[self.purpose[stage]] & self.asked[stage]
            if homes:
                due[child] = due.get(child, 0) | homes
        return [(child, due[child]) for child in sorted(due, key=self.rank.__getitem__)]

    def _willing(self, to_read: list[tuple[int, int]], now: float) -> list[WillingHomes]:
        """Children whom some of the homes that read about them would take, in order of the list."""
        willing = []
        for child, homes in to_read:
            yes = self._willing_homes(child, homes, now)
            if yes and self.declining is not None:
                yes = self.declining.wanted(child, yes)
            if yes:
                stage, of_own = self.stage[child], yes
                if not self.all_own[stage]:
                    own = self.own[stage]
                    of_own = tuple([home for home in yes if own >> home & 1])
                willing.append(WillingHomes(child, self.rank[child], yes, of_own))
        return willing

    def _willing_homes(self, child: int, homes: int, now: float) -> tuple[int, ...]:
        """Which of `homes` would take the child, nearest first; refusals are recorded."""
        floor = self.floor
        if floor.listed[child] + self.slowest_answer > now:
            homes = self.in_time(child, homes, now)
        if not self.asks:
            return self._in_order(child, homes)
        row = floor.held[child]
        refused = homes & row.refused
        if refused:
            if refused & ~row.told:
                self.tell(child, row, refused)
            self.hopes[child] = self.asked[self.stage[child]] & ~(row.refused & row.told)
            homes ^= refused
            if not homes:
                return ()
        willing, moves = self._in_order(child, homes), homes & row.moves
        if not moves:
            return willing
        states = floor.homes
        return tuple(
            [
                index
                for index in willing
                if not (moves >> index & 1 and self.refuses_today(child, states[index], row))
            ]
        )

    def _in_order(self, child: int, homes: int) -> tuple[int, ...]:
        """Some homes (as bits), nearest first."""
        if not homes & (homes - 1):
            return (homes.bit_length() - 1,) if homes else ()
        return tuple([index for index in self.policy.nearest[child] if homes >> index & 1])

    def in_time(self, child: int, homes: int, now: float) -> int:
        """Those of `homes` (as bits) that have had their answer time since the referral."""
        listed = self.floor.listed[child]
        for wait, slow in self.floor.answer_times:
            if listed + wait > now:
                homes &= ~slow
        return homes
