"""What a ledger is made from: the spells and places of one replication, once for all."""

from __future__ import annotations

from dataclasses import dataclass

from sim.engine.log import Ending, EventLog, Kind, Source
from sim.outcomes.money.months import Months, months_of
from sim.outcomes.money.prices import child_factors
from sim.outcomes.places import HomePlaces, home_places
from sim.outcomes.settings import SettingSpells, setting_spells
from sim.outcomes.spells import Floats, Spells, Steps, home_spells, list_spells, offer_spells, scotland_spells
from sim.outcomes.workforce import said
from sim.scenario.money import Money
from sim.scenario.posts import ROLES, Posts
from sim.scenario.scenario import Scenario
from sim.world.prices import price_uniforms
from sim.world.tape import Tape
from sim.world.world import World


@dataclass(frozen=True, eq=False)
class StaffSaid:
    """What the log says of a home's care staff: posts filled of all posts of the ratio, and hours by source."""

    posts: float
    in_post: tuple[Steps, ...]
    hours: dict[Source, Steps]


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
    staff: tuple[StaffSaid, ...] | None = None

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
    return gathered(scenario, world, log, placed, scotland, settings, places)


def gathered(
    scenario: Scenario, world: World, log: EventLog, placed: Spells, scotland: Spells, settings: SettingSpells,
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
    return Facts(scenario, money, tape, months_of(scenario.run), placed, scotland, settings, places, factors,
                 staff_said(scenario, log))  # fmt: skip


def staff_said(scenario: Scenario, log: EventLog) -> tuple[StaffSaid, ...] | None:
    """Care staff home by home, where staff are posts and the log speaks of them."""
    workforce, homes = scenario.workforce, scenario.estate.homes
    if not isinstance(workforce, Posts) or not len(log.of(Kind.IN_POST)):
        return None
    roles = [
        (code, workforce.roles[name])
        for code, name in enumerate(ROLES)
        if name in workforce.roles and workforce.roles[name].shift != "none"
    ]
    filled = [said(log, Kind.IN_POST, len(homes), code) for code, _ in roles]
    hours = {source: said(log, Kind.WORKED, len(homes), source) for source in Source}
    return tuple(
        StaffSaid(
            posts=sum(
                (role.per_place * home.places + role.per_home) * home.establishment for _, role in roles
            ),
            in_post=tuple(one[at] for one in filled),
            hours={source: each[at] for source, each in hours.items()},
        )
        for at, home in enumerate(homes)
    )
