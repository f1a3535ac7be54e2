"""Discounting as in the Green Book: year 0 counts in full, and the rate falls after 30 and 75 years."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sim.scenario.money import Discount

Floats = npt.NDArray[np.float64]


def discount_factors(discount: Sequence[Discount], years: int) -> Floats:
    """Factor of each year from 0 to `years` - 1: 1, then the one before over 1 plus the year's rate."""
    rate = np.zeros(years)
    for each in discount:
        rate[each.from_year :] = each.rate
    return np.asarray(np.cumprod(1 / (1 + rate)))


def present_value(flow: Floats, factors: Floats) -> Floats:
    """Sum over the last axis of flow times factor."""
    return np.asarray(flow @ factors)


def equivalent_annual(value: Floats | float, factors: Floats) -> Floats:
    """The level yearly amount, in every year appraised, that has this present value."""
    return np.asarray(value / factors.sum())


def payback_year(flow: Floats) -> float:
    """The first year by whose end what has been saved is at least what has been spent, and stays so; else NaN."""
    total = np.cumsum(flow)
    below = np.flatnonzero(total < -1e-9)
    if not len(below):
        return 0.0
    return float(below[-1] + 1) if below[-1] + 1 < len(total) else float("nan")
