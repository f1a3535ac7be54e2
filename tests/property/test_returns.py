"""A return may be any bytes at all: it is answered, never crashed on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.returns.checking import check_text
from sim.returns.forms import FORMS
from sim.returns.reading import UnreadableError, parsed
from tests.property.effort import examples

pytestmark = pytest.mark.property

CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["2025-04-01", "yes", "welfare", "Leeds", "-1", "1e999", "NaN", "15"]),
)


@examples(200, 5000)
@given(data=st.binary(max_size=400))
def test_any_bytes_are_answered(data: bytes) -> None:
    try:
        text = parsed(data)
    except UnreadableError as error:
        assert error.problem and error.fix
        return
    for form in FORMS.values():
        check_text("any.csv", text, form)


@examples(100, 2000)
@given(data=st.data())
def test_any_cells_are_answered_with_row_and_fix(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(list(FORMS.values())))
    columns = data.draw(st.lists(st.sampled_from(list(form.columns)), min_size=1, max_size=8))
    rows = data.draw(st.lists(st.lists(CELL, min_size=1, max_size=9), min_size=1, max_size=4))
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [columns, *rows]]
    try:
        text = parsed("\n".join(quoted).encode("utf-8", errors="replace"))
    except UnreadableError as error:
        assert error.problem and error.fix
        return
    found = check_text("any.csv", text, form)
    assert len(found.records) <= len(rows)
    for fault in found.faults:
        assert (
            fault.fix and "\n" not in str(fault) and 0 <= fault.row <= len(text.numbers) + max(text.numbers)
        )
