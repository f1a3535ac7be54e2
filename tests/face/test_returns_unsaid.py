"""What returns do not say is told as unknown, and never counts as open or as nothing; what feeds what is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.behaviour.staffing import establishment
from sim.cli import main
from sim.returns.checking import MOST_FAULTS, check_file
from sim.returns.folder import Returns, read_returns
from sim.returns.forms import FORMS, HomeRow, MaturityRow, PlacesRow, ReferralRow, StaffRow
from sim.returns.gaps import STAFF_THEMES, children_there, gaps, maturity, unsaid
from sim.returns.reading import UnreadableError, parsed
from sim.returns.settings import run_settings, with_returns
from sim.returns.template import example, write_templates
from sim.scenario.errors import ConfigError
from sim.scenario.posts import Posts
from sim.scenario.scenario import Scenario
from sim.study.observed import Key, beside, play_return
from sim.study.own_referrals import own_referrals
from sim.study.trace import Trace

pytestmark = pytest.mark.face

QUICK = ["run=quick", "run.warm_up_days=20", "run.window_days=60", "run.follow_up_days=0"]


def referral(at: int, **more: object) -> ReferralRow:
    start = {
        "referral": f"R{at}",
        "referred_on": f"2025-04-{at:02d}",
        "route": "welfare",
        "authority": "Leeds",
    }
    return ReferralRow.model_validate(start | more)


def home(**more: object) -> HomeRow:
    start = {"home": "Only", "region": "Yorkshire and The Humber", "authority": "Leeds", "welfare_places": 4}
    return HomeRow.model_validate(start | more)


def made(returns: Returns, *words: str) -> Scenario:
    return with_returns(sim.load_scenario([*run_settings(returns, words), *words]), returns)


# -- outcomes -----------------------------------------------------------------------------------------


def test_an_empty_outcome_is_not_open_and_the_model_is_held_against_the_same_children() -> None:
    """Four referrals: one placed, one open, two of which nobody says. Half of those that are known were placed."""
    rows = (
        referral(1, outcome="placed", outcome_on="2025-04-04", home="Only"),
        referral(2, outcome="open"), referral(3), referral(20),
    )  # fmt: skip
    returns = Returns(homes=(home(),), referrals=rows)
    scenarios = {"today": made(returns)}
    played = play_return(scenarios, Trace(returns), 3)
    found = beside(scenarios, Trace(returns), played).set_index(["measure", "level"])
    share = found.xs("outcome_share", level="measure")
    assert share.loc["placed", "observed"] == share.loc["open", "observed"] == 0.5
    assert share["modelled"].sum() == pytest.approx(1.0)
    doubled = 2 * share["modelled"]  # of two children: whole children in each replication
    assert np.allclose(3 * doubled, np.round(3 * doubled))
    own = own_referrals(scenarios, "today", Trace(returns), played).set_index("measure")
    assert own.loc["placed", "observed"] == 1.0 and own.loc["open", "observed"] == 1.0
    assert own.loc["placed", "referrals"] == 4
    said = unsaid(scenarios["today"], returns)
    assert len(said) == 1 and "2 of 4 referrals is empty: not known" in said[0]


def test_one_definition_holds_in_every_replication() -> None:
    """A replication in which no told child is placed has no wait of theirs: it is left out, not filled up."""
    rows = (referral(1, outcome="placed", outcome_on="2025-04-04", home="Only"), referral(2))
    returns = Returns(homes=(home(),), referrals=rows)
    scenarios = {"today": made(returns)}
    key, told = (Key(f"days_to_placement_median{of}", "all", "days") for of in ("", " (observed)"))
    played = {"today": [{key: 40.0, told: 3.0}, {key: 60.0}, {key: 50.0, told: 5.0}]}
    found = beside(scenarios, Trace(returns), played).set_index("measure")
    assert found.loc["days_to_placement_median", "modelled"] == 4.0
    everyone = {"today": [{key: 40.0}, {key: 60.0}]}
    found = beside(scenarios, Trace(returns), everyone).set_index("measure")
    assert found.loc["days_to_placement_median", "modelled"] == 50.0


def test_a_replication_lost_with_its_worker_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(play: object, tasks: list[object], *rest: object) -> list[tuple[object, None]]:
        return [(task, None) for task in tasks]

    monkeypatch.setattr("sim.study.observed.spread", lost)
    returns = Returns(homes=(home(),), referrals=(referral(1), referral(2)))
    with pytest.raises(ChildProcessError, match="replication 0 kills"):
        play_return({"today": made(returns)}, Trace(returns), 2)


def test_where_every_outcome_is_known_nothing_is_said() -> None:
    rows = tuple(referral(at, outcome="open") for at in (1, 2))
    assert list(gaps("referrals", rows)) == []
    assert "no outcome is filled in" in next(gaps("referrals", (referral(1),)))


# -- children by date ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("welfare", "justice", "places", "there"),
    [(3, 2, (4, 4, 0), 5), (3, None, (4, 4, 0), None), (3, None, (4, 0, 0), 3), (None, 2, (0, 4, 0), 2),
     (None, None, (4, 4, 0), None), (3, None, (4, 0, 2), None), (0, 0, (4, 4, 0), 0)],
)  # fmt: skip
def test_children_of_a_kind_that_is_empty_are_unknown_where_there_are_places_for_it(
    welfare: int | None, justice: int | None, places: tuple[int, int, int], there: int | None
) -> None:
    row = PlacesRow(
        home="Only", on="2025-04-01", welfare_places=places[0], justice_places=places[1], either_places=places[2],
        welfare_children=welfare, justice_children=justice,
    )  # fmt: skip
    assert children_there(row) == there


def test_a_half_count_is_not_held_against_the_model() -> None:
    def count(on: str, justice: int | None) -> PlacesRow:
        return PlacesRow(home="Only", on=on, welfare_places=2, justice_places=2, welfare_children=1,
                         justice_children=justice)  # fmt: skip

    rows = (count("2025-04-01", 0), count("2025-04-10", None), count("2025-04-20", 1))
    sent = tuple(referral(at, outcome="open") for at in (2, 25))
    returns = Returns(homes=(home(welfare_places=2, justice_places=2),), places=rows, referrals=sent)
    scenarios = {"today": made(returns)}
    found = beside(scenarios, Trace(returns), play_return(scenarios, Trace(returns), 2))
    living = found[found["measure"] == "children_in_home_mean"]
    assert living["observed"].tolist() == [2.0]  # 20 April alone; 10 April is not taken for 1
    assert any("leave the other empty" in each for each in unsaid(scenarios["today"], returns))


# -- maturity -----------------------------------------------------------------------------------------


def score(theme: str, value: int, name: str = "Adel Beck") -> MaturityRow:
    return MaturityRow.model_validate({"home": name, "theme": theme, "score": value})


def test_the_maturity_of_a_home_is_the_mean_of_its_scores_for_staff() -> None:
    rows = [score(theme, value) for theme, value in zip(STAFF_THEMES, (1, 3, 5), strict=True)]
    assert maturity([*rows, score("leadership", 5), score("partnership", 1, "Aldine House")]) == {
        "Adel Beck": 0.5
    }
    assert maturity([score("rota_planning", 5)]) == {"Adel Beck": 1.0}


def test_maturity_moves_posts_once_it_has_an_effect_and_nothing_before() -> None:
    returns = Returns(maturity=tuple(score(theme, 5) for theme in STAFF_THEMES))
    posts = ["workforce=posts", *QUICK]
    for words, used in ((QUICK, "not used"), (posts, "move nothing"),
                        ([*posts, "workforce.maturity.effect=1"], "move how fast they recruit")):  # fmt: skip
        before = sim.load_scenario(list(words))
        after = with_returns(before, returns)
        same = sim.simulate(before, 0).log.to_frame().equals(sim.simulate(after, 0).log.to_frame())
        assert same == ("effect=1" not in words[-1]), words
        assert used in unsaid(after, returns)[0]
    assert isinstance(after.workforce, Posts) and after.workforce.maturity.scores == {"Adel Beck": 1.0}


# -- staff --------------------------------------------------------------------------------------------


def test_who_came_over_who_was_needed_is_the_share_of_the_posts_of_a_home() -> None:
    """Everyone came: as many units as all posts give, less leave and training. Half came: half."""
    staff = (StaffRow(home="Only", on="2025-04-01", needed_by_day=8, on_shift_by_day=8,
                      needed_by_night=4, on_shift_by_night=2),)  # fmt: skip
    returns = Returns(homes=(home(),), staff=staff)
    scenario = made(returns, "workforce=posts", "run.start=2025-04-01", *QUICK)
    path = Trace(returns).world(scenario, 0).staff_paths
    assert path is not None
    posts, hours = 3.8 * 4 + 1.5, 105 * 0.72  # care and senior for each of four places, deputies for the home
    by_day = posts * 37 * (1 - 0.13 - 0.03) / hours
    assert (
        path["Only"][1][0]
        == pytest.approx(by_day)
        == pytest.approx(establishment(scenario.workforce, scenario.estate.homes[0]))
    )
    assert path["Only"][2][0] == pytest.approx(0.5 * 1.2 * 4 * 37 * 0.84 / (63 * 0.72))


def test_staff_of_some_homes_cannot_stand_beside_posts_of_others() -> None:
    returns = Returns(
        staff=(StaffRow(home="Adel Beck", on="2022-04-01", needed_by_day=8, on_shift_by_day=4),)
    )
    scenario = made(returns, "workforce=posts", *QUICK)
    with pytest.raises(ConfigError, match="no row for Aldine House"):
        Trace(returns).world(scenario, 0)
    roster = made(returns, *QUICK)
    path = Trace(returns).world(roster, 0).staff_paths
    assert path is not None and len(path) == len(roster.estate.homes)  # the others' are drawn


# -- files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_read(encoding: str) -> None:
    text = parsed(example("referrals").encode(encoding))
    assert text.note == "read as UTF-16" and text.header[0] == "referral"


@pytest.mark.parametrize(
    "data", [b'{"a": 1}', b"<html></html>", b" [1]", (",".join("x" * 2_000) + "\n1").encode()]
)
def test_other_things_than_csv_are_answered(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        parsed(data)


def test_a_file_of_faults_alone_is_answered_soon(tmp_path: Path) -> None:
    path = tmp_path / "referrals.csv"
    path.write_text("referral,referred_on,route,authority\n" + "x,y,z,w\n" * 40_000)
    found = check_file(path)
    assert MOST_FAULTS <= len(found.faults) <= MOST_FAULTS + 5
    assert "rows from here on were not looked at" in found.faults[-1].fix


def test_what_is_not_said_is_told_by_check_by_a_run_and_in_its_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    list(write_templates(tmp_path / "forms"))
    data = tmp_path / "forms" / "example"
    sent = pd.read_csv(data / "referrals.csv", dtype=str, keep_default_na=False)
    for column in ("outcome", "outcome_on", "home", "left_on"):
        sent.loc[:9, column] = ""
    sent.to_csv(data / "referrals.csv", index=False)
    assert main(["check", str(data)]) == 0
    assert f"the outcome of 10 of {len(sent)} referrals is empty" in capsys.readouterr().out
    out = tmp_path / "out"
    assert main(["run", f"data={data}", "run.replications=2", "run.workers=1", f"out={out}"]) == 0
    told, page = capsys.readouterr().out, (out / "report.html").read_text(encoding="utf-8")
    for words in ("referrals is empty: not known", "maturity: not used"):
        assert words in told and words in page
    assert len(read_returns(data).referrals) == len(sent)


def test_what_each_return_replaces_is_said_of_every_return() -> None:
    page = (Path(__file__).parents[2] / "docs" / "your_data.md").read_text(encoding="utf-8")
    assert all(f"`{form.file}`" in page for form in FORMS.values())
    assert "nothing yet" not in page and "workforce.maturity.effect" in page
