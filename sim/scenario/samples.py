"""Draws of uncertain settings, with weights: the outer sample of a question about capacity.

A table with a column for each setting (its dotted key) and perhaps a column `weight`. Replication k is played with
draw `draw[k % len(draw)]`: draws are taken in proportion to their weights, spread evenly, without any chance, so
every design meets the same draw in the same replication. Columns without a dot, other than `weight`, are no settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.scenario.errors import ConfigError, shown


@dataclass(frozen=True)
class Samples:
    """Overrides of each different draw, and which draw each replication has."""

    where: str
    overrides: tuple[tuple[str, ...], ...]
    draw: tuple[int, ...]
    left_out: tuple[str, ...] = ()


def no_samples() -> Samples:
    """One draw that changes nothing."""
    return Samples("", ((),), (0,))


def read_samples(path: str, draws: int) -> Samples:
    """Up to `draws` draws of a CSV or Parquet file. Raises ConfigError, one line, for a table that cannot be used."""
    import pandas as pd

    file = Path(path).expanduser()
    if file.suffix not in (".csv", ".parquet") or not file.is_file():
        problem = "no such file" if file.suffix in (".csv", ".parquet") else ""
        raise ConfigError("capacity", "samples", problem, given=path, allowed="a .csv or .parquet file")
    try:
        table = pd.read_csv(file) if file.suffix == ".csv" else pd.read_parquet(file)
    except Exception as error:
        raise ConfigError(str(file), "", f"cannot be read ({str(error).splitlines()[0]})") from error
    keys = [str(column) for column in table.columns if "." in str(column)]
    if not keys or not len(table):
        raise ConfigError(
            str(file), "", "no draws of settings", allowed="a column for each dotted key, and rows"
        )
    if table[keys].isna().any().any():
        row = int(table[keys].isna().any(axis=1).to_numpy().argmax())
        raise ConfigError(f"{file} row {row + 2}", "", "an empty cell", allowed="a value for each setting")
    weight = np.ones(len(table))
    if "weight" in table.columns:
        weight = pd.to_numeric(table["weight"], errors="coerce").to_numpy(dtype=float)
    wrong = ~np.isfinite(weight) | (weight < 0)
    if wrong.any() or weight.sum() <= 0:
        row = int(wrong.argmax())
        given = shown(str(table["weight"].iloc[row]))
        raise ConfigError(f"{file} row {row + 2}", "weight", given=given, allowed="0 or more, not all 0")
    chosen = _evenly(weight / weight.sum(), draws)
    different = list(dict.fromkeys(chosen))
    texts = tuple(tuple(f"{key}={_text(table[key].iloc[row])}" for key in keys) for row in different)
    left_out = tuple(str(name) for name in table.columns if str(name) not in (*keys, "weight"))
    return Samples(str(file), texts, tuple(different.index(row) for row in chosen), left_out)


def _evenly(share: np.ndarray, draws: int) -> list[int]:
    """Rows at `draws` points spread over (0, 1) in van der Corput's order, so that any first few are spread too."""
    edges = np.cumsum(share)
    points = [_van_der_corput(number + 1) for number in range(draws)]
    return [min(int(np.searchsorted(edges, point, side="right")), len(share) - 1) for point in points]


def _van_der_corput(number: int) -> float:
    value, unit = 0.0, 0.5
    while number:
        value, unit, number = value + unit * (number & 1), unit / 2, number >> 1
    return value


def _text(value: object) -> str:
    return str(value.item()) if isinstance(value, np.generic) else str(value)
