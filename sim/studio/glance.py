"""What is known of a scenario before it is played: how many places and staff there are for how much need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.behaviour.staffing import staff_path
from sim.scenario.base import DAYS_PER_YEAR, ROUTES
from sim.scenario.scenario import Scenario
from sim.world.world import World, draw_world


@dataclass(frozen=True)
class Glance:
    """The children of one world against its staff: `load` is staff units needed at once over units there.

    Every referral counts in full, as if each were placed for the whole of its need, so the load of a played run,
    in which stays are cut short and some are never placed, differs a little.
    """

    purpose: str
    referred_per_year: float
    units_needed: float
    units_there: float
    places: int

    @property
    def load(self) -> float:
        return self.units_needed / self.units_there if self.units_there else np.inf

    def __str__(self) -> str:
        said = "saturated: not all can be placed, whatever the rule" if self.load >= 1 else "below 1"
        return (
            f"{self.purpose.capitalize()}: {self.referred_per_year:,.0f} children referred a year need "
            f"{self.units_needed:,.0f} staff units at once, if all are placed for the whole of their need; "
            f"{self.units_there:,.0f} are there for {self.places} places. "
            f"Offered load {self.load:.2f} ({said})."
        )


def glance(scenario: Scenario, world: World | None = None) -> list[Glance]:
    """Offered load of each purpose, from the first world of the scenario (or the one given)."""
    world = world or draw_world(scenario, 0)
    tape, horizon = world.tape, float(scenario.run.horizon_days)
    justice = tape.route != ROUTES.index("welfare")
    staffed = {"welfare": 0.0, "justice": 0.0}
    places = {"welfare": 0, "justice": 0}
    for home in scenario.estate.homes:
        path = (
            world.staff_paths[home.name] if world.staff_paths is not None
            else staff_path(scenario.workforce, home, world.staff[home.name], scenario.run)
        )  # fmt: skip
        units = _mean(path[0], path[1], horizon)
        units = float(home.places) if not np.isfinite(units) else units
        share = home.justice_places / home.places
        for purpose, part in (("welfare", 1 - share), ("justice", share)):
            staffed[purpose] += units * part
            places[purpose] += round(home.places * part)
    found = []
    for purpose, rows in (("welfare", ~justice), ("justice", justice)):
        mine = rows & ~tape.resident
        if not mine.any():
            continue
        stay = np.minimum(
            tape.need_days[mine] + np.where(justice[mine], 0.0, tape.step_down_days[mine]), horizon
        )
        needed = float((stay * tape.units_day[mine]).sum() / horizon)
        yearly = float(mine.sum() / horizon * DAYS_PER_YEAR)
        found.append(Glance(purpose, yearly, needed, staffed[purpose], places[purpose]))
    return found


def _mean(day: np.ndarray, value: np.ndarray, horizon: float) -> float:
    width = np.diff(np.concatenate([day, [horizon]]))
    return float(value @ width / horizon) if np.isfinite(value).all() else float("inf")
