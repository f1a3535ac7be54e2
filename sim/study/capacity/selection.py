"""Which of several means is the lowest? The procedure KN, for common worlds.

Kim and Nelson (2001, ACM Transactions on Modeling and Computer Simulation 11(3)): designs are compared pair by pair
with the variance of their difference, so what common worlds save is used. If the best is better than each other by
`delta` or more, it is selected with a probability of at least 1 - `error`; among those within `delta`, any may be.

sim-tools 1.3.0 has KN too, but looks up the variances of differences by a place that is wrong for a design that comes
after the one it is held against, once there are more than two (`_limit_to_distance_from_sample_means`); with two
designs it agrees with this one (tests/unit/test_capacity_statistics.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Selection:
    """Designs that are still in the running, by number, after `at` observations of each."""

    left: tuple[int, ...]
    at: int

    @property
    def best(self) -> int | None:
        return self.left[0] if len(self.left) == 1 else None


def half_spread(error: float, designs: int, first: int) -> float:
    """h squared of KN (c = 1), Bonferroni over the other designs, as common worlds need."""
    return float((first - 1) * ((2 * error / (designs - 1)) ** (-2 / (first - 1)) - 1))


def screen(values: Floats, delta: float, error: float, first: int) -> Selection:
    """Screen designs x observations (lower is better; NaN after a design was left out) as far as they go.

    A design that has too few observations for a round stops the screening before that round, unless it is out.
    """
    designs, most = values.shape
    if designs == 1:
        return Selection((0,), 0)
    if most < first or np.isnan(values[:, :first]).any():
        return Selection(tuple(range(designs)), 0)
    start = values[:, :first]
    apart = np.var(start[:, None, :] - start[None, :, :], axis=-1, ddof=1)
    spread = half_spread(error, designs, first)
    left, seen = list(range(designs)), first
    while True:
        means = values[:, :seen].mean(axis=1)
        allowed = np.maximum(0.0, delta / (2 * seen) * (spread * apart / delta**2 - seen))
        kept = [i for i in left if all(means[i] <= means[j] + allowed[i, j] for j in left if j != i)]
        left = kept or left
        if len(left) == 1:
            return Selection(tuple(left), seen)
        if (
            allowed[np.ix_(left, left)].max() == 0
        ):  # all within delta and the triangles are closed: the lowest
            return Selection((min(left, key=lambda i: means[i]),), seen)
        if seen == most or np.isnan(values[left, seen]).any():
            return Selection(tuple(left), seen)
        seen += 1
