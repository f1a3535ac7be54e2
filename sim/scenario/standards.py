"""A standard: what has to be achieved for a number of places to be enough, goal by goal, and its reading in words."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.base import Strict
from sim.scenario.experiment import Name

COUNTED_DAYS = (1, 2, 3, 5, 7, 10, 14, 21, 28, 42, 56, 90)
"""Days for which children placed within so many days are counted."""

GroupName = Literal["all", "region", "home_in_region", "sex", "age_band", "complexity", "need", "route"]
GROUP_WORDS = {
    "all": "",
    "region": "from",
    "home_in_region": "with",
    "sex": "among",
    "age_band": "aged",
    "complexity": "of complexity",
    "need": "in need of the",
    "route": "of route",
}


class Judged(Strict):
    """What every goal has: its indifference zone, and whether it is judged on the mean or world by world.

    `delta` is the distance from the limit that is not worth telling apart, in the unit of the goal. With `in_worlds`
    the goal has to be met in that share of the simulated futures (its zone is then `worlds_delta`), else on average.
    """

    delta: float = Field(gt=0)
    in_worlds: float | None = Field(default=None, gt=0, lt=1)
    worlds_delta: float = Field(default=0.05, gt=0, lt=0.5)


class PlacedWithin(Judged):
    """At least `share` of those referred are placed within some days of the referral."""

    kind: Literal["placed_within"] = "placed_within"
    days: int
    share: float = Field(gt=0, lt=1)
    group: GroupName = "all"
    level: str = "all"
    delta: float = Field(default=0.02, gt=0, lt=1)

    @model_validator(mode="after")
    def _counted(self) -> PlacedWithin:
        if self.days not in COUNTED_DAYS:
            raise ValueError(f"days is {self.days}, allowed {list(COUNTED_DAYS)}")
        return self


class AtMost(Judged):
    """A measure stays at or below a value."""

    kind: Literal["at_most"] = "at_most"
    measure: str
    value: float
    group: str = "all"
    level: str = "all"


class AtLeast(Judged):
    """A measure reaches a value."""

    kind: Literal["at_least"] = "at_least"
    measure: str
    value: float
    group: str = "all"
    level: str = "all"


class NoneUnregistered(Judged):
    """No child is put into an unregistered setting because no place could be found.

    None is a limit that no simulation can show to be met, so it reads: fewer than `fewer_than` a year.
    """

    kind: Literal["none_unregistered"] = "none_unregistered"
    fewer_than: float = Field(default=1.0, gt=0)
    delta: float = Field(default=0.5, gt=0)


class RegionsAlike(Judged):
    """No region's value of a share falls under `share` of the best region's."""

    kind: Literal["regions_alike"] = "regions_alike"
    share: float = Field(default=0.8, gt=0, lt=1)
    measure: str = "share_placed"
    delta: float = Field(default=0.03, gt=0, lt=1)


Goal = Annotated[
    PlacedWithin | AtMost | AtLeast | NoneUnregistered | RegionsAlike, Field(discriminator="kind")
]


class Standard(Strict):
    """Goals that have to be met together."""

    title: str
    goals: dict[Name, Goal] = Field(min_length=1)


class Standardised(Strict):
    """A standard under its key, as the composed settings hold it."""

    standard: Standard


def standard_in_words(standard: Standard, names: dict[str, str] | None = None) -> list[str]:
    """The title, then one sentence for each goal; `names` puts a measure into words."""
    head = f"{standard.title}. A number of places is enough if all of this is met:"
    return [head, *(f"  - {goal_in_words(goal, names or {})}" for goal in standard.goals.values())]


def goal_in_words(goal: Goal, names: dict[str, str]) -> str:
    """One goal as a sentence, with the zone in which it is not decided."""
    how = f" in {goal.in_worlds:.0%} of the simulated futures" if goal.in_worlds else " on average"
    zone = goal.worlds_delta if goal.in_worlds else goal.delta
    said = _said(goal, names)
    return f"{said},{how} (within {zone:g} of the limit either answer is right)."


def _said(goal: Goal, names: dict[str, str]) -> str:
    if isinstance(goal, PlacedWithin):
        days = f"{goal.days} day{'' if goal.days == 1 else 's'}"
        return f"at least {goal.share:.0%} of {_whose(goal)} are placed within {days} of referral"
    if isinstance(goal, NoneUnregistered):
        number = f"fewer than {goal.fewer_than:g} a year"
        return f"no child is put into an unregistered setting because no place could be found ({number})"
    if isinstance(goal, RegionsAlike):
        said = names.get(goal.measure, goal.measure)
        return f"{said}: no region falls under {goal.share:g} of the best region"
    word = "at most" if isinstance(goal, AtMost) else "at least"
    where = "" if goal.group == "all" else f" ({goal.group.replace('_', ' ')}: {goal.level})"
    return f"{names.get(goal.measure, goal.measure)}{where}: {word} {goal.value:g}"


def _whose(goal: PlacedWithin) -> str:
    if goal.group == "all":
        return "children referred for welfare"
    if goal.group == "route":
        return f"children referred ({goal.level})"
    return f"children referred for welfare {GROUP_WORDS[goal.group]} {goal.level}"
