"""Placement-core against its reference values: mean wait, share reneged and occupancy over ten years.

The values and their standard errors come from 400 replications of another program, compiled and written
apart from this one. So the two differ by chance only, as far as both standard errors together allow.
`python -m tests.prove placement-core` plays as many.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.study.replicate import simulate
from tests.reference.core_scenario import CoreOutcome, core_arrays, core_scenario, core_values

REFERENCE = {  # value, standard error
    "mean wait": (3.628, 0.014),
    "share reneged": (0.1786, 0.0006),
    "occupancy": (0.9593, 0.0001),
}
STANDARD_ERRORS = 4.0
YEARS, SEED = 10, 2023
FULL, SLICE = 400, 8  # replications


def values(replication: int, seed: int = SEED) -> dict[str, float]:
    """The quantities of one replication, through the engine and its log."""
    scenario = core_scenario(YEARS, seed=seed)
    played = simulate(scenario, replication)
    arrays = core_arrays(scenario, played.world)
    return core_values(arrays, CoreOutcome.of_log(played.log, arrays.children, arrays.end))


@dataclass(frozen=True)
class CoreFinding:
    """A quantity beside its reference; `standard_error` is that of the estimate alone."""

    name: str
    reference: float
    reference_error: float
    estimate: float
    standard_error: float

    @property
    def z(self) -> float:
        """The difference in standard errors of both together."""
        return (self.estimate - self.reference) / float(np.hypot(self.standard_error, self.reference_error))

    @property
    def agrees(self) -> bool:
        return abs(self.z) <= STANDARD_ERRORS


def findings(replications: list[dict[str, float]]) -> list[CoreFinding]:
    """What the replications say about each quantity."""
    found = []
    for name, (reference, error) in REFERENCE.items():
        column = np.array([one[name] for one in replications])
        spread = float(column.std(ddof=1) / np.sqrt(len(column)))
        found.append(CoreFinding(name, reference, error, float(column.mean()), spread))
    return found
