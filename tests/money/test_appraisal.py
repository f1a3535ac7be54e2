"""The business case against the Green Book's table, a spreadsheet, and itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.appraisal import OpenHomes, Scheme
from sim.scenario.money import Money
from sim.study.appraise.discount import discount_factors, equivalent_annual, payback_year, present_value
from sim.study.appraise.flows import Change, Levers, cash_of, change_of, flows_of, owner_shares
from sim.study.appraise.profile import Fortune, fortune_of, profile_of, worst_fortune
from sim.study.appraise.switching import internal_rate, switch
from sim.study.appraise.yearly import Yearly
from tests.money.made import money
from tests.property.effort import examples

CASE = Path(__file__).with_name("case.csv")
MONEY = Money.model_validate(money())
TERMS = MONEY.appraisal
# HM Treasury, The Green Book: long-term discount factors at the standard rates
GREEN_BOOK = {0: 1.0, 1: 0.9662, 2: 0.9335, 3: 0.9019, 5: 0.8420, 10: 0.7089, 20: 0.5026, 30: 0.3563, 40: 0.2651,
              50: 0.1973, 60: 0.1468, 75: 0.0942, 80: 0.0833, 100: 0.0508, 125: 0.0274}  # fmt: skip
PAYERS = (
    ("placing authority", "town"),
    ("placing authority", "village"),
    ("DfE", "DfE"),
    ("operator", "Charity"),
)
NO_ROWS = ()


def scheme(**more: Any) -> Scheme:
    whole: dict[str, Any] = {
        "kind": "build", "opens_year": 2, "ramp": [0.5, 1.0], "owners": {"town": 0.75, "village": 0.25},
        "capital": {"gbp_million": 10, "optimism_bias": 0.2, "spread": [0.5, 0.5]},
        "works": {"every_years": 3, "gbp_million": 0.7}, "start_up_gbp_million": 0.5, "extras": {"insurance": 1e5},
        "may_stand_empty": False,
    }  # fmt: skip
    return Scheme.model_validate(whole | more)


SHARES = np.array([0.75, 0.25, 0.0, 0.0])
CHANGE = Change(np.array([-1.5e6, -1.0e6, 0.0, 0.5e6]), 1e6, 3e6)  # net payments fall by 2 million a year


@pytest.mark.unit
def test_discount_factors_are_those_of_the_green_book() -> None:
    factors = discount_factors(TERMS.discount, 126)
    for year, factor in GREEN_BOOK.items():
        assert factors[year] == pytest.approx(factor, abs=0.00006), year


@pytest.mark.unit
def test_a_spreadsheet_comes_out_to_the_penny() -> None:
    sheet = pd.read_csv(CASE)
    one = scheme()
    found = flows_of(one, MONEY, CHANGE, fortune_of(one, TERMS, "x", 1, 0), 6, PAYERS, SHARES)
    for name in ("capital", "running", "saved", "net"):
        assert getattr(found, name).round(2).tolist() == sheet[name].tolist(), name
    factors = discount_factors(TERMS.discount, 6)
    assert factors.round(6).tolist() == sheet["factor"].tolist()
    # -6 - 6.5 x 0.966184 + 0.4 x 0.933511 + 1.9 x (0.901943 + 0.871442) + 1.2 x 0.841973 = -7.526991
    value = present_value(found.net, factors)
    assert value / 1e6 == pytest.approx(-7.526991, abs=2e-6)
    assert equivalent_annual(value, factors) * factors.sum() == pytest.approx(value)
    # by payer: in full use as it was found; half full, the owners bear half of the fixed cost
    assert found.by_payer[3].tolist() == pytest.approx([-1.5e6 + 75e3, -1.0e6 + 25e3, 0, 0.5e6])
    # only half is saved: what others gain or lose halves with it, and the owners bear the difference
    half = flows_of(one, MONEY, CHANGE, Fortune(), 6, PAYERS, SHARES, Levers(saving=0.5))
    assert half.by_payer[3][2:].tolist() == pytest.approx([0, 0.25e6])
    assert found.by_payer[2].tolist() == pytest.approx(
        [-0.75e6 + 0.75 * 0.6e6, -0.5e6 + 0.25 * 0.6e6, 0, 0.25e6]
    )


@pytest.mark.unit
def test_land_is_worth_the_same_at_the_end_and_grants_are_the_departments() -> None:
    capital = {"gbp_million": 10, "land_gbp_million": 1, "optimism_bias": 0.2, "spread": [0.5, 0.5],
               "grant_share": 0.4}  # fmt: skip
    one = scheme(capital=capital, works=None)
    found = flows_of(one, MONEY, CHANGE, fortune_of(one, TERMS, "x", 1, 0), 6, PAYERS, SHARES)
    assert found.capital.tolist() == pytest.approx([7e6, 6.5e6, 0, 0, 0, -1e6])
    assert found.by_payer[0].tolist() == pytest.approx([0.75 * 4.6e6, 0.25 * 4.6e6, 2.4e6, 0])


@pytest.mark.unit
def test_a_loan_is_repaid_with_interest_and_no_more() -> None:
    """At the loan's own rate, repayments are worth what was borrowed."""
    capital = {"gbp_million": 10, "optimism_bias": 0.0, "borrowed_share": 1.0}
    one = scheme(capital=capital, works=None, start_up_gbp_million=0, opens_year=1)
    years = 8
    found = flows_of(one, MONEY, CHANGE, Fortune(), years, PAYERS, SHARES)
    level = np.ones(years)
    cash, plain = cash_of(found, MONEY, level), found.by_payer
    rate = TERMS.borrowing_rate
    at = (1 + rate) ** -np.arange(years)
    assert at @ (cash - plain).sum(axis=1) == pytest.approx(0, abs=1e-6)
    assert (cash - plain)[0].sum() == pytest.approx(-10e6)
    # two years of level repayments: 10 x 0.05 / (1 - 1.05^-2) = 5.378049
    assert (cash - plain)[1].sum() == pytest.approx(5.378049e6, abs=1)


@pytest.mark.unit
def test_a_late_opening_an_empty_spell_and_a_refused_plan() -> None:
    one = scheme()
    late = profile_of(one, Fortune(delay_years=1.5), 8)
    assert late.opened == 3.5
    assert late.running.tolist() == [0, 0, 0, 0.5, 1, 1, 1, 1]
    assert late.used.tolist() == [0, 0, 0, 0.25, 0.75, 1, 1, 1]
    empty = profile_of(one, Fortune(gaps=(1.0, 1.0), lengths=(2.0, 0.5)), 8)
    assert empty.empty.tolist() == [0, 0, 0, 1, 1, 0, 0.5, 0]
    assert empty.running.tolist() == [0, 0, 1, 0, 0, 1, 0.5, 1]
    refused = flows_of(one, MONEY, CHANGE, Fortune(cost_factor=1.2, abandoned=True), 8, PAYERS, SHARES)
    assert refused.capital.tolist() == pytest.approx([1.2e6, 0, 0, 0, 0, 0, 0, 0])  # a tenth of 12 million
    assert refused.running.sum() == refused.saved.sum() == 0
    kept = flows_of(one, MONEY, CHANGE, Fortune(gaps=(0.0,), lengths=(50.0,)), 4, PAYERS, SHARES)
    assert kept.running.tolist() == pytest.approx(
        [0, 0, 0.7e6, 0.7e6]
    )  # 60% of the fixed million, and extras


@pytest.mark.unit
def test_a_scheme_has_the_same_fortune_in_every_comparison_and_optimism_is_in_the_mean() -> None:
    terms = TERMS.model_copy(update={"cost_sigma": 0.3, "delay_years": 2.0, "planning_failure": 0.2})
    one = scheme()
    each = [fortune_of(one, terms, "x", 7, k) for k in range(4000)]
    assert each[5] == fortune_of(one, terms, "x", 7, 5)
    assert each[5] != fortune_of(one, terms, "y", 7, 5)
    assert np.mean([f.cost_factor for f in each]) == pytest.approx(1.2, abs=0.02)
    assert np.mean([f.delay_years for f in each]) == pytest.approx(2.0, abs=0.1)
    assert np.mean([f.abandoned for f in each]) == pytest.approx(0.2, abs=0.02)


@pytest.mark.unit
def test_payback_and_internal_rate() -> None:
    assert payback_year(np.array([-3.0, 1.0, 1.0, 1.0, 1.0])) == 3
    assert np.isnan(payback_year(np.array([-3.0, 1.0])))
    assert payback_year(np.array([1.0, 1.0])) == 0
    assert payback_year(np.array([1.0, -3.0, 1.0, 1.0])) == 3
    assert internal_rate(np.array([-100.0, 0.0, 121.0])) == pytest.approx(0.10)
    assert switch(lambda x: 3 - x, 0, 10) == pytest.approx(3)
    assert np.isnan(switch(lambda x: 3 + x, 0, 10))


@pytest.mark.unit
def test_open_homes_save_the_price_of_what_they_replace() -> None:
    homes = OpenHomes(
        places=6, settings=("open_home",), match=1.0, fixed_gbp_week=3000, variable_gbp_week=500
    )
    one = scheme(kind="open_homes", open_homes=homes.model_dump())
    year = Yearly(PAYERS, np.zeros(4), 0.0, {"x": 5.0}, NO_ROWS)
    found = change_of(one, "x", MONEY, PAYERS, SHARES, year, year, 6500)
    weeks = 365.25 / 7
    assert found.fixed == pytest.approx(6 * 3000 * weeks)
    assert found.saved == pytest.approx(5 * 6000 * weeks)
    assert found.paid.tolist() == pytest.approx((SHARES * (18000 - 30000) * weeks).tolist())


@pytest.mark.unit
def test_a_child_who_is_not_referred_still_costs_what_it_costs_elsewhere() -> None:
    hubs = {"hubs": 2, "places": 6, "stay_days": 36.525, "reach_beyond_places": 40, "gbp_million_year": 1.5,
            "prevented_gbp_week": 700}  # fmt: skip
    one = scheme(kind="prevention", hubs=hubs)
    before = Yearly(PAYERS, np.array([9e6, 0.0, 0.0, 0.0]), 0.0, {}, NO_ROWS, 1000.0)
    after = Yearly(PAYERS, np.array([5e6, 0.0, 0.0, 0.0]), 0.0, {}, NO_ROWS, 400.0)
    found = change_of(one, "x", MONEY, PAYERS, SHARES, before, after, 0)
    # 3 million for hubs; 600 days at 100 a day elsewhere; 4 million less in the model
    assert found.fixed == 3e6 and found.saved == pytest.approx(4e6 - 60e3)
    assert found.paid.sum() == pytest.approx(3e6 + 60e3 - 4e6)
    assert one.hubs is not None and one.hubs.reached_a_year == pytest.approx(2 * (60 + 40))


@pytest.mark.unit
def test_a_company_of_its_owners_earns_for_them() -> None:
    before = Yearly(PAYERS, np.array([10.0, 5.0, 0.0, 0.0]), 0.0, {}, NO_ROWS)
    after = Yearly(PAYERS, np.array([8.0, 5.0, 0.0, -4.0]), 3.0, {}, NO_ROWS)
    own = change_of(scheme(owners_keep_surplus=True), "x", MONEY, PAYERS, SHARES, before, after, 0)
    assert own.paid.tolist() == pytest.approx([-2 - 3, -1, 0, 0])
    other = change_of(scheme(), "x", MONEY, PAYERS, SHARES, before, after, 0)
    assert other.paid.tolist() == pytest.approx([-2, 0, 0, -4])
    assert own.saved == other.saved == pytest.approx(3 + 6)


@pytest.mark.unit
def test_owners_of_regions_share_by_population() -> None:
    one = scheme(owners={}, owner_regions=["north"])
    where, weight = {"town": "north", "village": "north"}, {"town": 3.0, "village": 1.0}
    assert owner_shares(one, PAYERS, where, weight).tolist() == [0.75, 0.25, 0, 0]


number = st.integers(-40, 40).map(lambda eighths: eighths / 8)


@pytest.mark.property
@given(
    paid=st.tuples(number, number, number, number),
    fixed=number.map(abs),
    ramp=st.lists(st.sampled_from([0.0, 0.3, 0.8, 1.0]), min_size=1, max_size=4),
    opens=st.integers(0, 5),
    capital=st.sampled_from([None, {"gbp_million": 5, "optimism_bias": 0.5, "grant_share": 0.3},
                             {"gbp_million": 2, "land_gbp_million": 1, "optimism_bias": 0.0, "spread": [0.4, 0.6],
                              "borrowed_share": 0.5}]),
    fortune=st.builds(Fortune, st.sampled_from([1.0, 1.7]), st.sampled_from([0.0, 0.4, 3.0]), st.booleans(),
                      st.just((0.5, 2.0)), st.just((1.0, 0.25))),
    levers=st.builds(Levers, *[st.sampled_from([0.0, 0.5, 1.0, 2.0])] * 4, st.sampled_from([0.0, 1.0])),
)  # fmt: skip
@examples(few=100, many=2000)
def test_what_payers_pay_is_what_is_spent_less_what_is_saved(
    paid: Any, fixed: float, ramp: Any, opens: int, capital: Any, fortune: Fortune, levers: Levers
) -> None:
    """Year by year, whatever befalls the scheme; and nothing is used that is not open."""
    one = scheme(ramp=ramp, opens_year=opens, capital=capital)
    change = Change(np.array(paid) * 1e6, fixed * 1e6, fixed * 1e6 - sum(paid) * 1e6)
    found = flows_of(one, MONEY, change, fortune, 12, PAYERS, SHARES, levers)
    assert found.by_payer.sum(axis=1).tolist() == pytest.approx((-found.net).tolist(), abs=1e-3)
    profile = found.profile
    assert (profile.used <= profile.running + 1e-12).all()
    assert (profile.running + profile.empty <= 1 + 1e-12).all()
    worst = worst_fortune(one, TERMS)
    assert worst.cost_factor >= 1 and len(worst.gaps) == len(worst.lengths)
