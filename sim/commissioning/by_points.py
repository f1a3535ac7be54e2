"""The commissioner: the child and home with the most points come first, then the next.

Points are those of the rank less those for each mile between the two. Own children of a home come before others.
"""

from __future__ import annotations

from sim.commissioning.sitting import Decision, Sitting, list_reasons

_DIGITS = 9  # points that agree so far are equal


def choose(sitting: Sitting) -> list[Decision]:
    """Pairs in order of points, then day of referral, child, and nearness; each is made if there is room."""
    rank, pairs = sitting.rule.rank, []
    for child, _, homes, own in sitting.willing:
        listed = sitting.listed(child)
        of_child = sitting.points(child) + rank.wait * (sitting.now - listed)
        for at, home in enumerate(homes):
            points = round(of_child - rank.distance * sitting.miles(child, home), _DIGITS)
            pairs.append((home not in own, -points, listed, child, at, home))
    pairs.sort()
    placed: dict[int, int] = {}
    decisions = []
    for number, (tier, points, _, child, _, home) in enumerate(pairs):
        if child not in placed and sitting.ledger.fits(child, home):
            sitting.ledger.take(child, home)
            placed[child] = home
            equal = _equal(pairs, number + 1, (tier, points))
            tied = [other for other, where in equal if where == home and other not in placed]
            decisions.append(Decision(child, home, tied[0] if tied else -1))
    return decisions


def _equal(
    pairs: list[tuple[bool, float, float, int, int, int]], start: int, key: tuple[bool, float]
) -> list[tuple[int, int]]:
    """(child, home) of the pairs that follow with the same points."""
    found = []
    for pair in pairs[start:]:
        if pair[:2] != key:
            break
        found.append((pair[3], pair[5]))
    return found


def reasons(sitting: Sitting, child: int, home: int) -> dict[str, float]:
    """The points of a pair, by what they are for."""
    return {
        **list_reasons(sitting, child),
        "distance": -sitting.rule.rank.distance * sitting.miles(child, home),
    }
