"""Predictive checks: each figure, and each year of figures, foretold by a posterior that has not seen it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.scenario.targets import Target
from sim.study.calibrate.emulator import means
from sim.study.calibrate.evidence import SEED, Evidence
from sim.world.points import sobol_points

if TYPE_CHECKING:
    import pandas as pd

TRIED = 13  # two to this power: points of the prior that are weighed
NINETY = 1.6448536269514722
ROOT_PI = float(np.sqrt(np.pi))


def left_out(
    whole: Evidence, size: int, by: str = "figure", tried: int = TRIED, seed: int = SEED
) -> pd.DataFrame:
    """One row a figure: its prediction by the others (`by` figure) or by other years (`by` year), z, inside, CRPS.

    Each posterior weighs the same points of the prior by the figures that it may see. Figures that are made from the
    same count are left out together.
    """
    import pandas as pd

    points, rows = sobol_points(tried, size, seed + 3), []
    expected = means(whole.emulators, points)
    for name, ids in _groups(whole.targets, by):
        out = np.array([one.target.id in ids for one in whole.emulators])
        fit = whole.without(ids).likelihood_of(expected[:, ~out])
        weights = np.exp(fit - fit.max())
        weights /= weights.sum()
        those = [one for one, left in zip(whole.emulators, out, strict=True) if left]
        mean = weights @ expected[:, out]
        sd = np.sqrt(weights @ (expected[:, out] - mean) ** 2 + whole.variance[out])
        seen = whole.seen[out]
        for one, m, s, z in zip(those, mean, sd, (seen - mean) / sd, strict=True):
            back = np.exp if one.target.is_ratio_of_odds else (lambda value: value)
            rows.append((by, name, one.target.id, one.target.words, one.target.value, float(back(m)),
                         float(back(m - NINETY * s)), float(back(m + NINETY * s)), float(z),
                         bool(abs(z) <= NINETY), float(s * normal_crps(z)),
                         float(1 / np.sum(weights**2))))  # fmt: skip
    columns = ["left_out_by", "left_out", "id", "figure", "published", "predicted", "low_90", "high_90", "z",
               "inside", "crps", "effective_points"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


SAME = (("T08", "T08N"), ("T14", "T17"), ("T15", "T16"), ("T20", "T21"), ("T23", "T31", "T32"), ("T26", "T33"),
        ("T04", "T06"))  # fmt: skip


def _groups(targets: Sequence[Target], by: str) -> list[tuple[str, list[str]]]:
    if by == "year":
        years = sorted({one.period_to.year for one in targets})
        return [(str(year), [one.id for one in targets if one.period_to.year == year]) for year in years]
    known, groups = {one.id for one in targets}, []
    for one in targets:
        together = next((ids for ids in SAME if one.id in ids), (one.id,))
        group = [name for name in together if name in known]
        if group[0] == one.id:
            groups.append((" ".join(group), group))
    return groups


def normal_crps(z: float) -> float:
    """Continuous ranked probability score of a standard normal at z."""
    from scipy.stats import norm

    return float(z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / ROOT_PI)
