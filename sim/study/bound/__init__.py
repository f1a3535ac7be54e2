"""The clairvoyant bound: what no rule could beat on one world, with the best schedule found beside it.

    from sim.study.bound import bound, reached, share_of_bound

    found = bound(scenario, world, "child_days")
    share_of_bound("child_days", reached(scenario, world, log, "child_days"), found.value)

The bound knows the future, may refuse and choose freely, and may leave out children of the other routes. Only
hard eligibility holds; places and staff bind on the day of an offer. docs/bound.md says why no rule can beat it.
"""

from __future__ import annotations

from sim.study.bound.descent import QUICK, Effort
from sim.study.bound.objective import OBJECTIVES, Objective, reached, share_of_bound
from sim.study.bound.schedule import Infeasible, Placement, play_schedule, schedule_of
from sim.study.bound.whole import Bound, bound

__all__ = [
    "OBJECTIVES",
    "QUICK",
    "Bound",
    "Effort",
    "Infeasible",
    "Objective",
    "Placement",
    "bound",
    "play_schedule",
    "reached",
    "schedule_of",
    "share_of_bound",
]
