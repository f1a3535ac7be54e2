"""What a sweep has done, read from its folder: the state of each scenario, and the manifest that tells it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from sim.store import write_text
from sim.study.manifest import versions
from sim.study.sweep.blocks import length
from sim.study.sweep.dataset import Dataset
from sim.study.sweep.plan import SweepPlan

MANIFEST = "manifest.json"

State = Literal["finished", "failed", "begun", "waiting"]

FILES = {
    "sweep.json": "the plan: command, overrides, scenarios, code and configs as they were",
    "scenarios.csv": "one row per scenario: hash, title and what it sets; join it to the others on scenario",
    "scenarios.parquet": "every scenario in full, one column of JSON for each question",
    "levels/": "one row per scenario, measure, group and level: value with 95% interval",
    "measures/": "one row per scenario, replication, measure, group and level: value, numerator, denominator",
    "logs/": "event logs, when asked for with run.logs=true",
    "parts/": "replications of scenarios that are not finished",
    "failed/": "what went wrong, scenario by scenario",
}


@dataclass(frozen=True)
class CellStatus:
    """One scenario of a sweep: what state it is in, and the last line of what went wrong."""

    number: int
    scenario: str
    title: str
    state: State
    replications: int
    error: str = ""


def statuses(plan: SweepPlan, dataset: Dataset) -> list[CellStatus]:
    """The state of every scenario, in the order of the plan."""
    return [
        CellStatus(cell.number, cell.scenario, cell.title, *_state(plan, dataset, cell.scenario))
        for cell in plan.cells
    ]


def _state(plan: SweepPlan, dataset: Dataset, scenario: str) -> tuple[State, int, str]:
    if dataset.finished(scenario):
        return "finished", plan.replications, ""
    kept = sum(length(plan.replications, first) for first in dataset.blocks(scenario))
    if failure := dataset.failure(scenario):
        return "failed", kept, failure.strip().splitlines()[-1]
    return "begun" if kept else "waiting", kept, ""


def write_manifest(
    plan: SweepPlan, dataset: Dataset, settings: Mapping[str, Any], seconds: Mapping[str, float]
) -> None:
    """Provenance, settings of the run, and the state and computer time of each scenario."""
    before = timings(dataset.folder)
    rows = [
        {**asdict(one), "seconds": round(before.get(one.scenario, 0.0) + seconds.get(one.scenario, 0.0), 3)}
        for one in statuses(plan, dataset)
    ]
    about = {
        "title": plan.title,
        "command": plan.command,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "replications": plan.replications,
        **settings,
        "code": plan.state,
        "versions": versions(),
        "files": FILES,
        "scenarios": rows,
    }
    write_text(dataset.folder / MANIFEST, json.dumps(about, indent=1))


def timings(folder: Path) -> dict[str, float]:
    """Computer seconds of each scenario so far, as the manifest tells; nothing if there is none."""
    try:
        rows = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["scenarios"]
        return {row["scenario"]: float(row["seconds"]) for row in rows}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
