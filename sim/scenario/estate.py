"""The estate: homes, their approved places over time, what is shut and why, and the Scottish outlet."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, field_validator, model_validator

from sim.scenario.base import Nation, Route, ShutCause, Strict


class Region(Strict):
    """A region of origin; every home and every authority lies in one."""

    name: str
    nation: Nation


class Home(Strict):
    """One home as approved at the start; dated changes are listed beside it in the estate.

    Coordinates are British National Grid metres. `serves` limits the regions of origin it takes
    (none given: every region). `complexity_max` limits the complexity class it takes (0 is the lowest). `host` is
    the authority that it belongs to, by the name of an origin of the demand (none given: no authority).
    """

    name: str
    operator: str = ""
    operator_type: Literal["council", "charity", "company"] = "council"
    region: str
    host: str | None = None
    easting_m: float
    northing_m: float
    welfare_places: int = Field(default=0, ge=0)
    justice_places: int = Field(default=0, ge=0)
    either_places: int = Field(default=0, ge=0)
    sexes: Literal["mixed", "girls", "boys"] = "mixed"
    age_min: int = Field(default=10, ge=0, le=25)
    age_max: int = Field(default=17, ge=0, le=25)
    complexity_max: int | None = Field(default=None, ge=0)
    serves: tuple[str, ...] | None = None
    opens: date | None = None
    closes: date | None = None
    establishment: float = Field(default=1.0, ge=0, le=5)
    disposition: float = 0.0
    answer_days: float | None = Field(default=None, ge=0)
    source: str = ""
    settled: str = ""

    @model_validator(mode="after")
    def _possible(self) -> Home:
        if self.opens and self.closes and self.opens >= self.closes:
            raise ValueError(
                f"{self.name} opens {self.opens} but closes {self.closes}, allowed a later closing"
            )
        if self.age_min > self.age_max:
            raise ValueError(
                f"{self.name}: age_min is {self.age_min}, allowed up to age_max ({self.age_max})"
            )
        if self.places == 0:
            raise ValueError(f"{self.name} has no approved place, allowed 1 or more")
        return self

    @property
    def places(self) -> int:
        return self.welfare_places + self.justice_places + self.either_places


class PlacesFrom(Strict):
    """The approved places of a home from a date on."""

    home: str
    start: date
    welfare_places: int = Field(default=0, ge=0)
    justice_places: int = Field(default=0, ge=0)
    either_places: int = Field(default=0, ge=0)


class Shut(Strict):
    """Places of a home that cannot be used from `start` until the day before `end` (no end: for good).

    No number of places means the whole home. No child is admitted. Residents stay, or with `moves_children` go on the
    day, and are referred again before all others.
    """

    home: str
    start: date
    end: date | None = None
    places: int | None = Field(default=None, ge=1)
    cause: ShutCause
    moves_children: bool = False
    source: str = ""

    @field_validator("moves_children", mode="before")
    @classmethod
    def _from_a_table(cls, given: object) -> object:
        return (
            {"true": True, "false": False, "": False}.get(given, given) if isinstance(given, str) else given
        )

    @model_validator(mode="after")
    def _in_order(self) -> Shut:
        if self.moves_children and self.places is not None:
            raise ValueError(
                f"{self.home} moves children with {self.places} places shut, allowed for a whole home"
            )
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"{self.home} is shut from {self.start} to {self.end}, allowed a later end")
        return self


class OutletFrom(Strict):
    """Places that Scottish centres have for children from England and Wales, from a date on."""

    start: date
    places: int = Field(ge=0)


class Scotland(Strict):
    """The Scottish outlet: one point on the map and a capacity that changes by date."""

    easting_m: float
    northing_m: float
    places: tuple[OutletFrom, ...] = ()


class Estate(Strict):
    """Every home that a child of this scenario could live in."""

    name: str
    regions: tuple[Region, ...] = Field(min_length=1)
    homes: tuple[Home, ...] = Field(min_length=1)
    changes: tuple[PlacesFrom, ...] = ()
    shut: tuple[Shut, ...] = ()
    scotland: Scotland | None = None
    residents_at_start: dict[Route, int] = Field(default_factory=dict)
    closing_notice_days: float = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _names_agree(self) -> Estate:
        regions = {region.name for region in self.regions}
        names = [home.name for home in self.homes]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"home {twice} is listed twice, allowed once")
        for home in self.homes:
            for region in (home.region, *(home.serves or ())):
                if region not in regions:
                    raise ValueError(f"home {home.name} names region {region}, allowed {sorted(regions)}")
        for named in (*(row.home for row in self.changes), *(row.home for row in self.shut)):
            if named not in names:
                raise ValueError(f"a dated change names home {named}, allowed {sorted(names)}")
        for route, children in self.residents_at_start.items():
            if children < 0:
                raise ValueError(f"residents_at_start of {route} is {children}, allowed 0 or more")
        return self
