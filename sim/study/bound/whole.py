"""The bound of one world under one objective, and the best schedule found."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from sim.engine.desk import Desk
from sim.engine.floor import Floor
from sim.engine.log import EventLog
from sim.engine.plan import Plan
from sim.outcomes.spells import Floats
from sim.scenario.base import ROUTES
from sim.scenario.scenario import Scenario
from sim.study.bound.descent import Effort, Found, lowest
from sim.study.bound.exact import Solved, solve
from sim.study.bound.foresight import RATES, ForesightDesk, day_costs
from sim.study.bound.limits import lends
from sim.study.bound.objective import Objective, reached, share_of_bound
from sim.study.bound.offers import Offers, Window, offers, unplaced_waiting
from sim.study.bound.opportunities import Opportunity, opportunities
from sim.study.bound.playing import clairvoyant_plan
from sim.study.bound.room import Residents, Room, residents, room
from sim.study.bound.schedule import (
    GuidedDesk,
    Infeasible,
    Placement,
    PlannedDesk,
    hopes,
    played,
    schedule_of,
)
from sim.world.world import World

Status = Literal["optimal", "bounded"]
_CLOSE = 1e-6


@dataclass(frozen=True)
class Bound:
    """What no rule could beat, and what a schedule reached.

    value     child-days: no rule reaches more; need x days of waiting: no rule leaves less
    best      the same of the best schedule found, played by the engine
    nothing   the same if nobody were offered a place
    schedule  its offers, in order of time
    gap       1 less share_of_bound of `best`: how far bound and schedule are apart at most
    seconds   that this took
    status    optimal: bound and schedule agree
    """

    objective: Objective
    value: float
    best: float
    nothing: float
    schedule: tuple[Placement, ...]
    gap: float
    seconds: float
    status: Status


class _Problem(NamedTuple):
    """One world as opportunities and offers; `base` is what the objective is if no offer is made."""

    plan: Plan
    found: list[Opportunity]
    offers: Offers
    room: Room
    window: Window
    base: float


def bound(scenario: Scenario, world: World, objective: Objective, effort: Effort | None = None) -> Bound:
    """Bound one objective on one world. Raises ConfigError if the homes cannot hold the residents of day 0."""
    began, effort = time.perf_counter(), effort or Effort()
    problem = _problem(scenario, world, objective)
    found = lowest(problem.offers, problem.room, problem.window, objective, effort)
    limit, solved = found.value, None
    if len(problem.offers) <= effort.exact:
        widths = np.array([one.width for one in problem.found])
        solved = solve(problem.offers, problem.room, widths, effort.exact_seconds)
        limit = min(limit, solved.value) if solved else limit
    sign = 1.0 if objective == "child_days" else -1.0
    value = max(0.0, problem.base + sign * limit)
    best, schedule = _best(scenario, world, objective, problem, found, solved, effort)
    share = share_of_bound(objective, best, value)
    gap = 0.0 if np.isnan(share) else max(0.0, 1.0 - share)
    status: Status = "optimal" if gap <= _CLOSE else "bounded"
    return Bound(objective, value, best, problem.base, schedule, gap, time.perf_counter() - began, status)


def _problem(scenario: Scenario, world: World, objective: Objective) -> _Problem:
    plan = clairvoyant_plan(scenario, world)
    there = residents(scenario, world)
    left = room(plan, there, lends(scenario))
    window = Window(*(float(day) for day in scenario.run.window))
    found = opportunities(scenario, world, plan, left.closes, there, objective)
    made = offers(found, plan, world.tape, left, objective, window)
    if objective == "child_days":
        base = _resident_days(world, there, window)
    else:
        base = unplaced_waiting(found, world.tape, window)
    return _Problem(plan, found, made, left, window, base)


def _resident_days(world: World, there: Residents, window: Window) -> float:
    """Days in the window of the welfare children who were there on day 0, until they leave."""
    welfare = world.tape.route[there.child] == ROUTES.index("welfare")
    days = np.minimum(there.leaves, window.end) - window.start
    return float(np.maximum(days[welfare], 0.0).sum())


def _best(
    scenario: Scenario, world: World, objective: Objective, problem: _Problem, found: Found,
    solved: Solved | None, effort: Effort,
) -> tuple[float, tuple[Placement, ...]]:  # fmt: skip
    """The best of all schedules that are tried, each played by the engine."""
    sign = 1.0 if objective == "child_days" else -1.0
    log = max(
        _tried(scenario, world, objective, problem, found, solved, effort),
        key=lambda log: sign * reached(scenario, world, log, objective),
    )
    return reached(scenario, world, log, objective), schedule_of(world, log)


def _tried(
    scenario: Scenario, world: World, objective: Objective, problem: _Problem, found: Found, solved: Solved | None,
    effort: Effort,
) -> Iterator[EventLog]:  # fmt: skip
    """Logs of schedules: nothing at all, the exact solution, then clairvoyant rules at several levels."""
    plan, made = problem.plan, problem.offers
    yield played(plan, lambda floor, plain: PlannedDesk(floor, plain, ()))
    if solved is not None and len(solved.chosen):
        planned = _planned(problem, solved)
        try:
            yield played(plan, lambda floor, plain: PlannedDesk(floor, plain, planned))
        except Infeasible:
            yield from _guided(problem, _marked(made, solved), (0.0,))
    if objective == "need_waiting":
        yield from _foreseen(world, problem, found, RATES[: effort.tries])
        return
    days = np.maximum(made.end - made.start, 1.0)
    enough = (-np.inf, -5.0, -1.0, -20.0, 0.0, 5.0)
    rates = (0.0, 0.3, 0.4, 0.2, 0.5, 0.1)
    yield from _guided(problem, found.profit, enough[: effort.tries])
    yield from _guided(problem, made.value / days, rates[: effort.tries])


def _foreseen(world: World, problem: _Problem, found: Found, rates: tuple[float, ...]) -> Iterator[EventLog]:
    """Children who save most need x days of waiting for the room they take, at several going rates."""
    plan, window = problem.plan, problem.window
    welfare = world.tape.route == ROUTES.index("welfare")
    if not welfare.any():
        return
    usual = np.array([1.0, *np.array(plan.needs)[welfare, 1:].mean(axis=0)])
    prices = found.prices.mean(axis=2)[: len(plan.homes)] / found.market.size[: len(plan.homes)]
    costs = day_costs(prices * np.array(found.market.size[: len(plan.homes)] > 0), plan.needs, usual)
    need, mean = world.tape.need.tolist(), float(world.tape.need[welfare].mean())
    for rate in rates:

        def make(floor: Floor, plain: Desk, rate: float = rate) -> Desk:
            return ForesightDesk(floor, plain, need, (window.start, window.end), costs, rate * mean)

        yield played(plan, make)


def _guided(problem: _Problem, wanted: Floats, levels: tuple[float, ...]) -> Iterator[EventLog]:
    tables = hopes(problem.found, problem.offers, wanted, len(problem.plan.homes))
    for enough in levels:

        def make(floor: Floor, plain: Desk, enough: float = enough) -> Desk:
            return GuidedDesk(floor, plain, tables, enough)

        yield played(problem.plan, make)


def _planned(problem: _Problem, solved: Solved) -> list[Placement]:
    """The offers of a solution, each as early in its day as it can be."""
    made, planned = problem.offers, []
    for row in solved.chosen.tolist():
        one, home = problem.found[int(made.group[row])], int(made.home[row])
        if home < len(problem.plan.homes):
            planned.append(Placement(one.child, one.ordinal, home, max(float(made.day[row]), one.listed)))
    return sorted(planned, key=lambda placement: placement.day)


def _marked(made: Offers, solved: Solved) -> Floats:
    """1 for the offers of a solution and all later ones of the same child and home, -1 for all others."""
    wanted = np.full(len(made), -1.0)
    for row in solved.chosen.tolist():
        same = (made.group == made.group[row]) & (made.home == made.home[row]) & (made.day >= made.day[row])
        wanted[same] = 1.0
    return wanted
