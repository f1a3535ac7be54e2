"""Experiments on staff: grids and their tipping points, recovery from shocks, the fit, and homes that shut."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.asked import shown
from sim.outcomes.measures import all_places
from sim.outcomes.spells import Steps, home_spells, offer_spells
from sim.outcomes.workforce import ended, whole_closures
from sim.scenario.crossing import Axis, Goal, Level, Recovery
from sim.scenario.load import ConfigError, load_experiment, load_scenario
from sim.scenario.posts import Posts
from sim.study.estimate import Parts
from sim.study.grid import cells, tipping_points
from sim.study.recovery import _days_felt, _weekly
from sim.study.replicate import simulate
from sim.study.tapes import world_to_frames
from sim.world import draw_world
from tests.workforce.staff import national

FIT = Path(__file__).parents[2] / "docs" / "evidence" / "staff_fit.json"


@pytest.mark.unit
def test_axes_make_every_combination() -> None:
    loaded = load_experiment(["experiment=workforce_stress"])
    assert len(loaded.scenarios) == 4 * 3 * 2 * 2 * 2
    cell = loaded.scenarios["leave_3-lag_2-sick_2-demand_11-national_panel"]
    assert isinstance(cell.workforce, Posts)
    assert cell.workforce.leaving.early_per_year == 1.26 and cell.workforce.recruitment.fill_days == 220
    assert cell.workforce.away.sickness.mean == 0.12 and cell.demand.scale == 1.1
    assert cell.commissioning.name == "national_panel"
    assert len(shown(loaded.experiment)) == 1 + 3 + 2 + 1 + 1 + 1
    first = loaded.scenarios[loaded.experiment.baseline]
    assert first == load_scenario(["workforce=posts"])


@pytest.mark.unit
@pytest.mark.parametrize("name", ["shock", "practices", "operating_models", "published_closures"])
def test_experiments_on_staff_compose(name: str) -> None:
    loaded = load_experiment([f"experiment={name}"])
    assert loaded.experiment.baseline in loaded.scenarios and len(loaded.scenarios) >= 3


@pytest.mark.face
def test_a_wrong_axis_is_refused_in_one_line() -> None:
    with pytest.raises(ConfigError) as caught:
        load_experiment(["experiment=workforce_stress", "experiment.axes.lag.levels.lag_2.overides=[]"])
    assert "\n" not in str(caught.value) and "overrides" in str(caught.value)


def line(values: list[list[float]]) -> dict[str, Parts]:
    """Levels a, b, c with the shortfalls 0.1, 0.2, 0.3 and these values of the goal's measure by replication."""
    keys = (("vacancy_share", "all", "all"), ("children_waiting_mean", "all", "all"))
    made = {}
    for name, short, waits in zip("abc", (0.1, 0.2, 0.3), values, strict=True):
        top = np.array([[short, wait] for wait in waits])
        made[name] = Parts(keys, top, np.ones_like(top))
    return made


@pytest.mark.unit
def test_a_tipping_point_by_hand() -> None:
    """Waiting 20, 30, 50 against at most 40: half-way from 0.2 to 0.3; the interval is the jackknife's."""
    axes = {"trouble": Axis(title="trouble", levels={name: Level(title=name) for name in "abc"})}
    goal = Goal(measure="children_waiting_mean", at_most=40)
    (point,) = tipping_points(axes, "trouble", line([[20, 20], [30, 30], [50, 50]]), goal, "vacancy_share")
    assert point.state == "between" and point.at == pytest.approx(0.25)
    assert point.lower == pytest.approx(0.25) and point.upper == pytest.approx(0.25)
    (wide,) = tipping_points(axes, "trouble", line([[20, 20], [30, 30], [45, 55]]), goal, "vacancy_share")
    # without one: 0.2 + 0.1 x 10/25 = 0.24, without the other 0.2 + 0.1 x 10/15 = 0.2667
    pseudo = [2 * 0.25 - 0.24, 2 * 0.25 - (0.2 + 1 / 15)]
    half = 12.706204736 * np.std(pseudo, ddof=1) / np.sqrt(2)
    assert wide.upper - wide.lower == pytest.approx(2 * half)
    for values, state in (([[41], [42], [43]], "missed already"), ([[1], [2], [3]], "met throughout")):
        (point,) = tipping_points(axes, "trouble", line(values), goal, "vacancy_share")
        assert point.state == state and np.isnan(point.lower)
    table = cells(axes, line([[20, 22], [30, 30], [50, 50]]), ["children_waiting_mean"])
    assert table["value"].tolist() == [21, 30, 50]


@pytest.mark.unit
def test_recovery_by_hand() -> None:
    """A difference of 10 for ten weeks, then of 2 for ten, then of none: over when the smoothed one is below 1."""
    week, terms = np.arange(60) * 7.0, Recovery(starts=date(2023, 1, 1))
    apart = np.zeros((1, 60))
    apart[:, 10:20], apart[:, 20:30] = 10.0, 2.0
    days, peak = _days_felt(apart, week, 70.0, terms)
    assert peak == 10.0 and abs(days - 20 * 7) <= 14
    for_ever = np.where(week >= 70, 5.0, 0.0)[None, :]
    assert _days_felt(for_ever, week, 70.0, terms)[0] == np.inf
    assert np.isnan(_days_felt(np.zeros((1, 60)), week, 70.0, terms)[0])


@pytest.mark.unit
def test_a_difference_that_chance_can_make_is_not_felt() -> None:
    """Two replications apart by +10 and -8: nothing is shown. By 10 and 9.9 for ten weeks: felt for those ten."""
    week, terms = np.arange(120) * 7.0, Recovery(starts=date(2023, 1, 1))
    apart = np.zeros((2, 120))
    apart[0, 10:20], apart[1, 10:20] = 10.0, -8.0
    assert np.isnan(_days_felt(apart, week, 70.0, terms)[0])
    apart[1, 10:20] = 9.9
    apart[0, 30:40], apart[1, 30:40] = 3.0, -1.0  # cannot be told from zero
    days, peak = _days_felt(apart, week, 70.0, terms)
    assert peak == pytest.approx(9.95) and 10 * 7 <= days <= 13 * 7
    apart[:, 90:100] = 40.0  # it comes back: not over before, and the height is that of the first year
    days, peak = _days_felt(apart, week, 70.0, terms)
    assert peak == pytest.approx(9.95) and 90 * 7 <= days <= 93 * 7


@pytest.mark.unit
def test_what_lasts_is_still_felt_though_it_dips_for_a_while() -> None:
    """About -8 for ever, but for two months in which chance hides it: still felt when the run ends."""
    week, terms = np.arange(120) * 7.0, Recovery(starts=date(2023, 1, 1))
    apart = np.zeros((2, 120))
    apart[0, 10:], apart[1, 10:] = -8.0, -7.9
    apart[0, 40:50], apart[1, 40:50] = 1.0, -1.0
    assert _days_felt(apart, week, 70.0, terms)[0] == np.inf


@pytest.mark.unit
def test_weekly_means_of_a_step_function() -> None:
    steps = Steps(np.array([0.0, 3.5, 14.0]), np.array([0.0, 2.0, 4.0]))
    assert _weekly(steps, np.array([0.0, 7.0, 14.0]), 20.0).tolist() == [1.0, 2.0, 4.0]


@pytest.mark.back
def test_the_fit_is_the_default_and_comes_out_again() -> None:
    """The fitted value stands in the config, and available over approved places is as published."""
    fit = json.loads(FIT.read_text(encoding="utf-8"))
    workforce = load_scenario(["workforce=posts"]).workforce
    assert isinstance(workforce, Posts) and workforce.hours.staff_per_unit == fit["value"]
    assert 0.81 <= fit["outcome"] <= 0.91
    tried = sorted((value, outcome) for value, outcome, _ in fit["tried"])
    assert tried[0][1] > fit["target"] > tried[-1][1]
    made, parts = load_scenario(["workforce=posts"]), []
    for replication in range(3):
        row = simulate(made, replication).measures.query(
            "measure == 'available_over_approved' and group == 'all'"
        )
        parts.append(float(row["value"].iloc[0]))
    assert 0.81 <= np.mean(parts) <= 0.91


@pytest.mark.behaviour
def test_whole_homes_shut_for_a_year_about_as_often_as_published() -> None:
    """Two of about 126 home-years from 2016 to 2025 (Beechfield, Lansdowne): 0.016, 95% interval 0.002 to 0.057."""
    made, count, risk = load_scenario(["workforce=posts"]), 0.0, 0.0
    for replication in range(5):
        result = simulate(made, replication)
        placed, offers = home_spells(result.log), offer_spells(result.log, float(made.run.horizon_days))
        shut, years = whole_closures(
            made, all_places(made, result.world, result.log, placed, offers), ended(made, result.log)
        )
        count, risk = count + shut, risk + years
    assert 0.002 <= count / risk <= 0.057, (count, risk)


@pytest.mark.behaviour
def test_published_closures_shut_whole_homes_for_a_year() -> None:
    """Played from 2016: Beechfield and Lansdowne are wholly shut for over a year, Clare Lodge admits to 5 places."""
    made = load_scenario(["estate=published_closures", "run=since_2016", "workforce=unlimited"])
    result = simulate(made)
    placed, offers = home_spells(result.log), offer_spells(result.log, float(made.run.horizon_days))
    places = all_places(made, result.world, result.log, placed, offers)
    names = [home.name for home in made.estate.homes]

    def shut_days(name: str, least: float) -> float:
        home = places[names.index(name)]
        return float(
            np.diff(np.append(home.day, made.run.horizon_days))[home.shut.sum(axis=1) >= least].sum()
        )

    # Beechfield: October 2016, off the register in March 2019; Lansdowne: January 2023 to July 2025
    assert shut_days("Beechfield", 7) == 911 and shut_days("Lansdowne", 12) == 882
    assert made.run.day(date(2019, 3, 31)) - made.run.day(date(2016, 10, 1)) == 911
    for name, empty_from in (("Beechfield", date(2016, 10, 1)), ("Lansdowne", date(2023, 1, 31))):
        home, first = places[names.index(name)], made.run.day(empty_from)
        assert not home.occupied[(home.day >= first) & (home.day < first + 880)].any()
    assert 200 < shut_days("Clare Lodge", 11) < 330 and shut_days("Swanwick Lodge", 6) > 365
    assert shut_days("Vinney Green", 12) > 60


@pytest.mark.world
def test_staff_as_they_came_out_can_be_played_again() -> None:
    """Tables of a world with posts hold the staff of one run; played again, they are on shift on the same days."""
    made = national()
    frames = world_to_frames(made, draw_world(made, 0))
    assert set(frames.staffing["home"]) == {home.name for home in made.estate.homes}
    again = simulate(made, world={"referrals": frames.referrals, "staffing": frames.staffing})
    assert len(again.log) > 1000
