"""Placement-core as an ordinary scenario of this project, and the bridge to its plain heapq loop.

The scenario is `tests/bench_configs`, with copies of the homes and more referrals where it is scaled. One
world is handed to the engine as it is and to the loop as lists, so both see the same children.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.engine.log import Ending, EventLog, Kind
from sim.scenario import Scenario
from sim.scenario.load import load_scenario
from sim.study.wiring import make_plan
from sim.world import World
from tests.reference.heapq_core import ADMITTED, GAVE_UP, WAITING, CoreHomes, core_homes, play_core

CONFIGS = Path(__file__).parents[1] / "bench_configs"
DAYS = 365


@lru_cache(maxsize=32)
def core_scenario(
    years: int = 10, scale: int = 1, seed: int = 2023, overrides: Sequence[str] = ()
) -> Scenario:
    """Placement-core over `years` after a year to warm up, with `scale` copies of its homes and referrals."""
    days = [f"run.window_days={DAYS * years}", f"run.seed={seed}"]
    return scaled(load_scenario([*days, *overrides], CONFIGS), scale)


def scaled(scenario: Scenario, scale: int) -> Scenario:
    """The scenario with `scale` times the referrals, and copy k of each home moved by (7k mod 31, 11k mod 29)."""
    if scale == 1:
        return scenario
    whole: dict[str, Any] = scenario.model_dump(mode="json")
    homes = whole["estate"]["homes"]
    whole["estate"]["homes"] = [_copy(home, number) for number in range(scale) for home in homes]
    for stream in whole["demand"]["streams"].values():
        stream["ceiling_per_year"] *= scale
        for piece in stream["rate"]:
            piece["per_year"] *= scale
    return Scenario.model_validate(whole)


def _copy(home: dict[str, Any], number: int) -> dict[str, Any]:
    if number == 0:
        return home
    moved = {
        "easting_m": home["easting_m"] + 7 * number % 31,
        "northing_m": home["northing_m"] + 11 * number % 29,
    }
    return home | moved | {"name": f"{home['name']} copy {number}"}


@dataclass(frozen=True)
class CoreArrays:
    """One world as the plain loop takes it: children in order of arrival, redraws in order of day."""

    homes: CoreHomes
    end: float
    arrival: list[float]
    kind: list[int]
    complexity: list[int]
    region: list[int]
    stay: list[float]
    patience: list[float]
    redraws: list[tuple[float, int, int]]

    def play(self) -> tuple[list[int], list[int], list[float]]:
        """Outcome, home and time of the outcome of each child, by the plain loop."""
        return play_core(self.homes, self.end, self.arrival, self.kind, self.complexity, self.region, self.stay,
                         self.patience, self.redraws)  # fmt: skip

    @property
    def children(self) -> int:
        return len(self.arrival)


def core_arrays(scenario: Scenario, world: World) -> CoreArrays:
    """The same world for the plain loop; staff for half a place count down."""
    tape, homes = world.tape, core_homes(len(scenario.estate.homes) // 13)
    shifts = make_plan(scenario, world).staff
    changes = zip(shifts.day.tolist(), shifts.home.tolist(), shifts.by_day.tolist(), strict=True)
    return CoreArrays(
        homes=homes,
        end=float(scenario.run.horizon_days),
        arrival=tape.day.tolist(),
        kind=(tape.route != 0).astype(int).tolist(),
        complexity=tape.complexity.tolist(),
        region=tape.origin.tolist(),
        stay=tape.need_days.tolist(),
        patience=tape.patience_days.tolist(),
        redraws=[(day, home, int(places)) for day, home, places in changes if day > 0],
    )


@dataclass(frozen=True)
class CoreOutcome:
    """What became of each child: how (admitted, gave up, waiting), which home (-1: none), and when."""

    outcome: npt.NDArray[np.int64]
    home: npt.NDArray[np.int64]
    when: npt.NDArray[np.float64]

    @classmethod
    def of_loop(cls, played: tuple[list[int], list[int], list[float]]) -> CoreOutcome:
        return cls(*(np.array(column) for column in played))

    @classmethod
    def of_log(cls, log: EventLog, children: int, horizon: float) -> CoreOutcome:
        """The same from the event log of the engine."""
        outcome, home = np.full(children, WAITING), np.full(children, -1)
        when = np.full(children, horizon)
        admitted, ended = log.of(Kind.ADMITTED), log.of(Kind.ENDED)
        home[log.child[admitted]] = log.home[admitted]
        when[log.child[ended]] = log.day[ended]
        outcome[log.child[admitted]] = ADMITTED
        outcome[log.child[ended[log.code[ended] == Ending.ALTERNATIVE]]] = GAVE_UP
        return cls(outcome, home, when)


def core_values(arrays: CoreArrays, found: CoreOutcome, warm_up: float = DAYS) -> dict[str, float]:
    """Mean wait, share reneged and occupancy, as placement-core defines them, and events executed."""
    arrival, stay = np.array(arrays.arrival), np.array(arrays.stay)
    admitted, gave_up = found.outcome == ADMITTED, found.outcome == GAVE_UP
    counted = arrival >= warm_up
    begin, end = found.when[admitted], (found.when + stay)[admitted]
    occupied = np.maximum(np.minimum(end, arrays.end) - np.maximum(begin, warm_up), 0).sum()
    places = sum(arrays.homes.beds)
    return {
        "mean wait": float((found.when - arrival)[admitted & counted].mean()),
        "share reneged": float((gave_up & counted).sum() / ((admitted | gave_up) & counted).sum()),
        "occupancy": float(occupied / (places * (arrays.end - warm_up))),
        "events": float(len(arrival) + (end < arrays.end).sum() + gave_up.sum() + np.ceil(arrays.end) - 1),
    }
