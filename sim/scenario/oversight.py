"""Who oversees a home: its Registered Manager and its inspectors, and when a whole home shuts.

Hazards are of a year; durations are in days; every effect (`..._to_...`) is the change of a logarithm per unit.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from sim.scenario.base import Strict, sums_to_one

Grade = Literal["outstanding", "good", "requires_improvement", "inadequate"]
GRADES: tuple[Grade, ...] = ("outstanding", "good", "requires_improvement", "inadequate")


def _all_good() -> dict[Grade, float]:
    return {"good": 1.0}


class Manager(Strict):
    """The Registered Manager, one critical person.

    Without one for `absence_days`, admissions stop with chance `stops`, or go on in `open_share` of the places with
    chance `restricts`, until the next is in post; else a deputy carries on.
    """

    leaving_per_year: float = Field(default=0.0, ge=0)
    fill_days: float = Field(default=150.0, gt=0)
    absence_days: float = Field(default=28.0, ge=0)
    stops: float = Field(default=0.0, ge=0, le=1)
    restricts: float = Field(default=0.0, ge=0, le=1)
    open_share: float = Field(default=0.5, ge=0, le=1)

    @model_validator(mode="after")
    def _chances_add_up(self) -> Manager:
        if self.stops + self.restricts > 1:
            raise ValueError(f"stops and restricts are {self.stops + self.restricts}, allowed up to 1")
        return self


class Inspection(Strict):
    """Grades as a state machine: visits `per_year`, each at an even moment of its part of the year.

    A home at good or better falls with hazard `falls_per_year` times the effects; a fall is to inadequate with chance
    `straight_down`, else to requires improvement. One that requires improvement falls with the hazard
    `falls_further_per_year`. At a visit that finds no fall, an inadequate home rises with chance `rises`, of
    those `rises_to_good` to good; from requires improvement with chance `improves`; from good with `excels`.
    """

    per_year: float = Field(default=0.0, ge=0, le=12)
    start: dict[Grade, float] = Field(default_factory=_all_good)
    falls_per_year: float = Field(default=0.0, ge=0)
    falls_further_per_year: float = Field(default=0.0, ge=0)
    straight_down: float = Field(default=0.0, ge=0, le=1)
    rises: float = Field(default=0.0, ge=0, le=1)
    rises_to_good: float = Field(default=0.0, ge=0, le=1)
    improves: float = Field(default=0.0, ge=0, le=1)
    excels: float = Field(default=0.0, ge=0, le=1)
    agency_to_falls: float = Field(default=0.0, ge=0)
    churn_to_falls: float = Field(default=0.0, ge=0)
    incidents_to_falls: float = Field(default=0.0, ge=0)
    open_share: float = Field(default=1.0, ge=0, le=1)
    suspends_contract: float = Field(default=0.0, ge=0, le=1)
    closes: float = Field(default=0.0, ge=0, le=1)

    @field_validator("start")
    @classmethod
    def _whole(cls, start: dict[Grade, float]) -> dict[Grade, float]:
        sums_to_one({str(name): share for name, share in start.items()}, "start")
        return start


class Closure(Strict):
    """A whole home that shuts: after an inadequate grade, or without a manager while few posts are filled.

    `below` is the share of posts in post under which a home whose admissions have stopped for want of a manager
    shuts. After `notice_days` children move (if `moves_children`) and places are shut for an exponential time of mean
    `mean_days`, and longer until there is a manager and `reopens_from` of the posts are filled.
    `leaving` multiplies the hazard of leaving while shut.

    A home that shuts does so for good with chance `for_good`. Homes also shut for good by a decision of their own, at
    the hazard `for_good_per_year`, whatever their grade and staff. Their posts are given up on the day they shut, and
    their places are taken off the register after `off_register_days`.
    """

    below: float = Field(default=0.0, ge=0, le=1)
    notice_days: float = Field(default=28.0, ge=0)
    mean_days: float = Field(default=365.0, gt=0)
    reopens_from: float = Field(default=0.0, ge=0, le=1)
    moves_children: bool = True
    leaving: float = Field(default=1.0, ge=0)
    for_good: float = Field(default=0.0, ge=0, le=1)
    for_good_per_year: float = Field(default=0.0, ge=0)
    off_register_days: float = Field(default=880.0, ge=0)
