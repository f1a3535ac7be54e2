"""The posterior: a sequential Monte Carlo sample of the parameters, drawn from the prior to the published figures.

The likelihood of a figure is Student's t, so that one that the model cannot meet does not drag the rest with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.world.points import normal_points, shares
from sim.world.streams import Floats

FREEDOM = 4.0
MOVES = 6
LAST_MOVES = 40  # once all of the likelihood is on: until then copies of one point lie near each other
KEPT = 0.5  # share of the effective sample that a step of tempering keeps


@dataclass(frozen=True, eq=False)
class Sample:
    """Weighted points (shares, points x parameters). `steps` are the powers of the likelihood that were passed."""

    points: Floats
    weights: Floats
    steps: tuple[float, ...]
    accepted: float

    @property
    def effective(self) -> float:
        return float(1 / np.sum(self.weights**2))


def log_likelihood(means: Floats, seen: Floats, variance: Floats, freedom: float = FREEDOM) -> Floats:
    """Of each row of expected figures (points x targets), up to a constant."""
    far = (means - seen) ** 2 / variance
    return np.asarray(-(freedom + 1) / 2 * np.log1p(far / freedom).sum(axis=1))


def draw(
    likelihood: Callable[[Floats], Floats], size: int, particles: int, seed: int, purpose: str = "posterior"
) -> Sample:
    """A sample of `particles` points in `size` dimensions, each uniform on 0 to 1 before the figures are seen."""
    points = shares(particles, size, seed, f"{purpose}/prior")
    fit, power, steps, taken = likelihood(points), 0.0, [], []
    while power < 1:
        rise = _rise(fit, power)
        weights = _normal(np.exp(rise * (fit - fit.max())))
        power += rise
        steps.append(power)
        chosen = _resampled(weights, float(shares(1, 1, seed, f"{purpose}/pick {len(steps)}")[0, 0]))
        points, fit = points[chosen], fit[chosen]
        for move in range(MOVES):
            name = f"{purpose}/{len(steps)}/{move}"
            points, fit, share = _moved(points, fit, power, likelihood, seed, name, move)
            taken.append(share)
    for move in range(LAST_MOVES):
        points, fit, share = _moved(points, fit, power, likelihood, seed, f"{purpose}/last/{move}", 1)
        taken.append(share)
    return Sample(points, np.full(particles, 1 / particles), tuple(steps), float(np.mean(taken)))


def _rise(fit: Floats, power: float) -> float:
    """How much of the likelihood may be laid on at once so that half of the sample still counts."""
    low, high = 0.0, 1.0 - power
    if _effective(fit, high) >= KEPT:
        return high
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _effective(fit, middle) >= KEPT else (low, middle)
    return max(low, 1e-6)


def _effective(fit: Floats, rise: float) -> float:
    weights = _normal(np.exp(rise * (fit - fit.max())))
    return float(1 / np.sum(weights**2) / len(weights))


def _normal(weights: Floats) -> Floats:
    return np.asarray(weights / weights.sum())


def _resampled(weights: Floats, start: float) -> Floats:
    """Systematic resampling: rows by weight, from one uniform."""
    places = (np.arange(len(weights)) + start) / len(weights)
    return np.minimum(np.searchsorted(np.cumsum(weights), places), len(weights) - 1)


def _moved(
    points: Floats, fit: Floats, power: float, likelihood: Callable[[Floats], Floats], seed: int, name: str, move: int
) -> tuple[Floats, Floats, float]:  # fmt: skip
    """One Metropolis move of every point, by the spread of the sample; points do not leave the ranges."""
    count, size = points.shape
    spread = np.linalg.cholesky(np.cov(points.T) + 1e-6 * np.eye(size))
    scale = (2.38 if move % 2 else 0.8) / np.sqrt(size)
    tried = points + scale * normal_points(count, size, seed, f"{name}/step") @ spread.T
    tried = np.abs(tried)
    tried = np.where(tried > 1, 2 - tried, tried)  # reflected at the ends, so that the move stays even-handed
    tried = np.clip(tried, 0.0, 1.0)
    fresh = likelihood(tried)
    taken = np.log(shares(count, 1, seed, f"{name}/take")[:, 0]) < power * (fresh - fit)
    return np.where(taken[:, None], tried, points), np.where(taken, fresh, fit), float(taken.mean())
