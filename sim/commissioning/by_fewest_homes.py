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


def reasons(sitting: Sitting, child: int, home: int) -> dict[str, float]:
    """How many homes would take the child: the fewer, the sooner it is the child's turn."""
    return {"willing_homes": float(next(len(row.homes) for row in sitting.willing if row.child == child))}
