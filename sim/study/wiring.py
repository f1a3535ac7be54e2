"""Puts one world, one rule and everybody's behaviour together into what the engine plays."""

from __future__ import annotations

from collections.abc import Callable
from math import exp
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.behaviour.answers import MIX, STAFFING, HomeAnswers
from sim.behaviour.authorities import gives_up, lead
from sim.behaviour.staffing import establishment
from sim.commissioning.policy import purposes
from sim.engine.calendar import calendar
from sim.engine.clerk import Clerk
from sim.engine.log import Ending
from sim.engine.plan import Clocks, HomePlan, MovingOnPlan, Plan
from sim.scenario.base import DAYS_PER_YEAR, ROUTES
from sim.scenario.behaviour import Breakdown
from sim.scenario.scenario import Scenario
from sim.study.desks import Rules, counted
from sim.study.firsts import alike, first_referrals, first_searches, listed
from sim.study.residents import first_homes
from sim.study.shifts import no_shifts, shifts, worst_shortages
from sim.study.staffing import workforce_plan
from sim.study.stays import Stays
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
    staff = no_shifts() if process else shifts(scenario, world, establishments)
    answers = HomeAnswers(
        homes,
        breakdown,
        estate.homes,
        world,
        counted(scenario),
        np.ones(len(establishments)) if process else worst_shortages(staff, len(establishments)),
        scenario.run.start,
    )
    rules = Rules(scenario, tape, answers)
    clocks, birthday_18, stays = _clocks(scenario, world), _birthdays(scenario, tape), Stays(scenario, world)
    first_clocks = clocks(0)
    need_runs_while_waiting = scenario.behaviour.authorities.need_clock == "referral"
    return Plan(
        horizon=float(scenario.run.horizon_days),
        homes=[
            HomePlan(home.name, full, wait)
            for home, full, wait in zip(estate.homes, establishments, answer_days(scenario), strict=True)
        ],
        calendar=calendar(estate, scenario.run),
        staff=staff,
        day=tape.day.tolist(),
        residents=int(tape.resident.sum()),
        starts_in=first_homes(scenario, tape),
        desk_of=listed(rules.desk_of),
        needs=alike(purpose_of, tape.units_day, tape.units_night),
        easiest=(_least(tape.units_day), _least(tape.units_night)),
        need_days=tape.need_days.tolist(),
        birthday_18=listed(birthday_18),
        desks=rules.desks,
        clocks=clocks,
        first_clocks=first_clocks,
        first_referrals=first_referrals(tape),
        first_searches=first_searches(
            tape.day, birthday_18, tape.need_days if need_runs_while_waiting else None, first_clocks
        ),
        first_stays=stays.first(),
        answers=answers,
        repeat_days=homes.repeat_days,
        emergency=listed(tape.emergency & (purpose_of == 0)),
        emergency_window=scenario.legal.emergency_window_days,
        stay=stays.of,
        mismatch=answers.mismatch,
        hazard=_hazard(breakdown),
        carries=answers.conflicts.brings,
        against=answers.conflicts.against,
        kinds_of_flag=len(answers.conflicts.resident_flags),
        staffing_bit=STAFFING,
        mix_bit=MIX,
        referred_again=breakdown.referred_again,
        transfer_sought=breakdown.transfer_sought,
        need_runs_while_waiting=need_runs_while_waiting,
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


def _birthdays(scenario: Scenario, tape: Tape) -> Floats:
    """Day on which each child turns 18; never where every home takes adults (a textbook estate)."""
    if all(home.age_max >= 18 for home in scenario.estate.homes):
        return np.full(len(tape), np.inf)
    return tape.birthday_18


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
            return values.data if ordinal else listed(values)

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
