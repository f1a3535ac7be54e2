"""What the engine plays when a clairvoyant desk takes the place of the welfare rule."""

from __future__ import annotations

from sim.engine.plan import Plan
from sim.scenario.commissioning import Rule
from sim.scenario.scenario import Scenario
from sim.study.wiring import make_plan
from sim.world.world import World

CLAIRVOYANT = Rule(
    title="Clairvoyant", model="bound", scope="all", channel="all_declared", chooses="commissioner", refusal=(),
    pays="pooled",
)  # fmt: skip


def clairvoyant_plan(scenario: Scenario, world: World) -> Plan:
    """What the engine plays, with a welfare rule that a clairvoyant desk can take the place of."""
    commissioning = scenario.commissioning.model_copy(update={"welfare": CLAIRVOYANT})
    return make_plan(scenario.model_copy(update={"commissioning": commissioning}), world)
