"""The standards page: what a department asks of a model, item by item, with the evidence that exists."""

from __future__ import annotations

import pandas as pd

from sim.report.sections import Section, page_of
from sim.report.tables import from_frame
from sim.study.standards import DEPARTMENT, scores

BOX = (
    "An item is done only where its evidence exists. Authorship, review and sign-off are left to the department "
    "that adopts the model: nobody has signed."
)
FIRST = "Without a published figure, and each moves central minus local by more than a tenth over its range."
RED = {
    "title": "Assumption",
    "value": "Value",
    "unit": "Unit",
    "low": "Low",
    "high": "High",
    "switching_value": "Switching value",
}
STATES = {
    "standard": "Standard",
    "items": "Items",
    "done": "Done",
    "not_done": "Not done",
    "left_to_department": "Left to the department",
}
ITEMS = {
    "item": "Item",
    "title": "What is asked",
    "answer": "Answer",
    "state": "State",
    "evidence": "Evidence",
}


def standards_page(table: pd.DataFrame, red: pd.DataFrame, foot: str) -> str:
    """The page as HTML: red and red first, then each standard."""
    shown = red.rename(columns=RED)[list(RED.values())]
    done = scores(table).rename(columns=STATES)
    sections = [
        Section("first", "Red in quality and red in impact", (FIRST,), (from_frame("Red and red", shown),)),
        Section("scores", "How far each standard is", (), (from_frame("Items by state", done),)),
    ]
    for name, part in table.groupby("standard", sort=False):
        lines = part.assign(state=[_state(row) for row in part.itertuples()]).rename(columns=ITEMS)
        each = from_frame(str(name), lines[list(ITEMS.values())])
        sections.append(Section(f"standard-{str(name).split()[0].lower()}", str(name), (), (each,)))
    return page_of("Standards", BOX, sections, foot)


def _state(row: object) -> str:
    state, missing = str(row.state), str(row.missing)  # type: ignore[attr-defined]
    return state if state == DEPARTMENT or not missing else f"{state}: {missing} is missing"
