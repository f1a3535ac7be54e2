"""What was observed beside what the model gives, as a table for the page and for the terminal."""

from __future__ import annotations

import math
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from sim.report import words
from sim.report.numbers import interval, number, unit_words
from sim.report.tables import Table
from sim.study.observed import ENOUGH

if TYPE_CHECKING:
    import pandas as pd

NAMES = {
    "outcome_share": "Referrals",
    "placed_within_7_days": "Placed within 7 days",
    "placed_within_28_days": "Placed within 28 days",
    "days_to_placement_median": "Days to placement, median",
    "days_waiting_90": "Days on the list in the first 90, mean",
    "children_waiting_mean": "Children waiting on a mean day",
    "placement_days_mean": "Days of a completed placement, mean",
    "placements": "Children placed in",
    "children_in_home_mean": "Children living in",
}
OUTCOMES = {
    "placed": "placed in a secure children's home", "scotland": "placed in Scotland",
    "unregistered": "taken to an unregistered setting", "open_home": "taken to an open home",
    "hospital": "taken to hospital", "custody": "taken into custody", "withdrawn": "withdrawn",
    "search_ceased": "search ceased", "aged_18": "turned 18", "open": "still open",
}  # fmt: skip
CAPTION = "Observed beside modelled, for the same referrals"


def observed_table(frame: pd.DataFrame) -> Table | None:
    """A row for each measure: observed, modelled with its range, and whether the range holds what was observed."""
    if not len(frame):
        return None
    judged = bool((frame["inside"] != "").any())  # else one sentence says why nothing is
    cells = tuple(
        (
            _named(row),
            unit_words(row["unit"]),
            _observed(row),
            _modelled(row),
            *([_inside(row)] if judged else []),
        )
        for row in frame.to_dict("records")
    )
    columns = ("What", "Unit", "Observed", "Modelled (95% of replications)")
    return Table(CAPTION, (*columns, "Observed within the range?") if judged else columns, cells)


def printed(frame: pd.DataFrame) -> str:
    """The same for the terminal, at most 100 columns wide."""
    lines = ["Observed beside modelled (mean and range of 95% of replications)", ""]
    for row in frame.to_dict("records"):
        said = f"{_named(row)} [{unit_words(row['unit'])}]"
        outside = "  outside" if row["inside"] == "no" else ""
        lines.append(f"  {said[:62]:<62} {_observed(row):>8} {_modelled(row):>24}{outside}")
    if not (frame["inside"] != "").any():
        lines += ["", *(f"  {line}" for line in wrap(agreement(frame), 96))]
    return "\n".join(lines)


def agreement(frame: pd.DataFrame) -> str:
    """How much of what was observed lies within the model's range, in a sentence."""
    judged = frame[frame["inside"] != ""]
    inside = int((judged["inside"] == "yes").sum())
    if not len(judged):
        return (
            "Too few replications were played to say whether what was observed lies within the range of the model: "
            f"at least {ENOUGH} are needed (run.replications={ENOUGH})."
        )
    return (
        f"{inside} of {len(judged)} observed numbers lie within the range of the model. The returns give the "
        "referrals, not what came of them; patience, answers and length of need are drawn."
    )


def _named(row: dict[str, Any]) -> str:
    name, level = NAMES.get(row["measure"], words.plain(row["measure"])), row["level"]
    if level == "all":
        return name
    return f"{name} {OUTCOMES.get(level, level)}"


def _inside(row: dict[str, Any]) -> str:
    return row["inside"] or ("not shown" if isinstance(row["observed"], str) else "cannot tell")


def _observed(row: dict[str, Any]) -> str:
    value = row["observed"]
    return "[c]" if isinstance(value, str) else number(float(value), row["unit"])


def _modelled(row: dict[str, Any]) -> str:
    if not math.isfinite(row["modelled"]):
        return "none"
    return interval(row["modelled"], row["lower"], row["upper"], row["unit"])
