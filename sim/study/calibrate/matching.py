"""History matching: points of the parameters at which published figures are not to be believed are ruled out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.scenario.targets import Target
from sim.study.calibrate.emulator import Emulator, means, on_scale
from sim.world.streams import Floats

TOO_FAR = 3.0
MISSED = 2  # so many figures may be missed, because the model is not the world

ODDS_SD = {  # of the logarithm, for 527 children of whom 0.605 were placed, by how common the factor is
    "female": 0.18,
    "age, per year": 0.06,
    "previous secure placement": 0.21,
    "challenging behaviour": 0.19,
}


def observed(targets: Sequence[Target]) -> Floats:
    """The published figures on the scale of the comparison."""
    return np.array([float(on_scale(one, np.array([one.value]))[0]) for one in targets])


def doubt(target: Target) -> float:
    """Standard deviation of a published figure: its own uncertainty, and that of its definition."""
    own = ODDS_SD.get(target.argument, 0.2) if target.is_ratio_of_odds and target.sd is None else target.sd
    return float(np.hypot(own or 0.0, target.gap))


def variances(emulators: Sequence[Emulator]) -> Floats:
    """Variance of a published figure about its prediction: luck, emulator, counting and definition."""
    return np.array([one.variance + doubt(one.target) ** 2 for one in emulators])


def implausibility(emulators: Sequence[Emulator], points: Floats) -> Floats:
    """Standard deviations between figure and prediction, points x targets."""
    targets = [one.target for one in emulators]
    return np.abs(means(emulators, points) - observed(targets)) / np.sqrt(variances(emulators))


def not_ruled_out(far: Floats, missed: int = MISSED) -> Floats:
    """Whether each point is kept: no more than `missed` figures are further off than three standard deviations."""
    return np.asarray((far > TOO_FAR).sum(axis=1) <= missed)


def spread_out(points: Floats, count: int) -> Floats:
    """Rows of `count` points that lie far from each other: the furthest from those taken, again and again."""
    chosen = [0]
    near = np.linalg.norm(points - points[0], axis=1)
    while len(chosen) < min(count, len(points)):
        chosen.append(int(np.argmax(near)))
        near = np.minimum(near, np.linalg.norm(points - points[chosen[-1]], axis=1))
    return np.array(chosen)
