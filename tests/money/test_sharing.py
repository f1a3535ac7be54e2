"""The cost game against textbook games, and pooled newsvendors, whose core is never empty."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.study.sharing.game import Home, excess, group_costs, in_core, least_core, least_cost, shapley
from sim.study.sharing.splits import RULES, alone
from tests.property.effort import examples


def costs(members: int, of: dict[tuple[int, ...], float]) -> np.ndarray:
    found = np.zeros(2**members)
    for group, cost in of.items():
        found[sum(1 << member for member in group)] = cost
    return found


@pytest.mark.unit
def test_the_airport_game() -> None:
    """Littlechild and Owen (1973): a runway as long as the longest plane needs; each pays for the parts it uses."""
    needs = [12.0, 20.0, 33.0]
    game = costs(3, {group: max(needs[i] for i in group) for group in
                     [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)]})  # fmt: skip
    # 12 / 3 = 4; 4 + (20 - 12) / 2 = 8; 8 + 33 - 20 = 21
    assert shapley(game).tolist() == pytest.approx([4, 8, 21])
    assert in_core(game, np.array([4.0, 8.0, 21.0]))
    assert not in_core(game, np.array([13.0, 0.0, 20.0]))
    assert not in_core(game, np.array([4.0, 8.0, 20.0])), "it must pay for all"
    least, point = least_core(game)
    assert least < 0 and in_core(game, point)


@pytest.mark.unit
def test_a_game_without_a_core() -> None:
    """Any two do with 2, three need 4: three pairs would pay 6 for what is counted twice, 8. Worst off by 2/3."""
    pairs = {(0, 1): 2.0, (0, 2): 2.0, (1, 2): 2.0}
    game = costs(3, {(0,): 2.0, (1,): 2.0, (2,): 2.0, **pairs, (0, 1, 2): 4.0})
    least, point = least_core(game)
    assert least == pytest.approx(2 / 3)
    assert point.tolist() == pytest.approx([4 / 3] * 3)
    assert not in_core(game, point)
    assert excess(game, point)[3] == pytest.approx(2 / 3)


@pytest.mark.unit
def test_the_cheapest_home_is_the_critical_quantile() -> None:
    """A newsvendor: places up to the number that children exceed for a share (place / saved) of the time."""
    children = np.repeat(np.arange(11), 10)  # 0 to 10, alike
    cost, places = least_cost(children, Home(0.0, 30.0, 10.0, 110.0, 20), np.arange(21))
    # a place costs 30 and saves 100 when used: build while more than 30% of moments would use it
    assert places == 7
    by_hand = 7 * 30 + np.minimum(children, 7).mean() * 10 + np.maximum(children - 7, 0).mean() * 110
    assert cost == pytest.approx(by_hand)
    assert least_cost(children, Home(500.0, 30.0, 10.0, 110.0, 20), np.arange(21))[1] == 0, (
        "too dear to build"
    )


@pytest.mark.unit
def test_splits_by_hand() -> None:
    needs = np.array([[1, 0], [1, 2], [1, 0], [1, 2]])
    home, weight = Home(100.0, 50.0, 10.0, 200.0, 5), np.array([0.75, 0.25])
    # two places: 200 fixed; 2 and 3 children in turn, so 1.5 inside at 10 and 0.5 elsewhere at 200
    fixed, moving = 200.0, 1.5 * 10 + 0.5 * 200
    assert RULES["per capita"](needs, home, 2, weight).tolist() == pytest.approx([0.75 * 315, 0.25 * 315])
    assert RULES["by use"](needs, home, 2, weight).tolist() == pytest.approx([157.5, 157.5])
    shared = [0.75 * fixed + moving / 2, 0.25 * fixed + moving / 2]
    assert RULES["insurance"](needs, home, 2, weight).tolist() == pytest.approx(shared)
    assert alone(needs, home, np.array([0, 0, 0, 2])).tolist() == pytest.approx([200, 200])


@pytest.mark.property
@given(
    needs=st.lists(st.lists(st.integers(0, 4), min_size=4, max_size=4), min_size=1, max_size=12),
    place=st.integers(0, 12),
    child=st.integers(0, 5),
)
@examples(few=60, many=1500)
def test_pooling_never_costs_more_and_a_split_always_holds(
    needs: list[list[int]], place: int, child: int
) -> None:
    """Newsvendor games have a core (Muller, Scarsini and Shaked 2002); and every group gains by joining another."""
    game, _ = group_costs(np.array(needs), Home(0.0, float(place), float(child), 10.0, 20))
    for one in range(1, 16):
        for other in range(1, 16):
            if not one & other:
                assert game[one | other] <= game[one] + game[other] + 1e-9
    least, point = least_core(game)
    assert least <= 1e-7
    assert in_core(game, point)
    assert shapley(game).sum() == pytest.approx(game[-1])
