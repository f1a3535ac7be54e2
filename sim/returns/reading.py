"""From the bytes of a file to rows of text, whatever the bytes are: an answer for each encoding, size and shape."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

MOST_BYTES = 200_000_000
MOST_ROWS = 1_000_000
MOST_COLUMNS = 1_000
LONGEST_CELL = 2_000
NO_ROWS = "no rows under the header"
SAVE_AS = "in the spreadsheet choose Save as, then CSV UTF-8"


class UnreadableError(Exception):
    """A file that cannot be read at all: `row` (0: none), what is wrong, and how to put it right."""

    def __init__(self, problem: str, fix: str, row: int = 0) -> None:
        super().__init__(problem)
        self.problem, self.fix, self.row = problem, fix, row


@dataclass(frozen=True)
class Text:
    """A file as rows of cells; `numbers` are its rows as a spreadsheet counts them. `note` tells of a guess."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    sha256: str
    note: str = ""


def read(path: Path) -> Text:
    """The rows of a CSV file. Raises UnreadableError for whatever is none, with a way out."""
    try:
        if path.is_dir():
            raise UnreadableError("this is a folder", "name a file in it, or check the whole folder")
        if path.stat().st_size > MOST_BYTES:
            size = path.stat().st_size / 1e6
            raise UnreadableError(
                f"{size:,.0f} MB is too large", f"split it: at most {MOST_BYTES // 10**6} MB a file"
            )
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError(
            f"cannot be read ({error.strerror})", "look at its name and who may read it"
        ) from error
    return parsed(data)


def parsed(data: bytes) -> Text:
    """The rows of the bytes of a CSV file, as `read`."""
    text, note = _decoded(data)
    lines = list(_lines(text))
    if not lines:
        raise UnreadableError("the file is empty", "start from the template: placesim template")
    number, header = lines[0]
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise UnreadableError("cells are not separated by commas", SAVE_AS, number)
    if len(header) > MOST_COLUMNS:
        raise UnreadableError(f"{len(header):,} columns are too many", "start from the template", number)
    if len(lines) == 1:
        raise UnreadableError(NO_ROWS, "add a row for each home or referral", number)
    if len(lines) > MOST_ROWS:
        raise UnreadableError(
            f"{len(lines):,} rows are too many", f"split it: at most {MOST_ROWS:,} rows a file"
        )
    rows = tuple(tuple(cells) for _, cells in lines[1:])
    return Text(tuple(cell.strip().lstrip("\ufeff") for cell in header), rows,
                tuple(at for at, _ in lines[1:]), hashlib.sha256(data).hexdigest(), note)  # fmt: skip


def _decoded(data: bytes) -> tuple[str, str]:
    """The text, and a note where its encoding had to be guessed."""
    if data.startswith(b"PK\x03\x04") or data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableError("this is a spreadsheet, not CSV", SAVE_AS)
    if data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"PAR1", b"\x1f\x8b")):
        raise UnreadableError("this is not CSV", SAVE_AS)
    if data.lstrip()[:1] in (b"{", b"[", b"<"):
        raise UnreadableError("this is not CSV but JSON, HTML or XML", SAVE_AS)
    if wide := _wide(data):
        try:
            return _no_nul(data.decode(wide)), "read as UTF-16"
        except UnicodeDecodeError as error:
            raise UnreadableError("damaged UTF-16", SAVE_AS) from error
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            try:
                return _no_nul(data.decode(encoding)), "" if encoding == "utf-8-sig" else "read as UTF-16"
            except UnicodeDecodeError as error:
                raise UnreadableError(f"damaged {encoding}", SAVE_AS) from error
    try:
        return _no_nul(data.decode("utf-8")), ""
    except UnicodeDecodeError:
        return _no_nul(
            data.decode("cp1252", errors="replace")
        ), "not UTF-8: read as Windows-1252; look at its accents"


def _wide(data: bytes) -> str:
    """UTF-16 without its mark, known by every other byte being nought; an empty text for anything else."""
    seen = data[:2_000]
    if len(seen) < 4 or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ""
    nought = [sum(not byte for byte in seen[at::2]) / len(seen[at::2]) for at in (0, 1)]
    return (
        "utf-16-le"
        if nought[1] > 0.9 > nought[0] + 0.8
        else "utf-16-be"
        if nought[0] > 0.9 > nought[1] + 0.8
        else ""
    )


def _no_nul(text: str) -> str:
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise UnreadableError("a NUL byte: the file is damaged, or not text", SAVE_AS, row)
    return text


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, with their numbers."""
    reader = csv.reader(StringIO(text.replace("\r\n", "\n").replace("\r", "\n"), newline=""), strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raise UnreadableError(f"a cell of more than {LONGEST_CELL:,} characters",
                                      'look for a " that is not closed', number)  # fmt: skip
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        fix = 'close every ", and write one inside a cell twice'
        raise UnreadableError(f"not CSV ({error})", fix, number + 1) from error
