"""One parameter fitted to one published number, on the same worlds throughout, with what was tried kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from sim.outcomes.measures import measure_rows
from sim.scenario.load import load_scenario
from sim.store import write_text
from sim.study.estimate import gather, level
from sim.study.replicate import simulate


@dataclass(frozen=True)
class Fit:
    """What was fitted to what, what came out, and each value tried as (value, outcome, half-width of its 95%)."""

    key: str
    measure: str
    target: float
    source: str
    overrides: tuple[str, ...]
    replications: int
    value: float
    outcome: float
    half_width: float
    tried: tuple[tuple[float, float, float], ...]

    def write(self, path: Path) -> None:
        """As JSON, whole or not at all."""
        write_text(path, json.dumps(asdict(self), indent=1) + "\n")


def fit(
    key: str, measure: str, target: float, low: float, high: float, source: str, overrides: tuple[str, ...] = (),
    replications: int = 8, tries: int = 7, digits: int = 2, done: Callable[[float, float], object] = print,
) -> Fit:  # fmt: skip
    """Halve the range of `key` between `low` and `high` until the measure of the whole meets its target.

    The outcome has to rise or to fall throughout the range. The value is rounded to `digits` and then played again.
    Raises ValueError where the target does not lie between the outcomes of the ends.
    """
    tried: list[tuple[float, float, float]] = []

    def outcome(value: float) -> float:
        scenario = load_scenario([*overrides, f"{key}={value}"])
        rows = []
        for replication in range(replications):
            result = simulate(scenario, replication)
            rows.append(
                tuple(r for r in measure_rows(scenario, result.world, result.log) if r.measure == measure)
            )
        parts = gather(rows)
        found, at = level(parts), parts.keys.index((measure, "all", "all"))
        tried.append((value, float(found.value[at]), float(found.half_width[at])))
        done(value, tried[-1][1])
        return tried[-1][1]

    ends = outcome(low), outcome(high)
    if not min(ends) <= target <= max(ends):
        raise ValueError(
            f"{measure} is {ends[0]:.4g} to {ends[1]:.4g}, allowed a range that holds {target:.4g}"
        )
    for _ in range(tries):
        middle = (low + high) / 2
        if (outcome(middle) < target) == (ends[0] < ends[1]):
            low = middle
        else:
            high = middle
    value = float(np.round((low + high) / 2, digits))
    outcome(value)
    return Fit(key, measure, target, source, overrides, replications, *tried[-1], tuple(sorted(tried)))
