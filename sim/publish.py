"""The jobs behind the verbs that make something of results for others: report, tables, export."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from sim.outcomes.suppression import Keys, small_keys
from sim.report.findings import Findings
from sim.report.stored import read_findings
from sim.report.write import read_pictures, write_report
from sim.scenario.errors import COMMAND_LINE, ConfigError
from sim.scenario.scenario import Scenario
from sim.store import plain_csv, write_text
from sim.study.trace import Trace

MOST_SUPPRESSED = 1000


def threshold_of(text: str) -> int | None:
    """The number given as suppress=; None for none. Raises ConfigError for anything else."""
    if not text:
        return None
    if not text.isdecimal() or int(text) > MOST_SUPPRESSED:
        hint = f"a whole number from 0 to {MOST_SUPPRESSED}"
        raise ConfigError(COMMAND_LINE, "suppress", given=text, allowed=hint)
    return int(text)


def findings_of(folder: Path, threshold: int | None) -> Findings:
    """The findings of a folder, small counts taken out by its own threshold or by a stricter one."""
    found = read_findings(folder)
    if threshold is None or threshold <= found.suppress:
        return found
    return replace(read_findings(folder, frozenset(keys_of(folder, threshold))), suppress=threshold)


def keys_of(folder: Path, threshold: int) -> Keys:
    """What rests on fewer children than the threshold."""
    import pandas as pd

    return small_keys(pd.read_parquet(folder / "ratio_parts.parquet"), threshold)


def report(folder: Path, out: Path, threshold: int | None) -> int:
    """Write the report of a stored folder, or of a sweep, to `out`."""
    if (folder / "sweep.json").is_file():
        return _sweep(folder, out, threshold or 0)
    for path in write_report(findings_of(folder, threshold), out, kept=read_pictures(folder)):
        print(path)
    return 0


def _sweep(folder: Path, out: Path, threshold: int) -> int:
    from sim.report.answer_page import write_answer
    from sim.report.sweep_page import sweep_answer
    from sim.study.sweep.read import read_sweep

    levels = read_sweep(folder)
    if levels.empty:
        raise ConfigError(
            str(folder), "", "no scenario of the sweep is finished", allowed="placesim resume first"
        )
    about = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    told = {key.capitalize(): str(about[key]) for key in ("command", "seed", "written") if key in about}
    told |= {f"Version of {name}": version for name, version in about.get("versions", {}).items()}
    for path in write_answer(sweep_answer(levels, told, threshold), out):
        print(path)
    return 0


def tables(folder: Path, out: Path, threshold: int | None) -> int:
    """Write the public tables of a stored folder to `out`."""
    from sim.report.public.open_data import pairs
    from sim.report.public.workbook import write_ods, write_workbook

    findings = findings_of(folder, threshold)
    made = pairs(findings)
    for path in (*(file for pair in made for file in pair.write(out)), write_workbook(findings, made, out),
                 write_ods(findings, made, out)):  # fmt: skip
        print(path)
    return 0


def export(scenario: Scenario, replication: int, trace: Trace | None, out: Path) -> int:
    """Play one replication and write `events.xes`, `events.jsonocel`, `events.csv`, and episodes with their codes."""
    from sim.study.process_log import ocel, table, xes
    from sim.study.replicate import simulate
    from sim.study.ssda903 import code_table, episodes

    result = simulate(scenario, replication, trace and trace.world(scenario, replication))
    texts = {
        "events.xes": "\n".join(xes(result)) + "\n",
        "events.jsonocel": ocel(result),
        "events.csv": plain_csv(table(result)),
        "ssda903_episodes.csv": plain_csv(episodes(result)),
        "ssda903_codes.csv": plain_csv(code_table()),
    }
    for name, text in texts.items():
        print(write_text(out / name, text))
    print(
        "The codes of the episodes are not checked against the guide of the year: "
        "hold ssda903_codes.csv against it before anything is sent."
    )
    return 0
