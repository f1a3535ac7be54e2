"""What standards ask about beyond the catalogue: placed within so many days, unregistered for want of a place."""

from __future__ import annotations

import numpy as np

from sim.engine.log import Ending, EventLog
from sim.outcomes.access import FOLLOWED_DAYS
from sim.outcomes.catalogue import Measure
from sim.outcomes.groups import groups
from sim.outcomes.rows import Row, by_group
from sim.outcomes.spells import list_spells
from sim.scenario.base import ALTERNATIVES, DAYS_PER_YEAR, ROUTES
from sim.scenario.scenario import Scenario
from sim.scenario.standards import COUNTED_DAYS
from sim.world.world import World

UNREGISTERED = "unregistered_for_want_of_place_per_year"
PLACES = "places_approved_mean"
STAFFED = "places_staffed_mean"


def placed_within(days: int) -> str:
    """The name of the measure: share of those referred who are placed within so many days."""
    return f"placed_within_{days}_days_of_referral"


GOAL_MEASURES = {
    **{
        placed_within(days): Measure(
            placed_within(days), "share", f"share placed within {days} days of referral", "higher"
        )
        for days in COUNTED_DAYS
    },
    UNREGISTERED: Measure(
        UNREGISTERED,
        "children a year",
        "children put into an unregistered setting because no place could be found, a year",
        "lower",
    ),
    PLACES: Measure(PLACES, "places", "approved places, mean day"),
    STAFFED: Measure(STAFFED, "places", "staffed places, mean day"),
}


def goal_rows(scenario: Scenario, world: World, log: EventLog, measured: list[Row]) -> list[Row]:
    """Rows of those measures for one replication; `measured` are the rows of the catalogue, which hold the places.

    Children count who were referred for the first time in the window; a placement counts from referral to admission.
    A child is unregistered for want of a place when the authority gives up waiting and takes such a setting.
    """
    tape, lists = world.tape, list_spells(log)
    start, end = scenario.run.window
    span = float(end - start)
    first = lists.rows((lists.value == 0) & (lists.start >= start) & (lists.start < end))
    first = first.rows(~tape.resident[first.child])
    placed = first.code == Ending.PLACED
    waited = first.end - first.start
    followed = ((first.code != Ending.OPEN) | (waited >= FOLLOWED_DAYS)).astype(float)
    welfare = tape.route[first.child] == ROUTES.index("welfare")
    rows: list[Row] = []
    for group in groups(tape, scenario.estate.homes):
        keep = np.ones(len(first), bool) if group.name == "route" else welfare
        for days in COUNTED_DAYS:
            soon = (placed & (waited <= days)) * followed
            rows += by_group(placed_within(days), group, first.child[keep], soon[keep], followed[keep])
    taken = lists.code == Ending.ALTERNATIVE
    unregistered = tape.alternative[lists.child] == ALTERNATIVES.index("unregistered")
    if scenario.behaviour.authorities.dol_keeps_referral_open:
        taken |= lists.end - lists.start > tape.patience_days[lists.child]
    here = taken & unregistered & (tape.route[lists.child] == ROUTES.index("welfare"))
    when = np.minimum(lists.end, lists.start + tape.patience_days[lists.child]) if len(lists) else lists.end
    here &= (when >= start) & (when < end)
    rows.append(Row(UNREGISTERED, "all", "all", float(here.sum()), span / DAYS_PER_YEAR))
    by_name = {(row.measure, row.group): row for row in measured}
    for name, over in ((PLACES, "occupancy_approved"), (STAFFED, "occupancy_staffed")):
        rows.append(Row(name, "all", "all", by_name[over, "all"].denominator, span))
    return rows
