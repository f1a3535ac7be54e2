"""Which home each child who is there at the start lives in: the stock is spread over the homes that
could take each child, in proportion to their places."""

from __future__ import annotations

import numpy as np

from sim.commissioning.policy import eligible
from sim.engine.calendar import calendar
from sim.scenario.base import ROUTES
from sim.scenario.errors import ConfigError
from sim.scenario.scenario import Scenario
from sim.world.tape import Tape


def first_homes(scenario: Scenario, tape: Tape) -> list[int]:
    """Index of the home of each resident at the start (-1 for all others).

    Raises ConfigError when the homes open on day 0 cannot hold the residents.
    """
    places, usable = _places(scenario)
    starts = [-1] * len(tape)
    residents = np.flatnonzero(tape.resident)
    fits = eligible(tape.rows(residents), scenario.estate).tolist()
    purposes = np.where(tape.route[residents] == ROUTES.index("welfare"), 0, 1).tolist()
    taken = [[0, 0, 0] for _ in places]
    for row, fit, purpose in zip(residents.tolist(), fits, purposes, strict=True):
        best, home = -1.0, -1
        for at, (of, gone) in enumerate(zip(places, taken, strict=True)):
            room = of[purpose] + of[2] - gone[purpose] - gone[2]
            if fit[at] and room > 0 and sum(gone) < usable[at]:
                share = room / max(of[purpose] + of[2], 1)
                if share > best:
                    best, home = share, at
        if home < 0:
            route = ROUTES[int(tape.route[row])]
            given = ", ".join(f"{k} {n}" for k, n in scenario.estate.residents_at_start.items())
            raise ConfigError(
                "the scenario", "estate.residents_at_start", f"no home has a place left for a {route} child",
                given=given, allowed="as many children as the open places can hold",
            )  # fmt: skip
        taken[home][purpose if taken[home][purpose] < places[home][purpose] else 2] += 1
        starts[row] = home
    return starts


def _places(scenario: Scenario) -> tuple[list[list[int]], list[int]]:
    """Approved places by pool, and usable places, of each home on day 0."""
    homes = len(scenario.estate.homes)
    approved, shut = np.zeros((homes, 3), dtype=int), np.zeros(homes, dtype=int)
    for change in calendar(scenario.estate, scenario.run):
        if change.day > 0:
            break
        if change.approved is not None:
            approved[change.home] = change.approved
        if change.shut is not None:
            shut[change.home] = sum(change.shut)
    return approved.tolist(), np.maximum(approved.sum(axis=1) - shut, 0).tolist()
