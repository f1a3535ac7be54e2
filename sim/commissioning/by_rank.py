"""The commissioner: each child in turn goes to the nearest home that does not refuse.

Homes with children of their own go first to those, then to others.
"""

from __future__ import annotations

from sim.commissioning.sitting import Decision, Sitting


def choose(sitting: Sitting) -> list[Decision]:
    """Children in order of the list, each to the first of its willing homes that has room."""
    placed: dict[int, int] = {}
    fits, take = sitting.ledger.fits, sitting.ledger.take
    for child, _, _, own in sitting.willing:
        for home in own:
            if fits(child, home):
                take(child, home)
                placed[child] = home
                break
    for child, _, homes, own in sitting.willing:
        if child in placed or len(own) == len(homes):  # room only shrinks: who found none finds none now
            continue
        for home in homes:
            if fits(child, home):
                take(child, home)
                placed[child] = home
                break
    return [Decision(child, home) for child, home in placed.items()]
