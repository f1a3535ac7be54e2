"""The commissioner: whoever fewest homes would take today comes first, and goes to the nearest of them."""

from __future__ import annotations

from sim.commissioning.sitting import Decision, Sitting


def choose(sitting: Sitting) -> list[Decision]:
    """Children in order of how few homes are willing, then of the list."""
    decisions = []
    for willing in sorted(sitting.willing, key=lambda row: (len(row.homes), row.rank)):
        for home in willing.homes:
            if sitting.ledger.fits(willing.child, home):
                sitting.ledger.take(willing.child, home)
                decisions.append(Decision(willing.child, home))
                break
    return decisions
