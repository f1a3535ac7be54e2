"""Which parameters move a difference: Morris trajectories on the model itself, Sobol indices on an emulator of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.scenario.unknowns import Unknown
from sim.study.calibrate.emulator import FOLDS, terms
from sim.world.points import shares, sobol_points
from sim.world.streams import Floats

if TYPE_CHECKING:
    import pandas as pd

LEVELS = 4
SALTELLI = 12  # two to this power: base points of the Sobol indices


def trajectories(count: int, size: int, seed: int) -> Floats:
    """Morris's design: `count` walks of size + 1 points; each parameter moves once, by two thirds of its range."""
    step = LEVELS / (2 * (LEVELS - 1))
    start = shares(count, size, seed, "morris/start")
    order = shares(count, size, seed, "morris/order")
    rows = []
    for walk in range(count):
        low = np.floor(start[walk] * LEVELS / 2) / (LEVELS - 1)
        up = shares(1, size, seed, f"morris/up {walk}")[0] < 0.5
        now = np.where(up, low, low + step)
        rows.append(now.copy())
        for which in np.argsort(order[walk]):
            now[which] += step if up[which] else -step
            rows.append(now.copy())
    return np.asarray(np.clip(np.array(rows), 0.0, 1.0))


def problem(unknowns: Sequence[Unknown]) -> dict[str, Any]:
    """The parameters as SALib wants them, on shares of their ranges."""
    return {
        "num_vars": len(unknowns),
        "names": [one.name for one in unknowns],
        "bounds": [[0.0, 1.0]] * len(unknowns),
    }


def morris(unknowns: Sequence[Unknown], points: Floats, y: Floats, seed: int) -> pd.DataFrame:
    """Elementary effects over the whole range: mean, mean size with its 95% interval, spread."""
    import pandas as pd
    from SALib.analyze import morris as analysis

    found = analysis.analyze(problem(unknowns), points, y, num_levels=LEVELS, seed=seed)
    table = pd.DataFrame(
        {
            "parameter": [one.name for one in unknowns],
            "title": [one.title for one in unknowns],
            "effect": found["mu"],
            "size": found["mu_star"],
            "size_half_95": found["mu_star_conf"],
            "spread": found["sigma"],
        }
    )
    return table.sort_values("size", ascending=False, ignore_index=True)


def sobol(unknowns: Sequence[Unknown], points: Floats, y: Floats, seed: int) -> tuple[pd.DataFrame, float]:
    """First-order and total indices of an emulator fitted to points and values, and its R squared out of sample."""
    import pandas as pd
    from SALib.analyze import sobol as analysis

    size = len(unknowns)
    predict, explained = emulated(points, y)
    base = sobol_points(SALTELLI, 2 * size, seed)
    a, b = base[:, :size], base[:, size:]
    blocks = []
    for row in range(len(a)):
        block = [a[row]]
        for at in range(size):
            mixed = a[row].copy()
            mixed[at] = b[row, at]
            block.append(mixed)
        blocks.append(np.array([*block, b[row]]))
    found = analysis.analyze(
        problem(unknowns), predict(np.vstack(blocks)), calc_second_order=False, seed=seed
    )
    table = pd.DataFrame(
        {
            "parameter": [one.name for one in unknowns],
            "title": [one.title for one in unknowns],
            "first_order": found["S1"],
            "first_order_half_95": found["S1_conf"],
            "total": found["ST"],
            "total_half_95": found["ST_conf"],
        }
    )
    return table.sort_values("total", ascending=False, ignore_index=True), explained


def emulated(points: Floats, y: Floats) -> tuple[Any, float]:
    """A function of points and its R squared on points left out: a quadratic ridge regression."""
    from sklearn.linear_model import RidgeCV

    alphas = tuple(10.0**power for power in range(-2, 4))
    out = np.arange(len(y)) % FOLDS
    errors = np.empty(len(y))
    for fold in range(FOLDS):
        here = out == fold
        fitted = RidgeCV(alphas=alphas).fit(terms(points[~here]), y[~here])
        errors[here] = y[here] - fitted.predict(terms(points[here]))
    model = RidgeCV(alphas=alphas).fit(terms(points), y)
    spread = float(np.var(y))
    explained = 1 - float(np.mean(errors**2)) / spread if spread > 0 else 0.0
    return lambda rows: np.asarray(model.predict(terms(rows))), explained
