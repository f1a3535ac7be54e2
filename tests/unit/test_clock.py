"""The clock rings bells as SimPy's own run loop would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from simpy import Environment

from sim.engine.clock import DECISIONS, DEPARTURES, PLACES, Bell, Clock
from sim.study.replicate import simulate
from tests.reference.core_scenario import core_scenario

pytestmark = pytest.mark.unit


def rung(run: Callable[[Clock, float], Any]) -> list[tuple[float, int]]:
    """What rings before day 3: bells set in another order than they ring, one that is set again, a process."""
    clock, heard = Clock(), []

    def ring(bell: Bell) -> None:
        heard.append((clock.now, bell.child))

    def again(bell: Bell) -> None:
        heard.append((clock.now, bell.child))
        clock.set(bell, clock.now + 1, DEPARTURES)

    def process() -> Iterator[Any]:
        for _ in range(5):
            yield clock.timeout(0.75)
            heard.append((clock.now, 100))

    for child, when, order in (
        (1, 2.0, DECISIONS),
        (2, 2.0, PLACES),
        (3, 1.0, DEPARTURES),
        (4, 3.0, DECISIONS),
    ):
        clock.set(Bell(ring, child), when, order)
    clock.set(Bell(again, 5), 1.0, DEPARTURES)
    clock.process(process())
    run(clock, 3)
    assert clock.now == 3
    return heard


def test_bells_and_processes_run_as_in_simpy() -> None:
    ours, theirs = rung(Clock.run), rung(Environment.run)
    assert ours == theirs
    assert [child for when, child in ours if when == 2.0] == [2, 5, 1]


def test_a_failure_nobody_expects_is_raised() -> None:
    clock = Clock()
    clock.event().fail(ValueError("lost"))
    with pytest.raises(ValueError, match="lost"):
        clock.run(1)


def test_a_replication_is_the_same_in_simpys_own_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = core_scenario(1)
    ours = simulate(scenario).log
    monkeypatch.setattr(Clock, "run", Environment.run)
    theirs = simulate(scenario).log
    for column in ("day", "kind", "child", "home", "code", "value"):
        assert np.array_equal(getattr(ours, column), getattr(theirs, column))
