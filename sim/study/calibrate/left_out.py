"""Predictive checks: each figure, and each year of figures, foretold by a posterior that has not seen it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.scenario.targets import Target
from sim.study.calibrate.evidence import PARTICLES, SEED, Evidence, predicted
from sim.study.calibrate.matching import observed

if TYPE_CHECKING:
    import pandas as pd

NINETY = 1.6448536269514722
ROOT_PI = float(np.sqrt(np.pi))


def left_out(
    whole: Evidence, size: int, by: str = "figure", particles: int = PARTICLES, seed: int = SEED
) -> pd.DataFrame:
    """One row a figure: its prediction by the others (`by` figure) or by other years (`by` year), z, inside, CRPS.

    Figures that are made from the same count are left out together.
    """
    import pandas as pd

    rows = []
    for name, ids in _groups(whole.targets, by):
        sample = whole.without(ids).sample(size, particles, seed)
        those = [one for one in whole.emulators if one.target.id in ids]
        mean, sd = predicted(those, sample)
        seen = observed([one.target for one in those])
        for one, m, s, z in zip(those, mean, sd, (seen - mean) / sd, strict=True):
            back = np.exp if one.target.is_ratio_of_odds else (lambda value: value)
            rows.append((by, name, one.target.id, one.target.words, one.target.value, float(back(m)),
                         float(back(m - NINETY * s)), float(back(m + NINETY * s)), float(z),
                         bool(abs(z) <= NINETY), float(s * normal_crps(z))))  # fmt: skip
    columns = ["left_out_by", "left_out", "id", "figure", "published", "predicted", "low_90", "high_90", "z",
               "inside", "crps"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


SAME = (("T14", "T17"), ("T15", "T16"), ("T20", "T21"), ("T23", "T31", "T32"), ("T26", "T33"), ("T04", "T06"))


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
