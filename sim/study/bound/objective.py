"""What is bounded, and what a played rule reached of it: both read the same definition.

The rule under test governs welfare, so both objectives count children of the welfare route, and only what falls
into the window.

child_days    days that they spend in secure children's homes that may take them by law: the more the better
need_waiting  sum of need x days on the list, unplaced included and later referrals too: the less the better
"""

from __future__ import annotations

from typing import Literal, get_args

from sim.engine.log import EventLog
from sim.outcomes.spells import home_spells, list_spells
from sim.scenario.base import ROUTES
from sim.scenario.scenario import Scenario
from sim.world.world import World

Objective = Literal["child_days", "need_waiting"]
OBJECTIVES: tuple[Objective, ...] = get_args(Objective)


def reached(scenario: Scenario, world: World, log: EventLog, objective: Objective) -> float:
    """What a played rule reached: child-days, or need x days, within the window."""
    start, end = scenario.run.window
    spells = home_spells(log) if objective == "child_days" else list_spells(log)
    counts = (world.tape.route[spells.child] == ROUTES.index("welfare")).astype(float)
    if objective == "need_waiting":
        counts *= world.tape.need[spells.child]
    return float(spells.within(start, end) @ counts)


def share_of_bound(objective: Objective, value: float, limit: float) -> float:
    """How near a rule came to the bound, at most 1: value over bound, or bound over value where less is better.

    NaN where the larger of the two is 0.
    """
    most, least = (limit, value) if objective == "child_days" else (value, limit)
    return least / most if most > 0 else float("nan")
