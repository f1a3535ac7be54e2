"""Estates with places built, taken away, delayed or filling up slowly: pure changes of a checked scenario."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import Field, model_validator

from sim.scenario.base import Purpose, Strict
from sim.scenario.errors import COMMAND_LINE, ConfigError
from sim.scenario.estate import Home, PlacesFrom
from sim.scenario.scenario import Scenario

RAMP_STEPS = 4


class Site(Strict):
    """Where and what is built: homes of `home_size` places, shared in turn among `regions`, or more places at a home.

    `staffed` is the establishment of the new homes over that of the others (1: the same posts for each place).
    `opens` is a date (none: there from the start); in the `ramp_up_days` after it places open in quarters.
    With `extends` the places are added to that home, and what describes a new home may not be given.
    """

    title: str = ""
    regions: tuple[str, ...] = ()
    extends: str | None = None
    purpose: Purpose = "welfare"
    sexes: Literal["mixed", "girls", "boys"] = "mixed"
    home_size: int = Field(default=8, ge=1)
    staffed: float = Field(default=1.0, ge=0, le=5)
    age_min: int = Field(default=10, ge=0, le=25)
    age_max: int = Field(default=17, ge=0, le=25)
    complexity_max: int | None = Field(default=None, ge=0)
    opens: date | None = None
    ramp_up_days: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Site:
        if bool(self.regions) == (self.extends is not None):
            raise ValueError("give either regions or extends, not both or neither")
        return self


def with_places(scenario: Scenario, site: Site, places: int) -> Scenario:
    """The scenario with `places` more at a site (fewer if negative). Raises ConfigError for a site that is not there.

    The n-th new home has the same name, and so the same luck with its staff, wherever it stands and however many
    are built: designs are compared on the same worlds, and a larger one contains a smaller one.
    """
    if places == 0:
        return scenario
    if site.extends is not None:
        return _extended(scenario, site.extends, site.purpose, places)
    if places < 0:
        return without_places(scenario, -places, site)
    homes = [*scenario.estate.homes, *_built(scenario, site, places)]
    ramps = [
        row
        for home in homes[len(scenario.estate.homes) :]
        for row in _ramp(home, site.ramp_up_days, scenario.run.start)
    ]
    return _changed(scenario, homes=tuple(homes), changes=(*scenario.estate.changes, *ramps))


def with_split(scenario: Scenario, sites: Mapping[str, Site], places: Mapping[str, int]) -> Scenario:
    """The scenario with places at several sites at once."""
    for name, site in sites.items():
        scenario = with_places(scenario, site, places.get(name, 0))
    return scenario


def without_places(scenario: Scenario, places: int, site: Site) -> Scenario:
    """The scenario with so many places fewer, one at a time from the home that has most of that purpose.

    Homes of the regions of the site alone are cut, where they have any; raises ConfigError when there are too few.
    """
    key = f"{site.purpose}_places"
    there = [home for home in scenario.estate.homes if home.region in site.regions and getattr(home, key)]
    left = {home.name: getattr(home, key) for home in there or scenario.estate.homes}
    keep = {home.name: 1 if home.places == getattr(home, key) else 0 for home in scenario.estate.homes}
    for _ in range(places):
        name = max(left, key=lambda name: left[name] - keep[name])
        if left[name] <= keep[name]:
            most = sum(
                max(0, getattr(home, key) - keep[home.name]) for home in there or scenario.estate.homes
            )
            problem = f"no {site.purpose} place is left to take away"
            raise ConfigError(
                COMMAND_LINE, "capacity.places", problem, given=f"-{places}", allowed=f"-{most} at most"
            )
        left[name] -= 1
    homes = tuple(
        home.model_copy(update={key: left[home.name]}) if home.name in left else home
        for home in scenario.estate.homes
    )
    return _changed(scenario, homes=homes)


def delayed(scenario: Scenario, days: int, ramp_up_days: int = 0) -> Scenario:
    """Homes that open after the start open `days` later, and fill in quarters; what they replace closes as late."""
    start = scenario.run.start

    def later(when: date | None) -> date | None:
        return when + timedelta(days=days) if when is not None and when > start else when

    homes = tuple(
        home.model_copy(update={"opens": later(home.opens), "closes": later(home.closes)})
        for home in scenario.estate.homes
    )
    ramps = [row for home in homes if home.opens for row in _ramp(home, ramp_up_days, start)]
    return _changed(scenario, homes=homes, changes=(*scenario.estate.changes, *ramps))


def moved(scenario: Scenario, year: int) -> Scenario:
    """The same scenario with its window opening on 1 April of a year."""
    start = date(year, 4, 1) - timedelta(days=scenario.run.warm_up_days)
    return scenario.model_copy(update={"run": scenario.run.model_copy(update={"start": start})})


def _built(scenario: Scenario, site: Site, places: int) -> list[Home]:
    known = {region.name for region in scenario.estate.regions}
    for region in site.regions:
        if region not in known:
            raise ConfigError("capacity", "site.regions", "no such region", given=region, names=sorted(known))
    sizes = [site.home_size] * (places // site.home_size) + [places % site.home_size]
    before = sum(home.name.startswith("New home ") for home in scenario.estate.homes)
    made = []
    for number, size in enumerate(size for size in sizes if size):
        region = site.regions[number % len(site.regions)]
        easting, northing = centre(scenario, region)
        fields: dict[str, Any] = {
            "name": f"New home {before + number + 1}",
            "region": region,
            "easting_m": easting,
            "northing_m": northing,
            f"{site.purpose}_places": size,
            "sexes": site.sexes,
            "age_min": site.age_min,
            "age_max": site.age_max,
            "complexity_max": site.complexity_max,
            "establishment": site.staffed,
            "opens": site.opens,
        }
        made.append(Home.model_validate(fields))
    return made


def centre(scenario: Scenario, region: str) -> tuple[float, float]:
    """Where the children of a region come from, on average, in grid metres: its authorities by their weight."""
    points = [point for point in scenario.demand.origins if point.region == region]
    weight = sum(point.weight for point in points)
    if not weight:
        problem = "no child comes from this region, so it has no centre"
        raise ConfigError("capacity", "site.regions", problem, given=region)
    easting = sum(point.easting_m * point.weight for point in points) / weight
    northing = sum(point.northing_m * point.weight for point in points) / weight
    return round(easting, -2), round(northing, -2)


def _extended(scenario: Scenario, name: str, purpose: Purpose, places: int) -> Scenario:
    key, homes = f"{purpose}_places", {home.name: home for home in scenario.estate.homes}
    if name not in homes:
        raise ConfigError("capacity", "site.extends", "no such home", given=name, names=homes)
    home = homes[name]
    now = getattr(home, key) + places
    if now < 0 or home.places + places < 1:
        least = max(-getattr(home, key), 1 - home.places)
        raise ConfigError(
            "capacity", "places", f"{name} has too few", given=str(places), allowed=f"{least} or more"
        )
    homes[name] = home.model_copy(update={key: now})
    return _changed(scenario, homes=tuple(homes.values()))


def _ramp(home: Home, days: int, start: date) -> list[PlacesFrom]:
    """Dated places of a home that opens in quarters over some days."""
    if not days or home.opens is None or home.opens <= start:
        return []
    rows = []
    for step in range(RAMP_STEPS):
        share, when = (step + 1) / RAMP_STEPS, home.opens + timedelta(days=round(days * step / RAMP_STEPS))
        if home.closes is not None and when >= home.closes:
            break
        rows.append(
            PlacesFrom(
                home=home.name,
                start=when,
                welfare_places=round(home.welfare_places * share),
                justice_places=round(home.justice_places * share),
                either_places=round(home.either_places * share),
            )
        )
    return rows


def _changed(scenario: Scenario, **estate: Any) -> Scenario:
    """The scenario with parts of its estate replaced, checked again as a whole."""
    changed = scenario.estate.model_copy(update=estate)
    return Scenario.model_validate(
        {name: getattr(scenario, name) for name in Scenario.model_fields}
        | {"estate": type(changed).model_validate(changed.model_dump())}
    )
