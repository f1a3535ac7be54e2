"""What can be worked out beforehand of the first referral of every child, for all of them at once."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.engine.log import Kind
from sim.engine.plan import Clocks
from sim.engine.searches import AGED_18, WITHDRAWN, Search
from sim.engine.writer import Foreseen
from sim.world.bits import kinds, same
from sim.world.tape import Floats, Tape


def listed(column: npt.NDArray[Any]) -> list[Any]:
    """A column as a list; that of a mechanism which is off has one value, and need not be gone through."""
    if len(column) and same(column):
        return [column[0].item()] * len(column)
    values: list[Any] = column.tolist()
    return values


def first_referrals(tape: Tape) -> Foreseen:
    """The records of the first referrals: one at each moment, in order of the tape; residents have none."""
    child = np.flatnonzero(~tape.resident)
    same = np.ones(len(child), dtype=np.int64)
    return Foreseen(
        falls=same, day=tape.day[child], kind=(same * Kind.REFERRED).astype(np.int8), child=child, home=-same,
        value=np.zeros(len(child)),
    )  # fmt: skip


def first_searches(
    day: Floats, birthday_18: Floats, need_days: Floats | None, clocks: Clocks
) -> list[Search]:
    """The search that the first referral of each child begins (see sim.engine.searches.later_search).

    `need_days` is None where a need does not run while the child waits.
    """
    wait, ending = np.asarray(clocks.gives_up, dtype=np.float64), np.asarray(clocks.ending)
    north = np.asarray(clocks.scotland, dtype=np.float64)
    ends = [(birthday_18 - day, AGED_18)]
    if need_days is not None:
        ends.insert(0, (need_days, WITHDRAWN))
    for days, how in ends:
        sooner = days < wait
        wait = np.where(sooner, np.maximum(0.0, days), wait)
        ending = np.where(sooner, how, ending)
    asks = np.where(north < wait, day + north, inf)
    return list(zip((day + wait).tolist(), listed(ending), listed(asks), strict=True))


def alike(*columns: npt.NDArray[Any]) -> list[Any]:
    """Rows of some columns with few values each, as tuples; those that are alike are one and the same."""
    rows, kind = kinds(*columns)
    return list(map(rows.__getitem__, kind.tolist()))
