"""Managers, inspections and closures by hand: what happens to one home, in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, inf

import numpy as np
import pytest

from sim.behaviour.oversight import falls_a_year, found
from sim.behaviour.workforce import covered
from sim.engine.log import Cause, Kind, Leaving
from sim.engine.oversight import ENDED, NOTICE, OPEN, SHUT, WORST, Oversight, Terms, shut_by
from sim.scenario.oversight import Inspection
from sim.scenario.posts import Cover
from sim.study.replicate import simulate
from tests import small
from tests.workforce.staff import still


@dataclass
class Given:
    """Rules with the answers of a test."""

    absence_days: float = 28.0
    notice_days: float = 28.0
    moves_children: bool = True
    grades: list[int] = field(default_factory=list)
    without: float = 0.0
    close: bool = False
    contract: bool = False
    reopens: float = 0.7
    below: float = 0.0
    off_register_days: float = 880.0
    never: bool = False
    ends: float = inf

    def first_grade(self, home: int) -> int:
        return 1

    def visit_day(self, home: int, number: int) -> float:
        return 100.0 * (number + 1) if number < len(self.grades) else inf

    def finding(
        self, home: int, number: int, grade: int, years: float, agency: float, churn: int, load: float
    ) -> int:
        return self.grades[number]

    def manager_there(self, home: int) -> bool:
        return True

    def manager_stays(self, home: int, number: int) -> float:
        return 1.0

    def manager_found(self, home: int, number: int) -> float:
        return 1.0

    def open_without_manager(self, home: int, number: int) -> float:
        return self.without

    def suspends_contract(self, home: int, number: int) -> bool:
        return self.contract

    def shuts(self, home: int, number: int) -> bool:
        return self.close

    def shut_for(self, home: int, number: int) -> float:
        return 300.0

    def for_good(self, home: int, number: int) -> bool:
        return self.never

    def ends_on(self, home: int) -> float:
        return self.ends

    def shuts_below(self) -> float:
        return self.below

    def reopens_from(self) -> float:
        return self.reopens

    def open_share(self) -> float:
        return 0.35


def started(rules: Given) -> Oversight:
    one = Oversight(0, rules)
    one.start()
    return one


@pytest.mark.unit
def test_a_manager_is_missed_after_28_days() -> None:
    """The manager leaves on day 8 and the next is found 32 days later: admissions stop from day 36 to day 40."""
    one, shares = started(Given()), {}
    for day in range(1, 71):
        one.step_manager(float(day), 1.0, 1 / 8, 1 / 32)
        shares[day] = one.terms().manager
    assert [day for day, share in shares.items() if share == 0.0] == [36, 37, 38, 39]
    assert one.manager == 1 and one.changes == [8.0, 48.0]  # and the next one leaves after 8 days too


@pytest.mark.unit
def test_a_deputy_carries_on_or_half_the_places_stay_open() -> None:
    for share in (1.0, 0.5):
        one = started(Given(without=share))
        one.step_manager(10.0, 10.0, 0.1, 0.0)
        one.step_manager(50.0, 40.0, 0.1, 0.0)
        assert shut_by(one.terms(), 10, 0) == (0, 0, round(10 * (1 - share)))


@pytest.mark.unit
def test_an_inadequate_home_is_restricted_until_it_is_better() -> None:
    one = started(Given(grades=[WORST, WORST, 2], contract=True))
    assert one.step_inspection(100.0, 0.0, 1.0)
    assert one.terms() == Terms(1.0, 0.35, False, False)
    assert shut_by(one.terms(), 16, 4) == (0, 11, 0)  # Clare Lodge: 5 of 16
    assert not one.step_inspection(150.0, 0.0, 1.0)
    one.step_inspection(200.0, 0.0, 1.0)
    assert one.terms().restricted == 0.35
    one.step_inspection(300.0, 0.0, 1.0)
    assert one.terms() == Terms(1.0, 1.0, False, True)


@pytest.mark.unit
def test_a_suspended_contract_shuts_the_empty_justice_places() -> None:
    assert shut_by(Terms(1.0, 1.0, False, False), 24, 24) == (0, 24, 0)
    assert shut_by(Terms(1.0, 1.0, False, True), 24, 0) == (0, 0, 0)


@pytest.mark.unit
def test_a_home_shuts_after_notice_and_reopens_with_manager_and_staff() -> None:
    one = started(Given(grades=[WORST], close=True))
    one.step_inspection(100.0, 0.0, 1.0)
    assert one.state == NOTICE and one.terms().restricted == 0.0
    assert not one.step_closure(127.0, 0.9)
    assert one.step_closure(128.0, 0.9) and one.state == SHUT and one.terms().closed
    assert not one.step_closure(427.0, 0.9) and one.state == SHUT
    one.step_closure(428.0, 0.69)
    assert one.state == SHUT  # too few posts filled
    one.has_manager = False
    one.step_closure(440.0, 0.9)
    assert one.state == SHUT  # no manager
    one.has_manager = True
    one.step_closure(450.0, 0.7)
    assert one.state == OPEN and one.grade < WORST


@pytest.mark.unit
def test_a_home_that_shuts_for_good_never_reopens_and_leaves_the_register() -> None:
    """Beechfield: shut after a judgement, for good; its places are off the register 880 days later."""
    one = started(Given(grades=[WORST], close=True, never=True))
    one.step_inspection(100.0, 0.0, 1.0)
    assert one.step_closure(128.0, 0.9) and one.state == SHUT and one.for_good and not one.has_manager
    for day in (428.0, 1007.0):  # staff, and a time after which another home would have reopened
        one.step_closure(day, 1.0)
        assert one.state == SHUT
    one.step_closure(1008.0, 1.0)
    assert one.state == ENDED and one.terms().closed
    one.step_closure(5000.0, 1.0)
    assert one.state == ENDED


@pytest.mark.unit
def test_a_home_may_be_ended_by_a_decision() -> None:
    """Decided on day 50, whatever the grade: notice, then shut for good; one that is shut already stays so."""
    one = started(Given(ends=50.0))
    assert not one.step_closure(49.0, 1.0) and one.state == OPEN
    one.step_closure(50.0, 1.0)
    assert one.state == NOTICE
    assert one.step_closure(78.0, 1.0) and one.for_good
    other = started(Given(grades=[WORST], close=True, ends=200.0))
    other.step_inspection(100.0, 0.0, 1.0)
    other.step_closure(128.0, 1.0)
    assert not other.for_good
    other.step_closure(200.0, 1.0)
    assert other.for_good and other.until == 1080.0


@pytest.mark.unit
def test_a_home_without_manager_and_staff_shuts() -> None:
    """Lansdowne: the manager leaves while few posts are filled."""
    one = started(Given(below=0.6))
    one.step_manager(10.0, 10.0, 0.1, 0.0)
    one.step_manager(38.0, 28.0, 0.1, 0.0)
    one.step_closure(38.0, 0.61)
    assert one.state == OPEN
    one.step_closure(45.0, 0.59)
    assert one.state == NOTICE


@pytest.mark.unit
def test_what_a_visit_finds() -> None:
    terms = Inspection(
        per_year=2, falls_per_year=0.4, falls_further_per_year=0.2, straight_down=0.25, rises=0.8, rises_to_good=0.4,
        improves=0.5, excels=0.1,
    )  # fmt: skip
    hazard = falls_a_year(terms, 1, 0.2, 1, 1.5) * 0.5
    assert hazard == 0.2  # no effects given: nothing but the base
    falls = 1 - exp(-hazard)
    grid = (np.arange(20000) + 0.5) / 20000

    def shares(grade: int, hazard: float) -> list[float]:
        return (np.bincount([found(terms, grade, hazard, u) for u in grid], minlength=4) / 20000).tolist()

    stays = 1 - falls
    assert shares(1, hazard) == pytest.approx(
        [0.1 * stays, 0.9 * stays, 0.75 * falls, 0.25 * falls], abs=1e-4
    )
    assert shares(2, hazard) == pytest.approx([0, 0.5 * stays, 0.5 * stays, falls], abs=1e-4)
    assert shares(3, 0.0) == pytest.approx([0, 0.32, 0.48, 0.2], abs=1e-4)
    effects = terms.model_copy(
        update={"agency_to_falls": 2.0, "churn_to_falls": 0.3, "incidents_to_falls": 0.5}
    )
    assert falls_a_year(effects, 1, 0.2, 1, 1.5) == pytest.approx(0.4 * exp(0.4 + 0.3 + 0.25))


@pytest.mark.unit
def test_cover_by_hand() -> None:
    """A gap of 4 units: 1 from the bank, 0.6 overtime, agency for half of what is left, 1.2."""
    terms = Cover(overtime=0.1, agency_cap=0.3, agency_supply=0.5)
    own, target, bank = np.array([[6.0, 6.0]]), np.array([[10.0, 6.0]]), np.array([[1.0, 1.0]])
    nobody = np.array([False])
    bank_units, overtime, agency = covered(terms, own, target, bank, 0.0, nobody)
    assert bank_units.tolist() == [[1.0, 0.0]] and overtime.tolist() == [[pytest.approx(0.6), 0.0]]
    assert agency.tolist() == [[pytest.approx(1.2), 0.0]]
    capped = covered(
        terms.model_copy(update={"agency_supply": 1.0, "agency_cap": 0.1}), own, target, bank, 0, nobody
    )
    assert capped.agency[0, 0] == pytest.approx(7.6 / 9)  # a tenth of all
    hard = covered(terms.model_copy(update={"mode": "hard", "stretch": 0.1}), own, target, bank, 0.0, nobody)
    assert hard.overtime.sum() == 0 and hard.agency[0, 0] == pytest.approx(1.5)


@pytest.mark.unit
def test_a_pooled_bank_goes_where_the_gaps_are() -> None:
    terms, both = Cover(), np.array([True, True])
    own, target = np.array([[6.0, 0.0], [10.0, 0.0]]), np.array([[10.0, 0.0], [10.0, 0.0]])
    bank = np.array([[1.0, 1.0], [1.0, 1.0]])
    assert covered(terms, own, target, bank, 0.0, both).bank[:, 0].tolist() == [1.0, 0.0]
    assert covered(terms, own, target, bank, 1.0, both).bank[:, 0].tolist() == [2.0, 0.0]


@pytest.mark.behaviour
def test_a_home_that_shuts_moves_its_children_and_admits_nobody() -> None:
    """Inadequate at its first visit and shut for ever: children are referred again before all others."""
    staff = still(
        roles={
            "care": {"per_place": 9.0, "shift": "day"},
            "night_waking": {"per_place": 9.0, "shift": "night"},
        },
        inspection={
            "per_year": 4,
            "falls_per_year": 1000.0,
            "straight_down": 1.0,
            "closes": 1.0,
            "open_share": 1.0,
        },
        closure={"notice_days": 14.0, "mean_days": 1e6},
    )
    made = small.scenario(
        [small.home("one", places=4), small.home("two", places=4, x_km=5.0)],
        {"children": small.stream(per_day=0.2, length_of_need=[small.exponential(30.0)])},
        workforce=staff, horizon=200,
    )  # fmt: skip
    log = simulate(made).log
    shut = log.of(Kind.SHUT)
    shut = shut[(log.code[shut] == Cause.CLOSED) & (log.value[shut] > 0)]
    assert sorted(log.home[shut].tolist()) == [0, 1]
    moved = log.of(Kind.LEFT)
    moved = moved[log.code[moved] == Leaving.HOME_CLOSED]
    assert len(moved) and set(log.day[moved].tolist()) <= set(log.day[shut].tolist())
    for home, day in zip(log.home[shut].tolist(), log.day[shut].tolist(), strict=True):
        admitted = log.of(Kind.ADMITTED)
        assert not np.any((log.home[admitted] == home) & (log.day[admitted] > day))


@pytest.mark.behaviour
def test_a_suspended_contract_stops_justice_alone() -> None:
    staff = still(
        roles={"care": {"per_place": 9.0, "shift": "day"}, "night_waking": {"per_place": 9.0, "shift": "night"}},
        inspection={"per_year": 4, "falls_per_year": 1000.0, "straight_down": 1.0, "suspends_contract": 1.0,
                    "open_share": 1.0},
    )  # fmt: skip
    places = {"either_places": 0, "welfare_places": 3, "justice_places": 3}
    made = small.scenario(
        [small.home("one", **places)],
        {"children": small.stream(per_day=0.2, length_of_need=[small.exponential(10.0)]),
         "justice": small.stream(per_day=0.2, route="remand", length_of_need=[small.exponential(10.0)])},
        workforce=staff, horizon=400,
    )  # fmt: skip
    result = simulate(made)
    log = result.log
    shut = log.of(Kind.SHUT)
    first = float(log.day[shut[(log.code[shut] == Cause.RESTRICTED) & (log.value[shut] > 0)]][0])
    admitted = log.of(Kind.ADMITTED)
    late = admitted[log.day[admitted] > first]
    assert len(late) > 10 and set(result.world.tape.route[log.child[late]].tolist()) == {0}
