"""The clairvoyant bound: no rule beats it, schedules beside it can be played, tiny worlds are solved exactly."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.scenario import Scenario
from sim.scenario.commissioning import Rule
from sim.scenario.errors import ConfigError
from sim.scenario.levers import Pressure
from sim.scenario.load import load_scenario
from sim.study.bound import (
    OBJECTIVES,
    Effort,
    Infeasible,
    Objective,
    Placement,
    bound,
    play_schedule,
    reached,
    share_of_bound,
)
from sim.study.bound.playing import CLAIRVOYANT, clairvoyant_plan
from sim.study.bound.schedule import PlannedDesk, played
from sim.study.replicate import Result, simulate
from sim.world import World, draw_world
from tests.property.effort import examples
from tests.property.estates import scenarios
from tests.property.recount import Books
from tests.small import days, home, scenario, stream, world_of

pytestmark = pytest.mark.property

PRESETS = ("today", "regional", "national_panel", "national_panel_todays_grounds", "national_matching",
           "national_points", "duty_to_admit", "local")  # fmt: skip
FAST = Effort(blocks=12, stages=((1.0, 12), (0.1, 12)), every=1, step=(1, 1), exact=0, tries=1)
EXACT = Effort(blocks=12, stages=((1.0, 8),), every=1, step=(1, 1), exact=10_000, exact_seconds=20, tries=1)
SOLVED = Effort(blocks=12, stages=((1.0, 8),), every=1, step=(1, 1), exact=400, exact_seconds=1, tries=1)


def better(objective: Objective, one: float, other: float) -> bool:
    """Whether `one` is better than `other`, rounding aside."""
    slack = 1e-6 * max(1.0, abs(other))
    return one > other + slack if objective == "child_days" else one < other - slack


@lru_cache
def preset_rule(name: str) -> Rule:
    return load_scenario([f"commissioning={name}"]).commissioning.welfare


def without_transfers(made: Scenario) -> Scenario:
    """The same scenario with nobody transferred, as `placesim bound` asks."""
    breakdown = made.behaviour.breakdown.model_copy(update={"transfer_sought": 0.0})
    return made.model_copy(update={"behaviour": made.behaviour.model_copy(update={"breakdown": breakdown})})


def under(made: Scenario, rule: Rule) -> Scenario:
    """The same scenario under another welfare rule; grounds that its homes do not have cannot count."""
    grounds = tuple(ground for ground in rule.refusal if ground in made.behaviour.homes.grounds)
    pressure = None if rule.channel == "one_by_one" else rule.pressure
    rule = rule.model_copy(update={"refusal": grounds, "pressure": pressure})
    return made.model_copy(update={"commissioning": made.commissioning.model_copy(update={"welfare": rule})})


def bounded(made: Scenario, world: World, objective: Objective, effort: Effort) -> Any:
    try:
        return bound(made, world, objective, effort)
    except ConfigError as error:
        assume("residents_at_start" not in str(error))
        raise


# -- no rule beats it ----------------------------------------------------------------------------------


@st.composite
def with_levers(draw: Any) -> Scenario:
    """A random small estate; now and then children move on early, or empty places for justice are lent."""
    made = without_transfers(draw(scenarios()))
    welfare, justice = made.commissioning.welfare, made.commissioning.justice
    if draw(st.integers(0, 2)) == 0 and welfare.channel == "all_declared":
        pressure = Pressure(list_from=0.3, alert_from=0.6, within_days=draw(st.sampled_from([2.0, 15.0])))
        welfare = welfare.model_copy(update={"pressure": pressure})
    if draw(st.integers(0, 2)) == 0 and justice is not None:
        justice = justice.model_copy(update={"release_days": 2.0})
    rules = made.commissioning.model_copy(update={"welfare": welfare, "justice": justice})
    return made.model_copy(update={"commissioning": rules})


@examples(15, 1000)
@given(with_levers(), st.sampled_from(OBJECTIVES), st.sampled_from(PRESETS), st.booleans())
def test_no_rule_beats_the_bound(made: Scenario, objective: Objective, preset: str, solve: bool) -> None:
    world = draw_world(made, 0)
    limit = bounded(made, world, objective, SOLVED if solve else FAST)
    assert not better(objective, limit.best, limit.value)
    own = made.commissioning.welfare
    for rule in (own, preset_rule(preset).model_copy(update={"pressure": own.pressure})):
        one = under(made, rule)
        value = reached(one, world, simulate(one, 0, world).log, objective)
        assert not better(objective, value, limit.value), (objective, rule.title, value, limit.value)
        assert share_of_bound(objective, value, limit.value) <= 1 + 1e-6 or value == limit.value == 0


# -- the schedule can be played ------------------------------------------------------------------------


@examples(8, 300)
@given(scenarios().map(without_transfers), st.sampled_from(OBJECTIVES))
def test_the_schedule_is_feasible_and_reaches_what_is_said(made: Scenario, objective: Objective) -> None:
    world = draw_world(made, 0)
    found = bounded(made, world, objective, FAST)
    log = play_schedule(made, world, found.schedule)
    assert reached(made, world, log, objective) == pytest.approx(found.best, abs=1e-6)
    books = Books(Result(under(made, CLAIRVOYANT), world, log))
    for row in books.records():
        books.post(row)


# -- tiny worlds ---------------------------------------------------------------------------------------


@st.composite
def tiny_worlds(draw: Any) -> tuple[Scenario, World]:
    """Two homes and up to three children in whole days, with staff that comes and goes."""
    made = scenario(
        [
            home("one", draw(st.integers(1, 2))),
            home("two", 1, sexes=draw(st.sampled_from(["mixed", "girls"]))),
        ],
        {"children": stream(2.0, patience=[days(3)])},
        horizon=12,
        court={"travel_days": days(draw(st.integers(0, 1)))},
        legal={"order_requires_bed": True},
    )
    count = draw(st.integers(2, 3))
    children = [
        {
            "day": float(day),
            "need_days": float(draw(st.integers(1, 6))),
            "patience_days": draw(st.integers(0, 3)) + 0.5,
            "need": float(draw(st.integers(1, 4))),
            "units_day": units,
            "units_night": units,
            "girl": draw(st.booleans()),
        }
        for day, units in zip(
            sorted(draw(st.integers(0, 4)) for _ in range(count)),
            [float(draw(st.integers(1, 2))) for _ in range(count)],
            strict=True,
        )
    ]
    levels = [float(draw(st.integers(1, 4))) for _ in range(3)]
    return made, world_of(made, children, {"one": list(zip((0.0, 3.0, 6.0), levels, strict=True))})


def best_of_all(made: Scenario, world: World, objective: Objective) -> float:
    """Every schedule of whole days played by the engine; the best."""
    plan = clairvoyant_plan(made, world)
    choices = []
    for child in range(len(world.tape)):
        first, patience = int(world.tape.day[child]), world.tape.patience_days[child]
        offered = product(range(len(plan.homes)), range(first, first + int(patience) + 1))
        choices.append([None, *(Placement(child, 0, home, float(day)) for home, day in offered)])
    values = []
    for chosen in product(*choices):
        schedule = sorted((one for one in chosen if one), key=lambda one: one.day)
        try:
            log = played(plan, lambda floor, plain, schedule=schedule: PlannedDesk(floor, plain, schedule))
        except Infeasible:
            continue
        values.append(reached(made, world, log, objective))
    return max(values) if objective == "child_days" else min(values)


@examples(6, 150)
@given(tiny_worlds(), st.sampled_from(OBJECTIVES))
def test_tiny_worlds_are_solved_exactly(tiny: tuple[Scenario, World], objective: Objective) -> None:
    made, world = tiny
    best = best_of_all(made, world, objective)
    exact, loose = bound(made, world, objective, EXACT), bound(made, world, objective, FAST)
    assert exact.value == pytest.approx(best, abs=1e-5)
    assert exact.best == pytest.approx(best, abs=1e-5) and exact.status == "optimal"
    assert not better(objective, best, loose.value)


# -- by hand -------------------------------------------------------------------------------------------


def test_the_bound_of_one_place_and_two_children_by_hand() -> None:
    """A child who stays 6 days and one who stays 3 want the same place on day 0, for at most 4 days."""
    made = scenario([home("one", 1)], {"children": stream(2.0, patience=[days(3)])}, horizon=20)
    children = [
        {"day": 0.0, "need_days": 6.0, "patience_days": 4.5, "need": 1.0},
        {"day": 0.0, "need_days": 3.0, "patience_days": 4.5, "need": 2.0},
    ]
    world = world_of(made, children)
    assert bound(made, world, "child_days", EXACT).value == pytest.approx(9.0)  # the short stay first
    assert bound(made, world, "need_waiting", EXACT).value == pytest.approx(3.0)  # the other waits 3 days


def test_the_bound_of_a_placement_that_breaks_down_by_hand() -> None:
    """Admission takes 2 days; the placement breaks down after 10, and the child comes back and waits 2 days again.

    Without the one place the child would wait 3 days, and with nobody who comes back 2 are left.
    """
    for again, waits in ((1.0, 4.0), (0.0, 2.0)):
        made = scenario(
            [home("one", 1)], {"children": stream(2.0, patience=[days(3)])}, horizon=40,
            court={"travel_days": days(2)}, legal={"order_requires_bed": True},
            breakdown={"base_per_year": 36.525, "referred_again": again},
        )  # fmt: skip
        child = {"day": 0.0, "need_days": 40.0, "patience_days": 30.0, "need": 1.0, "breakdown": 1.0}
        found = bound(made, world_of(made, [child | {"referred_again": 0.5}]), "need_waiting", FAST)
        assert found.value == pytest.approx(waits)
        assert found.best >= waits - 1e-6
