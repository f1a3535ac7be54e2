"""Put the rows of CSV files in place of the keys that name them: `homes_file: mine.csv` becomes `homes`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.scenario.csv_rows import Table, read_table
from sim.scenario.errors import ConfigError, dotted
from sim.scenario.layers import ABSENT, Layer, origin
from sim.scenario.overrides import Path
from sim.scenario.places import FILE, FROM_FILES
from sim.scenario.sources import Folder


def take_tables(
    folders: tuple[Folder, ...], data: dict[str, Any], layers: Sequence[Layer]
) -> dict[Path, Table]:
    """Replace, in `data`, every KEY_file by its rows under KEY; rows written out later than the file win.

    Returns where the rows stand -> the table they came from. Raises ConfigError for anything wrong in a file.
    """
    found: dict[Path, Table] = {}
    for group, records in FROM_FILES.items():
        part = data.get(group)
        for key, record in records.items():
            if not isinstance(part, dict) or key + FILE not in part:
                continue
            given = part.pop(key + FILE)
            if given is None or (key in part and _later(layers, group, key)):
                continue
            table = read_table(folders, group, key, given, record, origin(layers, (group, key + FILE)))
            part[key] = list(table.rows)
            found[group, key] = table
    return found


def _later(layers: Sequence[Layer], group: str, key: str) -> bool:
    """Whether rows were written out after the file for them was named; ConfigError if both in one place."""
    rows, file = (
        max((at for at, layer in enumerate(layers) if layer.read((group, name)) is not ABSENT), default=-1)
        for name in (key, key + FILE)
    )
    if rows == file:
        where, path = layers[rows].where, dotted((group, key))
        raise ConfigError(where, path, f"given twice: {key} and {key}{FILE}", allowed="one of the two")
    return rows > file
