"""Events for other programs: XES and OCEL say what the log says, and SSDA903 episodes are the stays."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

import sim
from sim.cli import main
from sim.engine.log import Kind, Leaving
from sim.outcomes.spells import home_spells
from sim.study.process_log import OF_CHILDREN, OF_HOMES
from sim.study.replicate import Result
from sim.study.ssda903 import COLUMNS, codes

pytestmark = pytest.mark.face

SHORT = ["run=quick", "run.warm_up_days=20", "run.window_days=60", "run.follow_up_days=0"]
SPACE = "{http://www.xes-standard.org/}"


@pytest.fixture(scope="module")
def result() -> Result:
    return sim.simulate(sim.load_scenario(SHORT), 0)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("export")
    assert main(["export", *SHORT, f"out={out}"]) == 0
    return out


def test_xes_has_a_trace_for_each_child_and_every_event_of_children(result: Result, written: Path) -> None:
    root = ElementTree.parse(written / "events.xes").getroot()
    traces = root.findall(f"{SPACE}trace")
    told = Counter()
    for trace in traces:
        child = next(each.get("value") for each in trace if each.get("key") == "concept:name")
        moments = []
        for event in trace.findall(f"{SPACE}event"):
            said = {each.get("key"): each.get("value") for each in event}
            told[said["concept:name"], child] += 1
            moments.append(datetime.fromisoformat(str(said["time:timestamp"])))
        assert moments == sorted(moments)
    log = result.log
    expected = Counter(
        (OF_CHILDREN[kind], str(child))
        for kind, child in zip(log.kind.tolist(), log.child.tolist(), strict=True)
        if kind in OF_CHILDREN
    )
    assert told == expected
    assert {each.get("prefix") for each in root.findall(f"{SPACE}extension")} == {"concept", "time", "org"}


def test_ocel_names_the_objects_of_every_event(result: Result, written: Path) -> None:
    data = json.loads((written / "events.jsonocel").read_text(encoding="utf-8"))
    events, objects = data["ocel:events"], data["ocel:objects"]
    kinds = [kind for kind in result.log.kind.tolist() if kind in OF_CHILDREN | OF_HOMES]
    assert len(events) == len(kinds)
    assert {each["ocel:type"] for each in objects.values()} == set(
        data["ocel:global-log"]["ocel:object-types"]
    )
    for number, event in events.items():
        assert event["ocel:omap"] and set(event["ocel:omap"]) <= set(objects)
        home = int(result.log.home[int(number)])
        assert (f"home {home}" in event["ocel:omap"]) == (home >= 0)
    rows = list(csv.DictReader((written / "events.csv").open(encoding="utf-8")))
    assert [row["ocel:activity"] for row in rows] == [event["ocel:activity"] for event in events.values()]


def test_episodes_are_the_stays_in_the_codes_of_the_return(result: Result, written: Path) -> None:
    rows = list(csv.DictReader((written / "ssda903_episodes.csv").open(encoding="utf-8")))
    stays, known = home_spells(result.log), codes()
    assert list(rows[0]) == COLUMNS and len(rows) == len(stays) == len(result.log.of(Kind.ADMITTED))
    for row, code in zip(rows, stays.code.tolist(), strict=True):
        assert row["PLACE"] == "K1" and re.fullmatch(r"\d\d/\d\d/\d{4}", row["DECOM"])
        assert row["PLACE_PROVIDER"] in ("PR1", "PR2", "PR4", "PR5")
        still = code == Leaving.STILL_PLACED
        assert (row["DEC"] == "") == still == (row["REC"] == "")
        assert row["REASON_PLACE_CHANGE"] == known.get(
            ("REASON_PLACE_CHANGE", Leaving(code).name.lower()), ""
        )
    reasons = {of for field, of in known if field == "REASON_PLACE_CHANGE"}
    assert reasons == {each.name.lower() for each in Leaving} - {"still_placed", "turned_18"}


def test_no_code_is_called_certain_and_the_table_says_so(written: Path) -> None:
    """The codes are not checked: none is green, and the table stands beside the episodes."""
    rows = list(csv.DictReader((written / "ssda903_codes.csv").open(encoding="utf-8")))
    assert {row["quality"] for row in rows} <= {"red", "amber"} and len(rows) > 15
    assert all("not checked against the guide of the year" in row["note"] for row in rows if row["code"])
    assert all(row["note"] for row in rows)
    root = Path(__file__).parents[2]
    source = (root / "sim" / "study" / "ssda903.py").read_text(encoding="utf-8")
    for said in (
        source,
        *((root / name).read_text(encoding="utf-8") for name in ("docs/publish.md", "sim/publish.py")),
    ):
        assert "not checked against the guide of the year" in said and "from memory" not in said
    assert not [row["code"] for row in rows if len(row["code"]) > 1 and row["code"] in source]


def test_a_wrong_replication_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "replication=first"]) == 2
    assert "whole number from 0" in capsys.readouterr().err
