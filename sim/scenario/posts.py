"""Staff as a process with causes: posts that people leave and fill, cover for the gaps, a manager, inspections.

Shares and hazards are of a year unless a name says otherwise; durations are in days. Every effect (`..._to_...`)
is the change of a logarithm per unit, so 0 switches it off.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from sim.scenario.base import Strict
from sim.scenario.oversight import Closure, Inspection, Manager
from sim.scenario.reforms import Levers, Maturity, Shock

RoleName = Literal["care", "senior", "deputy", "night_waking", "education", "health"]
ROLES: tuple[RoleName, ...] = ("care", "senior", "deputy", "night_waking", "education", "health")


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

    `staff_per_unit` is how many people on shift one staff unit takes. `least_day` and `least_night` are the fewest
    units with which a shift is safe for anybody.
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


class Spread(Strict):
    """How practice differs between homes: log-sd of leaving, recruitment and sickness, drawn once for each home."""

    leaving: float = Field(default=0.0, ge=0, le=2)
    recruitment: float = Field(default=0.0, ge=0, le=2)
    sickness: float = Field(default=0.0, ge=0, le=2)


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
