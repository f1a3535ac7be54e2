"""The desk that decides at sittings: homes with a declared bed read the list, then places are given out.

A home answers about a child once it has had its answer time since both the referral and the bed were
declared. Between sittings nothing is asked. At a sitting, only what may have changed is read again:
homes that improved read the whole list, other homes read new referrals and new fortnights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.engine.clock import DECISIONS, Bell
from sim.engine.desk import ClassOfChild, Desk, RuleForWorld
from sim.engine.log import Kind

if TYPE_CHECKING:
    from sim.engine.declining import Declining
    from sim.engine.floor import Floor


_TIED = float(Kind.TIED)


class WillingHomes(NamedTuple):
    """A child and the homes that would take the child today, in the child's order of preference.

    `own` are those among them that do not put other children before this one.
    """

    child: int
    rank: float
    homes: tuple[int, ...]
    own: tuple[int, ...]


class Needs(NamedTuple):
    """What a child takes of a home."""

    purpose: int
    day: float
    night: float


class Left(NamedTuple):
    """What a home has left: places by pool, usable ones in all, and staff units."""

    pools: tuple[int, int, int]
    usable: int
    day: float
    night: float


class Room:
    """Room in homes at one sitting, as a ledger that the chooser writes in without moving anybody."""

    def __init__(self, desk: SittingDesk) -> None:
        self.desk = desk
        self.given: dict[int, tuple[int, int, float, float]] = {}  # places by purpose, units by day and night
        self.of_quota: dict[int, int] = {}  # places given to children of each quota

    def fits(self, child: int, home: int) -> bool:
        purpose, day, night, keep = self.desk.needs[self.desk.stage[child]]
        state = self.desk.floor.homes[home]
        if self.desk.limits is not None:
            keep = self.keep(child, home)
        if home not in self.given:
            return state.fits(purpose, day, night, keep)
        welfare, justice, by_day, by_night = self.given[home]
        room = state.room_after(purpose, (welfare, justice))
        return room > keep and state.has_staff(day + by_day, night + by_night)

    def needs(self, child: int) -> Needs:
        return Needs(*self.desk.needs[self.desk.stage[child]][:3])

    def keep(self, child: int, home: int) -> int:
        desk = self.desk
        stage = desk.stage[child]
        keep = desk.needs[stage][3]
        if desk.limits is None:
            return keep
        return desk.limits.keep(stage, desk.floor.homes[home], keep, self.of_quota.get(desk.quota[stage], 0))

    def room(self, home: int) -> Left:
        state, (welfare, justice, day, night) = (
            self.desk.floor.homes[home],
            self.given.get(home, (0, 0, 0.0, 0.0)),
        )
        spilt = max(0, welfare - state.free[0]) + max(0, justice - state.free[1])
        pools = (state.free[0] - welfare, state.free[1] - justice, state.free[2] - spilt)
        return Left(
            (max(0, pools[0]), max(0, pools[1]), max(0, pools[2])),
            max(0, state.usable - state.taken - welfare - justice),
            state.staff_day - state.used_day - day,
            state.staff_night - state.used_night - night,
        )

    def take(self, child: int, home: int) -> None:
        stage = self.desk.stage[child]
        purpose, day, night, _ = self.desk.needs[stage]
        quota = self.desk.quota[stage]
        self.of_quota[quota] = self.of_quota.get(quota, 0) + 1
        welfare, justice, by_day, by_night = self.given.get(home, (0, 0, 0.0, 0.0))
        self.given[home] = (
            welfare + (purpose == 0),
            justice + (purpose == 1),
            by_day + day,
            by_night + night,
        )


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
        self.since: dict[
            int, float
        ] = {}  # day from which waiting counts, where it is not that of the referral
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
        self.changed[0] |= homes
        self.changed[1] |= homes

    def widened(self, child: int, stage: int) -> None:
        self.stage[child] = stage
        self.hopes[child] = self.asked[stage]
        heappush(
            self.fresh,
            (self.floor.clock._now, child, self.floor.ordinal[child], self.floor.every_home, False),
        )

    def _next_sitting(self) -> None:
        day = next(self._days, None)
        if day is not None:
            self.floor.clock.set(self._bell, day, DECISIONS)

    def _sit(self, bell: Bell) -> None:
        now = self.floor.clock._now
        ready = [self._ready_homes(purpose, now) if purpose in self.purposes else 0 for purpose in (0, 1)]
        again = self._read_again(now)
        reading = [changed & homes for changed, homes in zip(self.changed, ready, strict=True)]
        if reading[0] or reading[1] or again:
            self._decide(now, ready, reading, again)
        self._next_sitting()

    def _ready_homes(self, purpose: int, now: float) -> int:
        """Open homes (as bits) that have had their answer time since they declared a bed."""
        ready, opened, homes = 0, self.floor.open[purpose], self.floor.homes
        while opened:
            bit = opened & -opened
            opened ^= bit
            home = homes[bit.bit_length() - 1]
            if home.open_since[purpose] + home.answer_days <= now:
                ready |= bit
        return ready

    def _read_again(self, now: float) -> dict[int, int]:
        """Children whom some homes (as bits) read for the first time, or in a new fortnight."""
        again: dict[int, int] = {}
        while self.fresh and self.fresh[0][0] <= now:
            _, child, ordinal, homes, fortnight = heappop(self.fresh)
            if not self.floor.waits(child) or self.floor.ordinal[child] != ordinal:
                continue
            if fortnight:  # homes that read nothing now may still find out what they think of the child
                self.hopes[child] = self.asked[self.stage[child]]
                heappush(self.fresh, (self.floor.next_fortnight(child), child, ordinal, homes, True))
            again[child] = again.get(child, 0) | homes
        return again

    def _decide(self, now: float, ready: list[int], reading: list[int], again: dict[int, int]) -> None:
        willing = []
        to_read = self._to_read(ready, reading, again)
        if self.asks:
            held = self.floor.held
            due = [child for child, _ in to_read if child not in held or held[child].until <= now]
            if due:
                self.floor.hold_answers(due)
        for child, homes in to_read:
            yes = self._willing_homes(child, homes, now)
            if self.declining is not None:
                yes = self.declining.wanted(child, yes)
            if yes:
                stage = self.stage[child]
                own = self.own[stage]
                of_own = yes if self.all_own[stage] else tuple([home for home in yes if own >> home & 1])
                willing.append(WillingHomes(child, self.rank[child], yes, of_own))
        self.changed = [changed & ~read for changed, read in zip(self.changed, reading, strict=True)]
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
        for child, _, yes, _ in willing:
            if self.floor.waits(child):
                for home in yes:
                    self.changed[self.purpose[self.stage[child]]] |= 1 << home

    def _to_read(self, ready: list[int], reading: list[int], again: dict[int, int]) -> list[tuple[int, int]]:
        """Children in order of the list, each with the homes (as bits) that read about the child now."""
        purposes, stages, asked = self.purpose, self.stage, self.asked
        due = {child: homes & ready[purposes[stages[child]]] for child, homes in again.items()}
        if reading[0] or reading[1]:
            hopes = self.hopes
            for child in self.child_at.values():
                homes = hopes[child] & reading[purposes[stages[child]]]
                if homes:
                    due[child] = due.get(child, 0) | homes
        order = sorted(due, key=self.rank.__getitem__)
        return [(child, homes) for child in order if (homes := due[child] & asked[stages[child]])]

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
            homes ^= refused
            if refused & ~row.told:
                self.tell(child, row, refused)
            self.hopes[child] = self.asked[self.stage[child]] & ~(row.refused & row.told)
        if not homes:
            return ()
        willing = self._in_order(child, homes)
        moves = homes & row.moves
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
