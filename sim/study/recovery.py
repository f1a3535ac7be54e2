"""How long a shock is felt: weekly differences from the same worlds without it, and when they are over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.outcomes.measures import all_places
from sim.outcomes.spells import Steps, count_of, home_spells, list_spells, offer_spells
from sim.scenario.base import ROUTES
from sim.scenario.scenario import Scenario
from sim.study.backends import spread
from sim.study.estimate import Floats, half_width, t_quantile
from sim.study.replicate import simulate

SERIES = ("children waiting", "places shut")
WEEK = 7.0
_SMOOTH = 4  # weeks


class Task(NamedTuple):
    """One replication of a named scenario."""

    name: str
    scenario: Scenario
    replication: int


class Played(NamedTuple):
    """Weekly means of each series."""

    values: Floats


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


def _weekly(steps: Steps, edges: Floats, horizon: float) -> Floats:
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
    week: Floats
    mean: Floats
    lower: Floats
    upper: Floats
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
    weekly: dict[tuple[str, int], Floats] = {}
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


def _felt(shock: str, series: str, apart: Floats, starts: float, within: float) -> Felt:
    n, weeks = apart.shape
    week = np.arange(weeks) * WEEK
    mean: Floats = apart.mean(axis=0).astype(np.float64)
    half: Floats = np.full(weeks, np.nan)
    if n > 1:
        half = (t_quantile(0.975, n - 1) * apart.std(axis=0, ddof=1) / np.sqrt(n)).astype(np.float64)
    whole, peak = _days_felt(mean, week, starts, within)
    low = high = float("nan")
    if n > 1 and np.isfinite(whole):
        others = np.array([_days_felt(_without(apart, k), week, starts, within)[0] for k in range(n)])
        if np.isfinite(others).all():
            half_days = half_width(n * whole - (n - 1) * others)
            low, high = max(0.0, whole - half_days), whole + half_days
    return Felt(shock, series, week, mean, mean - half, mean + half, peak, whole, low, high)


def _without(apart: Floats, replication: int) -> Floats:
    """The mean difference over all replications but one."""
    return np.delete(apart, replication, axis=0).mean(axis=0).astype(np.float64)


def _days_felt(mean: Floats, week: Floats, starts: float, within: float) -> tuple[float, float]:
    """Days from the start until the smoothed difference stays within a share of its largest; and that largest."""
    smooth = np.convolve(mean, np.ones(_SMOOTH) / _SMOOTH, mode="same")
    after = np.flatnonzero(week >= starts)
    if not len(after):
        return float("nan"), 0.0
    height = np.abs(smooth[after])
    peak = int(height.argmax())
    if height[peak] == 0:
        return float("nan"), 0.0
    big = np.flatnonzero(height > within * height[peak])
    last = int(big[-1])
    days = float("inf") if last >= len(after) - _SMOOTH else float(week[after[last]] + WEEK - starts)
    return days, float(smooth[after][peak])


def table_rows(found: Sequence[Felt]) -> list[tuple[object, ...]]:
    """One row per shock and series: shock, series, largest difference, days felt with interval."""
    return [(one.shock, one.series, one.peak, one.days, one.lower_days, one.upper_days) for one in found]
