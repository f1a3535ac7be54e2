"""What a ledger is made from: the spells and places of one replication, once for all."""

from __future__ import annotations

from dataclasses import dataclass

from sim.engine.log import Ending, EventLog
from sim.outcomes.money.months import Months, months_of
from sim.outcomes.money.prices import child_factors
from sim.outcomes.places import HomePlaces, home_places
from sim.outcomes.settings import SettingSpells, setting_spells
from sim.outcomes.spells import Floats, Spells, home_spells, list_spells, offer_spells, scotland_spells
from sim.scenario.money import Money
from sim.scenario.scenario import Scenario
from sim.world.prices import price_uniforms
from sim.world.tape import Tape
from sim.world.world import World


@dataclass(frozen=True, eq=False)
class Facts:
    """One replication as the ledger sees it; `factors` are prices over the mean by setting, one for each child."""

    scenario: Scenario
    money: Money
    tape: Tape
    months: Months
    placed: Spells
    scotland: Spells
    settings: SettingSpells
    places: list[HomePlaces]
    factors: dict[str, Floats]

    @property
    def horizon(self) -> float:
        return float(self.scenario.run.horizon_days)


def facts_of(scenario: Scenario, world: World, log: EventLog) -> Facts | None:
    """The facts of one replication; None where the scenario has no money."""
    if scenario.costs.money is None:
        return None
    tape, horizon = world.tape, float(scenario.run.horizon_days)
    lists, placed, offers = list_spells(log), home_spells(log), offer_spells(log, horizon)
    scotland = scotland_spells(log, lists, Ending.SCOTLAND, horizon)
    settings = setting_spells(tape, scenario.behaviour.authorities, lists, placed, scotland, horizon)
    count = len(scenario.estate.homes)
    places = [home_places(scenario, tape, log, placed, offers, home) for home in range(count)]
    return gathered(scenario, world, placed, scotland, settings, places)


def gathered(
    scenario: Scenario, world: World, placed: Spells, scotland: Spells, settings: SettingSpells,
    places: list[HomePlaces],
) -> Facts | None:  # fmt: skip
    """The facts from spells and places that are there already."""
    money, tape, costs = scenario.costs.money, world.tape, scenario.costs
    if money is None:
        return None
    u = price_uniforms(world)
    score = (tape.need - money.need.mean) / money.need.sd
    factors = {
        str(name): child_factors(tail, costs.settings[name].gbp_week, u, score)
        for name, tail in money.tails.items()
        if name in costs.settings
    }
    return Facts(scenario, money, tape, months_of(scenario.run), placed, scotland, settings, places, factors)
