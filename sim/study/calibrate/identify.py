"""Which parameters the published figures pin down, which not, and which go together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from sim.scenario.unknowns import Unknown
from sim.study.calibrate.played import values_at
from sim.study.calibrate.posterior import Sample
from sim.world.streams import Floats

if TYPE_CHECKING:
    import pandas as pd

PRIOR_SD = 1 / np.sqrt(12)
PINNED, PARTLY = 0.5, 0.8
CHOSEN = 0.9  # probability from which a choice counts as made


def identifiability(unknowns: Sequence[Unknown], sample: Sample) -> pd.DataFrame:
    """One row a parameter: 90% interval, standard deviation over that of the prior, and a word."""
    import pandas as pd

    rows = []
    for at, one in enumerate(unknowns):
        shares = sample.points[:, at]
        ends = weighted_quantiles(shares, sample.weights, (0.05, 0.5, 0.95))
        low, middle, high = (one.at(float(end)) for end in ends)
        mean = float(sample.weights @ shares)
        ratio = float(np.sqrt(sample.weights @ (shares - mean) ** 2) / PRIOR_SD)
        if one.scale == "choice":
            likely = float(sample.weights @ (shares >= 0.5))
            word = "pinned down" if max(likely, 1 - likely) >= CHOSEN else "not pinned down"
            middle = likely
        else:
            word = (
                "pinned down"
                if ratio <= PINNED
                else "partly pinned down"
                if ratio <= PARTLY
                else "not pinned down"
            )
        rows.append(
            (one.name, one.title, one.theme, one.unit, one.low, one.high, low, middle, high, ratio, word)
        )
    columns = ["parameter", "title", "theme", "unit", "prior_low", "prior_high", "lower_90", "median", "upper_90",
               "sd_over_prior", "verdict"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def together(unknowns: Sequence[Unknown], sample: Sample, least: float = 0.3) -> pd.DataFrame:
    """Pairs of parameters that the figures tie to each other: the ridges. Strongest first."""
    import pandas as pd

    mean = sample.weights @ sample.points
    centred = sample.points - mean
    covariance = (centred * sample.weights[:, None]).T @ centred
    sd = np.sqrt(np.diag(covariance))
    found = [
        (unknowns[a].name, unknowns[b].name, float(covariance[a, b] / (sd[a] * sd[b])))
        for a, b in combinations(range(len(unknowns)), 2)
    ]
    strong = sorted((row for row in found if abs(row[2]) >= least), key=lambda row: -abs(row[2]))
    return pd.DataFrame(strong, columns=["parameter", "other", "correlation"])


def weighted_quantiles(values: Floats, weights: Floats, shares: Sequence[float]) -> Floats:
    """Values below which each share of the weight lies."""
    order = np.argsort(values)
    passed = np.cumsum(weights[order])
    at = np.searchsorted(passed, np.asarray(shares) * passed[-1] - 1e-12)
    return np.asarray(values[order][np.minimum(at, len(values) - 1)])


def thinned(unknowns: Sequence[Unknown], sample: Sample, count: int) -> Floats:
    """Values of `count` points evenly spread over a sample of equal weights, points x parameters."""
    step = len(sample.points) / count
    rows = (np.arange(count) * step).astype(int)
    return values_at(unknowns, sample.points[rows])


def where(unknowns: Sequence[Unknown], sample: Sample, values: Floats) -> Floats:
    """The share of the sample that lies nearer its middle than a point does (Mahalanobis): near 1 is outside."""
    keep = np.array([one.scale != "choice" for one in unknowns])
    points = sample.points[:, keep]
    mean = points.mean(axis=0)
    inverse = np.linalg.inv(np.cov(points.T))

    def far(rows: Floats) -> Floats:
        return np.asarray(np.einsum("ij,jk,ik->i", rows - mean, inverse, rows - mean))

    return np.array([float(np.mean(far(points) < one)) for one in far(np.atleast_2d(values)[:, keep])])
