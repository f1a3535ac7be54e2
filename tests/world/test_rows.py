"""Rows of streams: one number is the same however it is read, and mirrored worlds mirror staff too."""

from __future__ import annotations

import numpy as np
import pytest

from sim.world.streams import Rows, Streams

pytestmark = pytest.mark.world


@pytest.mark.parametrize("mirrored", [False, True])
def test_one_number_is_the_same_however_it_is_read(mirrored: bool) -> None:
    """By itself, in a list and among all rows, with and without a place to begin; and it is the stream's own."""
    streams = [Streams(7, 3, mirrored).of("home", name) for name in ("a", "b", "c")]
    start = np.array([0, 5 << 32, (1 << 31) + 11])
    rows = Rows(streams, np.array([2, 0, 1]), start)
    for index in (0, 1, 999, 1 << 40):
        every = rows.every(index)
        assert (
            every.tolist() == rows.at([0, 1, 2], index).tolist() == [rows.one(row, index) for row in range(3)]
        )
        assert every[1] == streams[0].at(start[1] + index)


def test_the_second_of_a_pair_mirrors_the_staff_too() -> None:
    plain = Rows([Streams(7, 3).of("x")]).every(np.arange(1000))
    other = Rows([Streams(7, 3, mirrored=True).of("x")]).every(np.arange(1000))
    assert np.allclose(plain + other, 1.0) and other.max() < 1
