"""A screen for pairs of files to the open-data standard of Explore Education Statistics, from its published guidance.

The authority is the department's own screener. This says what it would refuse, as a list of lines.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

DATA = ("time_period", "time_identifier", "geographic_level", "country_code", "country_name")
META = ("col_name", "col_type", "label", "indicator_grouping", "indicator_unit", "indicator_dp", "filter_hint",
        "filter_grouping_column")  # fmt: skip
PLACES = {
    "National": (),
    "Regional": ("region_code", "region_name"),
    "Local authority": ("region_code", "region_name", "old_la_code", "new_la_code", "la_name"),
}
ALL_PLACES = ("region_code", "region_name", "old_la_code", "new_la_code", "la_name")
CODES = {
    "E92000001": "England", "W92000004": "Wales", "K04000001": "England and Wales", "K03000001": "Great Britain",
    "K02000001": "United Kingdom", "S92000003": "Scotland", "N92000002": "Northern Ireland",
}  # fmt: skip
FOUR_DIGITS = {"Calendar year", "Reporting year"}
SIX_DIGITS = {"Academic year", "Financial year", "Tax year"}
SYMBOLS, UNITS = {"z", "x", "c", "k", "low", "u"}, {"", "£", "£m", "%", "pp", "numberstring"}
NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
Rows = list[dict[str, str]]


def screened(data: Path) -> list[str]:
    """What is wrong with a data file and the meta file beside it; an empty list for nothing."""
    return list(_files(data)) or list(_screened(data))


def _files(data: Path) -> Iterator[str]:
    meta = data.with_name(f"{data.stem}.meta.csv")
    if not re.fullmatch(r"[a-z0-9_-]{1,35}\.csv", data.name):
        yield f"file name {data.name}"
    for file in (data, meta):
        if not file.is_file():
            yield f"no file {file.name}"
            continue
        raw = file.read_bytes()
        if raw.startswith(b"\xef\xbb\xbf"):
            yield f"{file.name}: a byte order mark"
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            yield f"{file.name}: not UTF-8"


def _read(file: Path) -> tuple[list[str], Rows]:
    with open(file, encoding="utf-8", newline="") as opened:
        reader = csv.DictReader(opened)
        rows = list(reader)
        return list(reader.fieldnames or []), rows


def _screened(data: Path) -> Iterator[str]:
    columns, rows = _read(data)
    meta_columns, meta = _read(data.with_name(f"{data.stem}.meta.csv"))
    missing = [name for name in DATA if name not in columns] + [
        name for name in META if name not in meta_columns
    ]
    if missing or not rows:
        yield f"missing {missing}, {len(rows)} rows"
        return
    yield from _names(columns, meta)
    yield from _times(rows)
    yield from _places(columns, rows)
    yield from _cells(rows, meta)
    filters = [row["col_name"] for row in meta if row["col_type"] == "Filter"]
    keys = [tuple(row.get(name, "") for name in (*DATA, *ALL_PLACES, *filters)) for row in rows]
    if len(set(keys)) < len(keys):
        yield "two rows of one time, place and filter"


def _names(columns: list[str], meta: Rows) -> Iterator[str]:
    yield from (f"column name {name}" for name in columns if not re.fullmatch(r"[a-z][a-z0-9_]{0,49}", name))
    told = [row["col_name"] for row in meta]
    groups = {row["filter_grouping_column"] for row in meta} - {""}
    yield from (f"{name} is in the meta file alone" for name in (*told, *groups) if name not in columns)
    known = {*DATA, *ALL_PLACES, *told, *groups}
    yield from (f"{name} is in the data alone" for name in columns if name not in known)
    labels = [row["label"] for row in meta]
    yield from (f"label '{label}'" for label in labels if not 0 < len(label) <= 80 or labels.count(label) > 1)
    for row in meta:
        if row["col_type"] not in ("Filter", "Indicator"):
            yield f"{row['col_name']} is a {row['col_type']}"
        if row["indicator_unit"] not in UNITS:
            yield f"{row['col_name']} has unit {row['indicator_unit']}"
        if row["col_type"] == "Filter" and (row["indicator_unit"] or row["indicator_dp"]):
            yield f"{row['col_name']} is a filter with a unit"
        if row["indicator_dp"] and not row["indicator_dp"].isdigit():
            yield f"{row['col_name']} has {row['indicator_dp']} decimals"


def _times(rows: Rows) -> Iterator[str]:
    kinds = {row["time_identifier"] for row in rows}
    if not (kinds <= FOUR_DIGITS or kinds <= SIX_DIGITS):
        yield f"time identifiers {kinds}"
        return
    digits = 4 if kinds <= FOUR_DIGITS else 6
    for period in {row["time_period"] for row in rows}:
        right = re.fullmatch(rf"\d{{{digits}}}", period)
        if not right or (digits == 6 and (int(period[2:4]) + 1) % 100 != int(period[4:])):
            yield f"time period {period}"


def _places(columns: list[str], rows: Rows) -> Iterator[str]:
    for row in rows:
        level = row["geographic_level"]
        if level not in PLACES:
            yield f"level {level}"
            continue
        if CODES.get(row["country_code"]) != row["country_name"]:
            yield f"country {row['country_code']} {row['country_name']}"
        for name in ALL_PLACES:
            if name in columns and bool(row[name]) != (name in PLACES[level]):
                yield f"{level}: {name} is '{row[name]}'"


def _cells(rows: Rows, meta: Rows) -> Iterator[str]:
    for column in meta:
        name = column["col_name"]
        cells = [row.get(name, "") for row in rows]
        if column["col_type"] == "Filter":
            if len(set(cells)) < 2:
                yield f"filter {name} has one item"
            yield from (f"filter {name}: '{cell}'" for cell in set(cells)
                        if not cell or cell != cell.strip() or len(cell) > 120)  # fmt: skip
        else:
            wrong = [cell for cell in cells if cell not in SYMBOLS and not NUMBER.fullmatch(cell)]
            yield from (f"indicator {name}: '{cell}'" for cell in wrong[:1])
