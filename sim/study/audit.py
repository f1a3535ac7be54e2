"""The decision audit of one replication: every question, answer and decision as tidy tables.

docs/audit.md says what the columns hold. The replication is played as always, with a clerk who is told of
everything, so its event log is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.commissioning.policy import Policy, distances_m, eligible, make_policy, nearest, purposes, takes
from sim.engine.log import Ending, EventLog, Kind, Leaving
from sim.scenario.base import GROUNDS, METRES_PER_MILE, ROUTES
from sim.scenario.commissioning import Rule
from sim.scenario.scenario import Scenario
from sim.store import write_whole
from sim.study.clerk import OCCASIONS, Clerk
from sim.study.replicate import Result, simulate
from sim.world.tape import Ints, Tape
from sim.world.world import World

if TYPE_CHECKING:
    import pandas as pd

FORMAT_VERSION = 1
ANSWERS = ("yes", "refused", "no_place", "declined_before")
PURPOSES = ("welfare", "justice")
ENDINGS = tuple(ending.name.lower() for ending in Ending)
LEAVINGS = tuple(leaving.name.lower() for leaving in Leaving)


@dataclass(frozen=True, eq=False)
class Audited:
    """A replication and its audit: `tables` are those of docs/audit.md, by name."""

    result: Result
    tables: dict[str, pd.DataFrame]

    @property
    def scenario(self) -> Scenario:
        return self.result.scenario

    @property
    def world(self) -> World:
        return self.result.world

    @property
    def log(self) -> EventLog:
        return self.result.log

    def rule_of(self, child: int) -> Rule:
        """The rule that governs a child."""
        return rules(self.scenario)[int(desk_of(self.scenario, self.world.tape)[child])]

    def write(self, folder: Path) -> list[Path]:
        """Each table as `NAME.parquet`, whole or not at all, with the format version in its metadata."""
        return [write_whole(folder / f"{name}.parquet", lambda path, f=frame: self._write(f, path))  # type: ignore[misc]
                for name, frame in self.tables.items()]  # fmt: skip

    def _write(self, frame: pd.DataFrame, path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        about = {
            "placesim_audit_format": FORMAT_VERSION,
            "commissioning": self.scenario.commissioning.name,
            "seed": self.world.seed,
            "replication": self.world.replication,
            "start": self.scenario.run.start,
        }
        table = pa.Table.from_pandas(frame, preserve_index=False)
        known = table.schema.metadata or {}
        told = {key.encode(): str(value).encode() for key, value in about.items()}
        pq.write_table(table.replace_schema_metadata({**known, **told}), path, compression="zstd")


def audited(scenario: Scenario, replication: int = 0, world: Any = None) -> Audited:
    """Play a replication, as `simulate` does, and keep the minutes."""
    clerk = Clerk()
    result = simulate(scenario, replication, world, clerk)
    facts = _facts(scenario, result.world.tape)
    return Audited(result, {**_minutes(clerk), **facts, "events": _events(result.log)})


def rules(scenario: Scenario) -> list[Rule]:
    """The rules in force: for welfare and justice, or one for all."""
    both = (scenario.commissioning.welfare, scenario.commissioning.justice)
    return [rule for rule in both if rule is not None]


def desk_of(scenario: Scenario, tape: Tape) -> Ints:
    """The number of the rule that governs each child."""
    return np.minimum(purposes(tape), len(rules(scenario)) - 1)


def _minutes(clerk: Clerk) -> dict[str, pd.DataFrame]:
    """What the clerk wrote, with names in the place of codes."""
    lists = [(number, at + 1, child) for number, children in clerk.lists for at, child in enumerate(children)]
    beds = [
        (number, purpose, home, ready >> home & 1)
        for number, purpose, opened, ready in clerk.beds
        for home in range(opened.bit_length())
        if opened >> home & 1
    ]
    found = {
        "sittings": _frame(clerk.sittings, day=float, rule=PURPOSES, occasion=OCCASIONS, waiting=int),
        "lists": _frame(lists, sitting=int, position=int, child=int),
        "beds": _frame(beds, sitting=int, purpose=PURPOSES, home=int, may_answer=bool),
        "answers": _frame(clerk.answers, sitting=int, child=int, referral=int, home=int, answer=ANSWERS,
                          grounds=int, in_log=bool),
        "ranking": _frame(clerk.ranking, sitting=int, child=int, home=int, part=str, value=float),
        "decisions": _frame(clerk.decisions, sitting=int, child=int, referral=int, home=int, tied=int,
                            accepted=bool),
    }  # fmt: skip
    day = found["sittings"]["day"].to_numpy()
    found["sittings"].insert(0, "sitting", np.arange(len(day)))
    for name in ("answers", "decisions"):
        found[name].insert(1, "day", day[found[name]["sitting"].to_numpy()])
    return found


def _frame(rows: Sequence[Sequence[Any]], **columns: type | tuple[str, ...]) -> pd.DataFrame:
    """A table of rows; names in the place of a type stand for the codes 0, 1, ..."""
    import pandas as pd

    table = {}
    for at, (name, kind) in enumerate(columns.items()):
        column = [row[at] for row in rows]
        if isinstance(kind, tuple):
            table[name] = pd.Categorical.from_codes(np.array(column, dtype=np.int64), list(kind))
        else:
            table[name] = pd.Categorical(column) if kind is str else np.array(column, dtype=kind)
    return pd.DataFrame(table)


def _events(log: EventLog) -> pd.DataFrame:
    """The event log, with the reasons of endings and of leaving by name."""
    import pandas as pd

    found = log.to_frame()
    reason = np.full(len(log), "", dtype=object)
    for kind, names in ((Kind.ENDED, ENDINGS), (Kind.LEFT, LEAVINGS)):
        reason[log.of(kind)] = np.array(names, dtype=object)[log.code[log.of(kind)]]
    found["reason"] = pd.Categorical(reason)
    return found


def _facts(scenario: Scenario, tape: Tape) -> dict[str, pd.DataFrame]:
    """Who the children and homes are, and which homes may be asked about whom."""
    import pandas as pd

    flags = np.array(tape.flag_names)
    children = pd.DataFrame(
        {
            "child": np.arange(len(tape)),
            "id": [tape.child_id(row) for row in range(len(tape))],
            "resident": tape.resident,
            "day": tape.day,
            "route": np.array(ROUTES)[tape.route],
            "authority": np.array(tape.origins)[tape.origin],
            "region": np.array(tape.regions)[tape.region],
            "sex": np.where(tape.girl, "girl", "boy"),
            "age": tape.age,
            "need": tape.need,
            "complexity": tape.complexity,
            "units_day": tape.units_day,
            "units_night": tape.units_night,
            "emergency": tape.emergency,
            "flags": ["; ".join(flags[row].tolist()) for row in tape.flags],
        }
    )
    homes = pd.DataFrame(
        [(at, home.name, home.region) for at, home in enumerate(scenario.estate.homes)],
        columns=["home", "name", "region"],
    )
    return {"scope": _scope(scenario, tape), "children": children, "homes": homes}


def _scope(scenario: Scenario, tape: Tape) -> pd.DataFrame:
    """A row per child and home: what bars the child, if anything, and from when the rule lets the home be asked."""
    import pandas as pd

    estate = scenario.estate
    lent = any(rule.release_days is not None for rule in rules(scenario))
    fit = eligible(tape, estate, lent)
    near = nearest(tape, estate.homes, fit)
    policies = [make_policy(rule, tape, estate, fit, near) for rule in rules(scenario)]
    children, homes = fit.shape
    barred = np.full(fit.shape, "", dtype=object)
    for at, home in enumerate(estate.homes):
        for what, may in takes(tape, estate, home, lent).items():
            barred[~may, at] = [f"{before}; {what}" if before else what for before in barred[~may, at]]
    own, after = np.zeros(fit.shape, dtype=bool), np.full(fit.shape, np.nan)
    for child, number in enumerate(desk_of(scenario, tape).tolist()):
        for column in range(homes):
            own[child, column], after[child, column] = _asked(policies[number], child, column)
    return pd.DataFrame(
        {
            "child": np.repeat(np.arange(children), homes),
            "home": np.tile(np.arange(homes), children),
            "barred": barred.ravel(),
            "own": own.ravel(),
            "from_day": after.ravel(),
            "miles": (distances_m(tape, estate.homes) / METRES_PER_MILE).ravel(),
        }
    )


def _asked(policy: Policy, child: int, home: int) -> tuple[bool, float]:
    """Whether the home is the child's own, and days from referral until it may be asked (nan: never)."""
    for after, stage in policy.stages[child]:
        if policy.classes[stage].asked >> home & 1:
            return bool(policy.classes[stage].own >> home & 1), after
    return False, float("nan")


def grounds_of(bits: int) -> list[str]:
    """The names of grounds that are added up in a number."""
    return [ground for at, ground in enumerate(GROUNDS) if bits >> at & 1]
