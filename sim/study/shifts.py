"""Staff on shift in every home, as changes in order of day: what the engine plays where staff are no process."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.behaviour.staffing import staff_path
from sim.engine.log import Kind
from sim.engine.plan import Shifts
from sim.engine.writer import Foreseen
from sim.scenario.scenario import Scenario
from sim.world.tape import Floats, Ints
from sim.world.world import World


def shifts(scenario: Scenario, world: World, establishments: list[float]) -> Shifts:
    """Changes of all homes in order of day, then of the estate, up to the horizon."""
    paths = [np.zeros((4, 0))]
    horizon = float(scenario.run.horizon_days)
    for index, home in enumerate(scenario.estate.homes):
        if world.staff_paths is not None:
            path = world.staff_paths[home.name]
        else:
            path = staff_path(scenario.workforce, home, world.staff[home.name], scenario.run)
        days, by_day, by_night = (column[path[0] < horizon] for column in path)
        paths.append(np.stack([days, np.full(len(days), float(index)), by_day, by_night]))
    whole = np.concatenate(paths, axis=1)
    day, place, by_day, by_night = whole[:, np.lexsort((whole[3], whole[2], whole[1], whole[0]))]
    home_of, full = place.astype(np.int64), np.array([*establishments, 0.0])
    before = _before(home_of, by_day, by_night)
    return Shifts(
        day, home_of, by_day, by_night,
        shortage=_shortages(by_day, full[home_of]),
        better=(by_day > before[0]) | (by_night > before[1]),
        records=_records(day, home_of, np.stack([by_day, by_night]), before),
    )  # fmt: skip


def no_shifts() -> Shifts:
    """Of a scenario in which staff are a process."""
    none, nobody = np.zeros(0), np.zeros(0, dtype=np.int64)
    return Shifts(none, nobody, none, none, none, nobody == 0, _records(none, nobody, *np.zeros((2, 2, 0))))


def worst_shortages(shifts: Shifts, homes: int) -> Floats:
    """The shortage of each home on the day with the fewest staff."""
    worst = np.zeros(homes)
    np.maximum.at(worst, shifts.home, shifts.shortage)
    return worst


def _shortages(by_day: Floats, establishment: Floats) -> Floats:
    """See sim.engine.homes.shortage."""
    missing = (by_day < establishment) & (establishment != 0)
    return np.where(missing, 1 - by_day / np.where(missing, establishment, 1.0), 0.0)


def _before(home: Ints, by_day: Floats, by_night: Floats) -> npt.NDArray[np.float64]:
    """Staff on shift in the home before each change, by day and by night; nobody before the first."""
    by_home = np.argsort(home, kind="stable")
    first = np.diff(home[by_home], prepend=-1) != 0
    before = np.zeros((2, len(home)))
    for row, staff in enumerate((by_day, by_night)):
        before[row, by_home] = np.where(first, 0.0, np.roll(staff[by_home], 1))
    return before


def _records(day: Floats, home: Ints, staff: Floats, before: Floats) -> Foreseen:
    """What is recorded of the changes at each moment: staff by day, then by night, where it is new."""
    new = (staff != before).T
    change, shift = np.nonzero(new)
    _, moment = np.unique(np.maximum(day, 0.0), return_inverse=True)
    kinds = np.array([Kind.STAFF_DAY, Kind.STAFF_NIGHT], dtype=np.int8)
    return Foreseen(
        falls=np.bincount(moment[change], minlength=int(moment.max(initial=-1)) + 1),
        day=np.maximum(day, 0.0)[change],
        kind=kinds[shift],
        child=np.full(len(change), -1),
        home=home[change],
        value=staff[shift, change],
    )
