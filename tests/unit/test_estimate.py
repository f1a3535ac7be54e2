"""Levels and paired differences: against what can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.outcomes.rows import Row
from sim.study.estimate import difference, gather, level, t_quantile


def parts(pairs: list[tuple[float, float]], measure: str = "share_placed"):  # type: ignore[no-untyped-def]
    return gather([[Row(measure, "all", "all", top, bottom)] for top, bottom in pairs])


@pytest.mark.unit
def test_t_quantile_is_student_s() -> None:
    assert t_quantile(0.975, 9) == pytest.approx(2.262157, abs=1e-6)
    assert t_quantile(0.975, 1_000_000) == pytest.approx(1.959964, abs=1e-4)


@pytest.mark.unit
def test_a_constant_denominator_gives_the_ordinary_paired_interval() -> None:
    a, b = [3.0, 5.0, 4.0, 8.0], [4.0, 7.0, 4.0, 10.0]
    _, found = difference(parts([(x, 2.0) for x in a]), parts([(x, 2.0) for x in b]))
    gaps = (np.array(b) - np.array(a)) / 2
    assert found.value[0] == pytest.approx(gaps.mean())
    assert found.half_width[0] == pytest.approx(t_quantile(0.975, 3) * gaps.std(ddof=1) / 2)


@pytest.mark.unit
def test_a_ratio_is_a_sum_over_a_sum_and_keeps_an_empty_replication() -> None:
    found = level(parts([(1, 2), (0, 0), (3, 8)]))
    assert found.value[0] == pytest.approx(4 / 10)
    without = np.array([3 / 8, 4 / 10, 1 / 2])
    pseudo = 3 * 0.4 - 2 * without
    assert found.half_width[0] == pytest.approx(t_quantile(0.975, 2) * pseudo.std(ddof=1) / np.sqrt(3))


@pytest.mark.unit
def test_what_cannot_be_counted_is_missing_and_never_zero() -> None:
    assert np.isnan(level(parts([(0, 0), (0, 0)])).value[0])


@pytest.mark.unit
def test_one_replication_has_no_interval() -> None:
    found = level(parts([(1, 2)]))
    assert found.value[0] == 0.5
    assert np.isnan(found.half_width[0])


@pytest.mark.unit
def test_more_comparisons_widen_the_adjusted_interval_alone() -> None:
    one, five = (level(parts([(1, 2), (2, 2), (2, 3)]), comparisons) for comparisons in (1, 5))
    assert one.half_width[0] == five.half_width[0]
    assert one.half_width_adjusted[0] == one.half_width[0] < five.half_width_adjusted[0]


@pytest.mark.unit
def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    """Ratio of two sums with a common cause, 20 replications, 2,000 trials: coverage near 95%."""
    from sim.world.streams import Stream

    u = 2 * Stream(1, 0, "test").first(2000 * 20 * 2).reshape(2000, 20, 2)
    top, bottom = u[..., 0] + u[..., 1], 2 + 0.5 * u[..., 1]
    covered = 0
    for trial in range(2000):
        found = level(parts(list(zip(top[trial], bottom[trial], strict=True))))
        covered += abs(found.value[0] - 2 / 2.5) <= found.half_width[0]
    assert 0.93 <= covered / 2000 <= 0.97
