"""Switching values: how far an assumption would have to go before the headline difference changes its sign."""

from __future__ import annotations

import numpy as np

from sim.world.streams import Floats


def switching_value(low: float, high: float, shares: Floats, difference: Floats) -> tuple[float, bool]:
    """The value at which a straight line through the difference crosses zero, and whether it lies in the range.

    `shares` (0 at `low`, 1 at `high`) and `difference` run side by side. Not a number where the line is flat.
    """
    slope, start = np.polyfit(shares, difference, 1)
    if abs(slope) < 1e-12:
        return float("nan"), False
    at = -start / slope
    return float(low + at * (high - low)), bool(0 <= at <= 1)
