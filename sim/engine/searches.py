"""How long authorities search for a place, worked out beforehand for the first referral of every child."""

from __future__ import annotations

from math import inf

import numpy as np

from sim.engine.log import Ending
from sim.engine.plan import Clocks, Plan

# when the search for a place is over and how it ends, and when the authority first asks Scotland, if before then
Search = tuple[float, int, float]
WITHDRAWN, AGED_18 = int(Ending.WITHDRAWN), int(Ending.AGED_18)


def first_searches(plan: Plan, clocks: Clocks) -> list[Search]:
    """The search that the first referral of each child begins (see Floor._later_search), for all at once."""
    day, wait = np.array(plan.day), np.asarray(clocks.gives_up, dtype=np.float64)
    ending, north = np.asarray(clocks.ending), np.asarray(clocks.scotland, dtype=np.float64)
    ends = [(np.array(plan.birthday_18) - day, AGED_18)]
    if plan.need_runs_while_waiting:
        ends.insert(0, (np.array(plan.need_days), WITHDRAWN))
    for days, how in ends:
        sooner = days < wait
        wait = np.where(sooner, np.maximum(0.0, days), wait)
        ending = np.where(sooner, how, ending)
    asks = np.where(north < wait, day + north, inf)
    return list(zip((day + wait).tolist(), ending.tolist(), asks.tolist(), strict=True))
