"""Points and shares that a study of many scenarios needs: the same for the same seed, and no part of any world."""

from __future__ import annotations

import numpy as np

from sim.world.streams import Floats, Stream, normals


def latin_points(points: int, size: int, seed: int) -> Floats:
    """A Latin hypercube of `points` rows in `size` dimensions, each from 0 up to 1."""
    from scipy.stats import qmc

    return np.asarray(qmc.LatinHypercube(size, rng=seed).random(points))


def sobol_points(log2_points: int, size: int, seed: int) -> Floats:
    """A scrambled Sobol sequence of 2 to the power of `log2_points` rows, each from 0 up to 1."""
    from scipy.stats import qmc

    return np.asarray(qmc.Sobol(size, rng=seed).random_base2(log2_points))


def shares(rows: int, columns: int, seed: int, purpose: str) -> Floats:
    """Uniforms in (0, 1) by address: rows x columns for a seed and a purpose."""
    return Stream(seed, 0, f"study/{purpose}").first(rows * columns).reshape(rows, columns)


def normal_points(rows: int, columns: int, seed: int, purpose: str) -> Floats:
    """Standard normals by address: rows x columns for a seed and a purpose."""
    return normals(shares(rows, columns, seed, purpose))
