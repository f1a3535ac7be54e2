"""The assumptions log: every row of the register with value, range, distribution, quality, impact and sign-off."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.scenario.scenario import Scenario
from sim.scenario.sources import config_folders, find
from sim.scenario.unknowns import REGISTER, read_unknowns, rows_of
from sim.study.register import shown_values

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["key", "title", "unit", "value", "low", "high", "distribution", "source", "date", "quality", "impact",
           "move", "standard_error", "sure", "impact_note", "calibrated", "owner", "assurer", "signed_off",
           "peer_review", "expert_review", "note"]  # fmt: skip
BY_DEPARTMENT = ("owner", "assurer", "signed_off", "peer_review", "expert_review")
NOT_DONE = "not done"
IMPACT, IDENTIFIED = "calibration/impact.csv", "calibration/identifiability.csv"


def assumptions(scenario: Scenario) -> pd.DataFrame:
    """Every row of the register that this scenario uses, in the order of the register.

    Marks of impact are those of the last `placesim impact`; a row that it did not move says why in `impact_note`.
    """
    import pandas as pd

    impact = {row["key"]: row for row in _stored(IMPACT)}
    known = {one.key: one.name for one in read_unknowns()}
    verdicts = {row["parameter"]: row["verdict"] for row in _stored(IDENTIFIED)}
    values = shown_values(scenario)
    rows = []
    for row in rows_of(REGISTER):
        if row["key"] not in values:
            continue
        moved = impact.get(row["key"], {})
        name = known.get(row["key"], "")
        rows.append(
            {
                **{key: row.get(key, "") for key in COLUMNS},
                "value": values[row["key"]],
                "distribution": row["distribution"] or distribution(row),
                "impact": moved.get("impact", "") or "not known",
                "move": moved.get("move", ""),
                "standard_error": moved.get("standard_error", ""),
                "sure": {"True": "yes", "False": "no"}.get(moved.get("sure", ""), ""),
                "impact_note": moved.get("reason", "") or ("" if moved.get("impact") else _why_not(row)),
                "calibrated": verdicts.get(name, "yes" if name else ""),
                **{key: row.get(key, "") or NOT_DONE for key in BY_DEPARTMENT},
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def distribution(row: Mapping[str, str]) -> str:
    """How a value is drawn where it is uncertain, if the register does not say: even over its range."""
    if not (row["low"] and row["high"]):
        return "fixed"
    if re.fullmatch(r"-?\d+(\.\d+)?", row["low"]):
        return "fixed" if row["low"] == row["high"] else f"even from {row['low']} to {row['high']}"
    if row["unit"] == "date":
        return f"a day from {row['low']} to {row['high']}"
    choices = [choice for end in (row["low"], row["high"]) for choice in end.split(";")]
    return "one of " + ", ".join(dict.fromkeys(choices))


def _why_not(row: Mapping[str, str]) -> str:
    if row["unit"] in ("choice", "date"):
        return f"a {row['unit']}: compared as scenarios, not moved over a range"
    if not (row["low"] and row["high"]):
        return "no range"
    return "not moved yet: placesim impact"


def _stored(name: str) -> list[dict[str, str]]:
    return rows_of(name) if find(config_folders(None), name) else []


def surely_red(table: pd.DataFrame) -> pd.DataFrame:
    """Red in quality and surely red in impact (the whole 90% interval): what stands on the first page."""
    return table[(table["quality"] == "red") & (table["impact"] == "red") & (table["sure"] == "yes")]
