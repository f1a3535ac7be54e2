"""The cost game: the cheapest way for every group of authorities, fair splits, and the core.

A group is a set of bits: bit i is member i. `cost` has one entry per group, `cost[0]` is 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Home:
    """Pounds a year: of a home, of a place in it, of a child in a place, and of a child elsewhere."""

    home: float
    place: float
    child: float
    elsewhere: float
    most_places: int


def membership(members: int) -> npt.NDArray[np.bool_]:
    """Groups x members: who belongs."""
    groups = np.arange(2**members)
    return np.asarray((groups[:, None] >> np.arange(members)) & 1, dtype=bool)


def group_costs(needs: Ints, home: Home) -> tuple[Floats, Ints]:
    """The least that each group pays in a year, and the places that it would build (0: it buys elsewhere).

    `needs` are children by moment x member, all moments alike. A group pools its children: those who fit into its
    home are cheaper there, the others are bought elsewhere.
    """
    members = needs.shape[1]
    cost, places = np.zeros(2**members), np.zeros(2**members, dtype=np.int64)
    sizes = np.arange(home.most_places + 1)
    for group in range(1, 2**members):
        there = needs[:, [bit for bit in range(members) if group >> bit & 1]].sum(axis=1)
        cost[group], places[group] = least_cost(there, home, sizes)
    return cost, places


def least_cost(children: Ints, home: Home, sizes: Ints) -> tuple[float, int]:
    """The cheapest number of places for these children, and what it costs in a year."""
    most = int(children.max(initial=0))
    share = np.bincount(children, minlength=most + 1) / max(len(children), 1)
    counts = np.arange(most + 1)
    inside = np.minimum(counts[None, :], sizes[:, None]) @ share
    mean = float(counts @ share)
    whole = (
        (sizes > 0) * home.home + sizes * home.place + inside * home.child + (mean - inside) * home.elsewhere
    )
    best = int(np.argmin(whole))
    return float(whole[best]), int(sizes[best])


def excess(cost: Floats, split: Floats) -> Floats:
    """What each group pays beyond what it would pay by itself (positive: it would rather leave)."""
    return np.asarray(membership(len(split)) @ split - cost)


def in_core(cost: Floats, split: Floats, within: float = 1e-6) -> bool:
    """Whether the split pays for all and no group would be better off by itself."""
    scale = max(1.0, abs(float(cost[-1])))
    whole = abs(float(split.sum() - cost[-1])) <= within * scale
    return bool(whole and excess(cost, split)[1:-1].max(initial=-np.inf) <= within * scale)


def least_core(cost: Floats) -> tuple[float, Floats]:
    """The split whose worst-off group is least worse off than by itself, and by how much it is.

    By linear programming. At or below 0 the core is not empty, and the split lies in it.
    """
    from scipy.optimize import linprog

    members = int(np.log2(len(cost)))
    groups = membership(members)[1:-1]
    if not len(groups):
        return 0.0, np.array([cost[-1]])
    limits = np.hstack([groups.astype(float), -np.ones((len(groups), 1))])
    found = linprog(
        np.concatenate([np.zeros(members), [1.0]]), A_ub=limits, b_ub=cost[1:-1],
        A_eq=np.concatenate([np.ones(members), [0.0]])[None, :], b_eq=[cost[-1]],
        bounds=[(None, None)] * (members + 1), method="highs",
    )  # fmt: skip
    return float(found.x[-1]), np.asarray(found.x[:-1])


def shapley(cost: Floats) -> Floats:
    """Each member's cost when it joins, averaged over all orders of joining."""
    members = int(np.log2(len(cost)))
    groups = np.arange(2**members)
    size = membership(members).sum(axis=1)
    weight = np.array([factorial(s) * factorial(members - s - 1) / factorial(members) if s < members else 0.0
                       for s in range(members + 1)])  # fmt: skip
    out = np.zeros(members)
    for member in range(members):
        without = groups[(groups >> member & 1) == 0]
        out[member] = float(weight[size[without]] @ (cost[without | 1 << member] - cost[without]))
    return out
