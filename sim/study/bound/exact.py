"""Small worlds solved exactly: one whole number for each offer, and every limit as it stands at each offer.

An offer needs room at its own moment for everybody who is there then. Offers are made within a day; those that
are surely made by then, and surely stay past the end of that day, count. So every schedule that the engine could
play is a solution, and what is best among the solutions is a bound.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, vstack

from sim.outcomes.spells import Floats, Ints
from sim.study.bound.offers import Offers
from sim.study.bound.room import KINDS, Room


class Solved(NamedTuple):
    """No solution is worth more than `value`; `chosen` are the offers of the best solution found."""

    value: float
    chosen: Ints


def solve(offers: Offers, room: Room, widths: Floats, seconds: float) -> Solved | None:
    """The most that any choice of offers is worth; None if no bound was found in that time.

    `widths` has the days of offers that each opportunity looks at as one. An uncertain stay is worth its longest
    and takes room for its shortest.
    """
    count = len(offers)
    if not count:
        return Solved(0.0, np.zeros(0, dtype=np.int64))
    once = csr_matrix((np.ones(count), (offers.group, np.arange(count))), shape=(len(widths), count))
    matrix, upper = [once], [np.ones(len(widths))]
    for kind in range(KINDS):
        rows, most = _limits(offers, room, kind, widths[offers.group])
        matrix.append(rows)
        upper.append(most)
    found = milp(
        -offers.value,
        constraints=LinearConstraint(vstack(matrix, format="csr"), -np.inf, np.concatenate(upper)),
        integrality=np.ones(count),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": 1e-9},
    )
    if found.mip_dual_bound is None or not np.isfinite(found.mip_dual_bound):
        return None
    chosen = np.flatnonzero(found.x > 0.5) if found.x is not None else np.zeros(0, dtype=np.int64)
    return Solved(-float(found.mip_dual_bound), chosen)


def _limits(offers: Offers, room: Room, kind: int, width: Floats) -> tuple[csr_matrix, Floats]:
    """For each offer: if it is made, those who are there take no more than the room of its day.

    If several offers of a day are made, all are there at the last of them.
    """
    size, over = offers.size[:, kind], offers.day + width
    rows, upper = [], []
    for at in np.flatnonzero(size > 0).tolist():
        home, day = int(offers.home[at]), int(offers.day[at])
        most = float(room.most[home, kind, day : day + int(width[at])].max())
        if not np.isfinite(most):
            continue
        there = offers.start <= day
        if offers.end[at] >= over[at]:
            there = (there | ((offers.day == day) & (width == width[at]))) & (offers.end >= over[at])
        else:
            there &= offers.end > offers.start[at]
        there &= (offers.home == home) & (offers.group != offers.group[at])
        units = np.where(there, size, 0.0)
        others = np.zeros(int(offers.group.max()) + 1)  # one offer of each other child is made at most
        np.maximum.at(others, offers.group, units)
        slack = max(0.0, float(others.sum()) + float(size[at]) - most)
        units[at] = size[at] + slack
        rows.append(units)
        upper.append(most + slack)
    if not rows:
        return csr_matrix((0, len(offers))), np.zeros(0)
    return csr_matrix(np.array(rows)), np.array(upper)
