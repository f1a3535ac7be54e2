"""A price on every home's places and staff, and the bound that any prices give.

If a set of children is in a home, all of them were there when the last of them was offered the place. So the
units of those who are there add up to no more than the staff of that moment, and a child's units over the most
staff at any moment since its own offer add up to 1 at most; the same for places. These shares, added up over
the days of a block, cannot be more than the days of the block. Each such limit gets a price. Whatever the
prices, what the limits are worth, plus what each child gains at best when it pays for its share, is at least as
much as any schedule adds up to (Lagrangian duality). The lowest such sum is the bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.outcomes.spells import Floats, Ints
from sim.study.bound.offers import Offers
from sim.study.bound.room import Room

Moment = tuple[Ints, Floats]


class Priced(NamedTuple):
    """At some prices: the bound, each offer's worth less what it pays, and the best of each opportunity."""

    value: float
    profit: Floats
    top: Floats


class Soft(NamedTuple):
    """The same made smooth: a value a little above the bound, its slope, and each offer's weight."""

    value: float
    slope: Floats
    weight: Floats
    priced: Priced


@dataclass(frozen=True, eq=False)
class Market:
    """All offers, and the share of each home that each takes.

    first   the first offer of each opportunity that has any (offers are in order of opportunity)
    edges   days between which prices hold, blocks + 1
    size    [homes, 3] a usual size of each home, in which its prices are counted
    share   [kinds, 3, days, blocks]: units of a kind of offer x `size` over the most room at any moment from the
            day of the offer to the end of a block
    home    the home of each kind; offers of one kind and day pay the same
    start, end, open_end   for each offer: its place in a table [kinds, days, blocks] at that moment, and the
            days from there to the end of the block
    opened  the offers whose stay is not sure
    """

    offers: Offers
    first: Ints
    edges: Floats
    size: Floats
    share: Floats
    home: Ints
    start: Moment
    end: Moment
    open_end: Moment
    opened: Ints

    @property
    def lengths(self) -> Floats:
        """Days of each block."""
        return np.diff(self.edges)

    @property
    def limits(self) -> Floats:
        """[homes, 3, blocks]: what can be taken of each home."""
        return self.size[:, :, None] * self.lengths


def market(offers: Offers, room: Room, edges: Floats, step: int) -> Market:
    """Work out everything about the offers that does not depend on prices, days of offers in steps."""
    most = _since(room.most, edges, step)
    days, blocks = most.shape[2:]
    size = np.maximum(np.where(np.isfinite(most), most, 0.0).max(axis=(2, 3)), 1e-6)
    with np.errstate(divide="ignore"):
        share = np.where(most > 0, size[:, :, None, None] / most, 0.0)
    kinds, kind = np.unique(np.column_stack([offers.home, offers.size]), axis=0, return_inverse=True)
    home = kinds[:, 0].astype(np.int64)
    at = (kind.reshape(-1) * days + offers.day // step) * blocks
    return Market(
        offers=offers,
        first=np.flatnonzero(np.diff(offers.group, prepend=-1)),
        edges=edges,
        size=size,
        share=share[home] * kinds[:, 1:, None, None],
        home=home,
        start=_moment(offers.start, edges, at),
        end=_moment(offers.end, edges, at),
        open_end=_moment(offers.open_end, edges, at),
        opened=np.flatnonzero(offers.open_end > offers.end),
    )


def _since(most: Floats, edges: Floats, step: int) -> Floats:
    """[homes, 3, days / step, blocks]: the most room at any moment from a day to the end of each block."""
    days = most.shape[2]
    out = np.zeros((*most.shape[:2], -(-days // step), len(edges) - 1))
    for block, over in enumerate(np.ceil(edges[1:]).astype(int)):
        until = most[:, :, : min(over, days)]
        best = np.maximum.accumulate(until[:, :, ::-1], axis=2)[:, :, ::-1][:, :, ::step]
        out[:, :, : best.shape[2], block] = best
    return out


def _moment(when: Floats, edges: Floats, at: Ints) -> Moment:
    clipped = np.clip(when, edges[0], edges[-1])
    block = np.minimum(np.searchsorted(edges, clipped, side="right") - 1, len(edges) - 2)
    return at + block, edges[block + 1] - clipped


def priced(market: Market, prices: Floats) -> Priced:
    """The bound at these prices [homes, 3, blocks], none of them negative."""
    return _priced(market, prices, _rates(market, prices))


def _rates(market: Market, prices: Floats) -> Floats:
    """[kinds, days, blocks]: what an offer pays for each day."""
    return np.asarray(np.einsum("ikb,ikdb->idb", prices[market.home], market.share, optimize=True))


def _priced(market: Market, prices: Floats, rate: Floats) -> Priced:
    profit = market.offers.value - _paid(market, rate, market.start, market.end)
    rows = market.opened
    if len(rows):  # each day of an uncertain stay is worth a day at most, or is left out
        end, open_end = _some(market.end, rows), _some(market.open_end, rows)
        profit[rows] -= _paid(market, np.minimum(rate, 1.0), end, open_end)
    top = np.maximum(np.maximum.reduceat(profit, market.first), 0.0) if len(profit) else profit
    return Priced(float(np.sum(prices * market.limits) + top.sum()), profit, top)


def _some(moment: Moment, rows: Ints) -> Moment:
    return moment[0][rows], moment[1][rows]


def _paid(market: Market, rate: Floats, start: Moment, end: Moment) -> Floats:
    """What each offer pays from one moment to another."""
    flat, until = rate.reshape(-1), np.cumsum(rate * market.lengths, axis=2).reshape(-1)
    paid = until[end[0]] - flat[end[0]] * end[1] - until[start[0]] + flat[start[0]] * start[1]
    return np.asarray(paid)


def softly(market: Market, prices: Floats, blur: float) -> Soft:
    """The bound made smooth: each opportunity spreads over its offers that are nearly as good as the best."""
    rate = _rates(market, prices)
    found = _priced(market, prices, rate)
    count = np.diff(np.append(market.first, len(found.profit)))
    weight = np.exp((found.profit - np.repeat(found.top, count)) / blur)
    total = np.add.reduceat(weight, market.first) + np.exp(-found.top / blur)
    weight /= np.repeat(total, count)
    taken = _taken(market, rate.shape, market.start, market.end, weight)
    if len(market.opened):
        rows = market.opened
        more = _taken(market, rate.shape, _some(market.end, rows), _some(market.open_end, rows), weight[rows])
        taken += more * (rate < 1.0)
    slope = market.limits.copy()
    np.subtract.at(slope, market.home, np.einsum("idb,ikdb->ikb", taken, market.share, optimize=True))
    return Soft(found.value + blur * float(np.log(total).sum()), slope, weight, found)


def _taken(market: Market, shape: tuple[int, ...], start: Moment, end: Moment, weight: Floats) -> Floats:
    """[kinds, days, blocks]: days between two moments, added up over offers with weights."""
    cells = int(np.prod(shape))

    def sums(where: Ints, what: Floats) -> Floats:
        return np.asarray(np.bincount(where, what, cells).reshape(shape), dtype=np.float64)

    whole = sums(end[0], weight) - sums(start[0], weight)
    days = whole[:, :, ::-1].cumsum(axis=2)[:, :, ::-1] * market.lengths
    return np.asarray(days + sums(start[0], weight * start[1]) - sums(end[0], weight * end[1]))
