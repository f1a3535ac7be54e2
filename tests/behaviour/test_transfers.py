"""A placement that fails may end in a transfer: worked out by hand on two or three homes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.log import Kind, Leaving
from sim.study.replicate import Result
from tests.small import Record, home, play, rule, scenario, sitting, stream

pytestmark = pytest.mark.behaviour

# the child's own home is sure to be a bad match: staff units 1, capability fires at any home by its disposition
ANSWERS: Record = {"grounds": {"capability": {"intercept": -2.0, "disposition": 1.0}}}
FAILS: Record = {"base_per_year": 36.525, "mismatch_effect": 0.0, "referred_again": 1.0}


def play_one(homes: list[Record], welfare: Record, sought: float, **more: Any) -> Result:
    """One child with 40 days of need, whose placement fails 10 days in (hazard 0.1 a day, clock 1)."""
    made = scenario(
        homes, {"children": stream()}, welfare=welfare, answers=ANSWERS,
        breakdown=FAILS | {"transfer_sought": sought}, **more,
    )  # fmt: skip
    return play(made, [{"day": 1.0, "need_days": 40.0, "breakdown": 1.0, "referred_again": 0.4}])


def stays(result: Result) -> list[tuple[float, str, str]]:
    """Day of leaving, home and reason of every placement."""
    log, homes = result.log, result.scenario.estate.homes
    rows = log.of(Kind.LEFT)
    return [
        (round(float(log.day[row]), 6), homes[log.home[row]].name, Leaving(log.code[row]).name.lower())
        for row in rows
    ]


NEAR = home("near", 1, disposition=-1.0)  # the worse match
FAR = home("far", 1, x_km=100, disposition=2.0)


@pytest.mark.parametrize("welfare", [rule(), sitting()])
def test_a_child_whose_placement_fails_moves_to_a_home_that_suits_it_better(welfare: Record) -> None:
    result = play_one([NEAR, FAR], welfare, 1.0)
    first = stays(result)[0]
    moved_in = result.log.day[result.log.of(Kind.ADMITTED)]
    assert first == (round(float(moved_in[0]) + 10, 6), "near", "transferred")
    assert moved_in[1] == first[0], "on the same day"
    listed = result.log.of(Kind.REFERRED, Kind.ENDED)
    assert np.ptp(result.log.day[listed[2:4]]) == 0, "its referral opens and ends at once"
    assert result.log.home[result.log.of(Kind.ADMITTED)[1]] == 1


def test_nobody_moves_where_no_home_suits_better_or_has_room_or_none_is_sought() -> None:
    worse = home("far", 1, x_km=100, disposition=-2.0)
    full = home("far", 1, x_km=100, disposition=2.0, sexes="girls", age_min=17)
    for homes, sought in (([NEAR, worse], 1.0), ([NEAR, full], 1.0), ([NEAR], 1.0), ([NEAR, FAR], 0.0)):
        reasons = [reason for _, _, reason in stays(play_one(homes, rule(), sought))]
        assert reasons[0] == "broke_down" and "transferred" not in reasons


def test_the_share_sought_is_of_those_who_would_be_referred_again() -> None:
    """The child's own number is 0.4: it is among the first half of those who come back, and not the first third."""
    assert stays(play_one([NEAR, FAR], rule(), 0.5))[0][2] == "transferred"
    assert stays(play_one([NEAR, FAR], rule(), 0.33))[0][2] == "broke_down"
