"""Placement-core as a course in SimPy would have it: a process per child, dicts, and a list that is gone through.

Nothing is made slow on purpose and nothing is tuned. `SharedNumbers` gives it a world that was drawn before, so
that its path can be checked; `OwnNumbers` draws one number at a time, as such programs do.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from math import hypot, log, sqrt
from typing import Any, Protocol

import numpy as np
import simpy

from tests.reference.core_scenario import CoreArrays, CoreOutcome
from tests.reference.heapq_core import (
    ADMITTED,
    BEDS,
    GAVE_UP,
    HOME_X,
    HOME_Y,
    MOST_COMPLEX,
    REGION_P,
    REGION_X,
    REGION_Y,
    TYPES,
    WAITING,
)

Record = dict[str, Any]
Steps = Generator[Any, Any, None]


class Numbers(Protocol):
    """Where the program has its children and its staff from."""

    def children(self) -> Iterator[Record]:
        """Children in order of arrival, each with `gap`, the days since the one before."""

    def staff(self, day: int) -> list[tuple[int, int]]:
        """Homes whose staff are redrawn on a day, each with its staffed places."""


class Textbook:
    """One replication; `records` has a dict for every child in the end."""

    def __init__(self, numbers: Numbers, days: float) -> None:
        self.env = simpy.Environment()
        self.numbers = numbers
        self.days = days
        self.homes: list[Record] = [
            {"number": h, "x": HOME_X[h], "y": HOME_Y[h], "types": TYPES[h], "most": MOST_COMPLEX[h],
             "staffed": BEDS[h], "taken": 0}
            for h in range(len(BEDS))
        ]  # fmt: skip
        self.waiting: list[Record] = []
        self.records: list[Record] = []

    def run(self) -> list[Record]:
        self.env.process(self.referrals())
        self.env.process(self.staffing())
        self.env.run(until=self.days)
        return self.records

    def referrals(self) -> Steps:
        for child in self.numbers.children():
            yield self.env.timeout(child["gap"])
            self.env.process(self.child(child))

    def staffing(self) -> Steps:
        while True:
            yield self.env.timeout(1)
            for number, places in self.numbers.staff(int(self.env.now)):
                self.homes[number]["staffed"] = places
            self.place_waiting()

    def child(self, child: Record) -> Steps:
        child["arrival"] = self.env.now
        self.records.append(child)
        home = self.nearest(child)
        if home is None:
            child["place"] = self.env.event()
            self.waiting.append(child)
            self.waiting.sort(key=lambda c: (-c["complexity"], c["number"]))
            patience = self.env.timeout(child["patience"])
            yield child["place"] | patience
            if not child["place"].triggered:
                self.waiting.remove(child)
                child.update(outcome="gave up", when=self.env.now)
                return
            home = child["place"].value
        else:
            home["taken"] += 1
        child.update(outcome="admitted", home=home["number"], when=self.env.now)
        yield self.env.timeout(child["stay"])
        home["taken"] -= 1
        self.place_waiting()

    def nearest(self, child: Record) -> Record | None:
        able = [
            home
            for home in self.homes
            if child["type"] in home["types"]
            and child["complexity"] <= home["most"]
            and home["taken"] < home["staffed"]
        ]
        return min(able, key=lambda home: hypot(home["x"] - child["x"], home["y"] - child["y"]), default=None)

    def place_waiting(self) -> None:
        for child in list(self.waiting):
            home = self.nearest(child)
            if home is not None:
                home["taken"] += 1
                self.waiting.remove(child)
                child["place"].succeed(home)


class SharedNumbers:
    """A world that other programs play too."""

    def __init__(self, arrays: CoreArrays) -> None:
        self.arrays = arrays
        self.redraws: dict[int, list[tuple[int, int]]] = {}
        for day, home, places in arrays.redraws:
            self.redraws.setdefault(int(day), []).append((home, places))

    def children(self) -> Iterator[Record]:
        before = 0.0
        columns = (self.arrays.arrival, self.arrays.kind, self.arrays.complexity, self.arrays.region,
                   self.arrays.stay, self.arrays.patience)  # fmt: skip
        for number, (day, kind, complexity, region, stay, patience) in enumerate(zip(*columns, strict=True)):
            yield {"number": number, "gap": day - before, "type": "WJ"[kind], "complexity": complexity,
                   "x": REGION_X[region], "y": REGION_Y[region], "stay": stay, "patience": patience}  # fmt: skip
            before = day

    def staff(self, day: int) -> list[tuple[int, int]]:
        return self.redraws.get(day, [])


class OwnNumbers:
    """One number at a time from numpy's generator."""

    def __init__(self, seed: int) -> None:
        from numpy.random import default_rng  # noqa: TID251 - how such a program draws is what is timed

        self.rng = default_rng(seed)

    def children(self) -> Iterator[Record]:
        rng, number = self.rng, 0
        while True:
            kind = "W" if rng.random() < 0.6 else "J"
            shares, means, spread, patience = {
                "W": ([0.25, 0.45, 0.30], (85, 95, 110), 0.8, 40),
                "J": ([0.45, 0.40, 0.15], (50, 60, 75), 1.0, 10),
            }[kind]
            complexity = int(rng.choice(3, p=shares))
            region = int(rng.choice(10, p=REGION_P))
            variance = log(1 + spread**2)
            yield {"number": number, "gap": rng.exponential(1 / 3.2), "type": kind, "complexity": complexity,
                   "x": REGION_X[region], "y": REGION_Y[region],
                   "stay": rng.lognormal(log(means[complexity]) - variance / 2, sqrt(variance)),
                   "patience": rng.exponential(patience)}  # fmt: skip
            number += 1

    def staff(self, day: int) -> list[tuple[int, int]]:
        redrawn = []
        for home, beds in enumerate(BEDS):
            u = self.rng.random()
            if u < 0.15:
                level = 1 if u < 0.09 else 0.85 if u < 0.1275 else 0.65
                redrawn.append((home, int(level * beds + 1e-9)))
        return redrawn


def outcome(records: list[Record], days: float) -> CoreOutcome:
    """What became of each child, from the dicts."""
    codes = {"admitted": ADMITTED, "gave up": GAVE_UP}
    return CoreOutcome(
        np.array([codes.get(child.get("outcome", ""), WAITING) for child in records]),
        np.array([child.get("home", -1) for child in records]),
        np.array([child.get("when", days) for child in records]),
    )
