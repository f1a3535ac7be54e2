"""A frozen, typed, validated description of one possible estate, its demand and its rule."""

from sim.scenario.scenario import Scenario

__all__ = ["Scenario"]
