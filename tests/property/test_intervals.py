"""Intervals mean what they say, and the calibration finds what is known: a thousand trials in a proof."""

from __future__ import annotations

import os
from functools import cache

import numpy as np
import pytest

from sim.outcomes.rows import Row
from sim.study.calibrate.sbc import passes, ranks, uniform
from sim.study.calibrate.store import read_design
from sim.study.estimate import difference, gather, level
from sim.study.replicate import simulate
from tests.analytic.case import Length
from tests.analytic.cases import CASES
from tests.analytic.reading import Reading
from tests.property.effort import PROVING

pytestmark = pytest.mark.property
RUNS = 10  # replications behind each interval
KEY = ("share_placed", "all", "all")


def trials() -> int:
    return 1000 if os.environ.get(PROVING) else 40


def slack(count: int) -> float:
    """How far coverage may be from 95%: 2 points over 1,000 trials, four standard errors over fewer."""
    return max(0.02, 4 * float(np.sqrt(0.95 * 0.05 / count))) if count < 1000 else 0.02


@cache
def lost(first: int, count: int) -> tuple[float, tuple[tuple[Row, ...], ...]]:
    """Erlang's loss system: the share that theory expects, and rows of single replications."""
    case = next(one for one in CASES if one.name == "O1-load_5_places_5")
    scenario = case.load(Length(1, 150))
    quantity = case.quantities[0]
    rows = []
    for number in range(first, first + count):
        found = quantity.read(Reading(simulate(scenario, 100_000 + number)))
        rows.append((Row(*KEY, found, 1.0),))
    return quantity.expected, tuple(rows)


def covered(count: int) -> float:
    expected, rows = lost(0, count * RUNS)
    hits = 0
    for trial in range(count):
        one = level(gather(rows[trial * RUNS : (trial + 1) * RUNS]))
        hits += abs(one.value[0] - expected) <= one.half_width[0]
    return hits / count


def test_intervals_of_a_textbook_case_cover() -> None:
    count = trials()
    assert covered(count) == pytest.approx(0.95, abs=slack(count))


def test_paired_intervals_of_no_difference_cover() -> None:
    """Two halves of the same replications differ by nothing: the interval of the difference holds zero in 95%."""
    count = trials()
    _, rows = lost(0, count * RUNS)
    half = RUNS // 2
    hits = 0
    for trial in range(count):
        part = rows[trial * RUNS : (trial + 1) * RUNS]
        _, one = difference(gather(part[:half]), gather(part[half:]))
        hits += abs(one.value[0]) <= one.half_width[0]
    assert hits / count == pytest.approx(0.95, abs=slack(count))


def test_a_synthetic_world_is_found_by_the_calibration() -> None:
    """Rank histograms of the stored runs, each taken for the world in turn, are even for every parameter."""
    design = read_design()
    worlds = 240 if os.environ.get(PROVING) else 24
    found = ranks(design, worlds, 512 if worlds == 240 else 128)
    assert passes(uniform(found, tuple(one.name for one in design.unknowns), bins=8 if worlds == 240 else 4))
