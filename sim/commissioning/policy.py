"""A rule worked out for one world: who may be asked about whom, in what order.

Everything that does not depend on the state of homes is computed here, before the clock starts:
hard eligibility, scope and its widening, order of preference, and the order of the list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sim.commissioning.pools import own_homes, quota_groups
from sim.commissioning.ranking import parts, points, positions
from sim.scenario.base import ROUTES
from sim.scenario.commissioning import Rule
from sim.scenario.estate import Estate, Home, PlacesFrom
from sim.world.bits import as_bits, kinds
from sim.world.tape import Bools, Floats, Ints, Tape


class ChildClass(NamedTuple):
    """Children whom every home would have to judge alike, but for the answers themselves.

    purpose    0 for a welfare place, 1 for a justice place
    asked      homes (as bits) that may be asked
    own        homes (as bits) that do not put other children before these
    keep_free  places that must stay free when one of them is admitted
    quota      number of their region's quota, -1 for none
    """

    purpose: int
    asked: int
    own: int
    units_day: float
    units_night: float
    keep_free: int
    quota: int = -1


class Near(NamedTuple):
    """Homes that each child could ever go to: as bits, and in order of preference."""

    everywhere: list[int]
    homes: list[tuple[int, ...]]


@dataclass(frozen=True)
class Policy:
    """One rule for the children of one world (rows outside its routes are unused).

    rank       position of each child on the list: lower comes first
    again      (child, day) -> position of a later referral of the child
    points     of each child, without those for waiting; parts: what they are made of, by name
    nearest    homes that each child could ever go to, in order of preference
    stages     for each child, (days since referral, class) in order of time; the first is at 0
    first_class   the class of each child's first stage; widens: whether any child has a second
    """

    rule: Rule
    rank: list[float]
    again: Callable[[int, float], float]
    points: Floats
    parts: dict[str, Floats]
    nearest: list[tuple[int, ...]]
    classes: list[ChildClass]
    stages: list[tuple[tuple[float, int], ...]]
    first_class: list[int]
    widens: bool


def purposes(tape: Tape) -> Ints:
    """What each child's place must be for: 0 welfare, 1 justice."""
    return np.where(tape.route == ROUTES.index("welfare"), 0, 1)


def eligible(tape: Tape, estate: Estate, lent: bool = False) -> Bools:
    """Hard eligibility, children x homes: purpose, sex, age at referral, complexity, regions served.

    A home counts if it has places for the purpose at any date; `lent` lets places for justice take any child.
    """
    fit = np.zeros((len(tape), len(estate.homes)), dtype=bool)
    purpose, age = purposes(tape), np.floor(tape.age).astype(int)
    for h, home in enumerate(estate.homes):
        fit[:, h] = np.logical_and.reduce(list(_takes(tape, estate, home, lent, purpose, age).values()))
    return fit


def takes(tape: Tape, estate: Estate, home: Home, lent: bool = False) -> dict[str, Bools]:
    """Whether a home may take each child, by what decides it; only what the home is particular about."""
    return _takes(tape, estate, home, lent, purposes(tape), np.floor(tape.age).astype(int))


def _takes(tape: Tape, estate: Estate, home: Home, lent: bool, purpose: Ints, age: Ints) -> dict[str, Bools]:
    dated = [row for row in estate.changes if row.home == home.name]
    by_purpose = [
        _has_places(home, which, lent) or any(_has_places(row, which, lent) for row in dated)
        for which in (0, 1)
    ]
    found: dict[str, Bools] = {
        "purpose": np.asarray(by_purpose)[purpose],
        "age": np.asarray((age >= home.age_min) & (age <= home.age_max)),
    }
    if home.sexes != "mixed":
        found["sex"] = np.asarray(tape.girl == (home.sexes == "girls"))
    if home.complexity_max is not None:
        found["complexity"] = np.asarray(tape.complexity <= home.complexity_max)
    if home.serves is not None:
        found["region"] = np.array([region in home.serves for region in tape.regions])[tape.region]
    return found


def _has_places(row: Home | PlacesFrom, purpose: int, lent: bool) -> bool:
    own = (row.welfare_places, row.justice_places)[purpose] + row.either_places
    return own > 0 or (lent and row.justice_places > 0)


def distances_m(tape: Tape, homes: tuple[Home, ...]) -> Floats:
    """Straight-line metres from each child's authority to each home, children x homes."""
    easting = np.array([home.easting_m for home in homes])
    northing = np.array([home.northing_m for home in homes])
    return np.asarray(np.hypot(tape.easting[:, None] - easting, tape.northing[:, None] - northing))


def make_policy(
    rule: Rule, tape: Tape, estate: Estate, fit: Bools, near: Near, hard_to_match: Floats | None = None
) -> Policy:
    """Work `rule` out for every child of `tape`.

    `fit` is hard eligibility, children x homes, and `near` its homes in order of preference; `hard_to_match` is 0 to
    1 for each child, where it counts.
    """
    everywhere, at_home = near.everywhere, as_bits(fit & own_homes(rule, tape, estate))
    classes: dict[ChildClass, int] = {}
    needs, kind = kinds(
        purposes(tape), tape.units_day, tape.units_night, _keep_free(rule, tape), quota_groups(rule, tape)
    )

    table: list[tuple[tuple[float, int], ...]] = []

    def number_of(key: tuple[int, int, int]) -> int:
        purpose, day, night, keep, quota = needs[key[2]]
        table.append(_stages(rule, classes, purpose, key[0], key[1], day, night, keep, quota))
        return len(table) - 1

    made = _Made(number_of)
    which = list(map(made.__getitem__, zip(everywhere, at_home, kind.tolist(), strict=True)))
    first = [stages[0][1] for stages in table]
    of_child = points(rule.rank, tape, hard_to_match)
    rank, again = positions(rule.rank, tape, of_child)
    return Policy(
        rule=rule,
        rank=rank,
        again=again,
        points=of_child,
        parts=parts(rule.rank, tape, hard_to_match),
        nearest=near.homes,
        classes=list(classes),
        stages=list(map(table.__getitem__, which)),
        first_class=list(map(first.__getitem__, which)),
        widens=any(len(stages) > 1 for stages in table),
    )


class _Made(dict[Any, Any]):
    """What is made of a key is made once, in the order in which keys are first looked up."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Any) -> Any:
        made = self[key] = self._make(key)
        return made


def _stages(
    rule: Rule, classes: dict[ChildClass, int], purpose: int, everywhere: int, at_home: int,
    day: float, night: float, keep_free: int, quota: int,
) -> tuple[tuple[float, int], ...]:  # fmt: skip
    """Own homes first, then everywhere after the overflow; at once where the child has no home of its own."""

    def number(asked: int, own: int) -> int:
        return classes.setdefault(ChildClass(purpose, asked, own, day, night, keep_free, quota), len(classes))

    if rule.scope == "all":
        return ((0.0, number(everywhere, everywhere)),)
    if rule.scope == "own_region":
        return ((0.0, number(at_home, at_home)),)
    if not at_home or rule.overflow_days == 0:
        return ((0.0, number(everywhere, at_home)),)
    return ((0.0, number(at_home, at_home)), (rule.overflow_days, number(everywhere, at_home)))


def nearest(tape: Tape, homes: tuple[Home, ...], fit: Bools) -> Near:
    """Homes that each child could ever go to, nearest to the authority first, ties by order of the estate."""
    everywhere = as_bits(fit)
    first, place = _points(tape)  # children of one authority share one order
    order = (
        np.argsort(distances_m(tape.rows(first), homes), axis=1, kind="stable").tolist() if len(first) else []
    )
    made = _Made(lambda key: tuple([home for home in order[key[0]] if key[1] >> home & 1]))
    return Near(everywhere, list(map(made.__getitem__, zip(place.tolist(), everywhere, strict=True))))


def _points(tape: Tape) -> tuple[Ints, Ints]:
    """A child at each different point on the map, and the number of the point of each child."""
    if not len(tape):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    _, first, place = np.unique(tape.origin, return_index=True, return_inverse=True)
    same = (tape.easting[first][place] == tape.easting) & (tape.northing[first][place] == tape.northing)
    if not same.all():
        where = tape.easting + 1j * tape.northing
        _, first, place = np.unique(where, return_index=True, return_inverse=True)
    return first, place


def _keep_free(rule: Rule, tape: Tape) -> Ints:
    keep = np.zeros(len(tape), dtype=np.int64)
    for held in rule.keep_free:
        keep = np.maximum(keep, np.where(tape.need < held.need_below, held.places, 0))
    return keep
