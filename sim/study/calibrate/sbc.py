"""Simulation-based calibration: does the method find parameters that are known?

Runs of the first design are taken for the world in turn: a run's figures are what was published, its parameters the
truth. The share of the posterior below the truth must be even over many such runs (Talts and others, 2018). The
sampler is that of the calibration; the emulators are its trends, which have not seen the run; figures of one run go
together as they do in the runs. Their covariance is itself an estimate from few runs; taken for known, it makes a
posterior that is too narrow, so the likelihood is a Student's t in which it is averaged over (Sellentin and Heavens,
2016). `of_sampler` leaves the model out: figures are drawn from the trends themselves, so only the sampler is tested.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.study.calibrate.emulator import ALPHAS, on_scale, terms
from sim.study.calibrate.fit import Design
from sim.study.calibrate.posterior import draw
from sim.world.points import shares
from sim.world.streams import Floats, normals

if TYPE_CHECKING:
    import pandas as pd

Predict = Callable[[Floats], Floats]

FOLDS = 8
BINS = 8
PARTICLES = 512
WORLDS = 240  # runs that are taken for the world


def ranks(design: Design, worlds: int = WORLDS, particles: int = PARTICLES, seed: int = 2023) -> Floats:
    """The share of the posterior below the truth, worlds x parameters."""
    figures, points = _figures(design)
    size = len(design.unknowns)
    found = []
    for fold in range(FOLDS):
        out = np.arange(len(points)) % FOLDS == fold
        predict, covariance = _trends(points[~out], figures[~out])
        root = np.linalg.cholesky(np.linalg.inv(covariance))
        for world in np.flatnonzero(out)[: -(-worlds // FOLDS)]:
            likelihood = partial(_likelihood, predict, figures[world], root, int((~out).sum()))
            sample = draw(likelihood, size, particles, seed, f"synthetic {world}")
            found.append((sample.points < points[world]).mean(axis=0))
    return np.array(found)


def of_sampler(design: Design, worlds: int = WORLDS, particles: int = PARTICLES, seed: int = 2023) -> Floats:
    """As `ranks`, of figures drawn from the trends and a covariance that is known, at points of the prior."""
    figures, points = _figures(design)
    size = len(design.unknowns)
    predict, covariance = _trends(points, figures)
    root = np.linalg.cholesky(np.linalg.inv(covariance))
    truth = shares(worlds, size, seed, "truth of the sampler")
    luck = normals(shares(worlds, figures.shape[1], seed, "luck of the sampler"))
    seen = predict(truth) + luck @ np.linalg.cholesky(covariance).T
    found = []
    for world in range(worlds):
        likelihood = partial(_likelihood, predict, seen[world], root, None)
        sample = draw(likelihood, size, particles, seed, f"known {world}")
        found.append((sample.points < truth[world]).mean(axis=0))
    return np.array(found)


def _likelihood(predict: Predict, seen: Floats, root: Floats, runs: int | None, rows: Floats) -> Floats:
    """Its logarithm; `runs` is how many the covariance was estimated from (None: it is known)."""
    far = (((predict(rows) - seen) @ root) ** 2).sum(axis=1)
    return np.asarray(-0.5 * far if runs is None else -0.5 * runs * np.log1p(far / (runs - 1)))


def _figures(design: Design) -> tuple[Floats, Floats]:
    """Figures of the calibration by run of the first design, on the scale of the comparison, and its points."""
    at = [number for number, one in enumerate(design.targets) if one.use == "calibrate"]
    scaled = np.column_stack([on_scale(design.targets[number], design.figures[:, number]) for number in at])
    keep = (np.array(design.wave) == 1) & np.isfinite(scaled).all(axis=1)
    return scaled[keep], design.points[keep]


def _trends(points: Floats, figures: Floats) -> tuple[Predict, Floats]:
    """A function from points to expected figures, and the covariance of figures about it, seen on runs left out."""
    from sklearn.linear_model import RidgeCV

    x = terms(points)
    errors = np.empty_like(figures)
    for fold in range(5):
        out = np.arange(len(x)) % 5 == fold
        for at in range(figures.shape[1]):
            fitted = RidgeCV(alphas=ALPHAS).fit(x[~out], figures[~out, at])
            errors[out, at] = figures[out, at] - fitted.predict(x[out])
    models = [RidgeCV(alphas=ALPHAS).fit(x, figures[:, at]) for at in range(figures.shape[1])]
    slopes = np.column_stack([one.coef_ for one in models])
    starts = np.array([one.intercept_ for one in models])
    covariance = errors.T @ errors / len(errors)
    covariance += 1e-3 * np.diag(np.diag(covariance))  # figures of one count are nearly the same
    return lambda rows: terms(rows) @ slopes + starts, covariance


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
