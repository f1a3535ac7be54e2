"""What is stored says which code made it: by its source, and by what it plays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.study.calibrate import stamps

pytestmark = pytest.mark.unit


def code_is(monkeypatch: pytest.MonkeyPatch, source: str, plays: str) -> None:
    monkeypatch.setattr(stamps, "code_version", lambda: source)
    monkeypatch.setattr(stamps, "log_version", lambda: plays)


def test_a_table_by_this_code_needs_no_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code_is(monkeypatch, "new", "log")
    stamps.stamp(tmp_path, ["design", "ranks"])
    monkeypatch.setattr(stamps, "log_version", lambda: pytest.fail("played for nothing"))
    assert stamps.in_words(stamps.made_by_other_code(tmp_path)) == ""


def test_other_source_that_plays_the_same_is_told_from_one_that_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code_is(monkeypatch, "slow", "log")
    stamps.stamp(tmp_path, ["design"])
    code_is(monkeypatch, "wrong", "other log")
    stamps.stamp(tmp_path, ["morris"])
    code_is(monkeypatch, "fast", "log")
    old = stamps.made_by_other_code(tmp_path)
    assert (old.plays_otherwise, old.plays_the_same) == (["morris"], ["design"])
    said = stamps.in_words(old)
    assert "make calibrate: morris." in said and "still valid: design." in said


def test_a_stamp_without_a_log_is_taken_for_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / stamps.STAMPS).write_text(json.dumps({"sobol": "abc"}), encoding="utf-8")
    code_is(monkeypatch, "new", "log")
    assert stamps.made_by_other_code(tmp_path).plays_otherwise == ["sobol"]
    stamps.stamp(tmp_path, ["sobol"])
    assert stamps.made_by_other_code(tmp_path) == stamps.Old([], [])


def test_what_is_stored_by_the_project_says_so() -> None:
    stored = json.loads(
        (Path(__file__).parents[2] / "configs/calibration/code.json").read_text(encoding="utf-8")
    )
    tables = {path.stem for path in (Path(__file__).parents[2] / "configs/calibration").glob("*.csv")}
    assert tables - {"parameters", "weights"} == {name.split()[0] for name in stored}
