"""Stays in secure homes as episodes in the codes of the return on looked-after children (SSDA903).

Only what the model knows is filled in: the legal status of a welfare placement is empty, and so is the category of
need. The codes stand in configs/ssda903.csv. They are not checked against the guide of the year: every one is amber
or red, and has to be held against that guide before it is sent anywhere.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sim.engine.log import Leaving
from sim.outcomes.spells import home_spells
from sim.scenario.base import ROUTES
from sim.scenario.unknowns import rows_of
from sim.study.replicate import Result

if TYPE_CHECKING:
    import pandas as pd

TABLE = "ssda903.csv"
"""In configs: which code stands for what, with a quality mark and a note for each."""

COLUMNS = [
    "CHILD",
    "DECOM",
    "RNE",
    "LS",
    "CIN",
    "PLACE",
    "PLACE_PROVIDER",
    "DEC",
    "REC",
    "REASON_PLACE_CHANGE",
]


def episodes(result: Result) -> pd.DataFrame:
    """A row for each stay in a secure home; dates as dd/mm/yyyy, empty where the stay goes on."""
    import pandas as pd

    scenario, tape, code = result.scenario, result.world.tape, codes()
    stays = home_spells(result.log)
    rows = []
    for at in range(len(stays)):
        child, home = int(stays.child[at]), scenario.estate.homes[int(stays.home[at])]
        leaving = Leaving(int(stays.code[at]))
        ended = leaving != Leaving.STILL_PLACED
        own = home.host is not None and home.host == tape.origins[int(tape.origin[child])]
        rows.append(
            (
                child,
                _written(scenario.run.start, float(stays.start[at])),
                code["RNE", "admission"],
                code["LS", ROUTES[int(tape.route[child])]],
                "",
                code["PLACE", "secure home"],
                code["PLACE_PROVIDER", "own authority" if own else home.operator_type],
                _written(scenario.run.start, float(stays.end[at])) if ended else "",
                code["REC", _ceases(leaving)],
                code.get(("REASON_PLACE_CHANGE", leaving.name.lower()), "") if ended else "",
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def codes() -> dict[tuple[str, str], str]:
    """(field, what it is of) -> code, from configs/ssda903.csv."""
    return {(row["field"], row["of"]): row["code"] for row in rows_of(TABLE)}


def code_table() -> pd.DataFrame:
    """The codes with what they say, how good the evidence is, and what to know: written beside the episodes."""
    import pandas as pd

    return pd.DataFrame(rows_of(TABLE))


def _ceases(leaving: Leaving) -> str:
    """How an episode ceases: not yet; at 18, for another reason than those with a code; into a next episode."""
    if leaving == Leaving.STILL_PLACED:
        return "still placed"
    return "turned 18" if leaving == Leaving.TURNED_18 else "other"


def _written(start: date, day: float) -> str:
    return (start + timedelta(days=int(day))).strftime("%d/%m/%Y")
