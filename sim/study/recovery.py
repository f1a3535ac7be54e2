"""How long a shock is felt: weekly differences from the same worlds without it, and when they are over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.outcomes.measures import all_places
from sim.outcomes.spells import Steps, count_of, home_spells, list_spells, offer_spells
from sim.scenario.base import ROUTES
from sim.scenario.scenario import Scenario
from sim.study.backends import spread
from sim.study.estimate import half_width, t_quantile
from sim.study.replicate import simulate

Numbers = npt.NDArray[np.floating[Any]]
SERIES = ("children waiting", "places shut")
WEEK = 7.0
_SMOOTH = 4  # weeks
_HOLD = 4


class Task(NamedTuple):
    """One replication of a named scenario."""

    name: str
    scenario: Scenario
    replication: int


class Played(NamedTuple):
    """Weekly means of each series."""

    values: Numbers


def play(task: Task) -> Played:
    """Weekly means of children on the welfare list and of places shut, over the whole run."""
    made = task.scenario
    result = simulate(made, task.replication)
    log, tape, horizon = result.log, result.world.tape, float(made.run.horizon_days)
    lists = list_spells(log)
    waiting = count_of(lists.rows(tape.route[lists.child] == ROUTES.index("welfare")))
    edges = np.arange(0.0, horizon, WEEK)
    places = all_places(made, result.world, log, home_spells(log), offer_spells(log, horizon))
    shut = sum(_weekly(Steps(home.day, home.shut.sum(axis=1)), edges, horizon) for home in places)
    return Played(np.stack([_weekly(waiting, edges, horizon), np.asarray(shut)]))


def _weekly(steps: Steps, edges: Numbers, horizon: float) -> Numbers:
    """Mean of a step function in each week: its integral, read at the edges."""
    ends = np.minimum(edges + WEEK, horizon)
    knots = np.concatenate([steps.day, [horizon]])
    area = np.concatenate([[0.0], np.cumsum(steps.value * np.diff(knots))])
    at = np.interp(np.concatenate([edges, ends]), knots, area)
    return np.asarray((at[len(edges) :] - at[: len(edges)]) / (ends - edges))


@dataclass(frozen=True, eq=False)
class Felt:
    """What a shock did to one series. `mean`, `lower` and `upper` are weekly differences with 95% intervals.

    `days` is how long after the start of the shock it is felt (from the smoothed mean over replications), with the
    interval of the jackknife; infinite where it is not over when the run ends; nan where nothing is felt.
    """

    shock: str
    series: str
    week: Numbers
    mean: Numbers
    lower: Numbers
    upper: Numbers
    peak: float
    days: float
    lower_days: float
    upper_days: float


def recovery(
    scenarios: Mapping[str, Scenario],
    baseline: str,
    starts: float,
    within: float,
    replications: int,
    done: Callable[[int], object] = lambda count: None,
) -> list[Felt]:
    """Every scenario against the baseline on the same worlds, week by week."""
    run = scenarios[baseline].run
    tasks = [Task(name, one, k) for k in range(replications) for name, one in scenarios.items()]
    weekly: dict[tuple[str, int], Numbers] = {}
    for task, played in spread(play, tasks, run.workers, run.backend):
        if played is None:
            raise ChildProcessError(f"replication {task.replication} kills the process that plays it")
        weekly[task.name, task.replication] = played.values
        done(1)
    found = []
    for name in scenarios:
        if name == baseline:
            continue
        apart = np.stack([weekly[name, k] - weekly[baseline, k] for k in range(replications)])
        found += [_felt(name, series, apart[:, at], starts, within) for at, series in enumerate(SERIES)]
    return found


def _felt(shock: str, series: str, apart: Numbers, starts: float, within: float) -> Felt:
    n, weeks = apart.shape
    week = np.arange(weeks) * WEEK
    mean: Numbers = np.asarray(apart.mean(axis=0), np.float64)
    half: Numbers = np.full(weeks, np.nan)
    if n > 1:
        half = t_quantile(0.975, n - 1) * np.asarray(apart.std(axis=0, ddof=1), np.float64) / np.sqrt(n)
    whole, peak = _days_felt(mean, week, starts, within)
    low = high = float("nan")
    if n > 1 and np.isfinite(whole):
        others = np.array([_days_felt(_without(apart, k), week, starts, within)[0] for k in range(n)])
        if np.isfinite(others).all():
            half_days = half_width(n * whole - (n - 1) * others)
            low, high = max(0.0, whole - half_days), whole + half_days
    return Felt(shock, series, week, mean, mean - half, mean + half, peak, whole, low, high)


def _without(apart: Numbers, replication: int) -> Numbers:
    """The mean difference over all replications but one."""
    others: Numbers = np.delete(apart, replication, axis=0)
    return np.asarray(others.mean(axis=0), np.float64)


def _days_felt(mean: Numbers, week: Numbers, starts: float, within: float) -> tuple[float, float]:
    """Days from the start until the smoothed difference, past its largest, first stays within a share of it for
    `_HOLD` weeks; and that largest. Infinite where it does not within the run."""
    kernel = np.ones(_SMOOTH) / _SMOOTH
    smooth = np.convolve(np.asarray(mean, np.float64), kernel, mode="same")
    after = np.flatnonzero(week >= starts)
    height = np.abs(smooth[after])
    if not len(after) or height.max() == 0:
        return float("nan"), 0.0
    peak = int(height.argmax())
    calm = height <= within * height[peak]
    for at in range(peak, len(after) - _HOLD + 1):
        if calm[at : at + _HOLD].all():
            return float(week[after[at]] - starts), float(smooth[after][peak])
    return float("inf"), float(smooth[after][peak])


def table_rows(found: Sequence[Felt]) -> list[tuple[object, ...]]:
    """One row per shock and series: shock, series, largest difference, days felt with interval."""
    return [(one.shock, one.series, one.peak, one.days, one.lower_days, one.upper_days) for one in found]
