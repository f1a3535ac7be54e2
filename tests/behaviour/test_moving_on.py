"""Places to move on to: first come, first served; who cannot move on keeps a secure place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.log import Kind, Leaving
from sim.study.replicate import simulate
from tests.small import Record, days, exponential, home, play, scenario, stream, told

LEFT = ("left",)


def limited(places: int, stay: Record, most_days: float = 1e9, **more: Any) -> Any:
    court = {"moving_on": {"places": places, "stay_days": stay, "most_days": most_days},
             "after_secure": {"shares": {"open_home": 1.0}}}  # fmt: skip
    return scenario([home("A", 4)], court=court, **more)


def three(made: Any, **more: Any) -> Any:
    """Three children of one day's need, referred on days 1, 2 and 3."""
    child = {"need_days": 1.0, "step_down_days": 0.0, "breakdown": 1e9, "age": 14.0, "after_secure": 0} | more
    return play(made, [{**child, "day": float(day)} for day in (1, 2, 3)])


@pytest.mark.behaviour
def test_a_child_leaves_when_a_place_is_free_in_order_of_waiting() -> None:
    result = three(limited(1, days(5)))
    # the first goes on day 2 and has the place to day 7; the second waits for it from day 3, the third from day 4
    assert [told(result, child, "left") for child in range(3)] == [
        [("left", 2.0, "A", "need_ended")], [("left", 7.0, "A", "need_ended")], [("left", 12.0, "A", "need_ended")]
    ]  # fmt: skip
    log = result.log
    assert log.value[log.of(Kind.LEFT)].tolist() == [0.0, 4.0, 8.0], "days after the end of need"


@pytest.mark.behaviour
def test_who_goes_home_needs_no_place_and_who_waits_long_goes_without() -> None:
    assert [one[0][1] for one in (told(three(limited(0, days(5)), after_secure=1), c, "left") for c in range(3))] == [
        2.0, 3.0, 4.0
    ]  # fmt: skip
    result = three(limited(0, days(5), most_days=10))
    assert [told(result, child, "left")[0][1] for child in range(3)] == [12.0, 13.0, 14.0]


@pytest.mark.behaviour
def test_nobody_waits_for_a_place_beyond_the_18th_birthday() -> None:
    result = three(limited(0, days(5)), age=18 - 6 / 365.25)
    log = result.log
    assert [told(result, child, "left")[0][1] for child in range(3)] == pytest.approx([7.0, 8.0, 9.0])
    assert set(log.code[log.of(Kind.LEFT)].tolist()) == {int(Leaving.TURNED_18)}


@pytest.mark.behaviour
def test_enough_places_change_nothing() -> None:
    plain = {"after_secure": {"shares": {"open_home": 1.0}}}
    one = simulate(scenario([home("A", 4)], court=plain, horizon=300), 3).log
    other = simulate(limited(10_000, exponential(50), horizon=300), 3).log
    for column in ("day", "kind", "child", "home", "code", "value"):
        assert (getattr(one, column) == getattr(other, column)).all()


@pytest.mark.analytic
def test_the_wait_to_move_on_is_that_of_a_queue_with_servers() -> None:
    """Who leaves a home with room for all comes to the places as a Poisson stream: M/M/3 at two thirds full.

    Erlang's C is 4/9; the mean wait (4/9) / (3 x 0.5 - 1) = 0.889 days.
    """
    made = scenario(
        [home("A", 400)], {"children": stream(1.0)}, horizon=20_000,
        court={"moving_on": {"places": 3, "stay_days": exponential(2.0), "most_days": 1e9},
               "after_secure": {"shares": {"open_home": 1.0}}},
    )  # fmt: skip
    waits = []
    for replication in range(3):
        log = simulate(made, replication).log
        waits.append(log.value[log.of(Kind.LEFT)][500:-500].mean())
    assert np.mean(waits) == pytest.approx(0.889, abs=0.08)
