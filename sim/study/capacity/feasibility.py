"""Is a mean under its limit? A sequential check that is right with a stated probability.

The procedure is that of Batur and Kim (2010, ACM Transactions on Modeling and Computer Simulation 20(3), article 13)
and Andradottir and Kim (2010, Naval Research Logistics 57): with the variance of the first `first` observations, the
sum of (observation - limit) is followed until it leaves a triangle; below it the mean is declared to be at or under
the limit, above it over. For independent normal observations whose mean is at least `delta` from the limit, the
answer is wrong with a probability of at most `error`. Nearer than that, either answer is right.

Errors of several checks add up (Bonferroni), whatever they share: that is why common worlds do no harm here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Decision:
    """Whether the mean is at or under the limit, and after how many observations that was known."""

    met: bool
    at: int


def spread_factor(error: float, first: int) -> float:
    """h squared of the procedure (c = 1): (first - 1) x ((2 error)^(-2 / (first - 1)) - 1)."""
    return float((first - 1) * ((2 * error) ** (-2 / (first - 1)) - 1))


def decide(distance: Floats, delta: float, error: float, first: int) -> Decision | None:
    """Read observations of (value - limit) in order; None if they do not say yet.

    `delta` is half the width of the zone in which either answer is right. What is known after n observations does not
    depend on those that follow, so a check may be taken up again with more of them.
    """
    if len(distance) < first:
        return None
    variance = float(np.var(distance[:first], ddof=1))
    total = np.cumsum(distance)[first - 1 :]
    seen = np.arange(first, len(distance) + 1)
    reach = np.maximum(0.0, spread_factor(error, first) * variance / (2 * delta) - delta / 2 * seen)
    out = np.flatnonzero(np.abs(total) >= reach)
    if not len(out):
        return None
    return Decision(bool(total[out[0]] <= 0), int(seen[out[0]]))


def longest(distance: Floats, delta: float, error: float, first: int) -> int:
    """Observations after which the triangle is closed, whatever they are."""
    variance = float(np.var(distance[:first], ddof=1))
    return max(first, int(np.ceil(spread_factor(error, first) * variance / delta**2)))
