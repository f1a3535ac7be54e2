"""Tasks on a Dask cluster: the one at DASK_SCHEDULER_ADDRESS, or else local processes that end with the work.

Dask plays a task again when a worker dies with it, on another worker. The futures are Dask's own: joblib waits for
ever for a task that Dask gives up.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module
from itertools import islice
from typing import Any, TypeVar

from sim.scenario.errors import ConfigError, one_line
from sim.study.signals import ctrl_c_is_ours

Task = TypeVar("Task")
Done = TypeVar("Done")

ADDRESS = "DASK_SCHEDULER_ADDRESS"
SILENT = logging.CRITICAL + 1
LOCAL: dict[str, Any] = {"threads_per_worker": 1, "dashboard_address": None, "silence_logs": SILENT}
SAME = "the same placesim and packages on every machine of the cluster"


class ClusterLostError(Exception):
    """The scheduler of the cluster no longer answers."""


def on_dask(
    play: Callable[[Task], Done], tasks: Iterable[Task], workers: int, wanted: Callable[[Task], bool]
) -> Iterator[tuple[Task, Done | None]]:
    """Every task that is wanted when its turn comes, with what `play` made of it; None if it kills its workers.

    A worker that dies takes down the name of every task that waited at it, so one that Dask gives up is played once
    more with nothing beside it. Raises what `play` raises, ConfigError if no scheduler answers or a worker cannot
    play, ClusterLostError if the scheduler is lost.
    """
    with ExitStack() as stack:
        client = _client(stack, workers)
        suspects = []
        for task, future in _futures(client, play, tasks, wanted, workers):
            done, lost = _outcome(future)
            if lost:
                suspects.append(task)
            else:
                yield task, done
        for suspect in suspects:
            for task, future in _futures(client, play, [suspect], wanted, workers):
                yield task, _outcome(future)[0]


def _client(stack: ExitStack, workers: int) -> Any:
    try:
        dask, distributed = import_module("dask"), import_module("distributed")
    except ImportError as error:
        hint = "loky, serial, or after pip install 'secure-placement-sim[scale]'"
        raise ConfigError("", "run.backend", "dask is not installed", given="dask", allowed=hint) from error
    for name in ("distributed", "distributed.client"):  # what matters is told in one line, by whoever asked
        logging.getLogger(name).setLevel(SILENT)
    where = dask.config.get("scheduler-address", None)
    try:
        if where is None:
            with ctrl_c_is_ours():
                where = stack.enter_context(distributed.LocalCluster(n_workers=workers, **LOCAL))
        return stack.enter_context(distributed.Client(where))
    except OSError as error:
        raise ConfigError("", ADDRESS, "no Dask scheduler answers", given=str(where)) from error


def _futures(
    client: Any,
    play: Callable[[Task], Done],
    tasks: Iterable[Task],
    wanted: Callable[[Task], bool],
    workers: int,
) -> Iterator[tuple[Task, Any]]:
    """Tasks with their futures, as they end. So many are under way that no thread of the cluster waits for work."""
    ended = import_module("distributed").as_completed(loop=client.loop)
    left = (task for task in tasks if wanted(task))
    under_way: dict[str, Task] = {}
    while True:
        with _reachable():
            room = 2 * max(workers, sum(client.nthreads().values())) - len(under_way)
        for task in islice(left, max(room, 0)):
            with _reachable():
                future = client.submit(partial(play, task), pure=False)
            under_way[future.key] = task
            ended.add(future)
        if not under_way:
            return
        future = next(ended)
        yield under_way.pop(future.key), future


def _outcome(future: Any) -> tuple[Any, bool]:
    """What a task came to, and whether Dask gave it up because worker after worker died with it."""
    killed = import_module("distributed").KilledWorker
    try:
        with _reachable():
            return future.result(), False
    except killed:
        return None, True
    except (ImportError, RuntimeError) as error:
        if isinstance(error, ImportError) or "deserialization" in str(error):
            said = one_line(str(error.__cause__ or error))
            raise ConfigError(
                "", "run.backend", f"a Dask worker cannot play: {said}", allowed=SAME
            ) from error
        raise


@contextmanager
def _reachable() -> Iterator[None]:
    """Raises ClusterLostError when the scheduler no longer answers."""
    closed = import_module("distributed.comm").CommClosedError
    try:
        yield
    except (CancelledError, closed) as error:
        raise ClusterLostError("the Dask scheduler is gone") from error
