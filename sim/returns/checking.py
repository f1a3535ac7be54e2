"""A return held against its form: every fault at once, each with row, column, value, what is allowed and a fix."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.returns.forms import FORMS, Form, Record, form_of
from sim.returns.gaps import gaps
from sim.returns.lookups import authorities, authority, region, regions
from sim.returns.personal import birth_date, personal_cell, personal_column
from sim.returns.reading import Text, UnreadableError, read
from sim.scenario.errors import LONGEST_VALUE, listed, nearest, one_line
from sim.scenario.schema import allowed, fields

FIXES = {
    "date": "write a date as 2025-04-03 or 03/04/2025",
    "bool": "write yes or no",
    "int": "write a whole number",
    "float": "write a number, without words or units",
}
MOST_FAULTS = 20_000
"""Faults of one file that are told."""

LOOKED_UP = ("region", "authority")
NO_COLUMN = "delete the column, or look at how the template writes it"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. Row 0 is the file itself; `value` is what stands there."""

    file: str
    row: int
    column: str
    value: str
    allowed: str
    fix: str

    def __str__(self) -> str:
        where = (
            f"{self.file}{f' row {self.row}' if self.row else ''}{f', {self.column}' if self.column else ''}"
        )
        said = [
            self.value and f"given {self.value}",
            self.allowed and f"allowed {self.allowed}",
            f"fix: {self.fix}",
        ]
        return one_line(f"{where}: {'; '.join(part for part in said if part)}")


@dataclass(frozen=True)
class Checked:
    """A return that was read: its form (None: no return), the rows that stand, and every fault."""

    file: str
    form: Form | None
    records: tuple[Record, ...] = ()
    numbers: tuple[int, ...] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    sha256: str = field(default="", repr=False)


def check_file(path: Path, form: Form | None = None) -> Checked:
    """Read and check one return; its form is known by its name or columns unless it is given. Never raises."""
    try:
        text = read(path)
    except UnreadableError as error:
        fault = Fault(path.name, error.row, "", error.problem, "", error.fix)
        return Checked(path.name, form, faults=(fault,))
    return check_text(path.name, text, form)


def check_text(file: str, text: Text, form: Form | None = None) -> Checked:
    """Check the rows of one return, as `check_file`."""
    header = tuple(_plain(cell) for cell in text.header)
    form = form or form_of(Path(file).stem, header)
    if form is None:
        fault = Fault(file, 1, "", listed(text.header), f"a return: {listed(FORMS)}",
                      "name the file after its return, or start from the template: placesim template")  # fmt: skip
        return Checked(file, None, faults=(fault,), sha256=text.sha256)
    faults = list(_header_faults(file, form, text.header, header))
    known = [(at, name) for at, name in enumerate(header) if name in form.columns]
    found: dict[int, Record] = {}
    for number, cells in zip(text.numbers, text.rows, strict=True):
        if len(faults) >= MOST_FAULTS:
            faults.append(Fault(file, number, "", "more faults than are told", f"fewer than {MOST_FAULTS:,}",
                                "put these right first; rows from here on were not looked at"))  # fmt: skip
            break
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            faults.append(Fault(file, number, "", f"{len(cells)} cells", f"{len(header)}, as in the first row",
                                "put a cell that holds a comma in quotes"))  # fmt: skip
            continue
        row = {name: cells[at].strip() for at, name in known if at < len(cells) and cells[at].strip()}
        record, wrong = _row(file, number, form, row)
        faults += wrong
        if record is not None and not wrong:
            found[number] = record
    faults += _repeats(file, form, found)
    said = gaps(form.name, list(found.values())) if found else ()
    notes = (*((text.note,) if text.note else ()), *said)
    return Checked(file, form, tuple(found.values()), tuple(found), tuple(faults), notes, text.sha256)


def _plain(head: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", head.casefold()).strip("_")


def _header_faults(
    file: str, form: Form, written: tuple[str, ...], header: tuple[str, ...]
) -> Iterator[Fault]:
    for at, (head, name) in enumerate(zip(written, header, strict=True)):
        if name in form.columns:
            if name in header[:at]:
                yield Fault(file, 1, name, "the column twice", "once", "delete one of the two")
        elif personal_column(head):
            fix = "delete the column: nothing that says who somebody is may be in a return"
            yield Fault(file, 1, head, "a column about who somebody is", "no names, dates of birth or addresses",
                        "call it home" if name in ("name", "home_name") and "home" in form.columns
                        and form.name != "referrals" else fix)  # fmt: skip
        else:
            near = nearest(name, form.columns)
            fix = f"call it {near}" if near else NO_COLUMN
            yield Fault(file, 1, head or "(no name)", "no such column", listed(form.columns), fix)
    for name, info in form.columns.items():
        if info.is_required() and name not in header:
            yield Fault(
                file,
                1,
                name,
                "the column is missing",
                what_is_allowed(form, name),
                "add it, as in the template",
            )


def _row(file: str, number: int, form: Form, row: dict[str, str]) -> tuple[Record | None, list[Fault]]:
    faults = []
    for name, text in list(row.items()):
        given_away = personal_cell(text)
        if given_away:
            fix = "take it out: nothing that says who somebody is may be in a return"
            faults.append(Fault(file, number, name, given_away, what_is_allowed(form, name), fix))
            row.pop(name)
        elif name in LOOKED_UP and (wrong := _not_known(name, text)) is not None:
            given = LOOKUPS[name][0](text)
            if given is None:
                faults.append(Fault(file, number, name, _shown(text), what_is_allowed(form, name), wrong))
    try:
        return form.record.model_validate(row), faults
    except ValidationError as error:
        gone = {fault.column for fault in faults}
        return None, [*faults, *(each for one in error.errors(include_url=False)
                                 if (each := _fault(file, number, form, row, one)).column not in gone)]  # fmt: skip


LOOKUPS: Mapping[str, tuple[Any, Any]] = {"region": (region, regions), "authority": (authority, authorities)}


@lru_cache(maxsize=10_000)
def _not_known(name: str, text: str) -> str | None:
    """The fix for a region or authority that nobody knows; None where it is known."""
    find, every = LOOKUPS[name]
    if find(text) is not None:
        return None
    names = {place.name if hasattr(place, "name") else place for place in every().values()}
    near = difflib.get_close_matches(
        text.casefold(), {each.casefold(): each for each in names}, n=1, cutoff=0.5
    )
    meant = next((each for each in names if near and each.casefold() == near[0]), "")
    return f"perhaps {meant}" if meant else str(_extra(FORMS["referrals"], "authority", "fix"))


def _fault(file: str, number: int, form: Form, row: Mapping[str, str], one: Any) -> Fault:
    """One complaint of the record as a fault."""
    name = str(one["loc"][0]) if one["loc"] else ""
    if (
        one["type"] == "value_error" and not name
    ):  # a rule over several columns: "column: what; allowed which; fix what to do"
        name, _, said = str(one["ctx"]["error"]).partition(": ")
        said, _, right = said.partition("; allowed ")
        right, _, fix = right.partition("; fix ")
        here = _shown(row.get(name, ""))
        return Fault(file, number, name, f"{here} ({said})" if here else said, right, fix or said)
    if one["type"] == "missing":
        return Fault(file, number, name, "nothing", what_is_allowed(form, name), "fill it in")
    text = row.get(name, "")
    right = str(one["ctx"]["error"]) if one["type"] == "value_error" else what_is_allowed(form, name)
    fix = _extra(form, name, "fix") or FIXES.get(_kind(form, name), "write one of the allowed values")
    if name == "age" and birth_date(text):
        text = "a date"  # not repeated: it may be a date of birth
    elif name == "referral":
        text = _shown(text) if re.search(r"\d", text) else "a reference without a digit"  # perhaps a name
    near = nearest(text, right.split(", ")) if one["type"] == "literal_error" else ""
    return Fault(file, number, name, _shown(text), right, f"perhaps {near}" if near else fix)


def _kind(form: Form, name: str) -> str:
    return getattr(fields(form.record)[name].type, "__name__", "")


def what_is_allowed(form: Form, name: str) -> str:
    """What a column may hold, in words."""
    if name == "authority":
        return "an authority of England or Wales, by name or code"
    if name == "region":
        return listed(regions().values())
    if _kind(form, name) == "bool":
        return "yes or no"
    pattern = next(
        (limit.pattern for limit in fields(form.record)[name].limits if hasattr(limit, "pattern")), None
    )
    return (
        "a financial year such as 2025-26"
        if pattern
        else allowed(fields(form.record)[name]).replace("a value", "text")
    )


def _extra(form: Form, name: str, what: str) -> str:
    extra = form.columns[name].json_schema_extra if name in form.columns else None
    return str(extra.get(what, "")) if isinstance(extra, dict) else ""


def _repeats(file: str, form: Form, found: Mapping[int, Record]) -> Iterator[Fault]:
    seen: dict[tuple[object, ...], int] = {}
    for number, record in found.items():
        mark = tuple(getattr(record, name) for name in form.unique)
        if mark in seen:
            given = f"{' '.join(map(str, mark))}, as in row {seen[mark]}"
            yield Fault(
                file, number, ", ".join(form.unique), given, "each once", "delete one of the two rows"
            )
        seen.setdefault(mark, number)


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."
