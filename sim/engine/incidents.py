"""Incidents in homes: points of a Poisson process that the hazard used so far has passed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from sim.engine.staff_plan import StaffInnovations

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Incidents:
    """Incidents of each home: points of a unit Poisson process that the used hazard has passed.

    `off_site` are the days for which each takes a member of staff off site (0: nobody).
    """

    def __init__(self, draws: StaffInnovations, off_site: Callable[[int, int], Floats], homes: int) -> None:
        self.draws, self.days_off = draws, off_site
        self.used = np.zeros(homes)
        self.points: list[list[float]] = [[] for _ in range(homes)]
        self.off_site: list[list[float]] = [[] for _ in range(homes)]
        self.seen = [0] * homes
        self.taken: list[tuple[int, float]] = []  # homes and days of those taken off site in the last step
        for home in range(homes):
            self._draw(home, 256)

    def _draw(self, home: int, size: int) -> None:
        self.points[home] = self.draws.incidents(home, size).tolist()
        self.off_site[home] = self.days_off(home, size).tolist()

    def step(self, hazard: Floats) -> Ints:
        """How many happened while this much more hazard was used."""
        self.used += hazard
        self.taken = []
        counts = []
        for home, used in enumerate(self.used.tolist()):
            points, seen = self.points[home], self.seen[home]
            while points[-1] <= used:
                self._draw(home, 2 * len(points))
                points = self.points[home]
            passed = bisect_right(points, used, seen)
            counts.append(passed - seen)
            if passed > seen:
                self.seen[home] = passed
                self.taken += [(home, off) for off in self.off_site[home][seen:passed] if off > 0]
        return np.array(counts, dtype=np.int64)
