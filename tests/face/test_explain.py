"""The verb `explain`: stories, tables, and what is said when there is no such child."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.cli import main
from sim.scenario.load import load_scenario
from sim.study.audit import FORMAT_VERSION, audited

pytestmark = pytest.mark.face

SHORT = ("run=quick", "run.warm_up_days=0", "run.window_days=80", "run.follow_up_days=0")
DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("child=99999",), "child: no such child in replication 0; given 99999; allowed 0 to "),
        (("child=-1",), "child: given -1; allowed a whole number from 0, or all"),
        (("child=",), "Children 0 to "),
        (("child=3", "replication=x"), "replication: given x; allowed a whole number from 0"),
    ],
    ids=str,
)
def test_a_wrong_number_is_one_line(
    words: tuple[str, ...], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["explain", *words, *SHORT])
    out, err = capsys.readouterr()
    if words == ("child=",):
        assert code == 0 and out.startswith(said)
        return
    assert code == 2 and out == "" and err.count("\n") == 1 and said in err
    assert list(folder.iterdir()) == []


def test_without_a_child_some_are_suggested_and_their_stories_can_be_told(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    assert main(["explain", *SHORT, "replication=2"]) == 0
    children = re.findall(r"child=(\d+)", capsys.readouterr().out)
    assert len(children) >= 3
    for child in sorted(set(children)):
        assert main(["explain", f"child={child}", "replication=2", *SHORT]) == 0
        story = capsys.readouterr().out
        assert story.startswith(f"Child {child} (") and "in replication 2" in story
        assert "referred" in story and max(map(len, story.splitlines())) <= 100
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "rule", ["today", "local", "regional", "national_points", "national_matching", "first_come"]
)
def test_every_child_has_a_story_that_agrees_with_the_log(rule: str) -> None:
    from sim.report.story import story

    audit = audited(load_scenario([f"commissioning={rule}", *SHORT[:2], "run.window_days=25", SHORT[3]]))
    events, names = audit.tables["events"], audit.tables["homes"].name
    for child in range(len(audit.world.tape)):
        told = " ".join(story(audit, child).split())
        mine = events[events.child == child]
        for home in mine.home[mine.kind == "admitted"]:
            assert names[home] in told
        refused = " ".join(re.findall(r"Refused: (.*?)\. ", f"{told} "))
        assert [names[home] for home in mine.home[mine.kind == "refused"] if names[home] not in refused] == []
        assert told.count("referred again") >= int(((mine.kind == "referred") & (mine.code > 0)).sum())


def test_the_story_can_be_kept(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert main(["explain", "child=100", *SHORT, "out=here"]) == 0
    assert (folder / "here/child-100.txt").read_text() == capsys.readouterr().out


def test_the_tables_carry_their_format_and_every_column_is_in_the_docs(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    assert main(["explain", "child=all", *SHORT, "out=tables"]) == 0
    paths = [Path(line) for line in capsys.readouterr().out.splitlines()]
    page = (DOCS / "audit.md").read_text("utf-8")
    assert f"format version {FORMAT_VERSION}" in page
    assert sorted(path.name for path in paths) == sorted(path.name for path in (folder / "tables").iterdir())
    for path in paths:
        assert pq.read_schema(path).metadata[b"placesim_audit_format"] == str(FORMAT_VERSION).encode()
        assert f"`{path.stem}`" in page
        assert [name for name in pd.read_parquet(path).columns if f"`{name}`" not in page] == []
