"""The referral tape: one row per child, everything drawn, nothing decided.

Columns are numpy arrays of the same length, sorted by day (then stream, then number); `day` is days
since the start of the run, coordinates are grid metres, durations are days. Children who already
live in a home at the start come first, with `resident` true and a need that is what is left of it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Tape:
    """One world's children. `streams`, `origins` and `flag_names` are what the codes point at."""

    streams: tuple[str, ...]
    origins: tuple[str, ...]
    regions: tuple[str, ...]
    flag_names: tuple[str, ...]
    stream: Ints
    number: Ints
    day: Floats
    resident: Bools
    route: Ints
    wales: Bools
    emergency: Bools
    origin: Ints
    region: Ints
    easting: Floats
    northing: Floats
    last_easting: Floats
    last_northing: Floats
    girl: Bools
    age: Floats
    flags: Bools
    need: Floats
    complexity: Ints
    units_day: Floats
    units_night: Floats
    need_days: Floats
    step_down_days: Floats
    patience_days: Floats
    alternative: Ints
    alternative_days: Floats
    withdrawn_days: Floats
    ceased_days: Floats
    scotland_days: Floats
    court_days: Floats
    travel_days: Floats
    approval_days: Floats
    setting: Ints
    after_alternative: Ints
    after_secure: Ints
    frailty: Floats
    breakdown: Floats
    referred_again: Floats
    order_uniforms: Floats

    def __len__(self) -> int:
        return len(self.day)

    @property
    def birthday_18(self) -> Floats:
        """Day on which each child turns 18."""
        return self.day + (18 - self.age) * 365.25

    def rows(self, keep: npt.ArrayLike) -> Tape:
        """The tape of some rows only (a mask or an order of row numbers)."""
        pick = np.asarray(keep)
        size = len(self)
        columns = {
            field.name: column[pick] if isinstance(column, np.ndarray) and len(column) == size else column
            for field in fields(self)
            for column in [getattr(self, field.name)]
        }
        return Tape(**columns)

    def child_id(self, row: int) -> str:
        """The name of a child that no scenario changes: its stream and its number on the ceiling."""
        return f"{self.streams[int(self.stream[row])]}-{int(self.number[row])}"


def stack(tapes: list[Tape]) -> Tape:
    """One tape of several that share the same names, rows in the order given."""
    first = tapes[0]
    columns: dict[str, Any] = {
        field.name: np.concatenate([getattr(tape, field.name) for tape in tapes])
        if isinstance(getattr(first, field.name), np.ndarray)
        else getattr(first, field.name)
        for field in fields(first)
    }
    return Tape(**columns)


def join(tapes: list[Tape]) -> Tape:
    """One tape of several that share the same names: residents first, then in order of day."""
    whole = stack(tapes)
    return whole.rows(np.lexsort((np.abs(whole.number), whole.stream, whole.day, ~whole.resident)))
