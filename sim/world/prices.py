"""Draws about money, by address: how dear each child's placements are, and the fortunes of a scheme."""

from __future__ import annotations

import numpy as np

from sim.world.streams import Floats, Streams
from sim.world.world import World

FORTUNES = ("cost", "delay", "planning")
EMPTY_SPELLS = 24


def price_uniforms(world: World) -> Floats:
    """One uniform per row of the tape: where in the spread of prices the child's placements lie.

    It belongs to the child, so it is the same in every scenario and in every setting.
    """
    tape = world.tape
    u = np.empty(len(tape))
    for code, name in enumerate(tape.streams):
        for resident in (False, True):
            rows = np.flatnonzero((tape.stream == code) & (tape.resident == resident))
            if len(rows):
                key = f"start/{name}" if resident else name
                u[rows] = world.streams.of("price", key).at(np.abs(tape.number[rows]))
    return u


def scheme_uniforms(seed: int, replication: int, scheme: str) -> dict[str, float]:
    """A uniform for each fortune of a scheme (cost, delay, planning), the same whatever is compared with it."""
    streams = Streams(seed, replication)
    return {name: float(streams.of("scheme", scheme, name).first(1)[0]) for name in FORTUNES}


def empty_uniforms(seed: int, replication: int, scheme: str) -> tuple[Floats, Floats]:
    """Uniforms for the gaps between a scheme's long empty spells, and for how long each lasts."""
    streams = Streams(seed, replication)
    return (
        streams.of("scheme", scheme, "empty gap").first(EMPTY_SPELLS),
        streams.of("scheme", scheme, "empty length").first(EMPTY_SPELLS),
    )
