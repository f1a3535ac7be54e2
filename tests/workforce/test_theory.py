"""Staff against theory: a binomial shift, a manager who comes and goes, and the renewal theory of posts."""

from __future__ import annotations

from math import comb, exp

import numpy as np
import pytest

from sim.engine.log import Kind
from sim.outcomes.spells import list_spells
from sim.scenario.base import DAYS_PER_YEAR
from sim.study.replicate import simulate
from tests import small
from tests.workforce.staff import shares_of_time, still

NOBODY = {"children": small.stream(per_day=0.0, ceiling_per_year=1.0)}


@pytest.mark.analytic
def test_o13_a_shift_roster() -> None:
    """Ten staff, each there with probability 0.9, two to a place: places staffed are binomial (O13)."""
    days, runs = 4000, 3
    staff = still(
        step_days=1.0,
        roles={"care": {"per_place": 2.0, "shift": "day"}},
        away={"sickness": {"mean": 0.1}},
        hours={"post": 1.0, "day": 1.0, "night": 1.0, "staff_per_unit": 2.0},
    )
    made = small.scenario([small.home("one", places=5)], NOBODY, workforce=staff, horizon=days)
    expected = {5: 0.34868, 4: 0.58113, 3: 0.06856, 2: 0.00163}
    found = [shares_of_time(simulate(made, k).log, Kind.STAFF_DAY, 0, days) for k in range(runs)]
    for places, share in expected.items():
        error = np.sqrt(share * (1 - share) / (days * runs))
        assert abs(np.mean([each.get(places, 0.0) for each in found]) - share) <= 4 * error
    mean = np.mean([sum(value * share for value, share in each.items()) for each in found])
    spread = sum((p - 4.27684) ** 2 * s for p, s in expected.items())
    assert abs(mean - 4.27684) <= 4 * np.sqrt(spread / (days * runs))


@pytest.mark.analytic
def test_o12_a_manager_who_comes_and_goes() -> None:
    """Four places, two without a manager (mean 10 days there, 5 gone); a fall moves nobody out; loss (O12)."""
    step, days, runs = 0.1, 1000, 5
    staff = still(
        step_days=step,
        manager={"leaving_per_year": 0.1 * DAYS_PER_YEAR, "fill_days": 5.0, "absence_days": 0.0,
                 "restricts": 1.0, "open_share": 0.5},
    )  # fmt: skip
    lost = {"children": small.stream(per_day=2.0, patience=[small.days(0.0)])}
    made = small.scenario(
        [small.home("one", places=4)], lost, workforce=staff, horizon=days, run={"warm_up_days": 50}
    )
    refused, high = [], []
    for replication in range(runs):
        log = simulate(made, replication).log
        lists = list_spells(log)
        late = lists.start >= 50
        refused.append(float((lists.code[late] != 0).mean()))
        high.append(shares_of_time(log, Kind.MANAGER, 0, made.run.horizon_days).get(1.0, 0.0))
    for values, expected in ((refused, 0.20023), (high, 0.66667)):
        error = np.std(values, ddof=1) / np.sqrt(runs)
        assert error < 0.1 * expected
        assert abs(np.mean(values) - expected) <= 4 * error


@pytest.mark.analytic
def test_vacancies_and_turnover_are_those_of_renewal_theory() -> None:
    """Stay with two hazards, then search and vetting: shares of time, leavers a year, and tenure from day 0 on."""
    early, later, first, fill, vetting, step = 0.8, 0.3, 1.0, 90.0, 40.0, 2.0
    staff = still(
        step_days=step,
        roles={"care": {"per_place": 400.0 / 100, "shift": "day"}},
        leaving={"early_per_year": early, "later_per_year": later, "early_days": first * DAYS_PER_YEAR},
        recruitment={"fill_days": fill, "vetting_days": vetting},
    )
    made = small.scenario([small.home("one", places=100)], NOBODY, workforce=staff, horizon=1500)
    stay = (1 - exp(-early * first)) / early + exp(-early * first) / later
    away = (fill + vetting + step) / DAYS_PER_YEAR  # a step passes between the find and the first look at it
    vacant, leavers = away / (stay + away), 400 / (stay + away)
    found, lost, at_first = [], [], []
    for replication in range(6):
        log = simulate(made, replication).log
        there = shares_of_time(log, Kind.IN_POST, 0, 1500.0)
        found.append(1 - sum(value * share for value, share in there.items()) / 400)
        lost.append(len(log.of(Kind.STAFF_LEFT)) / 1500 * DAYS_PER_YEAR)
        at_first.append(1 - log.value[log.of(Kind.IN_POST)[0]] / 400)
    for values, expected in ((found, vacant), (lost, leavers), (at_first, vacant)):
        error = np.std(values, ddof=1) / np.sqrt(len(values))
        assert abs(np.mean(values) - expected) <= 4 * max(error, 0.004 * expected), (
            np.mean(values),
            expected,
        )


@pytest.mark.analytic
def test_open_homes_published_vacancy_follows_from_published_leaving_and_filling() -> None:
    """With 29 to 35% leaving and 93 to 125 days to fill, 7 to 11% of posts are vacant (derived from the census)."""
    shares = []
    for turnover, fill in ((0.29, 93.0), (0.35, 125.0)):
        rate = -np.log(1 - turnover)
        staff = still(
            roles={"care": {"per_place": 4.0, "shift": "day"}},
            leaving={"early_per_year": rate, "later_per_year": rate},
            recruitment={"fill_days": fill},
        )
        made = small.scenario([small.home("one", places=100)], NOBODY, workforce=staff, horizon=1500)
        log = simulate(made).log
        there = shares_of_time(log, Kind.IN_POST, 0, 1500.0)
        shares.append(1 - sum(value * share for value, share in there.items()) / 400)
    assert 0.065 < shares[0] < 0.10 and 0.095 < shares[1] < 0.15


@pytest.mark.unit
def test_a_binomial_of_the_textbook() -> None:
    """The figures of O13 are the binomial's own."""
    share = {k: comb(10, k) * 0.9**k * 0.1 ** (10 - k) for k in range(11)}
    assert abs(share[10] - 0.34868) < 1e-5 and abs(share[9] + share[8] - 0.58113) < 1e-5
