"""Points that fill the space between the ends of several ranges: Latin hypercube and Sobol designs.

The points are part of the question, not of a world: the same design always has the same points.
"""

from __future__ import annotations

import math

from sim.scenario.design import LatinHypercube, Range, Sobol


def fill(design: LatinHypercube | Sobol) -> list[tuple[str, ...]]:
    """The overrides of each point, one for each range, to nine significant figures."""
    from scipy.stats import qmc

    size = len(design.ranges)
    if isinstance(design, Sobol):
        shares = qmc.Sobol(size, rng=design.seed).random_base2(int(math.log2(design.points)))
    else:
        shares = qmc.LatinHypercube(size, rng=design.seed).random(design.points)
    return [
        tuple(f"{one.key}={_at(one, share)}" for one, share in zip(design.ranges, row, strict=True))
        for row in shares.tolist()
    ]


def _at(one: Range, share: float) -> str:
    """The value at a share (from 0 up to 1) of the way from the low end to the high one."""
    if one.whole:
        return str(min(int(one.low) + int(share * (one.high - one.low + 1)), int(one.high)))
    if one.scale == "log":
        return f"{one.low * (one.high / one.low) ** share:.9g}"
    return f"{one.low + share * (one.high - one.low):.9g}"
