"""Checks that any run must pass, recounted from its log: nothing lost, nothing twice."""

from __future__ import annotations

import numpy as np

from sim.engine.log import EventLog, Kind
from sim.outcomes.measures import all_places
from sim.outcomes.spells import Floats, Ints, count_of, home_spells, list_spells, offer_spells
from sim.scenario.scenario import Scenario
from sim.world.world import World


def checks(scenario: Scenario, world: World, log: EventLog) -> dict[str, float]:
    """Largest fault of each kind in one replication; each is 0 but for rounding."""
    horizon = float(scenario.run.horizon_days)
    lists, placed = list_spells(log), home_spells(log)
    places = all_places(scenario, world, log, placed, offer_spells(log, horizon))
    beyond = max(float(home.over.max()) for home in places)
    overlaps = _overlaps(lists.child, lists.start, lists.end) + _overlaps(
        placed.child, placed.start, placed.end
    )
    waiting = count_of(lists)
    little = abs(float((lists.end - lists.start).sum()) - waiting.mean(0, horizon) * horizon)
    return {
        "children beyond approved places (only a cut in places may cause it)": beyond,
        "referrals without exactly one ending": float(abs(len(log.of(Kind.REFERRED)) - len(lists))),
        "placements without exactly one reason for leaving": float(
            abs(len(log.of(Kind.ADMITTED)) - len(placed))
        ),
        "children in two places at once": float(overlaps),
        "days on the list that the length of the list does not explain": round(little, 6),
        "records out of order of time": float((np.diff(log.day) < 0).sum()),
    }


def _overlaps(child: Ints, start: Floats, end: Floats) -> int:
    """Spells of a child that begin before the one before has ended."""
    order = np.lexsort((start, child))
    same = child[order][1:] == child[order][:-1]
    return int(np.sum(same & (start[order][1:] < end[order][:-1] - 1e-9)))
