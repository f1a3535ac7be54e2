"""Incidents in homes: points of a Poisson process that the hazard used so far has passed."""

from __future__ import annotations

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
        self.points: list[Floats] = [np.empty(0)] * homes
        self.off_site: list[Floats] = [np.empty(0)] * homes
        self.seen = [0] * homes
        for home in range(homes):
            self._draw(home, 256)

    def _draw(self, home: int, size: int) -> None:
        self.points[home], self.off_site[home] = self.draws.incidents(home, size), self.days_off(home, size)

    def step(self, hazard: Floats) -> Ints:
        """How many happened while this much more hazard was used."""
        self.used += hazard
        counts = np.zeros(len(self.seen), dtype=np.int64)
        for home, used in enumerate(self.used.tolist()):
            while self.points[home][-1] <= used:
                self._draw(home, 2 * len(self.points[home]))
            passed = int(self.points[home].searchsorted(used, side="right"))
            counts[home] = passed - self.seen[home]
            self.seen[home] = passed
        return counts
