"""What a method sees at a sitting, and what it answers: pairs of children and homes.

A method is a module `sim/commissioning/by_NAME.py` with a function `choose(sitting)`. It is pure: it reads the
sitting, writes nothing but the ledger, and draws nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NamedTuple, Protocol

from sim.scenario.commissioning import Rule


class Willing(NamedTuple):
    """A child and the homes that would take the child, in the child's order of preference.

    `own` are those among them that do not put other children before this one.
    """

    child: int
    rank: float
    homes: tuple[int, ...]
    own: tuple[int, ...]


class Decision(NamedTuple):
    """A place for a child. `tied` is a child with an equal claim to it who came later in order (-1: none)."""

    child: int
    home: int
    tied: int = -1


class Needs(Protocol):
    """What a child takes of a home: a place for a purpose (0 welfare, 1 justice), and units by day and night."""

    @property
    def purpose(self) -> int: ...
    @property
    def day(self) -> float: ...
    @property
    def night(self) -> float: ...


class Room(Protocol):
    """What a home has left: places by pool (welfare, justice, either), usable ones in all, and staff units."""

    @property
    def pools(self) -> tuple[int, int, int]: ...
    @property
    def usable(self) -> int: ...
    @property
    def day(self) -> float: ...
    @property
    def night(self) -> float: ...


class Ledger(Protocol):
    """Room in the homes at a sitting, running down as places are given."""

    def fits(self, child: int, home: int) -> bool:
        """Whether `home` still has room and staff for `child`."""

    def take(self, child: int, home: int) -> None:
        """Give a place of `home` to `child`."""

    def room(self, home: int) -> Room:
        """What the home has left."""

    def needs(self, child: int) -> Needs:
        """What the child takes."""

    def keep(self, child: int, home: int) -> int:
        """How many places must stay free in the home when the child is admitted."""


def _zero(*_: int) -> float:
    return 0.0


def _none(_: int) -> dict[str, float]:
    return {}


class Sitting(NamedTuple):
    """Willing pairs in order of the list, room in the homes, and what is known about children and pairs.

    now                         day of the sitting
    opened                      whether a home gained room since the last sitting
    listed(child)               day of referral, from which waiting counts
    need(child), points(child)  need, and points of the rule's rank without those for waiting
    parts(child)                what these points are made of, by name
    appeal(child, home)         how readily the home would take the child: higher is readier
    miles(child, home)          straight-line miles from the authority
    mismatch, conflict          of the child in the home as it is now; conflict is with its residents
    """

    rule: Rule
    willing: list[Willing]
    ledger: Ledger
    listed: Callable[[int], float]
    now: float = 0.0
    opened: bool = True
    appeal: Callable[[int, int], float] = _zero
    need: Callable[[int], float] = _zero
    points: Callable[[int], float] = _zero
    parts: Callable[[int], dict[str, float]] = _none
    miles: Callable[[int, int], float] = _zero
    mismatch: Callable[[int, int], float] = _zero
    conflict: Callable[[int, int], float] = _zero


Chooser = Callable[[Sitting], list[Decision]]
Reasons = Callable[[Sitting, int, int], dict[str, float]]
_SLACK = 1e-9


def fit_together(ledger: Ledger, children: Sequence[int], home: int) -> bool:
    """Whether `home` could take all of these besides those it has been given.

    Those for whom most places must stay free are counted first.
    """
    room = ledger.room(home)
    needs = [ledger.needs(child) for child in children]
    welfare = sum(each.purpose == 0 for each in needs)
    spilt = max(0, welfare - room.pools[0]) + max(0, len(needs) - welfare - room.pools[1])
    if spilt > room.pools[2] or len(needs) > room.usable:
        return False
    if sum(n.day for n in needs) > room.day + _SLACK or sum(n.night for n in needs) > room.night + _SLACK:
        return False
    kept = sorted(
        ((ledger.keep(child, home), needs[at].purpose) for at, child in enumerate(children)), reverse=True
    )
    given = [0, 0]
    for keep, purpose in kept:
        if not keep:
            return True
        if _left_for(room, purpose, given) <= keep:
            return False
        given[purpose] += 1
    return True


def _left_for(room: Room, purpose: int, given: Sequence[int]) -> int:
    """Places for a child of this purpose once some are given (welfare, justice)."""
    spilt = sum(max(0, given[p] - room.pools[p]) for p in (0, 1))
    own = max(0, room.pools[purpose] - given[purpose]) + room.pools[2] - spilt
    return min(own, room.usable - sum(given))


def chooser(name: str) -> Chooser:
    """The method `name`; a scenario has checked that it exists."""
    choose: Chooser = import_module(f"sim.commissioning.by_{name}").choose
    return choose


def reasons(name: str) -> Reasons | None:
    """What the method `name` looks at in a child and a home, by name, if it looks at pairs.

    None for a method that goes by the order of the list alone: see `list_reasons`.
    """
    found: Reasons | None = getattr(import_module(f"sim.commissioning.by_{name}"), "reasons", None)
    return found


def list_reasons(sitting: Sitting, child: int) -> dict[str, float]:
    """The points that give a child its place on the list, by what they are for."""
    found, wait = sitting.parts(child), sitting.rule.rank.wait
    return {**found, "wait": wait * (sitting.now - sitting.listed(child))} if wait else found
