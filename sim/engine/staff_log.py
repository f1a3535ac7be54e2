"""What is written down about staff: what holds from a moment on, where it is new, home by home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.engine.log import Kind
from sim.engine.posts import IN_POST, Posts

if TYPE_CHECKING:
    from sim.engine.floor import Floor

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_ROLES = 16  # room for roles beside a home in one number


Said = tuple[Kind, int]  # kind and code


class StaffLog:
    """Writes to the log of a floor."""

    def __init__(self, floor: Floor, posts: Posts) -> None:
        self.floor, self.posts = floor, posts
        self.filled_key = posts.home * _ROLES + posts.role
        self.roles = int(posts.role.max(initial=-1)) + 1
        self.said: dict[tuple[Said, ...], Floats] = {}
        self.codes: dict[tuple[Said, ...], Floats] = {}

    def say(self, values: dict[Said, Floats]) -> None:
        """Record what holds in each home from now on, where it is new; what was never said is 0.

        The same kinds and codes have to be said together every time.
        """
        what = tuple(values)
        rounded = np.round(np.array(list(values.values())), 2)
        before = self.said.get(what)
        if before is None:
            before = np.zeros_like(rounded)
            self.codes[what] = np.array([(float(kind), float(code)) for kind, code in what])
        row, home = np.nonzero(rounded != before)
        if len(row):
            self.said[what] = rounded
            kind, code = self.codes[what][row].T
            self.write(kind, home, code, rounded[row, home])

    def write(self, kind: npt.ArrayLike, homes: Ints, code: npt.ArrayLike, value: npt.ArrayLike) -> None:
        """One record for each of `homes`."""
        records = np.empty((len(homes), 6))
        records[:, 0], records[:, 1], records[:, 2] = self.floor.clock._now, kind, -1.0
        records[:, 3], records[:, 4], records[:, 5] = homes, code, value
        self.floor.log(records.ravel().tolist())

    def posts_filled(self) -> dict[Said, Floats]:
        """Full-time equivalents in post, by role."""
        posts, size = self.posts, len(self.floor.homes)
        filled = np.bincount(self.filled_key, posts.fte * (posts.status == IN_POST), _ROLES * size)
        of_role = filled.reshape(size, _ROLES).T
        return {(Kind.IN_POST, role): of_role[role] for role in range(self.roles)}
