"""Impact marks of another kind of staff stand beside those of the default, each with its own stamp."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from sim import uncertainty
from sim.report.validation import validation_page
from sim.study.calibrate import stamps
from sim.study.uncertain.impact import how_marked

pytestmark = pytest.mark.unit
PLAIN, POSTS = (), ("workforce=posts",)


def marks(*keys: str) -> pd.DataFrame:
    rows = [(key, key, "red", 1.0, 0.1, 0.2, "red", True, "", 40.0, 8) for key in keys]
    columns = ["key", "title", "quality", "move", "standard_error", "share_of_headline", "impact", "sure", "reason",
               "headline", "runs"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Stores marks of these keys as if the code `source` had made them with these settings."""

    def go(source: str, common: tuple[str, ...], *keys: str) -> tuple[set[str], dict[str, dict[str, str]]]:
        monkeypatch.setattr(stamps, "code_version", lambda: source)
        monkeypatch.setattr(
            stamps, "log_version", lambda given=(): f"{source} plays {' '.join(given)}".strip()
        )
        monkeypatch.setattr(uncertainty, "_impact", lambda *given: marks(*keys))
        uncertainty.impact(common, 8, 1, tmp_path / "out", tmp_path / "stored")
        stored = json.loads((tmp_path / "stored" / stamps.STAMPS).read_text(encoding="utf-8"))
        return set(pd.read_csv(tmp_path / "stored" / "impact.csv")["key"]), stored

    (tmp_path / "stored").mkdir()
    return go


def test_older_rows_keep_their_own_stamp(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run("old", PLAIN, "a", "b")
    keys, stored = run("new", POSTS, "c")
    assert keys == {"a", "b", "c"}
    assert stored["impact"]["code"] == "old"
    assert stored["impact workforce=posts"] == {"code": "new", "plays": "new plays workforce=posts"}
    assert stamps.made_by_other_code(tmp_path / "stored").plays_otherwise == ["impact"]


def test_a_plain_run_afterwards_keeps_the_rows_of_posts(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run("old", PLAIN, "a", "b")
    run("old", POSTS, "c")
    keys, stored = run("new", PLAIN, "a")
    assert keys == {"a", "c"}, "b is a row of the default that is there no more; c is one of posts"
    assert (stored["impact"]["code"], stored["impact workforce=posts"]["code"]) == ("new", "old")
    assert stamps.made_by_other_code(tmp_path / "stored").plays_otherwise == ["impact workforce=posts"]
    keys, stored = run("new", POSTS, "d")
    assert keys == {"a", "d"}
    assert stamps.made_by_other_code(tmp_path / "stored") == stamps.Old([], [])


def test_a_stamp_without_rows_is_struck(run) -> None:  # type: ignore[no-untyped-def]
    run("old", POSTS, "c")
    keys, stored = run("new", PLAIN, "a", "c")
    assert keys == {"a", "c"}
    assert set(stored) == {"impact"}


def test_rows_of_a_table_without_settings_are_of_the_default(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    marks("a", "b").to_csv(tmp_path / "stored" / "impact.csv", index=False)
    assert run("new", POSTS, "c")[0] == {"a", "b", "c"}


def test_the_reference_runs_of_posts_have_posts() -> None:
    runs = stamps.reference_runs(POSTS)
    assert len(runs) == 3
    assert all("workforce=posts" in one for one in runs)
    assert stamps.reference_runs() == stamps.REFERENCE


def test_the_page_says_what_the_marks_lack() -> None:
    table = marks("a").assign(runs=448.0)
    assert "448 runs" in how_marked(table) and "workforce=posts) has been moved yet" in how_marked(table)
    assert "moved yet" not in how_marked(table.assign(given="workforce=posts"))
    page = validation_page({"impact": table}, {}, "")
    assert "from 448 runs" in page and "No row of the model of single posts" in page


def test_the_docs_say_what_the_stored_marks_lack() -> None:
    root = Path(__file__).resolve().parents[2]
    stored = pd.read_csv(root / "configs" / "calibration" / "impact.csv")
    text = " ".join((root / "docs" / "validation.md").read_text(encoding="utf-8").split())
    (runs,) = set(stored["runs"].dropna())
    assert f"from {runs:.0f} runs: {runs / 2:.0f} points" in text
    assert ("holds no row of `workforce=posts`" in text) == (
        not stored["key"].str.startswith("workforce.pay").any()
    )
