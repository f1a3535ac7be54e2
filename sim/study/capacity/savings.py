"""What each way of choosing worlds saves, measured on the same measures: variances with it over those without."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.scenario.scenario import Scenario
from sim.study.capacity.controls import NAMES, Controls, adjust
from sim.study.capacity.feasibility import Floats
from sim.study.capacity.goals import KNOWN
from sim.study.capacity.player import Design, Player
from sim.study.capacity.values import Observed


def savings(
    pair: Sequence[Scenario], measures: Sequence[str], replications: int, player: Player
) -> pd.DataFrame:
    """One row per measure: variance for the same number of replications, over that of independent ones (1: no gain).

    common            of the difference between the two scenarios, same worlds over other worlds
    antithetic        of a level, from mirrored pairs
    controls          of a level, after adjusting for one control or both
    difference_controls   of the difference on common worlds, after adjusting for both
    """
    plain = [_alone(one, "independent") for one in pair]
    mirrored = _alone(pair[0], "antithetic")
    first, other, paired = player.observe_all(
        [(plain[0], replications), (plain[1], replications), (mirrored, replications)]
    )
    away = Controls().of(plain[0].scenarios, (0,), replications)
    rows = []
    for measure in measures:
        here, there = _pseudo(first, measure), _pseudo(other, measure)
        pairs = _pseudo(Observed(paired.sources, 2), measure)
        variance = _spread(here)
        row: dict[str, object] = {
            "measure": measure,
            "unit": KNOWN[measure].unit,
            "replications": replications,
        }
        row["common"] = _spread(there - here) / (variance + _spread(there)) if variance else np.nan
        row["antithetic"] = 2 * _spread(pairs) / variance if variance else np.nan
        for at, name in enumerate(NAMES):
            row[f"control_{name.replace(' ', '_')}"] = adjust(here, away[:, [at]]).variance_left
        row["controls"] = adjust(here, away).variance_left
        row["difference_controls"] = adjust(there - here, away).variance_left
        rows.append(row)
    return pd.DataFrame(rows)


def _alone(scenario: Scenario, worlds: str) -> Design:
    return Design.of(
        worlds, scenario.model_copy(update={"run": scenario.run.model_copy(update={"worlds": worlds})})
    )


def _pseudo(observed: Observed, measure: str) -> Floats:
    return np.asarray(observed.parts([(measure, "all", "all")]).pseudo_values()[:, 0])


def _spread(values: Floats) -> float:
    return float(values.var(ddof=1))
