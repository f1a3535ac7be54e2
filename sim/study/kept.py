"""Single replications of scenarios, each played once for what is asked of it, and kept as a small file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from sim.outcomes.measures import measure_rows
from sim.scenario.errors import ConfigError
from sim.scenario.scenario import Scenario
from sim.store import write_text
from sim.study.backends import spread
from sim.study.code import code_version
from sim.study.replicate import simulate
from sim.world.streams import Floats

Measured = dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Single:
    """One replication of a scenario; `name` is by content."""

    name: str
    scenario: Scenario
    replication: int


def single(scenario: Scenario, replication: int) -> Single:
    text = f"{scenario.identity()} {replication} {code_version()} measures"
    return Single(hashlib.sha256(text.encode()).hexdigest()[:20], scenario, replication)


def measured(one: Single) -> Measured:
    """Numerator and denominator of every measure of the whole."""
    result = simulate(one.scenario, one.replication)
    rows = measure_rows(one.scenario, result.world, result.log)
    return {row.measure: (row.numerator, row.denominator) for row in rows if row.group == "all"}


def measured_or_refused(one: Single) -> Measured:
    """The same; nothing where the world of this scenario cannot be made (more residents than places, say)."""
    try:
        return measured(one)
    except ConfigError:
        return {}


def measure_kept(
    singles: Sequence[Single],
    folder: Path | None,
    workers: int,
    done: Callable[[int], object] = lambda n: None,
) -> list[Measured]:
    """The measures of each in order; see `play_kept`."""
    return play_kept(measured, singles, folder, workers, done)


class Named(Protocol):
    """A replication to be played; its name is by content."""

    @property
    def name(self) -> str: ...
    @property
    def replication(self) -> int: ...


N = TypeVar("N", bound=Named)
Number = TypeVar("Number", float, float | None)


def play_kept(
    play: Callable[[N], dict[str, tuple[float, Number]]],
    wanted: Sequence[N],
    folder: Path | None,
    workers: int,
    done: Callable[[int], object] = lambda n: None,
) -> list[dict[str, tuple[float, Number]]]:
    """What `play` finds for each in order. What is kept in `folder` is not played again; without one nothing is kept.

    Raises what a replication raises, ChildProcessError for one that kills every process it is given to.
    """
    found: dict[str, dict[str, tuple[float, Number]]] = {}
    for one in wanted:
        kept = _read(folder, one.name)
        if kept is not None:
            found[one.name] = kept
    done(sum(one.name in found for one in wanted))
    todo = list({one.name: one for one in wanted if one.name not in found}.values())
    for one, answers in spread(play, todo, workers):
        if answers is None:
            raise ChildProcessError(f"replication {one.replication} kills the process that plays it")
        found[one.name] = answers
        if folder is not None:
            write_text(folder / f"{one.name}.json", json.dumps(answers))
        done(1)
    return [found[one.name] for one in wanted]


def values(measures: Sequence[Measured], name: str) -> Floats:
    """The value of a measure in each; not a number where nothing could be counted."""
    parts = [one.get(name, (np.nan, np.nan)) for one in measures]
    return np.array([top / bottom if bottom else np.nan for top, bottom in parts])


def _read(folder: Path | None, name: str) -> dict[str, tuple[float, Any]] | None:
    if folder is None:
        return None
    try:
        data = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return {key: (top, bottom) for key, (top, bottom) in data.items()}
