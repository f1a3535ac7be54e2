"""Tasks on a Spark cluster: the session that is there, as in a Databricks notebook, or else one started here.

Each task is a Spark job of its own, asked for through data frames, the only way that Spark Connect knows as well.
joblib's Spark backend is not used: it cannot hand results over as they end, and hides what went wrong.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from importlib import import_module
from itertools import islice
from typing import Any, TypeVar

from sim.scenario.errors import ConfigError, one_line

Task = TypeVar("Task")
Done = TypeVar("Done")

TRIES = 5
LOST = re.compile("worker exited unexpectedly|executor ?lost|executor .* exited|heartbeat", re.IGNORECASE)


def on_spark(
    play: Callable[[Task], Done], tasks: Iterable[Task], workers: int, wanted: Callable[[Task], bool]
) -> Iterator[tuple[Task, Done | None]]:
    """Every task that is wanted when its turn comes, with what `play` made of it; None if it kills its workers.

    Raises what `play` raises, ConfigError if Spark is not installed or cannot play.
    """
    session = _session()
    left = (task for task in tasks if wanted(task))
    under_way: dict[Future[Done | None], Task] = {}
    pool = ThreadPoolExecutor(workers)
    try:
        while True:
            for task in islice(left, workers - len(under_way)):
                under_way[pool.submit(_play, session, play, task)] = task
            if not under_way:
                return
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                yield under_way.pop(future), future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _session() -> Any:
    try:
        sessions = import_module("pyspark.sql").SparkSession
    except ImportError as error:
        hint = "loky, serial, or after pip install pyspark"
        raise ConfigError("", "run.backend", "spark is not installed", given="spark", allowed=hint) from error
    return (
        sessions.getActiveSession()
        or sessions.builder.appName("placesim").config("spark.ui.showConsoleProgress", "false").getOrCreate()
    )


def _play(session: Any, play: Callable[[Task], Done], task: Task) -> Done | None:
    """Play one task as a job with one row; again if the process dies. Raises what `play` raises."""

    def there(batches: Iterable[Any]) -> Iterator[Any]:
        import pyarrow as pa

        for _ in batches:
            pass
        yield pa.record_batch({"done": pa.array([_packed(play, task)], pa.binary())})

    for _ in range(TRIES):
        try:
            rows = session.range(0, 1, 1, 1).mapInArrow(there, "done binary").collect()
        except Exception as error:
            if LOST.search(str(error)):
                continue
            said = one_line(str(error))[-200:]
            raise ConfigError("", "run.backend", f"Spark cannot play: {said}") from error
        done, raised = pickle.loads(bytes(rows[0].done))
        if raised is not None:
            raise raised
        return done  # type: ignore[no-any-return]
    return None


def _packed(play: Callable[[Task], Done], task: Task) -> bytes:
    try:
        return pickle.dumps((play(task), None))
    except Exception as error:
        return pickle.dumps((None, error))
