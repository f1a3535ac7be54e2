"""Where a simulated series has settled: MSER-5, and one cut for several measures.

White (1997, Simulation 69(6)) and Franklin and White (2008): of all cuts, the one after which the standard error of
the mean is least, on means of five; a cut in the second half says that the series is too short to tell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

BATCH = 5


def mser5(series: Floats) -> int | None:
    """Observations to leave out at the start; None where the series does not settle in its first half."""
    count = len(series) // BATCH
    if count < 4:
        return None
    means = series[: count * BATCH].reshape(count, BATCH).mean(axis=1)
    left = np.arange(count, 0, -1)
    after = np.cumsum(means[::-1])[::-1] / left
    squares = np.cumsum((means**2)[::-1])[::-1] - left * after**2
    scores = np.maximum(squares, 0.0)[: count - 1] / left[: count - 1] ** 2
    cut = int(np.argmin(scores[: max(2, count - BATCH)]))
    return None if cut > count // 2 else cut * BATCH


@dataclass(frozen=True)
class Cut:
    """Days to leave out: for each measure (None: not settled in its first half), and the longest of them."""

    days: dict[str, int | None]

    @property
    def common(self) -> int | None:
        known = list(self.days.values())
        return None if any(one is None for one in known) else max((one or 0 for one in known), default=0)


def common_cut(series: dict[str, Floats]) -> Cut:
    """MSER-5 of the mean over replications (replications x days) of each measure."""
    return Cut({name: mser5(np.asarray(values.mean(axis=0))) for name, values in series.items()})
