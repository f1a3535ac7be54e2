"""The event log: one typed record for everything that happens, in the order in which it happened.

Columns: sequence number (the row), day, kind, child (row of the tape, -1 if none), home (index, -1 if
none), code (a reason; what it points at depends on the kind) and value (what the kind says).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FORMAT_VERSION = 1
_WIDTH = 6
_WORD = 64  # bits
Floats = npt.NDArray[np.float64]
# how a log is kept: quick to write, and small
PARQUET: dict[str, Any] = {
    "compression": "snappy", "write_statistics": False,
    "use_dictionary": ["replication", "kind", "home", "code"], "column_encoding": {"sequence": "DELTA_BINARY_PACKED"},
}  # fmt: skip


class Kind(IntEnum):
    """What happened; in brackets what `code` and `value` hold."""

    REFERRED = 0  # a referral opened [ordinal of the referral; 1 if it has priority]
    REFUSED = 1  # a home refused [grounds as bits]
    NO_PLACE = 2  # a home that was approached had no place for the child
    OFFERED = 3  # the authority accepted a yes; a place is held [pool; days until admission]
    OFFER_ENDED = 4  # a held place was given back
    ADMITTED = 5  # moved in [pool; day on which the criteria stop being met]
    LEFT = 6  # moved out [leaving reason; days between end of need and leaving]
    ENDED = 7  # the referral ended [list ending]
    STAFF_DAY = 8  # staff on shift by day [; units]
    STAFF_NIGHT = 9  # staff on shift by night [; units]
    APPROVED = 10  # approved places changed [pool; places]
    SHUT = 11  # places shut [cause; places]
    LEFT_SCOTLAND = 12  # left a Scottish centre
    SCOTLAND = 13  # places that Scotland has for children from outside [; places]
    MISMATCH = 14  # mismatch of a placement at admission [; mismatch]
    ORDERS = 15  # court orders that a placement takes if it runs its course [; orders]
    TIED = 16  # a place that went by the order of the list between equal claims [the child who came second]
    DECLINED = 17  # the authority declined the offer of a home [1 if it lost its days of waiting]
    # staff as posts; what is said holds until it is said again
    IN_POST = 30  # posts that are filled [role; full-time equivalents]
    STAFF_LEFT = 31  # a member of staff left [role; 1]
    STAFF_JOINED = 32  # a member of staff started [role; 1]
    AWAY = 33  # staff of the ratio who are away [why; full-time equivalents]
    WORKED = 34  # hours on shift [source; hours a week]
    INCIDENTS = 35  # incidents since the step before [; how many]
    GRADE = 36  # the grade of the home [1 at a visit, 0 at the start; grade]
    MANAGER = 37  # whether there is a Registered Manager [; 1 or 0]
    POSTS_ENDED = 38  # a home shut for good gives its posts up [; full-time equivalents that were filled]


_REFUSED, _ENDED = float(Kind.REFUSED), float(Kind.ENDED)
_COLUMNS = ("day", "kind", "child", "home", "code", "value")
# while the clock runs, one entry for two records: the referral ended with a place, and ADMITTED
MOVED_IN = -1.0
# while the clock runs, one number for all records of a moment that are known beforehand; no record holds such numbers
FIRST_REFERRALS, SHIFTS = -1e300, -2e300


class Ending(IntEnum):
    """The one way in which a referral left the list."""

    PLACED = 0
    SCOTLAND = 1
    ALTERNATIVE = 2
    WITHDRAWN = 3
    SEARCH_CEASED = 4
    AGED_18 = 5
    OPEN = 6


_PLACED = int(Ending.PLACED)


class Leaving(IntEnum):
    """The one way in which a placement ended."""

    NEED_ENDED = 0
    ORDER_ENDED = 1
    SENTENCE_ENDED = 2
    BROKE_DOWN = 3
    HOME_CLOSED = 4
    TURNED_18 = 5
    STILL_PLACED = 6
    MOVED_EARLY = 7
    TRANSFERRED = 8


class Cause(IntEnum):
    """Why a place is shut, in order of precedence."""

    CLOSED = 0
    RESTRICTED = 1
    WORKS = 2
    REGISTERED_MANAGER = 3
    STAFF = 4


class Away(IntEnum):
    """Why staff of the ratio are away."""

    SICK = 0
    OFF_SITE = 1  # after an allegation


class Source(IntEnum):
    """Who works the hours on shift."""

    OWN = 0
    BANK = 1
    OVERTIME = 2
    AGENCY = 3


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


@dataclass(frozen=True, eq=False)
class EventLog:
    """The records of one replication, as columns of equal length in order of sequence number."""

    day: npt.NDArray[np.float64]
    kind: npt.NDArray[np.int8]
    child: npt.NDArray[np.int32]
    home: npt.NDArray[np.int32]
    code: npt.NDArray[np.int32]
    value: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.day)

    def of(self, *kinds: Kind) -> npt.NDArray[np.int64]:
        """Sequence numbers of the records of these kinds, in order."""
        return np.flatnonzero(np.isin(self.kind, kinds))

    def to_frame(self) -> pd.DataFrame:
        """All columns, with the sequence number first and the kind by name."""
        import pandas as pd

        names = np.array([kind.name.lower() for kind in Kind])
        row = np.zeros(max(Kind) + 1, dtype=np.int64)
        row[list(Kind)] = np.arange(len(Kind))
        return pd.DataFrame(
            {
                "sequence": np.arange(len(self)),
                "day": self.day,
                "kind": pd.Categorical(names[row[self.kind]], categories=names),
                "child": self.child,
                "home": self.home,
                "code": self.code,
                "value": self.value,
            }
        )

    def to_table(self) -> pa.Table:
        """The same columns as `to_frame`, as an Arrow table without a copy of the numbers."""
        import pyarrow as pa

        names = pa.array([kind.name.lower() for kind in Kind])
        return pa.table(
            {
                "sequence": np.arange(len(self)),
                "day": self.day,
                "kind": pa.DictionaryArray.from_arrays(pa.array(self.kind), names),
                "child": self.child,
                "home": self.home,
                "code": self.code,
                "value": self.value,
            }
        )

    def to_parquet(self, path: Path) -> None:
        """Write the log whole or not at all."""
        from pyarrow.parquet import write_table

        from sim.store import write_whole

        table = self.to_table()
        write_whole(path, lambda temporary: write_table(table, temporary, **PARQUET))
