"""The legal clock: emergency hours, orders, reviews, approval for children under 13, remand, sentence."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from sim.scenario.base import Strict
from sim.scenario.durations import Duration


class Orders(Strict):
    """Welfare orders and reviews (Children Act 1989 s.25; Wales s.119). Lengths in days.

    Without `reviews`, a home notices on the day that the criteria stop being met.
    """

    first_max_days: float = Field(gt=0)
    later_max_days: float = Field(gt=0)
    first_share_of_max: Duration
    later_share_of_max: Duration
    renewal: float = Field(ge=0, le=1)
    reviews: bool = True
    first_review_days: float = Field(gt=0)
    first_review_days_wales: float = Field(gt=0)
    later_review_days: float = Field(gt=0)
    noticed_between_reviews: float = Field(ge=0, le=1)


class Legal(Strict):
    """Each rule of the legal clock as a named number. No `orders` means a stay is simply the need."""

    name: str
    emergency_hours: float = Field(default=72, ge=0)
    emergency_window_days: float = Field(default=28, gt=0)
    emergency_runs_to_working_day: bool = True
    holidays: tuple[date, ...] = ()
    order_requires_bed: bool = True
    under_13_approval: bool = False
    under_13_days: Duration
    remand_order_max_days: float | None = Field(default=None, gt=0)
    sentence_custody_share: float = Field(default=0.5, gt=0, le=1)
    orders: Orders | None = None
