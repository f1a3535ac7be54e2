"""A design: which scenarios a sweep visits. Each kind of design is one way of choosing them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from sim.scenario.base import Strict
from sim.scenario.experiment import Name, Variant


class Grid(Strict):
    """Every combination of the values given, in Hydra's grammar: `key=a,b`, `key=range(1,5)`."""

    kind: Literal["grid"] = "grid"
    title: str
    overrides: tuple[str, ...] = Field(min_length=1)


class Coupled(Strict):
    """Values that go together: the first of each key, then the second of each, and so on."""

    kind: Literal["coupled"] = "coupled"
    title: str
    overrides: tuple[str, ...] = Field(min_length=1)


class Listed(Strict):
    """Scenarios one by one, each with a name and its overrides."""

    kind: Literal["list"] = "list"
    title: str
    scenarios: dict[Name, Variant] = Field(min_length=1)


class Range(Strict):
    """A key and the ends between which it is drawn: evenly, or evenly in its logarithm; whole numbers if asked."""

    key: str
    low: float
    high: float
    scale: Literal["even", "log"] = "even"
    whole: bool = False

    @model_validator(mode="after")
    def _possible(self) -> Range:
        if self.low >= self.high:
            raise ValueError(f"low of {self.key} is {self.low}, allowed below high ({self.high})")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"low of {self.key} is {self.low} on a log scale, allowed above 0")
        if self.whole and not (self.low.is_integer() and self.high.is_integer()):
            raise ValueError(
                f"ends of {self.key} are {self.low} and {self.high}, allowed whole numbers where whole is true"
            )
        if self.whole and self.scale == "log":
            raise ValueError(f"scale of {self.key} is log, allowed even where whole is true")
        return self


class Filling(Strict):
    """Points that fill the space between the ends of several ranges."""

    title: str
    points: int = Field(ge=2, le=1_000_000)
    seed: int = Field(default=0, ge=0, lt=2**32)
    ranges: tuple[Range, ...] = Field(min_length=1)


class LatinHypercube(Filling):
    """One point in each of as many equal slices of each range as there are points."""

    kind: Literal["latin_hypercube"] = "latin_hypercube"


class Sobol(Filling):
    """A scrambled Sobol sequence; balanced when the points are a power of two."""

    kind: Literal["sobol"] = "sobol"

    @field_validator("points")
    @classmethod
    def _balanced(cls, points: int) -> int:
        if points & (points - 1):
            raise ValueError(f"points is {points}, allowed a power of two such as {1 << points.bit_length()}")
        return points


Design = Annotated[Grid | Coupled | Listed | LatinHypercube | Sobol, Field(discriminator="kind")]


class Designed(Strict):
    """A design under its key, as the composed settings hold it."""

    design: Design
