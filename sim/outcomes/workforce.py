"""Staff over the window, from what the log says of posts: vacancies, turnover, cover, incidents, grades, closures.

Nothing where the log says nothing of posts (staff of another kind).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.engine.log import Away, EventLog, Kind, Source
from sim.outcomes.places import HomePlaces
from sim.outcomes.rows import Row, single
from sim.outcomes.spells import Floats, Steps
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
    of_home = [rows[log.home[rows] == home] for home in range(homes)]
    return [
        Steps(
            np.concatenate([[0.0], log.day[mine]]),
            np.concatenate([[0.0], log.value[mine]]),
        )
        for mine in of_home
    ]


def _total(steps: Sequence[Steps], start: float, end: float) -> float:
    """Sum over homes of value x days."""
    return sum(one.mean(start, end) * (end - start) for one in steps)


def _post_rows(scenario: Scenario, workforce: Posts, log: EventLog) -> list[Row]:
    start, end = scenario.run.window
    years, span = (end - start) / DAYS_PER_YEAR, float(end - start)
    homes = scenario.estate.homes
    rows: list[Row] = []
    filled_all = there_all = left_all = 0.0
    for code, name in enumerate(ROLES):
        role = workforce.roles.get(name)
        if role is None:
            continue
        posts = sum((role.per_place * home.places + role.per_home) * home.establishment for home in homes)
        filled = _total(said(log, Kind.IN_POST, len(homes), code), start, end)
        moved = log.of(Kind.STAFF_LEFT)
        moved = moved[(log.code[moved] == code) & (log.day[moved] >= start) & (log.day[moved] < end)]
        rows.append(Row("vacancy_share", "role", ROLE_WORDS[name], posts * span - filled, posts * span))
        rows.append(
            Row("turnover_per_year", "role", ROLE_WORDS[name], float(len(moved)), filled / DAYS_PER_YEAR)
        )
        filled_all += filled
        there_all += posts * span
        left_all += len(moved)
    sick = _total(said(log, Kind.AWAY, len(homes), Away.SICK), start, end)
    ratio = _in_ratio(workforce, log, len(homes), start, end)
    off = _total(said(log, Kind.AWAY, len(homes), Away.OFF_SITE), start, end)
    happened = log.of(Kind.INCIDENTS)
    happened = happened[(log.day[happened] >= start) & (log.day[happened] < end)]
    return [
        single("vacancy_share", there_all - filled_all, there_all),
        single("turnover_per_year", left_all, filled_all / DAYS_PER_YEAR),
        single("staff_in_post_mean", filled_all, span),
        single("sick_share", sick, ratio),
        single("off_site_mean", off, span),
        single("incidents_per_year", log.value[happened].sum(), years),
        *rows,
    ]


def _in_ratio(workforce: Posts, log: EventLog, homes: int, start: float, end: float) -> float:
    """Days in post of roles that count in the ratio."""
    counted = [
        code
        for code, name in enumerate(ROLES)
        if name in workforce.roles and workforce.roles[name].shift != "none"
    ]
    return sum(_total(said(log, Kind.IN_POST, homes, code), start, end) for code in counted)


def _hour_rows(scenario: Scenario, workforce: Posts, log: EventLog) -> list[Row]:
    start, end = scenario.run.window
    years = (end - start) / DAYS_PER_YEAR
    homes = len(scenario.estate.homes)
    hours = {
        source: _total(said(log, Kind.WORKED, homes, source), start, end) / WEEK for source in SOURCE_WORDS
    }
    whole, cover = sum(hours.values()), workforce.cover
    price = {
        Source.OWN: 1.0, Source.BANK: cover.bank_premium, Source.OVERTIME: cover.overtime_premium,
        Source.AGENCY: cover.agency_premium,
    }  # fmt: skip
    using = sum(_time_above(one, start, end) for one in said(log, Kind.WORKED, homes, Source.AGENCY))
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
    filled = np.sum(
        [
            [one.mean(start, end) for one in said(log, Kind.IN_POST, len(homes), code)]
            for code, name in enumerate(ROLES)
            if name in workforce.roles
        ],
        axis=0,
    )
    hours = {
        source: [one.mean(start, end) * span / WEEK for one in said(log, Kind.WORKED, len(homes), source)]
        for source in SOURCE_WORDS
    }
    for at, (home, one) in enumerate(zip(homes, places, strict=True)):
        posts = sum(
            (role.per_place * home.places + role.per_home) * home.establishment
            for role in workforce.roles.values()
        )
        approved = float(one.approved @ one.days)
        rows += [
            Row("occupancy_approved", "home", home.name, float(one.occupied @ one.days), approved),
            Row(
                "available_over_approved",
                "home",
                home.name,
                approved - float(one.long_shut @ one.days),
                approved,
            ),
            Row("vacancy_share", "home", home.name, posts - float(filled[at]), posts),
        ]
        rows += [
            Row(f"{words}_hours_per_year", "home", home.name, hours[source][at], years)
            for source, words in SOURCE_WORDS.items()
        ]
    return rows


def _time_above(one: Steps, start: float, end: float) -> float:
    value, weight = one.between(start, end)
    return float(weight[value > 0].sum())


def _oversight_rows(scenario: Scenario, log: EventLog, places: Sequence[HomePlaces]) -> list[Row]:
    start, end = scenario.run.window
    homes, span = len(scenario.estate.homes), float(end - start)
    grades = said(log, Kind.GRADE, homes)
    managers = _total(said(log, Kind.MANAGER, homes), start, end)
    of_grade = dict.fromkeys(range(len(GRADES)), 0.0)
    for one in grades:
        value, weight = one.between(start, end)
        for grade in of_grade:
            of_grade[grade] += float(weight[value == grade].sum())
    shut, at_risk = whole_closures(scenario, places)
    return [
        single("good_or_better_share", of_grade[0] + of_grade[1], homes * span),
        *[
            Row("homes_by_grade", "grade", name.replace("_", " "), of_grade[grade], span)
            for grade, name in enumerate(GRADES)
        ],
        single("without_manager_share", homes * span - managers, homes * span),
        single("places_shut_mean", sum(float(home.shut.sum(axis=1) @ home.days) for home in places), span),
        single("homes_wholly_shut_mean", sum(_wholly_shut_days(home) for home in places), span),
        single("year_long_closures_per_home_year", shut, at_risk),
    ]


def _wholly_shut(home: HomePlaces) -> np.ndarray:
    """Steps on which every approved place is shut but for those lived in or held, for other causes than staff."""
    causes = home.shut[:, :4].sum(axis=1)
    return np.asarray((home.approved > 0) & (causes + home.occupied + home.held >= home.approved) & (causes > 0)
                      & (home.free == 0) & (causes >= home.approved / 2))  # fmt: skip


def _wholly_shut_days(home: HomePlaces) -> float:
    return float(home.days[_wholly_shut(home)].sum())


def whole_closures(scenario: Scenario, places: Sequence[HomePlaces]) -> tuple[float, float]:
    """Closures of a whole home that last a year or more and begin within the run, and home-years at risk.

    Only closures that began a year before the horizon can be known to last; those dated in the estate are left out.
    """
    horizon = float(scenario.run.horizon_days)
    dated = {row.home for row in scenario.estate.shut}
    count, risk = 0.0, 0.0
    for home, one in zip(scenario.estate.homes, places, strict=True):
        if home.name in dated:
            continue
        risk += max(0.0, horizon - LONG_CLOSURE_DAYS) / DAYS_PER_YEAR
        for first, last in spells(one.day, _wholly_shut(one), horizon):
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
