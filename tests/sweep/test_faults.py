"""What may go wrong while a sweep is played: nothing is lost, nothing is there twice, one line says what happened."""

from __future__ import annotations

import os
import resource
import shutil
import signal
from pathlib import Path

import pytest

from sim.study.sweep.lock import held
from tests.sweep.killed import killed_sweep
from tests.sweep.runs import FEW, SHORT, command, contents, kept, leftovers, run, start, sweep, wait_until

pytestmark = pytest.mark.sweep

LONGER = ("run.warm_up_days=10", "run.window_days=1500", "run.replications=4")
AS_OTHERS = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]  # root, but bound by permissions


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep of six scenarios to which nothing happened."""
    folder = tmp_path_factory.mktemp("whole") / "sweep"
    done = run(sweep(folder, *FEW, *SHORT))
    assert done.returncode == 0, done.stderr
    return folder


def test_killed_at_random_and_resumed_the_dataset_is_the_same(tmp_path: Path) -> None:
    found = killed_sweep(tmp_path, kills=20)
    assert min(found["kills"].values()) > 3
    assert found["same"] and found["files"] == 2 * 60 + 2 and not found["leftovers"], found


def test_blocks_of_a_scenario_that_was_finished_just_before_a_kill_are_removed(
    whole: Path, tmp_path: Path
) -> None:
    out = tmp_path / "sweep"
    shutil.copytree(whole, out)
    name = next(path.name.removeprefix("scenario=") for path in (out / "measures").iterdir())
    block = out / "parts" / name / "0000000-measures.parquet"
    block.parent.mkdir(parents=True)
    shutil.copyfile(out / "measures" / f"scenario={name}" / "measures.parquet", block)
    assert run(command("resume", str(out))).returncode == 0
    assert not leftovers(out) and contents(out) == contents(whole)


def test_a_full_disk_is_one_line_and_the_sweep_goes_on_when_there_is_room(
    whole: Path, tmp_path: Path
) -> None:
    out = tmp_path / "sweep"
    full = run(sweep(out, *FEW, *SHORT), preexec_fn=_no_large_files(5_000))
    assert full.returncode == 1
    assert full.stderr.count("\n") == 1 and "could not be written" in full.stderr, full.stderr
    assert not list(out.rglob("*.part"))
    assert run(sweep(out, *FEW, *SHORT)).returncode == 0
    assert contents(out) == contents(whole)


def _no_large_files(most: int):  # type: ignore[no-untyped-def]
    """No file may grow beyond `most` bytes: to a writer this is a disk that is full."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return limit


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o555)
    words = sweep(locked / "sweep", *FEW, *SHORT)
    done = run([*AS_OTHERS, *words] if os.geteuid() == 0 else words)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "Permission denied" in done.stderr
    assert not list(locked.iterdir())


def test_a_store_that_became_read_only_is_one_line_and_can_still_be_asked(
    whole: Path, tmp_path: Path
) -> None:
    out = tmp_path / "sweep"
    shutil.copytree(whole, out)
    shutil.rmtree(out / "measures" / next(path.name for path in (out / "measures").iterdir()))
    before = contents(out)
    out.chmod(0o555)
    as_others = AS_OTHERS if os.geteuid() == 0 else []
    done = run([*as_others, *command("resume", str(out))])
    assert done.returncode == 1 and done.stderr.count("\n") == 1, done.stderr
    asked = run([*as_others, *command("status", str(out))])
    assert asked.returncode == 0 and "5 finished" in asked.stdout, asked.stderr
    out.chmod(0o755)
    assert contents(out) == before


def test_while_a_sweep_is_played_nobody_else_writes_in_its_folder(whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "sweep"
    shutil.copytree(whole, out)
    with held(out):
        for words in (
            sweep(out, *FEW, *SHORT),
            command("resume", str(out)),
            command("clean", str(out), "--all"),
        ):
            second = run(words)
            assert second.returncode == 1 and "another placesim is writing in" in second.stderr
            assert second.stderr.count("\n") == 1
        assert "being played now" in run(command("status", str(out))).stdout
    assert contents(out) == contents(whole)


def test_of_two_sweeps_into_one_folder_at_once_one_plays_and_the_dataset_is_the_same(
    whole: Path, tmp_path: Path
) -> None:
    out = tmp_path / "sweep"
    both = [start(sweep(out, *FEW, *SHORT)) for _ in range(2)]
    ended = [(*process.communicate(timeout=120), process.returncode) for process in both]
    assert 0 in [code for _, _, code in ended]
    for _, errors, code in ended:  # the other is refused, or comes late and finds everything finished
        assert code == 0 or (code == 1 and "another placesim is writing in" in errors), errors
    assert contents(out) == contents(whole) and not leftovers(out)


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_told_to_stop_it_leaves_a_store_that_can_be_resumed(
    sent: signal.Signals, code: int, tmp_path: Path
) -> None:
    out = tmp_path / "sweep"
    process = start(sweep(out, *FEW, *LONGER))
    wait_until(lambda: kept(out) > 3 or process.poll() is not None)
    if sent == signal.SIGINT:
        os.killpg(process.pid, sent)  # Ctrl-C reaches all of them
    else:
        process.send_signal(sent)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == code, errors
    *progress, last = errors.splitlines()
    assert last.endswith(f"placesim resume {out}") and "stopped by" in last, errors
    assert all(" of 6 scenarios, " in line for line in progress) and not output, errors
    before = kept(out)
    assert before > 3 and not list(out.rglob("*.part"))
    assert run(command("resume", str(out))).returncode == 0
    assert not leftovers(out) and kept(out) == 6


def test_a_scenario_that_cannot_be_played_does_not_stop_the_others(tmp_path: Path) -> None:
    out = tmp_path / "sweep"
    crowded = "+estate.residents_at_start={welfare: 2},{welfare: 9},{welfare: 3}"
    done = run(sweep(out, crowded, *SHORT))
    assert done.returncode == 1
    assert "2 finished, 0 begun, 0 waiting, 1 failed" in done.stdout
    assert "no home has a place left for a welfare child" in done.stdout
    failures = list((out / "failed").iterdir())
    assert len(failures) == 1 and failures[0].read_text().count("Traceback") == 1
    again = run(command("resume", str(out)))
    assert again.returncode == 1 and failures[0].read_text().count("Traceback") == 2  # tried again, both kept


def test_on_error_stop_begins_nothing_more(tmp_path: Path) -> None:
    out = tmp_path / "sweep"
    crowded = "+estate.residents_at_start={welfare: 9},{welfare: 1},{welfare: 2},{welfare: 3},{welfare: 4}"
    done = run(sweep(out, crowded, *SHORT, "run.on_error=stop"))
    assert done.returncode == 1
    assert "1 failed" in done.stdout and "5 finished" not in done.stdout and "waiting" in done.stdout
    assert len(list(out.glob("measures/*"))) < 4
