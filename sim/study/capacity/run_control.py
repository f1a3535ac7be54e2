"""How long a warm-up and how many replications: both found from the runs themselves, both open to being given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.outcomes.daily import daily
from sim.scenario.asking import Precision
from sim.scenario.scenario import Scenario
from sim.study.backends import spread
from sim.study.capacity.feasibility import Floats
from sim.study.capacity.intervals import enough, running, still_needed
from sim.study.capacity.player import Design, Player
from sim.study.capacity.values import Observed
from sim.study.capacity.warm_up import Cut, common_cut
from sim.study.replicate import simulate


@dataclass(frozen=True, eq=False)
class WarmUp:
    """The series of the pilot (measure -> replications x days), where each settles, and the days left out."""

    series: Mapping[str, Floats]
    cut: Cut
    chosen: int
    given: bool


@dataclass(frozen=True, eq=False)
class Enough:
    """The observations of each measure, its target, after how many it was reached, and how many were played."""

    columns: Mapping[str, Floats]
    targets: Mapping[str, float]
    reached: Mapping[str, int | None]
    widths: Mapping[str, Floats]
    observations: int
    given: bool


def find_warm_up(scenario: Scenario, question: Precision, given: bool, player: Player) -> WarmUp:
    """MSER-5 over a pilot of whole runs; a warm-up that was `given`, or that cannot be told, is kept as it is."""
    tasks = [(scenario, replication) for replication in range(question.pilot)]
    parts: dict[int, dict[str, Floats]] = {}
    for (_, replication), found in spread(_play_daily, tasks, player.run.workers, player.run.backend):
        if found is None:
            raise ChildProcessError(f"replication {replication} kills the process that plays it")
        parts[replication] = found
        player.tally.played += 1
        player.tell(player.tally)
    names = parts[0]
    series = {name: np.stack([parts[k][name] for k in range(question.pilot)]) for name in names}
    cut = common_cut(series)
    kept = scenario.run.warm_up_days
    return WarmUp(series, cut, kept if given or cut.common is None else cut.common, given)


def find_replications(scenario: Scenario, question: Precision, fixed: int | None, player: Player) -> Enough:
    """Replications until every interval is within its target at once, or so many as are `fixed`.

    The intervals hold however often one looks, and share the error, so stopping when they are narrow does no harm.
    """
    design, targets = Design.of("", scenario), list(question.measures.values())
    error = 1 - question.confidence
    seen = fixed or question.first
    while True:
        observed = player.observe(design, seen)
        columns = [_pseudo(observed, measure) for measure in question.measures]
        reached = enough(columns, targets, error)
        if fixed or None not in reached or seen >= question.most:
            break
        more = max(
            still_needed(values, target, error / len(columns), question.most)
            for values, target, at in zip(columns, targets, reached, strict=True)
            if at is None
        )
        seen = min(question.most, seen + max(2, min(more, seen)))
    names = list(question.measures)
    widths = {
        name: running(values, error / len(columns)) for name, values in zip(names, columns, strict=True)
    }
    return Enough(
        dict(zip(names, columns, strict=True)),
        dict(question.measures),
        dict(zip(names, reached, strict=True)),
        widths,
        len(columns[0]),
        bool(fixed),
    )


def with_warm_up(scenario: Scenario, days: int) -> Scenario:
    """The same run with another warm-up: it starts on the same day, and its window opens when that is over."""
    return scenario.model_copy(update={"run": scenario.run.model_copy(update={"warm_up_days": days})})


def _play_daily(task: tuple[Scenario, int]) -> dict[str, Floats]:
    scenario, replication = task
    result = simulate(scenario, replication)
    return daily(result.scenario, result.world, result.log)


def _pseudo(observed: Observed, measure: str) -> Floats:
    return np.asarray(observed.parts([(measure, "all", "all")]).pseudo_values()[:, 0])
