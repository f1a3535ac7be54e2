"""Answers as they are kept: one row for a child in a fortnight, many rows made at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import NamedTuple


class Row:
    """One child's answers in one fortnight, over all homes.

    fires[home]     bits of the grounds that fire whatever the home's state
    shortage[home]  the staffing ground fires when the home's shortage is above this
    conflict[home]  the mix ground fires when the child's conflict with residents is above this
    refused         homes (as bits) with a counted ground among `fires`
    moves           homes (as bits) whose state may make them refuse
    told            homes (as bits) whose refusal has been recorded
    until           day until which the answers hold, as far as whoever asked has said
    """

    __slots__ = ("_batch", "_start", "fires", "moves", "refused", "told", "until")

    fires: bytes
    refused: int
    moves: int
    told: int
    until: float
    _batch: Batch
    _start: int

    @property
    def shortage(self) -> Sequence[float]:
        return self._batch.shortage[self._start : self._start + len(self.fires)]

    @property
    def conflict(self) -> Sequence[float]:
        return self._batch.conflict[self._start : self._start + len(self.fires)]


class Counted(NamedTuple):
    """What may make a home refuse under a rule.

    grounds   bits of the grounds that count, each with `veto` times its probability
    shortage  a home may also refuse when its shortage is above this,
    conflict  or the child's conflict with its residents is this or more, whatever the grounds
    """

    grounds: int
    veto: float = 1.0
    shortage: float = inf
    conflict: float = inf


class Batch(NamedTuple):
    """Rows that were made at the same time, one after another."""

    fires: bytes
    shortage: memoryview
    conflict: memoryview
    refused: list[int]
    moves: list[int]
