"""Rows of the tidy table: a measure of a group's level as a numerator over a denominator.

A ratio of sums over many replications needs both parts, so both are kept; the value of one
replication is their quotient, and not a number where nothing could be counted.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.outcomes.groups import Group
from sim.outcomes.spells import Floats, Ints


class Row(NamedTuple):
    """numerator / denominator is the value."""

    measure: str
    group: str
    level: str
    numerator: float
    denominator: float


def single(measure: str, numerator: float, denominator: float = 1.0) -> Row:
    """A measure of the whole."""
    return Row(measure, "all", "all", float(numerator), float(denominator))


def by_group(measure: str, group: Group, children: Ints, amount: Floats, base: Floats | float) -> list[Row]:
    """Sums of `amount` over `children` by level; the base is summed alike, or the same for every level."""
    level = group.of_child[children]
    size = len(group.levels)
    top = np.bincount(level, weights=amount, minlength=size)
    each = np.full(len(level), 0.0) if isinstance(base, float) else base
    bottom = np.bincount(level, weights=each, minlength=size) + (base if isinstance(base, float) else 0.0)
    return [
        Row(measure, group.name, name, t, b)
        for name, t, b in zip(group.levels, top.tolist(), bottom.tolist(), strict=True)
    ]
