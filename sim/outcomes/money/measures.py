"""Measures of money for the tidy table, from the ledger of one replication, in prices of the base year."""

from __future__ import annotations

import numpy as np

from sim.outcomes.money.accounts import CONDUITS, SUPPLIER
from sim.outcomes.money.entries import CAUSES, Ledger
from sim.outcomes.money.facts import Facts
from sim.outcomes.money.homes import contracted_days
from sim.outcomes.money.ledger import ledger_of
from sim.outcomes.money.prices import WEEK
from sim.outcomes.rows import Row, single
from sim.outcomes.settings import SETTINGS
from sim.outcomes.spells import Floats
from sim.scenario.base import DAYS_PER_YEAR, ROUTES

MILLION = 1e6
PUBLISHED_UNREGISTERED = (
    669.0  # children in unregistered homes, England, 1 September 2025: context, never fitted
)


def net_paid(ledger: Ledger, start: float, end: float) -> Floats:
    """Pounds that each account has paid less what it was paid, for days between two days."""
    inside, size = ledger.within(start, end), len(ledger.accounts)
    out = np.bincount(ledger.payer, weights=inside, minlength=size)
    return np.asarray(out - np.bincount(ledger.payee, weights=inside, minlength=size))


def ledger_rows(facts: Facts) -> list[Row]:
    """What the public purse pays by payer and by cause, unit prices, voids, homes' surpluses."""
    return rows_of(facts, ledger_of(facts))


def rows_of(facts: Facts, ledger: Ledger) -> list[Row]:
    """The same from a ledger that is there."""
    start, end = facts.scenario.run.window
    years = (end - start) / DAYS_PER_YEAR
    inside = ledger.within(start, end)
    net, kinds = net_paid(ledger, start, end), np.array(ledger.accounts.kinds)
    payers = [kind for kind in dict.fromkeys(ledger.accounts.kinds) if kind not in (*CONDUITS, SUPPLIER)]
    rows = [single("cost_per_year", float(net[np.isin(kinds, payers)].sum()) / MILLION, years)]
    rows += [
        Row("cost_per_year", "payer", kind, float(net[kinds == kind].sum()) / MILLION, years)
        for kind in payers
    ]
    by_cause = np.bincount(ledger.cause, weights=inside, minlength=len(CAUSES))
    paid = dict(zip(CAUSES, by_cause.tolist(), strict=True))
    welfare = facts.tape.route[np.maximum(ledger.child, 0)] == ROUTES.index("welfare")
    fallback = welfare & (ledger.child >= 0)
    waiting, instead = (
        float(inside[fallback & (ledger.cause == CAUSES.index(cause))].sum())
        for cause in ("waiting", "taken instead")
    )
    north = float(inside[ledger.cause == CAUSES.index("Scotland")].sum())
    secure = float(inside[fallback & np.isin(ledger.cause, [0, 1])].sum())
    block = paid["block place used"] + paid["block place empty"] + paid["guarantee"] + paid["members' voids"]
    contract = paid["contracted place used"] + paid["contracted place empty"]
    there, used = contracted_days(facts)
    rows += [
        single("placement_cost_per_year", (secure + north + block) / MILLION, years),
        single("fallback_cost_per_year", (waiting + instead) / MILLION, years),
        Row("fallback_cost_per_year", "when", "on the list", waiting / MILLION, years),
        Row("fallback_cost_per_year", "when", "instead", instead / MILLION, years),
        single("justice_contract_cost_per_year", contract / MILLION, years),
        single("delayed_leaving_cost_per_year", paid["delayed leaving"] / MILLION, years),
        single("empty_contracted_cost_per_year", paid["contracted place empty"] / MILLION, years),
        single("homes_surplus_per_year", (paid["surplus"] - paid["deficit"]) / MILLION, years),
        single("contracted_place_week", contract, there / WEEK),
        single("contracted_occupied_week", contract, used / WEEK),
    ]
    if facts.staff is not None:  # practices of homes differ, so what is left is told home by home
        rows += _left_by_home(facts, ledger, inside, years)
    spells = facts.settings
    unregistered = spells.setting == SETTINGS.index("unregistered")
    days = float(spells.within(start, end)[unregistered].sum())
    spent = float(inside[ledger.payee == ledger.accounts.supplier("unregistered settings")].sum())
    rows.append(single("unregistered_over_published", days, PUBLISHED_UNREGISTERED * (end - start)))
    rows.append(single("unregistered_week", spent, days / WEEK))
    return rows


def _left_by_home(facts: Facts, ledger: Ledger, inside: Floats, years: float) -> list[Row]:
    """What each home has left over, or lacks (below zero), a year."""
    homes = facts.scenario.estate.homes
    left = np.zeros(len(homes))
    for cause, sign in (("surplus", 1.0), ("deficit", -1.0)):
        mine = (ledger.cause == CAUSES.index(cause)) & (ledger.home >= 0)
        left += sign * np.bincount(ledger.home[mine].astype(np.int64), inside[mine], len(homes))
    return [
        Row("homes_surplus_per_year", "home", home.name, float(gbp) / MILLION, years)
        for home, gbp in zip(homes, left, strict=True)
    ]
