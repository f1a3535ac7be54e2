"""How many places it takes for a goal to be just met, between the rungs that were played, with an interval.

Distances from the goal fall as places rise. Their means are first made never to rise (neighbours that do are pooled),
then the first crossing of 0 is read off the line between two rungs. The interval is the jackknife's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.study.capacity.feasibility import Floats
from sim.study.estimate import t_quantile


@dataclass(frozen=True)
class Needed:
    """Places needed with a 95% interval.

    Infinite where the last rung is not enough, minus infinite where the first is more than enough: the interval is
    then not known.
    """

    value: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        return math.isfinite(self.value)


def crossing(rungs: Sequence[int], means: Floats) -> float:
    """Places at which falling distances reach 0."""
    smooth = falling(means)
    met = np.flatnonzero(smooth <= 0)
    if not len(met):
        return math.inf
    at = int(met[0])
    if at == 0:
        return -math.inf if smooth[0] < 0 else float(rungs[0])
    share = smooth[at - 1] / (smooth[at - 1] - smooth[at])
    return float(rungs[at - 1] + share * (rungs[at] - rungs[at - 1]))


def falling(means: Floats) -> Floats:
    """The nearest values that never rise: neighbours that do are pooled (isotonic regression)."""
    blocks: list[list[float]] = []
    for value in means.tolist():
        blocks.append([value, 1.0])
        while len(blocks) > 1 and blocks[-2][0] < blocks[-1][0]:
            (a, n), (b, m) = blocks[-2:]
            blocks[-2:] = [[(a * n + b * m) / (n + m), n + m]]
    return np.array([value for value, size in blocks for _ in range(int(size))])


def needed(rungs: Sequence[int], goals: Sequence[Floats]) -> Needed:
    """Places at which every goal is met; each of `goals` is rungs x replications of distances."""
    value = _met_at(rungs, [goal.mean(axis=1) for goal in goals])
    return Needed(value, *_ends(value, _without_each(rungs, goals)))


def saved(rungs: Sequence[int], before: Sequence[Floats], after: Sequence[Floats]) -> Needed:
    """Places that are needed less after than before, on the same worlds."""
    value = _met_at(rungs, [goal.mean(axis=1) for goal in before]) - _met_at(
        rungs, [goal.mean(axis=1) for goal in after]
    )
    return Needed(value, *_ends(value, _without_each(rungs, before) - _without_each(rungs, after)))


def _met_at(rungs: Sequence[int], means: Sequence[Floats]) -> float:
    return max(crossing(rungs, mean) for mean in means)


def _without_each(rungs: Sequence[int], goals: Sequence[Floats]) -> Floats:
    """The places needed when one replication after another is left out."""
    n = goals[0].shape[1]
    return np.array(
        [
            _met_at(rungs, [(goal.sum(axis=1) - goal[:, k]) / max(n - 1, 1) for goal in goals])
            for k in range(n)
        ]
    )


def _ends(value: float, without: Floats) -> tuple[float, float]:
    """The ends of the jackknife's interval; not a number where some part of it is not known."""
    n = len(without)
    if not math.isfinite(value) or n < 3 or not np.isfinite(without).all():
        return math.nan, math.nan
    error = math.sqrt((n - 1) / n * float(((without - without.mean()) ** 2).sum()))
    half = t_quantile(0.975, n - 1) * error
    return value - half, value + half
