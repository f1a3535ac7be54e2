"""Gaps between groups, and the ledger between regions: known answers, and sums that must agree."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.outcomes.measures import measure_rows
from sim.study.equity import GROUPS, equity, gini, largest_gap
from sim.study.estimate import Parts, gather

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("values", "weights", "expected"),
    [
        ([1.0, 1.0, 1.0], [5.0, 1.0, 3.0], 0.0),
        ([0.0, 1.0], [1.0, 1.0], 0.5),
        ([0.0, 1.0], [3.0, 1.0], 0.75),  # one in four has everything
        ([1.0, 3.0], [1.0, 1.0], 0.25),
        ([1.0, 3.0, 9.9], [1.0, 1.0, 0.0], 0.25),  # a group of nobody does not count
    ],
)
def test_the_gini_coefficient_of_groups(values: list[float], weights: list[float], expected: float) -> None:
    assert gini(np.array(values), np.array(weights)) == pytest.approx(expected)


def test_the_largest_gap_leaves_out_groups_of_nobody() -> None:
    assert largest_gap(np.array([0.2, 0.9, 0.0]), np.array([1.0, 2.0, 0.0])) == pytest.approx(0.7)


def part(top: list[list[float]]) -> Parts:
    keys = (("share_placed", "sex", "boys"), ("share_placed", "sex", "girls"))
    return Parts(keys, np.array(top), np.full((len(top), 2), 10.0))


def test_summaries_are_of_sums_and_their_differences_are_paired() -> None:
    before, after = part([[2.0, 8.0], [4.0, 6.0]]), part([[3.0, 8.0], [5.0, 6.0]])
    found = equity({"before": before, "after": after}, "before").set_index(["scenario", "summary"])
    assert found.loc[("before", "largest gap"), "value"] == pytest.approx(
        0.4
    )  # not the mean of 0.6 and 0.2 by luck
    assert found.loc[("after", "largest gap"), "difference"] == pytest.approx(-0.1)
    low, high = found.loc[("after", "largest gap"), ["difference_lower_95", "difference_upper_95"]]
    assert low == pytest.approx(-0.1) and high == pytest.approx(-0.1)  # both replications moved alike


@pytest.fixture(scope="module")
def parts() -> Parts:
    scenario = sim.load_scenario(["run=quick", "run.replications=2"])
    results = [sim.simulate(scenario, replication) for replication in range(2)]
    return gather([measure_rows(scenario, one.world, one.log) for one in results])


def total(parts: Parts, measure: str, group: str) -> float:
    return float(
        sum(parts.numerator[0, at] for at, key in enumerate(parts.keys) if key[:2] == (measure, group))
    )


def test_every_way_of_grouping_is_summed_up(parts: Parts) -> None:
    found = equity({"today": parts}, "today")
    assert set(found["group"]) == set(GROUPS)
    assert found["value"].between(0, 1e6).all()


def test_the_ledger_balances(parts: Parts) -> None:
    for group in ("region", "nation"):
        assert total(parts, "sent_elsewhere_per_year", group) == total(
            parts, "taken_from_elsewhere_per_year", group
        )
    flows = total(parts, "placements_by_flow_per_year", "flow")
    home = total(parts, "placed_at_home_per_year", "region")
    assert flows == home + total(parts, "sent_elsewhere_per_year", "region") > 0
    assert (
        total(parts, "placed_at_home_per_year", "nation") > home
    )  # moves inside England are moves between regions
