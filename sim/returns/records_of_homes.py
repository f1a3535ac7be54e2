"""Two more returns of a home: its money, and how ready it is in its own judgement."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from sim.returns.cells import Choice, Name, Pounds
from sim.returns.records import Record, column, optional

Theme = Literal["leadership", "recruitment_and_retention", "training_and_career", "rota_planning",
                "matching_and_admissions", "data_and_forecasting", "finance_and_pricing", "partnership"]  # fmt: skip
YEAR = re.compile(r"(20\d\d)[-/](\d\d)")


def _year(value: Any) -> Any:
    return value.strip().replace("/", "-") if isinstance(value, str) else value


class FinanceRow(Record):
    """Money of a home in a financial year."""

    home: Name = column("the home, as in homes.csv", "Moorside")
    year: Annotated[str, BeforeValidator(_year), Field(pattern=r"^20\d\d-\d\d$")] = column(
        "financial year", "2025-26", "write a financial year as 2025-26"
    )
    welfare_fee_gbp_week: Pounds | None = optional("price of a welfare place", 9800, unit="pounds a week")
    contract_fee_gbp_week: Pounds | None = optional(
        "price of a contracted justice place", 8367, unit="pounds a week"
    )
    income_gbp: Pounds | None = optional("income from placements and contracts", 3900000, unit="pounds")
    staff_gbp: Pounds | None = optional("pay of staff, on-costs included", 2700000, unit="pounds")
    agency_gbp: Pounds | None = optional("agency staff", 310000, unit="pounds")
    premises_gbp: Pounds | None = optional("buildings and maintenance", 420000, unit="pounds")
    other_gbp: Pounds | None = optional("everything else", 350000, unit="pounds")

    @model_validator(mode="after")
    def _one_year(self) -> FinanceRow:
        found = YEAR.fullmatch(self.year)
        if not found or (int(found[1]) + 1) % 100 != int(found[2]):
            raise ValueError("year: not two years that follow each other; allowed for example 2025-26")
        return self


class MaturityRow(Record):
    """How ready a home is, in its own judgement: one score for each theme."""

    home: Name = column("the home, as in homes.csv", "Moorside")
    theme: Annotated[Theme, Choice] = column("what is judged", "rota_planning")
    score: Annotated[int, Field(ge=1, le=5)] = column(
        "1 not begun, 2 begun, 3 in place, 4 measured, 5 improving by itself", 3
    )
    evidence: Annotated[str, Field(max_length=300)] | None = optional(
        "what shows it: a document or a number, no child or member of staff", "rota planned eight weeks ahead"
    )
