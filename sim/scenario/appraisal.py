"""A business case: what each scenario of an experiment costs to bring about, who owns it, and how it fills."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.scenario.base import Setting, Strict, sums_to_one

Kind = Literal[
    "build", "expand", "rebuild", "repurpose", "buy_block", "join", "open_homes", "prevention", "change"
]


class Capital(Strict):
    """Works, in millions of pounds of a year, as estimated: optimism bias is added.

    `land_gbp_million` is what the site is worth to someone else, spent at once and worth the same at the end.
    `spread` are shares by year of the building; `grant_share` comes from the DfE, `borrowed_share` of the rest
    is borrowed by the owners, and what is left comes from their reserves.
    """

    gbp_million: float = Field(ge=0)
    land_gbp_million: float = Field(default=0.0, ge=0)
    optimism_bias: float = Field(ge=0, le=5)
    spread: tuple[float, ...] = (1.0,)
    grant_share: float = Field(default=0.0, ge=0, le=1)
    borrowed_share: float = Field(default=0.0, ge=0, le=1)

    @model_validator(mode="after")
    def _adds_up(self) -> Capital:
        sums_to_one({f"year {year}": share for year, share in enumerate(self.spread)}, "spread")
        return self


class Works(Strict):
    """Works that come round again, in millions of pounds each time."""

    every_years: int = Field(ge=1)
    gbp_million: float = Field(ge=0)


class OpenHomes(Strict):
    """Places outside the secure estate that take children who would be in other settings.

    They fill from children of the regions (none: all) in those settings, a share `match` of whom would suit.
    A place costs `fixed_gbp_week` used or not and `variable_gbp_week` when used; `instead_gbp_week` is the price of
    what the child would have otherwise (none: the price of the setting).
    """

    places: int = Field(ge=1)
    settings: tuple[Setting, ...] = Field(min_length=1)
    regions: tuple[str, ...] = ()
    match: float = Field(gt=0, le=1)
    fixed_gbp_week: float = Field(ge=0)
    variable_gbp_week: float = Field(ge=0)
    instead_gbp_week: float | None = Field(default=None, ge=0)


class Hubs(Strict):
    """Hubs of a prevention service: short-stay places, and outreach beside them.

    `reach_beyond_places` are young people a year whom a hub reaches without a place. A child who is not referred
    still lives somewhere: `prevented_gbp_week` is what that costs for each day that the model no longer has.
    """

    hubs: int = Field(ge=1)
    places: int = Field(ge=0)
    stay_days: float = Field(gt=0)
    reach_beyond_places: float = Field(default=0.0, ge=0)
    gbp_million_year: float = Field(ge=0)
    prevented_gbp_week: float = Field(default=0.0, ge=0)

    @property
    def reached_a_year(self) -> float:
        """Young people whom all hubs can reach in a year."""
        return self.hubs * (self.places * 365.25 / self.stay_days + self.reach_beyond_places)


class Scheme(Strict):
    """How a scenario comes about.

    kind            what it is; words alone, but `open_homes` and `prevention` have their own running costs
    opens_year      years from the decision to the day it was to open; before it, nothing changes
    ramp            share of the steady use in each year from the opening; the last holds for good
    owners          authorities and their shares; `owner_regions` shares by population among those of regions
    start_up        millions of pounds spent in the year before it opens, on staff and set-up
    extras          pounds a year that are easily forgotten, by name, while it is open
    reserves        usable reserves of owners, in millions of pounds, by name
    owners_keep_surplus   whether what an operator earns belongs to the owners (a company of councils)
    """

    title: str = ""
    kind: Kind
    opens_year: int = Field(ge=0, le=30)
    ramp: tuple[float, ...] = (1.0,)
    owners: dict[str, float] = Field(default_factory=dict)
    owner_regions: tuple[str, ...] = ()
    capital: Capital | None = None
    works: Works | None = None
    start_up_gbp_million: float = Field(default=0.0, ge=0)
    extras: dict[str, float] = Field(default_factory=dict)
    reserves: dict[str, float] = Field(default_factory=dict)
    owners_keep_surplus: bool = False
    may_stand_empty: bool = True
    open_homes: OpenHomes | None = None
    hubs: Hubs | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Scheme:
        if bool(self.owners) == bool(self.owner_regions):
            raise ValueError("owners or owner_regions: allowed one of the two")
        if self.owners:
            sums_to_one(self.owners, "owners")
        for share in self.ramp:
            if not 0 <= share <= 1:
                raise ValueError(f"ramp has {share}, allowed 0 to 1")
        if self.kind == "open_homes" and self.open_homes is None:
            raise ValueError("open_homes is missing: allowed for kind open_homes only with it")
        if (self.kind == "prevention") != (self.hubs is not None):
            raise ValueError("hubs belong to kind prevention: allowed both or neither")
        return self


class Sharing(Strict):
    """A home that authorities may share: which of them, and what it costs beside buying elsewhere.

    `members` are authorities by name, or all of `member_regions`. A home costs `home_gbp_year` once, each place
    `place_gbp_week` used or not, each child in it `child_gbp_week`; a child who does not fit in costs
    `elsewhere_gbp_week`. `nhs_share` of the home's own costs is paid under Section 75.
    """

    members: tuple[str, ...] = ()
    member_regions: tuple[str, ...] = ()
    home_gbp_year: float = Field(ge=0)
    place_gbp_week: float = Field(ge=0)
    child_gbp_week: float = Field(ge=0)
    elsewhere_gbp_week: float = Field(ge=0)
    most_places: int = Field(default=40, ge=1, le=200)
    suitable: float = Field(default=1.0, gt=0, le=1)
    nhs_share: float = Field(default=0.0, ge=0, lt=1)

    @model_validator(mode="after")
    def _one_way(self) -> Sharing:
        if bool(self.members) == bool(self.member_regions):
            raise ValueError("members or member_regions: allowed one of the two")
        if len(self.members) > 16:
            raise ValueError(
                f"members has {len(self.members)} authorities, allowed up to 16: all groups are tried"
            )
        return self


class Appraisal(Strict):
    """Years that are appraised, and a scheme for each scenario of the experiment but the baseline (do nothing)."""

    years: int = Field(ge=2, le=125)
    schemes: dict[str, Scheme] = Field(min_length=1)
