"""Logistic regression by maximum likelihood, as the published odds ratios were made."""

from __future__ import annotations

import numpy as np

from sim.outcomes.spells import Floats

STEPS = 50
CLOSE = 1e-10
FAR = 30.0


def logistic(columns: Floats, happened: Floats) -> tuple[Floats, Floats]:
    """Coefficients and standard errors, the constant first. `columns` is children x factors, `happened` 0 or 1.

    Newton's method; not a number throughout where the likelihood has no maximum (a factor that separates, or one
    that never varies).
    """
    x = np.column_stack([np.ones(len(happened)), columns])
    nothing = np.full(x.shape[1], np.nan)
    if len(happened) <= x.shape[1] or np.linalg.matrix_rank(x) < x.shape[1]:
        return nothing, nothing
    beta = np.zeros(x.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(x @ beta, -FAR, FAR)))
        information = x.T @ (x * (chance * (1 - chance))[:, None])
        try:
            step = np.linalg.solve(information, x.T @ (happened - chance))
        except np.linalg.LinAlgError:
            return nothing, nothing
        beta = beta + step
        if np.abs(step).max() < CLOSE:
            return beta, np.sqrt(np.diag(np.linalg.inv(information)))
    return nothing, nothing
