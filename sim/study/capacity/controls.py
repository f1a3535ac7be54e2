"""Control variates: what a world happens to have, adjusted for, because its mean is known (Lavenberg and Welch 1981).

The controls are welfare referrals up to the end of the window and the staff-days that they will need in a home. Both
are columns of the tape, so no rule and no place changes them, and both means follow from the settings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.scenario.base import ROUTES
from sim.scenario.demand import Stream
from sim.scenario.scenario import Scenario
from sim.study.capacity.feasibility import Floats
from sim.study.estimate import t_quantile
from sim.world.arrivals import rate_per_day
from sim.world.world import draw_world

NAMES = ("referrals", "offered load")


@dataclass(frozen=True)
class Adjusted:
    """A mean with its 95% interval, and the variance that is left of that of the plain mean."""

    value: float
    half_width: float
    variance_left: float


class Controls:
    """The controls of the worlds of scenarios, each less its mean; worlds of the same demand are drawn once."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int], Floats] = {}
        self._means: dict[str, Floats] = {}

    def of(
        self, scenarios: Sequence[Scenario], draw: Sequence[int], observations: int, each: int = 1
    ) -> Floats:
        """Observations x controls."""
        names = [_same_worlds(scenario) for scenario in scenarios]
        rows = []
        for replication in range(observations * each):
            at = draw[replication % len(draw)]
            key = (names[at], replication)
            if key not in self._kept:
                if names[at] not in self._means:
                    self._means[names[at]] = expected(scenarios[at])
                away = _of_world(scenarios[at], replication) - self._means[names[at]]
                self._kept[key] = np.where(np.isfinite(away), away, 0.0)
            rows.append(self._kept[key])
        return np.asarray(np.array(rows).reshape(observations, each, len(NAMES)).mean(axis=1))


def expected(scenario: Scenario) -> Floats:
    """The means of the controls."""
    return np.array(_expected(scenario))


def adjust(values: Floats, away: Floats) -> Adjusted:
    """The mean of `values` less what the controls explain by regression; an interval by Student's t."""
    n, q = away.shape
    plain = float(values.var(ddof=1))
    if n < q + 3 or plain == 0:
        half = t_quantile(0.975, n - 1) * np.sqrt(plain / n) if n > 1 else np.nan
        return Adjusted(float(values.mean()), float(half), 1.0)
    design = np.column_stack([np.ones(n), away])
    found, *_ = np.linalg.lstsq(design, values, rcond=None)
    left = values - design @ found
    spread = float(left @ left) / (n - q - 1)
    inverse = np.linalg.pinv(design.T @ design)
    half = t_quantile(0.975, n - q - 1) * np.sqrt(spread * inverse[0, 0])
    return Adjusted(float(found[0]), float(half), spread * float(inverse[0, 0]) * n / plain)


def _same_worlds(scenario: Scenario) -> str:
    """What decides the tape that controls are read from."""
    run = scenario.run
    days = f"{run.start} {run.window} {run.follow_up_days}"
    whole = f"{run.seed} {days} {run.worlds} {scenario.demand.model_dump_json()}"
    return hashlib.sha256(whole.encode()).hexdigest()


def _of_world(scenario: Scenario, replication: int) -> Floats:
    tape = draw_world(scenario, replication).tape
    end = scenario.run.window[1]
    counted = (tape.route == ROUTES.index("welfare")) & ~tape.resident & (tape.day < end)
    return np.array([counted.sum(), (tape.need_days * tape.units_day)[counted].sum()])


def _expected(scenario: Scenario) -> tuple[float, float]:
    count = load = 0.0
    for stream in scenario.demand.streams.values():
        if stream.route != "welfare":
            continue
        mean = _referrals(scenario, stream)
        count += mean
        load += mean * _work(scenario, stream)
    return count, load


def _referrals(scenario: Scenario, stream: Stream) -> float:
    """Mean number up to the end of the window, by the midpoints of quarters of days."""
    steps = np.arange(0.125, scenario.run.window[1], 0.25)
    return float(scenario.demand.scale * rate_per_day(stream, scenario.run, steps).sum() * 0.25)


def _work(scenario: Scenario, stream: Stream) -> float:
    """Mean days of need times staff units by day of one child: they are independent within a class of complexity."""
    complexity = scenario.demand.profiles[stream.profile].complexity
    stays = stream.length_of_need * (len(complexity.shares) if len(stream.length_of_need) == 1 else 1)
    return sum(
        share * stay.mean * units
        for share, stay, units in zip(complexity.shares, stays, complexity.units_day, strict=True)
    )
