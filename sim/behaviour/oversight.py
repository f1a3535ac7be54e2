"""What inspectors find, when managers come and go, and when a home shuts: chances met with uniforms of the world."""

from __future__ import annotations

from math import exp, inf

from sim.scenario.base import DAYS_PER_YEAR
from sim.scenario.oversight import GRADES, Inspection
from sim.scenario.posts import Posts
from sim.world.posts import (
    CONTRACT,
    ENDS,
    FINDING,
    FOR_GOOD,
    MANAGER_FILL,
    MANAGER_LOST,
    MANAGER_STAY,
    SHUT_FOR,
    SHUTS,
    VISIT,
    PostDraws,
)

OUTSTANDING, GOOD, REQUIRES_IMPROVEMENT, INADEQUATE = range(len(GRADES))
_START = 1 << 19  # number of a draw for day 0, beside those that are counted from 0


class Oversight:
    """The terms of one scenario, and what chance makes of them in each home of a world."""

    def __init__(self, workforce: Posts, draws: PostDraws) -> None:
        self.workforce, self.draws = workforce, draws
        self.absence_days = workforce.manager.absence_days
        self.notice_days = workforce.closure.notice_days
        self.moves_children = workforce.closure.moves_children
        self.off_register_days = workforce.closure.off_register_days

    # -- inspection ------------------------------------------------------------------------------

    def first_grade(self, home: int) -> int:
        """The grade on day 0, by the shares of the start."""
        shares = self.workforce.inspection.start
        u, below = self.draws.of_home(home, FINDING, _START), 0.0
        for grade, name in enumerate(GRADES):
            below += shares.get(name, 0.0)
            if u < below:
                return grade
        return GOOD

    def visit_day(self, home: int, number: int) -> float:
        """The day of a visit: one in each equal part of the year, at an even moment of it."""
        per_year = self.workforce.inspection.per_year
        if not per_year:
            return inf
        return (number + self.draws.of_home(home, VISIT, number)) * DAYS_PER_YEAR / per_year

    def finding(
        self, home: int, number: int, grade: int, years: float, agency: float, churn: int, load: float
    ) -> int:
        """The grade that a visit gives; see `found`."""
        hazard = falls_a_year(self.workforce.inspection, grade, agency, churn, load)
        return found(
            self.workforce.inspection, grade, hazard * years, self.draws.of_home(home, FINDING, number)
        )

    def suspends_contract(self, home: int, number: int) -> bool:
        """Whether the justice contract is suspended after a visit that found the home inadequate."""
        return self.draws.of_home(home, CONTRACT, number) < self.workforce.inspection.suspends_contract

    def shuts(self, home: int, number: int) -> bool:
        """Whether the whole home shuts after such a visit."""
        return self.draws.of_home(home, SHUTS, number) < self.workforce.inspection.closes

    def open_share(self) -> float:
        """Share of places for which an inadequate home may admit."""
        return self.workforce.inspection.open_share

    # -- manager ---------------------------------------------------------------------------------

    def manager_there(self, home: int) -> bool:
        """Whether there is a manager on day 0, in the steady state of leaving and finding."""
        manager = self.workforce.manager
        vacant = manager.leaving_per_year / DAYS_PER_YEAR * manager.fill_days
        return self.draws.of_home(home, MANAGER_STAY, _START) >= vacant / (1 + vacant)

    def manager_stays(self, home: int, number: int) -> float:
        """Hazard that a manager uses up before leaving."""
        if not self.workforce.manager.leaving_per_year:
            return inf
        return self.draws.exponential(home, MANAGER_STAY, number)

    def manager_found(self, home: int, number: int) -> float:
        """Hazard that is used up before the next manager is in post."""
        return self.draws.exponential(home, MANAGER_FILL, number)

    def open_without_manager(self, home: int, number: int) -> float:
        """Share of places for which a home may admit once the manager's absence is long."""
        manager, u = self.workforce.manager, self.draws.of_home(home, MANAGER_LOST, number)
        if u < manager.stops:
            return 0.0
        return manager.open_share if u < manager.stops + manager.restricts else 1.0

    # -- closure ---------------------------------------------------------------------------------

    def shut_for(self, home: int, number: int) -> float:
        """Days that a whole home stays shut at least."""
        return self.workforce.closure.mean_days * self.draws.exponential(home, SHUT_FOR, number)

    def for_good(self, home: int, number: int) -> bool:
        """Whether a home that shuts never reopens."""
        return self.draws.of_home(home, FOR_GOOD, number) < self.workforce.closure.for_good

    def ends_on(self, home: int) -> float:
        """The day on which it is decided that a home is to shut for good, whatever its grade and staff."""
        a_year = self.workforce.closure.for_good_per_year
        return self.draws.exponential(home, ENDS, 0) / a_year * DAYS_PER_YEAR if a_year else inf

    def shuts_below(self) -> float:
        """Share of posts filled under which a home whose admissions have stopped shuts."""
        return self.workforce.closure.below

    def reopens_from(self) -> float:
        """Share of posts filled from which a shut home may open again."""
        return self.workforce.closure.reopens_from


def falls_a_year(terms: Inspection, grade: int, agency: float, churn: int, load: float) -> float:
    """Hazard that a home is found to have fallen: it rises with agency share, changes of manager and incidents."""
    if grade == INADEQUATE:
        return 0.0
    base = terms.falls_further_per_year if grade == REQUIRES_IMPROVEMENT else terms.falls_per_year
    return base * exp(
        terms.agency_to_falls * agency + terms.churn_to_falls * churn + terms.incidents_to_falls * (load - 1)
    )


def found(terms: Inspection, grade: int, hazard: float, u: float) -> int:
    """The grade that a visit gives when `hazard` has run since the one before and the visit's uniform is `u`."""
    falls = 1 - exp(-hazard)
    if u < falls:
        if grade == REQUIRES_IMPROVEMENT:
            return INADEQUATE
        return INADEQUATE if u / falls < terms.straight_down else REQUIRES_IMPROVEMENT
    left = (u - falls) / (1 - falls)
    if grade == INADEQUATE and left < terms.rises:
        return GOOD if left < terms.rises * terms.rises_to_good else REQUIRES_IMPROVEMENT
    if grade == REQUIRES_IMPROVEMENT and left < terms.improves:
        return GOOD
    return OUTSTANDING if grade == GOOD and left < terms.excels else grade
