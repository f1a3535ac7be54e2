"""The plan of a sweep: which scenarios, under which code and configs; kept beside the results, checked on resume."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sim.scenario.errors import ConfigError, shown
from sim.scenario.scenario import Scenario
from sim.scenario.sources import config_files
from sim.scenario.sweep import LoadedSweep, load_sweep
from sim.store import write_csv, write_text, write_whole
from sim.study.code import changed, code_files, code_version
from sim.study.manifest import code_state

FORMAT = 1
WHO = {"workers": 1, "backend": "serial", "on_error": "continue"}
"""Who plays, as the stored scenarios say it: alike for every backend, because it changes no result."""
PLAN = "sweep.json"
SCENARIOS = "scenarios.parquet"
SETTINGS = "scenarios.csv"


@dataclass(frozen=True)
class Cell:
    """One scenario of a sweep. `scenario` names it by content: its settings, the code and the seed."""

    number: int
    scenario: str
    title: str
    overrides: tuple[str, ...]


@dataclass(frozen=True)
class SweepPlan:
    """What a sweep plays. `code` and `configs` are file -> hash at the time of planning; `who` says who plays."""

    title: str
    command: str
    overrides: tuple[str, ...]
    config_dir: str | None
    replications: int
    who: Mapping[str, Any]
    code: Mapping[str, str]
    configs: Mapping[str, str]
    state: Mapping[str, str]
    cells: tuple[Cell, ...]


def make_plan(loaded: LoadedSweep, config_dir: str | None, command: str) -> SweepPlan:
    """The plan of a sweep that was loaded from configs."""
    cells = tuple(
        Cell(number, content_hash(scenario), point.title, point.overrides)
        for number, (point, scenario) in enumerate(zip(loaded.points, loaded.scenarios, strict=True), start=1)
    )
    return SweepPlan(
        title=loaded.title,
        command=command,
        overrides=loaded.overrides,
        config_dir=config_dir,
        replications=loaded.scenarios[0].run.replications,
        who={key: getattr(loaded.scenarios[0].run, key) for key in WHO},
        code=code_files(),
        configs=config_files(config_dir),
        state=code_state(),
        cells=cells,
    )


def content_hash(scenario: Scenario) -> str:
    """A letter, so that no reader takes it for a number, and 16 hex digits of the scenario, its seed and the code."""
    return "s" + hashlib.sha256(f"{scenario.identity()} {code_version()}".encode()).hexdigest()[:16]


def write_plan(plan: SweepPlan, scenarios: Sequence[Scenario], folder: Path) -> None:
    """Write the resolved scenarios, the table of settings, and last the plan, which makes the folder a sweep's."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    resolved = [json.loads(_whoever(scenario).model_dump_json(by_alias=True)) for scenario in scenarios]
    columns: dict[str, Any] = {"scenario": [cell.scenario for cell in plan.cells]}
    for question in Scenario.model_fields:
        columns[question] = [json.dumps(one[question]) for one in resolved]
    table = pa.table(columns)
    write_whole(folder / SCENARIOS, partial(pq.write_table, table, compression="zstd"))
    write_csv(folder / SETTINGS, settings(plan))
    write_text(folder / PLAN, json.dumps({"format": FORMAT, **asdict(plan)}, indent=1))


def settings(plan: SweepPlan):  # type: ignore[no-untyped-def]
    """One row per scenario: its hash, number and title, and a column for each key that some scenario sets."""
    import pandas as pd

    rows = []
    for cell in plan.cells:
        own = {text.partition("=")[0].lstrip("+"): text.partition("=")[2] for text in cell.overrides}
        rows.append({"scenario": cell.scenario, "number": cell.number, "title": cell.title, **own})
    return pd.DataFrame(rows)


def read_plan(folder: Path) -> SweepPlan:
    """The plan kept in a folder. Raises ConfigError if there is none, or if it cannot be read."""
    path = folder / PLAN
    if not path.is_file():
        hint = f"a folder made by placesim sweep (it holds {PLAN})"
        raise ConfigError(str(folder), "", "no sweep here", allowed=hint)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        made = data.pop("format")
        if made != FORMAT:
            raise ConfigError(
                str(path), "format", "another version wrote this", given=str(made), allowed=str(FORMAT)
            )
        cells = tuple(Cell(**{**one, "overrides": tuple(one["overrides"])}) for one in data.pop("cells"))
        return SweepPlan(**{**data, "overrides": tuple(data["overrides"]), "cells": cells})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            str(path), "", f"cannot be read ({error})", allowed="the file as it was written"
        ) from error


def _whoever(scenario: Scenario) -> Scenario:
    """The scenario as it is stored: without a word of who plays it."""
    return scenario.model_copy(update={"run": scenario.run.model_copy(update=WHO)})


def plan_files(folder: Path) -> list[Path]:
    """The files of a plan, the one that makes the folder a sweep's last."""
    return [folder / name for name in (SCENARIOS, SETTINGS, PLAN)]


def read_scenarios(folder: Path, wanted: Container[str]) -> dict[str, Scenario]:
    """Hash -> scenario as it was resolved for the plan, for those that are wanted, in the order of the plan."""
    import pyarrow.parquet as pq

    found = {}
    for row in pq.read_table(folder / SCENARIOS).to_pylist():
        name = row.pop("scenario")
        if name in wanted and name not in found:
            text = ",".join(f"{json.dumps(question)}:{answer}" for question, answer in row.items())
            found[name] = Scenario.model_validate_json(f"{{{text}}}", strict=True)
    return found


def refuse_changes(plan: SweepPlan, folder: Path) -> None:
    """Raise ConfigError if code or configs are not those of the plan, naming what differs."""
    words = changed(plan.code, code_files())
    if words:
        was = plan.state.get("commit", "unknown")
        hint = f"the code that began it (commit {was}), or a new folder"
        raise ConfigError(str(folder), "", f"the code has changed: {_some(words)}", allowed=hint)
    if changed(plan.configs, config_files(plan.config_dir)):
        refuse_other(plan, load_sweep(plan.overrides, plan.config_dir), folder)


def refuse_other(plan: SweepPlan, loaded: LoadedSweep, folder: Path) -> None:
    """Raise ConfigError unless `loaded` plays what `plan` plays: the same code, scenarios and replications."""
    asked = make_plan(loaded, None, "")
    words = changed(plan.code, asked.code)
    if not words and plan.replications != asked.replications:
        words = [f"run.replications {plan.replications} -> {asked.replications}"]
    if not words and len(plan.cells) != len(asked.cells):
        words = [f"{len(plan.cells)} scenarios -> {len(asked.cells)}"]
    if not words:
        words = _other_scenarios(plan, asked, loaded.scenarios, folder)
    if not words:
        words = _other_logs(plan, loaded.scenarios[0], folder)
    if words:
        hint = "the same as when it began, or a new folder (out=DIR)"
        raise ConfigError(str(folder), "", f"another sweep is kept here: {_some(words)}", allowed=hint)


def _other_scenarios(
    plan: SweepPlan, asked: SweepPlan, scenarios: Sequence[Scenario], folder: Path
) -> list[str]:
    """Which settings differ in the first scenario that differs."""
    for before, after, new in zip(plan.cells, asked.cells, scenarios, strict=True):
        if before.scenario != after.scenario:
            old = read_scenarios(folder, {before.scenario})[before.scenario]
            found = _differences("", old.model_dump(mode="json"), _whoever(new).model_dump(mode="json"))
            return [f"scenario {before.number} ({before.title}): {text}" for text in found] or [before.title]
    return []


def _other_logs(plan: SweepPlan, asked: Scenario, folder: Path) -> list[str]:
    """Whether logs are kept: that is no part of a scenario's name, and a finished one gets none later."""
    name = plan.cells[0].scenario
    kept = read_scenarios(folder, {name})[name].run.logs
    return [] if kept == asked.run.logs else [f"run.logs {shown(kept)} -> {shown(asked.run.logs)}"]


def _differences(key: str, old: Any, new: Any) -> list[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        found = []
        for name in dict.fromkeys((*old, *new)):
            found += _differences(f"{key}.{name}".lstrip("."), old.get(name), new.get(name))
        return found
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [
            text
            for at, pair in enumerate(zip(old, new, strict=True))
            for text in _differences(f"{key}.{at}", *pair)
        ]
    return [] if old == new else [f"{key} {shown(old)} -> {shown(new)}"]


def _some(words: Sequence[str]) -> str:
    """The first three, and how many more."""
    return ", ".join(words[:3]) + (f" and {len(words) - 3} more" if len(words) > 3 else "")
