"""Promise about money: every pound has a payer and a payee, homes and funds balance, and days are paid for once."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.log import Leaving
from sim.outcomes.checks import checks
from sim.outcomes.money.accounts import CONDUITS, POOL
from sim.outcomes.money.care import STAGE_CAUSES
from sim.outcomes.money.entries import CAUSES, Ledger
from sim.outcomes.money.facts import Facts, facts_of
from sim.outcomes.money.ledger import imbalance, ledger_of
from sim.outcomes.money.prices import price_level
from sim.outcomes.settings import SETTINGS
from sim.scenario import Scenario
from sim.scenario.base import ROUTES
from sim.scenario.behaviour import MovingOn
from sim.scenario.durations import Constant
from tests.money.made import SETTINGS as PRICED
from tests.money.made import money, with_costs, with_pays
from tests.property.effort import examples
from tests.property.estates import chance, played, scenarios

pytestmark = pytest.mark.property
PAYS = ("spot", "framework", "block", "soft_block", "pooled", "subscription", "shares")
TAIL = {"unregistered": {"sigma": 0.5, "most_gbp_week": 9000.0, "need_correlation": 0.3}}


@st.composite
def paid(draw: Any, pays: tuple[str, ...] = PAYS) -> Scenario:
    """A random small estate with prices, books, and any way of paying."""
    made = draw(scenarios())
    share = draw(st.sampled_from([None, 0.0, 0.3]))
    made = with_pays(made, draw(st.sampled_from(pays)), nhs_share=share)
    if made.commissioning.justice is not None and chance(draw):
        block = made.commissioning.justice.model_copy(update={"pays": "block"})
        made = made.model_copy(
            update={"commissioning": made.commissioning.model_copy(update={"justice": block})}
        )
    more: dict[str, Any] = {"nhs_share": {"hospital": 1.0, "unregistered": 0.25}}
    if chance(draw):
        more["tails"] = TAIL
    if chance(draw, 3):
        more["real_growth_per_year"] = 0.02
    return with_costs(made, money=money(**more))


def books(made: Scenario) -> tuple[Facts, Ledger]:
    result = played(made)
    facts = facts_of(made, result.world, result.log)
    assert facts is not None
    return facts, ledger_of(facts)


@given(made=paid())
@examples(few=25, many=400)
def test_money_out_is_money_in_on_every_day_and_in_total(made: Scenario) -> None:
    """On each day of settlement homes and funds are left with nothing; what payers pay, suppliers receive."""
    _, found = books(made)
    assert imbalance(found) < 1e-6
    assert (found.gbp > 0).all()
    conduits = set(found.accounts.rows(*CONDUITS).tolist())
    for day in np.unique(found.day).tolist():
        here = found.day == day
        for account in conduits:
            into = found.gbp[here & (found.payee == account)].sum()
            out = found.gbp[here & (found.payer == account)].sum()
            assert into == pytest.approx(out, abs=1e-6)
    net = found.net().sum(axis=0)
    assert net.sum() == pytest.approx(0.0, abs=1e-5)
    assert (found.start >= 0).all() and (found.end <= made.run.horizon_days).all()
    assert (found.end > found.start).all() and (found.day >= found.start - 1).all()


@given(made=paid(pays=("spot",)))
@examples(few=20, many=300)
def test_every_day_of_a_child_is_paid_for_once(made: Scenario) -> None:
    """Counted again, child by child: days in each setting times the price of the child, under each cause."""
    facts, found = books(made)
    level = {year: float(price_level(facts.money, year)[0]) for year in range(2020, 2028)}
    growth, edges, years = facts.money.real_growth_per_year, facts.months.edges, facts.months.year.tolist()

    def priced(gbp_week: float, start: float, end: float) -> float:
        inside = [max(0.0, min(end, b) - max(start, a)) for a, b in pairwise(edges)]
        weights = [(1 + growth) ** (year - 2023) for year in years]
        return sum(d * w for d, w in zip(inside, weights, strict=True)) * gbp_week / 7 / level[2023]

    spells, costs = facts.settings, made.costs
    for stage, cause in enumerate(STAGE_CAUSES):
        due = 0.0
        for child, setting, start, end, at in zip(
            *(x.tolist() for x in (spells.child, spells.setting, spells.start, spells.end, spells.stage)),
            strict=True,
        ):
            name = SETTINGS[setting]
            if at == stage and name in PRICED:
                factor = facts.factors[name][child] if name in facts.factors else 1.0
                due += factor * priced(costs.settings[name].gbp_week, start, end)  # type: ignore[index]
        if cause != "secure care":
            assert found.gbp[found.cause == CAUSES.index(cause)].sum() == pytest.approx(due, abs=1e-4)
    placed, due, lent = facts.placed, 0.0, 0.0
    in_block = made.commissioning.justice is None or made.commissioning.justice.pays == "block"
    for child, pool, start, end in zip(
        *(x.tolist() for x in (placed.child, placed.pool, placed.start, placed.end)), strict=True
    ):
        welfare = facts.tape.route[child] == ROUTES.index("welfare")
        if welfare and pool != 1:
            due += priced(7000, start, end)
        elif welfare or not (pool == 1 and in_block):
            lent += priced(5600, start, end)
    care = np.isin(found.cause, [CAUSES.index("secure care"), CAUSES.index("delayed leaving")])
    assert found.gbp[care].sum() == pytest.approx(due + lent, abs=1e-4)


@given(made=paid(pays=("pooled", "shares", "block", "soft_block", "subscription")))
@examples(few=20, many=300)
def test_a_fund_pays_out_what_it_collects_in_the_shares_agreed(made: Scenario) -> None:
    _, found = books(made)
    accounts = found.accounts
    collected = found.cause == CAUSES.index("contribution")
    for fund in accounts.rows(POOL).tolist():
        mine = collected & (found.payee == fund)
        whole = found.gbp[found.payer == fund].sum()
        nhs = found.gbp[mine & (found.payer == accounts.nhs)].sum()
        rule = made.commissioning.welfare
        assert nhs == pytest.approx(whole * (rule.nhs_share or 0.0) * (rule.pays == "shares"), abs=1e-6)
        for authority in np.flatnonzero(accounts.pool_of_authority == fund).tolist():
            due = (whole - nhs) * accounts.share[authority]
            assert found.gbp[mine & (found.payer == authority)].sum() == pytest.approx(due, abs=1e-6)


@given(made=paid())
@examples(few=10, many=150)
def test_how_places_are_paid_for_moves_no_child_and_no_spending(made: Scenario) -> None:
    """The same log under every way of paying; suppliers receive the same, but for what members pay their company."""
    _, one = books(made)
    _, other = books(with_pays(made, "spot"))

    def received(found: Ledger) -> list[float]:
        skip = found.accounts.supplier("company of the members")  # accounts are numbered ledger by ledger
        rows = [row for row in found.accounts.rows("supplier").tolist() if row != skip]
        return [float(found.gbp[found.payee == row].sum()) for row in rows]

    assert received(one) == pytest.approx(received(other), abs=1e-6)


@given(
    made=paid(),
    places=st.integers(0, 3),
    stay=st.sampled_from([2.0, 15.0]),
    most=st.sampled_from([1.0, 20.0]),
)
@examples(few=15, many=200)
def test_limited_places_to_move_on_to_lose_nobody_and_no_pound(
    made: Scenario, places: int, stay: float, most: float
) -> None:
    """With places to move on to, every check of a run still holds, nobody leaves sooner than its own search is over,
    and the ledger balances."""
    authorities = made.behaviour.authorities
    limit = MovingOn(places=places, stay_days=Constant(days=stay), most_days=most)
    behaviour = made.behaviour.model_copy(
        update={"authorities": authorities.model_copy(update={"moving_on": limit})}
    )
    limited = made.model_copy(update={"behaviour": behaviour})
    result = played(limited)
    faults = checks(limited, result.world, result.log)
    assert not {name: fault for name, fault in faults.items() if fault and "beyond" not in name}
    facts = facts_of(limited, result.world, result.log)
    assert facts is not None and imbalance(ledger_of(facts)) < 1e-6
    taken = facts.placed.code == Leaving.NEED_ENDED
    child, end = facts.placed.child[taken], facts.placed.end[taken]
    own = facts.placed.value[taken] + facts.tape.step_down_days[child]
    first = np.array([sum(facts.placed.child == each) == 1 for each in child.tolist()], dtype=bool)
    welfare = facts.tape.route[child] == ROUTES.index("welfare")
    check = first & welfare
    assert (end[check] >= np.minimum(own, end.max(initial=0.0))[check] - 1e-6).all()
