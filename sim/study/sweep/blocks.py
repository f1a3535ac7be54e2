"""A block: some replications of one scenario, played into tables by whoever plays it."""

from __future__ import annotations

import platform
import time
import traceback
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.log import Kind
from sim.outcomes.catalogue import CATALOGUE
from sim.outcomes.measures import measure_rows
from sim.scenario.errors import ConfigError
from sim.scenario.scenario import Scenario
from sim.study.code import code_version
from sim.study.replicate import Result, simulate
from sim.study.sweep.dataset import LOGS, MEASURES

if TYPE_CHECKING:
    import pyarrow as pa

MOST = 50  # replications in a block: what is lost when a process dies


@dataclass(frozen=True)
class Block:
    """Replications `first` up to, not including, `end` of the scenario with hash `name`.

    `code` is the version of the code that they are asked of; whoever plays them has to have the same.
    """

    name: str
    scenario: Scenario
    first: int
    end: int
    code: str = field(default_factory=code_version)


@dataclass(frozen=True)
class Outcome:
    """What became of a block: its tables, or what went wrong, and the seconds that it took."""

    tables: dict[str, pa.Table] = field(default_factory=dict)
    error: str = ""
    seconds: float = 0.0


def starts(replications: int) -> range:
    """First replication of each block. It depends on nothing but their number, so every store has the same blocks."""
    return range(0, replications, size(replications))


def size(replications: int) -> int:
    """Replications in a block."""
    return min(max(1, replications // 16), MOST)


def length(replications: int, first: int) -> int:
    """Replications in the block that begins with `first`: the last one may be shorter."""
    return min(size(replications), replications - first)


def missing(name: str, scenario: Scenario, kept: Container[int]) -> list[Block]:
    """The blocks of a scenario, in order, but for those that begin with a replication of `kept`."""
    count = scenario.run.replications
    return [Block(name, scenario, at, at + length(count, at)) for at in starts(count) if at not in kept]


def play_block(block: Block) -> Outcome:
    """Play a block. What it raises is told in the outcome, so that one scenario cannot stop the others.

    Raises ConfigError on a machine that has other code.
    """
    if block.code != code_version():
        problem = f"other code or packages on {platform.node()}"
        raise ConfigError("", "run.backend", problem, allowed="the same on every machine that plays")
    began = time.perf_counter()
    measured, logged = [], []
    try:
        for replication in range(block.first, block.end):
            result = simulate(block.scenario, replication)
            measured.append(measured_table(result, replication))
            if block.scenario.run.logs:
                logged.append(logged_table(result, replication))
    except Exception:
        return Outcome({}, traceback.format_exc(), time.perf_counter() - began)
    tables = {name: _joined(parts) for name, parts in ((MEASURES, measured), (LOGS, logged)) if parts}
    return Outcome(tables, "", time.perf_counter() - began)


def measured_table(result: Result, replication: int) -> pa.Table:
    """Every measure of one replication: measure, group, level, value, unit, and the parts of the value."""
    import pyarrow as pa

    rows = measure_rows(result.scenario, result.world, result.log)
    measure, group, level, top, bottom = (list(column) for column in zip(*rows, strict=True))
    numerator, denominator = np.array(top), np.array(bottom)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(denominator != 0, numerator / denominator, np.nan)
    return pa.table(
        {
            "replication": np.full(len(rows), replication, dtype=np.int32),
            "measure": measure,
            "group": group,
            "level": level,
            "value": value,
            "unit": [CATALOGUE[name].unit for name in measure],
            "numerator": numerator,
            "denominator": denominator,
        }
    )


def logged_table(result: Result, replication: int) -> pa.Table:
    """The event log of one replication, in order, with kinds by name and homes by number."""
    import pyarrow as pa

    log = result.log
    names = pa.array([kind.name.lower() for kind in Kind])
    return pa.table(
        {
            "replication": np.full(len(log), replication, dtype=np.int32),
            "sequence": np.arange(len(log), dtype=np.int32),
            "day": log.day,
            "kind": names.take(pa.array(log.kind)),
            "child": log.child,
            "home": log.home.astype(np.int16),
            "code": log.code,
            "value": log.value,
        }
    )


def _joined(tables: Sequence[pa.Table]) -> pa.Table:
    import pyarrow as pa

    return pa.concat_tables(tables)
