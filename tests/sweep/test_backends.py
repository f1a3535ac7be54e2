"""Whoever plays a sweep, its dataset is the same: this process, local processes, Dask here and Dask elsewhere."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

import sim
from sim.scenario.errors import ConfigError
from sim.study import on_local
from sim.study.backends import spread
from sim.study.sweep.blocks import Block, play_block
from tests.sweep.deadly import MUCH, cut_off, deadly, unspeakable, wrong
from tests.sweep.runs import (
    FEW,
    ROOT,
    SHORT,
    TEXTBOOK,
    command,
    contents,
    descendants,
    kept,
    leftovers,
    run,
    start,
    sweep,
    wait_until,
    workers,
)  # fmt: skip

dask = pytest.importorskip("dask")
pytest.importorskip("distributed")
pytestmark = pytest.mark.sweep

WORDS = ("demand.scale=0.8,0.9", FEW[1], "run.warm_up_days=10", "run.window_days=50", "run.replications=5",
         "run.logs=true", "run.workers=2")  # fmt: skip
BLOCKS = 4 * 5
DASK = "run.backend=dask"

CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What one process finds."""
    folder = tmp_path_factory.mktemp("whole") / "sweep"
    done = run(sweep(folder, *WORDS, "run.backend=serial"))
    assert done.returncode == 0, done.stderr
    return contents(folder)


def said(errors: str) -> list[str]:
    """Lines on stderr but for those that tell how far a slow machine is."""
    return [line for line in errors.splitlines() if " a second, " not in line]


def dask_workers(process: int) -> list[int]:
    found = []
    for child in descendants(process):
        try:
            words = Path(f"/proc/{child}/cmdline").read_bytes()
        except OSError:
            continue
        if b"spawn_main" in words:
            found.append(child)
    return found


def gone(processes: list[int]) -> bool:
    return not any(Path(f"/proc/{process}").exists() for process in processes)


@pytest.mark.parametrize("backend", ["loky", "dask"])
def test_two_workers_find_what_one_process_finds(backend: str, whole: dict[str, str], tmp_path: Path) -> None:
    done = run(sweep(tmp_path / "sweep", *WORDS, f"run.backend={backend}"))
    assert done.returncode == 0 and not said(done.stderr), done.stderr
    assert contents(tmp_path / "sweep") == whole and len(whole) == 3 * 4 + 2


def test_a_dask_worker_that_is_killed_takes_nothing_with_it(whole: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "sweep"
    process = start(sweep(out, *WORDS, DASK))
    wait_until(lambda: kept(out) > 1 or process.poll() is not None)
    family = descendants(process.pid)
    os.kill(dask_workers(process.pid)[0], signal.SIGKILL)
    assert kept(out) < BLOCKS - 4
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0 and not said(errors), errors
    assert contents(out) == whole and not leftovers(out)
    wait_until(lambda: gone(family), 5)


def test_ctrl_c_under_dask_is_one_line_and_leaves_a_store_that_can_be_resumed(
    whole: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "sweep"
    process = start(sweep(out, *WORDS, DASK))
    wait_until(lambda: kept(out) > 1 or process.poll() is not None)
    family = descendants(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and not output, errors
    assert len(said(errors)) == 1 and f"placesim resume {out}" in errors, errors
    wait_until(lambda: gone(family), 5)
    assert run(command("resume", str(out), "run.backend=loky")).returncode == 0
    assert contents(out) == whole and not leftovers(out)


# -- a cluster that is there already -------------------------------------------------------------------------


@pytest.fixture
def cluster() -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """A cluster in a process of its own, and the environment that leads to it."""
    words = [sys.executable, "-c", CLUSTER]
    process = subprocess.Popen(words, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield process, {**os.environ, "DASK_SCHEDULER_ADDRESS": process.stdout.readline().strip()}
    finally:
        if process.poll() is None:
            process.communicate(timeout=30)


def test_a_cluster_elsewhere_is_used_and_its_loss_is_one_line(
    cluster: tuple[subprocess.Popen[str], dict[str, str]], whole: dict[str, str], tmp_path: Path
) -> None:
    elsewhere, environment = cluster
    out, cut = tmp_path / "sweep", tmp_path / "cut"
    process = start(sweep(out, *WORDS, DASK), env=environment)
    wait_until(lambda: kept(out) > 1 or process.poll() is not None)
    assert not descendants(process.pid)  # others play
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0 and not said(errors), errors
    assert contents(out) == whole and elsewhere.poll() is None

    process = start(sweep(cut, *WORDS, DASK), env=environment)
    wait_until(lambda: kept(cut) > 1 or process.poll() is not None)
    family = descendants(elsewhere.pid)
    elsewhere.kill()
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1 and len(said(errors)) == 1, errors
    assert "the Dask scheduler is gone" in errors and f"placesim resume {cut}" in errors
    assert run(command("resume", str(cut), "run.backend=serial")).returncode == 0
    assert contents(cut) == whole and not leftovers(cut)
    wait_until(lambda: gone(family), 10)


def test_a_hydra_job_for_each_scenario_writes_what_the_sweep_writes(
    whole: dict[str, str], tmp_path: Path
) -> None:
    words = [WORDS[0], "commissioning=first_come", *WORDS[2:], "run.backend=serial"]
    done = run([sys.executable, "experiments/hydra_job.py", "--config-dir", str(TEXTBOOK), "-m", *words,
                f"hydra.sweep.dir={tmp_path}"])  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = {
        path.relative_to(tmp_path).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in tmp_path.glob("*/scenario=*/*.parquet")
    }
    assert len(found) == 2 * 3 and found.items() <= whole.items()
    settings = [path.read_text().splitlines() for path in (tmp_path / "scenarios").iterdir()]
    assert sorted(row.split(",")[1] for _, row in settings) == ["0.8", "0.9"]


# -- what cannot be played ------------------------------------------------------------------------------------


def test_a_task_that_kills_every_dask_worker_is_given_up_and_no_other_is() -> None:
    with dask.config.set({"distributed.scheduler.allowed-failures": 1}):
        found = dict(spread(partial(deadly, 3), range(10), 2, "dask"))
    assert found == {number: None if number == 3 else number * 2 for number in range(10)}


def test_a_task_that_kills_every_local_worker_is_given_up_and_no_other_is() -> None:
    found = dict(spread(partial(deadly, 3), range(10), 2))
    assert found == {number: None if number == 3 else number * 2 for number in range(10)}


def test_whoever_is_killed_half_way_through_an_answer_is_replaced(tmp_path: Path) -> None:
    found = dict(spread(partial(cut_off, tmp_path), range(1, 9), 2))
    assert {number: (len(said), set(said)) for number, said in found.items() if said} == {
        number: (MUCH, {number}) for number in range(1, 9)
    }


def test_workers_killed_while_they_start_or_wait_cost_no_task_a_life(monkeypatch: pytest.MonkeyPatch) -> None:
    start_one, ended = on_local._Worker.__init__, []

    def start_and_kill(worker: on_local._Worker) -> None:
        start_one(worker)
        if len(ended) < 4 * on_local.GIVEN_UP:
            ended.append(worker)
            worker.stop()

    monkeypatch.setattr(on_local._Worker, "__init__", start_and_kill)
    on_local._idle.cache_clear()
    assert dict(spread(abs, [-1, -2], 2)) == {-1: 1, -2: 2}
    assert len(ended) == 4 * on_local.GIVEN_UP


def test_processes_that_never_begin_are_said_and_not_started_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(on_local, "NEVER_BEGUN", 3)
    monkeypatch.setattr(on_local._Worker, "hand", lambda *_: False)
    with pytest.raises(ChildProcessError, match="3 processes in a row"):
        list(spread(abs, [-1], 2))


def test_what_a_task_raises_in_a_local_worker_is_raised_with_where_it_was() -> None:
    with pytest.raises(ConfigError, match="here: key: wrong; given 7") as raised:
        list(spread(wrong, [7], 2))
    assert "deadly.py" in str(raised.value.__cause__)


def test_what_cannot_travel_is_said_in_words() -> None:
    with pytest.raises(RuntimeError, match="Unspeakable"):
        list(spread(unspeakable, [7], 2))


def test_no_more_is_begun_than_is_soon_read() -> None:
    begun: list[int] = []
    answers = spread(abs, range(100), 2, wanted=lambda number: begun.append(number) is None)
    first = next(answers)
    wait_until(lambda: len(begun) >= 2 * on_local.AHEAD)
    time.sleep(0.2)
    assert len(begun) == 2 * on_local.AHEAD
    assert sorted([first, *answers]) == [(number, number) for number in range(100)]


def test_what_is_read_no_further_is_stopped() -> None:
    answers = spread(time.sleep, [0.0, 60.0], 2)
    assert next(answers) == (0.0, None)
    at_work = workers(os.getpid())
    answers.close()
    assert len(set(at_work) - set(workers(os.getpid()))) == 1


def test_what_a_task_raises_under_dask_is_raised() -> None:
    with pytest.raises(ConfigError, match="here: key: wrong; given 7"):
        list(spread(wrong, [7], 1, "dask"))


def test_a_machine_with_other_code_plays_nothing() -> None:
    block = Block("s0", sim.load_scenario([*SHORT], TEXTBOOK), 0, 1)
    with pytest.raises(ConfigError, match="other code or packages on"):
        play_block(replace(block, code="other"))
