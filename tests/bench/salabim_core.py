"""Placement-core in salabim: a component per child, and the waiting list as a salabim queue in order of priority."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import salabim

from tests.reference.core_scenario import CoreArrays, CoreOutcome
from tests.reference.heapq_core import ADMITTED, GAVE_UP, REGION_X, REGION_Y, WAITING


class Home:
    def __init__(self, number: int, beds: int, x: float, y: float, types: str, most: int) -> None:
        self.number, self.x, self.y, self.types, self.most = number, x, y, types, most
        self.staffed, self.taken = beds, 0


class Child(salabim.Component):  # type: ignore[misc]
    def setup(self, model: Model, number: int) -> None:
        arrays = model.arrays
        self.model, self.number = model, number
        self.type, self.complexity = "WJ"[arrays.kind[number]], arrays.complexity[number]
        self.x, self.y = REGION_X[arrays.region[number]], REGION_Y[arrays.region[number]]
        self.stay, self.patience = arrays.stay[number], arrays.patience[number]
        self.home: Home | None = None
        self.outcome, self.when = WAITING, arrays.end

    def process(self) -> Iterator[Any]:
        self.home = self.model.nearest(self)
        if self.home is None:
            self.enter_sorted(self.model.waiting, (-self.complexity, self.number))
            yield self.hold(self.patience)
            if self.home is None:
                self.leave(self.model.waiting)
                self.outcome, self.when = GAVE_UP, self.env.now()
                return
        else:
            self.home.taken += 1
        self.outcome, self.when = ADMITTED, self.env.now()
        yield self.hold(self.stay)
        self.home.taken -= 1
        self.model.place_waiting()


class Referrals(salabim.Component):  # type: ignore[misc]
    def process(self, model: Model) -> Iterator[Any]:
        for number, day in enumerate(model.arrays.arrival):
            yield self.hold(till=day)
            model.children.append(Child(model=model, number=number))


class Staffing(salabim.Component):  # type: ignore[misc]
    def process(self, model: Model) -> Iterator[Any]:
        redraws: dict[float, list[tuple[int, int]]] = {}
        for day, home, places in model.arrays.redraws:
            redraws.setdefault(day, []).append((home, places))
        while True:
            yield self.hold(1)
            for home, places in redraws.get(self.env.now(), []):
                model.homes[home].staffed = places
            model.place_waiting()


class Model:
    """One replication."""

    def __init__(self, arrays: CoreArrays) -> None:
        self.arrays = arrays
        homes = arrays.homes
        rows = zip(homes.beds, homes.x, homes.y, homes.types, homes.most_complex, strict=True)
        self.homes = [Home(number, *row) for number, row in enumerate(rows)]
        self.children: list[Child] = []

    def run(self) -> list[Child]:
        env = salabim.Environment(yieldless=False, random_seed=None)
        self.waiting = salabim.Queue("waiting")
        Referrals(model=self)
        Staffing(model=self)
        env.run(till=self.arrays.end)
        return self.children

    def nearest(self, child: Child) -> Home | None:
        able = [
            home
            for home in self.homes
            if child.type in home.types and child.complexity <= home.most and home.taken < home.staffed
        ]
        return min(able, key=lambda home: (home.x - child.x) ** 2 + (home.y - child.y) ** 2, default=None)

    def place_waiting(self) -> None:
        for child in list(self.waiting):
            home = self.nearest(child)
            if home is not None:
                home.taken += 1
                child.home = home
                child.leave(self.waiting)
                child.activate()


def outcome(children: list[Child]) -> CoreOutcome:
    """What became of each child."""
    return CoreOutcome(
        np.array([child.outcome for child in children]),
        np.array([-1 if child.home is None else child.home.number for child in children]),
        np.array([child.when for child in children]),
    )
