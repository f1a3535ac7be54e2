"""The floor: the few things that can happen to children and homes while the clock runs.

Everything that happens is one record in the log, and every change of a home is followed by a look at who
may now be placed.
"""

from __future__ import annotations

from heapq import heappush
from math import inf

from sim.engine.clock import DEPARTURES, REFERRALS, Bell, Ring
from sim.engine.facts import Facts
from sim.engine.log import Ending, EventLog, Kind, Leaving
from sim.engine.moving_on import MovingOn
from sim.engine.plan import Plan, Stay
from sim.engine.scotland import Scotland
from sim.engine.searches import Search, later_search
from sim.engine.state import EXPECTED, GONE, IN_SCOTLAND, OFFERED, PLACED, WAITING, State
from sim.engine.transfers import transferred
from sim.engine.writer import FIRST_REFERRALS, MOVED_IN

_REFERRED, _OFFERED, _OFFER_ENDED = float(Kind.REFERRED), float(Kind.OFFERED), float(Kind.OFFER_ENDED)
_ADMITTED, _LEFT, _ENDED = float(Kind.ADMITTED), float(Kind.LEFT), float(Kind.ENDED)
_MISMATCH, _ORDERS = float(Kind.MISMATCH), float(Kind.ORDERS)
_BROKE_DOWN, _TURNED_18 = int(Leaving.BROKE_DOWN), int(Leaving.TURNED_18)
_NEED_ENDED = int(Leaving.NEED_ENDED)
_CODE_BITS = 3  # room for a reason beside an ordinal in one number
_CODE = (1 << _CODE_BITS) - 1
_new = object.__new__  # an event without a call of its own: three are made for every child


class Floor(State):
    """What can happen in one replication. Desks read the state and call `offer`; nothing else moves a child."""

    __slots__ = (
        "_numbers", "_queue", "_ring_admission", "_ring_give_up", "_ring_leave", "children", "clerk", "day",
        "desk_of", "desks", "emergency", "first_at_once", "first_searches", "first_stays", "hazard", "horizon",
        "mark", "mismatch", "moving_on", "need_runs_while_waiting", "needs_mismatch", "order_requires_bed",
        "scotland",
    )  # fmt: skip

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.children, self.day, self.horizon = len(plan.day), plan.day, plan.horizon
        self.emergency, self.needs_mismatch = plan.emergency, plan.needs_mismatch
        self.mismatch, self.hazard = plan.mismatch, plan.hazard
        self.need_runs_while_waiting = plan.need_runs_while_waiting
        self.order_requires_bed, self.clerk = plan.order_requires_bed, plan.clerk
        first = self.first_clocks  # whether every child moves in at once when first referred
        self.first_at_once = not (any(plan.emergency) or any(first.lead) or any(first.court))
        self.first_searches, self.first_stays = plan.first_searches, plan.first_stays
        self._queue, self._numbers, self.mark = self.clock.queue, self.clock.numbers, self.writer.mark
        self.desks = list(plan.desks(self))
        self.desk_of = list(map(self.desks.__getitem__, plan.desk_of))
        self.scotland = Scotland(self)
        self.moving_on = None if plan.moving_on is None else MovingOn(self, plan.moving_on)
        self._ring_give_up: Ring = self._give_up
        self._ring_admission: Ring = self._admission_due
        self._ring_leave: Ring = self._leave

    # -- the run ---------------------------------------------------------------------------------

    def play(self) -> EventLog:
        """Run to the horizon and return the log; what is still open then is recorded as open."""
        residents = self.plan.residents
        self.parts += (facts := Facts(self), *self.desks)
        facts.start(residents)
        self.scotland.start()
        self.following = residents
        if residents < self.children:
            bell = Bell(self._refer, residents)
            self.clock.beside = self.day[residents], REFERRALS, next(self._numbers), bell
        self.clock.run(until=self.plan.horizon)
        now = self.plan.horizon
        for child in [one for one, state in enumerate(self.state) if EXPECTED < state < IN_SCOTLAND]:
            if self.state[child] == PLACED:
                self.log((now, _LEFT, child, self.home_of[child], float(Leaving.STILL_PLACED), 0.0))
            else:
                self.log((now, _ENDED, child, -1, float(Ending.OPEN), 0.0))
        return self.writer.close()

    # -- the list --------------------------------------------------------------------------------

    def _refer(self, bell: Bell) -> None:
        """A child's first referral opens, and the clock is set for the next child's."""
        child, mark = bell.child, self.mark
        self.following = bell.child = following = child + 1
        if following < self.children:
            self.clock.beside = self.day[following], REFERRALS, next(self._numbers), bell
        mark(FIRST_REFERRALS)
        self.state[child] = WAITING
        if not self.desk_of[child].enlist(child, False):
            self._search(child, 0, self.first_searches[child])

    def enlist(self, child: int, priority: bool) -> None:
        """A referral opens."""
        now = self.clock._now
        self.listed[child] = now
        self.log((now, _REFERRED, child, -1, self.ordinal[child], priority))
        self._wait(child, priority)

    def _wait(self, child: int, priority: bool) -> None:
        """The child is placed at once, or the search for a place begins, or goes on."""
        self.state[child] = WAITING
        if not self.desk_of[child].enlist(child, priority):
            ordinal = self.ordinal[child]
            self._search(
                child, ordinal, later_search(self, child, ordinal) if ordinal else self.first_searches[child]
            )

    def _search(self, child: int, ordinal: int, search: Search) -> None:
        """The authority's clocks run from the referral."""
        (over, ending, north), now = search, self.clock._now
        if over <= now:
            self._end(child, ending)
            return
        if over < self.horizon:
            bell = _new(Bell)
            bell.ring, bell.child, bell.number = self._ring_give_up, child, ordinal << _CODE_BITS | ending
            heappush(self._queue, (over, DEPARTURES, next(self._numbers), bell))
        if north < inf:
            self.scotland.ask_on(child, max(now, north))

    def _give_up(self, bell: Bell) -> None:
        child = bell.child
        if self.state[child] == WAITING and self.ordinal[child] == bell.number >> _CODE_BITS:
            self._end(child, bell.number & _CODE)

    def _end(self, child: int, ending: int) -> None:
        self.desk_of[child].delist(child)
        self.state[child] = GONE
        self.held.pop(child, None)
        self.log((self.clock._now, _ENDED, child, -1, ending, 0.0))

    # -- places ----------------------------------------------------------------------------------

    def offer(self, child: int, index: int) -> None:
        """A home's yes is accepted: the place is held until the child is admitted."""
        now, clerk = self.clock._now, self.clerk
        if clerk is not None:
            clerk.offered(child, index)
        self.settle(child, self.homes[index])
        ordinal = self.ordinal[child]
        if self.first_at_once and not ordinal and not self.held:
            self.live_in(child, MOVED_IN)
            return
        clocks = self.clocks(ordinal) if ordinal else self.first_clocks
        if self.emergency[child] and now - self.free_of_order[child] > self.plan.emergency_window:
            delay = clocks.travel[child]
            self.free_of_order[child] = now + delay
        else:
            delay = clocks.lead[child]
            if not self.order_requires_bed and (court := clocks.court[child]):
                delay += max(0.0, court - (now - self.listed[child])) - court
        self.held.pop(child, None)
        if delay > 0:
            self.state[child] = OFFERED
            self.log((now, _OFFERED, child, index, self.pool_of[child], delay))
            self.offers[child] += 1
            bell = _new(Bell)
            bell.ring, bell.child, bell.number = self._ring_admission, child, self.offers[child]
            heappush(self._queue, (now + delay, REFERRALS, next(self._numbers), bell))
        else:
            self.live_in(child, MOVED_IN)

    def _admission_due(self, bell: Bell) -> None:
        child, now = bell.child, self.clock._now
        if self.state[child] != OFFERED or self.offers[child] != bell.number:
            return  # the home has closed since
        too_late = self.plan.birthday_18[child] <= now
        need_over = self.need_runs_while_waiting and self.need_left[child] <= now - self.listed[child]
        if not (too_late or need_over):
            self.live_in(child, MOVED_IN)
            return
        self.log((now, _OFFER_ENDED, child, self.home_of[child], 0.0, 0.0))
        self.state[child] = GONE
        self.log((now, _ENDED, child, -1, Ending.AGED_18 if too_late else Ending.WITHDRAWN, 0.0))
        self.vacate(child)

    def lose_offer(self, child: int) -> None:
        """The home of an offer has closed: the child is back on the list, with the clocks of the referral."""
        self.log((self.clock._now, _OFFER_ENDED, child, self.home_of[child], 0.0, 0.0))
        self.state[child] = EXPECTED
        self.vacate(child)
        self._wait(child, priority=True)

    def live_in(self, child: int, kind: float = _ADMITTED) -> None:
        """The child lives in its home from now on; the day of leaving and its reason are settled."""
        now, index, ordinal = self.clock._now, self.home_of[child], self.ordinal[child]
        log = self.log  # as a local, for a call of what an attribute holds is slow
        self.state[child] = PLACED
        if ordinal or self.need_runs_while_waiting or self.free_of_order[child] == now:
            days, reason, met, orders = self._later_stay(child, ordinal)
        else:
            days, reason, met, orders = self.first_stays[child]
        over = now + met
        log((now, kind, child, index, self.pool_of[child], over))
        if orders:
            log((now, _ORDERS, child, index, 0.0, orders))
        leaves = now + days
        if self.birthday_18[child] < leaves:
            leaves, reason = max(now, self.birthday_18[child]), _TURNED_18
        if self.needs_mismatch:
            home, mismatch_of, hazard_of = self.homes[index], self.mismatch, self.hazard
            conflict = self.conflict_with_others(child, home) if self.against[child] else 0.0
            mismatch = mismatch_of(child, index, home.shortage, conflict)
            log((now, _MISMATCH, child, index, 0.0, mismatch))
            hazard = hazard_of(mismatch)
            if hazard > 0:
                clocks = self.clocks(ordinal) if ordinal else self.first_clocks
                breaks = now + clocks.breakdown[child] / hazard
                if breaks < leaves:
                    leaves, reason = breaks, _BROKE_DOWN
                    self.breaking.add(child)
        self.moved_in[child] = now
        self.met[child] = over
        if leaves < self.horizon:
            bell = _new(Bell)
            bell.ring, bell.child, bell.number = self._ring_leave, child, ordinal << _CODE_BITS | reason
            heappush(self._queue, (leaves, DEPARTURES, next(self._numbers), bell))

    def _later_stay(self, child: int, ordinal: int) -> Stay:
        """The stay of a child for what is left of its need, or without an order at first."""
        now = self.clock._now
        if self.need_runs_while_waiting:
            self.need_left[child] -= now - self.listed[child]
        return self.plan.stay(child, ordinal, now, self.need_left[child], self.free_of_order[child] == now)

    def _leave(self, bell: Bell) -> None:
        child, reason = bell.child, bell.number & _CODE
        if self.state[child] != PLACED or self.ordinal[child] != bell.number >> _CODE_BITS:
            return  # the home has closed since
        if reason == _BROKE_DOWN:
            if self.plan.transfer_sought and transferred(self, child):
                return
            self.depart(child, reason)
            return
        if self.moving_on is not None and reason == _NEED_ENDED and not self.moving_on.may_leave(child):
            return
        now, met, log = self.clock._now, self.met[child], self.log  # as in `depart`, without its call
        log((now, _LEFT, child, self.home_of[child], reason, now - met if met < now else 0.0))
        self.state[child] = GONE
        homes = self.give_back(child).bit
        for desk in self.desks:
            desk.improved(homes)

    def depart(self, child: int, reason: int) -> None:
        """The child leaves its home."""
        now, met = self.clock._now, self.met[child]
        self.log((now, _LEFT, child, self.home_of[child], reason, now - met if met < now else 0.0))
        self.state[child] = GONE
        self.vacate(child)
        if reason != _BROKE_DOWN:
            return
        self.breaking.discard(child)
        if self.clocks(self.ordinal[child]).again[child] < self.plan.referred_again:
            self.refer_again(child, priority=False)

    def leave_early(self, child: int) -> None:
        """The child moves on before its time, because another needs the place."""
        self.log((self.clock._now, _LEFT, child, self.home_of[child], float(Leaving.MOVED_EARLY), 0.0))
        self.state[child] = GONE
        self.vacate(child)

    def leave_closed(self, child: int) -> None:
        """The child's home has closed; whoever still needs a place is referred again before all others."""
        self.state[child] = GONE
        self.vacate(child)
        self.refer_again(child, priority=True)

    def refer_again(self, child: int, priority: bool) -> None:
        """A later referral of the same child, with draws of its own, for what is left of the need.

        A child without a need is not referred again.
        """
        self.need_left[child] -= self.clock._now - self.moved_in[child]
        if self.need_left[child] > 0:
            self.ordinal[child] += 1
            self.enlist(child, priority)

    def vacate(self, child: int) -> None:
        """Give back the child's place, and let whoever can have it have it."""
        home = self.give_back(child)
        for desk in self.desks:
            desk.improved(home.bit)

    def gone_north(self, child: int) -> float:
        """Take the child off the list for a Scottish centre; returns the days of the stay there."""
        self.desk_of[child].delist(child)
        self.state[child] = IN_SCOTLAND
        self.held.pop(child, None)
        now, need = self.clock._now, self.need_left[child]
        self.log((now, _ENDED, child, -1, Ending.SCOTLAND, 0.0))
        if self.need_runs_while_waiting:
            need -= now - self.listed[child]
        days = self.plan.stay(child, self.ordinal[child], now, need, False)[0]
        return min(days, max(0.0, self.plan.birthday_18[child] - now))
