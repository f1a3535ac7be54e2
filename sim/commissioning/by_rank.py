"""The commissioner: each child in turn goes to the nearest home that does not refuse.

Homes with children of their own go first to those, then to others.
"""

from __future__ import annotations

from sim.commissioning.sitting import Decision, Sitting


def choose(sitting: Sitting) -> list[Decision]:
    """Children in order of the list, each to the first of its willing homes that has room."""
    placed: dict[int, int] = {}
    for tier in ("own", "homes"):
        for willing in sitting.willing:
            for home in () if willing.child in placed else getattr(willing, tier):
                if sitting.ledger.fits(willing.child, home):
                    sitting.ledger.take(willing.child, home)
                    placed[willing.child] = home
                    break
    return [Decision(child, home) for child, home in placed.items()]
