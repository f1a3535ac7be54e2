"""How long a placement lasts and why it ends, from the legal clock and the child's need.

Everything here follows from the day of admission: reviews, orders and the search for a next
placement change no place until the child leaves, so they need no event of their own.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.scenario.durations import Floats
from sim.scenario.legal import Legal, Orders


class OrderDraws(NamedTuple):
    """What chance decides of one placement's orders."""

    notice: float
    lengths: list[float]
    renewals: list[float]


class Stay(NamedTuple):
    """Days from admission to leaving; whether a move was found before the order ended; days until the
    criteria stop being met; orders made."""

    days: float
    moved_on: bool
    need_met: float
    orders: int


def welfare_stay(
    need: float,
    step_down: float,
    orders: Orders | None,
    draws: OrderDraws,
    first_review: float,
    before_order: float = 0.0,
) -> Stay:
    """A welfare placement under orders.

    need          days from admission until the criteria stop being met
    step_down     days that the search for the next placement takes once it starts
    draws         the uniforms of this placement, already turned into order lengths
    before_order  days in the home before the first order starts (the 72 hours)

    The child stays until a move is found or the order ends, whichever is first; an order that ends while
    the criteria are met is renewed with a stated probability, up to as many orders as there are draws.
    """
    if orders is None:
        return Stay(need + step_down, True, need, 0)
    moved_on = _noticed(need, orders, first_review, draws.notice) + step_down
    order_end = before_order
    for made, (length, renewal) in enumerate(zip(draws.lengths, draws.renewals, strict=True), start=1):
        order_end += length
        if moved_on <= order_end:
            return Stay(moved_on, True, min(need, moved_on), made)
        if need <= order_end or renewal >= orders.renewal:
            return Stay(order_end, False, min(need, order_end), made)
    return Stay(order_end, False, min(need, order_end), len(draws.lengths))


class Stays(NamedTuple):
    """The same of many placements, as columns."""

    days: Floats
    moved_on: npt.NDArray[np.bool_]
    need_met: Floats
    orders: npt.NDArray[np.int64]


def welfare_stays(
    need: Floats,
    step_down: Floats,
    orders: Orders,
    draws: tuple[Floats, Floats, Floats],
    first_review: Floats,
) -> Stays:
    """`welfare_stay` of many placements that begin with an order; `draws` are those of `order_draws`."""
    notice, lengths, renewals = draws
    moved_on = _all_noticed(need, orders, first_review, notice) + step_down
    order_end = np.zeros(len(need))
    days, made = np.zeros(len(need)), np.full(len(need), lengths.shape[1])
    ends_open = np.ones(len(need), dtype=bool)
    found = np.zeros(len(need), dtype=bool)
    for order in range(lengths.shape[1]):
        order_end = order_end + lengths[:, order]
        moves = ends_open & (moved_on <= order_end)
        stops = ends_open & ~moves & ((need <= order_end) | (renewals[:, order] >= orders.renewal))
        days = np.where(moves, moved_on, np.where(stops, order_end, days))
        made[moves | stops] = order + 1
        found |= moves
        ends_open &= ~(moves | stops)
    days = np.where(ends_open, order_end, days)
    return Stays(days, found, np.minimum(need, days), made)


def order_draws(orders: Orders, uniforms: Floats) -> tuple[Floats, Floats, Floats]:
    """Notice, order lengths in days and renewals of each child, from uniforms (children x 2K + 1).

    Column 0 decides whether the end of need is noticed between reviews, then length and renewal of
    each order in turn. A drawn length is a share of the legal maximum, at most all of it.
    """
    first = np.clip(orders.first_share_of_max.quantile(uniforms[:, 1:2]), 0, 1) * orders.first_max_days
    later = np.clip(orders.later_share_of_max.quantile(uniforms[:, 3::2]), 0, 1) * orders.later_max_days
    lengths = np.concatenate([first, later], axis=1)
    return uniforms[:, 0], lengths, uniforms[:, 2::2]


def _noticed(need: float, orders: Orders, first_review: float, u: float) -> float:
    """The day on which the home learns that the criteria are no longer met."""
    if not orders.reviews or u < orders.noticed_between_reviews:
        return need
    review = first_review
    while review < need:
        review += orders.later_review_days
    return review


def _all_noticed(need: Floats, orders: Orders, first_review: Floats, u: Floats) -> Floats:
    """`_noticed` of many placements."""
    if not orders.reviews:
        return need
    review = np.array(first_review, dtype=np.float64)
    while (late := review < need).any():
        review[late] += orders.later_review_days
    return np.where(u < orders.noticed_between_reviews, need, review)


def working_day(day: date, holidays: frozenset[date]) -> bool:
    """Monday to Friday and no public holiday."""
    return day.weekday() < 5 and day not in holidays


def court_deadline_days(admitted: date, legal: Legal, holidays: frozenset[date]) -> float:
    """Days from an emergency admission until an order must be had.

    72 hours; where they run out on a day without a court, until the next working day.
    """
    hours = legal.emergency_hours / 24
    if not legal.emergency_runs_to_working_day:
        return hours
    last = admitted + timedelta(days=int(hours))
    while not working_day(last, holidays):
        last += timedelta(days=1)
    return float(max(hours, (last - admitted).days))
