"""The ledger of one replication: every pound, from whom to whom, for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.outcomes.money.accounts import CONDUITS, accounts_of
from sim.outcomes.money.books import book_entries
from sim.outcomes.money.care import secure_entries, setting_entries
from sim.outcomes.money.contracts import contract_entries, pooled_entries
from sim.outcomes.money.entries import Ledger, Writer
from sim.outcomes.money.facts import Facts, facts_of

if TYPE_CHECKING:
    from sim.engine.log import EventLog
    from sim.scenario.scenario import Scenario
    from sim.world.world import World


def ledger_of(facts: Facts) -> Ledger:
    """Care, contracts, what funds collect, what homes spend, and who bears the difference, in that order."""
    accounts = accounts_of(facts.scenario, facts.tape.regions)
    writer = Writer(accounts, facts.months, facts.money)
    secure_entries(facts, accounts, writer)
    setting_entries(facts, accounts, writer)
    contract_entries(facts, accounts, writer)
    pooled_entries(facts, accounts, writer)
    book_entries(facts, accounts, writer)
    return writer.close()


def ledger(scenario: Scenario, world: World, log: EventLog) -> Ledger:
    """The ledger of one replication. Raises ValueError where the scenario has no money (costs=none)."""
    facts = facts_of(scenario, world, log)
    if facts is None:
        raise ValueError(f"costs {scenario.costs.name} has no money, so there is no ledger")
    return ledger_of(facts)


def imbalance(found: Ledger) -> float:
    """The most that any home or fund is out of balance at the end of a month, in pounds; 0 but for rounding."""
    conduits = found.accounts.rows(*CONDUITS)
    return float(abs(found.net()[:, conduits]).max(initial=0.0))
