"""Constant staff are the first version's; with feedback off no rule moves the staff; with it on only some do."""

from __future__ import annotations

import pytest

from sim.scenario import Scenario
from sim.scenario.load import load_scenario
from sim.study.replicate import simulate
from tests.workforce.staff import national, of_staff, same, still, with_staff

RULES = ("today", "local", "national_panel", "duty_to_admit")
CONSTANT = (
    "workforce.vacancy={mean: 0, sd: 0, correlation: 0}",
    "workforce.absence={mean: 0, sd: 0, correlation: 0}",
)


def first_version(rule: str, units: float) -> Scenario:
    short = ("run=quick", "run.warm_up_days=30", "run.window_days=300", "run.follow_up_days=30")
    return load_scenario([f"commissioning={rule}", *CONSTANT, f"workforce.units_per_place={units}", *short])


@pytest.mark.behaviour
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("units", [1.45, 0.9])
def test_constant_staff_without_feedback_are_the_first_version(rule: str, units: float) -> None:
    """Posts that nobody leaves, and a roster without vacancies and absence: the same log to the byte."""
    before = first_version(rule, units)
    roles = {
        "care": {"per_place": units, "shift": "day"},
        "night_waking": {"per_place": units / 2, "shift": "night"},
        "education": {"per_place": 0.0},
    }
    after = with_staff(before, still(roles=roles, feedback={"children": False}))
    for replication in (0, 1):
        one, other = simulate(before, replication).log, simulate(after, replication).log
        rows = [row for row in range(len(other)) if other.kind[row] < 30]
        assert len(rows) > 1000
        kept = type(other)(
            *(getattr(other, name)[rows] for name in ("day", "kind", "child", "home", "code", "value"))
        )
        assert same(one, kept)
        said = {(int(k), float(d)) for k, d in zip(other.kind, other.day, strict=True) if k >= 30}
        assert {day for _, day in said} == {0.0}  # only what holds from the start is said of posts


@pytest.mark.behaviour
def test_without_feedback_no_rule_moves_the_staff() -> None:
    told = [
        of_staff(simulate(national(f"commissioning={rule}", "workforce.feedback.children=false")).log)
        for rule in RULES
    ]
    assert len(told[0]) > 1000
    assert all(same(told[0], other) for other in told[1:])


@pytest.mark.behaviour
def test_with_feedback_rules_move_the_staff() -> None:
    one, other = (
        of_staff(simulate(national(f"commissioning={rule}")).log) for rule in ("today", "duty_to_admit")
    )
    assert not same(one, other)


@pytest.mark.behaviour
def test_one_more_home_moves_no_other_draw() -> None:
    """Without what binds homes together, each home's staff stand alone."""
    whole = national("workforce.feedback.children=false")
    fewer = whole.estate.model_copy(
        update={"homes": whole.estate.homes[1:], "residents_at_start": {}, "shut": ()}
    )
    whole = whole.model_copy(
        update={"estate": whole.estate.model_copy(update={"residents_at_start": {}, "shut": ()})}
    )
    one = of_staff(simulate(whole).log)
    other = of_staff(simulate(whole.model_copy(update={"estate": fewer})).log)
    kept = [row for row in range(len(one)) if one.home[row] > 0]
    assert [(one.day[r], one.kind[r], one.home[r] - 1, one.code[r], one.value[r]) for r in kept] == list(
        zip(other.day, other.kind, other.home, other.code, other.value, strict=True)
    )


@pytest.mark.behaviour
def test_the_same_replication_plays_the_same() -> None:
    assert same(simulate(national(), 2).log, simulate(national(), 2).log)
