"""Levels and paired differences with intervals, from numerators and denominators by replication.

A ratio over many replications is a sum over a sum, so a replication in which nothing could be counted
still takes part. Its standard error is the jackknife's; where the denominator is the same in every
replication that is the ordinary paired t interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.outcomes.rows import Row

Floats = npt.NDArray[np.float64]
Key = tuple[str, str, str]


@dataclass(frozen=True, eq=False)
class Parts:
    """Numerators and denominators of one scenario: replications x keys."""

    keys: tuple[Key, ...]
    numerator: Floats
    denominator: Floats

    def ratio(self) -> Floats:
        """The value of each key over all replications."""
        return _divide(self.numerator.sum(axis=0), self.denominator.sum(axis=0))

    def pseudo_values(self) -> Floats:
        """Jackknife pseudo-values, replications x keys."""
        n = len(self.numerator)
        without = _divide(
            self.numerator.sum(axis=0) - self.numerator, self.denominator.sum(axis=0) - self.denominator
        )
        return n * self.ratio() - (n - 1) * without


def gather(replications: Sequence[Sequence[Row]]) -> Parts:
    """Rows of every replication, lined up by key; a key that a replication lacks counts nothing there."""
    index: dict[Key, int] = {}
    for rows in replications:
        for row in rows:
            index.setdefault((row.measure, row.group, row.level), len(index))
    numerator = np.zeros((len(replications), len(index)))
    denominator = np.zeros((len(replications), len(index)))
    for at, rows in enumerate(replications):
        for row in rows:
            column = index[row.measure, row.group, row.level]
            numerator[at, column] += row.numerator
            denominator[at, column] += row.denominator
    return Parts(tuple(index), numerator, denominator)


@dataclass(frozen=True, eq=False)
class Estimate:
    """A value per key with its 95% interval, and the interval adjusted for several comparisons."""

    value: Floats
    half_width: Floats
    half_width_adjusted: Floats


def level(parts: Parts, comparisons: int = 1) -> Estimate:
    """Value of each key, with an interval across replications."""
    return _estimate(parts.ratio(), parts.pseudo_values(), comparisons)


def streamed_level(blocks: Callable[[], Iterable[Parts]]) -> tuple[tuple[Key, ...], Estimate, int]:
    """As `level` for replications that come in blocks, read twice, one in memory at a time; also their number."""
    index: dict[Key, int] = {}
    tops, bottoms, n = np.zeros(0), np.zeros(0), 0
    for part in blocks():
        for key in part.keys:
            index.setdefault(key, len(index))
        whole = _spread(part, index)
        grow = (0, len(index) - len(tops))
        tops = np.pad(tops, grow) + whole.numerator.sum(axis=0)
        bottoms = np.pad(bottoms, grow) + whole.denominator.sum(axis=0)
        n += len(whole.numerator)
    ratio = _divide(tops, bottoms)
    total, squares = np.zeros(len(index)), np.zeros(len(index))
    for part in blocks():
        whole = _spread(part, index)
        away = (n - 1) * (ratio - _divide(tops - whole.numerator, bottoms - whole.denominator))
        total += away.sum(axis=0)
        squares += (away**2).sum(axis=0)
    if n < 2:
        return tuple(index), Estimate(ratio, np.full(len(index), np.nan), np.full(len(index), np.nan)), n
    error = np.sqrt(np.maximum(squares - total**2 / n, 0.0) / (n - 1) / n)
    half = t_quantile(0.975, n - 1) * error
    return tuple(index), Estimate(ratio, half, half), n


def _spread(part: Parts, index: dict[Key, int]) -> Parts:
    """The same numbers with a column for every key of `index`; what a block lacks counts nothing."""
    columns = [index[key] for key in part.keys]
    numerator = np.zeros((len(part.numerator), len(index)))
    denominator = np.zeros_like(numerator)
    numerator[:, columns], denominator[:, columns] = part.numerator, part.denominator
    return Parts(tuple(index), numerator, denominator)


def difference(baseline: Parts, other: Parts, comparisons: int = 1) -> tuple[tuple[Key, ...], Estimate]:
    """`other` minus `baseline` on the same worlds, for the keys that both have.

    `comparisons` is the number of statements made at once (Bonferroni).
    """
    keys = tuple(key for key in baseline.keys if key in set(other.keys))
    a, b = _pick(baseline, keys), _pick(other, keys)
    value = b.ratio() - a.ratio()
    return keys, _estimate(value, b.pseudo_values() - a.pseudo_values(), comparisons)


def _pick(parts: Parts, keys: tuple[Key, ...]) -> Parts:
    place = {key: i for i, key in enumerate(parts.keys)}
    columns = [place[key] for key in keys]
    return Parts(keys, parts.numerator[:, columns], parts.denominator[:, columns])


def _estimate(value: Floats, pseudo: Floats, comparisons: int) -> Estimate:
    n = len(pseudo)
    if n < 2:
        nothing = np.full(len(value), np.nan)
        return Estimate(value, nothing, nothing)
    error = pseudo.std(axis=0, ddof=1) / np.sqrt(n)
    return Estimate(
        value, t_quantile(0.975, n - 1) * error, t_quantile(1 - 0.025 / comparisons, n - 1) * error
    )


def half_width(values: Floats) -> float:
    """Half of the 95% interval of the mean of some values; not a number for a single one."""
    n = len(values)
    return t_quantile(0.975, n - 1) * float(values.std(ddof=1) / np.sqrt(n)) if n > 1 else float("nan")


def widening(replications: int, statements: int) -> float:
    """How much wider a 95% interval is when adjusted for so many statements at once (Bonferroni)."""
    freedom = replications - 1
    return (
        t_quantile(1 - 0.025 / statements, freedom) / t_quantile(0.975, freedom) if freedom else float("nan")
    )


def t_quantile(share: float, freedom: int) -> float:
    """Quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, share))


def _divide(top: Floats, bottom: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom != 0, top / bottom, np.nan)
