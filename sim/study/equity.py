"""How unlike the outcomes of groups of children are: the largest gap between groups, and the Gini coefficient.

Both are worked out from the sums over all replications, so luck within one replication does not pass for
inequality; their errors are the jackknife's, paired where two scenarios are compared. Neither can
be below 0, so no interval is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from sim.outcomes.catalogue import CATALOGUE
from sim.study.estimate import Floats, Parts, half_width

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("share_placed", "days_waiting_90", "unregistered_days_per_child", "refusals_per_child",
            "miles_from_last_placement", "out_of_region_share")  # fmt: skip
GROUPS = ("region", "home_in_region", "sex", "age_band", "need", "complexity", "route")
COLUMNS = ("scenario", "measure", "group", "summary", "value", "lower_95", "upper_95", "difference",
           "difference_lower_95", "difference_upper_95", "unit")  # fmt: skip


def largest_gap(values: Floats, weights: Floats) -> Floats:
    """Highest less lowest value of the groups (last axis), over groups in which anybody was counted."""
    high = np.where(weights > 0, values, -np.inf).max(axis=-1)
    low = np.where(weights > 0, values, np.inf).min(axis=-1)
    return np.asarray(high - low)


def gini(values: Floats, weights: Floats) -> Floats:
    """Gini coefficient of the groups' values (last axis), each child with the value of its group.

    Half the mean difference between two children drawn at random, over the mean: 0 when all groups are alike.
    """
    x, w = np.where(weights > 0, values, 0.0), weights / weights.sum(axis=-1, keepdims=True)
    apart = np.abs(x[..., :, None] - x[..., None, :]) * w[..., :, None] * w[..., None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(apart.sum(axis=(-1, -2)) / (2 * (x * w).sum(axis=-1)))


SUMMARIES: Mapping[str, Callable[[Floats, Floats], Floats]] = {"largest gap": largest_gap, "Gini": gini}


def equity(parts: Mapping[str, Parts], baseline: str) -> pd.DataFrame:
    """Both summaries of every measure over every way of grouping, by scenario, and beside the baseline."""
    import pandas as pd

    rows = []
    for measure in MEASURES:
        for group in GROUPS:
            for name, summary in SUMMARIES.items():
                found = {key: _jackknifed(part, measure, group, summary) for key, part in parts.items()}
                for scenario, (value, pseudo) in found.items():
                    if not np.isfinite(value):
                        continue
                    start, before = found[baseline]
                    apart = _interval(value - start, pseudo - before)
                    unit = CATALOGUE[measure].unit if name == "largest gap" else "Gini"
                    none = (np.nan, np.nan, np.nan)
                    here, low, high = _interval(value, pseudo)
                    rows.append((scenario, measure, group, name, here, np.maximum(low, 0.0), high,
                                 *(none if scenario == baseline else apart), unit))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _jackknifed(
    part: Parts, measure: str, group: str, summary: Callable[[Floats, Floats], Floats]
) -> tuple[float, Floats]:
    """The summary over all replications, and its pseudo-values; not a number without two groups."""
    columns = [at for at, key in enumerate(part.keys) if key[:2] == (measure, group)]
    n = len(part.numerator)
    if len(columns) < 2:
        return np.nan, np.full(n, np.nan)
    top, bottom = part.numerator[:, columns], part.denominator[:, columns]
    whole = _summed(top.sum(axis=0), bottom.sum(axis=0), summary)
    without = _summed(top.sum(axis=0) - top, bottom.sum(axis=0) - bottom, summary)
    return float(whole), n * whole - (n - 1) * without


def _summed(top: Floats, bottom: Floats, summary: Callable[[Floats, Floats], Floats]) -> Floats:
    values = np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
    return summary(values, bottom)


def _interval(value: float, pseudo: Floats) -> tuple[float, float, float]:
    half = half_width(pseudo)
    return value, value - half, value + half
