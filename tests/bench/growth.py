"""How cost grows: with the horizon, with demand and estate together, and with the number of children who wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import sim
from sim.engine.log import EventLog, Kind
from sim.scenario import Scenario
from sim.study.replicate import Result, simulate
from sim.world import World, draw_world
from tests.bench.core_race import Tell, without_collector
from tests.bench.effort import Effort
from tests.bench.race import Runner, race, ratio, results, spread
from tests.reference.core_scenario import core_arrays, core_scenario

RULES = ("core", "core_regional")
EVENTS = (Kind.REFERRED, Kind.ADMITTED, Kind.LEFT, Kind.ENDED)
NATIONAL_WELFARE, PLACED_A_DAY = 499 / 365.25, 0.74  # referrals, and placements at the defaults, a day
LONG, LONG_ROUNDS = 1000, 2  # lists that take seconds, and the rounds that they are given
CORE_EXCESS = 0.57  # children a day whom the core has no place for


def size(effort: Effort, tell: Tell) -> dict[str, Any]:
    """The ratio to the plain loop on the same children, as horizon, demand and estate grow."""
    found: dict[str, Any] = {}
    first: dict[str, float] = {}
    for name, years, scale in effort.growth:
        runners: list[Runner] = []
        children = 0
        for rule in RULES:
            scenario = core_scenario(years, scale, overrides=(f"commissioning={rule}",))
            world = draw_world(scenario, 0)
            tape, children = core_arrays(scenario, world), len(world.tape)
            if not runners:
                runners.append(Runner("loop", lambda k, tape=tape: without_collector(tape.play), "loop"))  # type: ignore[misc]
            runners.append(Runner(rule, _player(scenario, world), "loop"))
        tell(f"{name}: {children} children")
        laps = race(runners, effort.growth_rounds if scale < 100 else min(3, effort.growth_rounds), tell)
        measured = {rule: ratio(laps, rule, "loop") for rule in RULES}
        for rule in RULES:
            first.setdefault(rule, measured[rule]["median"])
            measured[rule]["of_the_first"] = float(f"{measured[rule]['median'] / first[rule]:.4g}")
        found[name] = {"years": years, "scale": scale, "children": children, **measured}
    return {
        "what": "ratio to the plain heapq loop (which always plays the core rule) on the same children; "
        "of_the_first: that ratio over the ratio in the first row",
        "rows": found,
    }


def _player(scenario: Scenario, world: World) -> Callable[[int], Result]:
    return lambda k: simulate(scenario, world=world)


# -- the list -----------------------------------------------------------------------------------------


def lists(effort: Effort, tell: Tell) -> dict[str, Any]:
    """Cost per event with more and more children on the list, and the exponent with which it grows."""
    found = {}
    for name, kind, make in _rules():
        rows = []
        for length in effort.lists:
            rows.append(_row(name, make, length, effort, tell))
        found[name] = {"kind": kind, "rows": rows, **_growth(rows)}
    return {
        "what": "processor microseconds per event (referred, admitted, left, ended) after the start, with about as "
        "many children waiting all the time: a burst on day 0, then patience that keeps it so; the cost of a short "
        "horizon is taken from that of a long one; records_per_event: entries of the log, refusals among them, which "
        "every child on the list collects anew each fortnight",
        "rules": found,
    }


def _growth(rows: list[dict[str, Any]]) -> dict[str, float]:
    """The exponent over all lists, and the last over the first; nothing while there is one list alone."""
    cost = np.maximum([row["microseconds_median"] for row in rows], 1e-3)
    if len(rows) < 2:
        return {}
    exponent = np.polyfit(np.log([row["list"] for row in rows]), np.log(cost), 1)[0]
    return {"exponent": round(float(exponent), 3), "last_over_first": float(f"{cost[-1] / cost[0]:.3g}")}


def _rules() -> list[tuple[str, str, Callable[[int, int], tuple[Scenario, World]]]]:
    core = [(rule, "order, no refusals", _core(rule)) for rule in RULES]
    national = [
        (name, kind, _national(name))
        for name, kind in (
            ("regional", "order, refusals"),
            ("national_panel", "panel"),
            ("today", "broadcast"),
            ("local", "one by one"),
        )
    ]
    return core + national


def _core(rule: str) -> Callable[[int, int], tuple[Scenario, World]]:
    def make(length: int, days: int) -> tuple[Scenario, World]:
        patience = f"[{{kind: exponential, mean: {length / CORE_EXCESS:.4g}}}]"
        streams = [f"demand.streams.{name}.patience={patience}" for name in ("welfare", "justice")]
        overrides = (f"commissioning={rule}", "run.warm_up_days=0", f"run.window_days={days}", *streams)
        scenario = sim.load_scenario(overrides, core_configs())
        return scenario, with_burst(scenario, length)

    return make


def core_configs() -> Any:
    from tests.reference.core_scenario import CONFIGS

    return CONFIGS


def _national(rule: str) -> Callable[[int, int], tuple[Scenario, World]]:
    def make(length: int, days: int) -> tuple[Scenario, World]:
        mean = length / (NATIONAL_WELFARE - PLACED_A_DAY)
        scenario = sim.load_scenario(
            [
                f"commissioning={rule}", "run.warm_up_days=0", "run.follow_up_days=0", f"run.window_days={days}",
                "behaviour.authorities.update_missed=0", "behaviour.authorities.form_missed=0",
                *(f"demand.streams.welfare_{nation}.{key}" for nation in ("england", "wales") for key in (
                    f"patience=[{{kind: exponential, mean: {mean:.4g}}}]", "withdrawn_after={kind: never}")),
            ]
        )  # fmt: skip
        return scenario, with_burst(scenario, length)

    return make


def with_burst(scenario: Scenario, length: int) -> World:
    """The world of the scenario after `length` more children of its first welfare stream on day 0."""
    drawn = draw_world(scenario, 0).tape
    later = ~drawn.resident
    stream = np.array(drawn.streams)[drawn.stream[later]]
    burst = next(name for name in scenario.demand.streams if scenario.demand.streams[name].route == "welfare")
    numbers = np.arange(length) + (1 << 21)  # beyond those of the drawn children
    return sim.prepare(
        scenario,
        {
            "day": np.concatenate([np.zeros(length), drawn.day[later]]),
            "stream": np.concatenate([np.full(length, burst, dtype=object), stream]),
            "number": np.concatenate([numbers, drawn.number[later]]),
        },
    )


def _row(
    name: str, make: Callable[[int, int], tuple[Scenario, World]], length: int, effort: Effort, tell: Tell
) -> Any:
    short, long = make(length, effort.long_days // 4), make(length, effort.long_days)
    logs = [simulate(scenario, world=world) for scenario, world in (short, long)]
    more = _events(logs[1].log) - _events(logs[0].log)
    records = len(logs[1].log) - len(logs[0].log)
    waiting = mean_list(logs[1])
    runners = [Runner("short", _player(*short), "short"), Runner("long", _player(*long), "short")]
    rounds = effort.list_rounds if length < LONG else min(LONG_ROUNDS, effort.list_rounds)
    laps = race(runners, rounds, lambda text: None)
    cost = spread([(lap.seconds["long"] - lap.seconds["short"]) / more * 1e6 for lap in laps])
    tell(f"{name}, {waiting:.0f} waiting: {cost['median']} microseconds an event")
    return {
        "list": float(f"{max(waiting, 0.1):.4g}"),
        "events": more,
        "records_per_event": float(f"{records / more:.4g}"),
        "seconds": results(runners, laps)["long"]["seconds"],
        **{f"microseconds_{key}": value for key, value in cost.items()},
    }


def _events(log: EventLog) -> int:
    return len(log.of(*EVENTS))


def mean_list(result: Result) -> float:
    """Mean number of children on the list over the whole run."""
    log, horizon = result.log, result.scenario.run.horizon_days
    opened, ended = log.day[log.of(Kind.REFERRED)], log.day[log.of(Kind.ENDED)]
    return float((ended.sum() - opened.sum()) / horizon)
