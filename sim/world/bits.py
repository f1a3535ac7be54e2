"""Rows of truths as whole numbers, so that sets of homes are compared at one go; and rows that are alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

_WORD = 62  # bits


def as_bits(rows: npt.NDArray[np.bool_]) -> list[int]:
    """Each row as one whole number, with bit h for column h."""
    columns = rows.shape[1]
    if columns <= _WORD:
        short: list[int] = (rows.astype(np.int64) @ (1 << np.arange(columns))).tolist()
        return short
    packed = np.packbits(rows, axis=1, bitorder="little")
    raw, width = packed.tobytes(), packed.shape[1]
    return [int.from_bytes(raw[at : at + width], "little") for at in range(0, len(raw), width)]


def same(column: npt.NDArray[Any]) -> bool:
    """Whether all values of a column are one and the same, as where a mechanism is off."""
    return bool((column == column[0]).all()) if len(column) else True


def kinds(*columns: npt.NDArray[Any]) -> tuple[list[tuple[Any, ...]], npt.NDArray[np.int64]]:
    """The different rows of some columns with few values each, in order, and which of them each row is."""
    kind = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        if same(column):
            continue
        values = np.unique(column)
        code = kind * len(values) + np.searchsorted(values, column)
        there = np.bincount(code) > 0
        kind = (np.cumsum(there) - 1)[code]
    first = np.zeros(int(kind.max(initial=-1)) + 1, dtype=np.int64)
    first[kind[::-1]] = np.arange(len(kind))[::-1]
    return list(zip(*(column[first].tolist() for column in columns), strict=True)), kind
