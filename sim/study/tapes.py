"""A world as tables, to be looked at, changed, played again or played by another program.

docs/prepared_tape.md says what the columns hold. Played again with the same seed and replication number, the
tables give the same event log, byte for byte.
"""

from __future__ import annotations

from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.behaviour.staffing import staff_path
from sim.engine.log import Kind
from sim.outcomes.spells import at
from sim.scenario.base import ROUTES
from sim.scenario.posts import Posts
from sim.scenario.scenario import Scenario
from sim.store import write_whole
from sim.world.given import FLAG, ORDER_UNIFORM
from sim.world.prepared import NAMES, REFERRALS, STAFFING
from sim.world.tape import Tape
from sim.world.world import World

if TYPE_CHECKING:
    import pandas as pd


class Frames(NamedTuple):
    """One world: a row per child, and a row for each change of a home's staff."""

    referrals: pd.DataFrame
    staffing: pd.DataFrame


def world_to_frames(scenario: Scenario, world: World) -> Frames:
    """The tables of a world. A row of `referrals` is a row of the tape, so child numbers of the log fit it."""
    import pandas as pd

    return Frames(pd.DataFrame(_columns(world.tape)), _staffing(scenario, world))


def write_world(scenario: Scenario, world: World, folder: Path | str) -> Path:
    """Write `referrals.parquet` and `staffing.parquet`, each whole or not at all; returns the folder."""
    at = Path(folder)
    for name, frame in zip((REFERRALS, STAFFING), world_to_frames(scenario, world), strict=True):
        write_whole(at / f"{name}.parquet", partial(frame.to_parquet, index=False))
    return at


def _columns(tape: Tape) -> dict[str, Any]:
    """The columns of the tape, with names in the place of codes."""
    names = {"stream": tape.streams, "route": ROUTES, "origin": tape.origins, "region": tape.regions, **NAMES}
    columns: dict[str, Any] = {}
    for field in fields(tape):
        values = getattr(tape, field.name)
        if field.name in names:
            columns[field.name] = np.array(names[field.name], dtype=object)[values]
        elif field.name == "flags":
            columns |= {f"{FLAG}{name}": values[:, at] for at, name in enumerate(tape.flag_names)}
        elif field.name == "order_uniforms":
            columns |= {f"{ORDER_UNIFORM}{at}": values[:, at] for at in range(values.shape[1])}
        elif isinstance(values, np.ndarray):
            columns[field.name] = values
    return columns


def _staffing(scenario: Scenario, world: World) -> pd.DataFrame:
    import pandas as pd

    horizon, paths = float(scenario.run.horizon_days), []
    if isinstance(scenario.workforce, Posts) and world.staff_paths is None:
        return _as_played(scenario, world)
    for home in scenario.estate.homes:
        if world.staff_paths is not None:
            path = world.staff_paths[home.name]
        else:
            path = staff_path(scenario.workforce, home, world.staff[home.name], scenario.run)
        rows = dict(zip(("day", "units_by_day", "units_by_night"), path, strict=True))
        paths.append(pd.DataFrame({"home": home.name, **rows}))
    whole = pd.concat(paths, ignore_index=True)
    return whole[whole["day"] < horizon].sort_values(["day"], kind="stable", ignore_index=True)


def _as_played(scenario: Scenario, world: World) -> pd.DataFrame:
    """Staff on shift as they came out under the rule of the scenario, where what happens in homes moves them.

    Played again, these staff are the same under every rule. Places that the process shut are not in them.
    """
    import pandas as pd

    from sim.study.replicate import simulate

    log, frames = simulate(scenario, world=world).log, []
    for index, home in enumerate(scenario.estate.homes):
        here, shifts = log.home == index, (Kind.STAFF_DAY, Kind.STAFF_NIGHT)
        mine = [np.flatnonzero(here & (log.kind == kind)) for kind in shifts]
        days = np.unique(np.concatenate([[0.0], *(log.day[rows] for rows in mine)]))
        by_day, by_night = (at(log.day[rows], log.value[rows], days) for rows in mine)
        frames.append(
            pd.DataFrame({"home": home.name, "day": days, "units_by_day": by_day, "units_by_night": by_night})
        )
    whole = pd.concat(frames, ignore_index=True)
    return whole.sort_values(["day"], kind="stable", ignore_index=True)
