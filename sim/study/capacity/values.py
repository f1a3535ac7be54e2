"""Measures of one scenario, replication by replication, as numerators and denominators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sim.outcomes.rows import Row
from sim.study.estimate import Key, Parts

Floats = npt.NDArray[np.float64]


@dataclass
class Values:
    """Rows by replication; a measure that a replication lacks counts nothing there."""

    keys: dict[Key, int] = field(default_factory=dict)
    at: dict[int, tuple[Floats, Floats]] = field(default_factory=dict)

    def add(self, replication: int, rows: Sequence[Row]) -> None:
        for row in rows:
            self.keys.setdefault(row[:3], len(self.keys))
        top, bottom = np.zeros(len(self.keys)), np.zeros(len(self.keys))
        place = [self.keys[row[:3]] for row in rows]
        np.add.at(top, place, [row[3] for row in rows])
        np.add.at(bottom, place, [row[4] for row in rows])
        self.at[replication] = top, bottom

    def column(self, key: Key, replications: Sequence[int]) -> tuple[Floats, Floats]:
        """Numerator and denominator of one measure in these replications, in order."""
        place = self.keys.get(key)
        pairs = [_cell(self.at[one], place) for one in replications]
        return np.array([top for top, _ in pairs]), np.array([bottom for _, bottom in pairs])


def _cell(pair: tuple[Floats, Floats], place: int | None) -> tuple[float, float]:
    top, bottom = pair
    return (float(top[place]), float(bottom[place])) if place is not None and place < len(top) else (0.0, 0.0)


@dataclass(frozen=True, eq=False)
class Observed:
    """The first observations of one design: numerator and denominator of any measure, one entry an observation.

    An observation is a replication, or a pair of antithetic ones.
    """

    sources: tuple[Values, ...]
    each: int = 1

    def __len__(self) -> int:
        return len(self.sources) // self.each

    def column(self, key: Key) -> tuple[Floats, Floats]:
        """Numerator and denominator of a measure (both 0 where it could not be counted)."""
        top, bottom = np.empty(len(self.sources)), np.empty(len(self.sources))
        for values in {id(one): one for one in self.sources}.values():
            mine = [at for at, one in enumerate(self.sources) if one is values]
            top[mine], bottom[mine] = values.column(key, mine)
        shape = (len(self), self.each)
        return top.reshape(shape).sum(axis=1), bottom.reshape(shape).sum(axis=1)

    def has(self, key: Key) -> bool:
        return any(key in values.keys for values in self.sources)

    def levels(self, measure: str, group: str) -> list[str]:
        """The levels of a group that a measure is known for."""
        found = dict.fromkeys(
            level
            for values in {id(one): one for one in self.sources}.values()
            for name, of, level in values.keys
            if (name, of) == (measure, group)
        )
        return list(found)

    def parts(self, keys: Sequence[Key]) -> Parts:
        """Several measures as `sim.study.estimate` takes them."""
        columns = [self.column(key) for key in keys]
        return Parts(
            tuple(keys), np.stack([top for top, _ in columns], 1), np.stack([low for _, low in columns], 1)
        )
