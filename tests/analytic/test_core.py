"""A slice of the proof in core.py; `make prove` does all of it."""

from __future__ import annotations

import pytest

from tests.analytic.core import SLICE, CoreFinding, findings, values

pytestmark = pytest.mark.analytic


@pytest.fixture(scope="module")
def found() -> dict[str, CoreFinding]:
    return {one.name: one for one in findings([values(number) for number in range(SLICE)])}


@pytest.mark.parametrize("name", ["mean wait", "share reneged", "occupancy"])
def test_placement_core_has_its_reference_values(found: dict[str, CoreFinding], name: str) -> None:
    assert found[name].agrees, f"{found[name]}: {found[name].z:.1f} standard errors"
    assert found[name].standard_error < 0.06 * found[name].reference
