"""A folder of returns: each file checked, then all of them against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from sim.returns.checking import Checked, Fault, check_file
from sim.returns.forms import (
    FORMS,
    FinanceRow,
    HomeRow,
    MaturityRow,
    PlacesRow,
    Record,
    ReferralRow,
    StaffRow,
)
from sim.returns.reading import NO_ROWS
from sim.scenario.errors import COMMAND_LINE, ConfigError, listed, nearest

DICTIONARY_FILE = "dictionary.csv"
EMPTY = ("nothing is filled in; left out",)


@dataclass(frozen=True)
class Returns:
    """What was sent, checked and free of faults. Empty where a file was not sent."""

    homes: tuple[HomeRow, ...] = ()
    places: tuple[PlacesRow, ...] = ()
    staff: tuple[StaffRow, ...] = ()
    finance: tuple[FinanceRow, ...] = ()
    referrals: tuple[ReferralRow, ...] = ()
    maturity: tuple[MaturityRow, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)  # file name -> SHA-256 of its bytes


def check(path: Path) -> list[Checked]:
    """Check a file, or every CSV file of a folder and how they fit together. Raises ConfigError for no file."""
    if path.is_file():
        return [check_file(path)]
    if not path.is_dir():
        hint = "a CSV file of a return, or a folder of them"
        raise ConfigError(COMMAND_LINE, "", "no such file or folder", given=str(path), allowed=hint)
    files = sorted(
        file for file in path.iterdir() if file.suffix.casefold() == ".csv" and not file.name.startswith(".")
    )
    if not files:
        named = [file.name for file in sorted(path.iterdir())][:5]
        hint = listed(form.file for form in FORMS.values())
        raise ConfigError(str(path), "", "no CSV file in the folder", given=listed(named), allowed=hint)
    found = [_sent(check_file(file)) for file in files if file.name != DICTIONARY_FILE]
    if all(each.notes == EMPTY for each in found):
        raise ConfigError(
            str(path), "", "nothing is filled in", allowed="one or more rows in one of the files"
        )
    return [*found, *_together([each for each in found if each.notes != EMPTY])]


def _sent(checked: Checked) -> Checked:
    """A template that nobody filled in is no fault in a folder of several."""
    if [fault.value for fault in checked.faults] == [NO_ROWS]:
        return replace(checked, faults=(), notes=EMPTY)
    return checked


def read_returns(path: Path) -> Returns:
    """The returns of a folder (or of one file). Raises ConfigError, one line, naming the first of all faults."""
    found = check(path)
    faults = [fault for each in found for fault in each.faults]
    if faults:
        first = faults[0]
        where = f"{first.file}{f' row {first.row}' if first.row else ''}"
        raise ConfigError(where, first.column, f"{first.value}; fix: {first.fix}", allowed=first.allowed,
                          more=len(faults) - 1)  # fmt: skip
    rows: dict[str, tuple[Record, ...]] = {each.form.name: each.records for each in found if each.form}
    hashes = {each.file: each.sha256 for each in found if each.sha256}
    return Returns(**rows, files=hashes)  # type: ignore[arg-type]


def _together(found: Sequence[Checked]) -> Iterator[Checked]:
    """What is wrong between files: the same return twice, and homes that homes.csv does not have."""
    by: dict[str, Checked] = {}
    for each in found:
        if each.form is None:
            continue
        if each.form.name in by:
            twice = Fault(each.file, 0, "", f"the {each.form.name} return again, as {by[each.form.name].file}",
                          "each return once", "join the two files, or take one away")  # fmt: skip
            yield Checked(each.file, None, faults=(twice,))
        by.setdefault(each.form.name, each)
    if "homes" not in by or by["homes"].faults:
        return
    names = [cast(HomeRow, record).home for record in by["homes"].records]
    for name, each in by.items():
        if name == "homes":
            continue
        wrong = [
            Fault(each.file, number, "home", record.home, f"a home of {by['homes'].file}",  # type: ignore[attr-defined]
                  f"perhaps {nearest(record.home, names)}" if nearest(record.home, names)  # type: ignore[attr-defined]
                  else "add the home to the homes return")
            for number, record in zip(each.numbers, each.records, strict=True)
            if getattr(record, "home", None) is not None and record.home not in names  # type: ignore[attr-defined]
        ]  # fmt: skip
        if name in ("places", "staff"):
            told = {record.home for record in each.records}  # type: ignore[attr-defined]
            wrong += [Fault(each.file, 0, "home", f"no row for {home}", "one or more rows for every home",
                            "add its row") for home in names if home not in told and not each.faults]  # fmt: skip
        if wrong:
            yield Checked(each.file, None, faults=tuple(wrong))
