"""Demand: who is referred, from where, how often, with what needs and for how long."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, field_validator, model_validator

from sim.scenario.base import ALTERNATIVES, Alternative, Nation, Route, Strict, sums_to_one
from sim.scenario.durations import Duration


class Origin(Strict):
    """A local authority (or another point) that children come from; grid metres, relative weight.

    `own_region` is the share of its looked-after children who live in their own region: the
    last placement before referral is drawn with it.
    """

    code: str
    name: str
    nation: Nation
    region: str
    easting_m: float
    northing_m: float
    weight: float = Field(ge=0)
    own_region: float = Field(default=1.0, ge=0, le=1)


class RateFrom(Strict):
    """Referrals a year from a date on (no date: from the start)."""

    start: date | None = None
    per_year: float = Field(ge=0)


class Rhythm(Strict):
    """A repeating pattern: equal slices of a period, each with a factor on the rate."""

    period_days: float = Field(gt=0)
    factors: tuple[float, ...] = Field(min_length=1)

    @field_validator("factors")
    @classmethod
    def _not_negative(cls, factors: tuple[float, ...]) -> tuple[float, ...]:
        if min(factors) < 0:
            raise ValueError(f"a factor is {min(factors)}, allowed 0 or more")
        return factors


class Bursts(Strict):
    """Over-dispersion: the rate of each block of days is multiplied by a gamma variable of mean 1."""

    block_days: float = Field(default=5.0, gt=0)
    variance: float = Field(default=0.0, ge=0)


class Flag(Strict):
    """A need flag: its share among referred children, and how strongly it goes with overall severity.

    `girls` and `boys` replace the share by sex where it is known to differ.
    """

    share: float = Field(ge=0, le=1)
    girls: float | None = Field(default=None, ge=0, le=1)
    boys: float | None = Field(default=None, ge=0, le=1)
    severity: float = Field(default=0.0, ge=-0.99, le=0.99)
    need: float = 0.0


class Complexity(Strict):
    """Classes of staff need: shares, staff units by day and night, correlation with severity."""

    shares: tuple[float, ...] = (1.0,)
    units_day: tuple[float, ...] = (1.0,)
    units_night: tuple[float, ...] = (1.0,)
    severity: float = Field(default=0.0, ge=-0.99, le=0.99)

    @model_validator(mode="after")
    def _classes_fit(self) -> Complexity:
        sums_to_one({f"class {level}": share for level, share in enumerate(self.shares)}, "complexity")
        if not len(self.shares) == len(self.units_day) == len(self.units_night):
            raise ValueError("shares, units_day and units_night must have as many classes as each other")
        if min(*self.units_day, *self.units_night) < 0:
            raise ValueError("staff units must be 0 or more")
        return self


class Profile(Strict):
    """What children of a stream are like. The dependence between flags is one shared severity factor."""

    girls: float = Field(default=0.5, ge=0, le=1)
    ages: dict[int, float] = Field(default_factory=lambda: {15: 1.0})
    flags: dict[str, Flag] = Field(default_factory=dict)
    complexity: Complexity = Complexity()
    need_base: float = 0.0
    emergency: float = Field(default=0.0, ge=0, le=1)

    @field_validator("ages")
    @classmethod
    def _ages_add_up(cls, ages: dict[int, float]) -> dict[int, float]:
        sums_to_one({f"age {age}": share for age, share in ages.items()}, "ages")
        return dict(sorted(ages.items()))


class Stream(Strict):
    """One stream of referrals. Durations in days; a list gives one per complexity class."""

    route: Route
    law: Literal["s25", "s119", "laspo", "sentencing"] = "s25"
    nation: Nation | None = None
    regions: tuple[str, ...] | None = None
    rate: tuple[RateFrom, ...] = Field(min_length=1)
    ceiling_per_year: float = Field(gt=0)
    rhythms: tuple[Rhythm, ...] = ()
    bursts: Bursts = Bursts()
    profile: str
    length_of_need: tuple[Duration, ...] = Field(min_length=1)
    patience: tuple[Duration, ...] = Field(min_length=1)
    step_down_delay: Duration
    withdrawn_after: Duration
    alternatives: dict[Alternative, float]

    @field_validator("alternatives")
    @classmethod
    def _alternatives_add_up(cls, shares: dict[Alternative, float]) -> dict[Alternative, float]:
        sums_to_one({str(name): share for name, share in shares.items()}, "alternatives")
        return {name: shares.get(name, 0.0) for name in ALTERNATIVES}


class Demand(Strict):
    """All streams of referrals. `scale` thins a fixed ceiling, so a larger scale contains a smaller one."""

    name: str
    scale: float = Field(default=1.0, ge=0)
    origins: tuple[Origin, ...] = Field(min_length=1)
    streams: dict[str, Stream] = Field(min_length=1)
    profiles: dict[str, Profile] = Field(min_length=1)

    @model_validator(mode="after")
    def _streams_possible(self) -> Demand:
        for name, stream in self.streams.items():
            if stream.profile not in self.profiles:
                raise ValueError(
                    f"stream {name} names profile {stream.profile}, allowed {sorted(self.profiles)}"
                )
            classes = len(self.profiles[stream.profile].complexity.shares)
            for key in ("length_of_need", "patience"):
                if len(getattr(stream, key)) not in (1, classes):
                    raise ValueError(
                        f"stream {name}: {key} has {len(getattr(stream, key))} entries, "
                        f"allowed 1 or {classes} (one per complexity class)"
                    )
            peak = self.scale * max(piece.per_year for piece in stream.rate)
            for rhythm in stream.rhythms:
                peak *= max(rhythm.factors)
            if peak > stream.ceiling_per_year * (1 + 1e-12):
                raise ValueError(
                    f"stream {name}: the highest rate is {peak:g} a year, "
                    f"allowed up to ceiling_per_year ({stream.ceiling_per_year:g})"
                )
            if not any(origin.weight > 0 for origin in self.origins_of(stream)):
                raise ValueError(f"stream {name}: no origin in its nation and regions has a weight")
        return self

    def origins_of(self, stream: Stream) -> list[Origin]:
        """The origins that children of `stream` can come from, in the order of the list."""
        return [
            origin
            for origin in self.origins
            if (stream.nation is None or origin.nation == stream.nation)
            and (stream.regions is None or origin.region in stream.regions)
        ]
