"""Two workers of one study beside two processes that know nothing of each other, on the clock on the wall."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from sim.study import ONE_THREAD
from sim.study.pool import play_all
from tests.bench.core_race import Tell
from tests.bench.effort import Effort
from tests.bench.race import spread
from tests.reference.core_scenario import core_scenario

ROOT = Path(__file__).parents[2]


def workers(effort: Effort, tell: Tell) -> dict[str, Any]:
    """Time of two independent processes over that of two workers, both from their start to their end."""
    found = []
    for number in range(effort.worker_rounds):
        first, second = (_pool, _alone) if number % 2 else (_alone, _pool)
        times = {
            first.__name__: first(effort.worker_replications, effort.years),
            second.__name__: second(effort.worker_replications, effort.years),
        }
        found.append(times["_alone"] / times["_pool"])
        tell(f"two processes {times['_alone']:.2f} s, two workers {times['_pool']:.2f} s")
    scenario, few = core_scenario(1), 4
    one, two = (play_all([scenario], [few], count) for count in (1, 2))
    return {
        "what": "time of two independent processes over that of two workers, with the same replications",
        "replications": effort.worker_replications,
        "efficiency": spread(found),
        "same_results": one == two,
    }


def pooled(replications: int, years: int) -> None:
    """All replications, by two workers."""
    play_all([core_scenario(years)], [replications], 2)


def alone(replications: int, years: int, seed: int) -> None:
    """Some replications, by this process."""
    play_all([core_scenario(years, 1, seed)], [replications], 1)


def _start(code: str) -> subprocess.Popen[bytes]:
    """A process with one thread for linear algebra, as the command line and every worker have."""
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **ONE_THREAD})


def _wait(*running: subprocess.Popen[bytes]) -> None:
    if any([process.wait() for process in running]):
        raise RuntimeError("a timed process failed")


def _pool(replications: int, years: int) -> float:
    start = perf_counter()
    _wait(_start(f"from tests.bench.workers import pooled; pooled({replications}, {years})"))
    return perf_counter() - start


def _alone(replications: int, years: int) -> float:
    start, half = perf_counter(), replications // 2
    code = "from tests.bench.workers import alone; alone({}, {}, {})"
    _wait(*(_start(code.format(half, years, seed)) for seed in (1, 2)))
    return perf_counter() - start
