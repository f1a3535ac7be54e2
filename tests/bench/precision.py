"""What a given precision of a difference costs: common random numbers here, other seeds in the textbook."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.study.replicate import simulate
from tests.bench.core_race import ENGINE_DRAWS, SIMPY_DRAWS, Tell
from tests.bench.effort import Effort
from tests.reference.core_scenario import CoreOutcome, core_arrays, core_scenario, core_values

CHANGE = "demand.scale=0.97"
MEASURES = ("mean wait", "share reneged", "occupancy")


def precision(effort: Effort, tell: Tell, core: dict[str, Any] | None) -> dict[str, Any]:
    """Variance of a difference with other seeds over that on the same worlds, and times the cost of a replication."""
    before, after, other = (
        _values(effort, overrides, seed) for overrides, seed in (((), 1), ((CHANGE,), 1), ((CHANGE,), 2))
    )
    gain = {
        name: float(np.var(other[name] - before[name], ddof=1) / np.var(after[name] - before[name], ddof=1))
        for name in MEASURES
    }
    found: dict[str, Any] = {
        "what": f"core with {CHANGE} against core: variance of the difference with other seeds over that on the same "
        "worlds; times the processor time of a textbook replication over that of one here, each drawing its numbers",
        "replications": effort.precision_replications,
        "variance_divided_by": {name: float(f"{value:.3g}") for name, value in gain.items()},
    }
    times = (core or {}).get("against_heapq", {})
    if times.get(SIMPY_DRAWS, {}).get("median"):
        cost = times[SIMPY_DRAWS]["median"] / times[ENGINE_DRAWS]["median"]
        found["computer_time_divided_by"] = {
            name: float(f"{value * cost:.3g}") for name, value in gain.items()
        }
    tell(f"variance of a difference divided by {found['variance_divided_by']}")
    return found


def _values(effort: Effort, overrides: tuple[str, ...], seed: int) -> dict[str, Any]:
    scenario = core_scenario(effort.years, 1, seed, overrides)
    rows = []
    for number in range(effort.precision_replications):
        played = simulate(scenario, number)
        arrays = core_arrays(scenario, played.world)
        rows.append(core_values(arrays, CoreOutcome.of_log(played.log, arrays.children, arrays.end)))
    return {name: np.array([row[name] for row in rows]) for name in MEASURES}
