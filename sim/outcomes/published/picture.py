"""One played run as a publisher would have seen it: who was where on which day, by nation and by route."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sim.engine.log import Ending, EventLog
from sim.outcomes.measures import all_places
from sim.outcomes.places import HomePlaces
from sim.outcomes.spells import (
    Floats,
    Ints,
    Spells,
    at,
    home_spells,
    list_spells,
    offer_spells,
    scotland_spells,
)
from sim.scenario.base import METRES_PER_MILE, ROUTES
from sim.scenario.scenario import Scenario
from sim.world.world import World

Bools = npt.NDArray[np.bool_]
NOON = 0.5
NATIONS = {
    "England": ("England",),
    "Wales": ("Wales",),
    "England and Wales": ("England", "Wales"),
    "non-Scottish": ("England", "Wales"),
}
ROUTE_GROUPS = {
    "all": ("welfare", "remand", "sentence"),
    "welfare": ("welfare",),
    "justice": ("remand", "sentence"),
    "remand": ("remand",),
    "sentence": ("sentence",),
}


@dataclass(frozen=True, eq=False)
class Picture:
    """A scenario, its world and its log. Days are counted from the start of the run."""

    scenario: Scenario
    world: World
    log: EventLog
    among: Bools | None = None  # of these children alone

    @cached_property
    def horizon(self) -> float:
        return float(self.scenario.run.horizon_days)

    @cached_property
    def lists(self) -> Spells:
        return list_spells(self.log)

    @cached_property
    def placed(self) -> Spells:
        return home_spells(self.log)

    @cached_property
    def offers(self) -> Spells:
        return offer_spells(self.log, self.horizon)

    @cached_property
    def scotland(self) -> Spells:
        return scotland_spells(self.log, self.lists, Ending.SCOTLAND, self.horizon)

    @cached_property
    def places(self) -> list[HomePlaces]:
        return all_places(self.scenario, self.world, self.log, self.placed, self.offers)

    def day(self, when: date) -> float:
        """The first moment of a date."""
        return float(self.scenario.run.day(when))

    def covers(self, start: date, end: date) -> bool:
        """Whether the whole period lies within the run."""
        return self.day(start) >= 0 and self.day(end) + 1 <= self.horizon

    # -- whom -----------------------------------------------------------------------------------------

    def children(self, geography: str, route: str) -> Bools:
        """Children of the tape whose authority lies there, and who came by that route."""
        return self._from(geography) & self._by(route)

    def _from(self, geography: str) -> Bools:
        tape, regions = self.world.tape, self.scenario.estate.regions
        if geography in NATIONS:
            names = [region.name for region in regions if region.nation in NATIONS[geography]]
        else:
            names = [geography]
        codes = [code for code, name in enumerate(tape.regions) if name in names]
        origins = [at for at, one in enumerate(self.scenario.demand.origins) if one.name == geography]
        return np.isin(tape.region, codes) | np.isin(tape.origin, origins)

    def _by(self, route: str) -> Bools:
        here = np.isin(self.world.tape.route, [ROUTES.index(one) for one in ROUTE_GROUPS[route]])
        return here if self.among is None else here & self.among

    def homes(self, geography: str) -> list[int]:
        """Homes that stand there, or the home of that name."""
        nation = {region.name: region.nation for region in self.scenario.estate.regions}
        wanted = NATIONS.get(geography)
        return [
            number
            for number, home in enumerate(self.scenario.estate.homes)
            if (nation[home.region] in wanted if wanted else geography in (home.region, home.name))
        ]

    def knows(self, geography: str, route: str) -> bool:
        return self.place(geography) is not None and route in ROUTE_GROUPS

    def place(self, text: str) -> str | None:
        """The nation, region, authority or home of that name, whatever its capitals; None where there is none."""
        said = " ".join(text.lower().replace("&", "and").split())
        regions = [region.name for region in self.scenario.estate.regions]
        homes = [home.name for home in self.scenario.estate.homes]
        origins = [one.name for one in self.scenario.demand.origins]
        return next((name for name in (*NATIONS, *regions, *homes, *origins) if name.lower() == said), None)

    # -- how many -------------------------------------------------------------------------------------

    def residents(self, geography: str, route: str) -> Spells:
        """Placements in homes that stand there, of children of that route, wherever the child is from."""
        keep = np.isin(self.placed.home, self.homes(geography)) & self._by(route)[self.placed.child]
        return self.placed.rows(keep)

    def open_referrals(self, geography: str, route: str) -> Spells:
        """Spells on the list of children from there."""
        return self.lists.rows(self.children(geography, route)[self.lists.child])

    def noons(self, start: date, end: date) -> Floats:
        """Noon of each day of a period."""
        return np.arange(self.day(start), self.day(end) + 1) + NOON

    def beds(self, name: str, moments: Floats, geography: str, welfare_only: bool = False) -> Floats:
        """A quantity of the places of homes there (approved, long_shut, declared...) at each moment.

        For welfare alone, a home's places count by the share of them that is not contracted.
        """
        total = np.zeros(len(moments))
        for number in self.homes(geography):
            home = self.places[number]
            values = getattr(home, name)
            if welfare_only:
                own = 1 - home.contracted / np.maximum(home.approved, 1)
                values = values * own
            total += at(home.day, values, moments)
        return total

    def miles(self, spells: Spells, measured_from: str, to_scotland: bool = False) -> Floats:
        """Road miles from the last placement, or the home authority, to the home (or outlet) of each placement."""
        homes, tape, outlet = self.scenario.estate.homes, self.world.tape, self.scenario.estate.scotland
        road = self.scenario.behaviour.authorities.road_factor / METRES_PER_MILE
        if to_scotland and outlet is not None:
            east, north = (np.full(len(spells), at) for at in (outlet.easting_m, outlet.northing_m))
        else:
            east = np.array([home.easting_m for home in homes], dtype=float)[spells.home]
            north = np.array([home.northing_m for home in homes], dtype=float)[spells.home]
        if measured_from == "last placement":
            x, y = tape.last_easting[spells.child], tape.last_northing[spells.child]
        else:
            x, y = tape.easting[spells.child], tape.northing[spells.child]
        return np.asarray(np.hypot(x - east, y - north) * road)


def count_at(spells: Spells, moments: Floats) -> Floats:
    """How many spells run at each moment."""
    starts, ends = np.sort(spells.start), np.sort(spells.end)
    begun = np.searchsorted(starts, moments, side="right")
    over = np.searchsorted(ends, moments, side="right")
    return np.asarray(begun - over, dtype=float)


def running(spells: Spells, moment: float) -> Ints:
    """Rows of the spells that run at a moment."""
    return np.flatnonzero((spells.start <= moment) & (spells.end > moment))
