"""The places of each home, week by week, as one replication plays them: what the timeline shows."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from sim.outcomes.places import home_places
from sim.outcomes.spells import at, home_spells, list_spells, offer_spells
from sim.scenario.base import ROUTES
from sim.study.replicate import Result

STATES = ("lived in", "held under offer", "free and staffed", "shut: no staff", "shut: other")
STEP_DAYS = 7


@dataclass(frozen=True)
class Timeline:
    """`homes[i].places[j][k]` is the number of places of home i in week j that are in STATES[k].

    `waiting[j]` children are on the welfare list on the day that week j begins.
    """

    start: str
    step_days: int
    states: tuple[str, ...]
    dates: tuple[str, ...]
    waiting: tuple[int, ...]
    homes: tuple[dict[str, Any], ...]

    def json(self) -> str:
        """As JSON that can stand inside a page."""
        return json.dumps(asdict(self)).replace("<", "\\u003c")


def timeline(result: Result) -> Timeline:
    """One replication, from the first day of the window to its last, a moment every seven days."""
    scenario, tape, log = result.scenario, result.world.tape, result.log
    first, last = scenario.run.window
    days = np.arange(first, last, STEP_DAYS, dtype=float) + 0.5
    placed, offers = home_spells(log), offer_spells(log, float(scenario.run.horizon_days))
    homes = []
    for index, home in enumerate(scenario.estate.homes):
        found = home_places(scenario, tape, log, placed, offers, index)
        staff = at(found.day, found.shut[:, -1], days)
        other = at(found.day, found.shut[:, :-1].sum(axis=1), days)
        columns = [at(found.day, getattr(found, name), days) for name in ("occupied", "held", "free")]
        table = np.rint(np.stack([*columns, staff, other], axis=1)).astype(int)
        approved = int(at(found.day, found.approved, days).max(initial=0))
        homes.append(
            {"name": home.name, "region": home.region, "approved": approved, "places": table.tolist()}
        )
    lists = list_spells(log)
    welfare = lists.rows(tape.route[lists.child] == ROUTES.index("welfare"))
    waiting = [int(((welfare.start <= day) & (welfare.end > day)).sum()) for day in days.tolist()]
    dates = tuple((scenario.run.start + timedelta(days=int(day))).isoformat() for day in days.tolist())
    return Timeline(dates[0] if dates else "", STEP_DAYS, STATES, dates, tuple(waiting), tuple(homes))
