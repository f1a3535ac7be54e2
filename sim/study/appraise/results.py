"""Tables of a business case: value, cash by payer and year, reserves, switching values; each with its interval."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.outcomes.catalogue import CATALOGUE
from sim.study.appraise.case import Case, Option, public_cost
from sim.study.appraise.discount import equivalent_annual, payback_year, present_value
from sim.study.appraise.flows import MILLION, Flows
from sim.study.appraise.yearly import Yearly
from sim.study.estimate import Parts, difference, gather, half_width, level, t_quantile

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]
COLUMNS = [
    "option",
    "measure",
    "value",
    "lower_95",
    "upper_95",
    "centile_5",
    "centile_95",
    "worst_case",
    "unit",
]
MILLIONS = "GBP million"


def value_table(case: Case) -> pd.DataFrame:
    """One row for each option and measure: the mean over replications with its 95% interval, the spread, the worst.

    The interval is that of the mean; the centiles are of single replications, each with its own fortunes of
    building and its own three years of children, which then stand for the whole appraisal.
    """
    import pandas as pd

    rows: list[tuple[object, ...]] = []
    for option in case.options:
        rows += _values(case, option)
    return pd.DataFrame(rows, columns=COLUMNS)


def _values(case: Case, option: Option) -> list[tuple[object, ...]]:
    factors = case.factors
    measures: dict[str, tuple[Callable[[Flows], float], str]] = {
        "capital, undiscounted": (lambda one: float(one.capital.clip(min=0).sum()) / MILLION, MILLIONS),
        "opens after": (lambda one: one.profile.opened, "years"),
        "present value of costs": (lambda one: millions(one.capital + one.running, factors), MILLIONS),
        "present value of savings": (lambda one: millions(one.saved, factors), MILLIONS),
        "net present social value": (lambda one: millions(one.net, factors), MILLIONS),
        "net present value to the public purse": (lambda one: -millions(public_cost(case, one), factors), MILLIONS),
        "equivalent annual net cost": (
            lambda one: float(equivalent_annual(-millions(one.net, factors), factors)), f"{MILLIONS} a year"),
    }  # fmt: skip
    rows = []
    for name, (of, unit) in measures.items():
        each = np.array([of(one) for one in option.flows])
        there = each[np.isfinite(each)]
        rows.append(_row(option, name, there, of(option.worst), unit))
    costs = np.array([millions(one.capital + one.running, factors) for one in option.flows])
    saved = np.array([millions(one.saved, factors) for one in option.flows])
    found = level(Parts((("bcr", "all", "all"),), saved[:, None], costs[:, None]))
    half = float(found.half_width[0]) if costs.sum() > 0 else np.nan
    worst_cost = millions(option.worst.capital + option.worst.running, factors)
    worst = millions(option.worst.saved, factors) / worst_cost if worst_cost > 0 else np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        single = (saved / costs)[costs > 0]
    ratio = float(found.value[0]) if costs.sum() > 0 else np.nan  # no ratio where less is spent than before
    rows.append((option.name, "benefit-cost ratio", ratio, ratio - half, ratio + half, _centile(single, 5),
                 _centile(single, 95), worst, "ratio"))  # fmt: skip
    net = np.array([millions(one.net, factors) for one in option.flows])
    rows.append(_row(option, "share of replications with a net loss", (net < 0).astype(float),
                     float(millions(option.worst.net, factors) < 0), "share"))  # fmt: skip
    paid = np.array([payback_year(one.net) for one in option.flows])
    never = np.isnan(paid).astype(float)
    back = paid[never == 0]
    mean = float(back.mean()) if len(back) else np.nan
    rows.append((option.name, "years to pay back, where it does", mean, np.nan, np.nan, _centile(back, 5),
                 _centile(back, 95), payback_year(option.worst.net), "years"))  # fmt: skip
    rows.append(_row(option, "share of replications that never pay back", never,
                     float(np.isnan(payback_year(option.worst.net))), "share"))  # fmt: skip
    return rows + _beside(case, option) + _outcomes(case, option)


def millions(flow: Floats, factors: Floats) -> float:
    """Present value in millions of pounds."""
    return float(present_value(flow, factors)) / MILLION


def _row(option: Option, name: str, each: Floats, worst: float, unit: str) -> tuple[object, ...]:
    if not len(each):
        return option.name, name, np.nan, np.nan, np.nan, np.nan, np.nan, worst, unit
    mean, half = float(each.mean()), half_width(each)
    if unit == "share":
        return option.name, name, mean, *share_interval(mean, len(each)), np.nan, np.nan, worst, unit
    low, high = _centile(each, 5), _centile(each, 95)
    return option.name, name, mean, mean - half, mean + half, low, high, worst, unit


def share_interval(share: float, count: int) -> tuple[float, float]:
    """The 95% interval of a share of so many replications (Wilson)."""
    z = 1.959964
    middle, wide = (
        share + z**2 / (2 * count),
        z * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2)),
    )
    return float((middle - wide) / (1 + z**2 / count)), float((middle + wide) / (1 + z**2 / count))


def _centile(each: Floats, share: float) -> float:
    return float(np.percentile(each, share)) if len(each) else float("nan")


def _beside(case: Case, option: Option) -> list[tuple[object, ...]]:
    """Net cost for each more child placed; and of a prevention service, whom it reaches and whom it must prevent."""
    more = np.array([
        _mean_of(after, "children_placed_per_year") - _mean_of(before, "children_placed_per_year")
        for before, after in zip(case.before, option.years, strict=True)
    ])  # fmt: skip
    yearly = np.array([-millions(one.net, case.factors) for one in option.flows]) / case.factors.sum() * 1000
    found = level(Parts((("each", "all", "all"),), yearly[:, None], more[:, None]))
    value, half = float(found.value[0]), float(found.half_width[0])
    rows: list[tuple[object, ...]] = [(
        option.name, "equivalent annual net cost for each more child placed a year", value, value - half,
        value + half, np.nan, np.nan, np.nan, "GBP thousand")]  # fmt: skip
    if option.scheme.hubs is not None:
        reached = option.scheme.hubs.reached_a_year
        fewer = np.array([
            _mean_of(before, "children_referred_per_year") - _mean_of(after, "children_referred_per_year")
            for before, after in zip(case.before, option.years, strict=True)
        ])  # fmt: skip
        rows.append((option.name, "young people that hubs can reach", reached, reached, reached, np.nan, np.nan,
                     np.nan, "children a year"))  # fmt: skip
        share = 100 * fewer / reached
        rows.append(_row(option, "referrals saved for each hundred reached", share, np.nan, "children"))
    return rows


def _mean_of(one: Yearly, measure: str) -> float:
    row = next(row for row in one.rows if row.measure == measure)
    return row.numerator / row.denominator


def _outcomes(case: Case, option: Option) -> list[tuple[object, ...]]:
    """What changes for children in a year of full use: not in money, and beside it."""
    keys, found = difference(
        gather([one.rows for one in case.before]), gather([one.rows for one in option.years])
    )
    rows: list[tuple[object, ...]] = []
    for at, (name, _, _) in enumerate(keys):
        value, half = float(found.value[at]), float(found.half_width[at])
        words = f"change in {CATALOGUE[name].words}"
        rows.append((option.name, words, value, value - half, value + half, np.nan, np.nan, np.nan,
                     CATALOGUE[name].unit))  # fmt: skip
    return rows


def cash_table(case: Case) -> pd.DataFrame:
    """Option x year x payer: what each pays beyond doing nothing; real, and in cash of the day with borrowing.

    Payers whom an option never moves by a pound are left out.
    """
    import pandas as pd

    frames = []
    for option in case.options:
        real = np.stack([one.by_payer for one in option.flows])
        cash = np.stack([case.cash(one) for one in option.flows])
        worst = option.worst.by_payer
        moved = np.flatnonzero((abs(real) > 1).any(axis=(0, 1)) | (abs(worst) > 1).any(axis=0))
        half = _half(real)
        years = real.shape[1]
        frames.append(
            pd.DataFrame(
                {
                    "option": option.name,
                    "year": np.repeat(case.money.base_year + np.arange(years), len(moved)),
                    "payer_kind": [case.payers[at][0] for at in moved] * years,
                    "payer": [case.payers[at][1] for at in moved] * years,
                    "gbp": real.mean(axis=0)[:, moved].ravel().round(2),
                    "lower_95": (real.mean(axis=0) - half)[:, moved].ravel().round(2),
                    "upper_95": (real.mean(axis=0) + half)[:, moved].ravel().round(2),
                    "cash_gbp": cash.mean(axis=0)[:, moved].ravel().round(2),
                    "worst_case_gbp": worst[:, moved].ravel().round(2),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _half(each: Floats) -> Floats:
    """Half widths of the 95% interval of means over the first axis."""
    n = len(each)
    if n < 2:
        return np.full(each.shape[1:], np.nan)
    return np.asarray(t_quantile(0.975, n - 1) * each.std(axis=0, ddof=1) / np.sqrt(n))


def yearly_table(case: Case) -> pd.DataFrame:
    """Option x year: capital, running, saved and net with its interval, discounted too."""
    import pandas as pd

    frames = []
    for option in case.options:
        parts = {name: np.stack([getattr(one, name) for one in option.flows]) for name in
                 ("capital", "running", "saved", "net")}  # fmt: skip
        net = parts["net"].mean(axis=0)
        half = _half(parts["net"])
        total = np.cumsum(parts["net"], axis=1)
        frames.append(
            pd.DataFrame(
                {
                    "option": option.name,
                    "year": case.money.base_year + np.arange(len(net)),
                    "discount_factor": case.factors.round(6),
                    **{name: each.mean(axis=0).round(2) for name, each in parts.items()},
                    "net_lower_95": (net - half).round(2),
                    "net_upper_95": (net + half).round(2),
                    "net_discounted": (net * case.factors).round(2),
                    "cumulative": total.mean(axis=0).round(2),
                    "cumulative_centile_5": np.percentile(total, 5, axis=0).round(2),
                    "cumulative_centile_95": np.percentile(total, 95, axis=0).round(2),
                    "worst_case_cumulative": np.cumsum(option.worst.net).round(2),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def reserves_table(case: Case) -> pd.DataFrame:
    """Option x owner with reserves: the lowest they come to, when, and how often they run out."""
    import pandas as pd

    rows = []
    for option in case.options:
        for name, millions in option.scheme.reserves.items():
            at = case.payers.index(("placing authority", name))
            paths = np.stack([millions - np.cumsum(case.cash(one)[:, at]) / MILLION for one in option.flows])
            worst = millions - np.cumsum(case.cash(option.worst)[:, at]) / MILLION
            lowest = paths.min(axis=1)
            rows.append((option.name, name, float(option.shares[at]), millions, float(lowest.mean()),
                         _centile(lowest, 5), case.money.base_year + int(paths.mean(axis=0).argmin()),
                         float((lowest < 0).mean()), float(worst.min())))  # fmt: skip
    columns = ["option", "owner", "share", "reserves", "lowest_mean", "lowest_centile_5", "lowest_year",
               "share_of_replications_below_zero", "lowest_worst_case"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
