"""A newcomer's own file of referrals: whose they are, what became of them, what is not known, how it ends."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sim.cli import main
from sim.report.stored import read_findings
from sim.returns.coverage import alone
from sim.returns.lookups import authorities
from sim.returns.records import ReferralRow
from sim.studio.choices import FIRST, Choice, Plan

pytestmark = pytest.mark.face

HEAD = "referral,referred_on,route,authority,sex,age,outcome,outcome_on,home,left_on"
WARNING = (
    "These 12 referrals come from 3 of 154 authorities. Without others=drawn nobody else is referred, "
    "so places look plentiful."
)


def own_file(folder: Path, rows: int = 12) -> Path:
    """Referrals of three authorities, a week apart, of which every other was placed, nobody knows where."""
    folder.mkdir(exist_ok=True)
    with (folder / "referrals.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD.split(","))
        for at in range(rows):
            where = ("Leeds", "Kent", "Gateshead")[at % 3]
            ended = ("placed", f"2025-06-{1 + at:02d}") if at % 2 else ("open", "")
            day = f"2025-0{4 + at // 4}-{1 + 7 * (at % 4):02d}" if at < 8 else f"2025-05-{at + 10}"
            writer.writerow((f"R{at:03d}", day, "welfare", where, "girl", 15, *ended, "", ""))
    return folder


# -- whose referrals ----------------------------------------------------------------------------------


def test_a_file_of_a_few_authorities_is_warned_of_everywhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = own_file(tmp_path / "mine"), tmp_path / "out"
    assert main(["check", str(data)]) == 0
    assert f"Note: {WARNING}" in capsys.readouterr().out
    assert main(["run", f"data={data}", "run.replications=2", "run.workers=1", f"out={out}"]) == 0
    told = capsys.readouterr().out
    assert told.count(f"Note: {WARNING}") == 2 and told.startswith("Note: ")
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.index(WARNING) < page.index("<nav")
    assert read_findings(out).caution == WARNING  # a report made again has it too


def test_there_is_no_warning_where_others_are_drawn_or_all_have_sent(tmp_path: Path) -> None:
    from sim.returns.folder import read_returns
    from sim.study.trace import Trace

    returns = read_returns(own_file(tmp_path / "mine"))
    assert Trace(returns).warning == WARNING and Trace(returns, others=True).warning == ""
    names = {place.code: place.name for place in authorities().values()}
    whole = [
        ReferralRow(referral=f"R{at}", referred_on="2025-04-01", route="welfare", authority=name)
        for at, name in enumerate(names.values())
    ]
    assert alone(whole) == alone(whole[:-10]) == alone([]) == ""
    assert alone(whole[:1]).startswith("This 1 referral comes from 1 of 154")


def test_the_studio_asks_for_others_in_its_command() -> None:
    choices = {"a": Choice("Today", FIRST)}
    assert Plan(choices, data=True, others=True).returned == ["data=data", "others=drawn"]
    assert Plan(choices, data=True).returned == ["data=data"]
    assert Plan(choices, others=True).returned == []


# -- your referrals under each rule -------------------------------------------------------------------


def test_own_referrals_are_counted_by_hand_under_each_rule(tmp_path: Path) -> None:
    """Counted again from the log of each replication: only children of the return, whoever else is there."""
    import numpy as np

    import sim
    from sim.engine.log import Ending
    from sim.outcomes.spells import list_spells
    from sim.returns.folder import read_returns
    from sim.returns.settings import run_settings
    from sim.study.observed import play_return
    from sim.study.own_referrals import own_referrals, suppressed_own
    from sim.study.trace import Trace, sent

    returns = read_returns(own_file(tmp_path / "mine"))
    trace, times = Trace(returns, others=True), 3
    rules = {
        name: sim.load_scenario([*run_settings(returns, []), f"commissioning={name}"])
        for name in ("today", "national_panel")
    }
    found = own_referrals(rules, "today", trace, play_return(rules, trace, times))
    counts = {}
    for name, scenario in rules.items():
        counts[name] = []
        for at in range(times):
            world = trace.world(scenario, at)
            lists = list_spells(sim.simulate(scenario, at, world).log)
            placed = (lists.code == Ending.PLACED) & (lists.value == 0) & sent(world)[lists.child]
            until = float(scenario.run.horizon_days)
            counts[name].append(int((placed & (np.floor(lists.end) < until)).sum()))
    rows = found[found["measure"] == "placed"].set_index("scenario")
    for name in rules:
        assert rows.loc[name, "value"] == pytest.approx(np.mean(counts[name]))
    told = found[(found["unit"] == "children") & found["lower_95"].notna()]
    assert (told["lower_95"] >= 0).all() and (told["upper_95"] <= 12).all()
    gap = np.subtract(counts["national_panel"], counts["today"])
    assert rows.loc["national_panel", "difference"] == pytest.approx(gap.mean())
    assert (rows["observed"] == 6).all() and (rows["referrals"] == 12).all()
    assert suppressed_own(found, found.assign(level="placed"), 0) is found


def test_the_report_and_the_terminal_have_your_referrals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = own_file(tmp_path / "mine"), tmp_path / "out"
    words = [
        f"data={data}",
        "others=drawn",
        "run.replications=2",
        "run.workers=1",
        "run.stress_replications=0",
    ]
    assert main(["compare", "experiment=central_vs_local", *words, f"out={out}"]) == 0
    told = capsys.readouterr().out
    assert "Your 12 referrals under each rule" in told and "Observed  " in told and "Note: " not in told
    page = (out / "report.html").read_text(encoding="utf-8")
    assert 'id="own">Your 12 referrals under each rule' in page
    assert main(["report", str(out)]) == 0
    assert len(read_findings(out).own) == 5 * 6
    assert "(children were followed for less" in told and "[interval adjusted for 5 main measures]" in told


# -- what is not known, and when it ends --------------------------------------------------------------


def test_a_home_that_nobody_names_is_missing_and_not_nought(tmp_path: Path) -> None:
    import sim
    from sim.returns.folder import Returns, read_returns
    from sim.returns.settings import run_settings
    from sim.study.observed import observed_against_modelled
    from sim.study.trace import Trace

    rows = read_returns(own_file(tmp_path / "mine")).referrals
    scenario = sim.load_scenario(run_settings(Returns(referrals=rows), []))
    home = scenario.estate.homes[0].name
    named = tuple(row.model_copy(update={"home": home}) if row.outcome == "placed" else row for row in rows)
    for sent, wanted in ((rows, 0.0), (named, 6.0)):
        found = observed_against_modelled({"today": scenario}, Trace(Returns(referrals=sent)), 1)
        by_home = found[found["measure"] == "placements"]
        assert by_home["observed"].sum() == wanted and bool(len(by_home)) == bool(wanted)


def test_the_observation_ends_with_the_last_date_of_the_file(tmp_path: Path) -> None:
    """R011 leaves on 1 September, the last date of all: from 1 April that is day 153, and day 154 is the end."""
    from datetime import date

    import sim
    from sim.returns.folder import Returns, read_returns
    from sim.returns.settings import run_settings
    from sim.study.observed import _until

    rows = read_returns(own_file(tmp_path / "mine")).referrals
    left = Returns(referrals=(*rows[:-1], rows[-1].model_copy(update={"left_on": date(2025, 9, 1)})))
    settings = run_settings(left, [])
    assert "run.window_days=154" in settings and "run.start=2025-04-01" in settings
    assert _until(sim.load_scenario(settings), left) == 154.0
    assert "run.window_days=73" in run_settings(Returns(referrals=rows), [])  # outcome of 12 June


def test_a_year_of_follow_up_that_was_not_played_is_said_beside_the_measure(tmp_path: Path) -> None:
    out = tmp_path / "out"
    data = own_file(tmp_path / "mine")
    assert main(["run", f"data={data}", "run.replications=2", "run.workers=1", f"out={out}"]) == 0
    found = read_findings(out)
    assert "followed for less" in found.note("setting_days_per_child")
    assert found.note("children_placed_per_year") == ""
    assert "followed for less" in (out / "report.html").read_text(encoding="utf-8")


# -- what to do about a fault -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "column", "fix"),
    [
        (
            "girl,15,placed,2025-03-01,,,",
            "outcome_on",
            "look at referred_on and outcome_on: one of them is wrong",
        ),
        ("M,15,,,,,", "sex", "write girl or boy"),
        ("girl,15,,,,,-30", "need_days", "write the days as a whole number, 0 or more"),
        ("girl,15,placed,2025-05-01,,2025-04-20,", "left_on", "look at outcome_on and left_on"),
        ("girl,15,placed,,,,", "outcome_on", "fill in the day"),
    ],
)
def test_a_fix_says_what_to_do(cells: str, column: str, fix: str, tmp_path: Path) -> None:
    from sim.returns.checking import check_file

    path = tmp_path / "referrals.csv"
    path.write_text(f"{HEAD},need_days\nR1,2025-04-03,welfare,Leeds,{cells}\n", encoding="utf-8")
    (fault,) = check_file(path).faults
    assert fault.column == column and fix in fault.fix


def test_the_forms_show_how_to_play_ones_own(tmp_path: Path) -> None:
    from sim.returns.template import write_templates

    list(write_templates(tmp_path / "forms"))
    said = (tmp_path / "forms" / "README.txt").read_text(encoding="utf-8")
    mine = f"data={(tmp_path / 'forms').as_posix()}"
    assert f"{mine} others=drawn" in said and f"{mine}/example run" in said


def test_too_few_replications_are_said_once_with_how_many_are_needed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from sim.report.observed import observed_table

    out = tmp_path / "out"
    words = [f"data={own_file(tmp_path / 'mine')}", "run.workers=1", "run.replications=2", f"out={out}"]
    assert main(["run", *words]) == 0
    page = (out / "report.html").read_text(encoding="utf-8")
    wanted = "at least 10 are needed (run.replications=10)"
    assert page.count(wanted) == 1 and "cannot tell" not in page
    assert "are needed" in " ".join(capsys.readouterr().out.split())
    frame = read_findings(out).observed
    table = observed_table(frame.assign(inside=["yes", *[""] * (len(frame) - 1)]))
    assert table is not None and table.columns[-1] == "Observed within the range?"
