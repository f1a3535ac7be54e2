"""What an experiment asks: which scenarios, against which baseline, on which measures."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, field_validator, model_validator

from sim.scenario.appraisal import Appraisal, Sharing
from sim.scenario.base import Strict
from sim.scenario.crossing import Axis, Goal, Recovery

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]


class Variant(Strict):
    """One scenario (or one stress) as a title and the overrides that make it."""

    title: str
    overrides: tuple[str, ...] = ()


class SplitPart(Strict):
    """One part of a split: the step from one scenario to another (`from` and `to` in YAML)."""

    model_config = ConfigDict(populate_by_name=True)

    name: str
    from_: str = Field(alias="from")
    to: str


class Split(Strict):
    """A difference told as the sum of its parts, such as coordination and refusal."""

    title: str
    parts: tuple[SplitPart, ...] = Field(min_length=1)


class Experiment(Strict):
    """A question, the scenarios that answer it, and the one that they are compared with.

    `primary` names the one to five measures that get sentences. `compare` is the pair of the headline. Each of
    `stress` is laid over that pair in turn; those that `stress_every` names, over every scenario. `appraisal` makes a
    business case of it (placesim appraise), and `sharing` a game of who pays for a home of several authorities
    (placesim share). `axes` make the scenarios where they are given: every combination of levels, on which `goal` is
    first missed somewhere. `recovery` asks how long shocks are felt; `by_home` for a tornado of each home.
    """

    title: str
    question: str = ""
    baseline: str
    scenarios: dict[Name, Variant] = Field(min_length=1)
    primary: tuple[str, ...] = Field(min_length=1, max_length=5)
    splits: tuple[Split, ...] = ()
    compare: tuple[str, str] | None = None
    stress: dict[Name, Variant] = Field(default_factory=dict)
    appraisal: Appraisal | None = None
    sharing: Sharing | None = None
    axes: dict[Name, Axis] = Field(default_factory=dict)
    goal: Goal | None = None
    recovery: Recovery | None = None
    by_home: bool = False
    stress_every: tuple[str, ...] = ()

    @field_validator("primary")
    @classmethod
    def _once(cls, primary: tuple[str, ...]) -> tuple[str, ...]:
        for measure in primary:
            if primary.count(measure) > 1:
                raise ValueError(f"{measure} is listed twice, allowed once")
        return primary

    @model_validator(mode="after")
    def _names_exist(self) -> Experiment:
        named = [("baseline", self.baseline), *(("compare", name) for name in self.compare or ())]
        for number, split in enumerate(self.splits):
            for at, part in enumerate(split.parts):
                named += [
                    (f"splits.{number}.parts.{at}.{key}", name)
                    for key, name in (("from", part.from_), ("to", part.to))
                ]
        schemes = () if self.appraisal is None else self.appraisal.schemes
        named += [("appraisal.schemes", name) for name in schemes]
        for name in self.stress_every:
            if name not in self.stress:
                allowed = list(self.stress)
                raise ValueError(f"experiment.stress_every names {name}, allowed {allowed}")
        for key, name in named:
            if name not in self.scenarios:
                raise ValueError(f"experiment.{key} names {name}, allowed {list(self.scenarios)}")
        if self.baseline in schemes:
            raise ValueError(
                f"experiment.appraisal.schemes names {self.baseline}, the baseline: nothing is done"
            )
        return self
