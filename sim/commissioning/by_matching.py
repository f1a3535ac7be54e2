"""The commissioner: the whole list is matched to the places so that the sum of the weights is largest.

A place is worth what `weights` says for child and home. The assignment problem is solved over children and free
places; if the homes it fills have not the staff for whom it gives them, and a place has opened since the last
sitting, the choice is made again as a whole-number programme with staff in it; on other days the pairs of
the assignment are made in order of their worth while there is room. Between matchings of equal
worth, the one that serves the earlier referrals wins (then the lower child number), each as near as can be.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_array

from sim.commissioning.sitting import Decision, Sitting, fit_together

Ints = npt.NDArray[np.int64]
_GRID = 10_000  # worth is compared to a ten-thousandth
_LARGEST = 2**52  # whole numbers beyond this are not exact


class Pair(NamedTuple):
    """A child (its place in order of referral, its number) and a home, what that is worth, and nearness."""

    order: int
    child: int
    home: int
    worth: int
    near: int


def choose(sitting: Sitting) -> list[Decision]:
    """The best matching of own children to their homes, then of everybody to what is left."""
    decisions: list[Decision] = []
    placed: set[int] = set()
    for tier in ("own", "homes"):
        pairs = _pairs(sitting, tier, placed)
        if not pairs:
            continue
        made = _assign(sitting, pairs)
        if not _fits(sitting, made):
            made = _with_staff(sitting, pairs) if sitting.opened else _in_order(sitting, made, pairs)
        served = {pair.child for pair in made}
        for pair in made:
            sitting.ledger.take(pair.child, pair.home)
            decisions.append(Decision(pair.child, pair.home, _tied(pair, pairs, served)))
        placed |= served
    return decisions


def _pairs(sitting: Sitting, tier: str, placed: set[int]) -> list[Pair]:
    """Pairs worth making for which there is room, in order of referral and nearness."""
    weights = sitting.rule.weights
    assert weights is not None, "a rule with this method has weights"
    listed = sorted((sitting.listed(row.child), row.child, getattr(row, tier)) for row in sitting.willing)
    pairs = []
    for order, (since, child, homes) in enumerate(listed):
        of_child = weights.placed + weights.need * sitting.need(child) + weights.wait * (sitting.now - since)
        for near, home in enumerate(() if child in placed else homes):
            if not sitting.ledger.fits(child, home):
                continue
            worth = of_child - weights.distance * sitting.miles(child, home)
            if weights.mismatch:
                worth -= weights.mismatch * sitting.mismatch(child, home)
            if weights.conflict:
                worth -= weights.conflict * sitting.conflict(child, home)
            if round(worth * _GRID) >= 0:
                pairs.append(Pair(order, child, home, round(worth * _GRID), near))
    return pairs


def _favours(pairs: list[Pair]) -> Ints:
    """What decides between matchings of equal worth: each child counts more than all nearness together."""
    children = max(pair.order for pair in pairs) + 1
    homes = max(pair.near for pair in pairs) + 1
    return np.array(
        [(children - pair.order) * (children * homes + 1) + homes - 1 - pair.near for pair in pairs]
    )


def _assign(sitting: Sitting, pairs: list[Pair]) -> list[Pair]:
    """The assignment of children to places, staff aside, with worth and favours as one whole number."""
    favours, worth = _favours(pairs), np.array([pair.worth for pair in pairs])
    scale = int(favours.max()) * (max(pair.order for pair in pairs) + 1) + 1
    coarse = max(1, -(-int(worth.max()) * scale // _LARGEST))
    values = worth // coarse * scale + favours
    rows = {child: at for at, child in enumerate(sorted({pair.child for pair in pairs}))}
    columns: dict[int, range] = {}
    for home in sorted({pair.home for pair in pairs}):
        room = sitting.ledger.room(home)
        start = columns[next(reversed(columns))].stop if columns else 0
        columns[home] = range(start, start + min(room.usable, sum(room.pools)))
    table = np.zeros((len(rows), max(columns[home].stop for home in columns)))
    for pair, value in zip(pairs, values.tolist(), strict=True):
        table[rows[pair.child], columns[pair.home]] = value
    by_place = {(rows[p.child], place): p for p in pairs for place in columns[p.home]}
    solved = zip(*linear_sum_assignment(table, maximize=True), strict=True)
    return [by_place[row, place] for row, place in solved if table[row, place] > 0]


def _fits(sitting: Sitting, made: list[Pair]) -> bool:
    homes: dict[int, list[int]] = {}
    for pair in made:
        homes.setdefault(pair.home, []).append(pair.child)
    return all(fit_together(sitting.ledger, children, home) for home, children in homes.items())


def _in_order(sitting: Sitting, assigned: list[Pair], pairs: list[Pair]) -> list[Pair]:
    """Pairs made one by one while there is room: those assigned by worth, then the others by worth."""
    made: list[Pair] = []
    homes: dict[int, list[int]] = {}
    served: set[int] = set()
    for pair in (*sorted(assigned, key=_by_worth), *sorted(pairs, key=_by_worth)):
        there = homes.setdefault(pair.home, [])
        if pair.child not in served and fit_together(sitting.ledger, [*there, pair.child], pair.home):
            there.append(pair.child)
            served.add(pair.child)
            made.append(pair)
    return made


def _by_worth(pair: Pair) -> tuple[int, int, int]:
    return -pair.worth, pair.order, pair.near


def _with_staff(sitting: Sitting, pairs: list[Pair]) -> list[Pair]:
    """The whole-number programme: one home a child; in each home its places, staff, and places kept free.

    Solved twice: for the most worth, then among those for the favours.
    """
    worth, favours = np.array([pair.worth / _GRID for pair in pairs]), _favours(pairs).astype(float)
    rows, most = _limits(sitting, pairs)
    limits = LinearConstraint(rows, ub=most)
    best = _solve(-worth, [limits])
    enough = LinearConstraint(csr_array(worth[None, :]), lb=float(worth @ best) - 0.5 / _GRID)
    chosen = _solve(-favours / favours.max(), [limits, enough])
    return [pair for pair, taken in zip(pairs, chosen.tolist(), strict=True) if taken]


def _solve(cost: npt.NDArray[np.float64], constraints: list[LinearConstraint]) -> npt.NDArray[np.int64]:
    found = milp(
        cost, integrality=np.ones(len(cost)), bounds=Bounds(0, 1), constraints=constraints,
        options={"mip_rel_gap": 0.0},
    )  # fmt: skip
    return np.asarray(np.rint(found.x), dtype=np.int64)


def _limits(sitting: Sitting, pairs: list[Pair]) -> tuple[csr_array, npt.NDArray[np.float64]]:
    """Rows of coefficients over the pairs, and the most that each may add up to."""
    ledger = sitting.ledger
    rows: list[dict[int, float]] = []
    most: list[float] = []

    def limit(coefficients: dict[int, float], at_most: float) -> None:
        if np.isfinite(at_most) and sum(coefficients.values()) > at_most:
            rows.append(coefficients)
            most.append(at_most)

    by_child: dict[int, dict[int, float]] = {}
    by_home: dict[int, list[int]] = {}
    for at, pair in enumerate(pairs):
        by_child.setdefault(pair.child, {})[at] = 1.0
        by_home.setdefault(pair.home, []).append(at)
    for coefficients in by_child.values():
        limit(coefficients, 1.0)
    for home, there in by_home.items():
        room, needs = ledger.room(home), {at: ledger.needs(pairs[at].child) for at in there}
        limit(dict.fromkeys(there, 1.0), min(room.usable, sum(room.pools)))
        for purpose in (0, 1):
            of_purpose = [at for at in there if needs[at].purpose == purpose]
            limit(dict.fromkeys(of_purpose, 1.0), room.pools[purpose] + room.pools[2])
        limit({at: needs[at].day for at in there}, room.day)
        limit({at: needs[at].night for at in there}, room.night)
        kept = {at: ledger.keep(pairs[at].child, home) for at in there}
        for keep in sorted(set(kept.values()) - {0}):
            keeping = [at for at in there if kept[at] >= keep]
            limit(dict.fromkeys(keeping, 1.0), min(room.usable, sum(room.pools)) - keep)
            for purpose in sorted({needs[at].purpose for at in keeping}):
                free = min(room.usable, room.pools[purpose] + room.pools[2])
                limit({at: 1.0 for at in keeping if needs[at].purpose == purpose}, free - keep)
    columns = [at for row in rows for at in row]
    values = [value for row in rows for value in row.values()]
    starts = np.cumsum([0, *(len(row) for row in rows)])
    return csr_array((values, columns, starts), shape=(len(rows), len(pairs))), np.array(most)


def _tied(pair: Pair, pairs: list[Pair], served: set[int]) -> int:
    """The first child who stays on the list though worth as much in the same home; -1 if none."""
    return next(
        (
            other.child
            for other in pairs
            if other.home == pair.home and other.worth == pair.worth and other.child not in served
        ),
        -1,
    )


def reasons(sitting: Sitting, child: int, home: int) -> dict[str, float]:
    """What a pair is worth, by what it is worth it for; what weighs nothing is left out."""
    weights = sitting.rule.weights
    assert weights is not None, "a rule with this method has weights"
    terms = (
        ("placed", weights.placed, 1.0),
        ("need", weights.need, sitting.need(child)),
        ("wait", weights.wait, sitting.now - sitting.listed(child)),
        ("distance", -weights.distance, sitting.miles(child, home)),
        ("mismatch", -weights.mismatch, sitting.mismatch(child, home)),
        ("conflict", -weights.conflict, sitting.conflict(child, home)),
    )
    return {name: weight * amount for name, weight, amount in terms if weight}
