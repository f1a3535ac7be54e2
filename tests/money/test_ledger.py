"""The ledger: a case worked by hand, to the penny; and prices, months and contracts one by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from sim.engine.log import Source
from sim.outcomes.money.books import from_hours
from sim.outcomes.money.facts import StaffSaid, facts_of
from sim.outcomes.money.homes import home_table
from sim.outcomes.money.ledger import imbalance, ledger, ledger_of
from sim.outcomes.money.months import by_month, cut, months_of
from sim.outcomes.money.prices import child_factors, price_level, real_week
from sim.outcomes.spells import Steps
from sim.scenario import Scenario
from sim.scenario.costs import Price
from sim.scenario.load import load_scenario
from sim.scenario.money import Money, Tail
from sim.scenario.posts import Posts
from sim.study.replicate import Result
from tests.money.made import money, with_costs, with_pays
from tests.small import home, origin, play, rule, scenario, stream

HAND = Path(__file__).with_name("hand_worked.csv")
COLUMNS = ["date", "payer_kind", "payer", "payee_kind", "payee", "home", "cause", "contract", "gbp"]


def two_homes(**more: object) -> Scenario:
    """A welfare home of two places run by the town, and a charity's with one contracted place."""
    homes = [
        home("A", 0, welfare_places=2, host="town", operator="Town Council"),
        home("B", 0, justice_places=1, operator="Charity", operator_type="charity"),
    ]
    streams = {"welfare": stream(), "remand": stream(route="remand")}
    block = rule(pays="block")
    return with_costs(scenario(homes, streams, justice=block, horizon=60, **more))  # type: ignore[arg-type]


def played(made: Scenario) -> Result:
    plain = {"court_days": 0.0, "travel_days": 0.0, "withdrawn_days": 1e9, "breakdown": 1.0, "age": 14.0}
    stay = {**plain, "stream": "welfare"}
    return play(
        made,
        [
            {**stay, "day": 5.0, "need_days": 10.0, "step_down_days": 0.0},
            {**plain, "stream": "remand", "day": 10.0, "need_days": 10.0, "step_down_days": 0.0},
            {**stay, "day": 20.0, "need_days": 20.0, "step_down_days": 5.0},
        ],
    )


def table(made: Scenario) -> pd.DataFrame:
    result = played(made)
    found = ledger(made, result.world, result.log)
    names = tuple(each.name for each in made.estate.homes)
    ids = [result.world.tape.child_id(row) for row in range(len(result.world.tape))]
    return found.to_frame(names, ids, nominal=True)


def total(found: pd.DataFrame, **where: str) -> float:
    keep = np.ones(len(found), dtype=bool)
    for column, value in where.items():
        keep &= (found[column] == value).to_numpy()
    return float(found["gbp"][keep].sum())


@pytest.mark.unit
def test_a_case_worked_by_hand_comes_out_to_the_penny() -> None:
    found = table(two_homes())
    found["date"] = found["date"].dt.strftime("%Y-%m-%d")
    whole = found[COLUMNS].astype({name: str for name in COLUMNS if name != "gbp"})
    expected = pd.read_csv(HAND, keep_default_na=False)[COLUMNS]
    order = COLUMNS
    mine = whole.assign(gbp=whole["gbp"].round(2)).sort_values(order).reset_index(drop=True)
    hand = expected.sort_values(order).reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, hand)


@pytest.mark.unit
def test_prices_are_brought_to_the_base_year_and_back() -> None:
    it = Money.model_validate(money())
    # 2024 is 5% above 2023; 2022 is 10% below it; 2025 grows by what is said of years beyond
    assert price_level(it, [2022, 2023, 2024, 2025]).round(6).tolist() == pytest.approx(
        [1 / 1.1, 1.0, 1.05, 1.05 * 1.02], abs=1e-6
    )
    assert real_week(it, Price(gbp_week=1000, year=2022), 2023)[0] == pytest.approx(1100)
    growing = it.model_copy(update={"real_growth_per_year": 0.03})
    assert real_week(growing, Price(gbp_week=1000, year=2022), 2024)[0] == pytest.approx(1100 * 1.03**2)


@pytest.mark.unit
def test_nominal_pounds_are_those_of_the_day() -> None:
    found = table(two_homes(run={"start": "2025-01-01"}))
    assert (found["gbp_nominal"] / found["gbp"]).round(9).unique().tolist() == [1.05]


@pytest.mark.unit
def test_prices_of_children_have_the_mean_and_the_longest_tail_known() -> None:
    tail = Tail(sigma=0.55, most_gbp_week=63000, need_correlation=0.3)
    u = (np.arange(200_000) + 0.5) / 200_000
    factors = child_factors(tail, 10500, u, ndtri(np.roll(u, 77_777)))
    assert 10500 * factors.max() <= 63000
    alone = child_factors(tail.model_copy(update={"need_correlation": 0.0}), 10500, u, np.zeros(len(u)))
    assert alone.mean() == pytest.approx(1.0, abs=1e-3)
    assert 10500 * alone.max() > 60000
    assert (np.diff(alone) > 0).all(), "a higher uniform is a dearer child"


@pytest.mark.unit
def test_months_cut_spells_and_lose_no_day() -> None:
    months = months_of(two_homes(run={"start": "2024-01-15", "window_days": 60}).run)
    assert months.edges.tolist() == [0, 17, 46, 60]
    assert months.year.tolist() == [2023, 2023, 2023]
    part = cut(np.array([-5.0, 3.5, 17.0, 70.0]), np.array([2.0, 50.25, 17.0, 80.0]), months)
    assert list(zip(part.row.tolist(), part.month.tolist(), part.days.tolist(), strict=True)) == [
        (0, 0, 2.0), (1, 0, 13.5), (1, 1, 29.0), (1, 2, 4.25)
    ]  # fmt: skip
    steps = by_month(np.array([0.0, 10.0, 20.5]), np.array([1.0, 3.0, 0.0]), months)
    assert steps.tolist() == [10 + 7 * 3, 3.5 * 3, 0]


@pytest.mark.unit
def test_who_pays_follows_the_rule() -> None:
    made = two_homes()
    assert total(table(made), payee="A", contract="spot") == pytest.approx(35 * 1000)
    assert total(table(with_pays(made, "framework")), contract="framework") == pytest.approx(35 * 950)
    block = table(with_pays(made, "block"))
    # two places, 60 days, at 900; of these 35 child-days are used
    assert total(block, cause="block place used") == pytest.approx(35 * 900)
    assert total(block, cause="block place empty") == pytest.approx((120 - 35) * 900)
    assert total(block, payer="town", cause="contribution") == pytest.approx(120 * 900)
    soft = table(with_pays(made, "soft_block"))
    # 60% of 62 place-days in January is 37.2, of which 21 are used; of 58 in February 34.8, of which 14
    assert total(soft, cause="guarantee") == pytest.approx((37.2 - 21 + 34.8 - 14) * 980)
    members = table(with_pays(made, "subscription"))
    assert total(members, cause="members' voids") == pytest.approx((120 - 35) * 0.5 * 1000)
    assert total(members, cause="member's fee") == pytest.approx(100 * 60)
    shares = table(with_pays(made, "shares", nhs_share=0.3))
    assert total(shares, payer="NHS") == pytest.approx(0.3 * 35 * 1000)
    assert total(shares, payer="town", cause="contribution") == pytest.approx(0.7 * 35 * 1000)


@pytest.mark.unit
def test_a_fund_is_filled_by_authorities_in_proportion_to_their_weight() -> None:
    towns = [origin("town", weight=3.0), origin("village", weight=1.0)]
    made = with_pays(two_homes(origins=towns), "pooled")
    found = table(made)
    paid = (
        total(found, payer="town", cause="contribution"),
        total(found, payer="village", cause="contribution"),
    )
    assert paid == pytest.approx((0.75 * 35000, 0.25 * 35000))


@pytest.mark.unit
def test_the_books_of_a_home_break_even_where_they_say() -> None:
    """At the occupancy that the table gives, income is spending: by hand, fixed costs over what a child leaves."""
    made = two_homes()
    result = played(made)
    facts = facts_of(made, result.world, result.log)
    assert facts is not None
    row = home_table(facts, ledger_of(facts)).set_index("home").loc["A"]
    # a day costs 160 + 60 + 100 + 50 + 40 and a tenth more; a child brings 1,000 and costs 100
    assert row["break_even_occupancy"] == pytest.approx(410 * 1.1 / 900 / 2)
    assert row["occupancy"] == pytest.approx(35 / 120)
    assert row["surplus"] / 365.25 * 60 == pytest.approx(4919 - 479)
    # nobody there: (200 + 100 + 50) x 0.6 + 40 a day, and a tenth more
    assert row["holding_gbp_month"] == pytest.approx((350 * 0.6 + 40) * 365.25 / 12 * 1.1)


@pytest.mark.unit
def test_hours_in_the_log_are_paid_by_whom_they_are_worked() -> None:
    """Of 10 posts 8 are filled and work 200 hours; 20 hours of overtime at 1.3 and 50 of agency at 1.6 are extra."""
    made = two_homes()
    result = played(made)
    facts = facts_of(made, result.world, result.log)
    assert facts is not None

    def steady(value: float) -> Steps:
        return Steps(np.array([0.0]), np.array([value]))

    hours = {Source.OWN: 200.0, Source.BANK: 0.0, Source.OVERTIME: 20.0, Source.AGENCY: 50.0}
    staff = StaffSaid(
        10.0, (steady(5.0), steady(3.0)), {source: steady(each) for source, each in hours.items()}
    )
    posts = load_scenario(["workforce=posts"]).workforce
    assert isinstance(posts, Posts)
    cover = posts.cover.model_copy(update={"overtime_premium": 1.3, "agency_premium": 1.6})
    found = from_hours(staff, posts.model_copy(update={"cover": cover}), facts.places[0])
    # an own hour costs 0.8 / 200 of all posts
    assert np.unique(found.own.round(9)).tolist() == [0.8 + 20 * 1.3 * 0.004]
    assert np.unique(found.agency.round(9)).tolist() == [50 * 1.6 * 0.004]


@pytest.mark.unit
def test_a_shut_home_keeps_a_share_of_its_staff() -> None:
    shut = {"shut": [{"home": "A", "start": "2023-12-01", "cause": "registered_manager"}]}
    result = simulate_empty(with_costs(scenario([home("A", 0, welfare_places=2)], horizon=31, estate=shut)))
    found = result.groupby("cause", observed=True)["gbp"].sum()
    assert found["care staff"] == pytest.approx(200 * 0.6 * 31)
    assert "agency" not in found.index
    assert found["management"] == pytest.approx(50 * 0.6 * 31)


def simulate_empty(made: Scenario) -> pd.DataFrame:
    result = play(made, [{"day": 1.0}])
    return ledger(made, result.world, result.log).to_frame(("A",), ["child"] * len(result.world.tape))


@pytest.mark.unit
def test_published_prices_and_numbers_make_the_published_spend() -> None:
    """669 children at 10,500 a week are 367 million a year; 353 million was published: within 4%."""
    spend = 669 * 10500 * 52.2
    assert spend / 1e6 == pytest.approx(366.7, abs=0.1)
    assert spend / 353e6 - 1 == pytest.approx(0.039, abs=0.001)


@pytest.mark.unit
def test_published_contracts_make_the_published_prices() -> None:
    """272.0 million for 89 places in 2,557 days; at 60% occupancy 13,900 for a week that is used."""
    week = 272_003_818.10 / 89 / 2557 * 7
    assert week == pytest.approx(8370, abs=5)
    assert week / 0.60 == pytest.approx(13_900, abs=50)


@pytest.mark.unit
def test_without_money_there_is_no_ledger() -> None:
    made = scenario([home("A")])
    result = play(made, [{"day": 1.0, "need_days": 1.0}])
    assert facts_of(made, result.world, result.log) is None
    with pytest.raises(ValueError, match="no money"):
        ledger(made, result.world, result.log)
    assert imbalance(ledger(with_costs(made), result.world, result.log)) < 1e-6
