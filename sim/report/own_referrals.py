"""Your own referrals under each rule, as a table for the page and lines for the terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.report import words
from sim.report.numbers import NOT_APPLICABLE, interval, number, unit_words
from sim.report.tables import Table

if TYPE_CHECKING:
    import pandas as pd

NAMES = {
    "placed": "Placed in a secure children's home",
    "scotland": "Placed in Scotland",
    "unregistered": "Taken to an unregistered setting",
    "open": "Still open",
    "placed_within_28_days": "Placed within 28 days",
    "days_waiting_90": "Days on the list in the first 90, mean",
}
NOT_KNOWN = "not known"


def title(frame: pd.DataFrame) -> str:
    """The heading: how many referrals, under one rule or each."""
    count = int(frame["referrals"].iloc[0])
    who = f"Your {count:,} referrals" if count > 1 else "Your 1 referral"
    return f"{who} under {'each' if frame['scenario'].nunique() > 1 else 'this'} rule"


def own_table(frame: pd.DataFrame, titles: Mapping[str, str]) -> Table | None:
    """A row for each measure and scenario: observed, modelled, difference from the baseline; None if empty."""
    if not len(frame):
        return None
    compared = frame["scenario"].nunique() > 1
    rows = tuple(
        (
            NAMES[row["measure"]],
            titles.get(row["scenario"], row["scenario"]),
            unit_words(row["unit"]),
            _observed(row),
            _modelled(row),
            *([_gap(row) or NOT_APPLICABLE] if compared else []),
        )
        for row in frame.to_dict("records")
    )
    columns = ["What", "Scenario", "Unit", "Observed", "Modelled (95% interval of the mean)"]
    if compared:
        columns.append(f"Difference from {words.in_sentence(_base(frame, titles))}")
    return Table(title(frame), tuple(columns), rows, headers=2)


def own_lines(frame: pd.DataFrame, titles: Mapping[str, str]) -> list[str]:
    """How many are placed under each scenario, in a line each, the observed number first; nothing if empty."""
    if not len(frame):
        return []
    rows = frame[frame["measure"] == "placed"].to_dict("records")
    lines = [f"{title(frame)}: children placed (95% interval of the mean)", ""]
    lines.append(f"  {'Observed':<44} {_observed(rows[0]):>22}")
    for row in rows:
        name = titles.get(row["scenario"], row["scenario"])[:44]
        gap = "" if math.isnan(row["difference"]) else f"{_gap(row):>26}"
        lines.append(f"  {name:<44} {_modelled(row):>22}{gap}")
    if len(rows) > 1:
        lines.append(f"  The last column is the difference from {words.in_sentence(_base(frame, titles))}.")
    return lines


def _base(frame: pd.DataFrame, titles: Mapping[str, str]) -> str:
    first = str(frame["scenario"].iloc[0])
    return titles.get(first, first)


def _observed(row: Mapping[str, Any]) -> str:
    value = row["observed"]
    if isinstance(value, str):
        return "[c]"
    return NOT_KNOWN if value is None or math.isnan(value) else number(value, row["unit"])


def _modelled(row: Mapping[str, Any]) -> str:
    return interval(row["value"], row["lower_95"], row["upper_95"], row["unit"])


def _gap(row: Mapping[str, Any]) -> str:
    if row["difference"] is None or math.isnan(row["difference"]):
        return ""
    low, high = row["difference_lower_95"], row["difference_upper_95"]
    return interval(row["difference"], low, high, row["unit"], signed=True)
