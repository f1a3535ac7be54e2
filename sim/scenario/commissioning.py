"""A commissioning rule as six answers: scope, channel, rank, who chooses, refusal, who pays."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.scenario.base import Ground, Strict


class Rank(Strict):
    """Points by which referrals are ordered: higher first. Zero everywhere means by referral date.

    `wait` is points per day on the list; the others multiply the child's need, complexity class
    and the emergency flag. Ties go to the earlier referral, then the lower child number.
    """

    need: float = 0.0
    wait: float = 0.0
    complexity: float = 0.0
    emergency: float = 0.0


class KeepFree(Strict):
    """Hold back the last places: a child whose need is below `need_below` is admitted only while more
    than `places` places would otherwise be free."""

    need_below: float
    places: int = Field(ge=0)


class Rule(Strict):
    """One rule for one group of routes.

    scope            own_region: only homes in the child's region; own_then_all: others after
                     `overflow_days` (at once where the region has no eligible home); all.
    channel          one_by_one: the authority asks home after home, nearest first, waiting for each answer;
                     all_declared: every home with a declared bed has the list.
    chooses          home: each home says yes to the children it prefers, the authority takes the nearest yes;
                     commissioner: children in order of rank, each to the nearest home that does not refuse.
    reads_by         the order in which a home that chooses reads the list.
    refusal          the grounds that count.
    sits_every_days  0: at every change; otherwise decisions wait for a sitting.
    """

    title: str
    model: str
    scope: Literal["own_region", "own_then_all", "all"]
    overflow_days: float = Field(default=0.0, ge=0)
    channel: Literal["one_by_one", "all_declared"]
    rank: Rank = Rank()
    chooses: Literal["home", "commissioner"]
    reads_by: Literal["own_score", "referral_date"] = "own_score"
    refusal: tuple[Ground, ...]
    pays: Literal["spot", "block", "pooled"]
    sits_every_days: float = Field(default=0.0, ge=0)
    working_days_only: bool = False
    round_days: float = Field(default=14, gt=0)
    keep_free: tuple[KeepFree, ...] = ()

    @model_validator(mode="after")
    def _possible(self) -> Rule:
        if len(set(self.refusal)) < len(self.refusal):
            raise ValueError("refusal lists a ground twice, allowed once")
        if self.channel == "one_by_one" and self.sits_every_days:
            raise ValueError("one_by_one asks at any time: sits_every_days is allowed only as 0")
        if self.chooses == "home" and self.channel == "all_declared" and not self.sits_every_days:
            raise ValueError("homes that choose need a sitting: sits_every_days is allowed only above 0")
        if self.channel == "one_by_one" and self.chooses != "home":
            raise ValueError("one_by_one: the home chooses, so chooses is allowed only as home")
        return self


class Commissioning(Strict):
    """The rule under test governs welfare; justice keeps its own.

    Without a rule for justice, the welfare rule governs all routes on one list.
    """

    name: str
    welfare: Rule
    justice: Rule | None
