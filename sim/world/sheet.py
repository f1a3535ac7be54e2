"""A table of a prepared tape, from a data frame, arrays, Parquet or CSV, and what its cells may hold.

Cells are read into float columns: names as codes, true and false as 1 and 0, an empty cell as NaN. Whatever
is wrong raises ConfigError, one line, with the file, the row, the column, what was given and what is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from sim.scenario.errors import ConfigError, listed, shown
from sim.world.tape import Bools, Floats

if TYPE_CHECKING:
    import pandas as pd

    Table: TypeAlias = pd.DataFrame | Mapping[str, npt.ArrayLike] | Path | str

TRUTH = {"true": 1.0, "false": 0.0, "1": 1.0, "0": 0.0}
Anything = npt.NDArray[Any]


@dataclass(frozen=True)
class Sheet:
    """Columns by name. Rows of a CSV file are counted as a spreadsheet does (the header is row 1), others from 0."""

    where: str
    columns: Mapping[str, Anything]
    size: int
    is_csv: bool = False

    def wrong(self, row: int, column: str, problem: str = "", others: int = 0, **says: Any) -> ConfigError:
        """The error of one cell; `others` is how many more cells are wrong in the same way."""
        where = f"{self.where} row {row + 2 if self.is_csv else row}"
        return ConfigError(where, column, problem, more=others, **says)

    def refuse(self, bad: Bools, column: str, problem: str = "", **says: Any) -> None:
        """Raise the error of the first bad row, if there is one."""
        if bad.any():
            row = int(np.argmax(bad))
            if column in self.columns:
                says = {"given": self.given(row, column)} | says
            raise self.wrong(row, column, problem, int(bad.sum()) - 1, **says)

    def given(self, row: int, column: str) -> str:
        """A cell as its reader wrote it."""
        value = self.columns[column][row]
        if self.is_csv and isinstance(value, str):
            return value
        return shown(value.item() if isinstance(value, np.generic) else value)

    def check_columns(self, known: Sequence[str], needed: Sequence[str]) -> None:
        """Raise ConfigError for a column that nobody reads, and for one that is missing."""
        for column in self.columns:
            if column not in known:
                raise ConfigError(self.where, column, "no such column", wrong=column, names=known)
        for column in needed:
            if column not in self.columns:
                have = listed(self.columns)
                raise ConfigError(
                    self.where, column, "the column is missing", given=have, allowed=f"a column {column}"
                )

    # -- cells -----------------------------------------------------------------------------------

    def numbers(self, column: str, allowed: Range) -> Floats:
        """The numbers of a column within a range; NaN where the cell is empty."""
        values, bad = _as_numbers(self.columns[column])
        with np.errstate(invalid="ignore"):
            outside = (values < allowed.low) | (values > allowed.high)
            if not allowed.reaches_high:
                outside |= values == allowed.high
            if allowed.whole:
                outside |= np.isfinite(values) & (values != np.floor(values))
        self.refuse(bad | outside, column, allowed=str(allowed))
        return values

    def truths(self, column: str) -> Floats:
        """1 for true, 0 for false; NaN where the cell is empty."""
        return self._looked_up(column, TRUTH, {"allowed": "true or false"}, str.casefold)

    def names(self, column: str, codes: Mapping[str, int], hint: str = "") -> Floats:
        """The code of each name; NaN where the cell is empty."""
        says = {"allowed": hint} if hint else {"names": list(codes)}
        return self._looked_up(column, codes, says, str)

    def _looked_up(self, column: str, codes: Mapping[str, float], says: dict[str, Any], plain: Any) -> Floats:
        import pandas as pd

        place, different = pd.factorize(self.columns[column])
        found = [codes.get(plain(_as_text(value)), -1.0) for value in different]
        values = np.array([*found, np.nan])[place]  # factorize says -1, the last, for an empty cell
        self.refuse(values == -1.0, column, **says)
        return np.asarray(values, dtype=np.float64)


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, `high` itself included or not; whole numbers only, or any."""

    low: float = -np.inf
    high: float = np.inf
    reaches_high: bool = True
    whole: bool = False

    def __str__(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        if np.isinf(self.high):
            upper = "" if self.reaches_high else ", not infinite"
            return f"{kind}, {self.low:g} or more{upper}" if np.isfinite(self.low) else f"{kind}{upper}"
        return f"{kind} from {self.low:.10g} to {'' if self.reaches_high else 'less than '}{self.high:.10g}"


def read_sheet(given: Table, name: str) -> Sheet:
    """A table from whatever it is given as; `name` is what it is called where it is not a file."""
    import pandas as pd

    if isinstance(given, Path | str):
        return _read_file(Path(given))
    if isinstance(given, Mapping):
        sizes = {column: np.shape(values) for column, values in given.items()}
        different = sorted({str(size) for size in sizes.values()})
        if len(different) > 1 or any(len(size) != 1 for size in sizes.values()):
            raise ConfigError(
                name, "", "columns differ in length", given=listed(different), allowed="one length for all"
            )
        given = pd.DataFrame({column: np.asarray(values) for column, values in given.items()})
    if not isinstance(given, pd.DataFrame):
        hint = "a data frame, arrays by column, or the path of a Parquet or CSV file"
        raise ConfigError(name, "", given=type(given).__name__, allowed=hint)
    twice = given.columns[given.columns.duplicated()]
    if len(twice):
        raise ConfigError(name, str(twice[0]), "the column stands twice", allowed="once")
    columns = {str(column): given[column].to_numpy() for column in given.columns}
    return Sheet(name, columns, len(given))


def _read_file(path: Path) -> Sheet:
    import pandas as pd

    if path.suffix not in (".parquet", ".csv"):
        raise ConfigError(str(path), "", given=path.suffix or path.name, allowed="a .parquet or .csv file")
    if not path.is_file():
        raise ConfigError(str(path), "", "no such file")
    try:
        if path.suffix == ".parquet":
            frame = pd.read_parquet(path)
        else:
            frame = pd.read_csv(
                path, dtype=object, keep_default_na=False, na_values=[""], skipinitialspace=True
            )
    except Exception as error:  # every engine has its own errors; the reader gets one line
        kind = "Parquet" if path.suffix == ".parquet" else "CSV"
        raise ConfigError(path.name, "", f"not {kind} ({str(error).splitlines()[0]})") from error
    sheet = read_sheet(frame, path.name)
    return Sheet(path.name, sheet.columns, sheet.size, is_csv=path.suffix == ".csv")


def _as_numbers(column: Anything) -> tuple[Floats, Bools]:
    """Floats (NaN for an empty cell), and which cells are not numbers."""
    import pandas as pd

    nobody = np.zeros(len(column), dtype=bool)
    if column.dtype.kind in "iuf":
        return column.astype(np.float64), nobody
    if column.dtype.kind == "b":
        return np.full(len(column), np.nan), ~nobody
    values, bad = np.full(len(column), np.nan), nobody
    for row in np.flatnonzero(~np.asarray(pd.isna(column))).tolist():
        cell = column[row]
        try:
            values[row] = float(cell)
            bad[row] = isinstance(cell, bool | np.bool_) or np.isnan(values[row])
        except (TypeError, ValueError):
            bad[row] = True
    return values, bad


def _as_text(value: Any) -> str:
    if isinstance(value, float | np.floating) and value == np.floor(value):
        return str(int(value))  # whole numbers that share a column with an empty cell
    return str(value).strip()
