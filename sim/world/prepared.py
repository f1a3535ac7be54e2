"""A world made from a prepared tape: children and staff that somebody else drew, or that really happened.

docs/prepared_tape.md describes the tables. What a table leaves out is drawn as usual, from the stream of the
quantity at the child's number, so a tape that gives the days alone is a world like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.scenario.base import ALTERNATIVES, ROUTES
from sim.scenario.errors import ConfigError
from sim.scenario.scenario import Scenario
from sim.world.given import FLAG, ORDER_UNIFORM, Given
from sim.world.referrals import (
    DESTINATIONS,
    MOST_ORDERS,
    SETTINGS,
    all_flags,
    children,
    drawn_residents,
    residents,
)
from sim.world.sheet import Range, Sheet, read_sheet
from sim.world.streams import Streams
from sim.world.tape import Bools, Floats, Ints, Tape, join
from sim.world.world import StaffPath, World, staff_innovations

if TYPE_CHECKING:
    from sim.world.sheet import Given as Table

REFERRALS, STAFFING = "referrals", "staffing"
MOST_CHILDREN = 1 << 22  # numbers of one stream
TYPES = {"welfare": 0, "justice": 1, "0": 0, "1": 1}
WHO = ("stream", "route", "type", "number", "resident")

_TIME, _FINITE, _SHARE = Range(0), Range(reaches_high=False), Range(0, 1)
_UNITS = Range(0, reaches_high=False)
NUMBERS = {
    **dict.fromkeys(("easting", "northing", "last_easting", "last_northing", "need", "frailty"), _FINITE),
    **dict.fromkeys(("units", "units_day", "units_night"), _UNITS),
    **dict.fromkeys(
        ("need_days", "step_down_days", "patience_days", "alternative_days", "withdrawn_days", "ceased_days",
         "scotland_days", "court_days", "travel_days", "approval_days", "breakdown"), _TIME),
    **dict.fromkeys(("referred_again", *(f"{ORDER_UNIFORM}{i}" for i in range(2 * MOST_ORDERS + 1))), _SHARE),
    "age": Range(0, 26, reaches_high=False),
}  # fmt: skip
TRUTHS = ("wales", "emergency", "girl")
NAMES = {"alternative": ALTERNATIVES, "setting": SETTINGS,
         "after_alternative": DESTINATIONS, "after_secure": DESTINATIONS}  # fmt: skip


def prepare(
    scenario: Scenario, referrals: Table, staffing: Table | None = None, replication: int = 0
) -> World:
    """The world of a prepared tape, to be played by `simulate(scenario, world=...)`.

    `referrals` and `staffing` are data frames, arrays by column, or paths of Parquet or CSV files. Without
    `staffing`, staff are drawn as usual. `replication` numbers the streams of what is drawn, answers of homes
    included. Raises ConfigError, one line, for anything that is wrong in a table.
    """
    streams = Streams(scenario.run.seed, replication)
    return World(
        seed=scenario.run.seed,
        replication=replication,
        tape=_tape(scenario, streams, read_sheet(referrals, REFERRALS)),
        streams=streams,
        staff=staff_innovations(scenario, streams) if staffing is None else {},
        staff_paths=None if staffing is None else _paths(scenario, read_sheet(staffing, STAFFING)),
    )


def as_world(scenario: Scenario, given: Any, replication: int = 0) -> World:
    """A world from whatever `simulate` is given as one.

    A World; a table of referrals; a mapping with `referrals` and perhaps `staffing`; or a folder with files of
    those names (.parquet or .csv).
    """
    if isinstance(given, World):
        return given
    if isinstance(given, Path | str) and Path(given).is_dir():
        given = {name: found for name in (REFERRALS, STAFFING) if (found := _file(Path(given), name))}
        if REFERRALS not in given:
            raise ConfigError("world", "", f"no {REFERRALS}.parquet or {REFERRALS}.csv in the folder")
    if isinstance(given, Mapping) and REFERRALS in given:
        for name in given:
            if name not in (REFERRALS, STAFFING):
                raise ConfigError("world", str(name), "no such table", names=(REFERRALS, STAFFING))
        return prepare(scenario, given[REFERRALS], given.get(STAFFING), replication)
    return prepare(scenario, given, None, replication)


def _file(folder: Path, name: str) -> Path | None:
    found = [folder / f"{name}{kind}" for kind in (".parquet", ".csv") if (folder / f"{name}{kind}").is_file()]
    if len(found) > 1:
        raise ConfigError("world", name, f"the folder holds {found[0].name} and {found[1].name}", allowed="one")
    return found[0] if found else None


# -- referrals ----------------------------------------------------------------------------------------


def _tape(scenario: Scenario, streams: Streams, sheet: Sheet) -> Tape:
    names = tuple(sorted(scenario.demand.streams))
    flags = [f"{FLAG}{name}" for name in all_flags(scenario.demand)]
    known = ["day", *WHO, "origin", "region", "complexity", *TRUTHS, *flags, *NUMBERS, *NAMES]
    sheet.check_columns(known, ["day"])
    horizon = scenario.run.horizon_days
    day = sheet.numbers("day", Range(0, horizon, reaches_high=False))
    sheet.refuse(np.isnan(day), "day", given="nothing", allowed="a day for every child")
    stream = _streams(scenario, sheet, names)
    resident = sheet.truths("resident") == 1 if "resident" in sheet.columns else np.zeros(sheet.size, bool)
    number = _numbers(sheet, stream, resident)
    given = _given(scenario, sheet, stream, flags, names)
    # a table that says who is there at the start says it of all
    parts = [] if "resident" in sheet.columns else [drawn_residents(scenario, streams, names)]
    for code, name in enumerate(names):
        for there, make in ((True, residents), (False, partial(_referred, day))):
            rows = np.flatnonzero((stream == code) & (resident == there))
            parts.append(make(scenario, streams, names, name, number, rows, given.rows(rows)))
    return join(parts)


def _streams(scenario: Scenario, sheet: Sheet, names: tuple[str, ...]) -> Ints:
    """The stream of each child: named, or the only one of its route or type, or the only one."""
    routes = np.array([ROUTES.index(scenario.demand.streams[name].route) for name in names])
    found = np.zeros(sheet.size) if len(names) == 1 else np.full(sheet.size, np.nan)
    by: list[tuple[str, Mapping[str, int], Callable[[int], Bools]]] = [
        ("type", TYPES, lambda code: (routes != 0) == bool(code)),
        ("route", {name: at for at, name in enumerate(ROUTES)}, lambda code: routes == code),
        ("stream", {name: at for at, name in enumerate(names)}, lambda code: np.arange(len(names)) == code),
    ]
    said: list[tuple[str, Floats, Callable[[int], Bools]]] = []
    for column, codes, fits in by:
        if column in sheet.columns:
            values = sheet.names(column, codes, "welfare or justice" if column == "type" else "")
            said.append((column, values, fits))
            for code in np.unique(values[~np.isnan(values)]).astype(int).tolist():
                of_code = np.flatnonzero(fits(code))
                found[values == code] = of_code[0] if len(of_code) == 1 else np.nan
    unknown = np.isnan(found)
    if unknown.any():
        row = int(np.argmax(unknown))
        problem = "more than one stream is possible" if said else "the column is missing"
        raise sheet.wrong(row, "stream", problem, int(unknown.sum()) - 1, names=names)
    stream = found.astype(np.int64)
    for column, values, fits in said:
        for code in np.unique(values[~np.isnan(values)]).astype(int).tolist():
            sheet.refuse((values == code) & ~fits(code)[stream], column, allowed="what the stream is of")
    return stream
