"""The verbs about belief, as a person uses them: short runs, files, and one line for what is wrong."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main
from sim.scenario.load import load_scenario
from sim.study.standards import DEPARTMENT, exists, standards

pytestmark = pytest.mark.face
HEAD = "id,output,argument,geography,route,period_from,period_to,statistic,value,sd,unit,use,source\n"
ROWS = (
    "K1,children_in_homes,,England and Wales,all,2016-03-31,2016-03-31,stock,210,10,children,validate,a\n"
    "K2,children_in_homes,,England and Wales,all,2016-03-31,2016-03-31,stock,900,10,children,validate,a\n"
    "K3,moon_phase,,England,welfare,2016-03-31,2016-03-31,stock,1,1,moons,context,a\n"
    "K4,list_size,,England,welfare,2009-03-31,2009-03-31,stock,1,1,children,context,a\n"
)


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("validate")
    (folder / "mine.csv").write_text(HEAD + ROWS, encoding="utf-8")
    code = main(["validate", f"targets={folder}/mine.csv", "posterior=none", "replications=2", "run.workers=1",
                 "run.window_days=700", "run.follow_up_days=0", f"out={folder}/out"])  # fmt: skip
    assert code == 0
    return folder / "out"


def test_any_file_is_scored_without_code(scored: Path) -> None:
    table = pd.read_csv(scored / "validation.csv").set_index("id")
    assert table["verdict"].to_dict() == {
        "K1": "inside",
        "K2": "outside",
        "K3": "not modelled",
        "K4": "not modelled",
    }
    assert table.loc["K3", "reason"] == "the model has no such output"
    assert table.loc["K4", "reason"] == "the run does not cover these dates"


def test_the_validation_page_is_whole_and_fetches_nothing(scored: Path) -> None:
    page = (scored / "validation.html").read_text(encoding="utf-8")
    assert "http://" not in page.replace("http://www.w3.org", "") and "<script" not in page
    for words in ("A queue beside empty places", "2015 to 2025 as one run", 'role="img"', "Not modelled (2)"):
        assert words in page


def test_assumptions_are_filtered_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assumptions", "quality=red", "about=vacanc", f"out={tmp_path}"]) == 0
    said = capsys.readouterr().out
    assert "posts vacant" in said and "owner not done" in said
    table = pd.read_csv(tmp_path / "assumptions.csv")
    assert set(table["quality"]) == {"red"} and len(table) == 3
    with zipfile.ZipFile(tmp_path / "assumptions.ods") as ods:
        assert "posts vacant" in ods.read("content.xml").decode("utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["assumptions", "quality=rde"], "quality: given rde; allowed red, amber, green; nearest red"),
        (["assumptions", "about=unicorns"], "no assumption is like that"),
        (["validate", "targets=none.csv"], "targets: no such file; given none.csv"),
        (["validate", "posterior=-3"], "posterior: given -3"),
        (["calibrate", "first=few"], "first: given few; allowed a whole number from 1 up"),
        (["crosscheck", "points=3"], "allowed store=FOLDER alone"),
        (["uncertainty", "points=4"], "experiment: none chosen"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1


def test_no_box_is_ticked_without_evidence(tmp_path: Path) -> None:
    table = standards(load_scenario())
    assert (table.loc[table["state"] == "done", "evidence"] != "").all()
    assert not table.loc[table["state"] == "done", "missing"].any()
    empty = standards(load_scenario(), tmp_path)
    assert set(empty["state"]) == {"not done", DEPARTMENT}


def test_a_test_that_is_gone_is_no_evidence() -> None:
    assert exists("tests/unit/test_house.py::test_no_room_is_too_large")
    assert not exists("tests/unit/test_house.py::test_of_nothing")
    assert not exists("docs/none.md")


def test_sign_off_is_left_to_the_department() -> None:
    table = standards(load_scenario())
    for word in ("sign-off", "roles", "peer", "external"):
        assert (table.loc[table["item"] == word, "state"] == DEPARTMENT).all(), word
