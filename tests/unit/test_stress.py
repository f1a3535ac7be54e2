"""Assumptions that are moved for every scenario, and not for the compared pair alone."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from sim.scenario.experiment import Experiment
from sim.scenario.scenario import Scenario
from sim.study.compare import Stress, compare
from tests.small import exponential, home, rule, scenario, stream

pytestmark = pytest.mark.unit


def estate(places: int, patience: float) -> Scenario:
    streams = {"all": stream(1.0, patience=[exponential(patience)])}
    return scenario([home("one", places, age_max=25)], streams, rule(), horizon=60)


def test_every_scenario_is_played_under_an_assumption_that_is_moved_for_all() -> None:
    plain = {name: estate(places, 2.0) for name, places in (("one", 1), ("two", 2), ("three", 3))}
    moved = {name: estate(places, 0.5) for name, places in (("one", 1), ("two", 2), ("three", 3))}
    primary = ("children_placed_per_year", "days_waiting_90")
    stress = [
        Stress("All", "", (moved["one"], moved["two"]), moved),
        Stress("Pair", "", (moved["one"], moved["two"])),
    ]
    found = compare(plain, "one", primary, (), stress, ("one", "two"), replications=2, workers=1)
    told = found.stress[["assumption", "measure", "to"]].apply(tuple, axis=1).tolist()
    assert told == [
        ("All", "children_placed_per_year", "two"), ("All", "days_waiting_90", "two"),
        ("All", "children_placed_per_year", "three"), ("All", "days_waiting_90", "three"),
        ("Pair", "children_placed_per_year", "two"),
    ]  # fmt: skip
    alone = compare(moved, "one", primary, replications=2, workers=1).differences
    alone = alone[(alone["group"] == "all") & alone["measure"].isin(primary)].set_index(
        ["measure", "scenario"]
    )
    for row in found.stress.itertuples():
        assert row.difference == pytest.approx(alone.loc[(row.measure, row.to), "difference"]), row


def test_an_assumption_for_all_must_be_one_of_the_stresses() -> None:
    told = {"title": "t", "baseline": "a", "scenarios": {"a": {"title": "a"}}, "primary": ["share_placed"],
            "stress": {"dear": {"title": "d"}}, "stress_every": ["der"]}  # fmt: skip
    with pytest.raises(ValidationError, match="stress_every names der"):
        Experiment.model_validate(told)
