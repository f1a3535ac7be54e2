"""One replication of one scenario as a year's money: what every payer pays, and what homes spend whatever happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.outcomes.measures import measure_rows
from sim.outcomes.money.accounts import CONDUITS, HOME, SUPPLIER
from sim.outcomes.money.books import FIXED
from sim.outcomes.money.entries import CAUSES
from sim.outcomes.money.facts import Facts, facts_of
from sim.outcomes.money.ledger import ledger_of
from sim.outcomes.money.measures import net_paid
from sim.outcomes.rows import Row
from sim.outcomes.settings import SETTINGS
from sim.outcomes.spells import Spells, count_of
from sim.scenario.appraisal import OpenHomes
from sim.scenario.base import DAYS_PER_YEAR, ROUTES
from sim.scenario.scenario import Scenario
from sim.study.replicate import simulate

Floats = npt.NDArray[np.float64]
Payer = tuple[str, str]
OUTCOMES = ("children_placed_per_year", "children_referred_per_year", "unregistered_days_per_year",
            "days_waiting_90", "occupancy_approved", "delayed_discharge_days_per_year")  # fmt: skip


@dataclass(frozen=True, eq=False)
class Yearly:
    """Means of a year over the window, in pounds of the base year.

    `paid` is by payer (kind and name) less what was received; `fixed` what all homes spend on what does not
    change with the children; `open_homes` the places used of each scheme's open homes; `rows` some measures;
    `welfare_days` the days of a year that referred welfare children live through, wherever they are.
    """

    payers: tuple[Payer, ...]
    paid: Floats
    fixed: float
    open_homes: dict[str, float]
    rows: tuple[Row, ...]
    welfare_days: float = 0.0


def yearly_of(
    scenario: Scenario, replication: int, open_homes: Sequence[tuple[str, OpenHomes]] = ()
) -> Yearly:
    """Play one replication and add up its ledger."""
    result = simulate(scenario, replication)
    facts = facts_of(scenario, result.world, result.log)
    if facts is None:
        raise ValueError(f"costs {scenario.costs.name} has no money: nothing can be appraised")
    found = ledger_of(facts)
    start, end = scenario.run.window
    years = (end - start) / DAYS_PER_YEAR
    net, kinds = net_paid(found, start, end) / years, np.array(found.accounts.kinds)
    payers = np.flatnonzero(~np.isin(kinds, [*CONDUITS, SUPPLIER]))
    is_fixed = np.isin(found.cause, [CAUSES.index(line) for line in FIXED])
    spends = np.isin(found.payer, found.accounts.rows(HOME))
    fixed = float(found.within(start, end)[is_fixed & spends].sum()) / years
    rows = tuple(
        row
        for row in measure_rows(scenario, result.world, result.log)
        if row.measure in OUTCOMES and row.group == "all"
    )
    return Yearly(
        payers=tuple((found.accounts.kinds[at], found.accounts.names[at]) for at in payers.tolist()),
        paid=net[payers],
        fixed=fixed,
        open_homes={name: places_used(facts, homes) for name, homes in open_homes},
        rows=rows,
        welfare_days=welfare_days(facts) / years,
    )


def welfare_days(facts: Facts) -> float:
    """Days of the window that referred welfare children live through, up to the 18th birthday."""
    spells = facts.settings
    welfare = facts.tape.route[spells.child] == ROUTES.index("welfare")
    return float(spells.within(*facts.scenario.run.window)[welfare].sum())


def places_used(facts: Facts, homes: OpenHomes) -> float:
    """Mean places used: at each moment the children who would suit, but no more than there are places."""
    start, end = facts.scenario.run.window
    spells, tape = facts.settings, facts.tape
    codes = [SETTINGS.index(name) for name in homes.settings]
    keep = np.isin(spells.setting, codes) & (tape.route[spells.child] == ROUTES.index("welfare"))
    if homes.regions:
        of_region = [tape.regions.index(name) for name in homes.regions]
        keep &= np.isin(tape.region[spells.child], of_region)
    zeros = np.zeros(int(keep.sum()), dtype=np.int64)
    there = Spells(spells.child[keep], spells.start[keep], spells.end[keep], zeros, zeros, zeros,
                   zeros.astype(float))  # fmt: skip
    value, weight = count_of(there).between(start, end)
    return float(np.minimum(value * homes.match, homes.places) @ weight / (end - start))
