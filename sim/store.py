"""Files are written whole or not at all: under a temporary name first, then renamed."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


def write_whole(path: Path, write: Callable[[Path], object]) -> Path:
    """Call `write` with a temporary path beside `path`, then rename it to `path`.

    Raises OSError as the file system does; a failed write leaves no file behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        write(temporary)
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def write_text(path: Path, text: str) -> Path:
    """Write a text file in UTF-8, whole or not at all."""
    return write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def plain_cell(text: str) -> str:
    """A text that no spreadsheet runs: one that begins as a formula does gets an apostrophe, a number does not."""
    return f"'{text}" if text.startswith(RUN_BY_SPREADSHEETS) and not NUMBER.fullmatch(text) else text


def write_csv(path: Path, frame: pd.DataFrame, float_format: str | None = None) -> Path:
    """Write a table as CSV, whole or not at all, no cell of which a spreadsheet runs: the one writer of tables."""
    return write_text(path, plain_csv(frame, float_format))


def plain_rows(rows: Iterable[Sequence[object]]) -> str:
    """Rows of cells as CSV, each text as `plain_cell`."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerows([plain_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return sink.getvalue()


def plain_csv(frame: pd.DataFrame, float_format: str | None = None) -> str:
    """A table as CSV, its texts and heads as `plain_cell`; numbers stay as they are."""
    safe = frame.rename(columns=lambda head: plain_cell(str(head)))
    for at, kind in enumerate(safe.dtypes):
        if kind.kind not in "iufbM":
            cells = safe.iloc[:, at]
            safe.isetitem(at, [plain_cell(cell) if isinstance(cell, str) else cell for cell in cells])
    return str(safe.to_csv(index=False, lineterminator="\n", float_format=float_format))
