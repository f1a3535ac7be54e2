"""Small counts are taken out: what rests on fewer children than a threshold is not shown in any published table.

Where one level of a group alone is taken out, the next smallest goes too, or it could be worked out from the rest.
A measure of places, staff or money says nothing of single children and stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sim.outcomes.catalogue import CATALOGUE

if TYPE_CHECKING:
    import pandas as pd

MARK = "c"
"""What stands in the place of a number that is not shown: 'c' for confidential, as in official tables."""

COUNTS = ("children a year", "children", "placements a year", "orders a year")
OF_PLACES = frozenset(
    {
        *("occupancy_approved", "occupancy_available", "occupancy_staffed", "available_over_approved"),
        *("staffed_over_approved", "contracted_places_used", "places_mean", "void_days_per_year"),
        *("declared_beds_mean", "days_without_declared_bed", "beyond_staff_days_per_year"),
        *("placement_cost_per_year", "fallback_cost_per_year", "justice_contract_cost_per_year"),
        *("load_ratio", "list_slope_per_year", "children_waiting_p90"),
    }
)
Keys = set[tuple[str, str, str]]
KEY = ("measure", "group", "level")
NUMBERS = frozenset({"value", "difference", "lower_95", "upper_95", "lower_adjusted", "upper_adjusted", "numerator",
                     "denominator", "difference_lower_95", "difference_upper_95"})  # fmt: skip


def small_keys(ratio_parts: pd.DataFrame, threshold: int) -> Keys:
    """(measure, group, level) of all that rests on 1 to `threshold` - 1 children in some scenario, on average."""
    if threshold <= 1:
        return set()
    means = ratio_parts.groupby(["scenario", *KEY], sort=False, observed=True)[
        ["numerator", "denominator"]
    ].mean()
    small: Keys = set()
    for scenario in dict.fromkeys(means.index.get_level_values("scenario")):
        rows = means.loc[scenario]
        pairs = zip(rows["numerator"].tolist(), rows["denominator"].tolist(), strict=True)
        counts = {key: _children(key[0], *pair) for key, pair in zip(rows.index, pairs, strict=True)}
        found = {key for key, count in counts.items() if count is not None and 0 < count < threshold}
        small |= found | _beside(found, counts)
    return small


def _children(measure: str, numerator: float, denominator: float) -> float | None:
    """How many children a value rests on; None where it is not about children."""
    unit = CATALOGUE[measure].unit
    if measure in OF_PLACES:
        return None
    if unit == "children":
        return numerator / denominator if denominator else 0.0
    if unit in COUNTS or unit.endswith("days a year"):
        return numerator if unit in COUNTS else None
    return min(denominator, numerator) if unit == "share" and numerator else denominator


def _beside(found: Keys, counts: dict[tuple[str, str, str], float | None]) -> Keys:
    """The next smallest level of each group of which a single level is taken out."""
    more = set()
    for measure, group in {key[:2] for key in found if key[1] != "all"}:
        levels = {key: count for key, count in counts.items() if key[:2] == (measure, group) and count}
        gone = [key for key in levels if key in found]
        left = {key: count for key, count in levels.items() if key not in found and count is not None}
        if len(gone) == 1 and left:
            more.add(min(left, key=lambda key: left[key]))
    return more


def suppressed(frame: pd.DataFrame, small: Keys) -> pd.DataFrame:
    """The table with NaN in every number of a key that is small."""
    if not small or not len(frame):
        return frame
    if "level" in frame:
        gone = [key in small for key in zip(*(frame[name] for name in KEY), strict=True)]
    else:  # a summary over the levels of a group, any one of which may be small
        groups = {key[:2] for key in small}
        gone = [key in groups for key in zip(frame["measure"], frame["group"], strict=True)]
    kept = frame.copy()
    for name in NUMBERS & set(kept.columns):
        kept.loc[gone, name] = float("nan")
    return kept


def marked(frame: pd.DataFrame, small: Keys) -> pd.DataFrame:
    """The same with the mark in the place of a number, for a file that people read."""
    if not small or not len(frame):
        return frame
    hidden = suppressed(frame, small)
    told = hidden.astype(dict.fromkeys(_numbers(hidden.columns), object))
    for name in _numbers(told.columns):
        told.loc[hidden[name].isna() & frame[name].notna(), name] = MARK
    return told


def without_few(
    frame: pd.DataFrame,
    children: pd.Series,
    columns: Sequence[str],
    threshold: int,
    within: Sequence[str] = (),
) -> pd.DataFrame:
    """The table with the mark in `columns` of every row that rests on 1 to `threshold` - 1 children.

    `within` names what a total may be known of: where one row of it alone is marked, the next smallest is too.
    """
    if threshold <= 1 or not len(frame):
        return frame
    few = (children > 0) & (children < threshold)
    if within:
        groups = [frame[name].astype(str) for name in within]
        for _, rows in few.groupby(groups):
            others = children[rows.index][~rows & (children[rows.index] > 0)]
            if rows.sum() == 1 and len(others):
                few[others.idxmin()] = True
    return with_mark(frame, few, columns)


def with_mark(frame: pd.DataFrame, hidden: pd.Series, columns: Sequence[str]) -> pd.DataFrame:
    """The table with the mark in `columns` of the hidden rows."""
    if not hidden.any():
        return frame
    kept = frame.astype(dict.fromkeys(columns, object))
    kept.loc[hidden, list(columns)] = MARK
    return kept


def _numbers(columns: Iterable[str]) -> list[str]:
    return [name for name in columns if name in NUMBERS]


def suppressed_observed(frame: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """Observed against modelled, without what was observed of 1 to `threshold` - 1 children."""
    if threshold <= 1 or not len(frame):
        return frame
    kept = frame.copy()
    small = (kept["children"] > 0) & (kept["children"] < threshold)
    for measure in kept.loc[small, "measure"].unique():
        levels = kept[(kept["measure"] == measure) & (kept["children"] > 0)]
        if (small & (kept["measure"] == measure)).sum() == 1 and len(levels) > 1:
            others = levels.loc[~small[levels.index], "children"]
            small[others.idxmin()] = True
    for name in ("observed", "children"):
        kept[name] = kept[name].astype(object)
        kept.loc[small, name] = MARK
    kept.loc[small, "inside"] = ""
    return kept
