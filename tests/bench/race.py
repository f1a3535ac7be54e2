"""Programs timed side by side: one process, another order each round, ratios within a round.

Seconds on a busy machine say little, so nothing here is a second: each round divides every program by the one it
is measured against, and what is kept is the median of those ratios with the least and the most of them.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import process_time
from typing import Any

import numpy as np

from sim.world.streams import Streams

Play = Callable[[int], object]  # plays the world of a round


@dataclass(frozen=True)
class Runner:
    """A program in a race: how it plays a round, what it is measured against, and in how many rounds it runs.

    A short program is played `times` times in a round, to be longer than the ticks of the clock.
    """

    name: str
    play: Play
    against: str
    rounds: int = 1_000_000
    times: int = 1


@dataclass(frozen=True)
class Lap:
    """Processor seconds of each program in one round."""

    seconds: dict[str, float]


def race(runners: Sequence[Runner], rounds: int, tell: Callable[[str], object]) -> list[Lap]:
    """Time the runners over `rounds`, in a new order each round."""
    shuffle = Streams(1, 0).of("bench", "order")
    laps = []
    for number in range(rounds):
        running = [runner for runner in runners if number < runner.rounds]
        order = np.argsort(shuffle.at(number * 64 + np.arange(len(running))))
        seconds = {running[at].name: seconds_of(running[at], number) for at in order}
        laps.append(Lap(seconds))
        tell(f"round {number + 1} of {rounds}: " + ", ".join(f"{n} {s:.3g} s" for n, s in seconds.items()))
    return laps


def seconds_of(runner: Runner, number: int) -> float:
    """Processor seconds of one play, after the rubbish of others is cleared away."""
    gc.collect()
    start = process_time()
    for _ in range(runner.times):
        runner.play(number)
    return (process_time() - start) / runner.times


def ratio(laps: Sequence[Lap], name: str, against: str) -> dict[str, Any]:
    """Median, least and most of the ratios of two programs in the rounds that both ran."""
    both = [lap.seconds for lap in laps if name in lap.seconds and against in lap.seconds]
    found = [seconds[name] / seconds[against] for seconds in both]
    return {"against": against, **spread(found)}


def spread(values: Sequence[float]) -> dict[str, Any]:
    """Median, least and most of some numbers, to four figures."""
    if not values:
        return {"median": None, "least": None, "most": None, "rounds": 0}
    low, middle, high = (float(f"{value:.4g}") for value in np.quantile(values, [0, 0.5, 1]))
    return {"median": middle, "least": low, "most": high, "rounds": len(values)}


def results(runners: Sequence[Runner], laps: Sequence[Lap]) -> dict[str, dict[str, Any]]:
    """For each program its ratio and the median of its processor seconds."""
    return {
        runner.name: {
            **ratio(laps, runner.name, runner.against),
            "seconds": spread([lap.seconds[runner.name] for lap in laps if runner.name in lap.seconds])[
                "median"
            ],
        }
        for runner in runners
    }
