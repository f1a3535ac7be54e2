"""A question about capacity: which places are tried, where, under which rules and demand, and how it is judged."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.base import Strict
from sim.scenario.building import Site
from sim.scenario.experiment import Name, Variant
from sim.scenario.trends import Trend


class Rungs(Strict):
    """Numbers of places more (or fewer) than the estate has: from `low` to `high` in equal steps."""

    low: int = 0
    high: int
    step: int = Field(default=10, ge=1)

    @model_validator(mode="after")
    def _rising(self) -> Rungs:
        if self.high <= self.low or (self.high - self.low) % self.step:
            raise ValueError(
                f"high is {self.high}, allowed low ({self.low}) and a whole number of steps ({self.step})"
            )
        return self

    @property
    def all(self) -> tuple[int, ...]:
        return tuple(range(self.low, self.high + 1, self.step))


class TieBreak(Strict):
    """Among designs with as few places, the one with the best value; differences below `delta` do not matter."""

    measure: str = "children_waiting_mean"
    better: Literal["lower", "higher"] = "lower"
    delta: float = Field(default=0.5, gt=0)


class Judging(Strict):
    """`probability` is that of the right answer; a design is first seen in `first` worlds, and in at most `most`."""

    probability: float = Field(default=0.95, gt=0.5, lt=1)
    first: int = Field(default=10, ge=4)
    most: int = Field(default=200, ge=4)
    batch: int = Field(default=4, ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> Judging:
        if self.most < self.first:
            raise ValueError(f"most is {self.most}, allowed first ({self.first}) or more")
        return self


class Asking(Strict):
    """What every question has: a title, and perhaps a file of draws of uncertain settings (see sim.scenario.samples).

    Up to `draws` of them are played; replications take them in turn. With `controls` levels and differences are
    adjusted for the referrals and the offered load that each world happens to have (control variates).
    """

    title: str
    samples: str = ""
    draws: int = Field(default=20, ge=1)
    controls: bool = False


class Fewest(Asking):
    """The fewest places that meet the standard, and at which of the sites."""

    kind: Literal["fewest"] = "fewest"
    places: Rungs
    sites: dict[Name, Site] = Field(min_length=1)
    tie_break: TieBreak = TieBreak()
    judging: Judging = Judging()


class Split(Asking):
    """The best way to share out a number of places among sites, in equal steps, at least `least` at each."""

    kind: Literal["split"] = "split"
    places: int = Field(ge=1)
    step: int = Field(default=1, ge=1)
    least: int = 0
    sites: dict[Name, Site] = Field(min_length=2)
    tie_break: TieBreak = TieBreak()
    judging: Judging = Judging()

    @model_validator(mode="after")
    def _shares_out(self) -> Split:
        if self.places % self.step or self.least % self.step:
            raise ValueError(f"step is {self.step}, allowed a divisor of places and least")
        if self.least * len(self.sites) > self.places:
            raise ValueError(f"least is {self.least}, allowed up to places ({self.places}) over the sites")
        return self


class Ladder(Asking):
    """So many places more or fewer, under each rule and each demand: one table and one figure."""

    kind: Literal["ladder"] = "ladder"
    places: tuple[int, ...] = Field(min_length=2)
    site: Site
    rules: dict[Name, Variant] = Field(min_length=1)
    demands: dict[Name, Variant] = Field(min_length=1)
    measures: tuple[str, ...] = Field(min_length=1, max_length=5)


class Where(Asking):
    """The same number of places at one site after another, under each rule."""

    kind: Literal["where"] = "where"
    places: int = Field(ge=1)
    sites: dict[Name, Site] = Field(min_length=1)
    rules: dict[Name, Variant] = Field(min_length=1)
    measures: tuple[str, ...] = Field(min_length=1, max_length=5)


class Pipeline(Asking):
    """The planned homes, opening later or filling up slower, under each rule; years are those of the windows.

    Each of `estates` is played; the first is what the others are held against, and delays move what opens in them.
    """

    kind: Literal["pipeline"] = "pipeline"
    estates: dict[Name, Variant] = Field(min_length=2)
    delays_days: tuple[int, ...] = Field(min_length=1)
    ramp_ups_days: tuple[int, ...] = Field(min_length=1)
    years: tuple[int, ...] = Field(min_length=1)
    rules: dict[Name, Variant] = Field(min_length=1)
    measures: tuple[str, ...] = Field(min_length=1, max_length=5)


class Marginal(Asking):
    """What one more place is worth at each site: the difference that `step` places make, over `step`."""

    kind: Literal["marginal"] = "marginal"
    step: int = Field(default=4, ge=1)
    sites: dict[Name, Site] = Field(min_length=1)
    measures: tuple[str, ...] = Field(min_length=1, max_length=5)


class Lever(Strict):
    """Something that may stand in for places, at several settings; the first is as it is today."""

    title: str
    levels: dict[Name, Variant] = Field(min_length=2)


class Substitution(Asking):
    """How many places each setting of each lever is worth: places for which the goal is just met."""

    kind: Literal["substitution"] = "substitution"
    places: tuple[int, ...] = Field(min_length=2)
    site: Site
    levers: dict[Name, Lever] = Field(min_length=1)


class Projection(Asking):
    """How many places are needed in each year under each trend of demand."""

    kind: Literal["projection"] = "projection"
    places: tuple[int, ...] = Field(min_length=2)
    site: Site
    years: tuple[int, ...] = Field(min_length=1)
    trends: dict[Name, Trend] = Field(min_length=1)


class Precision(Asking):
    """Which warm-up and how many replications: half of each interval, all at once, at most its target.

    `measures` is measure -> target in its unit. `pilot` replications show where the series settle (MSER-5). A warm-up
    or a number of replications given on the command line is kept.
    """

    kind: Literal["precision"] = "precision"
    measures: dict[str, float] = Field(min_length=1)
    pilot: int = Field(default=10, ge=2)
    first: int = Field(default=10, ge=5)
    most: int = Field(default=400, ge=5)
    confidence: float = Field(default=0.95, gt=0.5, lt=1)


class Variance(Asking):
    """What common, antithetic and controlled worlds save, measured: variances with each over those without."""

    kind: Literal["variance"] = "variance"
    rules: dict[Name, Variant] = Field(min_length=2, max_length=2)
    measures: tuple[str, ...] = Field(min_length=1, max_length=8)


Question = Annotated[
    Fewest | Split | Ladder | Where | Pipeline | Marginal | Substitution | Projection | Precision | Variance,
    Field(discriminator="kind"),
]


class Asked(Strict):
    """A question under its key, as the composed settings hold it."""

    capacity: Question
