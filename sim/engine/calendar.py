"""Dated facts of the estate as changes on days: places approved, places shut, homes that close."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from sim.engine.log import Cause
from sim.scenario.estate import Estate, Home, PlacesFrom
from sim.scenario.run import Run

T = TypeVar("T")


class Change(NamedTuple):
    """On a day, a home's approved places by pool, or the places it has shut for each cause before staff."""

    day: float
    home: int
    approved: tuple[int, int, int] | None = None
    shut: tuple[int, ...] | None = None
    closes: bool = False


def calendar(estate: Estate, run: Run) -> list[Change]:
    """All changes within the run in order of day; what held before the start holds on day 0."""
    changes: list[Change] = []
    for index, home in enumerate(estate.homes):
        changes += _approvals(estate, home, index, run)
        changes += _shut(estate, home, index, run)
        if home.closes is not None and 0 <= run.day(home.closes) < run.horizon_days:
            changes.append(Change(float(run.day(home.closes)), index, closes=True))
    index_of = {home.name: index for index, home in enumerate(estate.homes)}
    changes += [
        Change(float(run.day(row.start)), index_of[row.home], closes=True)
        for row in estate.shut
        if row.moves_children and 0 <= run.day(row.start) < run.horizon_days
    ]
    return sorted(changes, key=lambda change: (change.day, change.home, change.closes))


def _pools(row: Home | PlacesFrom) -> tuple[int, int, int]:
    return row.welfare_places, row.justice_places, row.either_places


def _approvals(estate: Estate, home: Home, index: int, run: Run) -> list[Change]:
    dated = [(run.day(home.opens) if home.opens else -(10**6), _pools(home))]
    dated += [(run.day(row.start), _pools(row)) for row in estate.changes if row.home == home.name]
    if home.closes is not None:
        dated = [row for row in dated if row[0] < run.day(home.closes)] + [(run.day(home.closes), (0, 0, 0))]
    return [
        Change(float(day), index, approved=places)
        for day, places in _within([(-(10**7), (0, 0, 0)), *sorted(dated)], run)
    ]


def _shut(estate: Estate, home: Home, index: int, run: Run) -> list[Change]:
    rows = [
        (run.day(row.start), run.day(row.end) if row.end else 10**6, Cause[row.cause.upper()], row.places)
        for row in estate.shut
        if row.home == home.name
    ]
    if home.closes is not None and estate.closing_notice_days:
        day = run.day(home.closes)
        rows.append((day - int(estate.closing_notice_days), day, Cause.CLOSED, None))
    most = max(home.places, *(sum(_pools(row)) for row in estate.changes if row.home == home.name), 0)
    days = sorted({day for start, end, _, _ in rows for day in (start, end)})
    dated = []
    for day in days:
        places = [0] * (len(Cause) - 1)
        for start, end, cause, shut in rows:
            if start <= day < end:
                places[cause] = min(most, places[cause] + (most if shut is None else shut))
        dated.append((day, tuple(places)))
    return [Change(float(day), index, shut=places) for day, places in _within(dated, run)]


def _within(dated: list[tuple[int, T]], run: Run) -> list[tuple[int, T]]:
    """What holds on day 0, then every change up to the horizon."""
    before = [row for row in dated if row[0] <= 0]
    after = [row for row in dated if 0 < row[0] < run.horizon_days]
    return [(0, places) for _, places in before[-1:]] + after
