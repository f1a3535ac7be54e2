"""Many replications of many scenarios: in this process, or spread over workers that may die.

Each task is a block of replications of one scenario and a pure function of its numbers, so a block that
was lost with its worker is simply played again, and the answer never depends on who played what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from sim.outcomes.measures import measure_rows
from sim.outcomes.rows import Row
from sim.scenario.scenario import Scenario
from sim.study.replicate import simulate

TRIES = 3


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


def play(scenario: Scenario, block: Block) -> Played:
    """Play one block."""
    rows = []
    for replication in block.replications:
        result = simulate(scenario, replication)
        rows.append(tuple(measure_rows(scenario, result.world, result.log)))
    return Played(block, tuple(rows))


def play_all(
    scenarios: Sequence[Scenario],
    replications: Sequence[int],
    workers: int,
    done: Callable[[int], object] = lambda count: None,
) -> list[list[tuple[Row, ...]]]:
    """Rows of every replication of every scenario, in order; `done` is told of each finished block's size.

    Raises what a replication raises; a worker that dies is replaced and its block played again.
    """
    todo = {block: None for block in blocks(replications, workers)}
    found: dict[tuple[int, int], tuple[Row, ...]] = {}
    for attempt in range(TRIES):
        left = [block for block in todo if (block.scenario, block.replications[0]) not in found]
        try:
            for played in _played(scenarios, left, workers):
                for replication, rows in zip(played.block.replications, played.rows, strict=True):
                    found[played.block.scenario, replication] = rows
                done(len(played.rows))
            break
        except _worker_lost():
            if attempt == TRIES - 1:
                raise
    return [[found[at, k] for k in range(count)] for at, count in enumerate(replications)]


def _played(scenarios: Sequence[Scenario], left: list[Block], workers: int) -> Iterator[Played]:
    if workers == 1:
        for block in left:
            yield play(scenarios[block.scenario], block)
        return
    from joblib import Parallel, delayed

    pool = Parallel(n_jobs=workers, return_as="generator_unordered", pre_dispatch="2 * n_jobs")
    yield from pool(delayed(play)(scenarios[block.scenario], block) for block in left)


def _worker_lost() -> type[BaseException]:
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    lost: type[BaseException] = TerminatedWorkerError
    return lost
