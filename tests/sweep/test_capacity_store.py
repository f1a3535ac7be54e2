"""The store behind questions about capacity: killed and begun again, asked a second question, and read back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.scenario.load_capacity import load_capacity
from sim.study.capacity.player import Design, Player
from tests.analytic.capacity import TEXTBOOK

pytestmark = pytest.mark.sweep

ROOT = Path(__file__).parents[2]
QUESTION = [
    "capacity", "--config-dir", str(TEXTBOOK), "capacity=servers", "standard=few_turned_away", "demand=loss",
    "run.warm_up_days=20", "run.window_days=60", "run.workers=1", "capacity.places.low=-2", "capacity.places.high=5",
]  # fmt: skip
TABLES = ("checked.csv", "frontier.csv", "neighbours.csv")


def begun(out: Path, *more: str) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "sim.cli", *QUESTION, *more, f"out={out}"]
    return subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def answer(out: Path, standard: str = "few_turned_away") -> dict[str, bytes]:
    folder = out / "answers" / f"servers-{standard}"
    return {name: (folder / name).read_bytes() for name in TABLES}


def test_a_search_that_is_killed_goes_on_and_a_second_question_reuses_it(tmp_path: Path) -> None:
    alone, killed = tmp_path / "alone", tmp_path / "killed"
    assert begun(alone).wait() == 0
    blocks = kills = 0
    while kills < 3:
        process = begun(killed)
        while process.poll() is None and len(list(killed.glob("evaluations/*/*.parquet"))) < blocks + 2:
            time.sleep(0.02)
        if process.poll() is not None:
            break
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        kills += 1
        blocks = len(list(killed.glob("evaluations/*/*.parquet")))
    assert kills and not (killed / "answers").exists()
    last = begun(killed)
    said, _ = last.communicate()
    assert last.returncode == 0 and b" 0 reused" not in said
    assert answer(killed) == answer(alone)
    second = begun(alone, "standard.goals.placed.value=0.85")
    said, _ = second.communicate()
    reused = int(said.split(b" reused")[0].split()[-1])
    assert second.returncode == 0 and reused >= 80, said.decode()  # every rung was played for the frontier


def test_the_store_gives_back_what_was_played_and_plays_only_what_is_missing(tmp_path: Path) -> None:
    loaded = load_capacity([*QUESTION[3:8], "run.workers=1"], TEXTBOOK)
    scenario = loaded.scenarios()[0]
    first = Player(tmp_path, scenario.run)
    key = ("share_placed", "all", "all")
    played = first.observe(Design.of("", scenario), 3).column(key)
    again = Player(tmp_path, scenario.run)
    more = again.observe(Design.of("", scenario), 5).column(key)
    assert again.tally.played == 2 and again.tally.reused == 3
    assert (more[0][:3] == played[0]).all() and (more[1][:3] == played[1]).all()
