"""The floor: every child and every home while the clock runs, and the few things that can happen.

A child is expected, waiting, offered a place, placed, in Scotland, or gone. Everything that happens is
one record in the log, and every change of a home is followed by a look at who may now be placed.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.engine.clock import DECISIONS, DEPARTURES, PLACES, REFERRALS, Bell, Clock
from sim.engine.desk import AnswerRow
from sim.engine.homes import HomeState
from sim.engine.log import Ending, EventLog, Kind, Leaving, Writer
from sim.engine.plan import Plan

EXPECTED, WAITING, OFFERED, PLACED, IN_SCOTLAND, GONE = range(6)
_REFERRED, _OFFERED, _OFFER_ENDED = float(Kind.REFERRED), float(Kind.OFFERED), float(Kind.OFFER_ENDED)
_ADMITTED, _LEFT, _ENDED, _MISMATCH = (
    float(Kind.ADMITTED), float(Kind.LEFT), float(Kind.ENDED), float(Kind.MISMATCH))  # fmt: skip
_PLACED = float(Ending.PLACED)
_ALMOST = 1e-9


class Floor:
    """State of one replication. Desks read it and call `offer`; nothing else moves a child."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.clock = Clock()
        self.writer = Writer()
        self.log = self.writer.add
        easiest = (min(plan.units_day, default=0.0), min(plan.units_night, default=0.0))
        self.homes = [
            HomeState(i, home.establishment, home.answer_days, plan.kinds_of_flag, easiest)
            for i, home in enumerate(plan.homes)
        ]
        self.every_home = (1 << len(self.homes)) - 1
        self.answer_times = _by_answer_time(self.homes)
        n = len(plan.day)
        self.state = [EXPECTED] * n
        self.listed = list(plan.day)
        self.ordinal = [0] * n
        self.need_left = list(plan.need_days)
        self.home_of = [-1] * n
        self.pool_of = [0] * n
        self.fortnights: list[tuple[int, AnswerRow] | None] = [None] * n
        self.against = plan.against
        self.staffing_bit, self.mix_bit = plan.staffing_bit, plan.mix_bit
        self.clocks = [plan.clocks(0)]
        self.scotland_free = 0
        self.desks = list(plan.desks(self))
        self.desk_of = [self.desks[number] for number in plan.desk_of]

    # -- the run ---------------------------------------------------------------------------------

    def play(self) -> EventLog:
        """Run to the horizon and return the log; what is still open then is recorded as open."""
        plan, clock = self.plan, self.clock
        self._calendar = iter(plan.calendar)
        self._staff = iter(plan.staff)
        self._children = iter(range(len(plan.day)))
        self._next_change = next(self._calendar, None)
        self._next_staff = next(self._staff, None)
        self._change_places(Bell(clock, self._change_places))
        self._change_staff(Bell(clock, self._change_staff))
        self._settle_residents(self._children)
        for day, places in plan.scotland:
            clock.set(Bell(clock, self._change_scotland, places), max(day, 0.0), PLACES)
        self._set_next_referral(Bell(clock, self._refer))
        clock.run(until=plan.horizon)
        self._close()
        return self.writer.close()

    def _close(self) -> None:
        now = self.plan.horizon
        for child, state in enumerate(self.state):
            if state in (WAITING, OFFERED):
                self.log((now, _ENDED, child, -1, float(Ending.OPEN), 0.0))
            elif state == PLACED:
                self.log((now, _LEFT, child, self.home_of[child], float(Leaving.STILL_PLACED), 0.0))

    # -- what desks ask --------------------------------------------------------------------------

    def waits(self, child: int) -> bool:
        """Whether the child is on the list without an offer."""
        return self.state[child] == WAITING

    def answers(self, child: int) -> AnswerRow:
        """Homes' answers about a child in the fortnight that runs now."""
        since = self.clock._now - self.listed[child]
        fortnight = int(since / self.plan.repeat_days + _ALMOST)
        known = self.fortnights[child]
        if known is None or known[0] != fortnight:
            known = (fortnight, self.plan.answers.row(child, fortnight, self.ordinal[child]))
            self.fortnights[child] = known
        return known[1]

    def next_fortnight(self, child: int) -> float:
        """The day on which the child's next fortnight on the list begins."""
        repeat, listed = self.plan.repeat_days, self.listed[child]
        return listed + repeat * (int((self.clock._now - listed) / repeat + _ALMOST) + 1)

    def conflict(self, child: int, home: HomeState) -> float:
        """Conflict of a child with the children who live in a home or are expected there."""
        carried = home.carried
        return sum(weight * carried[flag] for flag, weight in self.against[child])

    # -- children --------------------------------------------------------------------------------

    def _set_next_referral(self, bell: Bell) -> None:
        child = next(self._children, -1)
        if child >= 0:
            bell.child = child
            self.clock.set(bell, self.plan.day[child], REFERRALS)

    def _refer(self, bell: Bell) -> None:
        child = bell.child
        self._set_next_referral(bell)
        self._enlist(child, priority=False)

    def _enlist(self, child: int, priority: bool) -> None:
        now, ordinal = self.clock._now, self.ordinal[child]
        self.listed[child] = now
        self.state[child] = WAITING
        self.fortnights[child] = None
        self.log((now, _REFERRED, child, -1, float(ordinal), float(priority)))
        if self.desk_of[child].enlist(child, priority):
            return
        while len(self.clocks) <= ordinal:
            self.clocks.append(self.plan.clocks(len(self.clocks)))
        clocks = self.clocks[ordinal]
        wait, ending = clocks.gives_up[child], clocks.ending[child]
        if self.plan.need_runs_while_waiting and self.need_left[child] < wait:
            wait, ending = self.need_left[child], Ending.WITHDRAWN
        if self.plan.birthday_18[child] - now < wait:
            wait, ending = max(0.0, self.plan.birthday_18[child] - now), Ending.AGED_18
        if wait <= 0:
            self._end(child, ending)
        elif now + wait < self.plan.horizon:
            self.clock.set(Bell(self.clock, self._give_up, child, ordinal * 8 + ending), now + wait, DEPARTURES)
        if clocks.scotland[child] < wait:
            self.clock.set(
                Bell(self.clock, self._try_scotland, child, ordinal), now + clocks.scotland[child], DECISIONS
            )

    def _give_up(self, bell: Bell) -> None:
        ordinal, ending = divmod(bell.home, 8)
        if self.state[bell.child] == WAITING and self.ordinal[bell.child] == ordinal:
            self._end(bell.child, Ending(ending))

    def _end(self, child: int, ending: Ending) -> None:
        self.desk_of[child].delist(child)
        self.state[child] = GONE
        self.log((self.clock._now, _ENDED, child, -1, float(ending), 0.0))

    # -- places ----------------------------------------------------------------------------------

    def offer(self, child: int, index: int) -> None:
        """A home's yes is accepted: the place is held until the child is admitted."""
        home, now = self.homes[index], self.clock._now
        desk = self.desk_of[child]
        pool = home.take(desk.purpose, self.plan.units_day[child], self.plan.units_night[child])
        for flag in self.plan.carries[child]:
            home.carried[flag] += 1
        self.home_of[child], self.pool_of[child] = index, pool
        for each in self.desks:
            each.reopen(home)
        delay = self._days_to_admission(child, now)
        if delay > 0:
            self.state[child] = OFFERED
            self.log((now, _OFFERED, child, index, 0.0, delay))
            self.clock.set(Bell(self.clock, self._admission_due, child), now + delay, REFERRALS)
        else:
            self._admit(child)

    def _days_to_admission(self, child: int, now: float) -> float:
        clocks = self.clocks[self.ordinal[child]] if self.ordinal[child] < len(self.clocks) else None
        if clocks is None:
            clocks = self.plan.clocks(self.ordinal[child])
            self.clocks.append(clocks)
        if self.plan.order_requires_bed:
            return clocks.lead[child]
        court = clocks.court[child]
        return clocks.lead[child] - court + max(0.0, court - (now - self.listed[child]))

    def _admission_due(self, bell: Bell) -> None:
        child, now = bell.child, self.clock._now
        too_late = self.plan.birthday_18[child] <= now
        need_over = self.plan.need_runs_while_waiting and self.need_left[child] <= now - self.listed[child]
        if too_late or need_over:
            self.log((now, _OFFER_ENDED, child, self.home_of[child], 0.0, 0.0))
            ending = Ending.AGED_18 if too_late else Ending.WITHDRAWN
            self.state[child] = GONE
            self.log((now, _ENDED, child, -1, float(ending), 0.0))
            self._vacate(child)
        else:
            self._admit(child)

    def _admit(self, child: int) -> None:
        now, index = self.clock._now, self.home_of[child]
        self.state[child] = PLACED
        self.log((now, _ENDED, child, index, _PLACED, 0.0))
        if self.plan.need_runs_while_waiting:
            self.need_left[child] -= now - self.listed[child]
        self._live_in(child, index)

    def _live_in(self, child: int, index: int) -> None:
        """The child lives in the home from now on; the day of leaving and its reason are settled."""
        plan, now, home = self.plan, self.clock._now, self.homes[index]
        ordinal = self.ordinal[child]
        home.residents.add(child)
        stay = plan.stay(child, ordinal, now, self.need_left[child])
        self.log((now, _ADMITTED, child, index, float(self.pool_of[child]), now + stay.need_met))
        leaves, reason = now + stay.days, Leaving[stay.reason.upper()]
        if plan.birthday_18[child] < leaves:
            leaves, reason = max(now, plan.birthday_18[child]), Leaving.TURNED_18
        if plan.needs_mismatch:
            mismatch = plan.mismatch(child, index, home.shortage, self.conflict(child, home))
            self.log((now, _MISMATCH, child, index, 0.0, mismatch))
            hazard = plan.hazard(mismatch)
            if hazard > 0 and now + self.clocks[ordinal].breakdown[child] / hazard < leaves:
                leaves, reason = now + self.clocks[ordinal].breakdown[child] / hazard, Leaving.BROKE_DOWN
        self.need_left[child] -= leaves - now
        if leaves < plan.horizon:
            bell = Bell(self.clock, self._leave, child, ordinal * 8 + reason)
            bell.met = now + stay.need_met
            self.clock.set(bell, leaves, DEPARTURES)

    def _leave(self, bell: Bell) -> None:
        child = bell.child
        ordinal, reason = divmod(bell.home, 8)
        if self.state[child] != PLACED or self.ordinal[child] != ordinal:
            return  # the home has closed since
        now = self.clock._now
        delayed = now - bell.met if bell.met < now else 0.0
        self.log((now, _LEFT, child, self.home_of[child], float(reason), delayed))
        self.state[child] = GONE
        self.homes[self.home_of[child]].residents.discard(child)
        self._vacate(child)
        if reason == Leaving.BROKE_DOWN and self.clocks[ordinal].again[child] < self.plan.referred_again:
            self.ordinal[child] += 1
            self._enlist(child, priority=False)

    def _vacate(self, child: int) -> None:
        """Give back the child's place, and let whoever can have it have it."""
        home = self.homes[self.home_of[child]]
        home.give_back(self.pool_of[child], self.plan.units_day[child], self.plan.units_night[child])
        for flag in self.plan.carries[child]:
            home.carried[flag] -= 1
        self.home_of[child] = -1
        self._improved(home.bit)

    def _improved(self, homes: int) -> None:
        """After a change of some homes (as bits): note which are open, then place who can be placed."""
        for desk in self.desks:
            for home in self.homes:
                if homes & home.bit:
                    desk.reopen(home)
        for desk in self.desks:
            desk.improved(homes)

    # -- dated facts -----------------------------------------------------------------------------

    def _settle_residents(self, children: Iterator[int]) -> None:
        """Children who live in a home at the start; the rest of the tape is left in `children`."""
        count = sum(self.plan.resident)
        for child in (next(children) for _ in range(count)):
            home = self.homes[self.plan.starts_in[child]]
            purpose = self.desk_of[child].purpose
            self.pool_of[child] = home.take(purpose, self.plan.units_day[child], self.plan.units_night[child])
            for flag in self.plan.carries[child]:
                home.carried[flag] += 1
            self.home_of[child], self.state[child] = home.index, PLACED
            self._live_in(child, home.index)
        self._improved(self.every_home)

    def _change_places(self, bell: Bell) -> None:
        now, touched, closing = self.clock._now, 0, []
        while self._next_change is not None and self._next_change.day <= now:
            change = self._next_change
            home = self.homes[change.home]
            if change.approved is not None:
                home.approve(change.approved)
                for pool, places in enumerate(change.approved):
                    self.log((now, float(Kind.APPROVED), -1, home.index, float(pool), float(places)))
            if change.shut is not None:
                home.shut = list(change.shut)
                home.use()
                for cause, places in enumerate(change.shut):
                    self.log((now, float(Kind.SHUT), -1, home.index, float(cause), float(places)))
            if change.closes:
                closing.append(home)
            touched |= home.bit
            self._next_change = next(self._calendar, None)
        if self._next_change is not None:
            self.clock.set(bell, self._next_change.day, PLACES)
        for home in closing:
            self._transfer(home)
        self._improved(touched)

    def _transfer(self, home: HomeState) -> None:
        """A home that closes puts its residents back on the list, before all others."""
        now = self.clock._now
        for child in sorted(home.residents):
            self.log((now, _LEFT, child, home.index, float(Leaving.HOME_CLOSED), 0.0))
            home.residents.discard(child)
            self._vacate(child)
            self.ordinal[child] += 1
            self._enlist(child, priority=True)

    def _change_staff(self, bell: Bell) -> None:
        now, better = self.clock._now, 0
        while self._next_staff is not None and self._next_staff.day <= now:
            change = self._next_staff
            home = self.homes[change.home]
            if change.by_day != home.staff_day:
                self.log((now, float(Kind.STAFF_DAY), -1, home.index, 0.0, change.by_day))
            if change.by_night != home.staff_night:
                self.log((now, float(Kind.STAFF_NIGHT), -1, home.index, 0.0, change.by_night))
            if change.by_day > home.staff_day or change.by_night > home.staff_night:
                better |= home.bit
            home.staff_day, home.staff_night = change.by_day, change.by_night
            for desk in self.desks:
                desk.reopen(home)
            self._next_staff = next(self._staff, None)
        if self._next_staff is not None:
            self.clock.set(bell, self._next_staff.day, PLACES)
        if better:
            self._improved(better)

    # -- Scotland --------------------------------------------------------------------------------

    def _change_scotland(self, bell: Bell) -> None:
        places = bell.child
        self.log((self.clock._now, float(Kind.SCOTLAND), -1, -1, 0.0, float(places)))
        self.scotland_free += places - getattr(self, "_scotland_places", 0)
        self._scotland_places = places

    def _try_scotland(self, bell: Bell) -> None:
        """Ask Scotland; if it is full, ask again later for as long as the child waits."""
        child = bell.child
        if self.state[child] != WAITING or self.ordinal[child] != bell.home:
            return
        now = self.clock._now
        if self.scotland_free <= 0:
            self.clock.set(bell, now + self.plan.scotland_retry_days, DECISIONS)
            return
        self.desk_of[child].delist(child)
        self.state[child] = IN_SCOTLAND
        self.scotland_free -= 1
        self.log((now, _ENDED, child, -1, float(Ending.SCOTLAND), 0.0))
        need = self.need_left[child]
        if self.plan.need_runs_while_waiting:
            need -= now - self.listed[child]
        stay = self.plan.stay(child, self.ordinal[child], now, need)
        leaves = min(now + stay.days, max(now, self.plan.birthday_18[child]))
        self.clock.set(Bell(self.clock, self._leave_scotland, child), leaves, DEPARTURES)

    def _leave_scotland(self, bell: Bell) -> None:
        self.scotland_free += 1
        self.state[bell.child] = GONE
        self.log((self.clock._now, float(Kind.LEFT_SCOTLAND), bell.child, -1, 0.0, 0.0))


def _by_answer_time(homes: list[HomeState]) -> list[tuple[float, int]]:
    """Homes (as bits) by the days they take to answer."""
    times: dict[float, int] = {}
    for home in homes:
        times[home.answer_days] = times.get(home.answer_days, 0) | home.bit
    return sorted(times.items())
