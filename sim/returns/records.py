"""Rows of the returns: a record class each, whose fields are the columns with meaning, limits and an example.

Nothing here asks who a child is. A referral has a reference, not a name, and an age, not a date of birth.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sim.returns.cells import (
    Choice,
    Count,
    Day,
    Metres,
    Name,
    Places,
    Reference,
    Share,
    Staff,
    YesNo,
)
from sim.scenario.base import Route, ShutCause

Outcome = Literal["placed", "scotland", "unregistered", "open_home", "hospital", "custody", "withdrawn",
                  "search_ceased", "aged_18", "open"]  # fmt: skip


def column(meaning: str, example: object, fix: str = "", unit: str = "", **more: Any) -> Any:
    """A field with what the column dictionary says about it."""
    return Field(
        description=meaning, examples=[example], json_schema_extra={"fix": fix, "unit": unit}, **more
    )


def optional(meaning: str, example: object, fix: str = "", unit: str = "") -> Any:
    """A column that may be left out, or a cell that may be left empty."""
    return column(meaning, example, fix, unit, default=None)


class Record(BaseModel):
    """A row of a return."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class HomeRow(Record):
    """A home as registered: where it is, for whom, with how many approved places."""

    home: Name = column(
        "the home, by the name that the other returns use", "Moorside", "use one spelling in all files"
    )
    region: Annotated[str, BeforeValidator(str.strip)] = column(
        "region of England, or Wales",
        "North East",
        "write the region as the Office for National Statistics does",
    )
    authority: str | None = optional(
        "authority that the home belongs to, by name or nine-character code", "Gateshead"
    )
    easting_m: Metres | None = optional(
        "position, British National Grid; without it, that of the authority", 425000, unit="metres"
    )
    northing_m: Metres | None = optional("position, British National Grid", 560000, unit="metres")
    welfare_places: Places = column("approved places for welfare placements", 8, unit="places", default=0)
    justice_places: Places = column(
        "approved places contracted for remand and sentence", 0, unit="places", default=0
    )
    either_places: Places = column("approved places for either", 0, unit="places", default=0)
    sexes: Annotated[Literal["mixed", "girls", "boys"], Choice] = column(
        "whom it takes", "mixed", default="mixed"
    )
    age_min: Annotated[int, Field(ge=0, le=25)] = column(
        "youngest age it takes", 10, unit="years", default=10
    )
    age_max: Annotated[int, Field(ge=0, le=25)] = column("oldest age it takes", 17, unit="years", default=17)
    opens: Day | None = optional("first day it takes children, if that is still to come", "2025-09-01")
    closes: Day | None = optional("day it closes", "2027-03-31")

    @model_validator(mode="after")
    def _possible(self) -> HomeRow:
        if self.welfare_places + self.justice_places + self.either_places == 0:
            raise ValueError(
                "welfare_places: no approved place in any column; allowed 1 or more; "
                "fix fill in how many children the home is approved for"
            )
        if self.age_min > self.age_max:
            raise ValueError(
                f"age_min: above age_max; allowed up to {self.age_max}; fix put the lower age into age_min"
            )
        if self.authority is None and (self.easting_m is None or self.northing_m is None):
            raise ValueError(
                "easting_m: no position; allowed easting_m and northing_m, or an authority; fix name the authority"
            )
        if self.opens and self.closes and self.opens >= self.closes:
            raise ValueError(
                f"closes: not after it opens; allowed a day after {self.opens}; "
                "fix look at both dates: one of them is wrong"
            )
        return self


class PlacesRow(Record):
    """Places of a home from a day on, and the children who lived there on that day."""

    home: Name = column("the home, as in homes.csv", "Moorside")
    on: Day = column("from this day on, until the next row of the home", "2025-04-01")
    welfare_places: Places = column("approved places for welfare placements", 8, unit="places", default=0)
    justice_places: Places = column(
        "approved places contracted for remand and sentence", 0, unit="places", default=0
    )
    either_places: Places = column("approved places for either", 0, unit="places", default=0)
    shut_places: Places = column("of these, places that cannot be used", 2, unit="places", default=0)
    shut_cause: Annotated[ShutCause, Choice] | None = optional(
        "why; leave places that are shut for lack of staff to the staff return", "works"
    )
    welfare_children: Count | None = optional(
        "children on welfare placements living there that day", 5, unit="children"
    )
    justice_children: Count | None = optional(
        "children on remand or sentence living there that day", 0, unit="children"
    )

    @model_validator(mode="after")
    def _possible(self) -> PlacesRow:
        approved = self.welfare_places + self.justice_places + self.either_places
        if self.shut_places > approved:
            raise ValueError(
                f"shut_places: more than there are; allowed up to {approved}; "
                "fix count no more shut places than approved ones"
            )
        if self.shut_places and self.shut_cause is None:
            raise ValueError(
                "shut_cause: none given for shut places; allowed closed, restricted, works, "
                "registered_manager; fix say why the places are shut"
            )
        return self


class StaffRow(Record):
    """Care staff of a home from a day on: what a full home needs on a shift, and who came."""

    home: Name = column("the home, as in homes.csv", "Moorside")
    on: Day = column("from this day on, until the next row of the home", "2025-04-01")
    needed_by_day: Annotated[Staff, Field(gt=0)] = column(
        "care staff on the day shift if every post were filled and everyone came", 10, unit="staff"
    )
    on_shift_by_day: Staff = column(
        "care staff who were on the day shift, on average, agency included", 8.5, unit="staff"
    )
    needed_by_night: Annotated[Staff, Field(gt=0)] | None = optional("the same by night", 5, unit="staff")
    on_shift_by_night: Staff | None = optional("the same by night", 4.5, unit="staff")
    posts: Staff | None = optional("care posts", 42, unit="full-time equivalents")
    in_post: Staff | None = optional("care staff in post", 35, unit="full-time equivalents")
    agency_share: Share | None = optional("agency staff over all care staff on shift", 0.12, unit="share")
    absence_share: Share | None = optional("care staff in post who were absent", 0.07, unit="share")
    registered_manager: YesNo | None = optional("a Registered Manager was in post", "yes")

    @model_validator(mode="after")
    def _night_whole(self) -> StaffRow:
        if (self.needed_by_night is None) != (self.on_shift_by_night is None):
            raise ValueError(
                "needed_by_night: one night column without the other; allowed both or neither; "
                "fix fill in both or leave both empty"
            )
        return self


NEED = "write yes or no, or leave it empty where nobody knows"


class ReferralRow(Record):
    """One referral: when, from where, what is known of the child's needs, and what came of it."""

    referral: Reference = column(
        "a reference of your own for the referral, with no name in it",
        "R0001",
        "give a number such as R0001; keep the key to it elsewhere",
    )
    referred_on: Day = column("day of the referral", "2025-04-03")
    route: Annotated[Route, Choice] = column("legal route", "welfare")
    authority: str = column(
        "authority of origin, by name or nine-character code",
        "Gateshead",
        "write the authority as the Office for National Statistics does, or use its code",
    )
    sex: Annotated[Literal["girl", "boy"], Choice] | None = optional(
        "sex", "girl", "write girl or boy, or leave it empty where nobody knows"
    )
    age: Annotated[int, Field(ge=10, le=17)] | None = optional(
        "age at referral in whole years",
        15,
        "give the age in whole years, never a date of birth",
        unit="years",
    )
    emergency: YesNo | None = optional("an emergency: moved before the court sits", "no", NEED)
    self_harm: YesNo | None = optional("need flag", "yes", NEED)
    sexual_exploitation: YesNo | None = optional("need flag", "no", NEED)
    going_missing: YesNo | None = optional("need flag", "yes", NEED)
    criminal_exploitation: YesNo | None = optional("need flag", "no", NEED)
    violence_to_others: YesNo | None = optional("need flag", "yes", NEED)
    fire_setting: YesNo | None = optional("need flag", "no", NEED)
    harmful_sexual_behaviour: YesNo | None = optional("need flag", "no", NEED)
    mental_health: YesNo | None = optional("need flag", "yes", NEED)
    gang_association: YesNo | None = optional("need flag", "no", NEED)
    ten_placements: YesNo | None = optional("need flag: ten or more earlier placements", "no", NEED)
    challenging_behaviour: YesNo | None = optional("need flag", "yes", NEED)
    offending: YesNo | None = optional("need flag", "no", NEED)
    previous_secure: YesNo | None = optional("need flag: lived in a secure home before", "no", NEED)
    learning_disability: YesNo | None = optional("need flag", "no", NEED)
    need_days: Annotated[int, Field(ge=0, le=3_650)] | None = optional(
        "days from admission until the criteria stopped being met, if known",
        110,
        "write the days as a whole number, 0 or more, or leave it empty where nobody knows",
        unit="days",
    )
    outcome: Annotated[Outcome, Choice] | None = optional(
        "what came of the referral; open if nothing yet. Compared, never played", "placed"
    )
    outcome_on: Day | None = optional("day of the outcome", "2025-04-14")
    home: Name | None = optional("the home, if placed, as in homes.csv", "Moorside")
    left_on: Day | None = optional("day the child left that home", "2025-08-20")

    @model_validator(mode="after")
    def _in_order(self) -> ReferralRow:
        if self.outcome not in (None, "open") and self.outcome_on is None:
            raise ValueError(
                "outcome_on: missing; allowed the day of the outcome; fix fill in the day, or leave the outcome empty"
            )
        if self.outcome_on and self.outcome_on < self.referred_on:
            raise ValueError(
                f"outcome_on: before the referral; allowed {self.referred_on} or later; "
                "fix look at referred_on and outcome_on: one of them is wrong"
            )
        if self.outcome_on and self.outcome in (None, "open"):
            raise ValueError(
                "outcome: missing beside its day; allowed placed, scotland, unregistered and so on; "
                "fix fill in the outcome, or leave its day empty"
            )
        if self.left_on and (self.outcome != "placed" or self.outcome_on is None):
            raise ValueError(
                "left_on: a child who was not placed; allowed nothing, or outcome placed; "
                "fix leave left_on empty, or write placed with its day"
            )
        if self.left_on and self.outcome_on and self.left_on < self.outcome_on:
            raise ValueError(
                f"left_on: before the admission; allowed {self.outcome_on} or later; "
                "fix look at outcome_on and left_on: one of them is wrong"
            )
        return self
