"""Behaviour: what homes, authorities and courts answer, and how long they take."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, field_validator, model_validator

from sim.scenario.base import ALTERNATIVES, Alternative, Ground, Setting, Strict, sums_to_one
from sim.scenario.durations import Duration


class Later(Strict):
    """What is added to the log-odds for children referred from a date on."""

    start: date
    more: float


class GroundTerms(Strict):
    """The log-odds that one ground fires for a child at a home.

    `shortage` multiplies the share of the establishment that is not on shift; `conflict` multiplies
    the child's conflict with the children who live there; both move with the home's state, the
    rest is fixed for child and home. `age` is per year from 15. `disposition` multiplies how ready the
    home is to admit (so it lowers the log-odds), `frailty` the child's own unobserved effect,
    `pair` the unobserved effect of child and home together. `later`: more for children referred from a date on.
    """

    intercept: float
    flags: dict[str, float] = Field(default_factory=dict)
    complexity: tuple[float, ...] = (0.0,)
    girls: float = 0.0
    age: float = 0.0
    shortage: float = Field(default=0.0, ge=0)
    conflict: float = Field(default=0.0, ge=0)
    disposition: float = 0.0
    frailty: float = 0.0
    pair: float = 0.0
    later: Later | None = None


class Conflict(Strict):
    """A child with the first flag adds this much conflict per resident with the second."""

    child: str
    resident: str
    weight: float = Field(ge=0)


class Answers(Strict):
    """How homes answer. `repeat_days` is how long one answer's luck lasts (a fortnight)."""

    grounds: dict[Ground, GroundTerms] = Field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    repeat_days: float = Field(default=14, gt=0)
    answer_days: float = Field(default=0, ge=0)
    home_sd: float = Field(default=0.0, ge=0)
    frailty_sd: float = Field(default=0.0, ge=0)
    pair_sd: float = Field(default=0.0, ge=0)


class Breakdown(Strict):
    """Placements that break down: hazard a year = base x exp(mismatch_effect x mismatch at admission).

    Mismatch is the sum of the probabilities of the listed grounds at admission, with discretion counted
    at `discretion_weight`. A broken-down placement is referred again with probability `referred_again`. For
    `transfer_sought` of these another home is sought while the child is still there: if one that the rule lets the
    child ask, and that suits the child better, has room and does not refuse, the child moves there the same day.
    """

    base_per_year: float = Field(default=0.0, ge=0)
    mismatch_effect: float = Field(default=0.0, ge=0)
    discretion_weight: float = Field(default=0.0, ge=0)
    referred_again: float = Field(default=0.0, ge=0, le=1)
    transfer_sought: float = Field(default=0.0, ge=0, le=1)


class AfterSecure(Strict):
    """Where a child goes on leaving a secure home."""

    shares: dict[Literal["open_home", "home"], float]

    @field_validator("shares")
    @classmethod
    def _add_up(cls, shares: dict[str, float]) -> dict[str, float]:
        return sums_to_one(shares, "after_secure")


class MovingOn(Strict):
    """Foster and open places for children who leave a secure home: how many there are, and for how long one is taken.

    A child whose search is over waits for one, `most_days` at the longest, and stays where it is meanwhile.
    """

    places: int = Field(ge=0)
    stay_days: Duration
    most_days: float = Field(gt=0)


class Authorities(Strict):
    """What the placing authority and the court do; the same under every rule."""

    court_days: Duration
    travel_days: Duration
    update_days: float = Field(default=14, gt=0)
    update_missed: float = Field(default=0.0, ge=0, le=1)
    form_days: float = Field(default=90, gt=0)
    form_missed: float = Field(default=0.0, ge=0, le=1)
    need_clock: Literal["admission", "referral"] = "admission"
    dol_keeps_referral_open: bool = False
    dol_keeps_open_from: date | None = None
    scotland_tries: float = Field(default=0.0, ge=0, le=1)
    scotland_first_try: Duration
    scotland_retry_days: float = Field(default=14, gt=0)
    setting_at_referral: dict[Setting, float]
    alternative_days: dict[Alternative, Duration]
    after_alternative: AfterSecure
    after_secure: AfterSecure
    road_factor: float = Field(default=1.25, ge=1)
    moving_on: MovingOn | None = None

    @field_validator("setting_at_referral")
    @classmethod
    def _settings_add_up(cls, shares: dict[Setting, float]) -> dict[Setting, float]:
        sums_to_one({str(name): share for name, share in shares.items()}, "setting_at_referral")
        return shares

    @field_validator("alternative_days")
    @classmethod
    def _every_alternative(cls, days: dict[Alternative, Duration]) -> dict[Alternative, Duration]:
        missing = [name for name in ALTERNATIVES if name not in days]
        if missing:
            raise ValueError(f"no duration for {missing}, allowed one for each of {list(ALTERNATIVES)}")
        return days


class Behaviour(Strict):
    """Homes, authorities and courts together."""

    name: str
    homes: Answers = Answers()
    authorities: Authorities
    breakdown: Breakdown = Breakdown()

    @model_validator(mode="after")
    def _conflicts_have_grounds(self) -> Behaviour:
        for ground, terms in self.homes.grounds.items():
            if terms.conflict and ground != "mix":
                raise ValueError(f"ground {ground} has a conflict term, allowed only for mix")
            if terms.shortage and ground != "staffing":
                raise ValueError(f"ground {ground} has a shortage term, allowed only for staffing")
        return self
