"""Incidents in homes: points of a Poisson process that the hazard used so far has passed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from sim.engine.staff_plan import StaffInnovations

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_FIRST = 512  # points drawn at first


class Incidents:
    """Incidents of each home: points of a unit Poisson process that the used hazard has passed.

    `off_site` are the days for which each takes a member of staff off site (0: nobody), homes x incidents.
    """

    def __init__(self, draws: StaffInnovations, off_site: Callable[[int], Floats], homes: int) -> None:
        self.draws, self.days_off = draws, off_site
        self.used = np.zeros(homes)
        self.seen = [0] * homes
        self.taken: list[tuple[int, float]] = []  # homes and days of those taken off site in the last step
        self._draw(_FIRST)

    def _draw(self, size: int) -> None:
        points, off_site = self.draws.incidents(size), self.days_off(size)
        self.size, self.points, self.last = size, points.tolist(), points[:, -1]
        self.takes = [(np.flatnonzero(row).tolist(), row[row > 0].tolist()) for row in off_site]

    def step(self, hazard: Floats) -> Ints:
        """How many happened while this much more hazard was used."""
        self.used += hazard
        while (self.used >= self.last).any():
            self._draw(2 * self.size)
        self.taken = []
        counts = []
        for home, used in enumerate(self.used.tolist()):
            seen = self.seen[home]
            passed = bisect_right(self.points[home], used, seen)
            counts.append(passed - seen)
            if passed > seen:
                self.seen[home] = passed
                which, days = self.takes[home]
                first = bisect_right(which, seen - 1)
                self.taken += [(home, off) for off in days[first : bisect_right(which, passed - 1, first)]]
        return np.array(counts, dtype=np.int64)
