"""Who plays the tasks: this process, local processes, a Dask cluster or a Spark cluster.

A task is a pure function of its numbers, so one that is lost with its worker is simply played again, and the
answer never depends on who played what. loky loses all that is in flight when one worker dies; what is
missing then is handed out once more.
"""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from functools import cache
from typing import TypeVar

from sim.scenario.run import Backend
from sim.study.on_dask import on_dask
from sim.study.on_spark import on_spark
from sim.study.signals import ctrl_c_is_ours

Task = TypeVar("Task")
Done = TypeVar("Done")

SUSPECT = 3  # times that a task is lost in company before it is played alone
GIVEN_UP = 2  # times that it may then be lost alone


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
    yield from _until_done(play, tasks, workers, wanted)


def _until_done(
    play: Callable[[Task], Done],
    tasks: Sequence[Task],
    workers: int,
    wanted: Callable[[Task], bool],
) -> Iterator[tuple[Task, Done | None]]:
    """Round after round of what is missing, until nothing is."""
    from joblib.externals.loky.process_executor import BrokenProcessPool

    left = dict(enumerate(tasks))
    losses: Counter[int] = Counter()
    while left:
        company = [at for at in left if losses[at] < SUSPECT]
        batch = company or [next(iter(left))]
        handed: dict[int, None] = {}
        try:
            for at, done in _round(play, _handed(batch, left, wanted, handed), workers):
                del handed[at]
                yield left.pop(at), done
            for at in batch:  # no longer wanted
                left.pop(at, None)
        except BrokenProcessPool:
            losses.update(handed.keys())
            for at in [at for at in handed if losses[at] >= SUSPECT + GIVEN_UP]:
                yield left.pop(at), None


def _handed(
    batch: Iterable[int], left: dict[int, Task], wanted: Callable[[Task], bool], handed: dict[int, None]
) -> Iterator[tuple[int, Task]]:
    for at in batch:
        if wanted(left[at]):
            handed[at] = None
            yield at, left[at]


def _round(
    play: Callable[[Task], Done], tasks: Iterable[tuple[int, Task]], workers: int
) -> Iterator[tuple[int, Done]]:
    from joblib import Parallel, delayed

    pool = Parallel(
        n_jobs=workers,
        return_as="generator_unordered",
        backend="loky",
        pre_dispatch="2 * n_jobs",
        batch_size=1,
    )
    with ctrl_c_is_ours():
        results = pool(delayed(_numbered)(play, at, task) for at, task in tasks)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"\d+ tasks which were still being processed")  # stopped on purpose
        try:
            yield from results
        finally:
            results.close()


def _numbered(play: Callable[[Task], Done], at: int, task: Task) -> tuple[int, Done]:
    _end_with_parent()
    return at, play(task)


@cache
def _end_with_parent() -> None:
    """From now on this process ends when the one that started it does: loky's would wait for minutes."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="end with parent").start()
