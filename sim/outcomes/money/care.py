"""Entries for weeks of care: secure places as the rule says who pays, Scotland, and the settings instead of them."""

from __future__ import annotations

import numpy as np

from sim.outcomes.money.accounts import OF_SETTING, Accounts
from sim.outcomes.money.entries import Writer
from sim.outcomes.money.facts import Facts
from sim.outcomes.money.months import Slices, cut
from sim.outcomes.money.prices import WEEK, real_week
from sim.outcomes.settings import SCOTLAND, SECURE, SETTINGS, STAGES
from sim.outcomes.spells import Bools, Floats, Ints
from sim.scenario.base import ROUTES
from sim.scenario.commissioning import Rule
from sim.scenario.price import Price

WELFARE_POOL, JUSTICE_POOL = 0, 1
CONTRACT_OF = {
    "spot": "spot", "framework": "framework", "block": "block", "soft_block": "soft block", "pooled": "pooled",
    "subscription": "membership", "shares": "shares",
}  # fmt: skip
STAGE_CAUSES = ("waiting", "secure care", "taken instead", "after", "stayed")


def discount(facts: Facts, rule: Rule) -> float:
    """What a contract takes off the spot price of a welfare place."""
    terms = facts.money.contracts
    return {"framework": terms.framework_discount, "block": terms.block_discount,
            "soft_block": terms.soft_block_discount}.get(rule.pays, 0.0)  # fmt: skip


def secure_entries(facts: Facts, accounts: Accounts, writer: Writer) -> None:
    """Weeks in secure homes: care until the criteria stop being met, delayed leaving after."""
    placed = facts.placed
    until = np.clip(placed.value, placed.start, placed.end)
    welfare = facts.tape.route[placed.child] == ROUTES.index("welfare")
    until = np.where(welfare, until, placed.end)
    for cause, start, end in (("secure care", placed.start, until), ("delayed leaving", until, placed.end)):
        part = cut(start, end, facts.months)
        _welfare(facts, accounts, writer, cause, part, welfare[part.row])
        _justice(facts, accounts, writer, part, ~welfare[part.row])


def _welfare(facts: Facts, accounts: Accounts, writer: Writer, cause: str, part: Slices, keep: Bools) -> None:
    """Welfare children: their own places as the rule says; a lent contracted place is repaid to the ministry."""
    placed, rule = facts.placed, facts.scenario.commissioning.welfare
    price, contract = facts.scenario.costs.welfare_place, CONTRACT_OF[rule.pays]
    child, home, pool = placed.child[part.row], placed.home[part.row], placed.pool[part.row]
    authority = facts.tape.origin[child]
    own = keep & (pool != JUSTICE_POOL)
    if rule.pays != "block":
        gbp = _gbp(facts, part, price) * (1 - discount(facts, rule))
        shared = rule.pays in ("pooled", "shares")
        payer = accounts.pool_of_region[facts.tape.region[child]] if shared else authority
        _add(writer, cause, contract, part, own, gbp, payer, accounts.first_home + home, home, child)
    lent = keep & (pool == JUSTICE_POOL)
    gbp = _gbp(facts, part, facts.scenario.costs.justice_contract_place)
    _add(writer, cause, "spot", part, lent, gbp, authority, np.full(len(child), accounts.moj), home, child)


def _justice(facts: Facts, accounts: Accounts, writer: Writer, part: Slices, keep: Bools) -> None:
    """Remand and sentence: the ministry pays by the night outside its block; authorities repay it remand nights."""
    placed, moj = facts.placed, accounts.moj
    child, home, pool = placed.child[part.row], placed.home[part.row], placed.pool[part.row]
    by_night = keep & ((pool != JUSTICE_POOL) | (not justice_block(facts)))
    gbp = _gbp(facts, part, facts.scenario.costs.justice_contract_place)
    _add(writer, "secure care", "spot", part, by_night, gbp, np.full(len(child), moj),
         accounts.first_home + home, home, child)  # fmt: skip
    remand = keep & (facts.tape.route[child] == ROUTES.index("remand"))
    gbp = _gbp(facts, part, facts.money.contracts.remand_recharge)
    _add(writer, "remand recharge", "none", part, remand, gbp, facts.tape.origin[child],
         np.full(len(child), moj), home, child)  # fmt: skip


def justice_block(facts: Facts) -> bool:
    """Whether the ministry pays for contracted places used or not (where justice has no rule of its own, it does)."""
    rule = facts.scenario.commissioning.justice
    return rule is None or rule.pays == "block"


def setting_entries(facts: Facts, accounts: Accounts, writer: Writer) -> None:
    """Weeks outside secure homes: Scotland, and each setting while waiting, instead or after."""
    scotland, costs, tape = facts.scotland, facts.scenario.costs, facts.tape
    part = cut(scotland.start, scotland.end, facts.months)
    child = scotland.child[part.row]
    every = np.ones(len(child), dtype=bool)
    _add(writer, "Scotland", "spot", part, every, _gbp(facts, part, costs.scotland), tape.origin[child],
         np.full(len(child), accounts.supplier("Scottish centres")), np.full(len(child), -1), child)  # fmt: skip
    spells = facts.settings
    part = cut(spells.start, spells.end, facts.months)
    child, setting, stage = spells.child[part.row], spells.setting[part.row], spells.stage[part.row]
    for code, name in enumerate(SETTINGS):
        price = costs.settings.get(name)  # type: ignore[call-overload]
        if code in (SCOTLAND, SECURE) or price is None:
            continue
        gbp = _gbp(facts, part, price)
        if name in facts.factors:
            gbp = gbp * facts.factors[name][child]
        payer = _custody_payer(facts, accounts, child) if name == "custody" else tape.origin[child]
        payee = np.full(len(child), accounts.supplier(OF_SETTING[name]))
        nhs = facts.money.nhs_share.get(name, 0.0)  # type: ignore[call-overload]
        for at, cause in enumerate(STAGE_CAUSES):
            if STAGES[at] == "secure":
                continue
            here = (setting == code) & (stage == at)
            _add(
                writer,
                cause,
                "spot",
                part,
                here,
                gbp * (1 - nhs),
                payer,
                payee,
                np.full(len(child), -1),
                child,
            )
            _add(writer, cause, "shares", part, here, gbp * nhs, np.full(len(child), accounts.nhs), payee,
                 np.full(len(child), -1), child)  # fmt: skip


def _custody_payer(facts: Facts, accounts: Accounts, child: Ints) -> Ints:
    """The designated authority pays for a child on remand, the ministry for all others in custody."""
    remand = facts.tape.route[child] == ROUTES.index("remand")
    return np.where(remand, facts.tape.origin[child], accounts.moj)


def _gbp(facts: Facts, part: Slices, price: Price) -> Floats:
    return np.asarray(part.days / WEEK * real_week(facts.money, price, facts.months.year)[part.month])


def _add(
    writer: Writer, cause: str, contract: str, part: Slices, keep: Bools, gbp: Floats, payer: Ints, payee: Ints,
    home: Ints, child: Ints,
) -> None:  # fmt: skip
    if not keep.any():
        return
    writer.add(cause, contract, part.month[keep], gbp[keep], payer[keep], payee[keep], home[keep], child[keep],
               part.start[keep], part.end[keep])  # fmt: skip
