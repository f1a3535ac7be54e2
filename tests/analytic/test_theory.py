"""The model agrees with queueing theory: a small fixed slice of what `make prove` shows in full."""

from __future__ import annotations

import pytest

from sim.engine.log import Kind
from sim.study.replicate import simulate
from tests.analytic import formulas
from tests.analytic.case import Case, findings
from tests.analytic.cases import CASES
from tests.analytic.reading import Reading

pytestmark = pytest.mark.analytic

BY_NAME = {case.name: case for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_model_agrees_with_theory(case: Case) -> None:
    values = [case.values(case.slice, replication) for replication in range(case.slice.replications)]
    for finding in findings(case, values, is_slice=True):
        assert finding.precise, f"the slice is too short to tell: {finding}"
        assert finding.agrees, f"{finding.z:+.1f} standard errors: {finding}"


def test_the_cases_expect_what_the_formulas_say() -> None:
    def expected(name: str) -> list[float]:
        return [quantity.expected for quantity in BY_NAME[name].quantities]

    for load, places in ((1, 1), (5, 5), (10, 15), (20, 25)):
        blocked = formulas.erlang_b(load, places)
        assert expected(f"O1-load_{load}_places_{places}") == pytest.approx([blocked], abs=6e-7)
        assert formulas.erlang_b_sum(load, places) == pytest.approx(blocked, rel=1e-12)
    for name, load, places in (("0_5_places_1", 0.5, 1), ("1_5_places_2", 1.5, 2), ("4_places_5", 4, 5)):
        waits = formulas.erlang_c(load, places)
        assert expected(f"O3-load_{name}") == pytest.approx([waits, waits / (places - load)], abs=2e-6)
    for load, places in ((8, 10), (18, 20)):
        assert expected(f"O3-load_{load}_places_{places}") == pytest.approx(
            [formulas.erlang_c(load, places)], abs=6e-7
        )
    for name, rate, mean, places in (
        ("O5-three", 0.2, 10, 3),
        ("O5-four", 0.2, 10, 4),
        ("O4-mm5", 0.25, 10, 5),
    ):
        wait = formulas.erlang_c(rate * mean, places) / (places / mean - rate)
        assert wait == pytest.approx(expected(name)[2 if name == "O4-mm5" else 0], abs=6e-6)
    for stay, variation in (("constant", 0.0), ("exponential", 1.0), ("lognormal", 1.35)):
        assert expected(f"O6-{stay}") == pytest.approx([formulas.pollaczek_khinchine(0.8, variation)])
    assert expected("O8-together") == pytest.approx([formulas.erlang_c(3.2, 4) / 0.8], abs=6e-6)
    for name, rate, patience in (("load_5", 5, 2), ("load_4", 4, 4)):
        assert expected(f"O9-{name}") == pytest.approx(formulas.erlang_a(rate, patience, 5), abs=6e-6)
    for kept in range(4):
        assert expected(f"O14-free_{kept}") == pytest.approx(formulas.reserved(4, 10, kept), abs=6e-7)
    assert expected("O15-county_hospital") == pytest.approx(formulas.cobham([0.2, 0.6, 1.2], 3), abs=6e-6)
    assert expected("O15-two_classes") == pytest.approx(formulas.cobham([0.2, 0.6], 1))
    assert expected("O20-local") == pytest.approx([formulas.erlang_b(3, 4)], abs=6e-6)
    assert expected("O20-central") == pytest.approx([formulas.erlang_b(9, 12)], abs=6e-6)
    assert expected("O21-two_areas")[0] == pytest.approx(formulas.erlang_b(8, 10), abs=6e-6)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("O1-load_5_places_5", 0.30), ("O3-load_4_places_5", 0.70), ("O15-county_hospital", 0.35)],
)
def test_the_slice_would_notice_another_answer(name: str, wrong: float) -> None:
    """A neighbouring theory (one place more or less, say) is further away than four standard errors."""
    case = BY_NAME[name]
    values = [case.values(case.slice, replication) for replication in range(case.slice.replications)]
    finding = findings(case, values, is_slice=True)[0]
    assert abs(finding.estimate - wrong) > 4 * finding.standard_error


def test_each_child_of_a_textbook_is_read_once() -> None:
    """The readings keep one record of each kind per child; a textbook in which that is not so would be misread."""
    case = BY_NAME["O9-load_5"]
    result = simulate(case.load(case.slice))
    reading = Reading(result)
    assert len(set(result.log.child[result.log.of(Kind.REFERRED)].tolist())) == len(
        result.log.of(Kind.REFERRED)
    )
    assert (
        reading.cohort.sum() == ((reading.referred >= reading.start) & (reading.referred < reading.end)).sum()
    )
