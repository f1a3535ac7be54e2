"""Stays worked out for many children at once are those of each child."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour.stays import OrderDraws, order_draws, welfare_stay, welfare_stays
from sim.scenario.legal import Orders
from sim.world.points import shares
from tests.property.effort import examples

pytestmark = pytest.mark.property

SHARE = {"kind": "uniform", "low": 0.2, "high": 1.1}
DAYS = st.floats(0, 900, allow_nan=False)


@st.composite
def orders(draw: st.DrawFn) -> Orders:
    return Orders.model_validate(
        {
            "first_max_days": draw(st.floats(1, 120)), "later_max_days": draw(st.floats(1, 200)),
            "first_share_of_max": SHARE, "later_share_of_max": SHARE, "renewal": draw(st.floats(0, 1)),
            "reviews": draw(st.booleans()), "first_review_days": draw(st.floats(1, 40)),
            "first_review_days_wales": draw(st.floats(1, 40)), "later_review_days": draw(st.floats(5, 120)),
            "noticed_between_reviews": draw(st.floats(0, 1)),
        }
    )  # fmt: skip


@examples(60, 5000)
@given(made=orders(), need=st.lists(DAYS, min_size=1, max_size=12), seed=st.integers(0, 2**20), step=DAYS)
def test_the_stays_of_many_are_those_of_each(made: Orders, need: list[float], seed: int, step: float) -> None:
    uniforms = shares(len(need), 13, seed, "stays")
    step_down, review = np.full(len(need), step), np.where(uniforms[:, 0] < 0.5, 14.0, 28.0)
    draws = order_draws(made, uniforms)
    many = welfare_stays(np.array(need), step_down, made, draws, review)
    for row, days in enumerate(need):
        mine = OrderDraws(float(draws[0][row]), draws[1][row].tolist(), draws[2][row].tolist())
        one = welfare_stay(days, step, made, mine, float(review[row]))
        assert one == tuple(column[row] for column in many)
