"""The state of each day of a run, from its first day on: what shows whether a run has settled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.engine.log import Ending, EventLog
from sim.outcomes.settings import SETTINGS, setting_spells
from sim.outcomes.spells import Floats, home_spells, list_spells, scotland_spells
from sim.scenario.base import ROUTES
from sim.scenario.scenario import Scenario
from sim.world.world import World


def daily(scenario: Scenario, world: World, log: EventLog) -> dict[str, Floats]:
    """Children at the start of each day up to the end of the window, by what they are counted as."""
    tape, horizon = world.tape, float(scenario.run.horizon_days)
    days = np.arange(scenario.run.window[1], dtype=float)
    lists, placed = list_spells(log), home_spells(log)
    welfare = tape.route == ROUTES.index("welfare")
    scotland = scotland_spells(log, lists, Ending.SCOTLAND, horizon)
    settings = setting_spells(tape, scenario.behaviour.authorities, lists, placed, scotland, horizon)
    unregistered = (settings.setting == SETTINGS.index("unregistered")) & welfare[settings.child]
    ours, theirs = welfare[lists.child], welfare[placed.child]
    return {
        "children waiting": _there(lists.start[ours], lists.end[ours], days),
        "welfare children in homes": _there(placed.start[theirs], placed.end[theirs], days),
        "other children in homes": _there(placed.start[~theirs], placed.end[~theirs], days),
        "children unregistered": _there(settings.start[unregistered], settings.end[unregistered], days),
    }


def _there(start: Floats, end: Floats, days: Floats) -> npt.NDArray[np.float64]:
    """How many spells cover each day."""
    began = np.searchsorted(np.sort(start), days, side="right")
    over = np.searchsorted(np.sort(end), days, side="right")
    return (began - over).astype(float)
