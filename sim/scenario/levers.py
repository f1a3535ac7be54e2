"""Levers that any commissioning rule may have, each off unless a scenario gives it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.scenario.base import Strict


class Hold(Strict):
    """Places kept for a home's own children for some days after they fall free.

    `share` is the share of the home's approved places for the purpose that may be held at once (rounded up);
    1 holds every free place. `days` runs for each place from the moment it fell free, so the place that has stood
    empty longest is the first that others can have.
    """

    share: float = Field(default=1.0, ge=0, le=1)
    days: float = Field(ge=0)


class Pressure(Strict):
    """Step-down under pressure of capacity, home by home, as shares of its usable places.

    From `list_from` on, residents whose criteria stop being met within `within_days` are listed for an early move.
    From `alert_from` on, one child who was listed on an earlier day leaves for each child on the list
    who could have the place.
    """

    list_from: float = Field(ge=0, le=1)
    alert_from: float = Field(ge=0, le=1)
    within_days: float = Field(ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Pressure:
        if self.alert_from < self.list_from:
            raise ValueError(f"alert_from is {self.alert_from}, allowed list_from ({self.list_from}) or more")
        return self


class LookAhead(Strict):
    """A price on places, so that those which few other homes could replace are not filled first.

    The price of a place is the number of referrals expected in the next `days` days who could go there, each shared
    among the homes that it could go to, over the free places of the home. One such child counts as
    `miles` more miles.
    """

    days: float = Field(gt=0)
    miles: float = Field(ge=0)


class Declining(Strict):
    """Authorities decline a home more than `beyond_miles` away in the first `within_days` days on the list.

    `place` says what declining costs. keep: nothing. lose: the child's days of waiting count again from then on,
    so the authority declines only while it has no more than `worth_days` of them to lose.
    """

    beyond_miles: float = Field(ge=0)
    within_days: float = Field(ge=0)
    place: Literal["keep", "lose"]
    worth_days: float = Field(default=0.0, ge=0)


class Safety(Strict):
    """The only refusals under a duty to admit: too much conflict with residents, or too few staff on shift.

    A home may refuse when the child's conflict with its residents is `conflict_from` or more, or its staff on shift
    by day are below `staff_below` of its establishment.
    """

    conflict_from: float = Field(gt=0)
    staff_below: float = Field(ge=0, le=1)


class Weights(Strict):
    """What a child in a home is worth to a matching: the sum of these. A pair worth less than nothing is not made.

    `placed` is for any placement; `need` and `wait` (a day) multiply what the child has;
    `distance` (a mile), `mismatch` and `conflict` (with the residents) are taken off for the pair.
    """

    placed: float = Field(default=0.0, ge=0)
    need: float = Field(default=0.0, ge=0)
    wait: float = Field(default=0.0, ge=0)
    distance: float = Field(default=0.0, ge=0)
    mismatch: float = Field(default=0.0, ge=0)
    conflict: float = Field(default=0.0, ge=0)
