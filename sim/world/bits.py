"""Rows of truths as whole numbers, so that sets of homes are compared at one go; and rows that are alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

_WORD = 8  # bytes


def as_bits(rows: npt.NDArray[np.bool_]) -> list[int]:
    """Each row as one whole number, with bit h for column h."""
    packed = np.packbits(rows, axis=1, bitorder="little")
    width = packed.shape[1]
    if width <= _WORD:
        words = np.zeros((len(packed), _WORD), dtype=np.uint8)
        words[:, :width] = packed
        short: list[int] = words.view("<u8")[:, 0].tolist()
        return short
    raw = packed.tobytes()
    return [int.from_bytes(raw[at : at + width], "little") for at in range(0, len(raw), width)]


def kinds(*columns: npt.NDArray[Any]) -> tuple[list[tuple[Any, ...]], npt.NDArray[np.int64]]:
    """The different rows of some columns with few values each, in order, and which of them each row is."""
    kind = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        values = np.unique(column)
        code = kind * len(values) + np.searchsorted(values, column)
        there = np.bincount(code) > 0
        kind = (np.cumsum(there) - 1)[code]
    first = np.zeros(int(kind.max(initial=-1)) + 1, dtype=np.int64)
    first[kind[::-1]] = np.arange(len(kind))[::-1]
    return list(zip(*(column[first].tolist() for column in columns), strict=True)), kind
