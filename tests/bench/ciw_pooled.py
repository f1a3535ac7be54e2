"""The pooled variant of placement-core in Ciw's own declarative form: one home of 230 places, six classes.

Children are numbered in order of arrival, and so are Ciw's individuals: the distributions look the numbers up.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ciw
import numpy as np

from tests.reference.core_scenario import CoreArrays, CoreOutcome
from tests.reference.heapq_core import ADMITTED, GAVE_UP, WAITING, CoreHomes


def pooled(arrays: CoreArrays) -> CoreArrays:
    """The same children in the pooled variant: one home takes everybody, and its staff never change."""
    return replace(arrays, homes=CoreHomes([sum(arrays.homes.beds)], [0], [0], ["WJ"], [2]), redraws=[])


class LookedUp(ciw.dists.Distribution):  # type: ignore[misc]
    """The number of each child in a column."""

    def __init__(self, column: list[float]) -> None:
        self.column = column

    def sample(self, t: Any = None, ind: Any = None) -> float:
        return self.column[int(ind.id_number) - 1]


def play(arrays: CoreArrays) -> list[Any]:
    """Play the pooled variant; returns Ciw's records."""
    kind, complexity = np.array(arrays.kind), np.array(arrays.complexity)
    arrival, priorities, arrivals = np.array(arrays.arrival), {}, {}
    for level in range(3):
        for route in range(2):
            name = f"complexity {level}, type {route}"
            days = arrival[(complexity == level) & (kind == route)]
            priorities[name] = 2 - level
            arrivals[name] = [ciw.dists.Sequential([*np.diff(days, prepend=0.0).tolist(), float("inf")])]
    everyone = dict.fromkeys(arrivals)
    network = ciw.create_network(
        arrival_distributions=arrivals,
        service_distributions={name: [LookedUp(arrays.stay)] for name in everyone},
        reneging_time_distributions={name: [LookedUp(arrays.patience)] for name in everyone},
        priority_classes=priorities,
        number_of_servers=arrays.homes.beds,
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(arrays.end)
    return list(simulation.get_all_records())


def outcome(records: list[Any], arrays: CoreArrays) -> CoreOutcome:
    """What became of the children whose service or patience is over (the rest leave no record in Ciw)."""
    n = arrays.children
    found = CoreOutcome(np.full(n, WAITING), np.full(n, -1), np.full(n, arrays.end))
    for record in records:
        child = record.id_number - 1
        gave_up = record.record_type == "renege"
        found.outcome[child] = GAVE_UP if gave_up else ADMITTED
        found.home[child] = -1 if gave_up else 0
        found.when[child] = record.exit_date if gave_up else record.service_start_date
    return found
