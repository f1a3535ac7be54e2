"""What the model says where something was published, recounted by hand from the records of the log."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from sim.engine.log import Kind
from sim.outcomes.published.answers import NotModelledError, answer
from sim.outcomes.published.picture import Picture
from sim.scenario.load import load_scenario
from sim.scenario.targets import Target, read_targets
from sim.study.replicate import simulate

pytestmark = pytest.mark.behaviour
DAY = date(2016, 3, 31)


@pytest.fixture(scope="module")
def picture() -> Picture:
    scenario = load_scenario(
        ["estate=england_wales_2014", "demand=backcast_2014", "run=backcast", "run.window_days=1000"]
    )
    result = simulate(scenario, 3)
    return Picture(scenario, result.world, result.log)


def target(output: str, statistic: str = "stock", start: date = DAY, end: date = DAY, **more: str) -> Target:
    values = {"geography": "England and Wales", "route": "all", **more}
    return Target(
        id="x", output=output, statistic=statistic, value=1, period_from=start, period_to=end, **values
    )


def value(picture: Picture, *given: object, **more: object) -> float:
    return answer(picture, target(*given, **more)).value  # type: ignore[arg-type]


def lived_in(picture: Picture, noon: float, welfare: bool | None, english: bool | None) -> int:
    """Children in homes, record by record."""
    log, tape = picture.log, picture.world.tape
    nation = {region.name: region.nation for region in picture.scenario.estate.regions}
    home_of: dict[int, int] = {}
    for day, kind, child, home in zip(log.day, log.kind, log.child, log.home, strict=True):
        if day > noon:
            break
        if kind == Kind.ADMITTED:
            home_of[int(child)] = int(home)
        elif kind == Kind.LEFT:
            home_of.pop(int(child), None)
    return sum(
        (welfare is None or (tape.route[child] == 0) == welfare)
        and (english is None or (nation[picture.scenario.estate.homes[home].region] == "England") == english)
        for child, home in home_of.items()
    )


def test_a_stock_is_that_of_the_day(picture: Picture) -> None:
    noon = picture.day(DAY) + 0.5
    assert value(picture, "children_in_homes") == lived_in(picture, noon, None, None)
    assert value(picture, "children_in_homes", geography="England") == lived_in(picture, noon, None, True)
    assert value(picture, "children_in_homes", route="welfare") == lived_in(picture, noon, True, None)
    assert value(picture, "children_in_homes", geography="Wales", route="justice") == lived_in(
        picture, noon, False, False
    )


def test_occupancy_is_over_approved_places_and_not_over_available_ones(picture: Picture) -> None:
    children, approved = value(picture, "children_in_homes"), value(picture, "approved_places")
    assert approved == 254  # 253 published
    assert value(picture, "occupancy_approved") == pytest.approx(children / approved)
    available = value(picture, "available_places")
    assert available < approved
    assert value(picture, "occupancy_available") == pytest.approx(children / available)
    assert value(picture, "available_over_approved") == pytest.approx(available / approved)
    share = value(picture, "children_in_homes", route="welfare") / children
    assert value(picture, "welfare_share_of_children") == pytest.approx(share)


def test_a_mean_of_the_list_is_the_mean_of_its_days(picture: Picture) -> None:
    start, end = date(2016, 1, 1), date(2016, 1, 31)
    log, tape = picture.log, picture.world.tape
    days = []
    for noon in np.arange(31) + picture.day(start) + 0.5:
        waiting = 0
        for day, kind, child in zip(log.day, log.kind, log.child, strict=True):
            if day > noon:
                break
            if tape.route[child] == 0 and not tape.wales[child]:
                waiting += int(kind == Kind.REFERRED) - int(kind == Kind.ENDED)
        days.append(waiting)
    whom = {"geography": "England", "route": "welfare"}
    assert value(picture, "list_size", "mean", start, end, **whom) == pytest.approx(np.mean(days))
    assert value(picture, "list_size", "maximum", start, end, **whom) == max(days)
    assert value(picture, "beds_needed", "stock", start, start, **whom) == days[0]
    beds = value(picture, "declared_beds", "mean", start, end, **whom)
    minus = value(picture, "list_minus_declared_beds", "mean", start, end, **whom)
    assert minus == pytest.approx(np.mean(days) - beds)
    low = value(picture, "list_minus_declared_beds", "daily low", start, end, **whom)
    assert low <= minus <= value(picture, "list_minus_declared_beds", "daily high", start, end, **whom)


def test_months_add_up_to_the_year(picture: Picture) -> None:
    year = (date(2016, 1, 1), date(2016, 12, 31))
    whom = {"geography": "England", "route": "welfare"}
    total = value(picture, "referrals", "total", *year, **whom)
    assert total > 300
    assert value(picture, "referrals_per_month", "mean", *year, **whom) == pytest.approx(total / 12)
    most = value(picture, "referrals_per_month", "maximum", *year, **whom)
    assert value(picture, "referrals_per_month", "minimum", *year, **whom) < total / 12 < most


def test_children_of_england_and_of_wales_are_those_of_both(picture: Picture) -> None:
    year = (date(2016, 1, 1), date(2016, 12, 31))
    for output in ("referrals", "placements", "orders"):
        parts = [
            value(picture, output, "total", *year, geography=nation, route="welfare")
            for nation in ("England", "Wales", "England and Wales")
        ]
        assert parts[0] + parts[1] == parts[2] > 0, output


def test_days_open_are_littles(picture: Picture) -> None:
    year = (date(2016, 1, 1), date(2016, 12, 31))
    whom = {"geography": "England", "route": "welfare"}
    size, referrals = (
        value(picture, "list_size", "mean", *year, **whom),
        value(picture, "referrals", "total", *year, **whom),
    )
    assert value(picture, "days_open", "mean", *year, **whom) == pytest.approx(
        size * 366 / referrals, rel=0.03
    )


def test_stays_so_far_and_miles_grow_with_their_argument(picture: Picture) -> None:
    stays = [value(picture, "stay_so_far_under_days", argument=str(days)) for days in (1, 28, 91, 365, 5000)]
    assert all(a <= b for a, b in pairwise(stays)) and stays[-1] == 1
    year = (date(2016, 1, 1), date(2016, 12, 31))
    far = [
        value(picture, "miles_from_home", "share", *year, route="welfare", argument=f"over {miles}")
        for miles in (20, 100, 200)
    ]
    assert 1 > far[0] > far[1] > far[2] > 0
    london = value(picture, "miles_from_home", "mean", *year, route="welfare", argument="London children")
    assert london != value(picture, "miles_from_home", "mean", *year, route="welfare", argument="home")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"output": "moon_phase"}, "no such output"),
        ({"output": "children_unregistered"}, "outside the model"),
        ({"output": "list_size", "geography": "France"}, "no France"),
        ({"output": "list_size", "start": date(2030, 1, 1), "end": date(2030, 2, 1)}, "does not cover"),
        ({"output": "list_size", "statistic": "mode"}, "no statistic mode"),
        ({"output": "odds_ratio_placed", "argument": "shoe size"}, "no factor shoe size"),
        ({"output": "share_with_flag_among_placed", "argument": "left-handed"}, "no flag left-handed"),
    ],
)
def test_what_is_not_modelled_says_why(picture: Picture, given: dict[str, object], said: str) -> None:
    with pytest.raises(NotModelledError, match=said):
        answer(picture, target(**given))  # type: ignore[arg-type]


def test_every_built_in_target_within_the_run_has_a_value(picture: Picture) -> None:
    for one in read_targets():
        if one.use != "context" and picture.covers(one.period_from, one.period_to):
            assert np.isfinite(answer(picture, one).value), one.id
