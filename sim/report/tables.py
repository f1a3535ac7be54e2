"""The tables of the page: rows of text with a caption, ready to be marked up."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from sim.report import words
from sim.report.findings import Estimate, Findings, Row, records
from sim.report.numbers import MINUS, NOT_APPLICABLE, interval, number, precision, unit_words


@dataclass(frozen=True)
class Table:
    """A caption, the heads of the columns and rows of text; the first `headers` columns head their rows."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    headers: int = 1

    @property
    def groups(self) -> list[tuple[str, list[tuple[str, ...]]]]:
        """Rows that share their first head, under it; with one head a row, all rows under no head."""
        if self.headers < 2:
            return [("", list(self.rows))]
        return [(head, list(rows)) for head, rows in groupby(self.rows, key=itemgetter(0))]


def from_frame(caption: str, frame: pd.DataFrame) -> Table:
    """A frame of text as a table."""
    rows = tuple(tuple(str(cell) for cell in row) for row in frame.itertuples(index=False))
    return Table(caption, tuple(map(str, frame.columns)), rows)


def primary(findings: Findings) -> Table:
    """Paired differences of the primary measures, with the interval that their sentences use."""
    columns = (
        "Measure",
        "Scenario",
        "Unit",
        "Difference",
        "95% interval",
        "Adjusted interval",
        "Difference shown?",
    )
    rows = tuple(
        (
            words.first_upper(findings.name(measure)) + findings.note(measure),
            findings.titled(scenario),
            unit_words(each.unit, difference=True),
            number(each.value, each.unit, True, precision(each.low, each.high, each.unit)),
            _range(each.low, each.high, each.unit),
            _range(each.low_adjusted, each.high_adjusted, each.unit),
            _verdict(each),
        )
        for measure in findings.primary
        for scenario in findings.compared
        if (each := findings.difference(scenario, measure)) is not None
    )
    base = words.in_sentence(findings.titled(findings.baseline))
    return Table(f"Main measures: difference from {base}", columns, rows, headers=2)


def others(findings: Findings) -> Table:
    """Paired differences of every other measure that moves in some scenario, over all children."""
    rows = [row for row in _other_rows(findings) if not _still(findings, row)]
    base = words.in_sentence(findings.titled(findings.baseline))
    return _wide(findings, f"Other measures: difference from {base} (95% interval)", rows, differences=True)


def unmoved(findings: Findings) -> Table:
    """The other measures that are the same in every replication of every scenario: all of their cells are nought."""
    rows = [row for row in _other_rows(findings) if _still(findings, row)]
    return _wide(findings, "Other measures that no scenario moves (95% interval)", rows, differences=True)


def _other_rows(findings: Findings) -> list[tuple[str, str, str]]:
    return [row for row in _whole_rows(findings) if row[0] not in findings.primary]


def _still(findings: Findings, row: tuple[str, str, str]) -> bool:
    found = [findings.difference(scenario, *row) for scenario in findings.compared]
    return all(each is not None and each.value == each.low == each.high == 0.0 for each in found)


def levels(findings: Findings) -> Table:
    """Every measure under every scenario, over all children."""
    return _wide(findings, "Each measure under each scenario (95% interval)", _whole_rows(findings), False)


def chosen(findings: Findings, caption: str, measures: Sequence[str], differences: bool = False) -> Table:
    """Some measures under every scenario, over all children, in the order in which they are given."""
    rows = [(measure, "all", "all") for measure in measures if (measure, "all", "all") in findings.rows]
    return _wide(findings, f"{caption} (95% interval)", rows, differences)


def breakdown(findings: Findings, group: str) -> Table | None:
    """Paired differences of the primary measures within one group; None if there are none."""
    rows = [row for row in findings.rows if row[0] in findings.primary and row[1] == group]
    if not rows:
        return None
    base = words.in_sentence(findings.titled(findings.baseline))
    name = words.GROUPS[group].lower()
    columns = ("Measure", words.GROUPS[group], "Unit", *map(findings.titled, findings.compared))
    cells = tuple(
        (
            words.first_upper(findings.name(measure)),
            words.level_name(group, level),
            *_cells(findings, (measure, group, level), differences=True),
        )
        for measure, _, level in rows
    )
    return Table(f"Main measures by {name}: difference from {base} (95% interval)", columns, cells, headers=2)


def loads(findings: Findings) -> Table | None:
    """Load ratio by scenario and purpose, with its state; None if none was worked out."""
    rows = records(findings.loads)
    if not rows:
        return None
    found = {(str(row["scenario"]), str(row["purpose"])): row for row in rows}
    purposes = tuple(dict.fromkeys(purpose for _, purpose in found))
    scenarios = [each for each in findings.titles if any(key[0] == each for key in found)]
    cells = tuple(
        (findings.titled(each), *(_load(found.get((each, purpose))) for purpose in purposes))
        for each in scenarios
    )
    columns = ("Scenario", *(words.first_upper(words.plain(purpose)) for purpose in purposes))
    return Table("Load ratio by kind of place", columns, cells)


def red(findings: Findings) -> Table | None:
    """The red assumptions with their ranges; None if there are none."""
    rows = records(findings.red)
    cells = tuple(
        (
            str(row["title"]),
            *(_setting(row[column]) for column in ("value", "low", "high")),
            _setting(row["unit"]),
            _setting(row["note"]),
            str(row["key"]),
        )
        for row in rows
    )
    columns = ("Assumption", "Value", "Low end", "High end", "Unit", "Note", "Setting")
    return Table("Red assumptions: numbers that nobody has published", columns, cells) if rows else None


def checks(findings: Findings) -> Table | None:
    """The checks that were made on the runs; None if none was."""
    rows = (*flat(findings.identity), *_missing(findings))
    return Table("Checks on the runs", ("Check", "Result"), rows) if rows else None


def exactness(findings: Findings) -> Table | None:
    """How many replications stand behind each main difference, and how sure it is; None without any."""
    rows = tuple(
        (
            words.first_upper(findings.name(measure)),
            findings.titled(scenario),
            str(each.replications),
            _half(each),
            unit_words(each.unit, difference=True),
        )
        for measure in findings.primary
        for scenario in findings.compared
        if (each := findings.difference(scenario, measure)) is not None
    )
    columns = ("Measure", "Scenario", "Replications", "Give or take (95%)", "Unit")
    return Table("How exact the main differences are", columns, rows, headers=2) if rows else None


def provenance(findings: Findings) -> Table | None:
    """Where the results came from, but for the command; None if nothing is known."""
    known = {key: value for key, value in findings.manifest.items() if key != "command"}
    rows = tuple(flat(known))
    return Table("How these results were made", ("What", "Value"), rows) if rows else None


def flat(tree: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """A nested mapping as (name, text) pairs: {'versions': {'numpy': '2'}} gives ('Versions: numpy', '2')."""
    for key, value in tree.items():
        name = f"{before}: {words.plain(str(key))}" if before else words.first_upper(words.plain(str(key)))
        if isinstance(value, Mapping):
            yield from flat(value, name)
        elif isinstance(value, list | tuple):
            yield name, ", ".join(map(_setting, value))
        else:
            yield name, _setting(value)


def _whole_rows(findings: Findings) -> list[tuple[str, str, str]]:
    """Rows over all children: no breakdown by who the child is."""
    return [row for row in findings.rows if row[1] not in words.GROUPS]


def _wide(findings: Findings, caption: str, rows: list[tuple[str, str, str]], differences: bool) -> Table:
    scenarios = findings.compared if differences else tuple(findings.titles)
    columns = ("Measure", "Unit", *map(findings.titled, scenarios))
    cells = tuple((_row_name(findings, row), *_cells(findings, row, differences)) for row in rows)
    return Table(caption, columns, cells)


def _cells(findings: Findings, row: tuple[str, str, str], differences: bool) -> tuple[str, ...]:
    """The unit, then a number with its interval for each scenario."""
    measure, group, level = row
    find = findings.difference if differences else findings.value
    scenarios = findings.compared if differences else tuple(findings.titles)
    found = [find(scenario, measure, group, level) for scenario in scenarios]
    unit = next((each.unit for each in found if each is not None), "")
    texts = (
        interval(each.value, each.low, each.high, each.unit, signed=differences) if each else NOT_APPLICABLE
        for each in found
    )
    return unit_words(unit, differences), *texts


def _row_name(findings: Findings, row: tuple[str, str, str]) -> str:
    measure, group, level = row
    name = words.first_upper(findings.name(measure)) + findings.note(measure)
    return name if group == "all" else f"{name}: {_level(group, level)}"


def _level(group: str, level: str) -> str:
    """A level inside a row's name; the names of regions, nations and homes keep their capitals."""
    name = words.level_name(group, level)
    return name if group in words.OF_NAMES else words.first_lower(name)


def _verdict(each: Estimate) -> str:
    if not each.shown:
        return "no" if each.judged else "cannot tell"
    return "yes, among all" if each.among_all else "yes"


def _range(low: float, high: float, unit: str) -> str:
    if not (math.isfinite(low) and math.isfinite(high)):
        return NOT_APPLICABLE
    places = precision(low, high, unit)
    return f"{number(low, unit, True, places)} to {number(high, unit, True, places)}"


def _missing(findings: Findings) -> Iterator[tuple[str, str]]:
    """How many values of the main measures could not be worked out, over all replications."""
    if len(findings.measures):
        main = findings.measures[findings.measures["measure"].isin(findings.primary)]
        count = int(main["value"].isna().sum())
        yield "Main measures that could not be worked out", f"{count:,} of {len(main):,}"


def _half(each: Estimate) -> str:
    half = (each.high - each.low) / 2
    return number(half, each.unit, places=precision(-half, half, each.unit))


def _load(row: Row | None) -> str:
    if row is None:
        return NOT_APPLICABLE
    ratio = number(float(row["load_ratio"]), "load ratio")
    state = row["state"] if isinstance(row["state"], str) else ""
    return f"{ratio}, {state}" if state else ratio


def _setting(value: object) -> str:
    """A setting of any kind: words stay words, numbers lose no figures that matter."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        if not math.isfinite(value):
            return NOT_APPLICABLE
        return (
            f"{value:,}"
            if isinstance(value, int) and abs(value) >= 10_000
            else f"{value:g}".replace("-", MINUS)
        )
    return "none" if value is None or value == "" else str(value)
