"""Pieces of the pages about capacity: a design or a difference as text, as a line, as a row of dots."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from sim.report.answer_page import cell, scaled, with_unit
from sim.report.figures.frontier import Dots, Line
from sim.report.numbers import signed, unit_words
from sim.report.words import first_upper
from sim.study.capacity.goals import KNOWN

ENDS = ("lower_95", "upper_95")


def needed_words(one: object) -> str:
    row = vars(one) if not hasattr(one, "_asdict") else one._asdict()
    if row["outside"]:
        return str(row["outside"])
    value, low, high = (float(row[name]) for name in ("places_needed", "lower_95", "upper_95"))
    return f"{value:+.0f}" + (
        f" ({low:+.0f} to {high:+.0f})" if math.isfinite(low) else " (interval not known)"
    )


def late_words(days: int, ramp_up_days: int) -> str:
    late = "on time" if not days else f"{days} days late"
    return f"{late}, filling over {ramp_up_days} days" if ramp_up_days else late


def line_of(title: str, rows: pd.DataFrame, along: str, unit: str, column: str = "value") -> Line:
    ends = ENDS if column == "value" else tuple(f"{column}_{end}" for end in ENDS)
    columns = [[scaled(one, unit) for one in rows[name]] for name in (column, *ends)]
    return Line(title, rows[along].tolist(), *columns)


def forest_of(rows: pd.DataFrame, measure: str, row: str, by: str) -> Dots:
    unit = str(rows["unit"].iloc[0])
    series = {}
    for name, own in rows.groupby(by, sort=False):
        columns = [
            [scaled(one, unit) for one in own[column]]
            for column in ("difference", *(f"difference_{e}" for e in ENDS))
        ]
        series[str(name)] = (columns[0], columns[1], columns[2])
    labels = [str(one) for one in dict.fromkeys(rows[row])]
    return Dots(
        first_upper(KNOWN[measure].words), f"Difference, {unit_words(unit, difference=True)}", labels, series
    )


def change_of(row: pd.Series) -> str:
    return signed(row["difference"], row["unit"], row["difference_lower_95"], row["difference_upper_95"])


def as_text(frame: pd.DataFrame, keys: Sequence[str], column: str = "value") -> pd.DataFrame:
    ends = ENDS if column == "value" else tuple(f"{column}_{end}" for end in ENDS)
    rows = []
    for _, one in frame.iterrows():
        row = {first_upper(key.replace("_", " ")): str(one[key]) for key in keys}
        row["Measure"] = first_upper(KNOWN[one["measure"]].words)
        row["Unit"] = unit_words(one["unit"], difference=column != "value")
        row["Value (95% interval)"] = cell(
            one[column], one[ends[0]], one[ends[1]], one["unit"], column != "value"
        )
        rows.append(row)
    return pd.DataFrame(rows)


def as_wide(frame: pd.DataFrame, keys: Sequence[str], measures: Sequence[str]) -> pd.DataFrame:
    """A row for each design, a column for each measure: level, then difference."""
    rows = []
    for labels, group in frame.groupby(list(keys), sort=False):
        row = {
            first_upper(key.replace("_", " ")): str(value) for key, value in zip(keys, labels, strict=True)
        }
        for measure in measures:
            one = group[group["measure"] == measure].iloc[0]
            row[with_unit(KNOWN[measure].words, one["unit"])] = cell(
                one["value"], one["lower_95"], one["upper_95"], one["unit"]
            )
            apart = (
                ""
                if pd.isna(one.get("difference", math.nan))
                else cell(
                    one["difference"],
                    one["difference_lower_95"],
                    one["difference_upper_95"],
                    one["unit"],
                    True,
                )
            )
            row[f"Difference in {KNOWN[measure].words}"] = apart or "not applicable"
        rows.append(row)
    return pd.DataFrame(rows)


def free_sentences(free: pd.DataFrame, measure: str) -> list[str]:
    said = []
    for rule, rows in free[free["measure"] == measure].groupby("rule", sort=False) if len(free) else ():
        best = rows.loc[rows["by_places"].abs().idxmax()]
        share, low, high = (best[f"free_share{end}"] for end in ("", "_lower_95", "_upper_95"))
        said.append(
            f"{rule}: without a place it gives {cell(share, low, high, 'share')} per cent of what the places gain at "
            f"{best['site']} under the first rule, in {KNOWN[measure].words}."
        )
    return said


def free_text(free: pd.DataFrame) -> pd.DataFrame:
    def of(one: pd.Series, name: str, unit: str, plus: bool = True) -> str:
        return cell(one[name], one[f"{name}_lower_95"], one[f"{name}_upper_95"], unit, plus)

    return pd.DataFrame(
        [
            {
                "Site": one["site"],
                "Rule": one["rule"],
                "Measure": first_upper(KNOWN[one["measure"]].words),
                "Unit": unit_words(one["unit"], difference=True),
                "By the places": of(one, "by_places", one["unit"]),
                "By the rule": of(one, "by_rule", one["unit"]),
                "Share given free (per cent)": of(one, "free_share", "share", False),
            }
            for _, one in free.iterrows()
        ]
    )
