"""Staff over the window, from what the log says of posts: vacancies, turnover, cover, incidents, grades, closures.

Nothing where the log says nothing of posts (staff of another kind).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sim.engine.log import Away, EventLog, Kind, Source
from sim.outcomes.places import HomePlaces
from sim.outcomes.rows import Row, single
from sim.outcomes.spells import Floats, Ints, Steps
from sim.scenario.base import DAYS_PER_YEAR
from sim.scenario.oversight import GRADES
from sim.scenario.posts import ROLES, Posts
from sim.scenario.scenario import Scenario

LONG_CLOSURE_DAYS = 365.0
WEEK = 7.0
SOURCE_WORDS = {Source.OWN: "own", Source.BANK: "bank", Source.OVERTIME: "overtime", Source.AGENCY: "agency"}
ROLE_WORDS = {name: name.replace("_", " ") for name in ROLES}


def workforce_rows(scenario: Scenario, log: EventLog, places: Sequence[HomePlaces]) -> list[Row]:
    """Every measure of staff; of the homes together, and where it says so by role, by source or by grade."""
    workforce = scenario.workforce
    if not isinstance(workforce, Posts) or not len(log.of(Kind.IN_POST)):
        return []
    return [
        *_post_rows(scenario, workforce, log),
        *_hour_rows(scenario, workforce, log),
        *_oversight_rows(scenario, log, places),
        *_home_rows(scenario, workforce, log, places),
    ]


def said(log: EventLog, kind: Kind, homes: int, code: int | None = None) -> list[Steps]:
    """What each home said of itself over time, from 0 on."""
    rows = log.of(kind)
    if code is not None:
        rows = rows[log.code[rows] == code]
    home = log.home[rows]
    order = rows[np.argsort(home, kind="stable")]
    edges = np.searchsorted(log.home[order], np.arange(homes + 1))
    day, value = log.day[order], log.value[order]
    return [
        Steps(
            np.concatenate([[0.0], day[first:last]]),
            np.concatenate([[0.0], value[first:last]]),
        )
        for first, last in pairwise(edges.tolist())
    ]


class Held(NamedTuple):
    """Every value of a kind that was said, of which code and home, and for how long of the window it held."""

    code: Ints
    home: Ints
    value: Floats
    days: Floats

    def by_home(self, codes: int, homes: int) -> Floats:
        """Sums of value x days: codes x homes."""
        sums = np.bincount(self.code * homes + self.home, self.value * self.days, codes * homes)
        return sums.astype(np.float64).reshape(codes, homes)


def held(log: EventLog, kind: Kind, start: float, end: float) -> Held:
    """What was said of a kind, up to the next of the same code and home; before the first it is 0."""
    rows = log.of(kind)
    key = log.code[rows] * (1 << 20) + log.home[rows]
    order = np.argsort(key, kind="stable")
    rows, key = rows[order], key[order]
    first = np.clip(log.day[rows], start, end)
    last = np.where(key[1:] == key[:-1], first[1:], end) if len(rows) else first
    last = np.append(last, end)[: len(rows)]
    return Held(
        log.code[rows].astype(np.int64), log.home[rows].astype(np.int64), log.value[rows], last - first
    )


def _established(workforce: Posts, scenario: Scenario) -> Floats:
    """Posts of each role in each home: roles x homes."""
    roles = [workforce.roles.get(name) for name in ROLES]
    return np.array(
        [
            [
                0.0 if r is None else (r.per_place * h.places + r.per_home) * h.establishment
                for h in scenario.estate.homes
            ]
            for r in roles
        ]
    ).reshape(len(roles), -1)


def ended(scenario: Scenario, log: EventLog) -> Floats:
    """The day on which each home gave its posts up for good; infinite where it did not."""
    day = np.full(len(scenario.estate.homes), np.inf)
    rows = log.of(Kind.POSTS_ENDED)
    day[log.home[rows]] = log.day[rows]
    return day


def _kept_days(scenario: Scenario, log: EventLog) -> Floats:
    """Days of the window in each home until it gave its posts up."""
    start, end = scenario.run.window
    return np.clip(ended(scenario, log), start, end) - start


def _post_rows(scenario: Scenario, workforce: Posts, log: EventLog) -> list[Row]:
    start, end = scenario.run.window
    years, span = (end - start) / DAYS_PER_YEAR, float(end - start)
    homes = len(scenario.estate.homes)
    posts = _established(workforce, scenario) @ _kept_days(scenario, log)
    filled = held(log, Kind.IN_POST, start, end).by_home(len(ROLES), homes).sum(axis=1)
    moved = log.of(Kind.STAFF_LEFT)
    moved = moved[(log.day[moved] >= start) & (log.day[moved] < end)]
    left = np.bincount(log.code[moved].astype(np.int64), minlength=len(ROLES)).astype(float)
    here = [code for code, name in enumerate(ROLES) if name in workforce.roles]
    in_ratio = [code for code in here if workforce.roles[ROLES[code]].shift != "none"]
    away = held(log, Kind.AWAY, start, end).by_home(len(Away), homes).sum(axis=1)
    happened = log.of(Kind.INCIDENTS)
    happened = happened[(log.day[happened] >= start) & (log.day[happened] < end)]
    rows = []
    for code in here:
        words = ROLE_WORDS[ROLES[code]]
        rows.append(Row("vacancy_share", "role", words, posts[code] - filled[code], posts[code]))
        rows.append(Row("turnover_per_year", "role", words, left[code], filled[code] / DAYS_PER_YEAR))
    return [
        single("vacancy_share", posts.sum() - filled.sum(), posts.sum()),
        single("turnover_per_year", left.sum(), filled.sum() / DAYS_PER_YEAR),
        single("staff_in_post_mean", filled.sum(), span),
        single("sick_share", away[Away.SICK], filled[in_ratio].sum()),
        single("off_site_mean", away[Away.OFF_SITE], span),
        single("incidents_per_year", log.value[happened].sum(), years),
        *rows,
    ]


def _hour_rows(scenario: Scenario, workforce: Posts, log: EventLog) -> list[Row]:
    start, end = scenario.run.window
    years = (end - start) / DAYS_PER_YEAR
    homes = len(scenario.estate.homes)
    worked = held(log, Kind.WORKED, start, end)
    of_source = worked.by_home(len(Source), homes).sum(axis=1) / WEEK
    hours = {source: float(of_source[source]) for source in SOURCE_WORDS}
    whole, cover = sum(hours.values()), workforce.cover
    price = {
        Source.OWN: 1.0, Source.BANK: cover.bank_premium, Source.OVERTIME: cover.overtime_premium,
        Source.AGENCY: cover.agency_premium,
    }  # fmt: skip
    using = float(worked.days[(worked.code == Source.AGENCY) & (worked.value > 0)].sum())
    return [
        single("agency_share", hours[Source.AGENCY], whole),
        single("bank_share", hours[Source.BANK], whole),
        single("overtime_share", hours[Source.OVERTIME], whole),
        single("homes_using_agency", using, homes * (end - start)),
        single("paid_over_worked_hours", sum(hours[s] * price[s] for s in hours), whole),
        *[
            Row("hours_on_shift_per_year", "source", words, hours[source], years)
            for source, words in SOURCE_WORDS.items()
        ],
    ]


def _home_rows(
    scenario: Scenario, workforce: Posts, log: EventLog, places: Sequence[HomePlaces]
) -> list[Row]:
    """What there is to see home by home: children, posts, and the hours that are to be paid for."""
    start, end = scenario.run.window
    years, span = (end - start) / DAYS_PER_YEAR, float(end - start)
    homes, rows = scenario.estate.homes, []
    posts = _established(workforce, scenario).sum(axis=0) * _kept_days(scenario, log) / span
    filled = held(log, Kind.IN_POST, start, end).by_home(len(ROLES), len(homes)).sum(axis=0) / span
    hours = held(log, Kind.WORKED, start, end).by_home(len(Source), len(homes)) / WEEK
    for at, (home, one) in enumerate(zip(homes, places, strict=True)):
        approved = float(one.approved @ one.days)
        available = approved - float(one.long_shut @ one.days)
        rows += [
            Row("occupancy_approved", "home", home.name, float(one.occupied @ one.days), approved),
            Row("available_over_approved", "home", home.name, available, approved),
            Row("vacancy_share", "home", home.name, posts[at] - float(filled[at]), posts[at]),
        ]
        rows += [
            Row(f"{words}_hours_per_year", "home", home.name, float(hours[source, at]), years)
            for source, words in SOURCE_WORDS.items()
        ]
    return rows


def _oversight_rows(scenario: Scenario, log: EventLog, places: Sequence[HomePlaces]) -> list[Row]:
    start, end = scenario.run.window
    homes, span = len(scenario.estate.homes), float(end - start)
    managers = held(log, Kind.MANAGER, start, end).by_home(1, homes).sum()
    closed, kept = ended(scenario, log), float(_kept_days(scenario, log).sum())
    grades = _grade_days(log, closed, start, end)
    shut, at_risk = whole_closures(scenario, places, closed)
    years = np.minimum(closed, float(scenario.run.horizon_days)).sum() / DAYS_PER_YEAR
    return [
        single("good_or_better_share", grades[0] + grades[1], kept),
        *[
            Row("homes_by_grade", "grade", name.replace("_", " "), grades[grade], span)
            for grade, name in enumerate(GRADES)
        ],
        single("without_manager_share", kept - managers, kept),
        single("closed_for_good_per_home_year", float(np.isfinite(closed).sum()), years),
        single("places_shut_mean", sum(float(home.shut.sum(axis=1) @ home.days) for home in places), span),
        single("homes_wholly_shut_mean", sum(_wholly_shut_days(home) for home in places), span),
        single("year_long_closures_per_home_year", shut, at_risk),
    ]


def _grade_days(log: EventLog, closed: Floats, start: float, end: float) -> Floats:
    """Days of the window that homes spent at each grade, until they closed; the best until another is said."""
    said_of = [0.0] * len(GRADES)
    for one, last in zip(said(log, Kind.GRADE, len(closed)), np.clip(closed, start, end), strict=True):
        value, weight = one.between(start, float(last))
        for grade in range(len(GRADES)):
            said_of[grade] += float(weight[value == grade].sum())
    return np.array(said_of)


def _wholly_shut(home: HomePlaces) -> np.ndarray:
    """Steps on which every approved place is shut but for those lived in or held, for other causes than staff."""
    causes = home.shut[:, :4].sum(axis=1)
    return np.asarray((home.approved > 0) & (causes + home.occupied + home.held >= home.approved) & (causes > 0)
                      & (home.free == 0) & (causes >= home.approved / 2))  # fmt: skip


def _wholly_shut_days(home: HomePlaces) -> float:
    return float(home.days[_wholly_shut(home)].sum())


def whole_closures(scenario: Scenario, places: Sequence[HomePlaces], closed: Floats) -> tuple[float, float]:
    """Closures of a whole home that last a year or more and begin within the run, and home-years at risk.

    Only closures that began a year before the horizon can be known to last; those dated in the estate are left out.
    `closed` is the day on which each home shut for good (see `ended`), after which it is shut and no longer at risk.
    """
    horizon = float(scenario.run.horizon_days)
    dated = {row.home for row in scenario.estate.shut}
    count, risk = 0.0, 0.0
    for home, one, last_day in zip(scenario.estate.homes, places, closed.tolist(), strict=True):
        if home.name in dated:
            continue
        risk += max(0.0, min(horizon - LONG_CLOSURE_DAYS, last_day)) / DAYS_PER_YEAR
        for first, last in spells(one.day, _wholly_shut(one) | (one.day >= last_day), horizon):
            if first > 0 and first <= horizon - LONG_CLOSURE_DAYS and last - first >= LONG_CLOSURE_DAYS:
                count += 1
    return count, risk


def spells(day: Floats, holds: np.ndarray, horizon: float) -> list[tuple[float, float]]:
    """Intervals of days over which something holds."""
    turns = np.diff(np.concatenate([[0], holds.astype(int), [0]]))
    edges = np.concatenate([day, [horizon]])
    return [
        (float(edges[a]), float(edges[b]))
        for a, b in zip(np.flatnonzero(turns == 1), np.flatnonzero(turns == -1), strict=True)
    ]
