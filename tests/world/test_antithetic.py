"""Antithetic worlds: pairs in which every uniform is mirrored, each world by itself as likely as any other."""

from __future__ import annotations

import numpy as np
import pytest

from sim.scenario.load import load_scenario
from sim.world import draw_world
from sim.world.streams import Streams

pytestmark = pytest.mark.world


def test_the_second_of_a_pair_mirrors_the_first() -> None:
    one, other = (Streams.of_world(5, k, antithetic=True) for k in (6, 7))
    plain = Streams(5, 3)
    assert (one.of("a", "b").first(99) == plain.of("a", "b").first(99)).all()
    assert other.of("a", "b").first(99) == pytest.approx(1 - plain.of("a", "b").first(99))
    rows = np.arange(50)
    grids = [streams.grid([("a",), ("b",)]).at(rows) for streams in (one, other)]
    assert grids[0] + grids[1] == pytest.approx(np.ones((50, 2)))


def test_independent_worlds_are_as_they_were_and_the_mirrored_ones_stay_inside_the_interval() -> None:
    assert (Streams.of_world(5, 6, antithetic=False).of("a").first(9) == Streams(5, 6).of("a").first(9)).all()
    mirrored = Streams(5, 1, mirrored=True).of("x").first(10_000)
    assert mirrored.min() > 0 and mirrored.max() < 1
    assert mirrored.mean() == pytest.approx(0.5, abs=0.02)


def test_referrals_of_a_pair_balance() -> None:
    """Counts of the two go against each other, and the mean count is that of the rate."""
    scenario = load_scenario(["run.worlds=antithetic", "run=quick"])
    counts = np.array([len(draw_world(scenario, k).tape) for k in range(40)]).reshape(20, 2)
    assert np.corrcoef(counts.T)[0, 1] < -0.3
    plain = load_scenario(["run=quick"])
    usual = np.array([len(draw_world(plain, k).tape) for k in range(20)])
    spread = np.sqrt(usual.var(ddof=1) / 20 + counts.mean(axis=1).var(ddof=1) / 20)
    assert abs(counts.mean() - usual.mean()) < 4 * spread
