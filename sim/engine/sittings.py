"""The desk that decides at sittings: homes with a declared bed read the list, then places are given out.

A home answers about a child once it has had its answer time since both the referral and the bed were
declared. Between sittings nothing is asked. At a sitting, only what may have changed is read again:
homes that improved read the whole list, other homes read new referrals and new fortnights.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sim.engine.clock import DECISIONS, Bell
from sim.engine.desk import ClassOfChild, Desk, RuleForWorld
from sim.engine.log import Kind
from sim.engine.room import Room, WillingHomes
from sim.engine.state import WAITING

if TYPE_CHECKING:
    from sim.engine.declining import Declining
    from sim.engine.floor import Floor


_TIED, _REFUSED = float(Kind.TIED), float(Kind.REFUSED)
_new_row = tuple.__new__  # a named tuple without a call of its own: one for each child who is read about
Fresh = tuple[int, int, int, bool]  # child, ordinal of the referral, homes (as bits), whether a new fortnight


class SittingDesk(Desk):
    """Decides on given days. `choose` takes the willing pairs and the room, and returns decisions."""

    def __init__(
        self, floor: Floor, policy: RuleForWorld, asks: bool, classes: Sequence[ClassOfChild],
        days: list[float], choose: Callable[[list[WillingHomes], Room], Sequence[Any]], purposes: Sequence[int],
    ) -> None:  # fmt: skip
        """`purposes` are those of the children whom the desk works on."""
        super().__init__(floor, policy, asks, classes)
        self.own = [c.own for c in classes]
        self.all_own = [not c.asked & ~c.own for c in classes]
        self.quota = [c.quota for c in classes]
        self.declining: Declining | None = None
        self.since: dict[int, float] = {}  # day from which waiting counts, where not that of the referral
        self.purposes = list(purposes) if self.clerk is None else sorted(set(self.purpose))
        self.slowest_answer = max((wait for wait, _ in floor.answer_times), default=0.0)
        self.choose = choose
        self.gained = 0  # homes (as bits) that have gained room since places were last given out
        self.changed = [0, 0]  # by purpose: homes (as bits) that must read the whole list again
        # homes (as bits) that have not refused each child in this fortnight, as far as they have read
        self.hopes = [0] * len(policy.rank)
        self.days, self.at = days, 0  # all sittings, and the number of the next
        self.fresh: list[list[Fresh]] = [[] for _ in range(len(days) + 1)]  # what is read again at each
        self._bell = Bell(self._sit)
        floor.sits = True
        self._next_sitting()

    def enlist(self, child: int, priority: bool) -> bool:
        floor = self.floor
        if child in self.widening:
            self.widen_later(child)
        if priority or floor.ordinal[child]:
            self.since.pop(child, None)
            self.position(child, priority)
        else:
            self.child_at[self.rank[child]] = child
        self.hopes[child] = self.asked[self.stage[child]]
        now, ordinal = floor.clock._now, floor.ordinal[child]
        for wait, homes in floor.answer_times:
            self.read_later(now + wait, child, ordinal, homes)
        if self.asks:
            self.read_later(floor.next_fortnight(child), child, ordinal, floor.every_home, True)
        return False

    def read_later(
        self, day: float, child: int, ordinal: int, homes: int, new_fortnight: bool = False
    ) -> None:
        """At the first sitting from `day` on, `homes` (as bits) read about a referral of a child again."""
        at = bisect_left(self.days, day)
        self.fresh[at if at > self.at else self.at].append((child, ordinal, homes, new_fortnight))

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
        self.read_later(floor.clock._now, child, floor.ordinal[child], floor.every_home)

    def _next_sitting(self) -> None:
        if self.at < len(self.days):
            self.floor.clock.set(self._bell, self.days[self.at], DECISIONS)

    def _sit(self, bell: Bell) -> None:
        now, changed, fresh = self.floor.clock._now, self.changed, self.fresh[self.at]
        self.at += 1
        ready = [0, 0]
        for purpose in self.purposes:
            ready[purpose] = self._ready_homes(purpose, now)
        again = self._read_again(fresh) if fresh else {}
        reading = [changed[0] & ready[0], changed[1] & ready[1]]
        if again or reading[0] or reading[1]:
            self._decide(now, ready, reading, again)
        self._next_sitting()

    def _ready_homes(self, purpose: int, now: float) -> int:
        """Open homes (as bits) that have had their answer time since they declared a bed."""
        floor = self.floor
        early = floor.unready[purpose]
        if early:
            answers_from, left = floor.answers_from[purpose], early
            while left:
                bit = left & -left
                left ^= bit
                if answers_from[bit] <= now:
                    early ^= bit
            floor.unready[purpose] = early
        return floor.open[purpose] & ~early

    def _read_again(self, fresh: list[Fresh]) -> dict[int, int]:
        """Children whom some homes (as bits) read for the first time, or in a new fortnight."""
        again: dict[int, int] = {}
        floor = self.floor
        state, referral = floor.state, floor.ordinal
        for child, ordinal, homes, fortnight in fresh:
            if state[child] != WAITING or referral[child] != ordinal:
                continue
            if fortnight:  # homes that read nothing now may still find out what they think of the child
                self.hopes[child] = self.asked[self.stage[child]]
                self.read_later(floor.next_fortnight(child), child, ordinal, homes, True)
            again[child] = again.get(child, 0) | homes
        fresh.clear()
        return again

    def _decide(self, now: float, ready: list[int], reading: list[int], again: dict[int, int]) -> None:
        floor = self.floor
        due = self._to_read(ready, reading, again)
        order = sorted(due, key=self.rank.__getitem__)  # as on the list
        if self.asks:
            held = floor.held
            new = [child for child in order if child not in held or held[child].until <= now]
            if new:
                floor.hold_answers(new)
        willing = self._willing(order, due, now)
        self.changed = [self.changed[0] & ~reading[0], self.changed[1] & ~reading[1]]
        choose = self.choose  # as a local, for a call of what an attribute holds is slow
        chosen = choose(willing, Room(self)) if willing else ()
        if self.clerk is not None:
            self.clerk.sat(self, ready, [(child, due[child]) for child in order], willing, chosen)
        if not willing:
            return
        declining = self.declining
        for child, home, tied in chosen:
            if tied >= 0:
                floor.log((now, _TIED, child, home, tied, 0.0))
            if declining is not None and declining.declines(child, home):
                continue
            self.delist(child)
            floor.offer(child, home)
        self.gained = 0
        # whoever found a willing home and got no place may be taken at the next sitting
        state, changed = floor.state, self.changed
        for child, _, yes, _ in willing:
            if state[child] == WAITING:
                purpose = self.purpose[self.stage[child]]
                for home in yes:
                    changed[purpose] |= 1 << home

    def _to_read(self, ready: list[int], reading: list[int], again: dict[int, int]) -> dict[int, int]:
        """Children, each with the homes (as bits) that read about the child now."""
        due: dict[int, int] = {}
        hopes = self.hopes
        if len(self.purposes) == 1:
            if now_read := reading[self.purposes[0]]:
                due = {child: homes for child in self.child_at.values() if (homes := hopes[child] & now_read)}
        elif reading[0] or reading[1]:
            needs = self.floor.needs
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
        return due

    def _willing(self, order: list[int], due: dict[int, int], now: float) -> list[WillingHomes]:
        """Children whom some of the homes that read about them would take, in order of the list.

        Refusals are recorded. One loop without calls: this is where a national run spends most of its time. What
        rests on a child alone is looked up in bits for all homes at once; only homes that are moved by who lives
        there or is on shift are looked at one by one (as in Desk.refuses_today).
        """
        floor, willing, asks = self.floor, [], self.asks
        held, listed, states, against = floor.held, floor.listed, floor.homes, floor.against
        nearest, staffing, mix = self.policy.nearest, floor.plan.staffing_bit, floor.plan.mix_bit
        hopes, asked, stages = self.hopes, self.asked, self.stage
        numbers, refusals = floor.writer.numbers, floor.writer.add_refusals
        log, declining = floor.log, self.declining
        early = now - self.slowest_answer
        for child in order:
            homes = due[child]
            if listed[child] > early:
                homes = self.in_time(child, homes, now)
            moves = 0
            if asks:
                row = held[child]
                if refused := homes & row.refused:
                    told = row.told
                    if refused & ~told:
                        refusals((len(numbers), now, child, refused & ~told, row.fires))
                        row.told = told = told | refused
                    hopes[child] = asked[stages[child]] & ~(row.refused & told)
                    homes ^= refused
                moves = homes & row.moves
            if not homes:
                continue
            if not homes & (homes - 1):
                yes: tuple[int, ...] = (homes.bit_length() - 1,)
            else:
                yes = tuple([index for index in nearest[child] if homes >> index & 1])
            if moves:
                kept, shortage, minds = [], row.shortage, against[child]
                conflict = row.conflict if minds else ()
                for index in yes:
                    if moves >> index & 1:
                        state = states[index]
                        grounds = staffing if state.shortage > shortage[index] else 0
                        if minds:
                            total, carried = 0.0, state.carried
                            for flag, weight in minds:
                                total += weight * carried[flag]
                            if conflict[index] < total:
                                grounds |= mix
                        if grounds:
                            if not row.told >> index & 1:
                                row.told |= 1 << index
                                log((now, _REFUSED, child, index, grounds | row.fires[index], 0.0))
                            continue
                    kept.append(index)
                if not kept:
                    continue
                yes = tuple(kept)
            if declining is not None:
                yes = declining.wanted(child, yes)
                if not yes:
                    continue
            stage, of_own = stages[child], yes
            if not self.all_own[stage]:
                own = self.own[stage]
                of_own = tuple([home for home in yes if own >> home & 1])
            willing.append(_new_row(WillingHomes, (child, self.rank[child], yes, of_own)))
        return willing

    def in_time(self, child: int, homes: int, now: float) -> int:
        """Those of `homes` (as bits) that have had their answer time since the referral."""
        listed = self.floor.listed[child]
        for wait, slow in self.floor.answer_times:
            if listed + wait > now:
                homes &= ~slow
        return homes
