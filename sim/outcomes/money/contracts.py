"""Entries for places that are paid for whether used or not, for members, and what authorities pay into a fund."""

from __future__ import annotations

import numpy as np

from sim.outcomes.money.accounts import Accounts
from sim.outcomes.money.care import CONTRACT_OF, JUSTICE_POOL, discount, justice_block
from sim.outcomes.money.entries import Writer
from sim.outcomes.money.facts import Facts
from sim.outcomes.money.months import by_month, cut
from sim.outcomes.money.prices import WEEK, real_week
from sim.outcomes.spells import Bools, Floats, Ints
from sim.scenario.base import DAYS_PER_YEAR


def contract_entries(facts: Facts, accounts: Accounts, writer: Writer) -> None:
    """The justice block; a block, a guarantee or members' voids for welfare places, as the rule says."""
    every = np.arange(len(facts.months))
    justice = real_week(facts.money, facts.scenario.costs.justice_contract_place, facts.months.year) / WEEK
    rule = facts.scenario.commissioning.welfare
    welfare = real_week(facts.money, facts.scenario.costs.welfare_place, facts.months.year) / WEEK
    welfare = welfare * (1 - discount(facts, rule))
    terms, contract = facts.money.contracts, CONTRACT_OF[rule.pays]
    used = used_days(facts)
    for home, places in enumerate(facts.places):
        payee, fund = accounts.first_home + home, _fund(facts, accounts, home)
        contracted = by_month(places.day, places.contracted, facts.months)
        if justice_block(facts):
            taken = np.minimum(used[JUSTICE_POOL, home], contracted)
            writer.add("contracted place used", "block", every, taken * justice, accounts.moj, payee, home)
            writer.add("contracted place empty", "block", every, (contracted - taken) * justice, accounts.moj,
                       payee, home)  # fmt: skip
        there = by_month(places.day, places.approved - places.contracted, facts.months)
        taken = np.minimum(used[0, home], there)
        if rule.pays == "block":
            writer.add("block place used", contract, every, taken * welfare, fund, payee, home)
            writer.add("block place empty", contract, every, (there - taken) * welfare, fund, payee, home)
        elif rule.pays == "soft_block":
            short = np.maximum(0.0, terms.soft_block_share * there - taken)
            writer.add("guarantee", contract, every, short * welfare, fund, payee, home)
        elif rule.pays == "subscription" and _of_members(facts, home):
            empty = (there - taken) * terms.void_share
            writer.add("members' voids", contract, every, empty * welfare, fund, payee, home)
    if rule.pays == "subscription":
        _fees(facts, accounts, writer)


def used_days(facts: Facts) -> Floats:
    """Child-days by month: [other places, contracted places] x homes x months, welfare children only in the first."""
    placed = facts.placed
    part = cut(placed.start, placed.end, facts.months)
    kind = (placed.pool[part.row] == JUSTICE_POOL).astype(np.int64)
    shape = (2, len(facts.places), len(facts.months))
    flat = (kind * shape[1] + placed.home[part.row]) * shape[2] + part.month
    counted = np.bincount(flat, weights=part.days, minlength=shape[0] * shape[1] * shape[2])
    return counted.astype(float).reshape(shape)


def _fund(facts: Facts, accounts: Accounts, home: int) -> int:
    """The pooled fund of a home: its region's, or the first that has authorities."""
    region = facts.tape.regions.index(facts.scenario.estate.homes[home].region)
    fund, with_members = int(accounts.pool_of_region[region]), set(accounts.pool_of_authority.tolist())
    return fund if fund in with_members else min(with_members)


def _of_members(facts: Facts, home: int) -> bool:
    members = facts.scenario.commissioning.welfare.members
    return not members or facts.scenario.estate.homes[home].region in members


def _fees(facts: Facts, accounts: Accounts, writer: Writer) -> None:
    """Each member's yearly fee, month by month, to the company that the members own."""
    paying = np.flatnonzero(accounts.member)
    month = np.repeat(np.arange(len(facts.months)), len(paying))
    gbp = facts.money.contracts.membership_gbp_year * facts.months.days[month] / DAYS_PER_YEAR
    company = accounts.supplier("company of the members")
    writer.add("member's fee", "membership", month, gbp, np.tile(paying, len(facts.months)), company)


def pooled_entries(facts: Facts, accounts: Accounts, writer: Writer) -> None:
    """What the NHS and each authority pay into a fund: month by month exactly what it has paid out."""
    rule = facts.scenario.commissioning.welfare
    _, _, month, gbp, payer, *_ = writer.columns()
    pools = accounts.rows("pooled fund")
    from_pool: Bools = np.isin(payer, pools)
    if not from_pool.any():
        return
    out = np.zeros((len(accounts), len(facts.months)))
    np.add.at(out, (payer[from_pool].astype(int), month[from_pool].astype(int)), gbp[from_pool])
    nhs = (rule.nhs_share or 0.0) if rule.pays == "shares" else 0.0
    contract, every = CONTRACT_OF[rule.pays], np.arange(len(facts.months))
    for pool in pools.tolist():
        writer.add("contribution", contract, every, out[pool] * nhs, accounts.nhs, pool)
    authority = np.arange(accounts.authorities)
    fund: Ints = accounts.pool_of_authority[authority]
    due = out[fund] * accounts.share[:, None] * (1 - nhs)
    size = len(facts.months)
    writer.add("contribution", contract, np.tile(every, len(authority)), due.ravel(), np.repeat(authority, size),
               np.repeat(fund, size))  # fmt: skip
