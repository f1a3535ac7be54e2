"""The presets on textbook estates: pooling, overflow, ring-fences and the hypercube come out of them too.

What theory expects of the textbook scenarios is proven by the cases; here each preset is shown to be the same queue
as one of them, record by record, or to meet the same numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.log import EventLog
from sim.scenario import Scenario
from sim.scenario.load import load_scenario
from sim.study.replicate import simulate
from tests.analytic import formulas
from tests.analytic.case import TEXTBOOK
from tests.analytic.reading import Reading

pytestmark = pytest.mark.analytic

AT_ONCE = "commissioning.welfare.sits_every_days=0"
LENGTH = ["run.warm_up_days=20", "run.window_days=150", "run.follow_up_days=0"]
COLUMNS = ("day", "kind", "child", "home", "code", "value")
NATIONAL = ("national_panel", "national_panel_todays_grounds", "national_first_come", "duty_to_admit")
POOLED = ["o08 four_areas four_areas", "o20 three_areas loss_three_areas", "o24 three_servers four_strata"]


def load(*overrides: str) -> Scenario:
    return load_scenario([*overrides, *LENGTH], TEXTBOOK)


def rows_of(log: EventLog) -> list[tuple[Any, ...]]:
    return list(zip(*(getattr(log, name).tolist() for name in COLUMNS), strict=True))


def same_queue(estate: str, demand: str, proven: list[str], preset: list[str]) -> bool:
    on = [f"estate={estate}", f"demand={demand}"]
    one, other = (rows_of(simulate(load(*on, *rule)).log) for rule in (proven, preset))
    return len(one) > 100 and one == other


@pytest.mark.parametrize("case", POOLED, ids=lambda case: case.split()[0])
@pytest.mark.parametrize("preset", [*NATIONAL, "local"])
def test_every_national_rule_and_local_without_waiting_is_the_pool(case: str, preset: str) -> None:
    _, estate, demand = case.split()
    more = [] if preset == "local" else [AT_ONCE]
    assert same_queue(estate, demand, [], [f"commissioning={preset}", *more])


@pytest.mark.parametrize("case", POOLED[:2], ids=lambda case: case.split()[0])
@pytest.mark.parametrize("preset", ["regional", "lead_commissioner"])
def test_a_regional_rule_that_never_overflows_is_each_area_on_its_own(case: str, preset: str) -> None:
    _, estate, demand = case.split()
    alone = [f"commissioning={preset}", AT_ONCE, "commissioning.welfare.scope=own_region"]
    assert same_queue(estate, demand, ["commissioning=own_region_first_come"], alone)


@pytest.mark.parametrize("preset", ["regional", "lead_commissioner", "membership_vehicle"])
def test_own_home_first_with_overflow_at_once_is_o21(preset: str) -> None:
    """Nobody waits in O21, so who comes first at a home makes no difference; where a child goes first does."""
    more = ["commissioning.welfare.overflow_days=0"]
    if preset == "membership_vehicle":
        more += ["commissioning.welfare.members=[south]", "commissioning.welfare.hold=null"]
    assert same_queue("two_areas", "loss_two_areas", [], [f"commissioning={preset}", AT_ONCE, *more])


@pytest.mark.parametrize("preset", ["national_panel", "national_first_come", "local"])
def test_the_ring_fence_of_o22_is_the_estate_s_own_under_any_rule(preset: str) -> None:
    more = [] if preset == "local" else [AT_ONCE]
    assert same_queue("ring_fenced", "loss_two_areas", [], [f"commissioning={preset}", *more])


@pytest.mark.parametrize("kept", [1, 3])
def test_places_held_for_ever_for_members_are_the_reserved_places_of_o14(kept: int) -> None:
    """Two areas of load 4 share a home of 10 places; the last r are held for the area that the home is in."""
    region = "{name: %s, nation: England}"
    place = "{code: %s, name: %s, nation: England, region: %s, easting_m: 0, northing_m: 0, weight: 1}"
    made = load(
        "demand=loss_two_areas", "commissioning=membership_vehicle", AT_ONCE,
        f"estate.regions=[{region % 'north'},{region % 'south'}]", "estate.homes.0.region=north",
        "estate.homes.0.either_places=10", "commissioning.welfare.members=[north]",
        f"commissioning.welfare.hold={{share: {kept / 10}, days: 1e9}}", "run.window_days=5000",
        f"demand.origins=[{place % ('north', 'north', 'north')},"
        f"{place % ('south', 'south', 'south')}]",
    )  # fmt: skip
    readings = [Reading(simulate(made, replication)) for replication in range(6)]
    for region_name, expected in zip(("north", "south"), formulas.reserved(4, 10, kept), strict=True):
        found = [each.share_turned_away(each.from_region(region_name)) for each in readings]
        error = np.std(found, ddof=1) / np.sqrt(len(found))
        assert error < 0.12 * expected and abs(np.mean(found) - expected) < 4 * error
