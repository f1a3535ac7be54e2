"""What the engine is handed: one world under one rule, with every answer as a function or a column.

The engine imports no rule and no behaviour; `sim.study` puts them together here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from sim.engine.calendar import Change
from sim.engine.clerk import Clerk
from sim.engine.desk import AnswerRow, Desk
from sim.engine.searches import Search
from sim.engine.staff_plan import WorkforcePlan
from sim.engine.writer import Foreseen

Floats = npt.NDArray[np.float64]
Stay = tuple[float, int, float, int]  # days, leaving reason, days until need ends, court orders


@dataclass(frozen=True, slots=True)
class Clocks:
    """What chance and the authority decide about one referral of each child; days from that referral.

    gives_up    when the authority takes something else, withdraws or lets the search cease, and which
    lead        days from offer to admission (court and approval, then travel)
    court       the court's part of `lead`, which runs from referral where an order needs no bed
    travel      days from offer to admission in an emergency, when the court follows
    scotland    when the authority first tries Scotland (infinite: never)
    breakdown   unit exponential of the placement; again: uniform for a new referral after a breakdown
    """

    gives_up: Sequence[float]
    ending: Sequence[int]
    lead: Sequence[float]
    court: Sequence[float]
    travel: Sequence[float]
    scotland: Sequence[float]
    breakdown: Sequence[float]
    again: Sequence[float]


class HomePlan(NamedTuple):
    """A home before the clock starts."""

    name: str
    establishment: float
    answer_days: float


class Shifts(NamedTuple):
    """Changes of staff on shift, as columns in order of day: units by day and by night that hold from then on.

    shortage  the share of the home's establishment that is missing by day
    better    whether there are more than before, by day or by night
    records   what the log says of them
    """

    day: Floats
    home: npt.NDArray[np.int64]
    by_day: Floats
    by_night: Floats
    shortage: Floats
    better: npt.NDArray[np.bool_]
    records: Foreseen


class AnswersLike(Protocol):
    """See sim.behaviour.answers.HomeAnswers."""

    def rows(
        self, wanted: Sequence[tuple[int, int, int]], soon: Callable[[], Any]
    ) -> Sequence[AnswerRow]: ...


@dataclass(frozen=True, slots=True)
class MovingOnPlan:
    """Places to move on to: how many, who needs one, the longest wait for one in days, and how long each child has
    one after each referral (ordinal -> days by child)."""

    places: int
    needs: Sequence[bool]
    most_days: float
    holds: Callable[[int], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the engine plays. Lists have one entry per child, in order of referral.

    desks       makes the desks (welfare, justice) on a floor
    desk_of     which desk works on each child's referral
    needs       what each child's place must be for (0 welfare, 1 justice), staff units by day and by night
    easiest     the fewest staff units by day, and by night, that a child needs
    emergency   whether the child may move in before an order, within `emergency_window` days of the last time
    clocks      of a later referral by its ordinal; first_clocks: of the first
    first_referrals, first_searches, first_stays   what is known beforehand of the first referral of each child; the
                stay is that of `stay` for the whole need, beginning with an order
    stay        (child, ordinal, day of admission, need left, whether without an order) -> days, leaving
                reason, days until need ends, orders made if it runs its course
    mismatch    (child, home, shortage, conflict) -> mismatch of the placement
    hazard      mismatch -> breakdowns a day
    carries     flags a child brings to a home; against: conflict per resident with a flag
    referred_again   share of breakdowns that are followed by a new referral, and of these
    transfer_sought  the share for which another home is sought before the child leaves
    clerk       who takes the minutes, if anybody does
    workforce   staff as a process, where `staff` does not say beforehand who is on shift
    moving_on   places to move on to, where they are limited
    """

    horizon: float
    homes: Sequence[HomePlan]
    calendar: Sequence[Change]
    staff: Shifts
    day: list[float]
    residents: int
    starts_in: list[int]
    desk_of: list[int]
    needs: list[tuple[int, float, float]]
    easiest: tuple[float, float]
    need_days: list[float]
    birthday_18: list[float]
    desks: Callable[[Any], Sequence[Desk]]
    clocks: Callable[[int], Clocks]
    first_clocks: Clocks
    answers: AnswersLike
    repeat_days: float
    emergency: list[bool]
    emergency_window: float
    first_referrals: Foreseen
    first_searches: list[Search]
    first_stays: list[Stay]
    stay: Callable[[int, int, float, float, bool], Stay]
    mismatch: Callable[[int, int, float, float], float]
    hazard: Callable[[float], float]
    carries: list[tuple[int, ...]]
    against: list[tuple[tuple[int, float], ...]]
    kinds_of_flag: int
    staffing_bit: int
    mix_bit: int
    referred_again: float
    transfer_sought: float
    need_runs_while_waiting: bool
    order_requires_bed: bool
    scotland: Sequence[tuple[float, int]]
    scotland_retry_days: float
    needs_mismatch: bool
    clerk: Clerk | None = None
    workforce: WorkforcePlan | None = None
    moving_on: MovingOnPlan | None = None
