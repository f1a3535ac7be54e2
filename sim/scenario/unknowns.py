"""The unpublished parameters that calibration works out: which keys each sets, and between which ends.

configs/calibration/parameters.csv names them; their ends are those of their rows in the register, unless a narrower
range is given with a reason.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Literal

from sim.scenario.errors import ConfigError
from sim.scenario.sources import config_folders, find, read_text

FILE = "calibration/parameters.csv"
REGISTER = "register.csv"
MUST_SIT = "commissioning.welfare.declining"
VALUE = re.compile(r"<(?:([0-9.]+)-)?v>")
Timeline = Literal["backcast", "national"]


@dataclass(frozen=True)
class Unknown:
    """One parameter. Values lie between `low` and `high`; a `choice` is false or true, in the end 0 or 1.

    `overrides` are texts with <v> for the value and <0.83-v> for what it leaves of a whole; `national` those for the
    national run where they differ.
    """

    name: str
    title: str
    theme: str
    key: str
    overrides: tuple[str, ...]
    national: tuple[str, ...]
    scale: Literal["even", "log", "choice"]
    low: float
    high: float
    unit: str
    reason: str = ""

    def at(self, share: float) -> float:
        """The value at a share (0 to 1) of its prior probability."""
        if self.scale == "choice":
            return float(share >= 0.5)
        if self.scale == "log":
            return float(self.low * (self.high / self.low) ** share)
        return self.low + share * (self.high - self.low)

    def texts(self, value: float, timeline: Timeline = "backcast", sits: bool = True) -> list[str]:
        """The overrides that set it. A rule that never sits (`sits` false) takes no declining of far offers."""
        templates = self.national if timeline == "national" else self.overrides
        return [self._filled(text, value) for text in templates if sits or not text.startswith(MUST_SIT)]

    def _filled(self, template: str, value: float) -> str:
        def fill(found: re.Match[str]) -> str:
            if self.scale == "choice":
                return "true" if value >= 0.5 else "false"
            whole = found.group(1)
            return f"{float(whole) - value:.9g}" if whole else f"{value:.9g}"

        return VALUE.sub(fill, template)


def read_unknowns(names: Sequence[str] = ()) -> tuple[Unknown, ...]:
    """All parameters to be inferred, or those named. Raises ConfigError for one that is missing."""
    register = {row["key"]: row for row in rows_of(REGISTER)}
    found = {}
    for number, row in enumerate(rows_of(FILE), start=2):
        where = f"configs/{FILE} row {number}"
        known = register.get(row["key"])
        if known is None:
            raise ConfigError(where, "key", "no row in the register", given=row["key"], names=register)
        found[row["name"]] = _unknown(row, known, where)
    for name in names:
        if name not in found:
            raise ConfigError("command line", "parameters", "no such parameter", given=name, names=found)
    return tuple(found[name] for name in names or found)


def _unknown(row: Mapping[str, str], known: Mapping[str, str], where: str) -> Unknown:
    low, high = (float(row[end] or known[end]) for end in ("low", "high"))
    scale = row["scale"]
    if scale not in ("even", "log", "choice") or low >= high or (scale == "log" and low <= 0):
        raise ConfigError(where, "scale", "cannot be drawn", given=f"{scale} from {low:g} to {high:g}")
    if scale != "choice" and (low < float(known["low"]) or high > float(known["high"])):
        problem, hint = "beyond the register's range", f"{known['low']} to {known['high']}"
        raise ConfigError(where, "low", problem, given=f"{low:g} to {high:g}", allowed=hint)
    texts = tuple(row["overrides"].split("|"))
    national = tuple(row["national"].split("|")) if row["national"] else texts
    return Unknown(row["name"], row["title"], row["theme"], row["key"], texts, national, scale, low, high,  # type: ignore[arg-type]
                   known["unit"], row["reason"])  # fmt: skip


def rows_of(name: str) -> list[dict[str, str]]:
    """Rows of a CSV file of configs/, every column a text; cells that a row lacks are empty."""
    file: Path | None = find(config_folders(None), name)
    if file is None:
        raise ConfigError(f"configs/{name}", "", "the built-in file is missing: install placesim again")
    reader = csv.DictReader(StringIO(read_text(file, f"configs/{name}"), newline=""), restval="")
    return list(reader)
