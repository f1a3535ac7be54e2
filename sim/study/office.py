"""When offices are open: sittings on working days, and answers that wait for the next one."""

from __future__ import annotations

import numpy as np

from sim.scenario.commissioning import Rule
from sim.scenario.scenario import Scenario

MORNING = 0.4  # of a day: sittings are at about half past nine
BEFORE_SITTINGS = 0.375  # and homes look at their residents at nine


def _open_days(scenario: Scenario, working_days_only: bool) -> list[bool]:
    days = scenario.run.horizon_days + 15
    if not working_days_only:
        return [True] * days
    dates = np.datetime64(scenario.run.start) + np.arange(days)
    holidays = np.array(scenario.legal.holidays, dtype="datetime64[D]")
    opened: list[bool] = np.is_busday(dates, holidays=holidays).tolist()
    return opened


def sitting_days(scenario: Scenario, rule: Rule) -> list[float]:
    """Moments of all sittings within the run; one that falls on a closed day moves to the next open day."""
    opened, horizon = _open_days(scenario, rule.working_days_only), scenario.run.horizon_days
    days: list[float] = []
    count, last = 0, -1.0
    while (day := count * rule.sits_every_days) < horizon:
        count += 1
        began = whole = int(day)
        while not opened[whole]:
            whole += 1
        moment = whole + MORNING if whole > began or rule.sits_every_days >= 1 else day
        if last < moment < horizon:
            days.append(moment)
            last = moment
    return days


def office_mornings(scenario: Scenario, working_days_only: bool) -> list[float]:
    """For each day on which offices are shut, the morning on which they open next; 0 for all others."""
    opened = _open_days(scenario, working_days_only)
    mornings, after = [0.0] * len(opened), float(len(opened) - 1)
    for day in range(len(opened) - 1, -1, -1):
        if opened[day]:
            after = float(day)
        else:
            mornings[day] = after + MORNING
    return mornings
