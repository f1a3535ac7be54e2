"""Small scenarios made by hand: a few homes, a few children, and everything else as plain as it can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from sim.engine.log import Cause, Ending, EventLog, Kind, Leaving
from sim.scenario import Scenario
from sim.scenario.base import ALTERNATIVES
from sim.study.replicate import Result, simulate
from sim.world import World, draw_world

Record = dict[str, Any]

NOTHING: Record = {"kind": "constant", "days": 0}
NEVER: Record = {"kind": "never"}
NO_PRICE: Record = {"gbp_week": 0, "year": 2023}
START = "2024-01-01"  # a Monday
BREAKS: Record = {
    "base_per_year": 365.25,
    "referred_again": 1.0,
}  # a breakdown a day, and a new referral each time


def days(value: float) -> Record:
    """A constant duration."""
    return {"kind": "constant", "days": value}


def exponential(mean: float) -> Record:
    return {"kind": "exponential", "mean": mean}


def home(name: str, places: int = 1, x_km: float = 0.0, region: str = "north", **more: Any) -> Record:
    """A home with places of either purpose, unless `more` says otherwise."""
    whole = {"name": name, "region": region, "easting_m": 1000.0 * x_km, "northing_m": 0.0,
             "either_places": places, "age_min": 0, "age_max": 17}  # fmt: skip
    return whole | more


def origin(name: str, region: str = "north", x_km: float = 0.0, weight: float = 1.0) -> Record:
    return {"code": name, "name": name, "nation": "England", "region": region, "easting_m": 1000.0 * x_km,
            "northing_m": 0.0, "weight": weight}  # fmt: skip


def stream(per_day: float = 1.0, route: str = "welfare", **more: Any) -> Record:
    """Children who stay a day on average, wait for ever and are all alike."""
    rate = per_day * 365.25
    whole = {
        "route": route,
        "rate": [{"per_year": rate}],
        "ceiling_per_year": 2 * rate,
        "profile": "plain",
        "length_of_need": [exponential(1.0)],
        "patience": [NEVER],
        "step_down_delay": NOTHING,
        "withdrawn_after": NEVER,
        "alternatives": {"open_home": 1.0},
    }
    return whole | more


def rule(**more: Any) -> Record:
    """First come, first served, at once, without refusals."""
    whole = {"title": "first come", "model": "C9", "scope": "all", "channel": "all_declared",
             "chooses": "commissioner", "refusal": [], "pays": "spot"}  # fmt: skip
    return whole | more


def asking(**more: Any) -> Record:
    """The authority asks one home after another."""
    return rule(**({"channel": "one_by_one", "chooses": "home"} | more))


def sitting(every: float = 1.0, **more: Any) -> Record:
    """Decisions wait for a sitting."""
    return rule(**({"sits_every_days": every} | more))


def authorities(**more: Any) -> Record:
    whole = {
        "court_days": NOTHING,
        "travel_days": NOTHING,
        "scotland_first_try": NEVER,
        "setting_at_referral": {"home": 1.0},
        "alternative_days": {name: NOTHING for name in ALTERNATIVES},
        "after_alternative": {"shares": {"home": 1.0}},
        "after_secure": {"shares": {"home": 1.0}},
    }
    return whole | more


def scenario(
    homes: Sequence[Record],
    streams: Mapping[str, Record] | None = None,
    welfare: Record | None = None,
    justice: Record | None = None,
    *,
    regions: Sequence[str] = ("north", "south"),
    origins: Sequence[Record] | None = None,
    profiles: Mapping[str, Record] | None = None,
    horizon: int = 100,
    estate: Record | None = None,
    demand: Record | None = None,
    workforce: Record | None = None,
    legal: Record | None = None,
    answers: Record | None = None,
    court: Record | None = None,
    breakdown: Record | None = None,
    run: Record | None = None,
) -> Scenario:
    """A whole scenario from what differs from the plain one. Without `justice` its rule is first come."""
    return Scenario.model_validate(
        {
            "estate": {"name": "small", "regions": [{"name": name, "nation": "England"} for name in regions],
                       "homes": list(homes)} | (estate or {}),
            "demand": {"name": "small", "origins": list(origins or [origin("town")]),
                       "streams": dict(streams or {"children": stream()}),
                       "profiles": dict(profiles or {"plain": {}})} | (demand or {}),
            "workforce": workforce or {"kind": "unlimited"},
            "legal": {"name": "small", "under_13_days": NOTHING, "order_requires_bed": False} | (legal or {}),
            "behaviour": {"name": "small", "homes": answers or {}, "breakdown": breakdown or {},
                          "authorities": authorities(**(court or {}))},
            "commissioning": {"name": "small", "welfare": welfare or rule(), "justice": justice or rule()},
            "costs": {"name": "none", "welfare_place": NO_PRICE, "justice_contract_place": NO_PRICE,
                      "scotland": NO_PRICE, "settings": {}},
            "run": {"seed": 1, "replications": 1, "workers": 1, "start": START, "warm_up_days": 0,
                    "window_days": horizon, "follow_up_days": 0} | (run or {}),
        }
    )  # fmt: skip


def world_of(
    made: Scenario,
    children: Sequence[Record],
    staff: Mapping[str, Sequence[tuple[float, float]]] | None = None,
) -> World:
    """The world in which exactly these children are referred, in order of day.

    Each child is a record of tape columns, `stream` and `origin` by name; what is not said is as drawn.
    `staff` gives each home's units on shift as (day, units), the same by day and by night.
    """
    drawn = draw_world(made, 0)
    tape, used, rows = drawn.tape, set(), []
    for child in children:
        code = tape.streams.index(child.get("stream", tape.streams[0]))
        free = [
            row for row in np.flatnonzero((tape.stream == code) & ~tape.resident).tolist() if row not in used
        ]
        used.add(free[0])
        rows.append(free[0])
    tape = tape.rows(rows)
    points = made.demand.origins
    for row, child in enumerate(children):
        said = {name: value for name, value in child.items() if name != "stream"}
        if "origin" in said:
            at = tape.origins.index(said.pop("origin"))
            said |= {"origin": at, "region": tape.regions.index(points[at].region),
                     "easting": points[at].easting_m, "northing": points[at].northing_m}  # fmt: skip
        for name, value in said.items():
            getattr(tape, name)[row] = value
    assert (np.diff(tape.day) >= 0).all(), "children must be in order of day"
    return replace(drawn, tape=tape, staff_paths=_paths(made, staff) if staff else None)


def _paths(made: Scenario, staff: Mapping[str, Sequence[tuple[float, float]]]) -> dict[str, Any]:
    paths = {}
    for each in made.estate.homes:
        on_shift = staff.get(each.name, [(0.0, np.inf)])
        when, units = (np.array(column, dtype=float) for column in zip(*on_shift, strict=True))
        paths[each.name] = (when, units, units)
    return paths


def play(
    made: Scenario,
    children: Sequence[Record],
    staff: Mapping[str, Sequence[tuple[float, float]]] | None = None,
) -> Result:
    """Play exactly these children."""
    return simulate(made, world=world_of(made, children, staff))


class Event(NamedTuple):
    """One record of the log in words: what, when, at which home, and why."""

    what: str
    day: float
    home: str
    why: str


def story(result: Result, child: int) -> list[Event]:
    """All that happened to one child, in order."""
    log, names = result.log, [each.name for each in result.scenario.estate.homes]
    return [_event(log, row, names) for row in np.flatnonzero(log.child == child).tolist()]


def _event(log: EventLog, row: int, names: list[str]) -> Event:
    kind, code = Kind(int(log.kind[row])), int(log.code[row])
    where = names[log.home[row]] if log.home[row] >= 0 else ""
    words = {Kind.ENDED: Ending, Kind.LEFT: Leaving, Kind.SHUT: Cause}
    why = words[kind](code).name.lower() if kind in words else str(code) if kind == Kind.REFERRED else ""
    return Event(kind.name.lower(), round(float(log.day[row]), 9), where, why)


def told(result: Result, child: int, *kinds: str) -> list[tuple[Any, ...]]:
    """What happened to one child as (what, day, home, why) without the empty parts, for these kinds only."""
    return [
        tuple(part for part in event if part != "")
        for event in story(result, child)
        if not kinds or event.what in kinds
    ]
