"""A textbook case: a scenario, how its answer is read from the log, what theory expects, and whether they agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from sim.scenario import Scenario
from sim.scenario.demand import Stream
from sim.scenario.load import load_experiment
from sim.study.replicate import simulate
from tests.analytic.reading import Reading

TEXTBOOK = Path(__file__).parents[1] / "textbook"
STANDARD_ERRORS = 4.0  # the most by which a mean may differ from what is expected
PRECISE = 0.01  # the largest standard error, as a share of what is expected, in a full proof


@dataclass(frozen=True)
class Quantity:
    """One number: its name, what theory expects, and how to read it. `within` is the precision of the full proof."""

    name: str
    expected: float
    read: Callable[[Reading], float]
    within: float = PRECISE


@dataclass(frozen=True)
class Length:
    """How much is simulated: replications, and days of the window of each."""

    replications: int
    days: int


@dataclass(frozen=True)
class Case:
    """One scenario of one experiment. The slice has to be precise to `slice_within` of what is expected."""

    source: str
    scenario: str
    quantities: tuple[Quantity, ...]
    full: Length
    slice: Length
    warm_up_days: int = 100
    follow_up_days: int = 0
    slice_within: float = 0.1

    @property
    def children(self) -> float:
        """About how many children a full proof plays, as a measure of the work."""
        made = self.load(self.full)
        rate = (
            sum(each.rate[0].per_year * _mean_factor(each) for each in made.demand.streams.values()) / 365.25
        )
        return self.full.replications * (50 + rate * made.run.horizon_days)

    @property
    def experiment(self) -> str:
        return f"o{int(self.source[1:]):02d}"

    @property
    def name(self) -> str:
        return f"{self.source}-{self.scenario}"

    def load(self, length: Length) -> Scenario:
        """The scenario as a person would load it, with the days of this proof."""
        return _load(self.experiment, self.warm_up_days, length.days, self.follow_up_days)[self.scenario]

    def values(self, length: Length, replication: int) -> list[float]:
        """Every quantity in one replication."""
        reading = Reading(simulate(self.load(length), replication))
        return [quantity.read(reading) for quantity in self.quantities]


@lru_cache(maxsize=64)
def _load(experiment: str, warm_up: int, days: int, follow_up: int) -> dict[str, Scenario]:
    overrides = [f"experiment={experiment}", f"run.warm_up_days={warm_up}", f"run.window_days={days}",
                 f"run.follow_up_days={follow_up}"]  # fmt: skip
    return load_experiment(overrides, TEXTBOOK).scenarios


def _mean_factor(stream: Stream) -> float:
    return float(np.prod([np.mean(rhythm.factors) for rhythm in stream.rhythms]))


@dataclass(frozen=True)
class Finding:
    """A quantity against its expectation: mean over replications, standard error between them."""

    name: str
    expected: float
    estimate: float
    standard_error: float
    within: float

    @property
    def z(self) -> float:
        gap = self.estimate - self.expected
        return gap / self.standard_error if self.standard_error else (0.0 if abs(gap) < 1e-12 else np.inf)

    @property
    def agrees(self) -> bool:
        return bool(abs(self.z) <= STANDARD_ERRORS)

    @property
    def precise(self) -> bool:
        return bool(self.standard_error <= self.within * abs(self.expected))


def findings(case: Case, values: list[list[float]], is_slice: bool) -> list[Finding]:
    """What the replications of a case say about each of its quantities."""
    table = np.array(values)
    means, errors = table.mean(axis=0), table.std(axis=0, ddof=1) / np.sqrt(len(table))
    return [
        Finding(each.name, each.expected, float(mean), float(error),
                max(case.slice_within, each.within) if is_slice else each.within)
        for each, mean, error in zip(case.quantities, means, errors, strict=True)
    ]  # fmt: skip
