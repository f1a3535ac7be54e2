"""What is dated in the back-cast: posts vacant, refusals, searches that go on. Without a date nothing moves."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from sim.behaviour.staffing import staff_path
from sim.scenario.load import load_scenario
from sim.scenario.scenario import Scenario
from sim.scenario.workforce import Drift, Roster, VacancyFrom
from sim.study.replicate import simulate
from tests.small import home, play, rule, scenario, told

pytestmark = pytest.mark.behaviour
STILL = Drift(mean=0.2, sd=0, correlation=0)
SHORT = ["run.warm_up_days=30", "run.window_days=300", "run.follow_up_days=30"]


def roster(*changes: VacancyFrom, agency: float = 0.0) -> Roster:
    return Roster(units_per_place=1.0, night_share=0.5, vacancy=STILL, absence=Drift(mean=0, sd=0, correlation=0),
                  agency_cap=0.5, agency_cover=agency, vacancy_changes=changes)  # fmt: skip


def units(made: Scenario, workforce: Roster) -> dict[float, float]:
    """Staff units by day of each change, for 20 places."""
    innovations = np.zeros((2, made.run.horizon_days + 1))
    day, by_day, _ = staff_path(workforce, made.estate.homes[0], innovations, made.run)
    return dict(zip(day.tolist(), by_day.tolist(), strict=True))


def test_posts_are_vacant_beyond_the_mean_from_the_date_on() -> None:
    """20 posts, 0.2 vacant: 16 come.

    From day 30 on 0.1 more are vacant, 14; from day 50 on 0.3 fewer: 20, not more."""
    made = scenario([home("a", 20)])
    start = made.run.start
    changes = (
        VacancyFrom(start=start + timedelta(30), more=0.1),
        VacancyFrom(start=start + timedelta(50), more=-0.3),
    )
    assert units(made, roster()) == {0.0: 16.0}
    assert units(made, roster(*changes)) == {0.0: 16.0, 30.0: 14.0, 50.0: 20.0}
    before = VacancyFrom(start=start - timedelta(400), more=0.1)
    assert units(made, roster(before)) == {0.0: 14.0}
    # agency fills half of the gap: 14 own, 3 of the other 6
    assert units(made, roster(before, agency=0.5)) == {0.0: 17.0}


def test_dates_must_go_up() -> None:
    day = date(2020, 4, 1)
    with pytest.raises(ValueError, match="dates must go up"):
        roster(VacancyFrom(start=day, more=0.1), VacancyFrom(start=day, more=0.2))


def test_searches_go_on_for_referrals_from_the_date_on() -> None:
    """Two children lose patience after 5 days, to an unregistered setting; only the later referral stays open."""
    plain = scenario([home("a", 1)])
    since = plain.run.start + timedelta(3)
    made = scenario([home("a", 1)], court={"dol_keeps_referral_open": True, "dol_keeps_open_from": since})
    children = [
        {"day": 0, "need_days": 20},
        *({"day": day, "patience_days": 5.0, "alternative": 0} for day in (1, 4)),
    ]
    result = play(made, children)
    assert told(result, 1, "ended") == [("ended", 6, "alternative")]
    assert told(result, 2, "ended") == [("ended", 20, "a", "placed")]


def test_homes_refuse_only_children_referred_from_the_date_on() -> None:
    """A ground that never fires, but for children referred from day 2 on, for whom it always does."""
    plain = scenario([home("a", 9)])
    since = plain.run.start + timedelta(2)
    never = {"intercept": -60.0, "later": {"start": since, "more": 120.0}}
    made = scenario([home("a", 9)], welfare=rule(refusal=["discretion"]),
                    answers={"grounds": {"discretion": never}})  # fmt: skip
    result = play(made, [{"day": day} for day in (0, 1, 2, 3)])
    assert [bool(told(result, child, "refused")) for child in range(4)] == [False, False, True, True]
    assert [bool(told(result, child, "admitted")) for child in range(4)] == [True, True, False, False]


@pytest.mark.parametrize(
    "nothing",
    [
        ["workforce.vacancy_changes=[{start: 2020-04-01, more: 0}]"],
        ["behaviour.homes.grounds.discretion.later={start: 2021-09-01, more: 0}"],
        ["behaviour.authorities.dol_keeps_open_from=2021-09-01"],
    ],
)
def test_a_change_of_nothing_leaves_the_log_as_it_is(nothing: list[str]) -> None:
    logs = [simulate(load_scenario([*SHORT, *more]), 1).log for more in ([], nothing)]
    for column in ("day", "kind", "child", "home", "value"):
        assert np.array_equal(getattr(logs[0], column), getattr(logs[1], column)), column


def test_each_change_of_something_moves_the_log() -> None:
    plain = simulate(load_scenario(SHORT), 1).log
    for more in (
        ["workforce.vacancy_changes=[{start: 2020-04-01, more: 0.2}]"],
        ["behaviour.homes.grounds.discretion.later={start: 2021-09-01, more: 1}"],
        [
            "behaviour.authorities.dol_keeps_referral_open=true",
            "behaviour.authorities.dol_keeps_open_from=2022-09-01",
        ],
    ):
        moved = simulate(load_scenario([*SHORT, *more]), 1).log
        assert len(plain.day) != len(moved.day) or not np.array_equal(plain.day, moved.day), more
