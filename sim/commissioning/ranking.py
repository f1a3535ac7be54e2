"""Points and positions on the list: the rank of a rule worked out for one world."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.scenario.commissioning import Rank
from sim.world.tape import Bools, Floats, Tape

FIRST = 1e6  # more points than anybody can have otherwise


def points(rank: Rank, tape: Tape, hard_to_match: Floats | None = None) -> Floats:
    """Points of each child without those for waiting. `hard_to_match` is 0 to 1, one for each child."""
    total = np.zeros(len(tape))
    for part in parts(rank, tape, hard_to_match).values():
        total = total + part
    return total


def parts(rank: Rank, tape: Tape, hard_to_match: Floats | None = None) -> dict[str, Floats]:
    """What the points of each child are made of, by name: only what the rank gives points for."""
    need = tape.need
    if rank.clinical:
        clinical = np.array([rank.clinical.get(flag, 0.0) for flag in tape.flag_names])
        need = np.maximum(need, tape.flags @ clinical)
    found: dict[str, npt.NDArray[Any]] = {
        "need": rank.need * need,
        "complexity": rank.complexity * tape.complexity,
        "emergency": rank.emergency * tape.emergency,
    }
    if hard_to_match is not None:
        found["hard_to_match"] = rank.hard_to_match * hard_to_match
    for place, group in enumerate(rank.first):
        found[f"first_{group}"] = FIRST * 2.0 ** (len(rank.first) - 1 - place) * _belongs(rank, tape, group)
    given = {"need": rank.need, "complexity": rank.complexity, "emergency": rank.emergency}
    return {name: np.asarray(part) for name, part in found.items() if given.get(name, 1.0)}


def _belongs(rank: Rank, tape: Tape, group: str) -> Bools:
    if group == "high_need":
        assert rank.high_need_from is not None, "a scenario has checked that it is there"
        return tape.need >= rank.high_need_from
    return np.asarray(tape.age < 13 if group == "under_13" else tape.emergency)


def positions(rank: Rank, tape: Tape, of_child: Floats) -> tuple[list[float], Callable[[int, float], float]]:
    """Positions by points, then day of referral, then child. Waiting gives all the same points a day,
    so an earlier referral is worth a fixed head start and the order never changes.

    A later referral of a child goes between two of those positions, by its own day.
    """
    total = of_child - rank.wait * tape.day
    order = np.lexsort((np.arange(len(tape)), tape.day, -total))
    position = np.empty(len(tape))
    position[order] = np.arange(len(tape))
    keys: list[
        list[float]
    ] = []  # points behind the first, and days, in order: few worlds have a later referral
    later_keys: list[tuple[float, float, int]] = []
    later_places: list[float] = []

    def again(child: int, day: float) -> float:
        if not keys:
            keys.extend(((-total[order]).tolist(), tape.day[order].tolist()))
        behind, days = keys
        key = (-(float(of_child[child]) - rank.wait * day), day)
        before = bisect_right(days, day, bisect_left(behind, key[0]), bisect_right(behind, key[0]))
        at = bisect_right(later_keys, (*key, child))
        low = max(before - 1.0, later_places[at - 1]) if at else before - 1.0
        high = min(float(before), later_places[at]) if at < len(later_places) else float(before)
        later_keys.insert(at, (*key, child))
        later_places.insert(at, (low + high) / 2)
        return later_places[at]

    places: list[float] = position.tolist()
    return places, again
