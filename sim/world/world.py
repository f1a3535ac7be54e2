"""One world: the referral tape and the innovations behind staff and answers.

The same seed and replication give the same world in every scenario that asks the same of it. A
prepared tape or prepared staff paths can stand in for the drawn ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from sim.scenario.scenario import Scenario
from sim.scenario.workforce import Levels, Roster
from sim.world.referrals import draw_tape, redraw
from sim.world.streams import Floats, Streams, normals
from sim.world.tape import Tape

StaffPath = tuple[Floats, Floats, Floats]


@dataclass(frozen=True, eq=False)
class World:
    """Children, and the streams that later rooms read by address.

    `staff` holds, for each home, uniforms or normals (the innovations); `staff_paths`, where given,
    replaces what would be made of them: days of change, units by day, units by night.
    """

    seed: int
    replication: int
    tape: Tape
    streams: Streams
    staff: Mapping[str, Floats] = field(default_factory=dict)
    staff_paths: Mapping[str, StaffPath] | None = None
    _again: dict[int, Tape] = field(default_factory=dict, init=False, repr=False)

    def referral(self, scenario: Scenario, ordinal: int) -> Tape:
        """The draws of the children's first referral (0), or of a later one, drawn when first asked for."""
        if ordinal == 0:
            return self.tape
        if ordinal not in self._again:
            self._again[ordinal] = redraw(scenario, self.streams, self.tape, ordinal)
        return self._again[ordinal]

    def home_effect(self, home: str) -> float:
        """The standard normal that makes this home readier or less ready to admit than its peers."""
        return float(normals(self.streams.of("home", home, "disposition").first(1))[0])


def draw_world(scenario: Scenario, replication: int) -> World:
    """Draw world number `replication` of a scenario (0 and up)."""
    run = scenario.run
    streams = Streams.of_world(run.seed, replication, run.worlds == "antithetic")
    return World(
        seed=scenario.run.seed,
        replication=replication,
        tape=draw_tape(scenario, streams),
        streams=streams,
        staff=staff_innovations(scenario, streams),
    )


def staff_innovations(scenario: Scenario, streams: Streams) -> dict[str, Floats]:
    """What the staff of each home will be made of."""
    return {home.name: _innovations(scenario, streams, home.name) for home in scenario.estate.homes}


def _innovations(scenario: Scenario, streams: Streams, home: str) -> Floats:
    """Per day: normals of vacancy and absence (roster), or redraw uniforms (levels)."""
    workforce, days = scenario.workforce, scenario.run.horizon_days + 1
    if isinstance(workforce, Roster):
        return np.stack(
            [
                normals(streams.of("home", home, "vacancy").first(days)),
                normals(streams.of("home", home, "absence").first(days)),
            ]
        )
    if isinstance(workforce, Levels):
        return np.stack(
            [streams.of("home", home, "level").first(days), streams.of("home", home, "dwell").first(days)]
        )
    return np.zeros((2, 0))
