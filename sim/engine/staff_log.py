"""What is written down about staff: what holds from a moment on, where it is new, home by home."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.engine.log import Kind

if TYPE_CHECKING:
    from sim.engine.floor import Floor

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Said = tuple[Kind, int]  # kind and code


class StaffLog:
    """Writes to the log of a floor; `what` are the kinds and codes of what holds, said together every time."""

    def __init__(self, floor: Floor, what: Sequence[Said]) -> None:
        self.floor = floor
        self.kinds = np.array([float(kind) for kind, _ in what])
        self.codes = np.array([float(code) for _, code in what])
        self.said = np.zeros((len(what), len(floor.homes)))

    def say(self, values: Floats) -> None:
        """Record what holds in each home from now on, where it is new; what was never said is 0."""
        rounded = np.round(values, 2)
        row, home = np.nonzero(rounded != self.said)
        if len(row):
            self.said = rounded
            self.write(self.kinds[row], home, self.codes[row], rounded[row, home])

    def write(self, kind: npt.ArrayLike, homes: Ints, code: npt.ArrayLike, value: npt.ArrayLike) -> None:
        """One record for each of `homes`."""
        records = np.empty((len(homes), 6))
        records[:, 0], records[:, 1], records[:, 2] = self.floor.clock._now, kind, -1.0
        records[:, 3], records[:, 4], records[:, 5] = homes, code, value
        self.floor.log(records.ravel().tolist())
