"""How long a child has a place that it moved on to: one uniform for each child and referral, by address."""

from __future__ import annotations

import numpy as np

from sim.scenario.durations import Duration
from sim.world.streams import Floats
from sim.world.world import World


def moving_on_days(world: World, ordinal: int, stay: Duration) -> Floats:
    """Days in a place to move on to after the `ordinal`-th later referral, one per row of the tape."""
    tape = world.tape
    u = np.empty(len(tape))
    for code, name in enumerate(tape.streams):
        for resident in (False, True):
            rows = np.flatnonzero((tape.stream == code) & (tape.resident == resident))
            if len(rows):
                key = f"start/{name}" if resident else name
                u[rows] = world.streams.of("moving on", str(ordinal), key).at(np.abs(tape.number[rows]))
    return np.asarray(stay.quantile(u))
