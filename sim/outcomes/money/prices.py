"""Prices of one year, and of each child: deflated means, and a lognormal spread cut at the dearest known."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from sim.outcomes.spells import Floats, Ints
from sim.scenario.money import Money, Tail
from sim.scenario.price import Price

WEEK = 7.0


def price_level(money: Money, year: npt.ArrayLike) -> Floats:
    """General price level of financial years: 1 in the base year."""
    years = np.atleast_1d(np.asarray(year, dtype=np.int64))
    first, last = (
        min(int(years.min(initial=money.base_year)), money.base_year),
        max(int(years.max(initial=money.base_year)), money.base_year),
    )
    growth = [_growth(money, each) for each in range(first + 1, last + 1)]
    level = np.cumprod(np.concatenate([[1.0], 1 + np.array(growth)]))
    level = level / level[money.base_year - first]
    return np.asarray(level[years - first])


def _growth(money: Money, year: int) -> float:
    """Growth over the year before; before the first year known as in that year, after the last `deflator_beyond`."""
    known = money.deflator
    if year in known:
        return known[year]
    return known[min(known)] if year < min(known) else money.deflator_beyond


def real_week(money: Money, price: Price, year: npt.ArrayLike) -> Floats:
    """The price of a week in pounds of the base year, paid in each of the financial years `year`."""
    in_base = price.gbp_week / float(price_level(money, price.year)[0])
    grown = (1 + money.real_growth_per_year) ** (np.atleast_1d(np.asarray(year, dtype=float)) - price.year)
    return np.asarray(in_base * grown)


def child_factors(tail: Tail, mean_gbp_week: float, u: Floats, need_score: Floats) -> Floats:
    """Price of each child over the mean price: lognormal, cut so that none is dearer than the dearest known.

    `u` are uniforms, `need_score` standard scores of need. The median is set so that the mean of the
    cut distribution is 1.
    """
    from scipy.special import ndtr, ndtri

    rho = tail.need_correlation
    z = rho * need_score + np.sqrt(1 - rho**2) * ndtri(u)
    most = tail.most_gbp_week / mean_gbp_week if mean_gbp_week > 0 else np.inf
    if not np.isfinite(most):
        return np.ones(len(u))
    if most <= 1:
        return np.full(len(u), most)
    shift, cut = _median(tail.sigma, most)
    share = ndtr(cut)
    return np.asarray(np.exp(shift + tail.sigma * ndtri(np.clip(ndtr(z) * share, 1e-300, share))))


@lru_cache(maxsize=64)
def _median(sigma: float, most: float) -> tuple[float, float]:
    """Logarithm of the median of a lognormal of mean 1 once cut at `most`; and the cut as a score."""
    from scipy.optimize import brentq
    from scipy.special import ndtr

    def excess(mu: float) -> float:
        cut = (np.log(most) - mu) / sigma
        return float(np.exp(mu + sigma**2 / 2) * ndtr(cut - sigma) / ndtr(cut) - 1)

    high = 0.0
    while excess(high) < 0 and high < 50:
        high += 1.0
    mu = float(brentq(excess, -20.0, high))
    return mu, float((np.log(most) - mu) / sigma)


def financial_year(year: Ints, month: Ints) -> Ints:
    """The financial year that a month belongs to."""
    return np.asarray(year - (month < 4))
