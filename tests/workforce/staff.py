"""Staff as posts, made by hand: everything still, unless a test moves it; and what the log says of staff."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engine.log import EventLog, Kind
from sim.scenario import Scenario
from sim.scenario.load import load_scenario
from sim.scenario.posts import Posts

Record = dict[str, Any]
OF_STAFF = (Kind.STAFF_DAY, Kind.STAFF_NIGHT, Kind.SHUT, Kind.IN_POST, Kind.STAFF_LEFT, Kind.STAFF_JOINED,
            Kind.AWAY, Kind.WORKED, Kind.INCIDENTS, Kind.GRADE, Kind.MANAGER)  # fmt: skip


def still(**more: Any) -> Record:
    """One unit a place by day and by night; nobody leaves, is ill or covers, and nobody inspects."""
    whole: Record = {
        "kind": "posts",
        "name": "still",
        "roles": {
            "care": {"per_place": 1.0, "shift": "day"},
            "night_waking": {"per_place": 1.0, "shift": "night"},
        },
        "leaving": {"early_per_year": 0.0, "later_per_year": 0.0},
        "recruitment": {"fill_days": 100.0},
        "hours": {"post": 1.0, "day": 1.0, "night": 1.0},
    }
    return whole | more


def national(*overrides: str) -> Scenario:
    """The national scenario with staff as posts over a short window."""
    short = ("run=quick", "run.warm_up_days=30", "run.window_days=400", "run.follow_up_days=30")
    return load_scenario(["workforce=posts", *short, *overrides])


def with_staff(made: Scenario, workforce: Record) -> Scenario:
    """The same scenario with other staff."""
    return made.model_copy(update={"workforce": Posts.model_validate(workforce)})


def same(one: EventLog, other: EventLog) -> bool:
    """Whether two logs are the same, byte for byte."""
    return all(
        getattr(one, name).tobytes() == getattr(other, name).tobytes()
        for name in ("day", "kind", "child", "home", "code", "value")
    )


def of_staff(log: EventLog) -> EventLog:
    """What a log says of staff, of places that are shut, of grades and of managers."""
    rows = log.of(*OF_STAFF)
    return EventLog(*(getattr(log, name)[rows] for name in ("day", "kind", "child", "home", "code", "value")))


def shares_of_time(log: EventLog, kind: Kind, home: int, horizon: float, code: int = 0) -> dict[float, float]:
    """How long each value of a kind held in a home, as shares."""
    rows = np.flatnonzero((log.kind == kind) & (log.home == home) & (log.code == code))
    held = np.diff(np.concatenate([log.day[rows], [horizon]]))
    values, where = np.unique(log.value[rows], return_inverse=True)
    return dict(zip(values.tolist(), (np.bincount(where, held) / horizon).tolist(), strict=True))
