"""The six returns by name, and which of them a file is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic.fields import FieldInfo

from sim.returns.records import HomeRow, PlacesRow, Record, ReferralRow, StaffRow
from sim.returns.records_of_homes import FinanceRow, MaturityRow

__all__ = ["FLAGS", "FORMS", "FinanceRow", "Form", "HomeRow", "MaturityRow", "PlacesRow", "Record", "ReferralRow",
           "StaffRow", "form_of"]  # fmt: skip


@dataclass(frozen=True)
class Form:
    """A return: its file name, its record, and the columns that tell its rows apart."""

    name: str
    record: type[Record]
    unique: tuple[str, ...]
    what: str

    @property
    def columns(self) -> dict[str, FieldInfo]:
        return self.record.model_fields

    @property
    def file(self) -> str:
        return f"{self.name}.csv"


FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        Form("homes", HomeRow, ("home",), "one row for each home"),
        Form(
            "places", PlacesRow, ("home", "on"), "one row for each home and day on which its places changed"
        ),
        Form("staff", StaffRow, ("home", "on"), "one row for each home and period of time"),
        Form("finance", FinanceRow, ("home", "year"), "one row for each home and financial year"),
        Form("referrals", ReferralRow, ("referral",), "one row for each referral"),
        Form("maturity", MaturityRow, ("home", "theme"), "one row for each home and theme"),
    )
}
FLAGS = tuple(
    name
    for name, info in ReferralRow.model_fields.items()
    if (info.description or "").startswith("need flag")
)


def form_of(file_stem: str, header: Sequence[str]) -> Form | None:
    """The return that a file is, by its name or else by the columns that it shares with one."""
    named = [
        form for name, form in FORMS.items() if re.match(rf"{name}\b|.*[_ -]{name}$", file_stem.casefold())
    ]
    if len(named) == 1:
        return named[0]
    shared = {name: len(set(header) & set(form.columns)) - len(set(header) - set(form.columns)) / 100
              for name, form in FORMS.items()}  # fmt: skip
    best = max(shared, key=lambda name: shared[name])
    return FORMS[best] if shared[best] >= 2 else None
