"""The price of localism: shares that add up, and scenarios that switch one answer at a time."""

from __future__ import annotations

import numpy as np
import pytest

from sim.scenario.load import load_scenario
from sim.study.localism import PARTS, STAFFING, price_of_localism, split, subsets, switched

pytestmark = pytest.mark.unit
ANSWERS = (*PARTS, STAFFING)


def test_shares_of_a_game_with_a_known_answer() -> None:
    """Two gloves make a pair: left owned by one, right by two others. Shapley (1953): 2/3, 1/6, 1/6."""
    players = ("left", "right", "other right")
    values = {on: np.array([float("left" in on and len(on) > 1)]) for on in subsets(players)}
    found = split(values, players)
    assert [share.mean for share in found.shares] == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    assert found.whole.mean == 1 and np.isnan(found.whole.low)
    assert [share.mean for share in found.together] == pytest.approx([0.5, 0.5, -0.5])


def test_shares_add_up_and_answers_that_act_apart_do_not_interact() -> None:
    worth = dict(zip(ANSWERS, ([1.0, 2.0], [0.5, 0.0], [3.0, 3.0], [0.0, 0.0], [-1.0, 4.0]), strict=True))
    values = {on: np.sum([worth[one] for one in on] or [[0.0, 0.0]], axis=0) for on in subsets(ANSWERS)}
    found = split(values, ANSWERS)
    assert [share.mean for share in found.shares] == pytest.approx([1.5, 0.25, 3.0, 0.0, 1.5])
    assert sum(share.mean for share in found.shares) == pytest.approx(found.whole.mean)
    assert all(abs(share.mean) < 1e-12 for share in found.together)
    assert found.shares[2].low == pytest.approx(3.0) == found.shares[2].high


def test_switching_all_answers_makes_the_national_rule_and_none_the_local_one() -> None:
    local = load_scenario(["commissioning=local"])
    national = load_scenario(["commissioning=national_panel", "workforce=unlimited"])
    none, everything = switched(local, national, frozenset()), switched(local, national, frozenset(ANSWERS))
    assert none == local
    assert everything.workforce == national.workforce
    kept = {"title", "model", "pays", "nhs_share"}
    assert everything.commissioning.welfare.model_dump(exclude=kept) == (
        national.commissioning.welfare.model_dump(exclude=kept)
    )
    for on in subsets(ANSWERS):
        switched(local, national, on)  # every combination is a scenario
    with pytest.raises(ValueError, match="no such answer: \\['colour'\\]"):
        switched(local, national, frozenset({"colour"}))


def test_the_split_plays_every_set_of_answers() -> None:
    local, national = load_scenario(["commissioning=local"]), load_scenario(["commissioning=national_panel"])
    grounds = price_of_localism(
        local, national, ("information", "refusal"), 3,
        lambda made, number: number + len(made.commissioning.welfare.refusal),
    )  # fmt: skip
    assert [share.mean for share in grounds.shares] == [0.0, -1.0] and grounds.whole.mean == -1.0
