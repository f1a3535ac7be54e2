"""How far each assumption moves the headline over its range, from runs.

First each row alone is put to both ends of its range, in one world: a row that changes nothing there is marked so.
Then all others are moved at once on a Latin hypercube, and the effect of each is read off by a regression on all
runs. That needs far fewer runs than moving one at a time, and says how sure it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.study.uncertain.movable import Moved, clash
from sim.world.streams import Floats

if TYPE_CHECKING:
    import pandas as pd

Bools = npt.NDArray[np.bool_]
GREEN, RED = 0.02, 0.10
SURE = 1.645
STILL = "put to both ends of its range alone, it changes nobody's placement or wait in seven months"
COUNTED = ("children_placed_per_year", "children_waiting_mean")  # what has to be the same for that
NO_WORLD = "cannot be moved alone: at an end of its range no world can be made"
ENDS = (0.0, 1.0)


def stirring(
    moved: Sequence[Moved], base: Sequence[Mapping[str, object]], at_ends: Sequence[Sequence[Mapping[str, object]]],
    counted: Sequence[str] = (),
) -> tuple[list[Moved], list[Moved]]:  # fmt: skip
    """Rows that change a measure (one of those `counted`, or any) at an end of their range, and rows that do not.

    `base` has the measures of each rule as it is; `at_ends`, for each row, those of each end and rule in turn.
    """
    does: list[Moved] = []
    does_not: list[Moved] = []
    for one, found in zip(moved, at_ends, strict=True):
        pairs = [(measures, base[number % len(base)]) for number, measures in enumerate(found)]
        same = all(a.get(name) == b.get(name) for a, b in pairs for name in counted or (*a, *b))
        (does_not if same else does).append(one)
    return does, does_not


def turns(moved: Sequence[Moved], count: int) -> Bools:
    """Which rows are moved at each of `count` points: all but those that clash, which take turns. count x rows."""
    group = list(range(len(moved)))
    for a, one in enumerate(moved):
        for b in range(a):
            if group[a] != group[b] and clash(one, moved[b]):
                old, new = group[a], group[b]
                group = [new if each == old else each for each in group]
    found = np.ones((count, len(moved)), dtype=bool)
    for name in set(group):
        rows = [at for at, each in enumerate(group) if each == name]
        if len(rows) > 1:
            found[:, rows] = np.arange(count)[:, None] % len(rows) == np.arange(len(rows))[None, :]
    return found


def distances(moved: Sequence[Moved], shares: Floats, taken: Bools) -> Floats:
    """How far each row is from where it stands at each point, in ranges."""
    far = np.array([[one.moved_by(share) for one, share in zip(moved, row, strict=True)] for row in shares])
    return np.where(taken, far, 0.0)


def still(rows: Sequence[Moved]) -> pd.DataFrame:
    """Rows that change nothing: green, and sure."""
    import pandas as pd

    return pd.DataFrame(
        [(one.key, one.title, one.quality, 0.0, 0.0, 0.0, "green", True, STILL) for one in rows],
        columns=[*COLUMNS, "reason"],
    )


COLUMNS = ["key", "title", "quality", "move", "standard_error", "share_of_headline", "impact", "sure"]


def effects(moved: Sequence[Moved], points: Floats, y: Floats, headline: float) -> pd.DataFrame:
    """One row for each: change of `y` from end to end, its error, share of the headline, mark, whether sure.

    `points` are distances in ranges. Ordinary least squares on all rows at once. A mark is sure if
    the whole 90% interval of the effect has it.
    """
    import pandas as pd

    x = np.column_stack([np.ones(len(points)), points])
    inverse = np.linalg.pinv(x.T @ x)
    beta = inverse @ x.T @ y
    left = y - x @ beta
    free = max(1, len(y) - np.linalg.matrix_rank(x))
    error = np.sqrt(np.diag(inverse) * float(left @ left) / free)
    rows = []
    for one, effect, se in zip(moved, beta[1:], error[1:], strict=True):
        least, most = max(0.0, abs(effect) - SURE * se), abs(effect) + SURE * se
        rows.append((one.key, one.title, one.quality, float(effect), float(se), float(abs(effect) / abs(headline)),
                     mark(effect / headline), mark(least / headline) == mark(most / headline)))  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def mark(share: float) -> str:
    """Green below 2% of the headline, amber to 10%, red above (thresholds of the assumptions log)."""
    return "green" if abs(share) < GREEN else "amber" if abs(share) <= RED else "red"


def how_marked(table: pd.DataFrame) -> str:
    """From how many runs stored marks are, and whether rows of single posts are among them, in a sentence or two."""
    runs = [f"{number:.0f}" for number in sorted(set(table["runs"].dropna()))] if "runs" in table else []
    posts = "given" in table and table["given"].astype(str).str.contains("workforce=posts").any()
    said = f"Marks of impact are from {' and '.join(runs)} runs, two a point."
    if posts:
        return said
    return f"{said} No row of the model of single posts (workforce=posts) has been moved yet."
