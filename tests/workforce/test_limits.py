"""What binds: the cap on agency, staff too few for the children who live there, and homes that close for good."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.floor import Floor
from sim.engine.log import Cause, Kind, Leaving, Source
from sim.engine.workforce import Workforce
from sim.outcomes.measures import measure_rows
from sim.outcomes.rows import Row
from sim.scenario import Scenario
from sim.study.replicate import simulate
from sim.study.wiring import make_plan
from sim.world import draw_world
from tests import small
from tests.workforce.staff import national, still


def rows_of(made: Scenario, replication: int = 0) -> dict[str, Row]:
    """Measures of the whole."""
    result = simulate(made, replication)
    return {row.measure: row for row in measure_rows(made, result.world, result.log) if row.group == "all"}


def agency_shares(made: Scenario) -> list[float]:
    """Agency over all hours, home by home and step by step, where somebody works."""
    log = simulate(made).log
    rows = log.of(Kind.WORKED)
    hours = np.zeros((len(made.estate.homes), len(Source)))
    shares, day = [], 0.0
    for row in rows:
        if log.day[row] != day:
            whole = hours.sum(axis=1)
            shares += (hours[whole > 0, Source.AGENCY] / whole[whole > 0]).tolist()
            day = float(log.day[row])
        hours[int(log.home[row]), int(log.code[row])] = log.value[row]
    return shares


@pytest.mark.behaviour
@pytest.mark.parametrize(("mode", "most"), [("hard", 0.10), ("elastic", 0.15)])
def test_the_cap_on_agency_binds_and_holds(mode: str, most: float) -> None:
    """With many vacancies and a ready supply, agency is at its cap in many homes and above it in none."""
    made = national(
        "workforce.cover.agency_supply=1", "workforce.cover.agency_cap=0.10", "workforce.cover.stretch=0.05",
        f"workforce.cover.mode={mode}", "workforce.recruitment.fill_days=300",
        "workforce.feedback.residents_to_overtime=0",  # hours that agency is no share of
    )  # fmt: skip
    shares = np.array(agency_shares(made))
    assert shares.max() <= most + 1e-3
    assert (shares > most - 1e-3).mean() > 0.2


@pytest.mark.behaviour
def test_a_lower_cap_closes_places_where_it_binds() -> None:
    short = (
        "workforce.cover.agency_supply=1",
        "workforce.recruitment.fill_days=300",
        "workforce.cover.mode=hard",
    )
    low, high = (
        rows_of(national(*short, f"workforce.cover.agency_cap={cap}"))["staffed_over_approved"]
        for cap in (0.02, 0.30)
    )
    assert low.numerator / low.denominator < high.numerator / high.denominator - 0.03


@pytest.mark.behaviour
@pytest.mark.parametrize(("by_day", "by_night"), [(1.0, 1.0), (3.0, 1.0), (1.0, 3.0)])
def test_staff_short_for_children_already_there_are_counted(by_day: float, by_night: float) -> None:
    """Four children who stay, one unit each; for 50 days half of the staff strike, so two units are short."""
    staff = still(
        step_days=10.0,
        roles={
            "care": {"per_place": by_day, "shift": "day"},
            "night_waking": {"per_place": by_night, "shift": "night"},
        },
        shocks=[{"start": "2024-04-10", "days": 50, "away": 0.5}],
    )
    made = small.scenario(
        [small.home("one", places=4)],
        {"children": small.stream(per_day=5.0, length_of_need=[small.days(1000.0)])},
        workforce=staff,
        horizon=300,
    )
    found = rows_of(made)["beyond_staff_days_per_year"]
    assert found.numerator == pytest.approx(2 * 50.0)
    calm = small.scenario(
        [small.home("one", places=4)],
        {"children": small.stream(per_day=5.0, length_of_need=[small.days(1000.0)])},
        workforce=staff | {"shocks": []},
        horizon=300,
    )
    assert rows_of(calm)["beyond_staff_days_per_year"].numerator == 0


@pytest.mark.behaviour
def test_homes_that_close_for_good_leave_the_register_and_do_not_come_back() -> None:
    """At a hazard of 1 a year over 3 years: posts given up once, places off the register later, nobody admitted."""
    staff = still(
        roles={
            "care": {"per_place": 9.0, "shift": "day"},
            "night_waking": {"per_place": 9.0, "shift": "night"},
        },
        closure={"for_good_per_year": 1.0, "notice_days": 14.0, "off_register_days": 100.0},
    )
    names = [f"home {number}" for number in range(20)]
    made = small.scenario(
        [small.home(name, places=3, x_km=number) for number, name in enumerate(names)],
        {"children": small.stream(per_day=1.0, length_of_need=[small.exponential(40.0)])},
        workforce=staff, horizon=1096,
    )  # fmt: skip
    log = simulate(made).log
    gone = log.of(Kind.POSTS_ENDED)
    day = dict(zip(log.home[gone].tolist(), log.day[gone].tolist(), strict=True))
    assert len(day) == len(gone) and 16 <= len(day) <= 20  # 1 - exp(-2.9) of 20 are 18.9
    admitted, left = log.of(Kind.ADMITTED), log.of(Kind.LEFT)
    for home, when in day.items():
        assert not np.any((log.home[admitted] == home) & (log.day[admitted] > when))
        off = (log.kind == Kind.APPROVED) & (log.home == home) & (log.value == 0) & (log.day > 0)
        if when + 100 < 1096 - 7:
            assert 0 <= log.day[off].min() - when - 100 <= 7
            closed = (log.kind == Kind.SHUT) & (log.home == home) & (log.code == Cause.CLOSED)
            assert log.value[closed][-1] == 0  # what is not approved is not shut
    moved = log.code[left] == Leaving.HOME_CLOSED
    assert moved.any() and set(log.day[left][moved].tolist()) <= set(day.values())
    shut = log.of(Kind.SHUT)
    assert set(log.home[shut][log.code[shut] == Cause.CLOSED].tolist()) == set(day)
    found = rows_of(made)["closed_for_good_per_home_year"]
    assert found.numerator == len(day) and 0.6 < found.numerator / found.denominator < 1.5
    assert rows_of(made)["vacancy_share"].numerator == pytest.approx(0.0, abs=1e-6)


@pytest.mark.behaviour
def test_no_home_closes_for_good_unless_it_is_asked_for() -> None:
    log = simulate(national()).log
    assert not len(log.of(Kind.POSTS_ENDED))


@pytest.mark.behaviour
def test_staff_off_site_are_not_on_shift() -> None:
    """Every incident takes somebody off site for ever: ten units a day less one for each incident so far."""
    staff = still(
        incidents={"per_child_year": 1.0, "allegation": 1.0, "off_site_days": 1e7, "usual_children": 0.7},
        feedback={"children": False},
    )
    nobody = {"children": small.stream(per_day=0.0, ceiling_per_year=1.0)}
    made = small.scenario([small.home("one", places=10)], nobody, workforce=staff, horizon=300)
    log = simulate(made).log
    happened = log.of(Kind.INCIDENTS)
    by_day = log.of(Kind.STAFF_DAY)
    assert 1 <= log.value[happened].sum() <= 16
    for row in by_day[1:]:
        before = log.value[happened][log.day[happened] <= log.day[row]].sum()
        assert log.value[row] == max(0, 10 - before)
    assert log.value[by_day[-1]] == max(0, 10 - log.value[happened].sum())


@pytest.mark.analytic
def test_incidents_are_poisson_at_the_usual_rate_with_feedback_off() -> None:
    """8 a year for each of 0.7 x 100 children over 1,000 days, whoever lives there: 1,533 expected, sd 39."""
    staff = still(incidents={"per_child_year": 8.0, "usual_children": 0.7}, feedback={"children": False})
    counts = []
    for per_day in (0.0, 0.5):
        children = {"children": small.stream(per_day=per_day, ceiling_per_year=400.0)}
        made = small.scenario([small.home("one", places=100)], children, workforce=staff, horizon=1001)
        log = simulate(made).log
        counts.append(float(log.value[log.of(Kind.INCIDENTS)].sum()))
    assert counts[0] == counts[1]
    assert abs(counts[0] - 8 * 70 * 1001 / 365.25) <= 4 * np.sqrt(1534)


@pytest.mark.behaviour
def test_who_lives_in_a_home_that_may_not_admit_moves_its_cover_with_feedback_alone() -> None:
    """No manager from the first step on, so that no place is open after 60 days: cover is for the children who are
    there, if they are felt."""
    hours = {}
    for felt in (False, True):
        staff = still(
            away={"sickness": {"mean": 0.5}},
            cover={"agency_supply": 1.0, "agency_cap": 0.5, "mode": "hard"},
            manager={"leaving_per_year": 1e6, "fill_days": 1e9, "absence_days": 60.0, "stops": 1.0},
            feedback={"children": felt},
        )  # fmt: skip
        for per_day in (0.0, 2.0):
            children = {
                "children": small.stream(
                    per_day=per_day, ceiling_per_year=1500.0, length_of_need=[small.days(900.0)]
                )
            }
            made = small.scenario([small.home("one", places=8)], children, workforce=staff, horizon=300)
            log = simulate(made).log
            rows = log.of(Kind.WORKED)
            agency = rows[log.code[rows] == Source.AGENCY]
            hours[felt, per_day] = (log.day[agency].tolist(), log.value[agency].tolist())
    assert hours[False, 0.0] == hours[False, 2.0]
    assert hours[True, 2.0][1][-1] > 0 and hours[False, 2.0][1][-1] == 0


@pytest.mark.unit
def test_incidents_are_felt_for_as_long_as_they_are_remembered() -> None:
    """One step of 7 days at a memory of 90: the load goes 1 - exp(-7/90) of the way to incidents over usual."""
    staff = still(
        step_days=7.0,
        incidents={"per_child_year": 200.0, "usual_children": 0.7},
        feedback={"children": True, "memory_days": 90.0},
    )
    made = small.scenario(
        [small.home("one", places=10)],
        {"children": small.stream(per_day=5.0, length_of_need=[small.days(100.0)])},
        workforce=staff,
        horizon=8,
    )
    floor = Floor(make_plan(made, draw_world(made, 0)))
    log = floor.play()
    (workforce,) = [one for one in floor.watchers if isinstance(one, Workforce)]
    happened = log.value[log.of(Kind.INCIDENTS)].sum()
    relative = happened / (200 / 365.25 * 7 * 7)
    assert happened > 0 and relative != 1
    assert workforce.strain.load[0] == pytest.approx(1 + (1 - np.exp(-7 / 90)) * (relative - 1))


@pytest.mark.behaviour
def test_leave_and_training_are_not_on_shift() -> None:
    """Two posts a place, 0.4 of the hours on leave and 0.1 in training: one unit a place by day and by night."""
    staff = still(
        roles={
            "care": {"per_place": 2.0, "shift": "day"},
            "night_waking": {"per_place": 2.0, "shift": "night"},
        },
        away={"leave": 0.4, "training": 0.1},
    )
    nobody = {"children": small.stream(per_day=0.0, ceiling_per_year=1.0)}
    log = simulate(small.scenario([small.home("one", places=6)], nobody, workforce=staff)).log
    for kind in (Kind.STAFF_DAY, Kind.STAFF_NIGHT):
        assert log.value[log.of(kind)].tolist() == [6.0]
