"""A home's answer is a function of the child, the home's state and the grounds that count, and of nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario import Scenario
from sim.scenario.commissioning import Rule
from sim.study.wiring import make_plan
from sim.world import draw_world
from tests.property.effort import examples
from tests.property.estates import scenarios
from tests.small import Record, asking, rule, sitting

pytestmark = pytest.mark.property

FORTNIGHTS = (0, 1, 2, 7)


def under(made: Scenario, config: Record) -> Scenario:
    """The same estate and children under one rule for all routes; residents at the start do not matter here."""
    commissioning = made.commissioning.model_copy(
        update={"welfare": Rule.model_validate(config), "justice": None}
    )
    estate = made.estate.model_copy(update={"residents_at_start": {}})
    return made.model_copy(update={"commissioning": commissioning, "estate": estate})


def rows(made: Scenario, order: list[tuple[int, int, int]]) -> dict[tuple[int, int, int], Any]:
    """Answers about (child, fortnight, ordinal), asked for in this order of freshly made homes."""
    answers = make_plan(made, draw_world(made, 0)).answers
    found = {}
    for child, fortnight, ordinal in order:
        row = answers.row(child, fortnight, ordinal)
        found[child, fortnight, ordinal] = (
            list(row.fires), np.array(row.shortage), np.array(row.conflict), int(row.refused)
        )  # fmt: skip
    return found


def questions(data: st.DataObject, made: Scenario) -> list[tuple[int, int, int]]:
    children = range(len(draw_world(under(made, rule()), 0).tape))
    if not children:
        return []
    asked = st.tuples(st.sampled_from(children), st.sampled_from(FORTNIGHTS), st.integers(0, 2))
    return data.draw(st.lists(asked, min_size=1, max_size=12, unique=True))


@given(data=st.data())
@examples(few=25, many=400)
def test_a_shorter_list_of_grounds_refuses_a_subset(data: st.DataObject) -> None:
    """For the same child, home and fortnight, whatever the shortage of staff and the conflict on the day."""
    made = data.draw(scenarios())
    long = [ground for ground in made.behaviour.homes.grounds if data.draw(st.booleans())]
    short = [ground for ground in long if data.draw(st.booleans())]
    asked = questions(data, made)
    more, fewer = (rows(under(made, rule(refusal=grounds)), asked) for grounds in (long, short))
    for key in asked:
        assert more[key][0] == fewer[key][0], "what fires does not depend on what counts"
        assert fewer[key][3] & ~more[key][3] == 0
        for shortage, conflict in ((0.0, 0.0), (0.3, 0.0), (1.0, 0.0), (0.0, 1.0), (0.2, 2.5), (1.0, 9.0)):
            refused = [
                np.array([bits >> home & 1 for home in range(len(at_shortage))], dtype=bool)
                | (shortage > at_shortage) | (conflict > at_conflict)
                for _, at_shortage, at_conflict, bits in (more[key], fewer[key])
            ]  # fmt: skip
            assert (refused[0] | ~refused[1]).all()


@given(data=st.data())
@examples(few=25, many=400)
def test_no_ground_counted_is_no_refusal_and_one_that_fires_counts(data: st.DataObject) -> None:
    made = data.draw(scenarios())
    asked = questions(data, made)
    none = rows(under(made, rule(refusal=[])), asked)
    assert all(row[3] == 0 and np.isinf(row[1]).all() and np.isinf(row[2]).all() for row in none.values())
    for number, ground in enumerate(("staffing", "mix", "capability", "risk", "discretion")):
        if ground in made.behaviour.homes.grounds:
            for fires, _, _, refused in rows(under(made, rule(refusal=[ground])), asked).values():
                assert [refused >> home & 1 for home in range(len(fires))] == [f >> number & 1 for f in fires]


@given(data=st.data())
@examples(few=25, many=400)
def test_asking_again_in_another_order_or_more_often_changes_no_answer(data: st.DataObject) -> None:
    """Homes asked once, twice, backwards, and by a rule that sits daily, every other day, or asks one by one."""
    made = data.draw(scenarios())
    grounds = list(made.behaviour.homes.grounds)
    asked = questions(data, made)
    again = [*reversed(asked), *asked]
    first = rows(under(made, sitting(1.0, refusal=grounds)), asked)
    for config, order in (
        (sitting(1.0, refusal=grounds), again),
        (sitting(2.0, refusal=grounds), asked),
        (asking(refusal=grounds), again),
        (rule(refusal=grounds), asked),
    ):
        other = rows(under(made, config), order)
        for key in asked:
            for mine, yours in zip(first[key], other[key], strict=True):
                assert np.array_equal(mine, yours)
