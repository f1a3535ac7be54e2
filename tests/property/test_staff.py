"""What always holds of staff as posts, whatever the settings, the rule and the world."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.log import EventLog, Kind, Source
from sim.scenario import Scenario
from sim.study.replicate import simulate
from tests import small
from tests.property.effort import examples
from tests.workforce.staff import of_staff, same, still

pytestmark = pytest.mark.property
HORIZON = 400
Record = dict[str, Any]


def _many(most: float) -> st.SearchStrategy[float]:
    return st.sampled_from([0.0, most / 4, most])


@st.composite
def staff(draw: st.DrawFn, children: bool = True) -> Record:
    """Staff of any kind of trouble, in homes of a few places."""
    per_place = draw(st.sampled_from([0.7, 1.0, 1.6]))
    stops = draw(st.sampled_from([0.0, 0.5]))
    return still(
        step_days=draw(st.sampled_from([3.0, 7.0, 14.0])),
        roles={
            "care": {"per_place": per_place, "per_home": draw(_many(1.5)), "shift": "day"},
            "night_waking": {"per_place": per_place, "shift": "night"},
            "education": {"per_place": 0.5, "shift": "none"},
        },
        leaving={
            "early_per_year": draw(_many(3.0)), "later_per_year": draw(_many(2.0)), "early_days": draw(_many(200.0)),
        },
        recruitment={
            "fill_days": draw(st.sampled_from([10.0, 120.0])), "vetting_days": draw(_many(60.0)),
            "induction_days": draw(_many(40.0)),
        },
        away={"sickness": {"mean": draw(_many(0.4)), "sd": 0.3, "correlation": 0.5}, "leave": 0.1},
        cover={
            "bank": draw(_many(0.2)), "overtime": draw(_many(0.2)), "agency_cap": draw(_many(0.4)),
            "agency_supply": draw(_many(1.0)), "mode": draw(st.sampled_from(["elastic", "hard"])), "stretch": 0.05,
        },
        incidents={"per_child_year": draw(_many(60.0)), "allegation": draw(_many(0.5)), "off_site_days": 30.0},
        feedback={
            "children": children, "overtime_to_sickness": draw(_many(4.0)), "overtime_to_leaving": draw(_many(4.0)),
            "incidents_to_leaving": draw(_many(1.0)), "shortage_to_incidents": draw(_many(1.0)),
        },
        manager={"leaving_per_year": draw(_many(4.0)), "fill_days": 60.0, "stops": stops, "restricts": 0.3},
        inspection={
            "per_year": draw(st.sampled_from([0.0, 4.0])), "falls_per_year": draw(_many(4.0)), "straight_down": 0.5,
            "rises": 0.5, "open_share": 0.4, "closes": draw(_many(0.8)), "suspends_contract": 0.5,
        },
        closure={
            "below": draw(_many(0.9)), "mean_days": 60.0, "reopens_from": 0.5, "for_good": draw(_many(0.5)),
            "for_good_per_year": draw(_many(0.5)), "off_register_days": draw(_many(90.0)),
        },
        single_care={"share": draw(_many(0.3)), "units_day": 2.0, "units_night": 1.5},
    )  # fmt: skip


def made(workforce: Record, rule: Record | None = None) -> Scenario:
    """Three homes, one with justice places, and more children than places."""
    return small.scenario(
        [
            small.home("one", places=5),
            small.home("two", places=8, x_km=5.0),
            small.home("three", x_km=9.0, either_places=0, welfare_places=2, justice_places=4),
        ],
        {
            "children": small.stream(per_day=0.3, length_of_need=[small.exponential(60.0)]),
            "justice": small.stream(per_day=0.1, route="remand", length_of_need=[small.exponential(40.0)]),
        },
        workforce=workforce,
        horizon=HORIZON,
        welfare=rule,
    )


def _rows(log: EventLog, kind: Kind, home: int, code: int | None = None) -> np.ndarray:
    mine = (log.kind == kind) & (log.home == home)
    return np.flatnonzero(mine if code is None else mine & (log.code == code))


@given(staff(), st.integers(0, 50))
@examples(few=12, many=1000)
def test_posts_are_left_and_filled_and_none_appears(workforce: Record, replication: int) -> None:
    """In each home and role, staff in post are those at the start, less leavers, more starters, and within posts."""
    scenario = made(workforce)
    log = simulate(scenario, replication).log
    for at, home in enumerate(scenario.estate.homes):
        ended = log.day[_rows(log, Kind.POSTS_ENDED, at)]
        assert len(ended) <= 1
        for code, role in ((0, "care"), (3, "night_waking"), (4, "education")):
            one = workforce["roles"][role]
            whole = one["per_place"] * home.places + one.get("per_home", 0.0)
            said = _rows(log, Kind.IN_POST, at, code)
            values = log.value[said]
            assert (values >= 0).all() and (values <= whole + 0.006).all()
            if len(ended):
                assert values[-1] == 0.0
                continue
            left = len(_rows(log, Kind.STAFF_LEFT, at, code))
            joined = len(_rows(log, Kind.STAFF_JOINED, at, code))
            # nothing is said of a role in which nobody is in post yet
            first = values[0] if len(said) and log.day[said[0]] == 0 else 0.0
            last = values[-1] if len(said) else 0.0
            # a part-time post moves less than one
            part = max(1.0, left + joined) * (np.ceil(whole) - whole)
            assert abs(last - first - (joined - left)) < part + 0.02


@given(staff(), st.integers(0, 50))
@examples(few=12, many=1000)
def test_cover_keeps_to_its_order_and_its_cap(workforce: Record, replication: int) -> None:
    """Agency is within its cap of all hours, and hours of every source are never below nothing."""
    scenario = made(workforce | {"feedback": workforce["feedback"] | {"residents_to_overtime": 0.0}})
    log, cover = simulate(scenario, replication).log, workforce["cover"]
    cap = cover["agency_cap"] + (cover["stretch"] if cover["mode"] == "elastic" else 0.0)
    rows = log.of(Kind.WORKED)
    assert (log.value[rows] >= 0).all()
    hours, day = np.zeros((3, len(Source))), 0.0
    for row in [*rows.tolist(), -1]:
        if row < 0 or log.day[row] != day:
            whole = hours.sum(axis=1)
            assert (hours[:, Source.AGENCY] <= cap * whole + 0.03).all()
            if cover["mode"] == "hard":
                assert (hours[:, Source.OVERTIME] == 0).all()
            if row < 0:
                break
            day = float(log.day[row])
        hours[int(log.home[row]), int(log.code[row])] = log.value[row]


@given(staff(), st.integers(0, 50))
@examples(few=12, many=1000)
def test_a_shut_home_admits_nobody(workforce: Record, replication: int) -> None:
    """While all places are shut by a closure nobody moves in, and after a home has shut for good nobody ever does."""
    log = simulate(made(workforce), replication).log
    for home in range(3):
        admitted = log.day[_rows(log, Kind.ADMITTED, home)]
        closed = _rows(log, Kind.SHUT, home, 0)
        for first, row in enumerate(closed):
            if log.value[row] > 0:
                until = log.day[closed[first + 1]] if first + 1 < len(closed) else HORIZON
                assert not ((admitted > log.day[row]) & (admitted < until)).any()
        for day in log.day[_rows(log, Kind.POSTS_ENDED, home)]:
            assert not (admitted > day).any()


@given(staff(children=False), st.integers(0, 50))
@examples(few=8, many=500)
def test_without_feedback_staff_are_the_same_under_every_rule(workforce: Record, replication: int) -> None:
    """Children aside, two rules meet the same staff, grades, managers and closures, record by record."""
    told = [
        of_staff(simulate(made(workforce, rule), replication).log) for rule in (small.rule(), small.asking())
    ]
    for one in told:
        assert len(one.of(Kind.IN_POST))
    exogenous = [one.of(Kind.SHUT, Kind.STAFF_DAY, Kind.IN_POST, Kind.GRADE, Kind.MANAGER) for one in told]
    suspended = workforce["inspection"]["per_year"] > 0  # empty justice places depend on who lives there
    if not suspended:
        assert same(*told)
    else:
        kept = [
            [(one.day[r], one.kind[r], one.home[r], one.value[r]) for r in rows if one.kind[r] != Kind.SHUT]
            for one, rows in zip(told, exogenous, strict=True)
        ]
        assert kept[0] == kept[1]
