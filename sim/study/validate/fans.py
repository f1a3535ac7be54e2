"""The back-cast through time: a figure for each quarter, from every run, beside what was published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from sim.scenario.targets import Target
from sim.world.streams import Floats

if TYPE_CHECKING:
    import pandas as pd

FIRST, LAST = 2015, 2025
LINES = (
    ("children_in_homes", "England and Wales", "all", "Children in the homes"),
    ("children_in_homes", "England and Wales", "welfare", "Welfare children in the homes"),
    ("occupancy_approved", "England and Wales", "all", "Children over approved places"),
    ("list_size", "England", "welfare", "Children on the welfare list"),
)
QUARTER_ENDS = ((3, 31), (6, 30), (9, 30), (12, 31))


def fan_targets() -> tuple[Target, ...]:
    """A target for the last day of each quarter and each line; the values mean nothing."""
    return tuple(
        Target(id=f"fan {number} {year}-{month:02d}", output=output, geography=geography, route=route,
               period_from=date(year, month, day), period_to=date(year, month, day), statistic="stock", value=1.0,
               use="fan")
        for number, (output, geography, route, _) in enumerate(LINES)
        for year in range(FIRST, LAST + 1)
        for month, day in QUARTER_ENDS
    )  # fmt: skip


def fans(values: Floats, targets: Sequence[Target]) -> pd.DataFrame:
    """One row a line and quarter: median, 50% and 90% bands over the runs (runs x targets of `fan_targets`)."""
    import pandas as pd

    rows = []
    for at, one in enumerate(targets):
        if not np.isfinite(values[:, at]).any():
            continue  # the run does not reach so far
        number = int(one.id.split()[1])
        shares = (0.05, 0.25, 0.5, 0.75, 0.95)
        rows.append((number, LINES[number][3], one.period_to, *np.nanquantile(values[:, at], shares)))
    return pd.DataFrame(
        rows, columns=["line", "title", "day", "low_90", "low_50", "median", "high_50", "high_90"]
    )


def published(targets: Sequence[Target]) -> pd.DataFrame:
    """What was published for the lines of the fans: one row a figure, at the middle of its period."""
    import pandas as pd

    rows = []
    for one in targets:
        for number, (output, geography, route, _) in enumerate(LINES):
            same = (one.output, one.geography, one.route) == (output, geography, route)
            if same and one.statistic in ("stock", "share", "mean"):
                middle = one.period_from + (one.period_to - one.period_from) / 2
                rows.append((number, one.id, middle, one.value, one.sd or 0.0))
    return pd.DataFrame(rows, columns=["line", "id", "day", "value", "sd"])


def both_at_once(values: Floats, targets: Sequence[Target], year: int = 2023) -> dict[str, float]:
    """How often a run has the published queue and the published occupancy in the same quarter of a year.

    Queue of 50 or more on the list, children 0.60 to 0.73 of approved places; shares of quarters over all runs.
    """
    occupancy = [
        at for at, one in enumerate(targets) if one.id.startswith("fan 2") and one.period_to.year == year
    ]
    queue = [
        at for at, one in enumerate(targets) if one.id.startswith("fan 3") and one.period_to.year == year
    ]
    if not occupancy or not np.isfinite(values[:, occupancy + queue]).all():
        return {}
    half_empty = (values[:, occupancy] >= 0.60) & (values[:, occupancy] <= 0.73)
    waiting = values[:, queue] >= 50
    return {
        "occupancy": float(half_empty.mean()),
        "queue": float(waiting.mean()),
        "both": float((half_empty & waiting).mean()),
        "least_occupancy": float(np.nanmin(values[:, occupancy])),
        "median_occupancy": float(np.nanmedian(values[:, occupancy])),
        "median_queue": float(np.nanmedian(values[:, queue])),
    }
