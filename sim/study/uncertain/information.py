"""What it would be worth to know: the expected value of perfect information for each group of parameters.

The choice is between rules; its worth is a measure of the model. With perfect information about a group, the rule
that is best given it would be chosen. Worked out on emulators of each rule's measure (Strong, Oakley and Brennan,
2014).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.scenario.unknowns import Unknown
from sim.study.uncertain.screening import emulated
from sim.world.streams import Floats

if TYPE_CHECKING:
    import pandas as pd


def worth(
    unknowns: Sequence[Unknown], points: Floats, by_rule: Mapping[str, Floats], sample: Floats, higher_is_better: bool
) -> pd.DataFrame:  # fmt: skip
    """One row a group of parameters (their themes), and one for all.

    `points` (shares) and `by_rule` (a value a point) fit the emulators; `sample` (shares) is the posterior over which
    expectations are taken. `evppi` is in the unit of the measure; `variance_share` is how much of the variance of the
    difference between the first and the last rule would go if the group were known.
    """
    import pandas as pd

    sign = 1.0 if higher_is_better else -1.0
    rules = list(by_rule)
    expected = np.column_stack([sign * emulated(points, by_rule[rule])[0](sample) for rule in rules])
    best_now = expected.mean(axis=0).max()
    gap = expected[:, -1] - expected[:, 0]
    rows = [("all", len(unknowns), float(expected.max(axis=1).mean() - best_now), 1.0)]
    for theme in dict.fromkeys(one.theme for one in unknowns):
        columns = [at for at, one in enumerate(unknowns) if one.theme == theme]
        known = np.column_stack([_given(sample[:, columns], expected[:, at]) for at in range(len(rules))])
        evppi = float(known.max(axis=1).mean() - known.mean(axis=0).max())
        left = float(np.var(_given(sample[:, columns], gap)) / np.var(gap)) if np.var(gap) > 0 else 0.0
        rows.append((theme, len(columns), max(0.0, evppi), left))
    table = pd.DataFrame(rows, columns=["group", "parameters", "evppi", "variance_share"])
    rest = table.iloc[1:].sort_values("variance_share", ascending=False)
    table = pd.concat([table.iloc[:1], rest], ignore_index=True)
    table["best_now"] = rules[int(np.argmax(expected.mean(axis=0)))]
    return table


def _given(columns: Floats, values: Floats) -> Floats:
    """The expected value given some parameters: a quadratic regression with products of them."""
    centred = 2 * columns - 1
    parts = [np.ones((len(columns), 1)), centred, centred**2]
    size = centred.shape[1]
    parts += [centred[:, [a]] * centred[:, [b]] for a in range(size) for b in range(a + 1, size)]
    x = np.hstack(parts)
    found, *_ = np.linalg.lstsq(x, values, rcond=None)
    return np.asarray(x @ found)
