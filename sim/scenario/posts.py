"""Staff as a process with causes: posts that people leave and fill, cover for the gaps, a manager, inspections.

Shares and hazards are of a year unless a name says otherwise; durations are in days. Every effect (`..._to_...`)
is the change of a logarithm per unit, so 0 switches it off.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, field_validator, model_validator

from sim.scenario.base import Strict, sums_to_one

RoleName = Literal["care", "senior", "deputy", "night_waking", "education", "health"]
ROLES: tuple[RoleName, ...] = ("care", "senior", "deputy", "night_waking", "education", "health")
Grade = Literal["outstanding", "good", "requires_improvement", "inadequate"]
GRADES: tuple[Grade, ...] = ("outstanding", "good", "requires_improvement", "inadequate")


class Role(Strict):
    """Posts (full-time equivalents) of a role, per approved place and per home, and the shift that they cover.

    `shift` is none for those outside the ratio. `leaving` and `fill` multiply the hazards of leaving and of filling.
    """

    per_place: float = Field(default=0.0, ge=0, le=10)
    per_home: float = Field(default=0.0, ge=0, le=20)
    shift: Literal["day", "night", "none"] = "none"
    leaving: float = Field(default=1.0, ge=0)
    fill: float = Field(default=1.0, ge=0)


class Leaving(Strict):
    """Hazard of leaving a post: `early_per_year` in the first `early_days` of tenure, `later_per_year` after."""

    early_per_year: float = Field(ge=0)
    later_per_year: float = Field(ge=0)
    early_days: float = Field(default=365.0, ge=0)


class Recruitment(Strict):
    """A vacancy is filled after an exponential time of mean `fill_days`; then vetting; then induction.

    Someone in vetting is not there; someone in induction is in post and may leave, but is not counted on a shift.
    """

    fill_days: float = Field(gt=0)
    vetting_days: float = Field(default=0.0, ge=0)
    induction_days: float = Field(default=0.0, ge=0)


class Award(Strict):
    """A pay award from a date on, as a share of pay."""

    start: date
    rise: float = Field(gt=-1, le=1)


class Pay(Strict):
    """How much more the local market pays, as a share: `gap` on average, `spread` between homes.

    The gap grows by `market_growth` less `own_growth` a year, and an award closes it by its rise.
    """

    gap: float = Field(default=0.0, ge=-1, le=2)
    spread: float = Field(default=0.0, ge=0, le=1)
    market_growth: float = Field(default=0.0, ge=-0.5, le=0.5)
    own_growth: float = Field(default=0.0, ge=-0.5, le=0.5)
    awards: tuple[Award, ...] = ()
    to_leaving: float = Field(default=0.0, ge=0)
    to_recruitment: float = Field(default=0.0, ge=0)


class Sickness(Strict):
    """Chance of being off sick in a step: `mean` times a factor of the home with log-sd and correlation by week."""

    mean: float = Field(default=0.0, ge=0, le=1)
    sd: float = Field(default=0.0, ge=0, le=2)
    correlation: float = Field(default=0.0, ge=0, lt=1)


class Away(Strict):
    """Hours lost to annual leave and to training, as shares; and sickness."""

    leave: float = Field(default=0.0, ge=0, lt=1)
    training: float = Field(default=0.0, ge=0, lt=1)
    sickness: Sickness = Sickness()

    @model_validator(mode="after")
    def _someone_comes(self) -> Away:
        if self.leave + self.training >= 1:
            raise ValueError(f"leave and training are {self.leave + self.training}, allowed below 1 together")
        return self


class Hours(Strict):
    """Hours a week: of one full-time post, and to be covered for one person on every day or night shift.

    `staff_per_unit` is how many people on shift one staff unit takes. `least_day` and `least_night` are the fewest units with which a shift is safe for anybody.
    """

    post: float = Field(gt=0)
    day: float = Field(gt=0)
    night: float = Field(gt=0)
    staff_per_unit: float = Field(default=1.0, gt=0)
    least_day: float = Field(default=0.0, ge=0)
    least_night: float = Field(default=0.0, ge=0)


class SingleCare(Strict):
    """Welfare children who are cared for alone and take the staff of several: their share and their units."""

    share: float = Field(default=0.0, ge=0, le=1)
    units_day: float = Field(default=3.0, gt=0)
    units_night: float = Field(default=2.0, gt=0)


class Cover(Strict):
    """How gaps on shift are covered, in this order: bank, overtime, agency.

    bank            hours of bank staff at hand, as a share of the hours of the establishment
    overtime        most overtime, as a share of own hours
    agency_cap      most that agency may be of all staff on shift
    agency_supply   share of what is left of the gap that agencies can fill
    mode            hard: no overtime, and the cap holds; elastic: overtime, and agency up to `stretch` over the cap
    *_premium       price of an hour over the price of an own hour
    """

    bank: float = Field(default=0.0, ge=0, le=1)
    overtime: float = Field(default=0.0, ge=0, le=1)
    agency_cap: float = Field(default=0.0, ge=0, lt=1)
    agency_supply: float = Field(default=0.0, ge=0, le=1)
    mode: Literal["elastic", "hard"] = "elastic"
    stretch: float = Field(default=0.0, ge=0, lt=1)
    bank_premium: float = Field(default=1.0, ge=0)
    overtime_premium: float = Field(default=1.0, ge=0)
    agency_premium: float = Field(default=1.0, ge=0)

    @model_validator(mode="after")
    def _cap_below_all(self) -> Cover:
        if self.agency_cap + self.stretch >= 1:
            raise ValueError(f"agency_cap and stretch are {self.agency_cap + self.stretch}, allowed below 1")
        return self


class Incidents(Strict):
    """Incidents a year for each child who lives in a home, and what they do to staff.

    `allegation` is the share after which someone is taken off site, for a mean of `off_site_days`.
    `usual_children` is the share of places lived in at which the load on staff counts as usual.
    """

    per_child_year: float = Field(default=0.0, ge=0)
    allegation: float = Field(default=0.0, ge=0, le=1)
    off_site_days: float = Field(default=30.0, gt=0)
    usual_children: float = Field(default=0.65, gt=0, le=1)


class Feedback(Strict):
    """What moves what; each is the change of a log rate per unit of its cause, and 0 switches it off.

    children               whether what happens to children reaches the staff (else they are as usual under any rule)
    memory_days            how long overtime, agency and incidents are felt
    overtime_to_sickness, overtime_to_leaving   per unit of overtime as a share of own hours
    agency_to_incidents    per unit of agency as a share of all staff on shift
    mismatch_to_incidents  per unit of mean mismatch of the children in the home above `usual_mismatch`
    shortage_to_incidents  per unit of shortage by day
    incidents_to_sickness, incidents_to_leaving   per unit of incidents over usual, less 1
    residents_to_overtime  share of the staff short for children already there that own staff work over
    manager_to_leaving     while there is no manager
    grade_to_leaving, grade_to_recruitment        while the grade is below good
    """

    children: bool = True
    memory_days: float = Field(default=90.0, gt=0)
    overtime_to_sickness: float = Field(default=0.0, ge=0)
    overtime_to_leaving: float = Field(default=0.0, ge=0)
    agency_to_incidents: float = Field(default=0.0, ge=0)
    mismatch_to_incidents: float = Field(default=0.0, ge=0)
    usual_mismatch: float = Field(default=0.0, ge=0)
    shortage_to_incidents: float = Field(default=0.0, ge=0)
    incidents_to_sickness: float = Field(default=0.0, ge=0)
    incidents_to_leaving: float = Field(default=0.0, ge=0)
    residents_to_overtime: float = Field(default=0.0, ge=0, le=1)
    manager_to_leaving: float = Field(default=0.0, ge=0)
    grade_to_leaving: float = Field(default=0.0, ge=0)
    grade_to_recruitment: float = Field(default=0.0, ge=0)


class Manager(Strict):
    """The Registered Manager, one critical person.

    Without one for `absence_days`, admissions stop with chance `stops`, or go on in `open_share` of the places with
    chance `restricts`, until the next is in post; else a deputy carries on.
    """

    leaving_per_year: float = Field(default=0.0, ge=0)
    fill_days: float = Field(default=150.0, gt=0)
    absence_days: float = Field(default=28.0, ge=0)
    stops: float = Field(default=0.0, ge=0, le=1)
    restricts: float = Field(default=0.0, ge=0, le=1)
    open_share: float = Field(default=0.5, ge=0, le=1)

    @model_validator(mode="after")
    def _chances_add_up(self) -> Manager:
        if self.stops + self.restricts > 1:
            raise ValueError(f"stops and restricts are {self.stops + self.restricts}, allowed up to 1")
        return self


class Inspection(Strict):
    """Grades as a state machine: visits `per_year`, each at an even moment of its part of the year.

    A home at good or better falls with hazard `falls_per_year` times the effects; a fall is to inadequate with chance
    `straight_down`, else to requires improvement. One that requires improvement falls with the hazard
    `falls_further_per_year`. At a visit that finds no fall, an inadequate home rises with chance `rises`, of
    those `rises_to_good` to good; from requires improvement with chance `improves`; from good with `excels`.
    """

    per_year: float = Field(default=0.0, ge=0, le=12)
    start: dict[Grade, float] = Field(
        default_factory=lambda: {
            "outstanding": 0.0,
            "good": 1.0,
            "requires_improvement": 0.0,
            "inadequate": 0.0,
        }
    )
    falls_per_year: float = Field(default=0.0, ge=0)
    falls_further_per_year: float = Field(default=0.0, ge=0)
    straight_down: float = Field(default=0.0, ge=0, le=1)
    rises: float = Field(default=0.0, ge=0, le=1)
    rises_to_good: float = Field(default=0.0, ge=0, le=1)
    improves: float = Field(default=0.0, ge=0, le=1)
    excels: float = Field(default=0.0, ge=0, le=1)
    agency_to_falls: float = Field(default=0.0, ge=0)
    churn_to_falls: float = Field(default=0.0, ge=0)
    incidents_to_falls: float = Field(default=0.0, ge=0)
    open_share: float = Field(default=1.0, ge=0, le=1)
    suspends_contract: float = Field(default=0.0, ge=0, le=1)
    closes: float = Field(default=0.0, ge=0, le=1)

    @field_validator("start")
    @classmethod
    def _whole(cls, start: dict[Grade, float]) -> dict[Grade, float]:
        sums_to_one({str(name): share for name, share in start.items()}, "start")
        return start


class Closure(Strict):
    """A whole home that shuts: after an inadequate grade, or without a manager while few posts are filled.

    `below` is the share of posts in post under which a home whose admissions have stopped for want of a manager
    shuts. After `notice_days` children move (if `moves_children`) and places are shut for an exponential time of mean
    `mean_days`, and longer until there is a manager and `reopens_from` of the posts are filled.
    `leaving` multiplies the hazard of leaving while shut.
    """

    below: float = Field(default=0.0, ge=0, le=1)
    notice_days: float = Field(default=28.0, ge=0)
    mean_days: float = Field(default=365.0, gt=0)
    reopens_from: float = Field(default=0.0, ge=0, le=1)
    moves_children: bool = True
    leaving: float = Field(default=1.0, ge=0)


class Spread(Strict):
    """How practice differs between homes: log-sd of leaving, recruitment and sickness, drawn once for each home."""

    leaving: float = Field(default=0.0, ge=0, le=2)
    recruitment: float = Field(default=0.0, ge=0, le=2)
    sickness: float = Field(default=0.0, ge=0, le=2)


class Lever(Strict):
    """A reform: how strong it is (0: none), in which share of the homes, from when, and how long until it is whole."""

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


class Posts(Strict):
    """Staff by post, with causes. Rates are looked at every `step_days`."""

    kind: Literal["posts"] = "posts"
    name: str = "posts"
    step_days: float = Field(default=7.0, gt=0, le=31)
    roles: dict[RoleName, Role] = Field(min_length=1)
    leaving: Leaving
    recruitment: Recruitment
    pay: Pay = Pay()
    away: Away = Away()
    hours: Hours
    single_care: SingleCare = SingleCare()
    cover: Cover = Cover()
    incidents: Incidents = Incidents()
    feedback: Feedback = Feedback()
    manager: Manager = Manager()
    inspection: Inspection = Inspection()
    closure: Closure = Closure()
    spread: Spread = Spread()
    levers: Levers = Levers()
    maturity: Maturity = Maturity()
    shocks: tuple[Shock, ...] = ()
