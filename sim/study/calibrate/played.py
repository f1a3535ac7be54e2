"""Runs of the back-cast at points of the parameters: each played once and kept as a small file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.outcomes.published.answers import NotModelledError, answer
from sim.outcomes.published.picture import Picture
from sim.scenario.composer import Composer, Shelf
from sim.scenario.errors import COMMAND_LINE
from sim.scenario.scenario import Scenario
from sim.scenario.targets import Target
from sim.scenario.unknowns import Timeline, Unknown
from sim.study.code import code_version
from sim.study.kept import play_kept
from sim.study.replicate import simulate
from sim.world.streams import Floats

FRESH = 5000  # replications from here on are worlds that no design has seen
BACKCAST = ("estate=england_wales_2014", "demand=backcast_2014", "workforce=backcast_2014",
            "behaviour=backcast_2014", "run=backcast")  # fmt: skip


@dataclass(frozen=True)
class Task:
    """One replication of one scenario, whose answers to the targets are wanted. `name` is by content."""

    name: str
    scenario: Scenario
    replication: int
    targets: tuple[Target, ...]


Answers = dict[str, tuple[float, float | None]]


def play(task: Task) -> Answers:
    """Answers by target; a target that is not modelled has none."""
    result = simulate(task.scenario, task.replication)
    picture = Picture(task.scenario, result.world, result.log)
    found: Answers = {}
    for target in task.targets:
        try:
            one = answer(picture, target)
        except NotModelledError:
            continue
        found[target.id] = (one.value, one.error)
    return found


def make_tasks(
    scenarios: Sequence[Scenario], replications: Sequence[int], targets: Sequence[Target]
) -> list[Task]:
    """One task for each pair of scenario and replication."""
    asked = "\n".join(
        f"{t.id} {t.output} {t.argument} {t.geography} {t.route} {t.period_from} {t.period_to} {t.statistic}"
        for t in targets
    )
    return [
        Task(_name(one, number, asked), one, number, tuple(targets))
        for one, number in zip(scenarios, replications, strict=True)
    ]


def answers_kept(
    tasks: Sequence[Task], folder: Path | None, workers: int, done: Callable[[int], object] = lambda n: None
) -> list[Answers]:
    """Answers of every task in order; see `sim.study.kept.play_kept`."""
    return play_kept(play, tasks, folder, workers, done)


def scenarios_at(
    unknowns: Sequence[Unknown],
    points: Floats,
    base: Sequence[str] = BACKCAST,
    timeline: Timeline = "backcast",
    sits: bool = True,
    config_dir: str | None = None,
) -> list[Scenario]:
    """The scenario at each row of `points` (values, points x parameters)."""
    composer = Composer(Shelf.of(config_dir))
    found = []
    for row in np.atleast_2d(points):
        texts = [*base, *texts_at(unknowns, row, timeline, sits)]
        found.append(composer.another(composer.shelf.read(texts, COMMAND_LINE)))
    return found


def texts_at(
    unknowns: Sequence[Unknown], row: Floats, timeline: Timeline = "backcast", sits: bool = True
) -> list[str]:
    """The overrides of one point."""
    return [
        text for one, value in zip(unknowns, row, strict=True) for text in one.texts(value, timeline, sits)
    ]


def values_at(unknowns: Sequence[Unknown], shares: Floats) -> Floats:
    """Values of the parameters at shares of their prior probability, points x parameters."""
    return np.array([[one.at(share) for one, share in zip(unknowns, row, strict=True)] for row in shares])


def shares_of(unknowns: Sequence[Unknown], values: Floats) -> Floats:
    """The shares (0 to 1) of values, points x parameters."""
    low, high = np.array([one.low for one in unknowns]), np.array([one.high for one in unknowns])
    logs = np.array([one.scale == "log" for one in unknowns])
    even = (values - low) / (high - low)
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(values / low) / np.log(high / np.where(low > 0, low, 1.0))
    return np.asarray(np.where(logs, log, even))


def table_of(answers: Sequence[Mapping[str, tuple[float, float | None]]], ids: Sequence[str]) -> Floats:
    """Values by run and target; not a number where a run has no answer."""
    return np.array([[one.get(name, (np.nan, None))[0] for name in ids] for one in answers])


def _name(scenario: Scenario, replication: int, asked: str) -> str:
    text = f"{scenario.identity()} {replication} {code_version()} {asked}"
    return hashlib.sha256(text.encode()).hexdigest()[:20]
