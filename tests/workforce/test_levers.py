"""Levers of an operating model, shocks and pay: what each moves, in which homes and from when."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.log import Kind
from sim.scenario.load import ConfigError
from sim.study.replicate import simulate
from tests.workforce.staff import national, of_staff, same, with_staff
from tests.workforce.test_feedback import measured, outcome

EXOGENOUS = "workforce.feedback.children=false"


@pytest.mark.behaviour
@pytest.mark.parametrize(
    ("lever", "measure", "way"),
    [
        ("workforce.levers.pooled_bank.strength=1", "bank_share", 1),
        ("workforce.levers.common_pay={strength: 1}", "turnover_per_year", -1),
        ("workforce.levers.academy.strength=0.6", "turnover_per_year", -1),
        ("workforce.levers.collaboration.strength=1", "vacancy_share", -1),
        ("workforce.levers.best_practice.strength=1", "vacancy_share", -1),
        ("workforce.pay.awards=[{start: 2022-04-01, rise: 0.15}]", "turnover_per_year", -1),
        ("workforce.pay.market_growth=0.2", "turnover_per_year", 1),
        ("workforce.pay.own_growth=0.2", "turnover_per_year", -1),
        ("workforce.shocks=[{start: 2022-06-01, days: 60, sickness: 4}]", "sick_share", 1),
        ("workforce.shocks=[{start: 2022-06-01, days: 60, away: 0.6}]", "staffed_over_approved", -1),
        ("workforce.shocks=[{start: 2022-06-01, days: 200, recruitment: 0}]", "vacancy_share", 1),
        ("workforce.shocks=[{start: 2022-06-01, days: 200, leaving: 3}]", "turnover_per_year", 1),
    ],
)
def test_a_lever_or_a_shock_moves_its_outcome(lever: str, measure: str, way: int) -> None:
    before, after = outcome(measure), outcome(measure, lever)
    assert (after - before) * way > 0, (before, after)


@pytest.mark.behaviour
def test_a_reform_changes_nothing_before_it_starts_and_is_phased() -> None:
    """The logs agree up to the day, and differ after it; with a ramp they differ less."""
    late = "{strength: 1, starts: 2022-10-01, ramp_days: %d}"
    plain = simulate(national(EXOGENOUS)).log
    sudden = simulate(national(EXOGENOUS, "workforce.levers.collaboration=" + late % 0)).log
    slow = simulate(national(EXOGENOUS, "workforce.levers.collaboration=" + late % 3000)).log
    for other in (sudden, slow):
        early = of_staff(other).day < 183
        assert np.array_equal(of_staff(plain).value[of_staff(plain).day < 183], of_staff(other).value[early])
    joined = [len(log.of(Kind.STAFF_JOINED)) for log in (plain, slow, sudden)]
    assert joined[0] < joined[2] and joined[0] <= joined[1] < joined[2]


@pytest.mark.behaviour
def test_only_homes_that_opt_in_are_reformed() -> None:
    """With a share of a half some homes are as before, to the record; with none all are."""
    plain = of_staff(simulate(national(EXOGENOUS)).log)
    lever = "workforce.levers.academy={strength: 0.9, opt_in: %s}"
    half = of_staff(simulate(national(EXOGENOUS, lever % 0.5)).log)
    none = of_staff(simulate(national(EXOGENOUS, lever % 0)).log)
    assert same(plain, none)
    untouched = [
        home
        for home in range(14)
        if np.array_equal(plain.value[plain.home == home], half.value[half.home == home])
    ]
    assert 2 <= len(untouched) <= 12


@pytest.mark.behaviour
def test_a_shock_hits_the_homes_it_names() -> None:
    plain = of_staff(simulate(national(EXOGENOUS)).log)
    shock = "workforce.shocks=[{start: 2022-06-01, days: 60, homes: [Kyloe House], away: 0.5}]"
    hit = of_staff(simulate(national(EXOGENOUS, shock)).log)
    moved = [
        home
        for home in range(14)
        if not np.array_equal(plain.value[plain.home == home], hit.value[hit.home == home])
    ]
    assert [national().estate.homes[home].name for home in moved] == ["Kyloe House"]


@pytest.mark.behaviour
def test_maturity_speeds_recovery() -> None:
    """Homes with a high score fill vacancies faster than the same homes with a low one."""
    vacant = []
    for score in (1.0, 0.0):
        made = national(EXOGENOUS)
        maturity = {"effect": 2.0, "scores": {home.name: score for home in made.estate.homes}}
        made = with_staff(made, made.workforce.model_dump() | {"maturity": maturity})
        vacant.append(measured(made, "vacancy_share"))
    assert vacant[0] < vacant[1] - 0.02


@pytest.mark.face
@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("workforce.cover.agency_cap=1.5", "1.5"),
        ("workforce.roles.care.shift=evening", "evening"),
        ("workforce.feedback.overtime_to_leving=1", "overtime_to_leaving"),
        ("workforce.inspection.start={good: 0.5}", "allowed 1"),
        ("workforce.manager.stops=0.9", "allowed up to 1"),
        ("workforce.maturity.scores={Kyloe House: 3}", "allowed 0 to 1"),
    ],
)
def test_bad_staff_are_refused_in_one_line(override: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        national(override)
    message = str(caught.value)
    assert said in message and "\n" not in message
