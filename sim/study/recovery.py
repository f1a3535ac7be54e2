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
from sim.scenario.crossing import Recovery
from sim.scenario.scenario import Scenario
from sim.study.backends import spread
from sim.study.estimate import t_quantile
from sim.study.replicate import simulate
from sim.world.streams import Stream

Numbers = npt.NDArray[np.floating[Any]]
SERIES = ("children waiting", "places shut")
WEEK = 7.0
_SMOOTH = 4  # weeks
_HOLD = 4
_RESAMPLES = 400


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

    `days` is how long after the start of the shock it is felt, with the middle 95% of what comes out when
    replications are drawn again with replacement; infinite where it is not over when the run ends; nan where
    nothing is felt.
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
    terms: Recovery,
    replications: int,
    done: Callable[[int], object] = lambda count: None,
) -> list[Felt]:
    """Every scenario against the baseline on the same worlds, week by week."""
    run = scenarios[baseline].run
    starts = float(run.day(terms.starts))
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
        found += [
            _felt(name, series, apart[:, at], terms, starts, run.seed) for at, series in enumerate(SERIES)
        ]
    return found


def _felt(shock: str, series: str, apart: Numbers, terms: Recovery, starts: float, seed: int) -> Felt:
    n, weeks = apart.shape
    week = np.arange(weeks) * WEEK
    mean, half = _mean(apart)
    whole, peak = _days_felt(apart, week, starts, terms)
    low = high = float("nan")
    if n > 1 and not np.isnan(whole):
        low, high = _interval([_days_felt(apart[rows], week, starts, terms)[0] for rows in _again(n, seed)])
    band = half if n > 1 else np.full(weeks, np.nan)
    return Felt(shock, series, week, mean, mean - band, mean + band, peak, whole, low, high)


def _mean(apart: Numbers) -> tuple[Numbers, Numbers]:
    """The mean over replications and the half-width of its 95% interval (0 for one replication), week by week."""
    n = len(apart)
    mean: Numbers = np.asarray(apart.mean(axis=0), np.float64)
    if n == 1:
        return mean, np.zeros(len(mean))
    return mean, t_quantile(0.975, n - 1) * np.asarray(apart.std(axis=0, ddof=1), np.float64) / np.sqrt(n)


def _again(n: int, seed: int) -> npt.NDArray[np.int64]:
    """Replications drawn again with replacement, a row for each resample."""
    u = Stream(seed, 0, "recovery/resamples").first(_RESAMPLES * n)
    return (u * n).astype(np.int64).reshape(_RESAMPLES, n)


def _interval(days: Sequence[float]) -> tuple[float, float]:
    """The middle 95% of the resamples: not felt counts as 0 days, still felt as infinitely many."""
    low, high = (len(days) - 1) * 0.025, (len(days) - 1) * 0.975
    ranked = np.sort(np.where(np.isnan(days), 0.0, days))
    return float(ranked[int(np.floor(low))]), float(ranked[int(np.ceil(high))])


def _days_felt(apart: Numbers, week: Numbers, starts: float, terms: Recovery) -> tuple[float, float]:
    """How many days a shock is felt, and the largest difference it makes; `apart` is replications x weeks.

    A difference is that of four weeks, and is shown where its 95% interval leaves zero out for four weeks on end. The
    height is the largest that is shown within `height_days`; without any the shock is not felt (nan). It is over when
    the difference, past its height, is within a share of it or no longer shown, for four weeks and on average over
    all that are left; infinite where it is not over when the run ends.
    """
    kernel = np.ones(_SMOOTH) / _SMOOTH
    smooth = np.array([np.convolve(one, kernel, mode="same") for one in np.asarray(apart, np.float64)])
    mean, half = _mean(smooth)
    after = np.flatnonzero(week >= starts)
    mean, half, height = mean[after], half[after], np.abs(mean[after])
    early = week[after] < starts + terms.height_days
    shown = _held((height > half) & (height > 0))
    if not (shown & early).any():
        return float("nan"), float(mean[early][height[early].argmax()]) if early.any() else 0.0
    peak = int(np.where(shown & early, height, -1.0).argmax())
    calm = (height <= terms.within * height[peak]) | ~shown
    for at in range(peak, len(after) - _HOLD + 1):
        if calm[at : at + _HOLD].all() and _calm_to_the_end(
            apart[:, after[at] :], terms.within * height[peak]
        ):
            return float(week[after[at]] - starts), float(mean[peak])
    return float("inf"), float(mean[peak])


def _calm_to_the_end(rest: Numbers, least: float) -> bool:
    """Whether the mean difference over all weeks that are left is small, or cannot be told from zero."""
    mean, half = _mean(rest.mean(axis=1, keepdims=True))
    return bool(abs(mean[0]) <= max(least, float(half[0])))


def _held(holds: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Where something holds within a stretch of `_HOLD` weeks on which it holds throughout."""
    out = np.zeros(len(holds), dtype=bool)
    for at in range(len(holds) - _HOLD + 1):
        if holds[at : at + _HOLD].all():
            out[at : at + _HOLD] = True
    return out


def table_rows(found: Sequence[Felt]) -> list[tuple[object, ...]]:
    """One row per shock and series: shock, series, largest difference, days felt with interval."""
    return [(one.shock, one.series, one.peak, one.days, one.lower_days, one.upper_days) for one in found]
