"""What a sweep says on the console: its plan, its state, its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from sim.outcomes.catalogue import LEVELS_FIRST
from sim.report.numbers import counted
from sim.report.progress import clock
from sim.study.sweep.forecast import Forecast
from sim.study.sweep.plan import SweepPlan
from sim.study.sweep.status import CellStatus

SHOWN = 20


def dry_run_lines(title: str, titles: Sequence[str], found: Forecast) -> list[str]:
    """Cells, estimated time and disk."""
    each = found.replications // found.scenarios
    return [
        f"{title}: {_shape(found.scenarios, each)}, {found.replications:,} in all",
        *_numbered(titles),
        f"Estimated time: {clock(found.seconds)} ({_read_as(found.seconds)}) "
        f"with {counted(found.workers, 'worker')}, from {found.seconds_each:.3f} seconds a replication",
        f"Estimated disk: {_size(found.bytes)}, from {_size(found.bytes_each)} a replication",
        "Nothing was written: --dry-run.",
    ]


def _shape(scenarios: int, replications: int) -> str:
    return f"{counted(scenarios, 'scenario')} of {counted(replications, 'replication')}"


def _read_as(seconds: float) -> str:
    return "hours:minutes:seconds" if round(seconds) >= 3600 else "minutes:seconds"


def status_lines(plan: SweepPlan, cells: Sequence[CellStatus], folder: Path, in_use: bool) -> list[str]:
    """How far a sweep is, what failed, and what to do next."""
    states = Counter(one.state for one in cells)
    done = sum(one.replications for one in cells)
    lines = [
        f"{plan.title}: {_shape(len(cells), plan.replications)} ({folder})",
        ", ".join(f"{states[state]:,} {state}" for state in ("finished", "begun", "waiting", "failed"))
        + f"; {done:,} of {len(cells) * plan.replications:,} replications are kept",
    ]
    failed = [one for one in cells if one.state == "failed"]
    lines += [f"  failed: {one.title}: {one.error} (failed/{one.scenario}.txt)" for one in failed[:SHOWN]]
    lines += [f"  and {len(failed) - SHOWN:,} more that failed"] if len(failed) > SHOWN else []
    if in_use:
        return [*lines, "It is being played now."]
    return lines if states["finished"] == len(cells) else [*lines, f"Go on with: placesim resume {folder}"]


def ended_lines(
    plan: SweepPlan, cells: Sequence[CellStatus], folder: Path, levels: Mapping[str, Mapping[str, float]]
) -> list[str]:
    """A line for each finished scenario (at most twenty) with its first measures, and where the rest is."""
    finished = [one for one in cells if one.state == "finished"]
    lines = _table(finished[:SHOWN], levels)
    lines += [f"... and {len(finished) - SHOWN:,} more in {folder}/levels"] if len(finished) > SHOWN else []
    lines += ["", *status_lines(plan, cells, folder, False)]
    tables = f"read_parquet('{folder}/levels/**/*.parquet', hive_partitioning=true)"
    query = f"SELECT * FROM {tables} JOIN '{folder}/scenarios.csv' USING (scenario)"
    return [*lines, f"Ask in one line of SQL (DuckDB): {query}"]


def _table(cells: Sequence[CellStatus], levels: Mapping[str, Mapping[str, float]]) -> list[str]:
    if not cells:
        return []
    shown = [name for name in LEVELS_FIRST if any(name in levels[one.scenario] for one in cells)]
    wide = max(len(one.title) for one in cells)
    head = f"{'scenario':<{wide}}  " + "  ".join(f"{name:>{len(name)}}" for name in shown)
    rows = [
        f"{one.title:<{wide}}  "
        + "  ".join(f"{levels[one.scenario].get(name, float('nan')):>{len(name)}.3f}" for name in shown)
        for one in cells
    ]
    return [head, *rows]


def _numbered(titles: Sequence[str]) -> list[str]:
    lines = [f"{at:>6,}  {title}" for at, title in enumerate(titles[:SHOWN], start=1)]
    return [*lines, f"        and {len(titles) - SHOWN:,} more"] if len(titles) > SHOWN else lines


def _size(count: float) -> str:
    """`1.2 MB` and so on."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:,.0f} {unit}" if unit == "bytes" else f"{count:,.1f} {unit}"
        count /= 1000
    raise AssertionError
