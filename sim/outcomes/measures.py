"""All measures of one replication as one tidy table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.log import Ending, EventLog
from sim.outcomes.access import access_rows
from sim.outcomes.catalogue import CATALOGUE
from sim.outcomes.flows import flow_rows
from sim.outcomes.groups import groups
from sim.outcomes.money.facts import gathered
from sim.outcomes.places import HomePlaces, home_places
from sim.outcomes.rows import Row
from sim.outcomes.settings import setting_spells
from sim.outcomes.spells import Spells, home_spells, list_spells, offer_spells, scotland_spells
from sim.outcomes.state import home_rows, list_rows, load_rows, money_rows, place_rows
from sim.outcomes.workforce import workforce_rows
from sim.scenario.scenario import Scenario
from sim.world.world import World

if TYPE_CHECKING:
    import pandas as pd


def measure_rows(scenario: Scenario, world: World, log: EventLog) -> list[Row]:
    """Every measure with its numerator and denominator."""
    tape, horizon = world.tape, float(scenario.run.horizon_days)
    lists, placed, offers = list_spells(log), home_spells(log), offer_spells(log, horizon)
    scotland = scotland_spells(log, lists, Ending.SCOTLAND, horizon)
    settings = setting_spells(tape, scenario.behaviour.authorities, lists, placed, scotland, horizon)
    places = all_places(scenario, world, log, placed, offers)
    facts = gathered(scenario, world, log, placed, scotland, settings, places)
    by = groups(tape, scenario.estate.homes)
    return [
        *access_rows(scenario, tape, log, lists, settings, by),
        *flow_rows(scenario, tape, lists),
        *list_rows(scenario, tape, lists, by),
        *home_rows(scenario, tape, log, placed, by),
        *place_rows(scenario, tape, placed, places),
        *money_rows(scenario, tape, scotland, settings, facts),
        *load_rows(scenario, tape, placed, places),
        *workforce_rows(scenario, log, places),
    ]


def all_places(
    scenario: Scenario, world: World, log: EventLog, placed: Spells, offers: Spells
) -> list[HomePlaces]:
    """The places of every home over time."""
    return [
        home_places(scenario, world.tape, log, placed, offers, home)
        for home in range(len(scenario.estate.homes))
    ]


def measure(scenario: Scenario, world: World, log: EventLog) -> pd.DataFrame:
    """Tidy measures: measure, group, level, value, unit, numerator, denominator."""
    import pandas as pd

    table = pd.DataFrame(measure_rows(scenario, world, log), columns=list(Row._fields))
    counted = table["denominator"] != 0
    table.insert(3, "value", (table["numerator"] / table["denominator"].where(counted)).astype(float))
    table.insert(4, "unit", [CATALOGUE[name].unit for name in table["measure"]])
    return table
