"""A world made from a prepared tape: children and staff that somebody else drew, or that really happened.

docs/prepared_tape.md describes the tables. What a table leaves out is drawn as usual, from the stream of the
quantity at the child's number, so a tape that gives the days alone is a world like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.scenario.base import ALTERNATIVES, ROUTES
from sim.scenario.errors import ConfigError, listed
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
    from typing import TypeAlias

    from sim.world.sheet import Table

    PreparedTape: TypeAlias = Table | Mapping[str, Table] | tuple[Table, Table]

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
    streams = Streams.of_world(scenario.run.seed, replication, scenario.run.worlds == "antithetic")
    return World(
        seed=scenario.run.seed,
        replication=replication,
        tape=_tape(scenario, streams, read_sheet(referrals, REFERRALS)),
        streams=streams,
        staff=staff_innovations(scenario, streams) if staffing is None else {},
        staff_paths=None if staffing is None else _paths(scenario, read_sheet(staffing, STAFFING)),
    )


def as_world(scenario: Scenario, given: World | PreparedTape, replication: int = 0) -> World:
    """A world from whatever `simulate` is given as one.

    A World; a table of referrals; a mapping with `referrals` and perhaps `staffing`, or the pair that
    `world_to_frames` gives; or a folder with files of those names (.parquet or .csv).
    """
    if isinstance(given, World):
        return given
    if isinstance(given, tuple) and len(given) == 2:
        given = dict(zip((REFERRALS, STAFFING), given, strict=True))
    if isinstance(given, Path | str) and not Path(given).suffix and not Path(given).exists():
        raise ConfigError("world", str(given), "no such folder or file")
    if isinstance(given, Path | str) and Path(given).is_dir():
        given = {name: found for name in (REFERRALS, STAFFING) if (found := _file(Path(given), name))}
        if REFERRALS not in given:
            raise ConfigError("world", "", f"no {REFERRALS}.parquet or {REFERRALS}.csv in the folder")
    if isinstance(given, Mapping) and _holds_tables(given):
        for name in given:
            if name not in (REFERRALS, STAFFING):
                raise ConfigError(
                    "world", str(name), "no such table", wrong=str(name), names=(REFERRALS, STAFFING)
                )
        if REFERRALS not in given:
            hint = f"a table {REFERRALS}, and {STAFFING} beside it"
            raise ConfigError("world", REFERRALS, "the table is missing", given=listed(given), allowed=hint)
        return prepare(scenario, given[REFERRALS], given.get(STAFFING), replication)
    return prepare(scenario, given, None, replication)


def _holds_tables(given: Mapping[str, object]) -> bool:
    """Whether it holds tables by name, and not the columns of one."""
    return any(
        name in (REFERRALS, STAFFING) or isinstance(inner, Mapping | Path | str) or hasattr(inner, "columns")
        for name, inner in given.items()
    )


def _file(folder: Path, name: str) -> Path | None:
    found = [
        folder / f"{name}{kind}" for kind in (".parquet", ".csv") if (folder / f"{name}{kind}").is_file()
    ]
    if len(found) > 1:
        raise ConfigError(
            "world", name, f"the folder holds {found[0].name} and {found[1].name}", allowed="one"
        )
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
    sheet.refuse(resident & (day != 0), "day", allowed="0 for a child who is there at the start")
    number = _numbers(sheet, stream, resident)
    given = _given(scenario, sheet, stream, flags, names)
    # a table that says who is there at the start says it of all
    parts = [] if "resident" in sheet.columns else [drawn_residents(scenario, streams, names)]
    for code, name in enumerate(names):
        there = np.flatnonzero((stream == code) & resident)
        later = np.flatnonzero((stream == code) & ~resident)
        parts += [
            residents(scenario, streams, names, name, number[there], given.rows(there)),
            children(scenario, streams, names, name, name, number[later], day[later], given.rows(later)),
        ]
    return join(parts)


def _streams(scenario: Scenario, sheet: Sheet, names: tuple[str, ...]) -> Ints:
    """The stream of each child: the only one that is of the type, route and name given."""
    routes = np.array([ROUTES.index(scenario.demand.streams[name].route) for name in names])
    justice = np.minimum(routes, 1)
    by: dict[str, tuple[Mapping[str, int], Bools]] = {
        "type": (TYPES, np.arange(2)[:, None] == justice),
        "route": (_codes(ROUTES), np.arange(len(ROUTES))[:, None] == routes),
        "stream": (_codes(names), np.eye(len(names), dtype=bool)),
    }
    possible = np.ones((sheet.size, len(names)), dtype=bool)
    for column, (codes, fits) in by.items():
        if column in sheet.columns:
            said = sheet.names(column, codes, "welfare or justice" if column == "type" else "")
            known = ~np.isnan(said)
            possible[known] &= fits[said[known].astype(int)]
    count = possible.sum(axis=1)
    sheet.refuse(count == 0, "stream", "no stream is of the type, route and name given", names=names)
    sheet.refuse(count > 1, "stream", "more than one stream is possible", names=names)
    return np.asarray(possible.argmax(axis=1))


def _numbers(sheet: Sheet, stream: Ints, resident: Bools) -> Ints:
    """What addresses each child's draws: the number given (-1, -2, ... for residents), or the row."""
    number = np.arange(sheet.size)
    if "number" in sheet.columns:
        said = sheet.numbers("number", Range(-MOST_CHILDREN, MOST_CHILDREN - 1, whole=True))
        known = ~np.isnan(said)
        hint = "below 0 for residents at the start, 0 or more for others"
        sheet.refuse(known & ((said < 0) != resident), "number", allowed=hint)
        number[known] = np.where(said < 0, -1 - said, said)[known]
    order = np.lexsort((number, resident, stream))
    same = [np.diff(column[order]) == 0 for column in (number, resident.astype(int), stream)]
    again = np.zeros(sheet.size, dtype=bool)
    again[order[1:]] = np.logical_and.reduce(same)
    sheet.refuse(again, "number", "two children of one stream have the same number", allowed="each once")
    return number


def _given(scenario: Scenario, sheet: Sheet, stream: Ints, flags: list[str], names: tuple[str, ...]) -> Given:
    """Everything that the table says in the place of a draw."""
    said: dict[str, Floats] = {}
    for column in sheet.columns:
        if column in NUMBERS:
            said[column] = sheet.numbers(column, NUMBERS[column])
        elif column in TRUTHS or column in flags:
            said[column] = sheet.truths(column)
        elif column in NAMES:
            said[column] = sheet.names(column, _codes(NAMES[column]))
    if "units" in said:
        both = [column for column in ("units_day", "units_night") if column in said]
        if both:
            raise ConfigError(
                sheet.where, "units", f"given twice: units and {both[0]}", allowed="one of the two"
            )
        said["units_day"] = said["units_night"] = said.pop("units")
    if "complexity" in sheet.columns:
        profiles = [scenario.demand.profiles[scenario.demand.streams[name].profile] for name in names]
        classes = np.array([len(profile.complexity.shares) for profile in profiles])
        said["complexity"] = sheet.numbers("complexity", Range(0, classes.max() - 1, whole=True))
        for code, most in enumerate(classes.tolist()):
            over = (stream == code) & (said["complexity"] >= most)
            sheet.refuse(over, "complexity", allowed=f"less than {most} for {names[code]}")
    return Given(said | _from_where(scenario, sheet, stream, names))


def _from_where(scenario: Scenario, sheet: Sheet, stream: Ints, names: tuple[str, ...]) -> dict[str, Floats]:
    """Authority and region of origin, each checked against the other and against the stream."""
    points, regions = scenario.demand.origins, _codes(region.name for region in scenario.estate.regions)
    said: dict[str, Floats] = {}
    if "region" in sheet.columns:
        said["region"] = sheet.names("region", regions)
        for code, name in enumerate(names):
            weighted = [
                point for point in scenario.demand.origins_of(scenario.demand.streams[name]) if point.weight
            ]
            possible = {regions[point.region] for point in weighted}
            elsewhere = ~np.isin(said["region"], [*possible]) & ~np.isnan(said["region"]) & (stream == code)
            if "origin" not in sheet.columns:
                allowed = [region for region, at in regions.items() if at in possible]
                sheet.refuse(elsewhere, "region", f"no origin of {name} lies there", names=allowed)
    if "origin" in sheet.columns:
        codes = _codes(point.name for point in points) | _codes(point.code for point in points)
        said["origin"] = sheet.names("origin", codes)
        if "region" in said:
            lies = np.array([regions[point.region] for point in points], dtype=float)
            known = ~np.isnan(said["origin"])
            right = np.where(known, lies[np.where(known, said["origin"], 0).astype(int)], said["region"])
            wrong = ~np.isnan(said["region"]) & (right != said["region"])
            sheet.refuse(wrong, "region", "the origin lies elsewhere", allowed="the region of the origin")
    return said


def _codes(names: Iterable[str]) -> dict[str, int]:
    return {name: code for code, name in enumerate(names)}


# -- staff --------------------------------------------------------------------------------------------


def _paths(scenario: Scenario, sheet: Sheet) -> dict[str, StaffPath]:
    """Staff units of every home by day and by night; one unit for each place until its first row."""
    by_place = "places" in sheet.columns
    sheet.check_columns(
        ("day", "home", "places", "units_by_day", "units_by_night"),
        ("day", "home", *(() if by_place else ("units_by_day",))),
    )
    for column in ("units_by_day", "units_by_night"):
        if by_place and column in sheet.columns:
            raise ConfigError(
                sheet.where, column, f"given twice: places and {column}", allowed="one of the two"
            )
    day = sheet.numbers("day", Range(0, scenario.run.horizon_days, reaches_high=False))
    home = sheet.names("home", _codes(each.name for each in scenario.estate.homes))
    by_day = sheet.numbers("places" if by_place else "units_by_day", Range(0))
    by_night = sheet.numbers("units_by_night", Range(0)) if "units_by_night" in sheet.columns else by_day
    read = {
        "day": day,
        "home": home,
        "places" if by_place else "units_by_day": by_day,
        "units_by_night": by_night,
    }
    for column, values in read.items():
        if column in sheet.columns:
            sheet.refuse(np.isnan(values), column, given="nothing", allowed="a value in every row")
    paths = {}
    for code, each in enumerate(scenario.estate.homes):
        rows = np.flatnonzero(home == code)
        rows = rows[np.argsort(day[rows], kind="stable")]
        if not len(rows):
            hint = "at least one row for every home"
            raise ConfigError(sheet.where, "home", f"no row for {each.name}", allowed=hint)
        again = rows[1:][np.diff(day[rows]) == 0]
        if len(again):
            raise sheet.wrong(int(again[0]), "day", f"the same day twice for {each.name}", allowed="once")
        first = np.array([], float) if day[rows[0]] == 0 else np.zeros(1)
        full = np.full(len(first), float(each.places))
        paths[each.name] = (
            np.concatenate([first, day[rows]]),
            np.concatenate([full, by_day[rows]]),
            np.concatenate([full, by_night[rows]]),
        )
    return paths
