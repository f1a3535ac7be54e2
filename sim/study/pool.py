"""Many replications of many scenarios, all their rows in memory: what a comparison works on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sim.outcomes.measures import measure_rows
from sim.outcomes.rows import Row
from sim.scenario.scenario import Scenario
from sim.study.backends import spread
from sim.study.replicate import simulate
from sim.study.trace import Trace


class Block(NamedTuple):
    """Some replications of one scenario."""

    scenario: int
    replications: tuple[int, ...]


class Played(NamedTuple):
    """The rows of each replication of a block."""

    block: Block
    rows: tuple[tuple[Row, ...], ...]


def blocks(replications: Sequence[int], workers: int) -> list[Block]:
    """Blocks of up to four replications, scenario by scenario, so that workers share the end of the work."""
    out = []
    most = max(replications, default=0)
    size = 1 if most <= 4 * workers else 4
    for start in range(0, most, size):
        for scenario, count in enumerate(replications):
            chosen = tuple(range(start, min(start + size, count)))
            if chosen:
                out.append(Block(scenario, chosen))
    return out


def play(task: tuple[Scenario, Block, Trace | None]) -> Played:
    """Play one block of a scenario, on drawn worlds or on those of a trace."""
    scenario, block, trace = task
    rows = []
    for replication in block.replications:
        result = simulate(scenario, replication, trace and trace.world(scenario, replication))
        rows.append(tuple(measure_rows(scenario, result.world, result.log)))
    return Played(block, tuple(rows))


def play_all(
    scenarios: Sequence[Scenario],
    replications: Sequence[int],
    workers: int,
    done: Callable[[int], object] = lambda count: None,
    trace: Trace | None = None,
) -> list[list[tuple[Row, ...]]]:
    """Rows of every replication of every scenario, in order; `done` is told of each finished block's size.

    Raises what a replication raises; a worker that dies is replaced and its block played again, and
    ChildProcessError is raised for a block that kills every worker it is given to.
    """
    found: dict[tuple[int, int], tuple[Row, ...]] = {}
    tasks = [(scenarios[block.scenario], block, trace) for block in blocks(replications, workers)]
    for (_, block, _), played in spread(play, tasks, workers, scenarios[0].run.backend):
        if played is None:
            raise ChildProcessError(f"replication {block.replications[0]} kills the process that plays it")
        for replication, rows in zip(block.replications, played.rows, strict=True):
            found[block.scenario, replication] = rows
        done(len(played.rows))
    return [[found[at, k] for k in range(count)] for at, count in enumerate(replications)]
