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
    fits = dict(zip(residents.tolist(), eligible(tape.rows(residents), scenario.estate), strict=True))
    taken = np.zeros_like(places)
    for row in residents.tolist():
        purpose = 0 if tape.route[row] == ROUTES.index("welfare") else 1
        fit = fits[row]
        room = places[:, purpose] + places[:, 2] - taken[:, purpose] - np.maximum(taken[:, 2], 0)
        open_to = fit & (room > 0) & (taken.sum(axis=1) < usable)
        if not open_to.any():
            route = ROUTES[int(tape.route[row])]
            given = ", ".join(f"{k} {n}" for k, n in scenario.estate.residents_at_start.items())
            raise ConfigError(
                "the scenario", "estate.residents_at_start", f"no home has a place left for a {route} child",
                given=given, allowed="as many children as the open places can hold",
            )  # fmt: skip
        share = np.where(open_to, room / np.maximum(places[:, purpose] + places[:, 2], 1), -1.0)
        home = int(np.argmax(share))
        pool = purpose if taken[home, purpose] < places[home, purpose] else 2
        taken[home, pool] += 1
        starts[row] = home
    return starts


def _places(scenario: Scenario) -> tuple[np.ndarray, np.ndarray]:
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
    return approved, np.maximum(approved.sum(axis=1) - shut, 0)
