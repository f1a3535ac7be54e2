"""Intervals that hold however often one looks, and how many replications they need.

`always_valid` is a confidence sequence for a mean of normal observations of unknown variance: the inverse of the
t-test with a normal prior on the size of the effect (Lai 1976, Annals of Statistics 4(2); Wang and Ramdas on
anytime-valid t-tests have the same martingale). With a probability of 1 - `error` the mean lies in it at every number
of observations at once, so one may stop when it is narrow enough. Several measures share the error (Bonferroni).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

PRIOR = 0.3
"""Observations that the prior is worth: the interval is then useful from about five on, for an error of 0.05."""


def always_valid(values: Floats, error: float = 0.05) -> float:
    """Half of the interval of the mean of `values`; infinite while they are too few."""
    n = len(values)
    return math.inf if n < 2 else widening(n, error) * float(np.std(values, ddof=1)) / math.sqrt(n)


def widening(n: int, error: float) -> float:
    """Half-width over the standard error, after n observations."""
    share = PRIOR / (n + PRIOR)
    bound = (1 / (error * math.sqrt(share))) ** (2 / n)
    if share * bound >= 1:
        return math.inf
    return math.sqrt((bound - 1) / (1 - share * bound) * (n - 1))


def enough(columns: list[Floats], targets: list[float], error: float = 0.05) -> list[int | None]:
    """For each measure, after how many observations half of its interval was first within its target."""
    found: list[int | None] = []
    for values, target in zip(columns, targets, strict=True):
        widths = running(values, error / len(columns))
        reached = np.flatnonzero(widths <= target)
        found.append(int(reached[0]) + 1 if len(reached) else None)
    return found


def running(values: Floats, error: float) -> Floats:
    """The half-width after each observation."""
    n = np.arange(1, len(values) + 1)
    mean = np.cumsum(values) / n
    squares = np.maximum(np.cumsum(values**2) - n * mean**2, 0.0)
    spread = np.sqrt(squares / np.maximum(n - 1, 1))
    wide = np.array([widening(int(k), error) if k > 1 else math.inf for k in n])
    with np.errstate(invalid="ignore"):
        half = np.where(np.isinf(wide), math.inf, wide * spread / np.sqrt(n))
    return np.asarray(half)


def still_needed(values: Floats, target: float, error: float, most: int) -> int:
    """About how many more observations will make the interval narrow enough, if the spread stays as it is."""
    spread, n = float(np.std(values, ddof=1)), len(values)
    while n < most and widening(n, error) * spread / math.sqrt(n) > target:
        n += max(1, n // 20)
    return min(n, most) - len(values)
