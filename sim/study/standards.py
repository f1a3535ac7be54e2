"""The standards a department asks for, item by item, with an answer made from the scenario and evidence that exists.

An item is done only if every piece of its evidence is there: a file, a test that is defined, a proof that is green.
Items about authorship, review and sign-off are left to the adopting department and are never done here.
"""

from __future__ import annotations

import json
import platform
import re
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.scenario import Scenario
from sim.scenario.sources import config_folders, options
from sim.scenario.unknowns import REGISTER, rows_of
from sim.study.assumptions import assumptions, surely_red

if TYPE_CHECKING:
    import pandas as pd

FILE = "standards.csv"
ROOT = Path(__file__).resolve().parents[2]
COLUMNS = ["standard", "item", "title", "answer", "evidence", "state", "missing"]
DEPARTMENT = "left to the adopting department: not done"


def facts(scenario: Scenario) -> dict[str, str]:
    """What answers are filled in with, from the scenario, the register and the versions in use."""
    run, estate = scenario.run, scenario.estate
    register = rows_of(REGISTER)
    return {
        "measures": str(len(CATALOGUE)),
        "rules": str(len(options(config_folders(None), "commissioning"))),
        "streams": str(len(scenario.demand.streams)),
        "stream_names": ", ".join(name.replace("_", " ") for name in scenario.demand.streams),
        "homes": str(len(estate.homes)),
        "places": str(sum(home.places for home in estate.homes)),
        "residents": str(sum(estate.residents_at_start.values())),
        "start": str(run.start),
        "warm_up": f"{run.warm_up_days:,}",
        "window": f"{run.window_days:,}",
        "follow_up": f"{run.follow_up_days:,}",
        "replications": str(run.replications),
        "assumptions": str(len(register)),
        "red": str(sum(row["quality"] == "red" for row in register)),
        "python": platform.python_version(),
        **{name: version(name) for name in ("simpy", "numpy")},
    }


def standards(scenario: Scenario, root: Path = ROOT) -> pd.DataFrame:
    """One row an item: standard, item, title, answer, evidence, state and what is missing."""
    import pandas as pd

    filled = facts(scenario)
    rows = []
    for row in rows_of(FILE):
        evidence = [piece for piece in row["evidence"].split(";") if piece]
        missing = [piece for piece in evidence if not exists(piece, root)]
        done = "done" if evidence and not missing else "not done"
        state = DEPARTMENT if row["by"] == "department" else done
        answer = row["answer"].format(**filled)
        rows.append((row["standard"], row["item"], row["title"], answer, "; ".join(evidence), state,
                     "; ".join(missing)))  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def exists(piece: str, root: Path = ROOT) -> bool:
    """Whether a piece of evidence is there: a file, a test that it defines (`FILE::TEST`), a proof that is green."""
    name, _, test = piece.partition("::")
    path = root / name
    if not path.exists():
        return False
    if test:
        return (
            re.search(rf"^def {re.escape(test)}\(", path.read_text(encoding="utf-8"), re.MULTILINE)
            is not None
        )
    if name.startswith("docs/evidence/") and name.endswith(".json"):
        return json.loads(path.read_text(encoding="utf-8")).get("passed", True) is True
    return True


def scores(table: pd.DataFrame) -> pd.DataFrame:
    """By standard: items, done, not done, left to the department."""
    import pandas as pd

    rows = []
    for name, part in table.groupby("standard", sort=False):
        left = int((part["state"] == DEPARTMENT).sum())
        done = int((part["state"] == "done").sum())
        rows.append((name, len(part), done, len(part) - done - left, left))
    return pd.DataFrame(rows, columns=["standard", "items", "done", "not_done", "left_to_department"])


def page_one(scenario: Scenario) -> pd.DataFrame:
    """Assumptions red in quality and surely red in impact; where central minus local changes its sign."""
    import pandas as pd

    from sim.scenario.sources import find

    red = surely_red(assumptions(scenario))
    stored = "calibration/switching.csv"
    turns = {row["key"]: row for row in rows_of(stored)} if find(config_folders(None), stored) else {}
    rows = []
    for row in red.itertuples():
        turn = turns.get(row.key)
        if turn is None:
            said = "not known"
        else:
            inside = turn["in_range"] == "True"
            said = f"{float(turn['switching_value']):.3g}" if inside else "none in its range"
        rows.append(
            (row.title, row.value, row.unit, row.low, row.high, row.move, row.standard_error, row.sure, said)
        )
    columns = ["title", "value", "unit", "low", "high", "move", "standard_error", "sure", "switching_value"]
    return pd.DataFrame(rows, columns=columns)
