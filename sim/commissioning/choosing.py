"""Who gets which place at a sitting: pure functions from willing homes to decisions.

A sitting knows, for each child on the list, which homes would take the child today. The ledger says
how much room each home has. What is decided is a list of (child, home) pairs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Willing(NamedTuple):
    """A child and the homes that would take the child, in the child's order of preference.

    `own` are those among them that do not put other children before this one.
    """

    child: int
    rank: float
    homes: tuple[int, ...]
    own: tuple[int, ...]


class Decision(NamedTuple):
    """A place for a child."""

    child: int
    home: int


class Ledger(Protocol):
    """Room in the homes at a sitting, running down as places are given."""

    def fits(self, child: int, home: int) -> bool:
        """Whether `home` still has room and staff for `child`."""

    def take(self, child: int, home: int) -> None:
        """Give a place of `home` to `child`."""


@dataclass(frozen=True)
class Sitting:
    """What the chooser sees: willing pairs in order of the list, room, and each home's own score.

    `appeal(child, home)` is how readily the home would take the child, higher is readier.
    `listed(child)` is the day of referral.
    """

    willing: list[Willing]
    ledger: Ledger
    appeal: Callable[[int, int], float]
    listed: Callable[[int], float]


Chooser = Callable[[Sitting], list[Decision]]


def by_rank(sitting: Sitting) -> list[Decision]:
    """The commissioner takes children in order of the list, each to the nearest willing home with room.

    Homes with children of their own go first to those, then to others.
    """
    placed: dict[int, int] = {}
    for tier in ("own", "homes"):
        for willing in sitting.willing:
            for home in () if willing.child in placed else getattr(willing, tier):
                if sitting.ledger.fits(willing.child, home):
                    sitting.ledger.take(willing.child, home)
                    placed[willing.child] = home
                    break
    return [Decision(child, home) for child, home in placed.items()]


def by_homes_own_score(sitting: Sitting) -> list[Decision]:
    """Each home says yes to the children it would most readily take; the authority takes the nearest yes."""
    return _by_homes(
        sitting, lambda child, home: (-sitting.appeal(child, home), sitting.listed(child), child)
    )


def by_homes_in_turn(sitting: Sitting) -> list[Decision]:
    """Each home says yes in order of referral; the authority takes the nearest yes."""
    return _by_homes(sitting, lambda child, home: (sitting.listed(child), child))


def _by_homes(sitting: Sitting, order: Callable[[int, int], tuple[float, ...]]) -> list[Decision]:
    """One round: homes do not see each other's answers, so a child with two yeses wastes one of them."""
    readers: dict[int, list[int]] = {}
    for child, _, homes, _ in sitting.willing:
        for home in homes:
            readers.setdefault(home, []).append(child)
    yeses: dict[int, set[int]] = {}
    for home, children in sorted(readers.items()):
        for child in sorted(children, key=lambda child, home=home: order(child, home)):  # type: ignore[misc]
            if sitting.ledger.fits(child, home):
                sitting.ledger.take(child, home)
                yeses.setdefault(child, set()).add(home)
    return [
        Decision(child, next(home for home in homes if home in yeses[child]))
        for child, _, homes, _ in sitting.willing
        if child in yeses
    ]
