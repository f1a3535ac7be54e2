"""Homes that read the list by themselves: what the methods in which the home chooses share."""

from __future__ import annotations

from collections.abc import Callable

from sim.commissioning.sitting import Decision, Sitting


def read_by(sitting: Sitting, order: Callable[[int, int], tuple[float, ...]]) -> list[Decision]:
    """One round: homes do not see each other's answers, so a child with two yeses wastes one of them.

    The authority takes a yes of a home of the child's own first, then the nearest.
    """
    fits, take = sitting.ledger.fits, sitting.ledger.take
    readers: dict[int, list[tuple[int, bool]]] = {}
    for child, _, homes, own in sitting.willing:
        claim, by_others = (child, False), (child, True)
        for home in homes:
            mine = claim if own is homes or home in own else by_others
            if home in readers:
                readers[home].append(mine)
            else:
                readers[home] = [mine]
    yeses: dict[int, set[int]] = {}
    for home in sorted(readers):
        claims = [
            claim for claim in readers[home] if fits(claim[0], home)
        ]  # who finds no room now finds none later
        if len(claims) > 1:
            claims.sort(key=lambda claim, home=home: (claim[1], order(claim[0], home), claim[0]))  # type: ignore[misc]
        for at, (child, _) in enumerate(claims):
            if at == 0 or fits(child, home):
                take(child, home)
                yeses.setdefault(child, set()).add(home)
    if not yeses:
        return []
    return [
        Decision(child, next(home for home in (*own, *homes) if home in yeses[child]))
        for child, _, homes, own in sitting.willing
        if child in yeses
    ]
