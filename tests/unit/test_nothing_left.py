"""A replication leaves nothing behind that would have to be looked for: its memory is free when it ends."""

from __future__ import annotations

import gc

import pytest

import sim
from sim.behaviour.answers import HomeAnswers
from sim.engine.desk import Desk
from sim.engine.floor import Floor
from sim.engine.homes import HomeState
from sim.engine.workforce import Workforce
from sim.study.desks import Rules

pytestmark = pytest.mark.unit

SHORT = ("run.warm_up_days=0", "run.window_days=120", "run.follow_up_days=0")
PARTS = (Desk, Floor, HomeAnswers, HomeState, Rules, Workforce)


@pytest.mark.parametrize(
    "asked",
    ["commissioning=today", "commissioning=local", "commissioning=regional", "commissioning=national_matching",
     "commissioning=first_come", "workforce=posts"],
)  # fmt: skip
def test_nothing_of_a_replication_is_left(asked: str) -> None:
    scenario = sim.load_scenario([asked, *SHORT])
    gc.collect()
    gc.disable()
    try:
        result = sim.simulate(scenario)
        left = {type(one).__name__ for one in gc.get_objects() if isinstance(one, PARTS)}
    finally:
        gc.enable()
    assert len(result.log) and not left
