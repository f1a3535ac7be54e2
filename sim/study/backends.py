"""Who plays the tasks: this process, local processes, a Dask cluster or a Spark cluster.

A task is a pure function of its numbers, so one that is lost with its worker is simply played again, and the
answer never depends on who played what.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TypeVar

from sim.scenario.run import Backend
from sim.study.on_dask import on_dask
from sim.study.on_local import on_local
from sim.study.on_spark import on_spark

Task = TypeVar("Task")
Done = TypeVar("Done")


def spread(
    play: Callable[[Task], Done],
    tasks: Sequence[Task],
    workers: int,
    backend: Backend = "loky",
    wanted: Callable[[Task], bool] = lambda task: True,
) -> Generator[tuple[Task, Done | None]]:
    """Every task with what `play` made of it, in the order of finishing; None if it kills whoever plays it.

    `wanted` is asked before a task is handed out; one that is no longer wanted is left out. Raises what
    `play` raises, and ConfigError for a backend that is not installed.
    """
    if backend == "serial" or (backend == "loky" and workers == 1):
        yield from ((task, play(task)) for task in tasks if wanted(task))
        return
    if backend == "dask":
        yield from on_dask(play, tasks, workers, wanted)
        return
    if backend == "spark":
        yield from on_spark(play, tasks, workers, wanted)
        return
    yield from on_local(play, tasks, workers, wanted)
