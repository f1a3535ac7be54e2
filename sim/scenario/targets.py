"""Published outcomes as typed targets: what was counted, of whom, where, when, and how sure the figure is.

The vocabulary is that of configs/targets.csv. A file with an output that the model does not know is read all the
same: what is not known is reported, never skipped.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from io import StringIO
from math import isfinite
from pathlib import Path

from pydantic import Field, ValidationError, model_validator

from sim.scenario.base import Strict
from sim.scenario.errors import ConfigError, listed, shown
from sim.scenario.sources import config_folders, find, label, read_text

REQUIRED = ("id", "output", "period_from", "period_to", "statistic", "value")
OPTIONAL = ("argument", "geography", "route", "sd", "unit", "use", "source", "gap", "reason")
BUILT_IN = "targets.csv"


class Target(Strict):
    """One published figure.

    `sd` is the figure's own uncertainty (of its logarithm where it is an odds ratio; None: not stated). `gap` is
    what the definitions of model and publisher may differ by, in the unit of the figure, as a standard deviation.
    `reason` says why a figure is not expected to be met. `use` is calibrate, validate, input or context.
    """

    id: str
    output: str
    argument: str = ""
    geography: str = "England and Wales"
    route: str = "all"
    period_from: date
    period_to: date
    statistic: str
    value: float
    sd: float | None = Field(default=None, ge=0)
    unit: str = ""
    use: str = "validate"
    source: str = ""
    gap: float = Field(default=0.0, ge=0)
    reason: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Target:
        if self.period_to < self.period_from:
            raise ValueError(f"period_to is {self.period_to}, allowed {self.period_from} or later")
        if self.is_ratio_of_odds and self.value <= 0:
            raise ValueError(f"value is {self.value:g}, allowed above 0 for an odds ratio")
        return self

    @property
    def is_ratio_of_odds(self) -> bool:
        """Odds ratios are compared by their logarithms."""
        return self.statistic == "odds ratio" or self.output.startswith("odds_ratio")

    @property
    def is_one_day(self) -> bool:
        return self.period_from == self.period_to

    @property
    def words(self) -> str:
        """What is counted, in a phrase: `list size, England, welfare, mean of 2020-09-01 to 2021-06-30`."""
        what = self.output.replace("_", " ") + (f" ({self.argument})" if self.argument else "")
        when = str(self.period_from) if self.is_one_day else f"{self.period_from} to {self.period_to}"
        return f"{what}, {self.geography}, {self.route}, {self.statistic}, {when}"


def read_targets(path: Path | str | None = None, name: str = "") -> tuple[Target, ...]:
    """The targets of a CSV file, or the built-in ones.

    Raises ConfigError naming the row for a missing column, a cell too many, a cell that cannot be read, or an id that
    stands twice.
    """
    folders = config_folders(None)
    file = find(folders, BUILT_IN) if path is None else Path(path)
    if file is None or not file.is_file():
        raise ConfigError("command line", "targets", "no such file", given=str(path or BUILT_IN))
    where = name or (label(folders, file) if path is None else str(path))
    reader = csv.reader(StringIO(read_text(file, where), newline=""))
    rows = [(number, row) for number, row in enumerate(reader, start=1) if any(cell.strip() for cell in row)]
    if not rows:
        raise ConfigError(where, "", "the file is empty", allowed=f"a first row with {listed(REQUIRED)}")
    header = [cell.strip() for cell in rows[0][1]]
    for column in REQUIRED:
        if column not in header:
            problem = "the column is missing"
            raise ConfigError(f"{where} row 1", column, problem, given=listed(header), names=header)
    found: dict[str, Target] = {}
    for number, row in rows[1:]:
        if len(row) > len(header) and any(cell.strip() for cell in row[len(header) :]):
            problem = "has more cells than the first row; a cell with a comma stands in quotes"
            raise ConfigError(
                f"{where} row {number}", "", problem, given=str(len(row)), allowed=str(len(header))
            )
        cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
        one = _target(cells, f"{where} row {number}")
        if one.id in found:
            raise ConfigError(f"{where} row {number}", "id", "stands twice", given=one.id, allowed="once")
        found[one.id] = one
    return tuple(found.values())


def _target(cells: Mapping[str, str], where: str) -> Target:
    given = {key: cells[key] for key in (*REQUIRED, *OPTIONAL) if cells.get(key)}
    for key in ("value", "sd", "gap"):
        if key in given and not _is_number(given[key]):
            raise ConfigError(where, key, "not a number", given=shown(given[key]), allowed="a number")
    try:
        return Target.model_validate(given, strict=False)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(step) for step in first["loc"])
        hint = "a date such as 2023-03-31" if key.startswith("period") else ""
        problem = "a cell is missing" if first["type"] == "missing" else first["msg"]
        raise ConfigError(where, key, problem, given=shown(given.get(key, "")), allowed=hint) from error


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False
