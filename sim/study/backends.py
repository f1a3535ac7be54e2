"""Who plays the tasks: this process, local processes, a Dask cluster or a Spark cluster, all through joblib.

A task is a pure function of its numbers, so one that is lost with its worker is simply played again, and the
answer never depends on who played what. loky loses all that is in flight when one worker dies; what is
missing then is handed out once more.
"""

from __future__ import annotations

import os
import signal
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib import import_module
from typing import TypeVar

from sim.scenario.errors import ConfigError
from sim.scenario.run import Backend

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
    with _ready(backend, workers):
        yield from _until_done(play, tasks, workers, wanted, _lost(backend))


def _until_done(
    play: Callable[[Task], Done],
    tasks: Sequence[Task],
    workers: int,
    wanted: Callable[[Task], bool],
    lost: tuple[type[BaseException], ...],
) -> Iterator[tuple[Task, Done | None]]:
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
        except lost:
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

    pool = Parallel(n_jobs=workers, return_as="generator_unordered", pre_dispatch="2 * n_jobs", batch_size=1)
    with _ctrl_c_is_ours():
        results = pool(delayed(_numbered)(play, at, task) for at, task in tasks)
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


@contextmanager
def _ctrl_c_is_ours() -> Iterator[None]:
    """Processes started in here do not hear Ctrl-C: the one that started them stops them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _ready(backend: Backend, workers: int) -> Iterator[None]:
    """joblib set to a backend. Dask is the cluster at DASK_SCHEDULER_ADDRESS, or else one started here."""
    from joblib import parallel_config

    with ExitStack() as stack:
        if backend == "dask":
            _start_dask(stack, workers)
        elif backend == "spark":
            _start_spark()
        stack.enter_context(parallel_config(backend=backend, n_jobs=workers))
        stack.enter_context(warnings.catch_warnings())
        warnings.filterwarnings("ignore", r"\d+ tasks which were still being processed")  # stopped on purpose
        yield


def _start_dask(stack: ExitStack, workers: int) -> None:
    try:
        dask, distributed = import_module("dask"), import_module("distributed")
    except ImportError as error:
        raise _not_installed("dask", "pip install 'secure-placement-sim[scale]'") from error

    where = dask.config.get("scheduler-address", None)
    if where is None:
        settings = {
            "n_workers": workers,
            "threads_per_worker": 1,
            "dashboard_address": None,
            "silence_logs": 50,
        }
        with _ctrl_c_is_ours():
            where = stack.enter_context(distributed.LocalCluster(**settings))
    stack.enter_context(distributed.Client(where))


def _start_spark() -> None:
    try:
        joblibspark = import_module("joblibspark")
    except ImportError as error:
        raise _not_installed("spark", "pip install pyspark joblibspark packaging") from error
    joblibspark.register_spark()


def _not_installed(backend: str, remedy: str) -> ConfigError:
    problem = f"{backend} is not installed"
    return ConfigError("", "run.backend", problem, given=backend, allowed=f"loky, serial, or after {remedy}")


def _lost(backend: Backend) -> tuple[type[BaseException], ...]:
    """What is raised when a worker dies."""
    from joblib.externals.loky.process_executor import BrokenProcessPool

    if backend == "dask":
        return BrokenProcessPool, import_module("distributed").KilledWorker
    return (BrokenProcessPool,)
