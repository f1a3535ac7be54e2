"""Managers, inspections and closures of homes while the clock runs: who may admit, and in how many places.

One state for each home. Hazards and chances come in as numbers; what they rest on is no business of this room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import floor, inf
from typing import NamedTuple, Protocol

OPEN, NOTICE, SHUT, ENDED = range(4)  # ended: off the register
GRADES = 4  # from best (0) to worst
WORST = GRADES - 1
_CHURN_DAYS = 730.0


class OversightRules(Protocol):
    """Chances and terms, with their draws (see sim.behaviour.workforce.Oversight)."""

    absence_days: float
    notice_days: float
    moves_children: bool
    off_register_days: float

    def first_grade(self, home: int) -> int: ...
    def visit_day(self, home: int, number: int) -> float: ...
    def finding(
        self, home: int, number: int, grade: int, years: float, agency: float, churn: int, load: float
    ) -> int: ...
    def manager_there(self, home: int) -> bool: ...
    def manager_stays(self, home: int, number: int) -> float: ...
    def manager_found(self, home: int, number: int) -> float: ...
    def open_without_manager(self, home: int, number: int) -> float: ...
    def suspends_contract(self, home: int, number: int) -> bool: ...
    def shuts(self, home: int, number: int) -> bool: ...
    def shut_for(self, home: int, number: int) -> float: ...
    def for_good(self, home: int, number: int) -> bool: ...
    def ends_on(self, home: int) -> float: ...
    def shuts_below(self) -> float: ...
    def reopens_from(self) -> float: ...
    def open_share(self) -> float: ...


class Terms(NamedTuple):
    """What a home may do: shares of its places that are open, and whether it may take justice children."""

    manager: float  # share of places open for want of a manager
    restricted: float  # share of places open by restriction
    closed: bool
    contract: bool  # False: suspended


@dataclass(slots=True)
class Oversight:
    """One home: its manager, its grade, and whether it is open."""

    home: int
    rules: OversightRules
    has_manager: bool = True
    manager: int = 0
    used: float = 0.0
    goal: float = inf
    gone_on: float = inf
    missed: bool = False  # whether the absence has been long, and has had its consequence
    lost_share: float = 1.0
    changes: list[float] = field(default_factory=list)
    grade: int = 1
    visits: int = 0
    next_visit: float = inf
    last_visit: float = 0.0
    contract: bool = True
    state: int = OPEN
    until: float = inf
    closures: int = 0
    ends_on: float = inf  # the day on which it is decided that the home shuts for good
    for_good: bool = False  # whether it has shut for good

    def start(self) -> None:
        """Day 0: a manager or none, the first grade, the first visit."""
        self.grade = self.rules.first_grade(self.home)
        self.has_manager = self.rules.manager_there(self.home)
        if self.has_manager:
            self.goal = self.rules.manager_stays(self.home, 0)
        else:
            self.goal, self.gone_on = self.rules.manager_found(self.home, 0), 0.0
        self.next_visit = self.rules.visit_day(self.home, 0)
        self.ends_on = self.rules.ends_on(self.home)

    def next_look(self) -> float:
        """When the home has to be looked at even if nothing is unusual."""
        return min(self.next_visit, self.ends_on)

    def is_unusual(self) -> bool:
        """Whether there is no manager, or the home is not open: then it is looked at in every step."""
        return not self.has_manager or self.state != OPEN or self.grade == WORST

    def churn(self, now: float) -> int:
        """Changes of manager in the last two years."""
        return sum(day > now - _CHURN_DAYS for day in self.changes)

    def step_manager(self, now: float, days: float, leaves_a_day: float, found_a_day: float) -> bool:
        """The manager's part of a step; whether there is another state than before."""
        self.used += days * (leaves_a_day if self.has_manager else found_a_day)
        before, fired = self.lost_share, self.used >= self.goal
        if fired:
            self.used, self.has_manager = 0.0, not self.has_manager
            if self.has_manager:
                self.manager += 1
                self.goal, self.gone_on = self.rules.manager_stays(self.home, self.manager), inf
            else:
                self.goal, self.gone_on = self.rules.manager_found(self.home, self.manager), now
                self.missed = False
                self.changes.append(now)
        if self.has_manager or now - self.gone_on < self.rules.absence_days:
            self.lost_share = 1.0
        elif not self.missed:
            self.missed, self.lost_share = True, self.rules.open_without_manager(self.home, self.manager)
        return fired or self.lost_share != before

    def step_inspection(self, now: float, agency: float, load: float) -> bool:
        """Visits up to now; whether there was one."""
        visited = False
        while self.next_visit <= now:
            visited, years = True, (self.next_visit - self.last_visit) / 365.25
            self.last_visit = self.next_visit
            if self.state < SHUT:  # there is nothing to see in an empty home
                self._graded(now, years, agency, load)
            self.visits += 1
            self.next_visit = self.rules.visit_day(self.home, self.visits)
        return visited

    def _graded(self, now: float, years: float, agency: float, load: float) -> None:
        before, number = self.grade, self.visits
        self.grade = self.rules.finding(
            self.home, number, before, years, agency, self.churn(self.next_visit), load
        )
        if self.grade == WORST and before != WORST:
            self.contract = not self.rules.suspends_contract(self.home, number)
            if self.state == OPEN and self.rules.shuts(self.home, number):
                self._begin_to_shut(now)
        elif self.grade != WORST:
            self.contract = True

    def step_closure(self, now: float, filled: float) -> bool:
        """Shut, move on, reopen or end, with this share of posts filled; whether children must move now."""
        decided = now >= self.ends_on
        if self.state == OPEN and (decided or (self.lost_share == 0.0 and filled < self.rules.shuts_below())):
            self._begin_to_shut(now)
        if self.state == NOTICE and now >= self.until:
            self.state = SHUT
            self.until = now + self.rules.shut_for(self.home, self.closures)
            if decided or self.rules.for_good(self.home, self.closures):
                self._give_up(now)
            self.closures += 1
            return self.rules.moves_children
        if self.state == SHUT and decided and not self.for_good:
            self._give_up(now)
        if self.state == SHUT and now >= self.until:
            if self.for_good:
                self.state, self.until = ENDED, inf
            elif self.has_manager and filled >= self.rules.reopens_from():
                self.state, self.until, self.contract = OPEN, inf, True
                self.grade = min(self.grade, WORST - 1)
        return False

    def _give_up(self, now: float) -> None:
        """The home never reopens; in time its places are taken off the register."""
        self.for_good, self.until, self.ends_on = True, now + self.rules.off_register_days, inf
        self.has_manager, self.goal, self.next_visit = False, inf, inf

    def _begin_to_shut(self, now: float) -> None:
        self.state, self.until = NOTICE, now + self.rules.notice_days

    def terms(self) -> Terms:
        """What holds now."""
        restricted = self.rules.open_share() if self.grade == WORST else 1.0
        return Terms(
            manager=self.lost_share,
            restricted=0.0 if self.state == NOTICE else restricted,
            closed=self.state >= SHUT,
            contract=self.contract,
        )


def shut_by(terms: Terms, places: int, suspended: int) -> tuple[int, int, int]:
    """Places closed, restricted, and without a manager; `suspended` are justice places that nobody lives in."""
    if terms.closed:
        return places, 0, 0
    restricted = places - floor(places * terms.restricted + 1e-9)
    return (
        0,
        max(restricted, 0 if terms.contract else suspended),
        places - floor(places * terms.manager + 1e-9),
    )


def make_oversight(homes: Sequence[int], rules: OversightRules) -> list[Oversight]:
    """The oversight of every home on day 0."""
    made = [Oversight(home, rules) for home in homes]
    for one in made:
        one.start()
    return made
