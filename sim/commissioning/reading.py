"""Homes that read the list by themselves: what the methods in which the home chooses share."""

from __future__ import annotations

from collections.abc import Callable

from sim.commissioning.sitting import Decision, Sitting


def read_by(sitting: Sitting, order: Callable[[int, int], tuple[float, ...]]) -> list[Decision]:
    """One round: homes do not see each other's answers, so a child with two yeses wastes one of them.

    The authority takes a yes of a home of the child's own first, then the nearest.
    """
    readers: dict[int, list[tuple[bool, tuple[float, ...], int]]] = {}
    for child, _, homes, own in sitting.willing:
        for home in homes:
            claim = (home not in own, order(child, home), child)
            if home in readers:
                readers[home].append(claim)
            else:
                readers[home] = [claim]
    fits, take = sitting.ledger.fits, sitting.ledger.take
    yeses: dict[int, set[int]] = {}
    for home in sorted(readers):
        for _, _, child in sorted(readers[home]):
            if fits(child, home):
                take(child, home)
                yeses.setdefault(child, set()).add(home)
    return [
        Decision(child, next(home for home in (*own, *homes) if home in yeses[child]))
        for child, _, homes, own in sitting.willing
        if child in yeses
    ]
