"""What the likelihood is made of: which targets count, and how much each; two figures of one count count as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.scenario.targets import Target
from sim.scenario.unknowns import rows_of
from sim.study.calibrate.emulator import Emulator, means
from sim.study.calibrate.matching import observed, variances
from sim.study.calibrate.posterior import Sample, draw, log_likelihood
from sim.world.streams import Floats

WEIGHTS = "calibration/weights.csv"
SEED = 2023
PARTICLES = 1024


@dataclass(frozen=True, eq=False)
class Evidence:
    """Emulators of the targets that count, figures seen, their variances about a prediction, and weights."""

    emulators: tuple[Emulator, ...]
    seen: Floats
    variance: Floats
    weight: Floats

    @property
    def targets(self) -> tuple[Target, ...]:
        return tuple(one.target for one in self.emulators)

    def without(self, ids: Sequence[str]) -> Evidence:
        """The same with some targets left out."""
        keep = np.array([one.target.id not in ids for one in self.emulators])
        left = tuple(one for one, kept in zip(self.emulators, keep, strict=True) if kept)
        return Evidence(left, self.seen[keep], self.variance[keep], self.weight[keep])

    def about(self, seen: Floats) -> Evidence:
        """The same evidence had other figures been published."""
        return Evidence(self.emulators, seen, self.variance, self.weight)

    def likelihood(self, points: Floats) -> Floats:
        return self.likelihood_of(means(self.emulators, points))

    def likelihood_of(self, expected: Floats) -> Floats:
        """Logarithm, of rows of expected figures."""
        return sum(
            (
                weight * log_likelihood(expected[:, [at]], self.seen[[at]], self.variance[[at]])
                for at, weight in enumerate(self.weight)
            ),
            np.zeros(len(expected)),
        )

    def sample(self, size: int, particles: int = PARTICLES, seed: int = SEED) -> Sample:
        """The posterior sample that this evidence gives, over `size` parameters."""
        return draw(self.likelihood, size, particles, seed)


def evidence(emulators: Sequence[Emulator]) -> Evidence:
    """The evidence of the published figures; weights from configs/calibration/weights.csv, 1 where none is named."""
    weights = {row["id"]: float(row["weight"]) for row in rows_of(WEIGHTS)}
    targets = [one.target for one in emulators]
    return Evidence(
        tuple(emulators),
        observed(targets),
        variances(emulators),
        np.array([weights.get(one.id, 1.0) for one in targets]),
    )
