"""placesim: a simulation of secure children's home placements in England and Wales.

    import sim

    scenario = sim.load_scenario(["commissioning=national_panel", "run.seed=7"])
    one = sim.simulate(scenario, 0)

`load_scenario` reads configs/ and raises `ConfigError` (one line) for a setting that cannot be used;
`simulate` plays one replication; `compare` plays several scenarios on the same worlds; `read_sweep` reads what
`placesim sweep` has kept. Nothing heavy is imported until it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.scenario.errors import ConfigError as ConfigError
    from sim.scenario.load import load_experiment as load_experiment
    from sim.scenario.load import load_scenario as load_scenario
    from sim.scenario.scenario import Scenario as Scenario
    from sim.study.compare import compare as compare
    from sim.study.replicate import simulate as simulate
    from sim.study.sweep.read import read_sweep as read_sweep
    from sim.study.tapes import world_to_frames as world_to_frames
    from sim.study.tapes import write_world as write_world
    from sim.world.prepared import prepare as prepare

    __version__: str

_HOMES = {
    "ConfigError": "sim.scenario.errors",
    "Scenario": "sim.scenario.scenario",
    "compare": "sim.study.compare",
    "load_experiment": "sim.scenario.load",
    "load_scenario": "sim.scenario.load",
    "prepare": "sim.world.prepared",
    "read_sweep": "sim.study.sweep.read",
    "simulate": "sim.study.replicate",
    "world_to_frames": "sim.study.tapes",
    "write_world": "sim.study.tapes",
}

__all__ = [  # noqa: RUF022 - in the order of use
    "load_scenario",
    "load_experiment",
    "simulate",
    "compare",
    "read_sweep",
    "prepare",
    "world_to_frames",
    "write_world",
    "Scenario",
    "ConfigError",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("secure-placement-sim")
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
