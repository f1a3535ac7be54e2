"""Puts one world, one rule and everybody's behaviour together into what the engine plays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import repeat
from math import ceil, exp, inf
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.behaviour.answers import MIX, STAFFING, HomeAnswers
from sim.behaviour.authorities import gives_up, lead
from sim.behaviour.staffing import establishment, staff_path
from sim.behaviour.stays import OrderDraws, court_deadline_days, order_draws, welfare_stay
from sim.commissioning.policy import purposes
from sim.engine.calendar import calendar
from sim.engine.clerk import Clerk
from sim.engine.homes import shortage
from sim.engine.log import Ending, Leaving
from sim.engine.plan import Clocks, HomePlan, MovingOnPlan, Plan, StaffChange
from sim.scenario.base import DAYS_PER_YEAR, ROUTES
from sim.scenario.behaviour import Breakdown
from sim.scenario.scenario import Scenario
from sim.study.desks import Rules, counted
from sim.study.residents import first_homes
from sim.study.staffing import workforce_plan
from sim.world.moving_on import moving_on_days
from sim.world.tape import Floats, Tape
from sim.world.world import World

_ENDINGS = np.array((Ending.ALTERNATIVE, Ending.WITHDRAWN, Ending.SEARCH_CEASED))


def make_plan(scenario: Scenario, world: World, clerk: Clerk | None = None) -> Plan:
    """Everything the engine needs to play `world` under the rules of `scenario`; `clerk` takes the minutes."""
    tape, estate, homes = world.tape, scenario.estate, scenario.behaviour.homes
    purpose_of = purposes(tape)
    breakdown = scenario.behaviour.breakdown
    establishments = [establishment(scenario.workforce, home) for home in estate.homes]
    process = workforce_plan(scenario, world)
    staff = [] if process else _staff_changes(scenario, world)
    answers = HomeAnswers(
        homes,
        breakdown,
        estate.homes,
        world,
        counted(scenario),
        np.ones(len(establishments)) if process else _worst_shortage(establishments, staff),
        scenario.run.start,
    )
    rules = Rules(scenario, tape, answers)
    return Plan(
        horizon=float(scenario.run.horizon_days),
        homes=[
            HomePlan(home.name, full, wait)
            for home, full, wait in zip(estate.homes, establishments, answer_days(scenario), strict=True)
        ],
        calendar=calendar(estate, scenario.run),
        staff=staff,
        day=tape.day.tolist(),
        resident=tape.resident.tolist(),
        starts_in=first_homes(scenario, tape),
        desk_of=rules.desk_of.tolist(),
        needs=list(zip(purpose_of.tolist(), tape.units_day.tolist(), tape.units_night.tolist(), strict=True)),
        easiest=(_least(tape.units_day), _least(tape.units_night)),
        need_days=tape.need_days.tolist(),
        birthday_18=_birthdays(scenario, tape),
        desks=rules.desks,
        clocks=_clocks(scenario, world),
        answers=answers,
        repeat_days=homes.repeat_days,
        emergency=(tape.emergency & (purpose_of == 0)).tolist(),
        emergency_window=scenario.legal.emergency_window_days,
        stay=_stays(scenario, world),
        mismatch=answers.mismatch,
        hazard=_hazard(breakdown),
        carries=answers.conflicts.brings,
        against=answers.conflicts.against,
        kinds_of_flag=len(answers.conflicts.resident_flags),
        staffing_bit=STAFFING,
        mix_bit=MIX,
        referred_again=breakdown.referred_again,
        transfer_sought=breakdown.transfer_sought,
        need_runs_while_waiting=scenario.behaviour.authorities.need_clock == "referral",
        order_requires_bed=scenario.legal.order_requires_bed,
        scotland=_scotland(scenario),
        scotland_retry_days=scenario.behaviour.authorities.scotland_retry_days,
        needs_mismatch=bool(homes.grounds) or breakdown.base_per_year > 0,
        clerk=clerk,
        workforce=process,
        moving_on=_moving_on(scenario, world),
    )


def _hazard(breakdown: Breakdown) -> Callable[[float], float]:
    """Breakdowns a day of a placement by its mismatch."""
    base, effect = breakdown.base_per_year / DAYS_PER_YEAR, breakdown.mismatch_effect
    return lambda mismatch: base * exp(effect * mismatch)


def _moving_on(scenario: Scenario, world: World) -> MovingOnPlan | None:
    """Places to move on to; welfare children who go to an open home need one, those who go home do not."""
    limits, tape = scenario.behaviour.authorities.moving_on, world.tape
    if limits is None:
        return None
    drawn: dict[int, list[float]] = {}

    def holds(ordinal: int) -> list[float]:
        if ordinal not in drawn:
            drawn[ordinal] = moving_on_days(world, ordinal, limits.stay_days).tolist()
        return drawn[ordinal]

    needs = (tape.route == ROUTES.index("welfare")) & (tape.after_secure == 0)
    return MovingOnPlan(limits.places, needs.tolist(), limits.most_days, holds)


def answer_days(scenario: Scenario) -> list[float]:
    """Days that each home takes to answer."""
    usual = scenario.behaviour.homes.answer_days
    return [usual if home.answer_days is None else home.answer_days for home in scenario.estate.homes]


def _least(units: Floats) -> float:
    return float(units.min()) if len(units) else 0.0


def _birthdays(scenario: Scenario, tape: Tape) -> list[float]:
    """Day on which each child turns 18; never where every home takes adults (a textbook estate)."""
    if all(home.age_max >= 18 for home in scenario.estate.homes):
        return [float("inf")] * len(tape)
    birthdays: list[float] = tape.birthday_18.tolist()
    return birthdays


def _staff_changes(scenario: Scenario, world: World) -> list[StaffChange]:
    """Changes of all homes in order of day, then of the estate."""
    paths = []
    horizon = float(scenario.run.horizon_days)
    for index, home in enumerate(scenario.estate.homes):
        if world.staff_paths is not None:
            path = world.staff_paths[home.name]
        else:
            path = staff_path(scenario.workforce, home, world.staff[home.name], scenario.run)
        days, by_day, by_night = (column[path[0] < horizon] for column in path)
        paths.append(np.stack([days, np.full(len(days), float(index)), by_day, by_night]))
    if not paths:
        return []
    day, home, by_day, by_night = np.concatenate(paths, axis=1)
    order = np.lexsort((by_night, by_day, home, day))
    columns = (
        day[order].tolist(),
        home[order].astype(int).tolist(),
        by_day[order].tolist(),
        by_night[order].tolist(),
    )
    rows = zip(*columns, strict=True)
    return list(map(tuple.__new__, repeat(StaffChange), rows))  # `_make`, without a call for each


def _worst_shortage(establishments: list[float], staff: list[StaffChange]) -> Floats:
    """The shortage of each home on the day with the fewest staff."""
    fewest = list(establishments)
    for _, home, by_day, _ in staff:
        if by_day < fewest[home]:
            fewest[home] = by_day
    return np.array([shortage(*each) for each in zip(fewest, establishments, strict=True)])


def _scotland(scenario: Scenario) -> list[tuple[float, int]]:
    """Places in Scotland from the start and at each later date."""
    if scenario.estate.scotland is None:
        return []
    dated = sorted(
        (float(scenario.run.day(row.start)), row.places) for row in scenario.estate.scotland.places
    )
    before = [row for row in dated if row[0] <= 0]
    return [(0.0, places) for _, places in before[-1:]] + [
        row for row in dated if 0 < row[0] < scenario.run.horizon_days
    ]


def _clocks(scenario: Scenario, world: World) -> Callable[[int], Clocks]:
    authorities = scenario.behaviour.authorities

    def clocks(ordinal: int) -> Clocks:
        tape = world.referral(scenario, ordinal)
        search = gives_up(tape, authorities, scenario.run)
        delay = lead(tape)

        def column(values: npt.NDArray[Any]) -> Any:  # few of later referrals are ever read
            return values.data if ordinal else values.tolist()

        return Clocks(
            gives_up=search.days.data,
            ending=_ENDINGS[search.how].data,
            lead=column(delay.days),
            court=column(delay.court),
            travel=column(delay.in_emergency),
            scotland=tape.scotland_days.data,
            breakdown=tape.breakdown.data,
            again=tape.referred_again.data,
        )

    return clocks


StayOf = Callable[[int, int, float, float, bool], tuple[float, int, float, int]]


def _stays(scenario: Scenario, world: World) -> StayOf:
    """Days of a placement, leaving reason, days until the criteria stop being met, and court orders.

    A remand takes an authorisation for each `remand_order_max_days` begun; a sentence takes none.
    """
    legal, orders = scenario.legal, scenario.legal.orders
    holidays = frozenset(legal.holidays)
    tape = world.tape
    welfare = (tape.route == ROUTES.index("welfare")).tolist()
    over = np.where(
        tape.route == ROUTES.index("sentence"), Leaving.SENTENCE_ENDED, Leaving.ORDER_ENDED
    ).tolist()
    moved_on, order_ended = int(Leaving.NEED_ENDED), int(Leaving.ORDER_ENDED)
    wales = tape.wales.tolist()
    remand_order = legal.remand_order_max_days or inf
    remand = (tape.route == ROUTES.index("remand")).tolist()
    step_downs: dict[int, list[float]] = {}
    drawn: dict[int, Sequence[Any]] = {}

    def draw(ordinal: int) -> None:
        tape = world.referral(scenario, ordinal)
        step_downs[ordinal] = tape.step_down_days.tolist()
        if orders is not None:
            columns = order_draws(orders, tape.order_uniforms)
            drawn[ordinal] = columns if ordinal else [column.tolist() for column in columns]

    def order_draws_of(child: int, ordinal: int) -> OrderDraws:
        notices, lengths, renewals = drawn[ordinal]
        if ordinal:  # few of later referrals are ever read
            return OrderDraws(float(notices[child]), lengths[child].tolist(), renewals[child].tolist())
        return OrderDraws(notices[child], lengths[child], renewals[child])

    def stay(
        child: int, ordinal: int, day: float, need: float, no_order: bool
    ) -> tuple[float, int, float, int]:
        if not welfare[child]:
            return need, over[child], need, ceil(need / remand_order) if remand[child] else 0
        if ordinal not in step_downs:
            draw(ordinal)
        step_down = step_downs[ordinal][child]
        if orders is None:
            return need + step_down, moved_on, need, 0
        before = 0.0
        if no_order:
            before = court_deadline_days(scenario.run.start + timedelta(days=int(day)), legal, holidays)
        first = orders.first_review_days_wales if wales[child] else orders.first_review_days
        found = welfare_stay(need, step_down, orders, order_draws_of(child, ordinal), first, before)
        return found.days, moved_on if found.moved_on else order_ended, found.need_met, found.orders

    return stay
