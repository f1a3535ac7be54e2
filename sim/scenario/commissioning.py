"""A commissioning rule as six answers: scope, channel, rank, who chooses, refusal, who pays; and its levers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.scenario.base import Ground, Strict
from sim.scenario.levers import Declining, Hold, LookAhead, Pressure, Safety, Weights
from sim.scenario.methods import method_names

Priority = Literal["high_need", "under_13", "emergency"]
MUST_SIT = ("look_ahead", "declining", "weights")


class Rank(Strict):
    """Points by which referrals are ordered: higher first. Zero everywhere means by referral date.

    `wait` is points per day on the list; the others multiply the child's need, complexity class,
    the emergency flag and how hard the child is to match (1 less the share of homes expected to take the
    child). `distance` is taken off for each mile to a home, where a place is given by points. `first` names
    those who come before all others, whatever their points, in this order; `high_need_from` is the need from which a
    child belongs to `high_need`. `clinical` gives flags points of clinical need; need is then the higher of the two.
    Ties go to the earlier referral, then the lower child number.
    """

    need: float = 0.0
    wait: float = 0.0
    complexity: float = 0.0
    emergency: float = 0.0
    hard_to_match: float = 0.0
    distance: float = Field(default=0.0, ge=0)
    first: tuple[Priority, ...] = ()
    high_need_from: float | None = None
    clinical: dict[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _possible(self) -> Rank:
        if len(set(self.first)) < len(self.first):
            raise ValueError("rank.first lists a group twice, allowed once")
        if ("high_need" in self.first) != (self.high_need_from is not None):
            raise ValueError(
                "rank.high_need_from belongs to high_need in rank.first: allowed both or neither"
            )
        return self


class KeepFree(Strict):
    """Hold back the last places: a child whose need is below `need_below` is admitted only while more
    than `places` places would otherwise be free."""

    need_below: float
    places: int = Field(ge=0)


class Rule(Strict):
    """One rule for one group of routes.

    scope            own_region: only homes that are the child's own; own_then_all: others after
                     `overflow_days` (at once where the child has no home of its own); all.
    own              what makes a home a child's own: its region or nation, the authority that is its host, or
                     that both belong to the `members`. A home outside every pool puts nobody first.
    members          regions that take part: each a pool (own: region), or all of them one pool (own: members).
    channel          one_by_one: the authority asks home after home, nearest first, waiting for each answer;
                     all_declared: every home with a declared bed has the list.
    chooses          home: each home says yes to the children it prefers, the authority takes the nearest yes;
                     commissioner: children in order of rank, each to the nearest home that does not refuse.
    reads_by         the order in which a home that chooses reads the list.
    method           how places are given out, but for homes that read the list by themselves: a module of
                     `sim/commissioning` by the name `by_METHOD`.
    refusal          the grounds that count; each counts with `veto` times its chance.
    sits_every_days  0: at every change; otherwise decisions wait for a sitting.

    The levers, off unless given: `keep_free`, `hold`, `quota` (the share of all places that children of a region
    may have, who are then at home everywhere), `release_days` (after which an empty place of a justice rule takes
    welfare children), `pressure`, `look_ahead`, `declining`, `safety` (see sim.scenario.levers).
    """

    title: str
    model: str
    scope: Literal["own_region", "own_then_all", "all"]
    own: Literal["region", "nation", "host", "members"] = "region"
    members: tuple[str, ...] = ()
    overflow_days: float = Field(default=0.0, ge=0)
    channel: Literal["one_by_one", "all_declared"]
    rank: Rank = Rank()
    chooses: Literal["home", "commissioner"]
    reads_by: Literal["own_score", "referral_date"] = "own_score"
    method: str = "rank"
    weights: Weights | None = None
    refusal: tuple[Ground, ...]
    veto: float = Field(default=1.0, ge=0, le=1)
    safety: Safety | None = None
    pays: Literal["spot", "framework", "block", "soft_block", "pooled", "subscription", "shares"]
    nhs_share: float | None = Field(default=None, ge=0, le=1)
    sits_every_days: float = Field(default=0.0, ge=0)
    working_days_only: bool = False
    round_days: float = Field(default=14, gt=0)
    keep_free: tuple[KeepFree, ...] = ()
    hold: Hold | None = None
    quota: dict[str, float] = Field(default_factory=dict)
    release_days: float | None = Field(default=None, ge=0)
    pressure: Pressure | None = None
    look_ahead: LookAhead | None = None
    declining: Declining | None = None

    @property
    def chooser(self) -> str:
        """The method by which places are given out at a sitting."""
        return self.reads_by if self.chooses == "home" and self.method == "rank" else self.method

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

    @model_validator(mode="after")
    def _levers_agree(self) -> Rule:
        if self.chooser not in method_names():
            raise ValueError(f"method is {self.chooser}, allowed {list(method_names())}")
        if not self.sits_every_days:
            at_once = [name for name in MUST_SIT if getattr(self, name) is not None]
            at_once += ["method"] * (self.method != "rank")
            if at_once:
                raise ValueError(f"{at_once[0]} needs a sitting: sits_every_days is allowed only above 0")
        if self.pressure is not None and self.channel == "one_by_one":
            raise ValueError("pressure needs a list that homes know: channel is allowed only as all_declared")
        if (self.method == "matching") != (self.weights is not None):
            raise ValueError("weights belong to method matching: allowed both or neither")
        if (self.own == "members") > bool(self.members):
            raise ValueError("own is members but members is empty, allowed one region or more")
        if self.hold is not None and self.scope == "all":
            raise ValueError("hold keeps places for a home's own children: scope is allowed only as own_region "
                             "or own_then_all")  # fmt: skip
        if self.quota and self.chooser in ("matching", "deferred_acceptance"):
            raise ValueError(
                f"quota is {self.quota}, allowed only with a method that gives one place after another"
            )
        for region, share in self.quota.items():
            if not 0 <= share <= 1:
                raise ValueError(f"quota of {region} is {share}, allowed 0 to 1")
        return self


class Commissioning(Strict):
    """The rule under test governs welfare; justice keeps its own.

    Without a rule for justice, the welfare rule governs all routes on one list.
    """

    name: str
    welfare: Rule
    justice: Rule | None

    @model_validator(mode="after")
    def _release_is_of_justice(self) -> Commissioning:
        if self.welfare.release_days is not None:
            raise ValueError("release_days is of places for justice: allowed only in the rule for justice")
        return self
