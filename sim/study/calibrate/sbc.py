"""Simulation-based calibration: does the method find parameters that are known?

Each run of the first design is taken for the world: its figures are what was published, its parameters the truth.
The share of the posterior below the truth must be uniform over many such runs (Talts and others, 2018). The emulators
that judge a run have not seen it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.study.calibrate.emulator import means, on_scale
from sim.study.calibrate.evidence import Evidence, evidence
from sim.study.calibrate.fit import Design
from sim.world.points import sobol_points
from sim.world.streams import Floats

if TYPE_CHECKING:
    import pandas as pd

FOLDS = 4
TRIED = 12  # two to this power: points of the prior that are weighed
BINS = 8
NORMAL = 1e6  # degrees of freedom at which Student's t is the normal


def ranks(design: Design, seed: int = 2023, tried: int = TRIED) -> Floats:
    """The share of the posterior below the truth, runs of the first design x parameters."""
    first = np.flatnonzero(np.array(design.wave) == 1)
    points = sobol_points(tried, len(design.unknowns), seed + 7)
    found = np.empty((len(first), len(design.unknowns)))
    for fold in range(FOLDS):
        out = np.arange(len(first)) % FOLDS == fold
        emulators = design.emulators(rows=first[~out])
        judged = evidence(emulators)
        expected = means(emulators, points)
        at = [design.targets.index(one) for one in judged.targets]
        for row in np.flatnonzero(out):
            figures = design.figures[first[row]][at]
            seen = np.array(
                [float(on_scale(t, np.array([v]))[0]) for t, v in zip(judged.targets, figures, strict=True)]
            )
            found[row] = _ranks(judged, expected, seen, points, design.points[first[row]])
    return found


def _ranks(judged: Evidence, expected: Floats, seen: Floats, points: Floats, truth: Floats) -> Floats:
    good = np.isfinite(seen)
    variance = np.array([one.variance for one in judged.emulators])
    far = (expected[:, good] - seen[good]) ** 2 / variance[good]
    fit = -0.5 * far @ judged.weight[good]
    weights = np.exp(fit - fit.max())
    weights /= weights.sum()
    below = (points < truth) + 0.5 * (points == truth)
    return np.asarray(weights @ below)


def uniform(found: Floats, names: tuple[str, ...], bins: int = BINS) -> pd.DataFrame:
    """Rank histograms: counts by bin, chi-square against even counts and its p value, by parameter."""
    import pandas as pd
    from scipy.stats import chi2

    rows = []
    for at, name in enumerate(names):
        counts = np.histogram(found[:, at], bins=bins, range=(0.0, 1.0))[0]
        even = len(found) / bins
        statistic = float(np.sum((counts - even) ** 2) / even)
        rows.append((name, *counts, statistic, float(chi2.sf(statistic, bins - 1))))
    columns = ["parameter", *(f"bin_{n + 1}" for n in range(bins)), "chi_square", "p_value"]
    return pd.DataFrame(rows, columns=columns)


def passes(table: pd.DataFrame, level: float = 0.01) -> bool:
    """Whether no histogram is uneven, at a level shared among the parameters (Bonferroni)."""
    return bool((table["p_value"] > level / len(table)).all())
