"""The whole national model beside the core: profiles, answers, staffing and orders, ten years, one replication."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sim
from sim.scenario import Scenario
from sim.study.replicate import Result, simulate
from sim.world import draw_world
from tests.bench.core_race import Tell, without_collector
from tests.bench.effort import Effort
from tests.bench.race import Runner, race, results
from tests.reference.core_scenario import core_arrays, core_scenario

RULES = ("today", "national_panel", "regional", "local")
LOOP = "plain heapq loop on the core"


def national(effort: Effort, tell: Tell) -> dict[str, Any]:
    """Ratios of the national model, its world drawn and its log kept, to the plain loop on the core."""
    days = round(365.25 * effort.national_years)
    core = core_scenario(effort.national_years)
    tape = core_arrays(core, draw_world(core, 0))
    runners = [Runner(LOOP, lambda k: without_collector(tape.play), LOOP, times=3)]
    for rule in RULES:
        scenario = sim.load_scenario(
            [f"commissioning={rule}", "run.warm_up_days=0", f"run.window_days={days}", "run.follow_up_days=0"]
        )
        simulate(scenario, 0)  # what is imported when first used is imported now
        runners.append(Runner(rule, _player(scenario), LOOP))
    laps = race(runners, effort.national_rounds, tell)
    found = results(runners, laps)
    return {
        "what": "one replication of the national model, drawn, played and logged",
        "years": effort.national_years,
        "against_heapq_core": found,
    }


def _player(scenario: Scenario) -> Callable[[int], Result]:
    return lambda k: simulate(scenario, k)
