"""`make bench`: time the model and write docs/evidence/bench.json and bench.png, and the tables of docs/speed.md."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from sim.store import write_text, write_whole
from sim.study.manifest import code_state
from tests.bench import goals
from tests.bench.core_race import Tell, core
from tests.bench.effort import FULL, QUICK, SMALLEST, Effort
from tests.bench.figure import figure
from tests.bench.growth import lists, size
from tests.bench.machine import load, machine
from tests.bench.national import national
from tests.bench.precision import precision
from tests.bench.recording import recording
from tests.bench.start_up import start_up
from tests.bench.stores import stores
from tests.bench.workers import workers

EVIDENCE = Path(__file__).parents[2] / "docs" / "evidence"
Section = Callable[[Effort, Tell, dict[str, Any]], dict[str, Any]]
SECTIONS: dict[str, tuple[str, Section]] = {
    "core": ("the core against other programs", lambda effort, tell, _: core(effort, tell)),
    "growth": ("horizon, demand and estate", lambda effort, tell, _: size(effort, tell)),
    "lists": ("children on the list", lambda effort, tell, _: lists(effort, tell)),
    "national": ("the national model against the core", lambda effort, tell, _: national(effort, tell)),
    "recording": ("memory and time of full logs", lambda effort, tell, _: recording(effort, tell)),
    "stores": ("sweeps: memory, loading, resuming", lambda effort, tell, _: stores(effort, tell)),
    "start_up": ("imports and loading", lambda effort, tell, _: start_up(effort, tell)),
    "workers": ("two workers against two processes", lambda effort, tell, _: workers(effort, tell)),
    "precision": (
        "cost of a precision",
        lambda effort, tell, so_far: precision(effort, tell, so_far.get("core")),
    ),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chosen sections; the others keep what the file says of them."""
    asked = _parser().parse_args(arguments)
    effort = {"full": FULL, "quick": QUICK, "smallest": SMALLEST}[asked.effort]
    if asked.rounds:
        effort = replace(effort, rounds=asked.rounds, growth_rounds=min(asked.rounds, effort.growth_rounds),
                         list_rounds=min(asked.rounds, effort.list_rounds))  # fmt: skip
    chosen = asked.only.split(",") if asked.only else list(SECTIONS)
    unknown = [name for name in chosen if name not in SECTIONS]
    if unknown:
        print(f"--only: given {unknown[0]}; allowed {', '.join(SECTIONS)}", file=sys.stderr)
        return 2
    file = asked.out / "bench.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    sections = found.get("sections", {})
    for name in chosen:
        sections[name] = _run(name, effort, sections)
        whole = {"what": "timings of the model beside other programs: ratios, not seconds", "machine": machine(),
                 "sections": {key: sections[key] for key in SECTIONS if key in sections}}  # fmt: skip
        write_text(file, json.dumps(whole, indent=1) + "\n")
    drawn = figure(sections)
    if drawn:
        write_whole(asked.out / "bench.png", lambda path: path.write_bytes(drawn))
    if asked.out == EVIDENCE:
        goals.main()
    print(f"Results: {file}")
    return 0


def _run(name: str, effort: Effort, sections: dict[str, Any]) -> dict[str, Any]:
    title, section = SECTIONS[name]
    print(f"{name}: {title}", flush=True)
    before, start = load(), perf_counter()
    found = section(effort, lambda text: print(f"  {text}", flush=True), sections)
    stamp = {
        "effort": effort.name,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "code": code_state(),
        "load_before_and_after": [before, load()],
        "minutes": round((perf_counter() - start) / 60, 2),
    }
    return {**found, "run": stamp}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    effort = parser.add_mutually_exclusive_group()
    effort.add_argument("--quick", dest="effort", action="store_const", const="quick", help="a short run")
    effort.add_argument(
        "--smallest", dest="effort", action="store_const", const="smallest", help="only to see that it works"
    )
    parser.set_defaults(effort="full")
    parser.add_argument("--rounds", type=int, help="rounds of the race (31 in full)")
    parser.add_argument("--only", help=f"some sections, with commas: {', '.join(SECTIONS)}")
    parser.add_argument("--out", type=Path, default=EVIDENCE, help="folder of bench.json and bench.png")
    return parser


if __name__ == "__main__":
    sys.exit(main())
