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
