"""Rows of truths as whole numbers, so that sets of homes are compared at one go."""

from __future__ import annotations

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
