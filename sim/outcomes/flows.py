"""Where placed children come from and go to: the ledger of places taken between regions and nations."""

from __future__ import annotations

import numpy as np

from sim.engine.log import Ending
from sim.outcomes.rows import Row
from sim.outcomes.spells import Floats, Ints, Spells
from sim.scenario.base import DAYS_PER_YEAR, ROUTES
from sim.scenario.scenario import Scenario
from sim.world.tape import Tape

SCOTLAND = "Scotland"


def flow_rows(scenario: Scenario, tape: Tape, lists: Spells) -> list[Row]:
    """Welfare placements a year that begin from referrals of the window, by where the child is from and goes.

    `placements_by_flow_per_year` has a row for each pair "from > to"; the ledger has, for each region and each
    nation, children placed at home, children sent elsewhere, and children taken in from elsewhere.
    """
    start, end = scenario.run.window
    years = (end - start) / DAYS_PER_YEAR
    regions = (*tape.regions, SCOTLAND)
    nation_of = {region.name: region.nation for region in scenario.estate.regions} | {SCOTLAND: SCOTLAND}
    of_home = np.array([tape.regions.index(home.region) for home in scenario.estate.homes])
    mine = (
        (lists.start >= start) & (lists.start < end) & np.isin(lists.code, (Ending.PLACED, Ending.SCOTLAND))
    )
    mine &= tape.route[lists.child] == ROUTES.index("welfare")
    gone = lists.rows(mine)
    to = np.where(gone.code == Ending.SCOTLAND, len(tape.regions), of_home[gone.home])
    table = _table(tape.region[gone.child], to, len(regions))
    rows = [
        Row("placements_by_flow_per_year", "flow", f"{regions[a]} > {regions[b]}", table[a, b], years)
        for a in range(len(regions))
        for b in range(len(regions))
        if a != len(tape.regions) and (b == len(tape.regions) or b in of_home)
    ]
    nations = tuple(dict.fromkeys(nation_of[region] for region in regions))
    to_nation = np.zeros((len(regions), len(nations)))
    to_nation[np.arange(len(regions)), [nations.index(nation_of[region]) for region in regions]] = 1.0
    return [
        *rows,
        *_ledger("region", regions, table, years),
        *_ledger("nation", nations, to_nation.T @ table @ to_nation, years),
    ]


def _table(origin: Ints, to: Ints, size: int) -> Floats:
    """Children by origin (rows) and destination (columns)."""
    counts = np.bincount(origin * size + to, minlength=size * size)
    return counts.reshape(size, size).astype(float)


def _ledger(group: str, names: tuple[str, ...], table: Floats, years: float) -> list[Row]:
    own = np.diag(table)
    columns = {
        "placed_at_home_per_year": own,
        "sent_elsewhere_per_year": table.sum(axis=1) - own,
        "taken_from_elsewhere_per_year": table.sum(axis=0) - own,
    }
    return [
        Row(measure, group, name, float(amount), years)
        for measure, amounts in columns.items()
        for name, amount in zip(names, amounts, strict=True)
    ]
