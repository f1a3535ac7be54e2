"""Read the CSV files that stand beside the YAML of a group: homes, regions, dated changes, origins."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from sim.scenario.errors import ConfigError, dotted, listed, shown
from sim.scenario.schema import Spec, allowed, fields, is_list
from sim.scenario.sources import Folder, find, label, read_text

WHOLE = re.compile(r"[+-]?\d+(\.0+)?")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
UNIQUE = {"regions": ("name",), "homes": ("name",), "changes": ("home", "start"), "origins": ("code",)}

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """Rows read from a file; `numbers` are their rows as a spreadsheet counts them (the header is row 1)."""

    where: str
    rows: tuple[Row, ...]
    numbers: tuple[int, ...]

    def where_row(self, index: int) -> str:
        return f"{self.where} row {self.numbers[index]}"

    def where_cell(self, text: str) -> str:
        """The row in which a cell holds `text`; the file alone if none does."""
        rows = (index for index, row in enumerate(self.rows) if text in _texts(row))
        found = next(rows, None)
        return self.where if found is None else self.where_row(found)


def read_table(
    folders: tuple[Folder, ...], group: str, key: str, given: object, record: type[BaseModel], where: str
) -> Table:
    """Rows of the file `given` in the folder of `group`, for the list `key` of that group.

    `where` names who asked for the file. Raises ConfigError for a missing file and for anything wrong in it.
    """
    file = _file(folders, group, key, given, where)
    return _read(file, label(folders, file), key, record, file.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(file: Path, name: str, key: str, record: type[BaseModel], changed: int) -> Table:
    lines = _lines(read_text(file, name), name)
    if not lines:
        raise ConfigError(
            name, "", "the file is empty", allowed=f"a first row with the columns {listed(fields(record))}"
        )
    first = min(lines)
    header = _header(lines.pop(first), f"{name} row {first}", record)
    rows = {number: _row(cells, header, record, f"{name} row {number}") for number, cells in lines.items()}
    _refuse_repeats(rows, UNIQUE.get(key, tuple(header)), name)
    return Table(name, tuple(rows.values()), tuple(rows))


def _file(folders: tuple[Folder, ...], group: str, key: str, given: object, where: str) -> Path:
    full = dotted((group, f"{key}_file"))
    if not isinstance(given, str) or not given.endswith(".csv"):
        raise ConfigError(where, full, given=shown(given), allowed="the name of a CSV file, such as mine.csv")
    if re.search(r"[/\\:]", given):
        hint = f"a name alone: the file stands in the folder {group} of configs/ or of your --config-dir"
        raise ConfigError(
            where, full, "a file may not lie outside its group", given=shown(given), allowed=hint
        )
    file = find(folders, f"{group}/{given}")
    if file is None:
        beside = sorted({path.name for folder in folders for path in (folder.path / group).glob("*.csv")})
        searched = " or ".join(f"{folder.label}/{group}" for folder in folders)
        raise ConfigError(where, full, f"no such file in {searched}", given=given, names=beside)
    return file


def _lines(text: str, name: str) -> dict[int, list[str]]:
    """Row number -> stripped cells, for every row that is not blank."""
    found: dict[int, list[str]] = {}
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                found[number] = stripped
    except csv.Error as error:
        hint = 'every " closed, and a " inside a cell written twice'
        raise ConfigError(f"{name} row {number + 1}", "", f"not CSV ({error})", allowed=hint) from error
    return found


def _header(header: list[str], where: str, record: type[BaseModel]) -> list[str]:
    known = fields(record)
    if len(header) == 1 and re.search(r"[;\t]", header[0]):
        raise ConfigError(
            where, "", "cells are not separated by commas", given=shown(header[0]), allowed="commas"
        )
    for column in header:
        if column not in known:
            raise ConfigError(where, column or "(no name)", "no such column", wrong=column, names=known)
        if header.count(column) > 1:
            raise ConfigError(where, column, "the column stands twice", allowed="once")
    for column, spec in known.items():
        if spec.required and column not in header:
            hint = f"a column {column} with {allowed(spec, column)}"
            raise ConfigError(where, column, "the column is missing", given=listed(header), allowed=hint)
    return header


def _row(cells: list[str], header: list[str], record: type[BaseModel], where: str) -> Row:
    if len(cells) != len(header):
        hint = f"{len(header)}, as in the first row (put a cell that holds a comma in quotes)"
        raise ConfigError(where, "", "wrong number of cells", given=str(len(cells)), allowed=hint)
    known = fields(record)
    return {column: _cell(cell, known[column]) for column, cell in zip(header, cells, strict=True) if cell}


def _cell(text: str, spec: Spec) -> Any:
    """The cell as its column means it; a text that does not fit is left for the schema to refuse."""
    if is_list(spec):
        return [part.strip() for part in text.split(";") if part.strip()]
    if spec.type is int and WHOLE.fullmatch(text):
        return int(text.split(".")[0])
    if spec.type is float and NUMBER.fullmatch(text):
        return float(text)
    return text


def _refuse_repeats(rows: Mapping[int, Row], unique: tuple[str, ...], name: str) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for number, row in rows.items():
        mark = tuple(str(row.get(column, "")) for column in unique)
        if mark in seen:
            at = ", ".join(unique) if len(unique) < 3 else ""
            given = f"{' '.join(part for part in mark if part)}, as in row {seen[mark]}"
            raise ConfigError(f"{name} row {number}", at, "the same row twice", given=given, allowed="once")
        seen[mark] = number


def _texts(row: Row) -> set[str]:
    return {text for cell in row.values() for text in (cell if isinstance(cell, list) else [str(cell)])}
