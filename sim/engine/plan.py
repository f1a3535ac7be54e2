"""What the engine is handed: one world under one rule, with every answer as a function or a column.

The engine imports no rule and no behaviour; `sim.study` puts them together here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from sim.engine.calendar import Change
from sim.engine.clerk import Clerk
from sim.engine.desk import AnswerRow, Desk
from sim.engine.staff_plan import WorkforcePlan


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


class StaffChange(NamedTuple):
    """Staff units on shift in a home from a day on."""

    day: float
    home: int
    by_day: float
    by_night: float


class AnswersLike(Protocol):
    """See sim.behaviour.answers.HomeAnswers."""

    def rows(
        self, wanted: Iterable[tuple[int, int, int]], soon: Callable[[], Any]
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
    staff: Sequence[StaffChange]
    day: list[float]
    resident: list[bool]
    starts_in: list[int]
    desk_of: list[int]
    needs: list[tuple[int, float, float]]
    easiest: tuple[float, float]
    need_days: list[float]
    birthday_18: list[float]
    desks: Callable[[Any], Sequence[Desk]]
    clocks: Callable[[int], Clocks]
    answers: AnswersLike
    repeat_days: float
    emergency: list[bool]
    emergency_window: float
    stay: Callable[[int, int, float, float, bool], tuple[float, int, float, int]]
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
