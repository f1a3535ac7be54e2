"""Data returns: templates, every fault at once, nothing personal, any bytes answered; what a run makes of them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.cli import main
from sim.engine.log import Ending
from sim.outcomes.spells import home_spells, list_spells
from sim.outcomes.suppression import MARK, marked, small_keys, suppressed_observed
from sim.returns import reading
from sim.returns.checking import check_file
from sim.returns.folder import Returns, check, read_returns
from sim.returns.forms import FLAGS, FORMS, HomeRow, ReferralRow, StaffRow, form_of
from sim.returns.settings import OWN_NUMBERS, run_settings, with_returns
from sim.returns.template import DICTIONARY, dictionary, example, write_templates
from sim.scenario.scenario import Scenario
from sim.store import plain_cell, plain_csv
from sim.study.observed import observed_against_modelled
from sim.study.trace import Trace, rows_of, sent

pytestmark = pytest.mark.face

HEAD = "referral,referred_on,route,authority,sex,age,outcome,outcome_on,home,left_on"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("returns") / "sent"
    list(write_templates(out))
    return out


def written(tmp_path: Path, text: str | bytes, name: str = "referrals.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# -- templates ----------------------------------------------------------------------------------------


def test_the_example_is_a_return_of_every_kind_without_a_fault(folder: Path) -> None:
    found = check(folder / "example")
    assert [each.faults for each in found] == [()] * len(FORMS)
    assert {each.form.name for each in found if each.form} == set(FORMS)
    assert all(len(each.records) >= 6 for each in found)


def test_a_template_has_every_column_and_the_dictionary_explains_it(folder: Path) -> None:
    rows = list(csv.DictReader((folder / "dictionary.csv").open(encoding="utf-8")))
    assert tuple(rows[0]) == DICTIONARY and len(rows) == len(dictionary())
    for name, form in FORMS.items():
        header = (folder / f"{name}.csv").read_text(encoding="utf-8").strip().split(",")
        assert header == list(form.columns) == [row["column"] for row in rows if row["return"] == name]
    for row in rows:
        assert row["what it holds"] and row["allowed"] and row["example"], row


def test_the_examples_of_the_dictionary_are_allowed(tmp_path: Path) -> None:
    for form in FORMS.values():
        row = {name: str((info.examples or [""])[0]) for name, info in form.columns.items()}
        text = f"{','.join(row)}\n{','.join(row.values())}\n"
        found = check_file(written(tmp_path, text, form.file))
        assert not found.faults, [str(fault) for fault in found.faults]


def test_templates_are_not_written_over_what_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["template", f"out={tmp_path / 'new'}"]) == 0
    assert main(["template", f"out={tmp_path / 'new'}"]) == 2
    assert "not empty" in capsys.readouterr().err


def test_the_flags_of_the_return_are_those_of_the_model() -> None:
    profiles = sim.load_scenario([]).demand.profiles.values()
    assert set(FLAGS) == {flag for profile in profiles for flag in profile.flags}


# -- faults -------------------------------------------------------------------------------------------

FAULTS = {  # row -> column, value, what is allowed, fix
    "R1,2025-04-31,welfare,Leeds,girl,15,,,,": ("referred_on", "2025-04-31", "a date", "2025-04-03"),
    "R1,2025-04-03,wellfare,Leeds,girl,15,,,,": (
        "route",
        "wellfare",
        "welfare, remand, sentence",
        "perhaps welfare",
    ),
    "R1,2025-04-03,welfare,Leads,girl,15,,,,": ("authority", "Leads", "by name or code", "perhaps Leeds"),
    "R1,2025-04-03,welfare,Leeds,female,15,,,,": ("sex", "female", "girl, boy", ""),
    "R1,2025-04-03,welfare,Leeds,girl,19,,,,": ("age", "19", "10 to 17", "whole years"),
    "R1,2025-04-03,welfare,Leeds,girl,2009-05-01,,,,": ("age", "a date", "10 to 17", "never a date of birth"),
    "Jane,2025-04-03,welfare,Leeds,girl,15,,,,": ("referral", "without a digit", "with a digit", "R0001"),
    ",2025-04-03,welfare,Leeds,girl,15,,,,": ("referral", "nothing", "", "fill it in"),
    "R1,2025-04-03,welfare,Leeds,girl,15,placed,2025-03-01,,": (
        "outcome_on",
        "2025-03-01",
        "2025-04-03 or later",
        "",
    ),
    "R1,2025-04-03,welfare,Leeds,girl,15,placed,,,": ("outcome_on", "missing", "the day of the outcome", ""),
    "R1,2025-04-03,welfare,Leeds,girl,15,withdrawn,2025-05-01,,2025-06-01": (
        "left_on",
        "2025-06-01",
        "placed",
        "",
    ),
    "R1,2025-04-03,welfare,Leeds,girl,15,lost,2025-05-01,,": ("outcome", "lost", "search_ceased", ""),
    "R1,2025-04-03,welfare,LS1 4AP,girl,15,,,,": ("authority", "a postcode", "", "take it out"),
    "A123456789012,2025-04-03,welfare,Leeds,girl,15,,,,": (
        "referral",
        "a unique pupil number",
        "",
        "take it out",
    ),
    "R1,2025-04-03,welfare,Leeds,girl,15,,,,,,extra": ("", "12 cells", "10", "in quotes"),
}


@pytest.mark.parametrize("row", FAULTS)
def test_a_fault_has_row_column_value_what_is_allowed_and_a_fix(row: str, tmp_path: Path) -> None:
    column, value, allowed, fix = FAULTS[row]
    found = check_file(written(tmp_path, f"{HEAD}\nR9,2025-04-01,remand,E08000035,,,,,,\n{row}\n"))
    assert len(found.faults) == 1 and len(found.records) == 1
    fault = found.faults[0]
    assert (fault.row, fault.column) == (3, column)
    assert value in fault.value and allowed in fault.allowed and fix in fault.fix and fault.fix
    assert "\n" not in str(fault)


def test_all_faults_come_at_once_and_the_exit_code_is_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = "\n".join(FAULTS)
    path = written(tmp_path, f"{HEAD},child_name,agee\n{body}\n")
    assert main(["check", str(path), f"out={tmp_path / 'out'}"]) == 2
    told = capsys.readouterr()
    problems = pd.read_csv(tmp_path / "out" / "problems.csv")
    assert len(problems) >= len(FAULTS) + 1
    assert set(problems.columns) == {"file", "row", "column", "value", "allowed", "fix"}
    assert "call it age" in told.out and "delete the column" in told.out
    assert re.search(rf"{len(problems)} things to put right", told.err)


@pytest.mark.parametrize(
    "column",
    ["Name", "child_name", "Surname", "First Name", "DOB", "Date of Birth", "dateOfBirth", "NHS number", "UPN",
     "Postcode", "home address", "Email", "social worker", "Ethnicity", "mother"],
)  # fmt: skip
def test_a_column_that_says_who_a_child_is_is_refused(column: str, tmp_path: Path) -> None:
    found = check_file(
        written(tmp_path, f"{HEAD},{column}\nR1,2025-04-03,welfare,Leeds,girl,15,,,,,Secret\n")
    )
    assert [fault.column for fault in found.faults] == [column]
    assert "delete the column" in found.faults[0].fix
    assert not any("Secret" in str(each) for each in (*found.faults, *found.records))


def test_what_may_be_a_name_or_birthday_is_not_said_again(tmp_path: Path) -> None:
    row = "Jane Doe,2025-04-03,welfare,Leeds,girl,01/05/2009,,,,"
    told = " ".join(map(str, check_file(written(tmp_path, f"{HEAD}\n{row}\n")).faults))
    assert "Jane" not in told and "2009" not in told


def test_files_are_held_against_each_other(tmp_path: Path) -> None:
    written(tmp_path, "home,region,authority,welfare_places\nNorth,North West,Leeds,4\n", "homes.csv")
    written(tmp_path, "home,on,needed_by_day,on_shift_by_day\nNorht,2025-04-01,4,3\n", "staff.csv")
    faults = [str(fault) for each in check(tmp_path) for fault in each.faults]
    assert any("staff.csv row 2, home" in each and "perhaps North" in each for each in faults)
    assert any("no row for North" in each for each in faults)
    with pytest.raises(sim.ConfigError, match=r"staff.csv"):
        read_returns(tmp_path)


def test_templates_that_nobody_filled_in_are_left_out(tmp_path: Path) -> None:
    list(write_templates(tmp_path / "sent"))
    sent_in = tmp_path / "sent"
    (sent_in / "referrals.csv").write_text(
        f"{HEAD}\nR1,2025-04-03,welfare,Leeds,girl,15,,,,\n", encoding="utf-8"
    )
    found = check(sent_in)
    assert not [fault for each in found for fault in each.faults]
    assert sum("nothing is filled in" in note for each in found for note in each.notes) == len(FORMS) - 1
    assert len(read_returns(sent_in).referrals) == 1


def test_the_same_row_and_the_same_column_twice_are_told(tmp_path: Path) -> None:
    rows = "R1,2025-04-03,welfare,Leeds,girl,15,,,,"
    found = check_file(written(tmp_path, f"{HEAD},age\n{rows},15\n{rows},15\n"))
    assert [fault.column for fault in found.faults] == ["age", "referral"]


# -- bytes --------------------------------------------------------------------------------------------

GOOD = f"{HEAD}\nR1,03/04/2025,Welfare,Bristol City of,Girl,15,,,Café,\n"
READS = {
    "utf-8": GOOD.encode(),
    "with a mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "utf-16": GOOD.encode("utf-16"),
    "windows": GOOD.encode("cp1252"),
    "dos lines": GOOD.replace("\n", "\r\n").encode(),
    "old mac lines": GOOD.replace("\n", "\r").encode(),
    "empty rows": GOOD.replace("\n", "\n,,,,,,,,,\n\n").encode(),
    "short rows": GOOD.replace(",Café,", "").encode(),
}
ANSWERED = {
    b"": "empty",
    b"\n\n,,\n": "empty",
    HEAD.encode(): "no rows",
    b"PK\x03\x04 sheet": "spreadsheet",
    b"%PDF-1.7": "not CSV",
    b"a\x00b,c\n1,2\n": "NUL",
    GOOD.replace(",", ";").encode(): "commas",
    GOOD.replace(",", "\t").encode(): "commas",
    b'referral,age\n"R1,15\n': "not CSV",
    b"\xff\xfea": "utf-16",
    b"x\n1\n": "no such column",
    f"{HEAD}\n{'x' * 5000}\n".encode(): "2,000 characters",
}


@pytest.mark.parametrize("name", READS)
def test_what_spreadsheets_write_is_read(name: str, tmp_path: Path) -> None:
    found = check_file(written(tmp_path, READS[name]))
    assert not found.faults and len(found.records) == 1, [str(fault) for fault in found.faults]


@pytest.mark.parametrize("data", ANSWERED, ids=lambda data: ANSWERED[data])
def test_what_cannot_be_read_is_answered(data: bytes, tmp_path: Path) -> None:
    fault = check_file(written(tmp_path, data)).faults[0]
    assert ANSWERED[data] in fault.value and fault.fix


def test_a_file_of_any_size_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, GOOD)
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    assert "too large" in check_file(path).faults[0].value
    monkeypatch.undo()
    monkeypatch.setattr(reading, "MOST_ROWS", 1)
    assert "rows are too many" in check_file(path).faults[0].value
    assert "cannot be read" in check_file(tmp_path / "none.csv").faults[0].value
    assert "a folder" in check_file(tmp_path).faults[0].value


def test_a_return_is_known_by_its_name_or_else_by_its_columns() -> None:
    assert form_of("Leeds referrals", []) is FORMS["referrals"]
    assert form_of("copy", ["home", "on", "needed_by_day", "on_shift_by_day"]) is FORMS["staff"]
    assert form_of("copy", ["a", "b"]) is None


# -- cells and counts ---------------------------------------------------------------------------------


def test_no_cell_is_run_by_a_spreadsheet() -> None:
    frame = pd.DataFrame({"=a": ["=1+1", "+x", "-x", "@x", "\tx", "x"], "number": [-1.5, 2, 3, 4, 5, 6]})
    lines = plain_csv(frame).splitlines()
    assert lines[0] == "'=a,number" and lines[1] == "'=1+1,-1.5"
    assert [line[0] for line in lines[2:6]] == ["'"] * 4 and lines[6].startswith("x,")
    assert plain_cell("Leeds") == "Leeds"


def test_a_fault_about_a_formula_is_written_as_text(tmp_path: Path) -> None:
    row = "=HYPERLINK(1),2025-04-03,welfare,\"=cmd|' /C calc'!A0\",girl,15,,,,"
    main(["check", str(written(tmp_path, f"{HEAD}\n{row}\n")), f"out={tmp_path}"])
    for line in csv.reader((tmp_path / "problems.csv").open(encoding="utf-8")):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in line)


def parts(counts: dict[str, float]) -> pd.DataFrame:
    rows = [
        ("a", 0, "children_placed_per_year", "region", name, count, 1.0) for name, count in counts.items()
    ]
    return pd.DataFrame(
        rows, columns=["scenario", "replication", "measure", "group", "level", "numerator", "denominator"]
    )


def test_a_small_count_goes_and_takes_the_next_smallest_with_it() -> None:
    key = ("children_placed_per_year", "region")
    assert small_keys(parts({"x": 3, "y": 8, "z": 20}), 5) == {(*key, "x"), (*key, "y")}
    assert small_keys(parts({"x": 3, "w": 4, "y": 8, "z": 20}), 5) == {(*key, "x"), (*key, "w")}
    assert small_keys(parts({"x": 0, "y": 8}), 5) == set() == small_keys(parts({"x": 3}), 0)
    frame = pd.DataFrame(
        {"measure": [key[0]] * 2, "group": ["region"] * 2, "level": ["x", "z"], "value": [3.0, 20.0]}
    )
    assert marked(frame, {(*key, "x")})["value"].tolist() == [MARK, 20.0]


def test_places_are_not_children_and_stay() -> None:
    frame = parts({"x": 3}).assign(measure="places_mean")
    assert not small_keys(frame, 5)


def test_small_observed_counts_are_not_shown() -> None:
    frame = pd.DataFrame(
        {"measure": ["placements"] * 3, "level": list("abc"), "observed": [2.0, 7.0, 9.0], "children": [2, 7, 9],
         "inside": ["yes"] * 3}
    )  # fmt: skip
    assert suppressed_observed(frame, 5)["observed"].tolist() == [MARK, MARK, 9.0]


# -- what a run makes of returns ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def returns(folder: Path) -> Returns:
    return read_returns(folder / "example")


@pytest.fixture(scope="module")
def scenario(returns: Returns) -> Scenario:
    return with_returns(sim.load_scenario(run_settings(returns, [])), returns)


def test_homes_places_and_prices_are_those_of_the_returns(returns: Returns, scenario: Scenario) -> None:
    assert [home.name for home in scenario.estate.homes] == [row.home for row in returns.homes]
    assert sum(home.places for home in scenario.estate.homes) == 58
    assert scenario.estate.residents_at_start == {"welfare": 22, "sentence": 4}
    assert [(s.home, s.places, s.cause) for s in scenario.estate.shut] == [("Downs View", 4, "works")]
    fees = [9800 * 10, 10150 * 8, 10400 * 8, 9950 * 6, 11200 * 8, 10900 * 10]
    assert scenario.costs.welfare_place.gbp_week == pytest.approx(sum(fees) / 50, abs=0.01)
    assert scenario.run.start.isoformat() == "2025-04-01" and scenario.run.warm_up_days == 0


def test_a_setting_by_hand_wins_over_the_dates_of_the_returns(returns: Returns) -> None:
    assert not any(word.startswith("run.start") for word in run_settings(returns, ["run.start=2025-05-01"]))


def test_every_world_has_the_children_of_the_return(returns: Returns, scenario: Scenario) -> None:
    trace = Trace(returns)
    for replication in (0, 3):
        world = trace.world(scenario, replication)
        mine = sent(world)
        assert sorted(rows_of(world).tolist()) == list(range(len(returns.referrals)))
        for child, row in zip(np.flatnonzero(mine).tolist(), rows_of(world).tolist(), strict=True):
            said, tape = returns.referrals[row], world.tape
            assert int(tape.day[child]) == scenario.run.day(said.referred_on)
            assert said.sex is None or tape.girl[child] == (said.sex == "girl")
            assert said.age is None or int(tape.age[child]) == said.age
            assert tape.origins[tape.origin[child]] == said.authority
            if said.self_harm is not None:
                assert tape.flags[child, tape.flag_names.index("self_harm")] == said.self_harm
    one, two = (Trace(returns).world(scenario, at).tape for at in (0, 1))
    assert not np.array_equal(one.patience_days, two.patience_days)  # other luck


def test_children_of_other_authorities_are_drawn_when_asked_for(scenario: Scenario) -> None:
    day = scenario.run.start
    rows = tuple(
        ReferralRow(referral=f"R{at}", referred_on=day, route="welfare", authority="Leeds") for at in range(3)
    )
    world = Trace(Returns(referrals=rows), others=True).world(scenario, 0)
    drawn = sim.world.draw_world(scenario, 0).tape
    leeds = drawn.origins.index("Leeds")
    assert sent(world).sum() == 3
    assert len(world.tape) == 3 + ((drawn.origin != leeds) | drawn.resident).sum()
    others = world.tape.rows(~sent(world))
    kept = drawn.rows((drawn.origin != leeds) | drawn.resident)
    assert np.array_equal(others.number, kept.number) and np.array_equal(
        others.patience_days, kept.patience_days
    )


def test_two_children_and_one_place_by_hand() -> None:
    """One place, and staff for any child: the second child moves in on the day that the first moves on."""
    home = HomeRow(home="Only", region="Yorkshire and The Humber", authority="Leeds", welfare_places=1)
    rows = tuple(
        ReferralRow(referral=f"R{at}", referred_on=f"2025-04-0{1 + 2 * at}", route="welfare", authority="Leeds",
                    sex="girl", age=14, need_days=need)
        for at, need in enumerate((10, 5))
    )  # fmt: skip
    staff = (StaffRow(home="Only", on="2025-04-01", needed_by_day=4, on_shift_by_day=12),)
    returns = Returns(homes=(home,), referrals=rows, staff=staff)
    plain = ["legal=none", "behaviour=instant", "commissioning=first_come", "workforce=unlimited",
             "demand.streams.welfare_england.patience=[{kind: never}]", "run.window_days=60"]  # fmt: skip
    made = with_returns(sim.load_scenario([*run_settings(returns, plain), *plain]), returns)
    result = sim.simulate(made, 0, Trace(returns).world(made, 0))
    lists, stays = list_spells(result.log), home_spells(result.log)
    step_down = result.world.tape.step_down_days
    assert lists.code.tolist() == [Ending.PLACED] * 2
    assert stays.start.tolist() == pytest.approx([0.5, 10.5 + step_down[0]])
    assert stays.end[1] - stays.start[1] == pytest.approx(5 + step_down[1])


def test_staff_who_did_not_come_shut_places(scenario: Scenario, returns: Returns) -> None:
    half = [row.model_copy(update={"on_shift_by_day": row.needed_by_day / 4}) for row in returns.staff]
    fewer = Returns(referrals=returns.referrals, staff=tuple(half))
    admitted = []
    for each in (returns, fewer):
        log = sim.simulate(scenario, 0, Trace(each).world(scenario, 0)).log
        admitted.append(int((list_spells(log).code == Ending.PLACED).sum()))
    assert admitted[1] < 0.6 * admitted[0]
    path = Trace(fewer).world(scenario, 0).staff_paths
    assert path is not None
    full = 1.45 * 10  # units of a home of ten places with every post filled
    assert path["Moorside"][1][0] == pytest.approx(full / 4)


def test_the_model_agrees_with_itself(scenario: Scenario, returns: Returns) -> None:
    """What one replication plays, sent in as if it had happened, lies in the range of the others."""
    found = observed_against_modelled({"today": scenario}, Trace(returns), 10)
    judged = found[found["inside"] != ""]
    assert len(judged) >= 20
    assert (judged["inside"] == "yes").mean() > 0.7
    share = found[found["measure"] == "outcome_share"]
    assert share["observed"].sum() == pytest.approx(1) and share["modelled"].sum() == pytest.approx(1)
    placed = sum(row.outcome == "placed" for row in returns.referrals)
    assert found.query("measure == 'placements'")["observed"].sum() == placed


def test_a_run_on_returns_keeps_no_row_of_them(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = folder / "example", tmp_path / "out"
    words = [f"data={data}", "run.replications=2", "run.workers=1", "suppress=5", f"out={out}"]
    assert main(["run", *words]) == 0
    told = capsys.readouterr().out
    assert "Observed beside modelled" in told and "[c]" in told
    page = (out / "report.html").read_text(encoding="utf-8")
    assert 'id="t-observed"' in page and "Numbers that rest on 1 to 4 children are not shown." in page
    assert not any("R0001" in file.read_text(errors="replace") for file in out.rglob("*") if file.is_file())
    assert ",c,c,c," in (out / "levels.csv").read_text(encoding="utf-8")


def test_the_words_about_data_are_checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, said in (
        (["others=drawn"], "without data=FOLDER"),
        ([f"data={folder / 'example'}", "others=some"], "allowed drawn, none"),
        ([f"data={folder / 'nowhere'}"], "no such file or folder"),
        (["suppress=few"], "0 to 1000"),
        ([f"data={folder}"], "nothing is filled in"),
    ):
        assert main(["run", *words]) == 2
        assert said in capsys.readouterr().err


def test_own_numbers_never_meet_drawn_ones() -> None:
    assert OWN_NUMBERS > 1_000_000 and "R0001" in example("referrals")
