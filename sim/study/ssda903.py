"""Stays in secure homes as episodes in the codes of the return on looked-after children (SSDA903).

Only what the model knows is filled in. Section 25 is no legal status of that return, and the model does not know
the order behind it, so the legal status of a welfare placement is empty; so is the category of need. Codes are those
of the published guide; look at the guide of the year before they are sent anywhere.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sim.engine.log import Leaving
from sim.outcomes.spells import home_spells
from sim.scenario.base import ROUTES
from sim.study.replicate import Result

if TYPE_CHECKING:
    import pandas as pd

SECURE_HOME = "K1"
LEGAL_STATUS = {"welfare": "", "remand": "J1", "sentence": ""}
PROVIDERS = {"council": "PR2", "company": "PR4", "charity": "PR5"}
OWN_AUTHORITY = "PR1"
STILL, AFTER_18, GOES_ON = "", "E8", "X1"
"""How an episode ceases: not yet; at 18, for another reason than those with a code; into a next episode."""

CHANGES = {
    Leaving.NEED_ENDED: "CARPL", Leaving.ORDER_ENDED: "CARPL", Leaving.SENTENCE_ENDED: "CUSTOD",
    Leaving.BROKE_DOWN: "CREQB", Leaving.HOME_CLOSED: "CLOSE", Leaving.MOVED_EARLY: "OTHER",
    Leaving.TRANSFERRED: "CREQB",
}  # fmt: skip
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

    scenario, tape = result.scenario, result.world.tape
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
                "P",  # a change of placement and carer
                LEGAL_STATUS[ROUTES[int(tape.route[child])]],
                "",
                SECURE_HOME,
                OWN_AUTHORITY if own else PROVIDERS[home.operator_type],
                _written(scenario.run.start, float(stays.end[at])) if ended else "",
                STILL if not ended else AFTER_18 if leaving == Leaving.TURNED_18 else GOES_ON,
                CHANGES.get(leaving, "") if ended else "",
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _written(start: date, day: float) -> str:
    return (start + timedelta(days=int(day))).strftime("%d/%m/%Y")
