"""The home: each reads the list in order of its own score; the authority takes the nearest yes.

A home's own children come before others.
"""

from __future__ import annotations

from sim.commissioning.reading import read_by
from sim.commissioning.sitting import Decision, Sitting


def choose(sitting: Sitting) -> list[Decision]:
    """Each home says yes to the children it would most readily take."""
    return read_by(sitting, lambda child, home: (-sitting.appeal(child, home), sitting.listed(child), child))


def reasons(sitting: Sitting, child: int, home: int) -> dict[str, float]:
    """How readily the home would take the child: higher is readier."""
    return {"readiness": sitting.appeal(child, home)}
