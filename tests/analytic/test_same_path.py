"""The engine and the plain heapq loop of placement-core, on the same children: the same home for every child."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.study.replicate import simulate
from tests.reference.core_scenario import CoreOutcome, core_arrays, core_scenario
from tests.reference.heapq_core import ADMITTED, GAVE_UP, WAITING

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


def test_a_single_redraw_less_is_seen() -> None:
    """The comparison is sharp: one staffing redraw left out changes somebody's home."""
    scenario = core_scenario(2, 1, 1)
    played = simulate(scenario)
    arrays = core_arrays(scenario, played.world)
    engine = CoreOutcome.of_log(played.log, arrays.children, arrays.end)
    del arrays.redraws[len(arrays.redraws) // 2]
    assert (CoreOutcome.of_loop(arrays.play()).home != engine.home).any()
