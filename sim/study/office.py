"""When offices are open: sittings on working days, and answers that wait for the next one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sim.behaviour.stays import working_day
from sim.scenario.commissioning import Rule
from sim.scenario.scenario import Scenario

MORNING = 0.4  # of a day: sittings are at about half past nine


def _open_days(scenario: Scenario, working_days_only: bool) -> list[bool]:
    holidays = frozenset(scenario.legal.holidays)
    start = scenario.run.start
    return [
        not working_days_only or working_day(start + timedelta(days=day), holidays)
        for day in range(scenario.run.horizon_days + 15)
    ]


def sitting_days(scenario: Scenario, rule: Rule) -> list[float]:
    """Moments of all sittings within the run; one that falls on a closed day moves to the next open day."""
    opened = _open_days(scenario, rule.working_days_only)
    days: list[float] = []
    count = 0
    while count * rule.sits_every_days < scenario.run.horizon_days:
        day = count * rule.sits_every_days
        count += 1
        whole = int(day)
        while not opened[whole]:
            whole += 1
        moment = whole + MORNING if whole > int(day) or rule.sits_every_days >= 1 else day
        if moment < scenario.run.horizon_days and (not days or moment > days[-1]):
            days.append(moment)
    return days


def office_time(scenario: Scenario, working_days_only: bool) -> Callable[[float], float]:
    """A function that moves a moment on a closed day to the next open morning."""
    opened = _open_days(scenario, working_days_only)
    last = len(opened) - 1

    def moved(moment: float) -> float:
        whole = int(moment)
        if whole >= last or opened[whole]:
            return moment
        while whole < last and not opened[whole]:
            whole += 1
        return whole + MORNING

    return moved
