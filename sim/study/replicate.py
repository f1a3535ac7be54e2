"""One replication of one scenario: draw the world, play it, keep both."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sim.engine.clerk import Clerk
from sim.engine.floor import Floor
from sim.engine.log import EventLog
from sim.scenario.scenario import Scenario
from sim.study.wiring import make_plan
from sim.world.world import World, draw_world

if TYPE_CHECKING:
    import pandas as pd

    from sim.world.prepared import PreparedTape


@dataclass(frozen=True, eq=False)
class Result:
    """What one replication leaves: scenario, world and log; `measures` are worked out when asked for."""

    scenario: Scenario
    world: World
    log: EventLog

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Tidy measures of this replication: measure, group, level, value, unit."""
        from sim.outcomes.measures import measure

        return measure(self.scenario, self.world, self.log)


def simulate(
    scenario: Scenario,
    replication: int = 0,
    world: World | PreparedTape | None = None,
    clerk: Clerk | None = None,
) -> Result:
    """Play replication number `replication` (0 and up) of `scenario`, or a prepared `world`.

    `world` may be a World, a table of referrals (data frame, arrays by column, path of a Parquet or CSV file), a
    mapping with `referrals` and `staffing`, or a folder with files of these names: see docs/prepared_tape.md.

    `clerk` is told of every question and decision (see sim.study.audit); it changes nothing.

    The result is the same whether it is played alone, in a batch, or in another process. Raises
    ConfigError when the residents at the start do not fit into the homes, ConfigError for a wrong table.
    """
    if world is None:
        world = draw_world(scenario, replication)
    elif not isinstance(world, World):
        from sim.world.prepared import as_world

        world = as_world(scenario, world, replication)
    with _without_collector():
        floor = Floor(make_plan(scenario, world, clerk))
        log = floor.play()
        floor.forget()
    return Result(scenario, world, log)


@contextmanager
def _without_collector() -> Iterator[None]:
    """What a replication makes is let go of at its end, so looking for what holds one another only costs time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
