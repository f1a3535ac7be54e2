"""The search for the fewest places against queues with a known answer; in full with make prove."""

from __future__ import annotations

import json

import pytest

from tests.analytic.capacity import (
    FULL_DAYS,
    STATED,
    enumerate_splits,
    find_split,
    is_right,
    lower_limit,
    random_standard,
    right_at_least,
    value,
)
from tests.evidence import EVIDENCE

pytestmark = pytest.mark.analytic

QUICK = (0, 1, 2, 3)  # of the random standards, some that need few observations


@pytest.mark.parametrize("number", range(200))
def test_a_random_standard_lies_at_least_delta_from_every_step(number: int) -> None:
    standard = random_standard(number)
    for places in range(1, 17):
        assert abs(value(standard.kind, standard.load, places) - standard.limit) >= standard.delta * 0.999
    sign = 1 if standard.kind == "list" else -1
    enough = [
        c for c in range(1, 17) if sign * (value(standard.kind, standard.load, c) - standard.limit) <= 0
    ]
    assert enough[0] == standard.places


@pytest.mark.parametrize("number", QUICK)
def test_the_search_returns_the_textbook_number_of_places(number: int) -> None:
    right, standard, found = is_right(number, FULL_DAYS)
    assert right and found.sure, (standard, found.places)


def test_the_best_split_of_three_areas_is_that_of_the_formula() -> None:
    loads, total = (3.0, 1.5, 0.7), 7
    shares = enumerate_splits(loads, total)
    best, second = sorted(shares, key=lambda way: shares[way])[:2]
    assert find_split(1, 100, shares[second] - shares[best], loads, total) == (best, True)


def test_what_may_be_expected_of_fifty() -> None:
    assert right_at_least() == 44  # as the statement of the claim has it
    assert lower_limit(200, 200) == pytest.approx(0.9817, abs=1e-4)


def test_the_stored_repeats_bear_out_the_stated_probability() -> None:
    if not (EVIDENCE / "capacity.json").is_file():
        pytest.skip("docs/evidence/capacity.json is not there yet: make prove writes it")
    parts = json.loads((EVIDENCE / "capacity.json").read_text(encoding="utf-8"))["results"]
    sets = [part for part in parts if "stated" in part]
    assert sum(part["repeats"] for part in sets) == 200
    assert all(part["right"] >= right_at_least() for part in sets)
    assert lower_limit(sum(part["right"] for part in sets), 200) >= STATED - 0.05
