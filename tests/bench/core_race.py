"""The core workload through the engine and through other programs, on the same children."""

from __future__ import annotations

import gc
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from sim.study.replicate import simulate
from sim.world import draw_world
from tests.bench import simpy_textbook
from tests.bench.effort import Effort
from tests.bench.race import Runner, race, ratio, results
from tests.reference.core_scenario import CoreArrays, CoreOutcome, core_arrays, core_scenario
from tests.reference.heapq_core import WAITING

Tell = Callable[[str], object]

LOOP, LOOP_POOLED = "plain heapq loop", "plain heapq loop, pooled variant"
ENGINE, ENGINE_DRAWS = "this project", "this project, drawing its world too"
SIMPY, SIMPY_DRAWS = "SimPy, textbook", "SimPy, textbook, drawing its own numbers"
SALABIM, CIW = "salabim", "Ciw, pooled variant"
WORLDS = 5
PATH_DAYS = 1e-6


def core(effort: Effort, tell: Tell) -> dict[str, Any]:
    """Ratios to the plain heapq loop, once all have been seen to do the same."""
    scenario = core_scenario(effort.years)
    worlds = [draw_world(scenario, number) for number in range(min(WORLDS, effort.rounds))]
    tapes = [core_arrays(scenario, world) for world in worlds]
    skipped, programs = [], [simpy_on(tapes)]
    for needed, make in (("salabim", salabim_on), ("ciw", ciw_on)):
        if find_spec(needed):
            programs.append(make(tapes))
        else:
            skipped.append(needed)
            tell(f"{needed} is not installed: skipped (make bench installs it)")
    checked = [check_engine(scenario, worlds, tapes), *(check() for _, check in programs)]
    tell("same path: " + ", ".join(checked))
    runners = [
        Runner(LOOP, lambda k: without_collector(tapes[k % len(tapes)].play), LOOP, times=3),
        Runner(ENGINE, lambda k: simulate(scenario, world=worlds[k % len(worlds)]), LOOP),
        Runner(ENGINE_DRAWS, lambda k: simulate(scenario, k), LOOP),
        *(runner for found, _ in programs for runner in found(effort.slow_rounds)),
    ]
    laps = race(runners, effort.rounds, tell)
    engine = {name: ratio(laps, name, ENGINE) for name in (SIMPY, SIMPY_DRAWS, SALABIM)}
    found = results(runners, laps)
    if not skipped and found.get(CIW, {}).get("rounds"):  # another workload: a ratio of two ratios
        quotient = found[CIW]["median"] / found[ENGINE]["median"]
        engine[CIW] = {"against": f"{ENGINE}, each to its own loop", "median": float(f"{quotient:.4g}")}
    return {
        "what": "13 homes, processor time, same children; the loop is timed without the garbage collector, as the "
        "engine runs; Ciw plays the pooled variant (one home) and is measured against the loop on that variant",
        "years": effort.years,
        "children": [tape.children for tape in tapes],
        "same_path": checked,
        "skipped": skipped,
        "against_heapq": found,
        "times_this_project": engine,
    }


def without_collector(play: Callable[[], object]) -> None:
    """The stiffest comparison: the loop has the same favour as the engine gives itself."""
    gc.disable()
    try:
        play()
    finally:
        gc.enable()


def same(loop: CoreOutcome, other: CoreOutcome, name: str, only: Any = slice(None)) -> str:
    """Raise AssertionError unless both give every child the same home at the same time."""
    for column in ("home", "outcome"):
        differ = int((getattr(loop, column)[only] != getattr(other, column)[only]).sum())
        assert differ == 0, f"{name}: {differ} children with another {column} than in the plain loop"
    apart = float(np.abs(loop.when[only] - other.when[only]).max())
    assert apart <= PATH_DAYS, f"{name}: {apart} days apart from the plain loop"
    return f"{name}, within {apart:.0e} days"


def check_engine(scenario: Any, worlds: list[Any], tapes: list[CoreArrays]) -> str:
    said = ""
    for world, tape in zip(worlds, tapes, strict=True):
        played = CoreOutcome.of_log(simulate(scenario, world=world).log, tape.children, tape.end)
        said = same(CoreOutcome.of_loop(tape.play()), played, ENGINE)
    return said


Program = tuple[Callable[[int], list[Runner]], Callable[[], str]]


def simpy_on(tapes: list[CoreArrays]) -> Program:
    def shared(k: int) -> list[dict[str, Any]]:
        tape = tapes[k % len(tapes)]
        return simpy_textbook.Textbook(simpy_textbook.SharedNumbers(tape), tape.end).run()

    def own(k: int) -> object:
        return simpy_textbook.Textbook(simpy_textbook.OwnNumbers(k), tapes[0].end).run()

    def check() -> str:
        return same(
            CoreOutcome.of_loop(tapes[0].play()), simpy_textbook.outcome(shared(0), tapes[0].end), SIMPY
        )

    return lambda rounds: [Runner(SIMPY, shared, LOOP, rounds), Runner(SIMPY_DRAWS, own, LOOP, rounds)], check


def salabim_on(tapes: list[CoreArrays]) -> Program:
    from tests.bench import salabim_core

    def play(k: int) -> Any:
        return salabim_core.Model(tapes[k % len(tapes)]).run()

    def check() -> str:
        return same(CoreOutcome.of_loop(tapes[0].play()), salabim_core.outcome(play(0)), SALABIM)

    return lambda rounds: [Runner(SALABIM, play, LOOP, rounds)], check


def ciw_on(tapes: list[CoreArrays]) -> Program:
    from tests.bench import ciw_pooled

    pooled = [ciw_pooled.pooled(tape) for tape in tapes]

    def play(k: int) -> Any:
        return ciw_pooled.play(pooled[k % len(pooled)])

    def check() -> str:
        found = ciw_pooled.outcome(play(0), pooled[0])
        done = found.outcome != WAITING  # who is there at the end leaves no record in Ciw
        assert done.mean() > 0.8
        return same(CoreOutcome.of_loop(pooled[0].play()), found, CIW, done)

    def runners(rounds: int) -> list[Runner]:
        loop = Runner(
            LOOP_POOLED,
            lambda k: without_collector(pooled[k % len(pooled)].play),
            LOOP_POOLED,
            rounds,
            times=3,
        )
        return [loop, Runner(CIW, play, LOOP_POOLED, rounds)]

    return runners, check
