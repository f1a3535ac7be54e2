"""Places built, taken away and delayed; trends of demand; draws of settings; standards in words: by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from sim.scenario import Scenario
from sim.scenario.building import Site, centre, delayed, moved, with_places
from sim.scenario.demand import Complexity
from sim.scenario.errors import ConfigError
from sim.scenario.load import load_scenario
from sim.scenario.load_capacity import load_capacity, load_standard
from sim.scenario.samples import read_samples
from sim.scenario.standards import standard_in_words
from sim.scenario.trends import Diverted, Trend, factor, harder, with_trend
from sim.study.capacity.fixed import ladder_plan
from sim.study.capacity.searching import splits
from sim.world import draw_world

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def today() -> Scenario:
    return load_scenario([])


LONDON = Site(regions=("London", "West Midlands"))


def test_new_homes_are_shared_in_turn_and_a_larger_design_contains_a_smaller(today: Scenario) -> None:
    small, large = (with_places(today, LONDON, places).estate.homes[-3:] for places in (20, 24))
    assert [(home.region, home.places) for home in small] == [
        ("London", 8),
        ("West Midlands", 8),
        ("London", 4),
    ]
    assert small[:2] == large[:2]
    assert (small[0].easting_m, small[0].northing_m) == centre(today, "London")


def test_the_children_and_the_staff_of_other_homes_are_the_same_in_every_design(today: Scenario) -> None:
    one, other = draw_world(today, 3), draw_world(with_places(today, LONDON, 8), 3)
    assert (one.tape.day == other.tape.day).all() and (one.tape.need_days == other.tape.need_days).all()
    assert all((one.staff[name] == other.staff[name]).all() for name in one.staff)


def test_a_new_home_has_the_same_luck_wherever_it_stands(today: Scenario) -> None:
    here = draw_world(with_places(today, LONDON, 8), 0)
    there = draw_world(with_places(today, Site(regions=("Wales",)), 8), 0)
    assert (here.staff["New home 1"] == there.staff["New home 1"]).all()


def test_places_are_taken_from_the_homes_that_have_most(today: Scenario) -> None:
    before = {home.name: home.welfare_places for home in today.estate.homes}
    after = {home.name: home.welfare_places for home in with_places(today, LONDON, -10).estate.homes}
    assert sum(before.values()) - sum(after.values()) == 10
    assert max(after.values()) < max(before.values())
    with pytest.raises(ConfigError, match="no welfare place is left"):
        with_places(today, LONDON, -500)


def test_a_home_is_extended_or_the_name_is_refused(today: Scenario) -> None:
    more = with_places(today, Site(extends="Clare Lodge"), 4)
    assert next(home for home in more.estate.homes if home.name == "Clare Lodge").welfare_places == 20
    with pytest.raises(ConfigError, match="nearest Clare Lodge"):
        with_places(today, Site(extends="Clare Loge"), 4)
    with pytest.raises(ValueError, match="either regions or extends"):
        Site()


def test_a_delay_moves_what_opens_and_what_it_replaces(today: Scenario) -> None:
    planned = load_scenario(["estate=planned"])
    late = delayed(planned, 365, ramp_up_days=100)
    for before, after in zip(planned.estate.homes, late.estate.homes, strict=True):
        for one, other in ((before.opens, after.opens), (before.closes, after.closes)):
            assert (one is None) == (other is None) and (one is None or (other - one).days == 365)
    steps = [row for row in late.estate.changes if row.home == "London secure home"]
    assert [row.welfare_places for row in steps] == [6, 12, 18, 24]
    assert [(row.start - steps[0].start).days for row in steps] == [0, 25, 50, 75]


# -- trends ----------------------------------------------------------------------------------------------------

START = date(2026, 4, 1)


def test_growth_by_hand() -> None:
    trend = Trend(title="growth", start=START, referrals_growth=0.10)
    assert factor(trend, START, 500) == 1.0
    assert factor(trend, date(2028, 4, 1), 500) == pytest.approx(1.21, abs=2e-3)
    assert factor(trend, date(2040, 4, 1), 500) == pytest.approx(1.1**9, abs=5e-3)  # it ends in 2035


def test_deprivation_of_liberty_by_hand() -> None:
    """1,000 cases growing by a tenth add 100 in a year; half of those referred are 50 more on 500."""
    trend = Trend(title="liberty", start=START, liberty_now=1000, liberty_growth=0.1, liberty_share=0.5)
    assert factor(trend, date(2027, 4, 1), 500) == pytest.approx(1.1, abs=1e-3)


def test_children_who_are_turned_away_by_hand() -> None:
    away = Diverted(start=date(2028, 4, 1), share=0.2, over_years=2)
    assert away.at(date(2028, 3, 31)) == 0 and away.at(date(2029, 4, 1)) == pytest.approx(0.1, abs=1e-3)
    assert away.at(date(2034, 4, 1)) == 0.2
    both = Trend(title="x", start=START, prevention=away, relevant_accommodation=away)
    assert factor(both, date(2034, 4, 1), 500) == pytest.approx(0.64)


def test_harder_needs_move_from_the_easiest_to_the_hardest() -> None:
    classes = Complexity(shares=(0.35, 0.4, 0.25), units_day=(1, 1.35, 2.2), units_night=(0.5, 0.7, 1.1))
    assert harder(classes, 0.1).shares == pytest.approx((0.25, 0.4, 0.35))
    assert harder(classes, 0.9).shares == pytest.approx((0.0, 0.4, 0.6))


def test_a_trend_of_nothing_changes_no_child_and_growth_keeps_every_child(today: Scenario) -> None:
    then = moved(today, 2033)
    assert then.run.start == date(2032, 4, 1)
    flat = draw_world(with_trend(then, Trend(title="flat", start=START)), 0).tape
    plain = draw_world(then, 0).tape
    assert (flat.day == plain.day).all()
    grown = draw_world(with_trend(then, Trend(title="up", start=START, referrals_growth=0.05)), 0).tape
    before, after = ({*zip(one.stream.tolist(), one.number.tolist(), strict=True)} for one in (plain, grown))
    assert before < after


def test_scotland_closes_and_a_ceiling_is_not_passed(today: Scenario) -> None:
    closed = with_trend(today, Trend(title="x", start=START, scotland_closes=date(2023, 1, 1)))
    assert closed.estate.scotland is not None
    assert [row.places for row in closed.estate.scotland.places] == [20, 30, 22, 0]
    with pytest.raises(ConfigError, match="would reach"):
        with_trend(moved(today, 2034), Trend(title="x", start=START, referrals_growth=0.2))


# -- draws, standards, plans -------------------------------------------------------------------------------------


def test_draws_are_taken_in_proportion_to_their_weights(tmp_path: Path) -> None:
    file = tmp_path / "posterior.csv"
    file.write_text(
        "demand.scale,workforce.vacancy.mean,weight,distance\n0.9,0.1,3,7\n1.1,0.2,1,8\n1.3,0.3,0,9\n"
    )
    found = read_samples(str(file), 16)
    assert found.overrides == (
        ("demand.scale=0.9", "workforce.vacancy.mean=0.1"),
        ("demand.scale=1.1", "workforce.vacancy.mean=0.2"),
    )
    assert abs(Counter(found.draw)[0] - 12) <= 1 and found.left_out == ("distance",)


@pytest.mark.parametrize(
    ("text", "said"),
    [("demand.scale,weight\n0.9,-1\n", "0 or more"), ("scale\n1\n", "a column for each dotted key"),
     ("demand.scale,a.b\n1,\n", "an empty cell")],
)  # fmt: skip
def test_draws_that_cannot_be_used_are_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "draws.csv").write_text(text)
    with pytest.raises(ConfigError, match=said):
        read_samples(str(tmp_path / "draws.csv"), 4)


def test_every_built_in_standard_and_question_is_read_and_told(today: Scenario) -> None:
    configs = Path(__file__).parents[2] / "configs"
    for file in sorted((configs / "standard").glob("*.yaml")):
        standard = load_standard([f"standard={file.stem}"])
        assert standard is not None
        assert len(standard_in_words(standard)) == 1 + len(standard.goals)
    for file in sorted((configs / "capacity").glob("*.yaml")):
        loaded = load_capacity([f"capacity={file.stem}", "standard=list_under_20"])
        assert loaded.name == file.stem


def test_a_standard_in_words() -> None:
    standard = load_standard(["standard=placed_in_four_weeks"])
    assert standard is not None
    head, weeks, *_ = standard_in_words(standard)
    assert head.startswith("Seven in ten placed in four weeks")
    assert (
        "at least 70% of children referred for welfare are placed within 28 days" in weeks and "0.02" in weeks
    )


def test_the_plan_of_a_ladder_is_every_rung_rule_and_demand() -> None:
    loaded = load_capacity(["capacity=ladder"])
    plan = ladder_plan(loaded, loaded.question)  # type: ignore[arg-type]
    assert len(plan.designs) == 5 * 3 * 3
    assert len(plan.against) == 4 * 3 * 3
    assert all(dict(base)["places"] == 0 for base in plan.against.values())


def test_splits_are_all_ways_to_share_out() -> None:
    site = {"regions": ["London"]}
    from sim.scenario.asking import Split

    made = Split.model_validate(
        {"title": "x", "places": 3, "least": 0, "sites": {"a": site, "b": site, "c": site}}
    )
    assert len(splits(made)) == 10 and all(sum(one.values()) == 3 for one in splits(made))
