"""The staff of all homes through time: one look every few days at who left, who came, who is away and who covers.

Handed its rules and innovations by the study, it only moves the clock: what it changes is the staff on shift and the
places that are shut, and it writes down why.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.engine.clock import PLACES, Bell
from sim.engine.homes import JUSTICE, HomeState, shortage
from sim.engine.incidents import Incidents
from sim.engine.log import Away, Cause, Kind, Source
from sim.engine.oversight import ENDED, NOTICE, make_oversight, shut_by
from sim.engine.posts import Posts, Sums
from sim.engine.staff_log import StaffLog
from sim.engine.staff_plan import Strain, WorkforcePlan

if TYPE_CHECKING:
    from sim.engine.floor import Floor

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_STAFF_DAY, _STAFF_NIGHT, _SHUT = float(Kind.STAFF_DAY), float(Kind.STAFF_NIGHT), float(Kind.SHUT)


class Workforce:
    """Walks through the steps, and tells the desks what improved; `transfer` moves children out of a shut home."""

    def __init__(self, floor: Floor, plan: WorkforcePlan, transfer: Callable[[HomeState], None]) -> None:
        self.floor, self.rules, self.transfer = floor, plan.rules, transfer
        rules, homes = plan.rules, len(floor.homes)
        self.posts = Posts(plan.posts, plan.draws, rules, *rules.pace(), homes)
        self.draws = plan.draws
        self.incidents = Incidents(plan.draws, rules.off_site_days, homes)
        self.oversight = make_oversight(range(homes), plan.oversight)
        self.strain = Strain(
            overtime=np.zeros(homes),
            agency=np.zeros(homes),
            load=np.ones(homes),
            manager=np.array([one.has_manager for one in self.oversight]),
            poor=np.array([one.grade > 1 for one in self.oversight]),
            shut=np.zeros(homes, dtype=bool),
        )
        self.full = rules.establishment()
        self.sums = Sums(self.posts, rules.shift_of(np.arange(self.posts.role.max(initial=-1) + 1)), homes)
        self.all_posts = np.maximum(np.bincount(self.posts.home, self.posts.fte, homes), 1e-9)
        self.away_until: list[list[float]] = [[] for _ in range(homes)]
        self.dated = [list(home.shut) for home in floor.homes]  # shut by the calendar
        self.own_shut = [(0, 0, 0)] * homes  # shut by this: closed, restricted, without a manager
        self.suspended = [0] * homes
        self.live: list[dict[int, float]] = [{} for _ in range(homes)]
        self.log = StaffLog(
            floor,
            [
                *((Kind.WORKED, source) for source in Source),
                (Kind.AWAY, Away.SICK),
                (Kind.AWAY, Away.OFF_SITE),
                (Kind.MANAGER, 0),
                *((Kind.IN_POST, role) for role in range(self.sums.roles)),
            ],
        )
        self.pending = np.zeros((2, homes))  # hazards of managers since they were last looked at
        self.to_go = np.array([one.goal for one in self.oversight])
        self.next_visit = np.array([one.next_look() for one in self.oversight])
        self.unusual = np.array([one.is_unusual() for one in self.oversight])
        self.hours, self.least = np.array(rules.hours), np.array(rules.least)
        self.usual = rules.usual_incidents()
        self.steps = 0
        self.last = 0.0
        if rules.reads_children:
            floor.watchers.append(self)

    # -- what happens to children ----------------------------------------------------------------

    def noted(self, home: HomeState) -> None:
        """Nothing to do: homes are looked at in the step."""

    def came(self, child: int, home: HomeState) -> None:
        """A child lives in a home, or is expected there: how well it fits is felt from then on."""
        floor = self.floor
        conflict = floor.conflict_with_others(child, home)
        self.live[home.index][child] = floor.plan.mismatch(child, home.index, home.shortage, conflict)

    def left(self, child: int, home: HomeState) -> None:
        """A child has given its place back."""
        self.live[home.index].pop(child, None)

    def with_own(self, home: HomeState, dated: list[int]) -> list[int]:
        """Places shut by each cause, by the calendar and by this."""
        self.dated[home.index] = dated
        closed, restricted, manager = self.own_shut[home.index]
        most, whole = sum(home.approved), list(dated)
        for cause, places in (
            (Cause.CLOSED, closed), (Cause.RESTRICTED, restricted), (Cause.REGISTERED_MANAGER, manager)
        ):  # fmt: skip
            whole[cause] = min(most, whole[cause] + places) if places else whole[cause]
        return whole

    # -- the clock -------------------------------------------------------------------------------

    def start(self) -> None:
        """Day 0: who is in post, and who is on shift; then a step every few days."""
        now = self.floor.clock._now
        grades = np.array([float(one.grade) for one in self.oversight])
        below = np.flatnonzero(grades)  # what is not said is 0
        self.log.write(float(Kind.GRADE), below, 0.0, grades[below])
        for home in self.floor.homes:
            self._shut(home)
        self._put_on_shift(now, 0)
        self.floor.clock.set(Bell(self._step), now + self.rules.step_days, PLACES)

    def _step(self, bell: Bell) -> None:
        now, rules, strain = self.floor.clock._now, self.rules, self.strain
        days, self.last = now - self.last, now
        self.steps += 1
        self._have_incidents(now, days)
        hazards = days * rules.rates(now, strain)
        moves = self.posts.step(now, hazards[:3])
        if len(moves.left) or len(moves.joined):
            for rows, kind in ((moves.left, Kind.STAFF_LEFT), (moves.joined, Kind.STAFF_JOINED)):
                self.log.write(float(kind), self.posts.home[rows], self.posts.role[rows], 1.0)
        moving, touched = self._oversee(now, hazards[3:])
        better = 0
        for at in touched:
            better |= self._shut(self.floor.homes[at])
        better |= self._put_on_shift(now, self.steps)
        self.floor.clock.set(bell, now + rules.step_days, PLACES)
        for home in moving:
            self.transfer(home)
        if better:
            for desk in self.floor.desks:
                desk.improved(better)

    def _have_incidents(self, now: float, days: float) -> None:
        """Incidents since the last step; some take a member of staff off site."""
        rules, strain, homes = self.rules, self.strain, self.floor.homes
        children, mismatch = rules.usual_children(), np.full(len(homes), np.nan)
        if rules.reads_children:
            children = np.array([float(len(live)) for live in self.live])
            mismatch = np.array([sum(live.values()) / len(live) if live else np.nan for live in self.live])
        short = np.array([home.shortage for home in homes])
        usual = self.usual * days
        counts = self.incidents.step(days * rules.incidents_a_day(children, mismatch, short, strain))
        fresh = 1 - exp(-days / rules.memory_days)
        relative = np.where(usual > 0, counts / np.where(usual > 0, usual, 1.0), 1.0)
        strain.load += fresh * (relative - strain.load)
        some = np.flatnonzero(counts)
        self.log.write(float(Kind.INCIDENTS), some, 0.0, counts[some])
        for home, off in self.incidents.taken:
            self.away_until[home].append(now + off)

    def _oversee(self, now: float, hazards: Floats) -> tuple[list[HomeState], list[int]]:
        """Managers, visits, closures: homes whose children must move now, and homes that were looked at.

        A home with a manager, open and without a visit is not looked at: its hazard waits to be used.
        """
        strain = self.strain
        moving: list[HomeState] = []
        self.pending += hazards
        due = (self.pending[0] >= self.to_go) | (self.next_visit <= now) | self.unusual
        touched: list[int] = np.flatnonzero(due).tolist()
        if not touched:
            return moving, touched
        filled = np.bincount(self.posts.home, self.posts.there, len(due)) / self.all_posts
        for home in touched:
            one = self.oversight[home]
            one.step_manager(now, 1.0, float(self.pending[0, home]), float(self.pending[1, home]))
            if one.step_inspection(now, float(strain.agency[home]), float(strain.load[home])):
                self.floor.log((now, float(Kind.GRADE), -1, home, 1.0, one.grade))
            kept, on_register = not one.for_good, one.state < ENDED
            if one.step_closure(now, float(filled[home])):
                moving.append(self.floor.homes[home])
            if kept and one.for_good:
                was = self.posts.give_up(home)
                self.floor.log((now, float(Kind.POSTS_ENDED), -1, home, 0.0, was))
            if on_register and one.state == ENDED:
                self._off_register(self.floor.homes[home])
            strain.manager[home] = one.has_manager
            strain.poor[home] = one.grade > 1
            strain.shut[home] = one.state >= NOTICE
            self.to_go[home], self.next_visit[home] = one.goal - one.used, one.next_look()
            self.unusual[home] = one.is_unusual()
        self.pending[:, touched] = 0.0
        return moving, touched

    def _off_register(self, home: HomeState) -> None:
        """The places of a home that has shut for good are no longer approved."""
        home.approve((0, 0, 0))
        for pool in range(3):
            self.floor.log((self.floor.clock._now, float(Kind.APPROVED), -1, home.index, pool, 0.0))

    # -- what follows for homes ------------------------------------------------------------------

    def _shut(self, home: HomeState) -> int:
        """Bring the places that are shut up to date; the home (as bits) if more may be used than before."""
        one, at, before = self.oversight[home.index], home.index, home.usable
        terms = one.terms()
        justice = home.approved[JUSTICE]
        suspended = 0 if terms.contract or terms.closed else justice
        lived_in = justice - (home.free[JUSTICE] + self.suspended[at])
        empty = max(0, suspended - max(0, lived_in))
        own = shut_by(terms, sum(home.approved), empty)
        moved = suspended - self.suspended[at]
        if own == self.own_shut[at] and not moved:
            return 0
        home.free[JUSTICE] -= moved
        self.suspended[at], self.own_shut[at] = suspended, own
        shut = self.with_own(home, self.dated[at])
        for cause, (was, places) in enumerate(zip(home.shut, shut, strict=True)):
            if was != places:
                self.floor.log((self.floor.clock._now, _SHUT, -1, at, cause, places))
        home.shut = shut
        home.use()
        self.floor.note(home)
        return home.bit if home.usable > before or moved < 0 else 0

    def _put_on_shift(self, now: float, step: int) -> int:
        """Who is on shift until the next step; homes (as bits) that have more than before."""
        rules, posts, homes, strain = self.rules, self.posts, self.floor.homes, self.strain
        counted = posts.counted(now)
        ill = counted * (self.draws.sick(step) < rules.sick(now, step, strain)[posts.home])
        there, sick, filled = self.sums.by_role(np.array((counted - ill, ill, posts.there)))
        there, sick = there @ self.sums.to_shift, (sick @ self.sums.to_shift).sum(axis=1)
        off = self._off_site(now)
        if off.any():
            there[:, 0] = np.maximum(0.0, there[:, 0] - off)
        own = rules.own_units(now, there)
        state = np.array(
            [(home.taken, home.usable, sum(home.approved), home.used_day, home.used_night) for home in homes]
        )
        cover = rules.cover(now, own, self._target(state))
        units = np.floor(own + cover.bank + cover.overtime + cover.agency + 1e-9)
        units[(units < self.least).any(axis=1)] = 0.0
        over = self._overworked(units, state[:, 3:])
        hours = np.array((own, cover.bank, cover.overtime + over, cover.agency)) @ self.hours
        self._feel(hours)
        self.log.say(np.concatenate((hours, (sick, off, strain.manager), filled.T)))
        better = 0
        for home, (by_day, by_night) in zip(homes, units.tolist(), strict=True):
            if by_day == home.staff_day and by_night == home.staff_night:
                if step == 0:
                    home.roster(by_day, by_night, shortage(by_day, home.establishment))
                    self.floor.note(home)
                continue
            if by_day != home.staff_day:
                self.floor.log((now, _STAFF_DAY, -1, home.index, 0.0, by_day))
            if by_night != home.staff_night:
                self.floor.log((now, _STAFF_NIGHT, -1, home.index, 0.0, by_night))
            if by_day > home.staff_day or by_night > home.staff_night:
                better |= home.bit
            home.roster(by_day, by_night, shortage(by_day, home.establishment))
            self.floor.note(home)
        return better

    def _target(self, state: Floats) -> Floats:
        """Units that each home means to have: for the places that are open, or for the children who are there, since
        a home that is shut still looks after them."""
        taken, usable, approved = state[:, 0], state[:, 1], np.maximum(1.0, state[:, 2])
        if self.rules.reads_children:
            usable = np.maximum(usable, taken)
        return self.full * (usable / approved)[:, None]

    def _overworked(self, units: Floats, used: Floats) -> Floats | float:
        """Units that children already there need beyond who is on shift, as far as own staff work them."""
        if not (self.rules.reads_children and self.rules.over):
            return 0.0
        return np.maximum(0.0, used - units) * self.rules.over

    def _feel(self, hours: Floats) -> None:
        """Overtime and agency of this step are felt from the next one on, and fade; `hours` by source."""
        own, _, extra, agency = hours
        fresh = 1 - exp(-self.rules.step_days / self.rules.memory_days) if self.steps else 1.0
        strain, worked = self.strain, np.maximum(own, 1e-9)
        whole = worked + hours[1:].sum(axis=0)
        strain.overtime += fresh * (np.minimum(extra / worked, 1.0) - strain.overtime)
        strain.agency += fresh * (agency / whole - strain.agency)

    def _off_site(self, now: float) -> Floats:
        """How many are off site after an allegation."""
        for home, ends in enumerate(self.away_until):
            if ends:
                self.away_until[home] = [until for until in ends if until > now]
        return np.array([float(len(ends)) for ends in self.away_until])
