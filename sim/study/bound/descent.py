"""Looks for the prices at which the bound is lowest.

The search may cut corners (fewer days of offers, longer blocks), because what it finds is judged at the end with
every offer: any prices give a bound, the better ones a nearer one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from sim.outcomes.spells import Floats
from sim.study.bound.objective import Objective
from sim.study.bound.offers import Offers, Window
from sim.study.bound.prices import Market, market, priced, softly
from sim.study.bound.room import Room

_RUN_IN = (
    84.0  # days before the window in which limits count, so that waiting children do not all go in for free
)


@dataclass(frozen=True)
class Effort:
    """How hard to look.

    blocks  about how many blocks of days have prices of their own
    stages  (blur in child-days or need-days, most evaluations), one after another
    every   each how many days of offers are looked at while searching
    step    days of offers that share limits: while searching, and when the bound is made
    exact   solve the whole problem exactly if there are no more offers than this, in `exact_seconds`
    tries   most schedules that are tried for each kind of guidance
    """

    blocks: int = 40
    stages: tuple[tuple[float, int], ...] = ((10.0, 25), (3.0, 30), (1.0, 40), (0.3, 50), (0.1, 50))
    every: int = 7
    step: tuple[int, int] = (28, 7)
    exact: int = 1500
    exact_seconds: float = 10.0
    tries: int = 6


QUICK = Effort(
    blocks=20, stages=((3.0, 15), (0.3, 20)), every=1, step=(1, 1), exact=600, exact_seconds=2.0, tries=2
)


class Found(NamedTuple):
    """The lowest bound found, its prices and the market in which they hold; each offer's profit is in `profit`."""

    value: float
    prices: Floats
    market: Market
    profit: Floats


def lowest(offers: Offers, room: Room, window: Window, objective: Objective, effort: Effort) -> Found:
    """Search for good prices, then make the bound with every offer."""
    begin = window.start if objective == "child_days" else max(0.0, window.start - _RUN_IN)
    days = max(1.0, np.ceil((window.end - begin) / effort.blocks))
    edges = np.append(np.arange(begin, window.end, days), window.end)
    whole = market(offers, room, edges, effort.step[1])
    prices = np.zeros((*whole.size.shape, len(edges) - 1))
    if len(offers):
        some = _some_days(offers, effort.every)
        prices = _search(market(some, room, edges, effort.step[0]), prices, objective, effort)
    judged = priced(whole, prices)
    free = priced(whole, np.zeros_like(prices))
    if free.value < judged.value:
        return Found(free.value, np.zeros_like(prices), whole, free.profit)
    return Found(judged.value, prices, whole, judged.profit)


def _some_days(offers: Offers, every: int) -> Offers:
    """The first offer of each opportunity and home, and one in `every` after it."""
    pair = offers.group * (int(offers.home.max()) + 1) + offers.home
    new = np.diff(pair, prepend=-1) != 0
    number = np.arange(len(offers)) - np.flatnonzero(new)[np.cumsum(new) - 1]
    return offers.rows(number % every == 0)


def _search(some: Market, prices: Floats, objective: Objective, effort: Effort) -> Floats:
    """Go down the smoothed bound, sharper from stage to stage; returns the best prices met on the way."""
    best = (float("inf"), prices)
    here = np.zeros_like(prices)
    here[some.home, 0] = 1.0 if objective == "child_days" else 0.1
    for blur, evaluations in effort.stages:

        def smooth(flat: Floats, blur: float = blur) -> tuple[float, Floats]:
            nonlocal best
            at = flat.reshape(prices.shape)
            soft = softly(some, at, blur)
            if soft.priced.value < best[0]:
                best = (soft.priced.value, at.copy())
            return soft.value, soft.slope.reshape(-1)

        ended = minimize(
            smooth, here.reshape(-1), jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * here.size,
            options={"maxfun": evaluations, "maxiter": evaluations, "maxcor": 20},
        )  # fmt: skip
        here = ended.x.reshape(prices.shape)
    return best[1]
