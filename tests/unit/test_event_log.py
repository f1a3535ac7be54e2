"""The log puts what is foreseen, what homes refused and what happened in the order in which it came."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.log import Ending, EventLog, Kind
from sim.engine.writer import FIRST_REFERRALS, MOVED_IN, SHIFTS, Foreseen, Writer

pytestmark = pytest.mark.unit

Row = tuple[float, int, int, int, int, float]


def foreseen(falls: list[int], rows: list[Row]) -> Foreseen:
    day, kind, child, home, _, value = (np.array(column) for column in zip(*rows, strict=True))
    return Foreseen(np.array(falls), day, kind.astype(np.int8), child, home, value)


def rows(log: EventLog) -> list[Row]:
    columns = (log.day, log.kind, log.child, log.home, log.code, log.value)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_records_come_in_the_order_in_which_they_happened() -> None:
    first: list[Row] = [(0.5, Kind.REFERRED, 0, -1, 0, 0.0), (0.5, Kind.REFERRED, 1, -1, 0, 0.0),
             (9.0, Kind.REFERRED, 2, -1, 0, 0.0)]  # fmt: skip
    shifts = [(0.0, Kind.STAFF_DAY, -1, 0, 0, 4.0), (0.0, Kind.STAFF_NIGHT, -1, 0, 0, 2.0),
              (2.0, Kind.STAFF_DAY, -1, 1, 0, 3.0), (13.0, Kind.STAFF_DAY, -1, 1, 0, 1.0)]  # fmt: skip
    many: list[Row] = [(10.0, Kind.REFERRED, child, -1, 0, 0.0) for child in range(3, 12)]
    first += many
    writer = Writer(foreseen([1] * len(first), first), foreseen([2, 0, 1, 1], shifts))
    writer.mark(SHIFTS)
    writer.mark(FIRST_REFERRALS)
    writer.refused(0.5, 0, 0b11, bytes([4, 8]))
    writer.mark(FIRST_REFERRALS)
    writer.refused(0.5, 1, 0b10, bytes([0, 16]))
    writer.mark(SHIFTS)  # of a day on which nothing is new
    writer.add((1.0, MOVED_IN, 1, 0, 2, 30.0))
    writer.refused(2.0, 0, 0b01, bytes([4, 0]))
    writer.mark(SHIFTS)
    writer.add((3.0, Kind.LEFT, 1, 0, 5, 0.0))
    writer.refused(4.0, 0, 0b10, bytes([0, 8]))
    writer.mark(FIRST_REFERRALS)
    for _ in many:
        writer.mark(FIRST_REFERRALS)
    writer.add((11.0, Kind.ENDED, 3, -1, 1, 0.0))
    writer.refused(12.0, 4, 0b1, bytes([2, 0]))
    writer.mark(SHIFTS)
    assert rows(writer.close()) == [
        (0.0, Kind.STAFF_DAY, -1, 0, 0, 4.0),
        (0.0, Kind.STAFF_NIGHT, -1, 0, 0, 2.0),
        (0.5, Kind.REFERRED, 0, -1, 0, 0.0),
        (0.5, Kind.REFUSED, 0, 0, 4, 0.0),
        (0.5, Kind.REFUSED, 0, 1, 8, 0.0),
        (0.5, Kind.REFERRED, 1, -1, 0, 0.0),
        (0.5, Kind.REFUSED, 1, 1, 16, 0.0),
        (1.0, Kind.ENDED, 1, 0, Ending.PLACED, 0.0),
        (1.0, Kind.ADMITTED, 1, 0, 2, 30.0),
        (2.0, Kind.REFUSED, 0, 0, 4, 0.0),
        (2.0, Kind.STAFF_DAY, -1, 1, 0, 3.0),
        (3.0, Kind.LEFT, 1, 0, 5, 0.0),
        (4.0, Kind.REFUSED, 0, 1, 8, 0.0),
        first[2],
        *many,
        (11.0, Kind.ENDED, 3, -1, 1, 0.0),
        (12.0, Kind.REFUSED, 4, 0, 2, 0.0),
        shifts[3],
    ]


def test_a_run_in_which_nothing_happens_has_an_empty_log() -> None:
    none = foreseen([], [(0.0, Kind.REFERRED, 0, -1, 0, 0.0)])
    assert rows(Writer(none, none).close()) == []
