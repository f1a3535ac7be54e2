"""The groups that outcomes are shown by: region, whether it has a home, sex, age band, complexity, need and route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.outcomes.spells import Ints
from sim.scenario.base import ROUTES
from sim.scenario.estate import Home
from sim.world.tape import Tape

AGE_BANDS = ("12 and under", "13 to 15", "16 and over")
HOME_IN_REGION = ("no home in the region", "a home in the region")
NEED_THIRDS = ("lowest third", "middle third", "highest third")


@dataclass(frozen=True, eq=False)
class Group:
    """A name, its levels, and the level of each child of the tape."""

    name: str
    levels: tuple[str, ...]
    of_child: Ints


def groups(tape: Tape, homes: Sequence[Home]) -> list[Group]:
    """All groups, the whole first. Thirds of need are cut on the whole tape, so they are the same
    children under every rule."""
    n = len(tape)
    cuts = np.quantile(tape.need[~tape.resident], [1 / 3, 2 / 3]) if (~tape.resident).any() else np.zeros(2)
    classes = int(tape.complexity.max(initial=0)) + 1
    with_home = np.isin(np.arange(len(tape.regions)), [tape.regions.index(home.region) for home in homes])
    return [
        Group("all", ("all",), np.zeros(n, dtype=np.int64)),
        Group("region", tape.regions, tape.region),
        Group("home_in_region", HOME_IN_REGION, with_home[tape.region].astype(int)),
        Group("sex", ("boys", "girls"), tape.girl.astype(np.int64)),
        Group("age_band", AGE_BANDS, np.searchsorted([13, 16], tape.age, side="right")),
        Group("complexity", tuple(f"class {level + 1}" for level in range(classes)), tape.complexity),
        Group("need", NEED_THIRDS, np.searchsorted(cuts, tape.need, side="left")),
        Group("route", tuple(ROUTES), tape.route),
    ]
