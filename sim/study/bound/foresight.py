"""A clairvoyant desk that reads the future of each child on its list, and places whoever saves most for the room.

From the child's own clocks it knows how long the child would wait if nothing were found, how soon it would move in,
how long it would stay, and whether the placement would break down among those who live there now. What a place saves
is need x days of waiting, less the waiting that would follow a breakdown. What it costs is the room that the child
takes, at the home's own prices of places and staff, times days. Who saves less than the going rate is not placed, so
that there is room when somebody comes who saves more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.engine.clock import DECISIONS, Bell
from sim.engine.desk import Desk
from sim.outcomes.spells import Floats
from sim.study.bound.room import KINDS
from sim.study.bound.schedule import ClairvoyantDesk

if TYPE_CHECKING:
    from sim.engine.floor import Floor
    from sim.engine.homes import HomeState

# going rates that are tried, in days of waiting saved (of a child of usual need) for each day of a place
RATES = (0.09, 0.0, 0.105, 0.12, 0.075, 0.05)
_HANDLING = 1.0  # days of a place added to every stay, so that stays of no days do not count as free


class _Future(NamedTuple):
    """Of one referral on the list: need, last day of it without a place, days to admission, days in the home, its
    clock of breakdown, and the need that a later referral could have (0: none would follow a breakdown)."""

    need: float
    over: float
    delay: float
    stay: float
    clock: float
    back: float


class ForesightDesk(ClairvoyantDesk):
    """`costs` has what a day in each home costs for each child; `window` is the one in which waiting counts."""

    def __init__(
        self, floor: Floor, plain: Desk, need: list[float], window: tuple[float, float], costs: list[list[float]],
        rate: float,
    ) -> None:  # fmt: skip
        super().__init__(floor, plain)
        self.need, self.window, self.costs, self.rate = need, window, costs, rate
        self._futures: dict[int, _Future] = {}
        self._new: dict[int, None] = {}  # children who have not been looked at
        self._better = 0  # homes (as bits) with more room than when last looked at
        self._called = False

    def enlist(self, child: int, priority: bool) -> bool:
        self._futures[child] = self._future(child)
        self._new[child] = None
        self._call()
        return super().enlist(child, priority)

    def delist(self, child: int) -> None:
        super().delist(child)
        del self._futures[child]
        self._new.pop(child, None)

    def improved(self, homes: int) -> None:
        self._better |= homes
        self._call()

    def _call(self) -> None:
        """Decide later in this moment, when all that happens in it has happened."""
        if not self._called:
            self._called = True
            self.floor.clock.set(Bell(self._decide), self.floor.clock._now, DECISIONS)

    def _decide(self, bell: Bell) -> None:
        """What a place saves only falls while a child waits, so new children and better homes are all that matter."""
        self._called = False
        homes = self.floor.homes
        opened = [home for home in homes if self.floor.open[0] & home.bit]
        better = [home for home in opened if self._better & home.bit]
        wanted = []
        for child in self.waiting:
            for home in opened if child in self._new else better:
                if self.room(child, home) and (worth := self._worth(child, home)) >= self.rate:
                    wanted.append((-worth, child, home.index))
        for _, child, index in sorted(wanted):
            if child in self.waiting and self.room(child, homes[index]):
                self.place(child, index)
        self._better = 0
        self._new.clear()

    def _future(self, child: int) -> _Future:
        floor, plan, now = self.floor, self.floor.plan, self.floor.clock._now
        ordinal, listed, need_left = floor.ordinal[child], floor.listed[child], floor.need_left[child]
        clocks = floor.clocks(ordinal)
        wait = min(clocks.gives_up[child], plan.birthday_18[child] - listed)
        if plan.need_runs_while_waiting:
            wait = min(wait, need_left)
        no_order = plan.emergency[child] and now - floor.free_of_order[child] > plan.emergency_window
        delay = clocks.travel[child] if no_order else clocks.lead[child]
        if not (no_order or plan.order_requires_bed):
            delay -= clocks.court[child]
        return _Future(
            need=self.need[child],
            over=listed + wait,
            delay=delay,
            stay=plan.stay(child, ordinal, now + delay, need_left, no_order)[0],
            clock=clocks.breakdown[child],
            back=need_left if clocks.again[child] < plan.referred_again else 0.0,
        )

    def _worth(self, child: int, home: HomeState) -> float:
        """Need-days saved for what the place costs, if the child were offered the home now."""
        future, plan, floor = self._futures[child], self.floor.plan, self.floor
        moves_in = floor.clock._now + future.delay
        start, end = self.window
        saved = future.need * (max(start, min(future.over, end)) - max(start, min(moves_in, end)))
        stay = max(0.0, min(future.stay, plan.birthday_18[child] - moves_in))
        cost = self.costs[child][home.index]
        if plan.needs_mismatch:
            hazard = plan.hazard(plan.mismatch(child, home.index, home.shortage, floor.conflict(child, home)))
            if hazard > 0 and future.clock / hazard < stay:
                stay = future.clock / hazard
                if future.back > stay and start < moves_in + stay < end:
                    saved -= self._comes_back(child, (future.back - stay) * cost)
        return saved / ((stay + future.delay + _HANDLING) * cost)

    def _comes_back(self, child: int, room: float) -> float:
        """What a later referral adds: it waits in vain, or for its court and then takes room at the going rate."""
        clocks = self.floor.clocks(self.floor.ordinal[child] + 1)
        waits = min(
            clocks.gives_up[child], clocks.lead[child] + self.rate * room / max(self.need[child], 1e-9)
        )
        return float(self.need[child] * waits)


def day_costs(prices: Floats, needs: list[tuple[int, float, float]], usual: Floats) -> list[list[float]]:
    """[children][homes]: what a day in a home costs a child, where a usual child costs 1.

    `prices` [homes, 3] are of a place and of a unit of staff by day and by night; `usual` is what a usual
    child takes.
    """
    worth = prices * usual
    total = worth.sum(axis=1, keepdims=True)
    shares = [
        [1.0, *[0.0] * (KINDS - 1)] if not sum(row) else row
        for row in (worth / (total + (total == 0))).tolist()
    ]
    day, night = (float(units) or 1.0 for units in usual[1:])
    return [
        [
            max(place + by_day * one / day + by_night * other / night, 0.1)
            for place, by_day, by_night in shares
        ]
        for _, one, other in needs
    ]
