"""The benchmark runs: the smallest of each section, to see that it works. No time is ever asserted here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.__main__ import SECTIONS, main
from tests.bench.core_race import ENGINE, SALABIM
from tests.bench.goals import EVIDENCE, PAGE, filled, goals_table
from tests.bench.race import Lap, Runner, race, ratio, spread

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where: Path = tmp_path_factory.mktemp("bench")
    assert main(["--smallest", "--only", "core,growth,national,stores", "--out", str(where)]) == 0
    assert main(["--smallest", "--only", "precision", "--out", str(where)]) == 0
    return where


def test_the_sections_are_kept_with_the_machine_and_the_figure(folder: Path) -> None:
    found = json.loads((folder / "bench.json").read_text(encoding="utf-8"))
    assert list(found["sections"]) == ["core", "growth", "national", "stores", "precision"]
    assert {"processor", "cores", "python", "versions"} <= set(found["machine"])
    assert all(
        {"made", "code", "load_before_and_after"} <= set(one["run"]) for one in found["sections"].values()
    )
    assert (folder / "bench.png").read_bytes().startswith(b"\x89PNG")


def test_programs_were_seen_to_do_the_same_before_they_were_timed(folder: Path) -> None:
    core = json.loads((folder / "bench.json").read_text(encoding="utf-8"))["sections"]["core"]
    assert {"this project", "SimPy, textbook"} <= {
        said.partition(", within")[0] for said in core["same_path"]
    }
    assert set(core["skipped"]) <= {"ciw", "salabim"}
    assert core["against_heapq"]["this project"]["median"] > 0


def test_the_page_says_what_the_file_says() -> None:
    page, whole = PAGE.read_text(encoding="utf-8"), json.loads(EVIDENCE.read_text(encoding="utf-8"))
    assert page == filled(page, whole), "python -m tests.bench.goals writes it again"


def test_a_goal_is_missed_on_its_own_side() -> None:
    found = {
        "core": {"against_heapq": {ENGINE: {"median": 2.6, "least": 2.5, "most": 2.7}},
                 "times_this_project": {SALABIM: {"median": 26.0}}},
    }  # fmt: skip
    rows = goals_table(found).splitlines()[2:]
    assert rows == [
        "| The core, against a plain heapq loop | at most 2.5 | 2.6 (2.5 to 2.7) | no |",
        "| salabim, against this project | at least 25 | 26 | yes |",
    ]


def test_a_section_that_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--only", "core,cores", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"--only: given cores; allowed {', '.join(SECTIONS)}\n"
    assert not list(tmp_path.iterdir())


def test_a_race_runs_slow_programs_in_the_first_rounds_only() -> None:
    played: list[tuple[str, int]] = []
    runners = [
        Runner("short", lambda k: played.append(("short", k)), "short", times=2),
        Runner("slow", lambda k: played.append(("slow", k)), "short", rounds=1),
    ]
    laps = race(runners, 3, lambda text: None)
    assert [sorted(lap.seconds) for lap in laps] == [["short", "slow"], ["short"], ["short"]]
    assert sorted(played) == [*[("short", k) for k in (0, 0, 1, 1, 2, 2)], ("slow", 0)]


def test_ratios_are_of_the_same_round() -> None:
    laps = [
        Lap({"a": 2.0, "b": 1.0}),
        Lap({"a": 9.0, "b": 3.0}),
        Lap({"a": 40.0, "b": 10.0}),
        Lap({"b": 7.0}),
    ]
    assert ratio(laps, "a", "b") == {"against": "b", "median": 3.0, "least": 2.0, "most": 4.0, "rounds": 3}
    assert spread([])["median"] is None
