"""The register of assumptions, read beside a scenario: what each value is, and how good its evidence is."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.scenario.scenario import Scenario
from sim.scenario.sources import config_folders, find

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["key", "title", "unit", "value", "low", "high", "note"]


def red_assumptions(scenario: Scenario) -> pd.DataFrame:
    """Assumptions without a published figure that this scenario uses: key, title, unit, value, low, high, note.

    A row of the register may stand for several values; they are then given as a range.
    """
    import pandas as pd

    leaves = list(_leaves(scenario.model_dump(mode="json")))
    rows = []
    for row in _rows():
        if row["quality"] != "red":
            continue
        pattern = re.compile(re.escape(row["key"]).replace(r"\*", r"[^.]+") + r"\Z")
        values = [value for path, value in leaves if pattern.match(path)]
        if values:
            rows.append(
                [row["key"], row["title"], row["unit"], _shown(values), row["low"], row["high"], row["note"]]
            )
    return pd.DataFrame(rows, columns=COLUMNS)


def shown_values(scenario: Scenario) -> dict[str, str]:
    """Register key -> what the scenario has there, as text; rows that it does not use are left out."""
    leaves = list(_leaves(scenario.model_dump(mode="json", by_alias=True)))
    found = {}
    for row in _rows():
        pattern = re.compile(re.escape(row["key"]).replace(r"\*", r"[^.]+") + r"\Z")
        values = [value for path, value in leaves if value is not None and pattern.match(path)]
        if values:
            found[row["key"]] = _shown(values)
    return found


def _rows() -> list[dict[str, str]]:
    path = find(config_folders(None), "register.csv")
    if path is None:
        return []
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _leaves(part, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for at, part in enumerate(value):
            yield from _leaves(part, f"{path}.{at}")
    else:
        yield path, value


def _shown(values: list[Any]) -> str:
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if numbers and len(numbers) == len(values):
        low, high = min(numbers), max(numbers)
        return f"{low:g}" if low == high else f"{low:g} to {high:g}"
    return ", ".join(dict.fromkeys(str(value) for value in values))
