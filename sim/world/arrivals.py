"""When children are referred: a fixed ceiling process, thinned to the rate of the day.

The ceiling is a unit Poisson process carried through time at the ceiling rate (times a gamma factor
per block of days when referrals come in bursts). A point is kept when its own uniform lies below
rate / ceiling. So referrals at scale 1.1 contain those at scale 1.0, and child k is child k in both.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.scenario.base import DAYS_PER_YEAR
from sim.scenario.demand import Rhythm
from sim.scenario.demand import Stream as ReferralStream
from sim.scenario.run import Run
from sim.world.streams import Floats, Streams, exponentials


def rate_per_day(stream: ReferralStream, run: Run, day: Floats) -> Floats:
    """The rate of `stream` at each day, before scaling: dated pieces times every rhythm."""
    pieces = sorted(stream.rate, key=lambda piece: run.day(piece.start) if piece.start else -np.inf)
    starts = np.array([run.day(piece.start) if piece.start else -np.inf for piece in pieces])
    values = np.array([piece.per_year / DAYS_PER_YEAR for piece in pieces])
    index = np.searchsorted(starts, day, side="right") - 1
    rate = np.where(index >= 0, values[np.maximum(index, 0)], 0.0)
    for rhythm in stream.rhythms:
        rate = rate * _factor(rhythm, day)
    return np.asarray(rate)


def _factor(rhythm: Rhythm, day: Floats) -> Floats:
    slices = len(rhythm.factors)
    place = np.floor((day % rhythm.period_days) / rhythm.period_days * slices).astype(int)
    factors: Floats = np.asarray(rhythm.factors, dtype=np.float64)
    return np.asarray(factors[np.minimum(place, slices - 1)])


def referral_days(
    streams: Streams, name: str, stream: ReferralStream, scale: float, run: Run
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Numbers (on the ceiling, never renumbered) and days of the referrals of one stream, in order of day."""
    ceiling = stream.ceiling_per_year / DAYS_PER_YEAR
    horizon = float(run.horizon_days)
    block, total = _ceiling_blocks(streams, name, stream, ceiling, horizon)
    gaps = streams.of(name, "gap")
    count = int(total + 8 * np.sqrt(total) + 64)
    moments = np.cumsum(exponentials(gaps.first(count)))
    while moments[-1] < total:
        count *= 2
        moments = np.cumsum(exponentials(gaps.first(count)))
    moments = moments[moments < total]
    if block is None:
        day = moments / ceiling
    else:
        edges, passed = block
        day = np.interp(moments, passed, edges)
    inside = day < horizon
    number = np.arange(len(day))[inside]
    day = day[inside]
    kept = streams.of(name, "thin").at(number) * ceiling < scale * rate_per_day(stream, run, day)
    return number[kept], day[kept]


def _ceiling_blocks(
    streams: Streams, name: str, stream: ReferralStream, ceiling: float, horizon: float
) -> tuple[tuple[Floats, Floats] | None, float]:
    """Edges of the blocks of days and the unit time passed at each, and the unit time at the horizon."""
    if stream.bursts.variance == 0:
        return None, ceiling * horizon
    from scipy.special import gammaincinv

    days = stream.bursts.block_days
    blocks = int(np.ceil(horizon / days))
    shape = 1 / stream.bursts.variance
    factor = gammaincinv(shape, streams.of(name, "burst").first(blocks)) / shape
    edges: Floats = np.arange(blocks + 1, dtype=np.float64) * days
    passed: Floats = np.concatenate([[0.0], np.cumsum(factor * ceiling * days)])
    return (edges, passed), float(passed[-1])
