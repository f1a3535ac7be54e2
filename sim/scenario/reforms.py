"""What reforms and shocks do to staff: levers of an operating model, the maturity of homes, waves and strikes."""

from __future__ import annotations

from datetime import date

from pydantic import Field, field_validator

from sim.scenario.base import Strict


class Lever(Strict):
    """A reform: how strong (0: none), in which share of the homes, from when, and how long until it is whole."""

    strength: float = Field(default=0.0, ge=0, le=5)
    opt_in: float = Field(default=1.0, ge=0, le=1)
    starts: date | None = None
    ramp_days: float = Field(default=0.0, ge=0)


class Levers(Strict):
    """Levers of an operating model.

    pooled_bank    share of bank hours that homes share
    common_pay     share of the way from each home's pay gap to `common_pay_gap`
    academy        share by which leaving in the first `leaving.early_days` falls
    collaboration  vacancies are filled 1 + this times as fast
    best_practice  share of the way from each home's practice to that of the best homes (`best`, a standard normal)
    """

    pooled_bank: Lever = Lever()
    common_pay: Lever = Lever()
    common_pay_gap: float = Field(default=0.0, ge=-1, le=1)
    academy: Lever = Lever()
    collaboration: Lever = Lever()
    best_practice: Lever = Lever()
    best: float = Field(default=1.28, ge=0, le=4)


class Maturity(Strict):
    """A self-assessed score from 0 to 1 for each home; vacancies fill exp(effect x (score - 0.5)) times as fast.

    Homes without a score have one drawn evenly.
    """

    effect: float = Field(default=0.0, ge=-5, le=5)
    scores: dict[str, float] = Field(default_factory=dict)

    @field_validator("scores")
    @classmethod
    def _between(cls, scores: dict[str, float]) -> dict[str, float]:
        for home, score in scores.items():
            if not 0 <= score <= 1:
                raise ValueError(f"score of {home} is {score}, allowed 0 to 1")
        return scores


class Shock(Strict):
    """Something that hits staff for some days: a wave of sickness, a strike, a freeze of recruitment.

    `sickness`, `recruitment` and `leaving` multiply; `away` is a share of staff who do not come. No homes: all.
    """

    start: date
    days: float = Field(gt=0)
    homes: tuple[str, ...] = ()
    sickness: float = Field(default=1.0, ge=0)
    away: float = Field(default=0.0, ge=0, le=1)
    recruitment: float = Field(default=1.0, ge=0)
    leaving: float = Field(default=1.0, ge=0)
