"""A quick stand-in for the back-cast: what each published figure would be at any point of the parameters.

A quadratic trend (ridge regression) and a Gaussian process on what it leaves, fitted to one replication at each
point; how far a prediction is from a run that it has not seen is measured by leaving out each fifth of the runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from sim.scenario.targets import Target
from sim.world.streams import Floats

FOLDS = 5
SMOOTH = (0.05, 0.2, 0.5)  # share of what the trend leaves that is not luck
REACH = (0.25, 0.6)  # how far points are alike, of the longest way across
KINDS = tuple(product(SMOOTH, REACH))
ALPHAS = tuple(10.0**power for power in range(-2, 4))


@dataclass(frozen=True, eq=False)
class Emulator:
    """One figure. `variance` is that of a run about its prediction, luck included; `explained` is R squared."""

    target: Target
    trend: Any
    rest: Any
    variance: float
    explained: float

    def mean(self, points: Floats) -> Floats:
        """The expected figure at each point (shares, points x parameters), on the scale of the comparison."""
        found = self.trend.predict(terms(points))
        return np.asarray(found if self.rest is None else found + self.rest.predict(points))


def terms(points: Floats) -> Floats:
    """Linear and quadratic terms of shares from 0 to 1."""
    centred = 2 * points - 1
    return np.hstack([centred, centred**2])


def on_scale(target: Target, values: Floats) -> Floats:
    """Odds ratios by their logarithms; everything else as it is."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.log(values) if target.is_ratio_of_odds else np.asarray(values, dtype=float)


def fit_emulators(points: Floats, values: Floats, targets: Sequence[Target]) -> list[Emulator]:
    """An emulator for each target from runs x targets of values; runs without a value are left out."""
    return [_emulator(points, on_scale(target, values[:, at]), target) for at, target in enumerate(targets)]


def _emulator(points: Floats, y: Floats, target: Target) -> Emulator:
    good = np.isfinite(y)
    x, y = points[good], y[good]
    errors = np.empty(len(y))
    for fold in range(FOLDS):
        out = np.arange(len(y)) % FOLDS == fold
        trend, rest = _fitted(x[~out], y[~out], ((0.2, 0.6),))
        errors[out] = y[out] - Emulator(target, trend, rest, 0, 0).mean(x[out])
    variance = float(np.mean(errors**2))
    spread = float(np.var(y))
    trend, rest = _fitted(x, y)
    return Emulator(target, trend, rest, variance, 1 - variance / spread if spread > 0 else 0.0)


def _fitted(x: Floats, y: Floats, kinds: Sequence[tuple[float, float]] = KINDS) -> tuple[Any, Any]:
    """The trend, and the likeliest of a few Gaussian processes on what it leaves (none where nothing is left)."""
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
    from sklearn.linear_model import RidgeCV

    trend = RidgeCV(alphas=ALPHAS).fit(terms(x), y)
    left = y - trend.predict(terms(x))
    size = float(np.var(left))
    if size <= 1e-12 or len(y) < 2 * x.shape[1]:
        return trend, None
    far = float(np.sqrt(x.shape[1]))
    tried = []
    for smooth, reach in kinds:
        kernel = ConstantKernel(smooth * size) * RBF(reach * far) + WhiteKernel((1 - smooth) * size)
        tried.append(GaussianProcessRegressor(kernel, optimizer=None).fit(x, left))
    return trend, max(tried, key=lambda one: float(one.log_marginal_likelihood_value_))


def means(emulators: Sequence[Emulator], points: Floats) -> Floats:
    """Expected figures, points x targets."""
    return np.column_stack([one.mean(points) for one in emulators])
