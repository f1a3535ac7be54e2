"""Writes the event log while the clock runs: numbers and marks in a list, which become columns at the end."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.engine.log import Ending, EventLog, Kind

_WIDTH = 6
_WORD = 64  # bits
Floats = npt.NDArray[np.float64]
_REFUSED, _ENDED, _PLACED = float(Kind.REFUSED), float(Kind.ENDED), int(Ending.PLACED)
_COLUMNS = ("day", "kind", "child", "home", "code", "value")
# one entry for two records: the referral ended with a place, and ADMITTED
MOVED_IN = -1.0
# one number for all records of a moment that are known beforehand; no record holds such numbers
FIRST_REFERRALS, SHIFTS = -1e300, -2e300


class Foreseen(NamedTuple):
    """Records that are known before the clock starts, in order, and how many of them fall at each moment."""

    falls: npt.NDArray[np.int64]
    day: Floats
    kind: npt.NDArray[np.int8]
    child: npt.NDArray[np.int64]
    home: npt.NDArray[np.int64]
    value: Floats


class Writer:
    """Collects records while the clock runs; `add` is the list's own extend, called with six numbers.

    Homes that refuse a child at the same moment are one entry, which becomes a record for each at the end. What is
    foreseen is written by `mark` (the list's own append), called once a moment with what it is about.
    """

    __slots__ = ("_foreseen", "_refused", "add", "add_refusals", "mark", "numbers")

    def __init__(self, first_referrals: Foreseen, shifts: Foreseen) -> None:
        self.numbers: list[float] = []
        self._refused: list[Any] = []
        self._foreseen = {FIRST_REFERRALS: first_referrals, SHIFTS: shifts}
        self.add, self.mark = self.numbers.extend, self.numbers.append
        self.add_refusals = self._refused.extend  # called as in `refused`, where a call is too much

    def refused(self, day: float, child: int, homes: int, grounds: bytes) -> None:
        """Some homes (as bits) refused a child on the grounds (as bits) that `grounds` has for each home."""
        self.add_refusals((len(self.numbers), day, child, homes, grounds))

    def close(self) -> EventLog:
        """The finished log as columns.

        Entries and marks are the slots; each becomes some records, after those of the refusals before it.
        """
        numbers = np.fromiter(self.numbers, dtype=np.float64, count=len(self.numbers))
        marks = np.flatnonzero((numbers == FIRST_REFERRALS) | (numbers == SHIFTS))
        slot_of_mark = (marks - np.arange(len(marks))) // _WIDTH + np.arange(len(marks))
        about = numbers[marks]
        day, kind, child, home, code, value = np.delete(numbers, marks).reshape(-1, _WIDTH).T
        is_entry = np.ones(len(day) + len(marks), dtype=bool)
        is_entry[slot_of_mark] = False
        moved = np.flatnonzero(kind == MOVED_IN)

        records = np.ones(len(is_entry) + 1, dtype=np.int64)
        records[np.flatnonzero(is_entry)[moved]] = 2
        for which, foreseen in self._foreseen.items():
            of_mark = slot_of_mark[about == which]
            records[of_mark] = foreseen.falls[: len(of_mark)]
        refused = self._refusals(marks)
        first = np.cumsum(records) - records + np.cumsum(np.bincount(refused.before, minlength=len(records)))

        size = int(first[-1])
        log = EventLog(
            day=np.empty(size), kind=np.empty(size, np.int8), child=np.empty(size, np.int32),
            home=np.empty(size, np.int32), code=np.empty(size, np.int32), value=np.empty(size),
        )  # fmt: skip
        rest = np.ones(size, dtype=bool)

        def write(at: npt.NDArray[np.int64], *columns: Any) -> None:
            rest[at] = False
            for name, column in zip(_COLUMNS, columns, strict=True):
                getattr(log, name)[at] = column

        at = first[:-1][is_entry]
        at[moved] += 1
        write(at, day, np.where(kind == MOVED_IN, float(Kind.ADMITTED), kind), child, home, code, value)
        write(at[moved] - 1, day[moved], _ENDED, child[moved], home[moved], _PLACED, 0.0)
        for which, foreseen in self._foreseen.items():
            of_mark = slot_of_mark[about == which]
            falls = records[of_mark]
            at = np.repeat(first[of_mark] - (np.cumsum(falls) - falls), falls) + np.arange(falls.sum())
            write(at, *(column[: len(at)] for column in foreseen[1:5]), 0, foreseen.value[: len(at)])
        write(np.flatnonzero(rest), refused.day, _REFUSED, refused.child, refused.home, refused.grounds, 0.0)
        return log

    def _refusals(self, marks: npt.NDArray[np.int64]) -> _Refusals:
        """One record for each home that refused; `marks` are where among the numbers a mark stands."""
        before, day, child, homes, grounds = (self._refused[at::5] for at in range(5))
        if not homes:
            return _Refusals(*(np.zeros(0, dtype=np.int64) for _ in range(5)))
        reasons = np.frombuffer(b"".join(grounds), np.uint8).reshape(len(homes), -1)
        entry, home = np.nonzero(_as_truths(homes, reasons.shape[1]))
        where = np.array(before)
        earlier = np.searchsorted(marks, where)
        slot = (where - earlier) // _WIDTH + earlier
        return _Refusals(
            slot[entry], np.array(day)[entry], np.array(child)[entry], home, reasons[entry, home]
        )


class _Refusals(NamedTuple):
    """Columns with one row for each home that refused; `before` is the slot of the log that came next."""

    before: npt.NDArray[np.int64]
    day: npt.NDArray[Any]
    child: npt.NDArray[np.int64]
    home: npt.NDArray[np.int64]
    grounds: npt.NDArray[Any]


def _as_truths(rows: list[int], columns: int) -> npt.NDArray[np.uint8]:
    """Whole numbers as rows of bits, the lowest first."""
    if columns <= _WORD:
        packed = np.array(rows, dtype="<u8").view(np.uint8).reshape(len(rows), -1)
    else:
        width = -(-columns // 8)
        packed = np.frombuffer(b"".join([bits.to_bytes(width, "little") for bits in rows]), np.uint8)
    return np.unpackbits(packed.reshape(len(rows), -1), axis=1, count=columns, bitorder="little")
