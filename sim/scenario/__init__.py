"""A frozen, typed, validated description of one possible estate, its demand and its rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario as Scenario

__all__ = ["Scenario"]


def __getattr__(name: str) -> Any:
    """The class of scenarios, read when it is used: who wants only the errors waits for nothing."""
    if name != "Scenario":
        raise AttributeError(f"module 'sim.scenario' has no attribute {name!r}")
    from sim.scenario.scenario import Scenario

    return Scenario
