"""What is written down about staff: what holds from a moment on, where it is new, home by home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.engine.log import Kind, Source
from sim.engine.posts import IN_POST, Posts
from sim.engine.staff_plan import Covered

if TYPE_CHECKING:
    from sim.engine.floor import Floor

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_ROLES = 16  # room for roles beside a home in one number


class StaffLog:
    """Writes to the log of a floor."""

    def __init__(self, floor: Floor, posts: Posts, hours: tuple[float, float]) -> None:
        self.floor, self.posts, self.hours = floor, posts, np.array(hours)
        self.filled_key = posts.home * _ROLES + posts.role
        self.roles = int(posts.role.max(initial=-1)) + 1
        self.said: dict[tuple[int, int], Floats] = {}

    def say(self, kind: Kind, code: int, values: Floats) -> None:
        """Record what holds in each home from now on, where it is new; what was never said is 0."""
        rounded = np.round(values, 2)
        key = (int(kind), code)
        new = np.flatnonzero(rounded != self.said.setdefault(key, np.zeros(len(rounded))))
        if len(new):
            self.said[key] = rounded
            self.write(kind, new, code, rounded[new])

    def write(self, kind: Kind, homes: Ints, code: npt.ArrayLike, value: npt.ArrayLike) -> None:
        """One record for each of `homes`."""
        records = np.empty((len(homes), 6))
        records[:, 0], records[:, 1], records[:, 2] = self.floor.clock._now, float(kind), -1.0
        records[:, 3], records[:, 4], records[:, 5] = homes, code, value
        self.floor.log(records.ravel().tolist())

    def say_posts(self) -> None:
        """Posts that are filled, by role."""
        posts, size = self.posts, len(self.floor.homes)
        filled = np.bincount(self.filled_key, posts.fte * (posts.status == IN_POST), _ROLES * size)
        for role, values in enumerate(filled.reshape(size, _ROLES).T[: self.roles]):
            self.say(Kind.IN_POST, role, values)

    def say_hours(self, own: Floats, cover: Covered, over: Floats) -> None:
        """Hours a week on shift by source, day and night together."""
        sources = (
            (Source.OWN, own), (Source.BANK, cover.bank), (Source.OVERTIME, cover.overtime + over),
            (Source.AGENCY, cover.agency),
        )  # fmt: skip
        for source, units in sources:
            self.say(Kind.WORKED, source, (units * self.hours).sum(axis=1))
