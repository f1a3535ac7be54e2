"""Workforce: how many children the staff on shift can look after, home by home, day by day.

A staff unit is the staff that the easiest child needs on the shift that is worst off. Four
kinds: no limit; a redraw among a few levels; a roster of posts, vacancies, sickness and agency; and
posts with causes, which have a module of their own (posts.py).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from sim.scenario.base import Strict, sums_to_one
from sim.scenario.posts import Posts


class Unlimited(Strict):
    """Staff never bind: places alone do."""

    kind: Literal["unlimited"] = "unlimited"
    name: str = "unlimited"


class Levels(Strict):
    """Staff for a share of the approved places, redrawn now and then, home by home.

    Each home keeps its level until a redraw; at a redraw it takes level i with probability
    shares[i]. `every_days` redraws at whole days with probability `chance`; `mean_days` redraws after
    exponential times. Staffed places are floor(level x approved places).
    """

    kind: Literal["levels"] = "levels"
    name: str = "levels"
    levels: tuple[float, ...] = Field(min_length=1)
    shares: tuple[float, ...] = Field(min_length=1)
    start_level: float = 1.0
    chance: float = Field(default=1.0, ge=0, le=1)
    every_days: float | None = Field(default=1.0, gt=0)
    mean_days: tuple[float, ...] | None = None

    @model_validator(mode="after")
    def _levels_fit(self) -> Levels:
        sums_to_one(
            {f"level {level:g}": share for level, share in zip(self.levels, self.shares, strict=False)},
            "levels",
        )
        if len(self.levels) != len(self.shares):
            raise ValueError(
                f"{len(self.levels)} levels but {len(self.shares)} shares, allowed as many of each"
            )
        if min(self.levels) < 0 or self.start_level < 0:
            raise ValueError("levels must be 0 or more")
        if (self.every_days is None) == (self.mean_days is None):
            raise ValueError("give either every_days or mean_days, not both or neither")
        if self.mean_days is not None and (
            len(self.mean_days) != len(self.levels) or min(self.mean_days) <= 0
        ):
            raise ValueError("mean_days needs one mean above 0 per level")
        return self


class Drift(Strict):
    """A share that wanders around its mean: standard deviation, and correlation from one day to the next."""

    mean: float = Field(ge=0, le=1)
    sd: float = Field(ge=0, le=1)
    correlation: float = Field(ge=0, lt=1)


class VacancyFrom(Strict):
    """Posts vacant beyond the mean, as a share of all posts, from a date on; below 0 where fewer are."""

    start: date
    more: float = Field(ge=-1, le=1)


class Roster(Strict):
    """Posts less vacancies less absence, plus agency up to a cap, as staff units on shift.

    `units_per_place` is the establishment: staff units on shift per approved place if every post were
    filled and everyone came. `agency_cap` is the most that agency may be of all staff on shift, and
    `agency_cover` the share of the gap that agency can fill. `night_share` is night units over day units.
    `vacancy_changes` are dated, the last one counts; none: vacancies wander about one mean.
    """

    kind: Literal["roster"] = "roster"
    name: str = "roster"
    units_per_place: float = Field(gt=0, le=10)
    night_share: float = Field(gt=0, le=1)
    vacancy: Drift
    absence: Drift
    agency_cap: float = Field(ge=0, le=1)
    agency_cover: float = Field(ge=0, le=1)
    vacancy_changes: tuple[VacancyFrom, ...] = ()

    @field_validator("vacancy_changes")
    @classmethod
    def _in_order(cls, rows: tuple[VacancyFrom, ...]) -> tuple[VacancyFrom, ...]:
        days = [row.start for row in rows]
        if days != sorted(set(days)):
            raise ValueError("dates must go up, each once")
        return rows


Workforce = Annotated[Unlimited | Levels | Roster | Posts, Field(discriminator="kind")]
