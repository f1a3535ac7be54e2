"""How near rules come to the bound over several replications, and what lies between a local rule and the bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.outcomes.spells import Floats
from sim.scenario.errors import ConfigError
from sim.scenario.posts import Posts
from sim.scenario.run import Run
from sim.scenario.scenario import Scenario
from sim.study.backends import spread
from sim.study.bound.objective import OBJECTIVES, Objective, reached
from sim.study.bound.playing import CLAIRVOYANT
from sim.study.bound.whole import bound
from sim.study.estimate import Parts, level
from sim.study.replicate import simulate
from sim.world.world import draw_world

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("scenario", "objective", "reached", "schedule", "bound", "share_of_bound", "lower_95", "upper_95",
           "share_of_schedule", "nothing", "share_of_possible", "replications")  # fmt: skip


Pair = tuple[str, Objective]  # scenario, objective


class Task(NamedTuple):
    """Play one replication of `scenario`, or bound it (`objective` says which bound; None: play)."""

    name: str
    scenario: Scenario
    replication: int
    objective: Objective | None


class Done(NamedTuple):
    """By objective: what was reached, or (bound, best schedule, what nobody's being placed gives)."""

    values: dict[str, tuple[float, ...]]


@dataclass(frozen=True, eq=False)
class Shares:
    """`table` has a row for each scenario and objective; `reached` and `bounds` hold the replications behind it."""

    table: pd.DataFrame
    reached: Mapping[Pair, Floats]
    bounds: Mapping[Pair, Floats]


def shares(
    scenarios: Mapping[str, Scenario],
    replications: int,
    run: Run,
    objectives: Sequence[Objective] = OBJECTIVES,
    done: Callable[[int], object] = lambda count: None,
) -> Shares:
    """Play and bound every scenario on the same worlds. Scenarios with the same levers share their bounds.

    `run` says who plays. Raises what a replication raises, and ChildProcessError for one that kills its process.
    """
    for name, scenario in scenarios.items():
        _staff_stand_apart(name, scenario)
    keys = {name: levers(scenario) for name, scenario in scenarios.items()}
    first = {key: name for name, key in reversed(keys.items())}
    tasks = [
        Task(name, scenarios[name], replication, objective)
        for replication in range(replications)
        for objective in objectives
        for name in first.values()
    ]
    played = [(name, number) for number in range(replications) for name in scenarios]
    tasks += [Task(name, scenarios[name], number, None) for name, number in played]
    found: dict[tuple[str, str, int], tuple[float, ...]] = {}
    for task, outcome in spread(play, tasks, run.workers, run.backend):
        if outcome is None:
            raise ChildProcessError(f"replication {task.replication} kills the process that plays it")
        kind = "played" if task.objective is None else "bound"
        for objective, values in outcome.values.items():
            found[f"{kind} {task.name}", objective, task.replication] = values
        done(1)

    def column(kind: str, name: str, objective: str, at: int = 0) -> Floats:
        return np.array([found[f"{kind} {name}", objective, number][at] for number in range(replications)])

    pairs = [(name, objective) for name in scenarios for objective in objectives]
    got = {(name, objective): column("played", name, objective) for name, objective in pairs}
    limit = {(name, objective): column("bound", first[keys[name]], objective) for name, objective in pairs}
    best = {(name, objective): column("bound", first[keys[name]], objective, 1) for name, objective in pairs}
    none = {(name, objective): column("bound", first[keys[name]], objective, 2) for name, objective in pairs}
    return Shares(_table(got, limit, best, none), got, limit)


def play(task: Task) -> Done:
    """What one task finds."""
    if task.objective is not None:
        limit = bound(task.scenario, draw_world(task.scenario, task.replication), task.objective)
        return Done({task.objective: (limit.value, limit.best, limit.nothing)})
    one = simulate(task.scenario, task.replication)
    return Done({name: (reached(one.scenario, one.world, one.log, name),) for name in OBJECTIVES})


def levers(scenario: Scenario) -> str:
    """Equal for scenarios whose bound is the same: of the welfare rule only early moves under pressure count."""
    plain = CLAIRVOYANT.model_copy(update={"pressure": scenario.commissioning.welfare.pressure})
    commissioning = scenario.commissioning.model_copy(update={"welfare": plain, "name": ""})
    return scenario.model_copy(update={"commissioning": commissioning}).identity()


def _table(
    got: Mapping[Pair, Floats],
    limit: Mapping[Pair, Floats],
    best: Mapping[Pair, Floats],
    none: Mapping[Pair, Floats],
) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for (name, objective), values in got.items():
        more = objective == "child_days"
        limits, schedules = limit[name, objective], best[name, objective]
        share, half = _ratio(values, limits) if more else _ratio(limits, values)
        near, _ = _ratio(values, schedules) if more else _ratio(schedules, values)
        nothing = none[name, objective]
        possible, _ = _ratio(values - nothing, limits - nothing)
        high = min(share + half, 1.0) if np.isfinite(half) else half
        rows.append((name, objective, values.mean(), schedules.mean(), limits.mean(), share, share - half, high, near,
                     nothing.mean(), possible, len(values)))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _ratio(top: Floats, bottom: Floats) -> tuple[float, float]:
    """Sum over sum, with half of its 95% interval."""
    found = level(Parts((("ratio", "all", "all"),), top[:, None], bottom[:, None]))
    return float(found.value[0]), float(found.half_width[0])


def _staff_stand_apart(name: str, scenario: Scenario) -> None:
    """Raise ConfigError where the staff on shift depend on what happens: then there is no one room to fill."""
    if isinstance(scenario.workforce, Posts):
        raise ConfigError(
            f"scenario {name}", "workforce.kind", "a bound needs staff that no rule moves",
            given=scenario.workforce.kind, allowed="another kind, such as workforce=roster",
        )  # fmt: skip
