"""The engine and the plain heapq loop of placement-core, on the same children: the same home for every child."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.study.replicate import simulate
from sim.world.streams import Streams
from tests.reference.core_scenario import CoreOutcome, core_arrays, core_scenario
from tests.reference.heapq_core import ADMITTED, GAVE_UP, WAITING, core_homes, play_core

pytestmark = pytest.mark.back

WITHIN = 1e-9  # days


def both(seed: int, scale: int, years: int = 2, **how: Any) -> tuple[CoreOutcome, CoreOutcome]:
    """What the loop and what the engine do with every child of one world."""
    scenario = core_scenario(years, scale, seed, **how)
    played = simulate(scenario)
    arrays = core_arrays(scenario, played.world)
    return (
        CoreOutcome.of_loop(arrays.play()),
        CoreOutcome.of_log(played.log, arrays.children, arrays.end),
    )


@pytest.mark.parametrize("scale", [1, 3])
@pytest.mark.parametrize("seed", [1, 2, 3, 2023])
def test_every_child_has_the_same_home_at_the_same_time(seed: int, scale: int) -> None:
    loop, engine = both(seed, scale)
    assert np.flatnonzero(loop.home != engine.home).tolist() == []
    assert np.flatnonzero(loop.outcome != engine.outcome).tolist() == []
    assert np.abs(loop.when - engine.when).max() <= WITHIN
    assert {ADMITTED, GAVE_UP, WAITING} == set(loop.outcome.tolist())  # a path in which everything happens


def test_a_tape_from_elsewhere_is_played_as_the_loop_plays_it() -> None:
    """Plain columns, as another program would hand them over."""
    scenario, count, days = core_scenario(1), 2200, 730
    u = [Streams(5, 0).of("elsewhere", name).first(count) for name in "abcdef"]
    arrival, kind = np.sort(u[0] * days), (u[1] < 0.4).astype(int)
    complexity, region = (u[2] * 3).astype(int), (u[3] * 10).astype(int)
    stay, patience = -90 * np.log(u[4]), -30 * np.log(u[5])
    redraws = [(float(day), (7 * day) % 13, (5 * day) % 9) for day in range(3, days, 3)]
    when, home, places = zip(*redraws, strict=True)
    played = simulate(scenario, world={
        "referrals": {"day": arrival, "type": kind, "complexity": complexity,
                      "region": [f"r{code}" for code in region], "need_days": stay, "patience_days": patience},
        "staffing": {"day": when, "home": [f"h{code}" for code in home], "places": places},
    })  # fmt: skip
    engine = CoreOutcome.of_log(played.log, count, float(days))
    loop = CoreOutcome.of_loop(
        play_core(core_homes(), float(days), arrival.tolist(), kind.tolist(), complexity.tolist(), region.tolist(),
                  stay.tolist(), patience.tolist(), redraws)
    )  # fmt: skip
    assert np.flatnonzero(loop.home != engine.home).tolist() == []
    assert np.abs(loop.when - engine.when).max() <= WITHIN
    assert len(set(loop.home.tolist())) == 14


def test_a_single_redraw_less_is_seen() -> None:
    """The comparison is sharp: one staffing redraw left out changes somebody's home."""
    scenario = core_scenario(2, 1, 1)
    played = simulate(scenario)
    arrays = core_arrays(scenario, played.world)
    engine = CoreOutcome.of_log(played.log, arrays.children, arrays.end)
    del arrays.redraws[len(arrays.redraws) // 2]
    assert (CoreOutcome.of_loop(arrays.play()).home != engine.home).any()
