"""Published figures as targets: the table is whole, bad rows are told in a line, unknown outputs are reported."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sim.outcomes.published.answers import NOT_OURS, OUTPUTS
from sim.scenario.errors import ConfigError
from sim.scenario.targets import read_targets
from sim.scenario.unknowns import read_unknowns, rows_of
from sim.study.calibrate.evidence import WEIGHTS

pytestmark = pytest.mark.unit
HEAD = "id,output,argument,geography,route,period_from,period_to,statistic,value,sd,unit,use,source\n"
GOOD = "A1,list_size,,England,welfare,2020-09-01,2021-06-30,mean,25,5,children,validate,Ofsted\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_built_in_target_is_an_output_or_said_to_be_outside() -> None:
    targets = read_targets()
    assert len(targets) > 64
    assert {one.output for one in targets} <= set(OUTPUTS) | set(NOT_OURS)
    assert {one.use for one in targets} == {"calibrate", "validate", "input", "context"}
    assert all(one.source for one in targets)


def test_a_reason_with_a_comma_is_whole() -> None:
    reasons = {one.id: one.reason for one in read_targets()}
    assert all(reasons[name].endswith("here no more than a shortage of staff") for name in ("S21C", "S21O"))


def test_targets_of_the_calibration_are_of_2018_2020_and_2023_or_of_the_cohort() -> None:
    years = {one.period_to.year for one in read_targets() if one.use == "calibrate"}
    assert {2018, 2020, 2023} <= years


def test_a_row_becomes_a_target(tmp_path: Path) -> None:
    (one,) = read_targets(written(tmp_path, HEAD + GOOD))
    assert (one.output, one.value, one.sd, one.period_to) == ("list_size", 25.0, 5.0, date(2021, 6, 30))
    assert one.words == "list size, England, welfare, mean, 2020-09-01 to 2021-06-30"


def test_an_output_that_nobody_knows_is_read(tmp_path: Path) -> None:
    (one,) = read_targets(written(tmp_path, HEAD + GOOD.replace("list_size", "moon_phase")))
    assert one.output == "moon_phase"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("25,5", "many,5", "row 2: value: not a number; given many"),
        ("2020-09-01", "yesterday", "row 2: period_from"),
        (
            "2020-09-01,2021-06-30",
            "2021-09-01,2021-06-30",
            "period_to is 2021-06-30, allowed 2021-09-01 or later",
        ),
        ("A1,", ",", "row 2: id: a cell is missing"),
        ("Ofsted", "Ofsted, 2021", "row 2: has more cells than the first row"),
        ("statistic,", "statistics,", "row 1: statistic: the column is missing"),
    ],
)
def test_a_bad_cell_is_told_in_one_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        read_targets(written(tmp_path, (HEAD + GOOD).replace(old, new, 1)))
    assert said in str(error.value) and "\n" not in str(error.value)


def test_an_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="row 3: id: stands twice"):
        read_targets(written(tmp_path, HEAD + GOOD + GOOD))


def test_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        read_targets(tmp_path / "none.csv")


def test_every_unknown_has_a_row_of_the_register_and_lies_in_its_range() -> None:
    register = {row["key"]: row for row in rows_of("register.csv")}
    for one in read_unknowns():
        row = register[one.key]
        assert row["quality"] == "red", one.name
        if one.scale != "choice":
            assert float(row["low"]) <= one.low < one.high <= float(row["high"])


def test_weights_name_targets_of_the_calibration() -> None:
    calibrate = {one.id for one in read_targets() if one.use == "calibrate"}
    assert {row["id"] for row in rows_of(WEIGHTS)} <= calibrate


def test_shares_of_alternatives_still_add_up() -> None:
    one = next(one for one in read_unknowns() if one.name == "dol_share")
    assert "unregistered: 0.3, open_home: 0.53" in one.texts(0.3)[0]


def test_the_stored_fit_gives_the_reasons_of_the_targets() -> None:
    reasons = {one.id: one.reason for one in read_targets()}
    stored = {row["id"]: row["reason"] for row in rows_of("calibration/fit.csv")}
    assert stored == {name: reasons[name] for name in stored}
