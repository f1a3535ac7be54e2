"""The event log: one typed record for everything that happens, in the order in which it happened.

Columns: sequence number (the row), day, kind, child (row of the tape, -1 if none), home (index, -1 if
none), code (a reason; what it points at depends on the kind) and value (what the kind says).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FORMAT_VERSION = 1
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


class Ending(IntEnum):
    """The one way in which a referral left the list."""

    PLACED = 0
    SCOTLAND = 1
    ALTERNATIVE = 2
    WITHDRAWN = 3
    SEARCH_CEASED = 4
    AGED_18 = 5
    OPEN = 6


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
