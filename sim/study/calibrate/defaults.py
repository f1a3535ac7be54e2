"""The values that the default settings give to the parameters of a calibration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import yaml

from sim.scenario.scenario import Scenario
from sim.scenario.unknowns import Unknown
from sim.study.calibrate.played import scenarios_at
from sim.world.streams import Floats

SLOT = "<v>"
OFF = "commissioning.welfare.declining.beyond_miles"


def default_values(unknowns: Sequence[Unknown], base: Sequence[str], config_dir: str | None = None) -> Floats:
    """One value for each parameter; one that is switched off by default counts as its high end."""
    scenario = scenarios_at((), np.zeros((1, 0)), tuple(base), config_dir=config_dir)[0]
    data = scenario.model_dump(mode="json", by_alias=True)
    return np.array([_value(one, scenario, data) for one in unknowns])


def _value(unknown: Unknown, scenario: Scenario, data: dict[str, Any]) -> float:
    if unknown.key == OFF and scenario.commissioning.welfare.declining is None:
        return unknown.high
    key, _, template = unknown.overrides[0].partition("=")
    found: Any = data
    for step in key.split("."):
        found = found[int(step)] if isinstance(found, list) else found[step]
    for inner in _place(yaml.safe_load(template)) or ():
        found = found[inner]
    return float(found)


def _place(template: Any) -> tuple[Any, ...] | None:
    """The steps from the top of a template to where the value stands in it; None where it does not."""
    if template == SLOT:
        return ()
    if not isinstance(template, dict | list):
        return None
    parts = template.items() if isinstance(template, dict) else enumerate(template)
    inside = ((step, _place(part)) for step, part in parts)
    return next(((step, *rest) for step, rest in inside if rest is not None), None)
