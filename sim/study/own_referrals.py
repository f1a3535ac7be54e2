"""The children of a referral return under each rule: how many are placed, how soon, and what else comes of them.

The same replications of the same children under every scenario, so that differences are paired. A count is of the
children of the return alone, whoever else is referred.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.outcomes.suppression import MARK, NUMBERS
from sim.scenario.scenario import Scenario
from sim.study.estimate import Floats, half_width
from sim.study.observed import Key, Played, observed_outcomes
from sim.study.trace import Trace

if TYPE_CHECKING:
    import pandas as pd

OWN = ["measure", "unit", "observed", "children", "scenario", "value", "lower_95", "upper_95", "difference",
       "difference_lower_95", "difference_upper_95", "replications", "referrals"]  # fmt: skip


class _Asked(NamedTuple):
    """A measure of `sim.study.observed`; `counted`: a share that is told as a number of children."""

    name: str
    key: Key
    counted: bool


MEASURES = (
    _Asked("placed", Key("outcome_share", "placed", "share"), True),
    _Asked("scotland", Key("outcome_share", "scotland", "share"), True),
    _Asked("unregistered", Key("outcome_share", "unregistered", "share"), True),
    _Asked("open", Key("outcome_share", "open", "share"), True),
    _Asked("placed_within_28_days", Key("placed_within_28_days", "all", "share"), False),
    _Asked("days_waiting_90", Key("days_waiting_90", "all", "days"), False),
)


def own_referrals(
    scenarios: Mapping[str, Scenario], baseline: str, trace: Trace, played: Played
) -> pd.DataFrame:
    """Columns as in OWN, a row for each measure and scenario, the baseline first; no rows without referrals.

    value        mean over the replications, with the 95% interval of that mean; children, share or days
    difference   from the baseline, paired by replication
    observed     what was seen; NaN where the returns do not say. `children` stand behind it
    """
    import pandas as pd

    number = _within(scenarios[baseline], trace)
    if not number:
        return pd.DataFrame(columns=OWN)
    seen = observed_outcomes(scenarios[baseline], trace.returns)
    rows = []
    for name, key, counted in MEASURES:
        times = number if counted else 1
        observed, children = seen.get(key, (np.nan, 0))
        unit = "children" if counted else key.unit
        values = {
            scenario: times * np.array([each.get(key, np.nan) for each in played[scenario]])
            for scenario in (baseline, *(other for other in scenarios if other != baseline))
        }
        for scenario, value in values.items():
            gap = value - values[baseline] if scenario != baseline else np.full(len(value), np.nan)
            level = _within_bounds(_spread(value), unit, number)
            told = float(children) if counted and key in seen else observed  # of those whose outcome is known
            rows.append((name, unit, told, children, scenario, *level, *_spread(gap),
                         len(value), number))  # fmt: skip
    return pd.DataFrame(rows, columns=OWN)


def suppressed_own(frame: pd.DataFrame, seen: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """Without what `seen` (observed, suppressed) does not show, and without modelled numbers of few children."""
    if threshold <= 1 or not len(frame):
        return frame
    hidden = {
        key[:2]
        for key in zip(seen["measure"], seen["level"], seen["observed"], strict=True)
        if key[2] == MARK
    }
    kept = frame.copy()
    gone = kept["measure"].isin([asked.name for asked in MEASURES if asked.key[:2] in hidden])
    for name in ("observed", "children"):
        kept[name] = kept[name].astype(object)
        kept.loc[gone, name] = MARK
    few = (kept["unit"] == "children") & (kept["value"] > 0) & (kept["value"] < threshold)
    few = kept["measure"].isin(kept.loc[few, "measure"])  # a difference would give the other away
    kept.loc[few, sorted(NUMBERS & set(kept.columns))] = np.nan
    return kept


def _within_bounds(found: tuple[float, float, float], unit: str, number: int) -> tuple[float, float, float]:
    """The interval cut to what can be: no fewer than none, no more than all of the children, or of 90 days."""
    most = {"children": float(number), "share": 1.0}.get(unit, 90.0)
    value, low, high = found
    return value, float(np.maximum(low, 0.0)), float(np.minimum(high, most))


def _within(scenario: Scenario, trace: Trace) -> int:
    days = [scenario.run.day(row.referred_on) for row in trace.returns.referrals]
    return sum(0 <= day < scenario.run.horizon_days for day in days)


def _spread(values: Floats) -> tuple[float, float, float]:
    """Mean with its 95% interval."""
    if np.isnan(values).any() or not len(values):
        return (np.nan,) * 3
    mean, half = float(values.mean()), half_width(values)
    return mean, mean - half, mean + half
