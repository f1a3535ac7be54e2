"""Sweeps: memory against the number of replications, loading by scenario, and resuming what is finished."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from sim.scenario.sweep import load_sweep
from tests.bench.core_race import Tell
from tests.bench.effort import Effort
from tests.bench.race import spread

ROOT = Path(__file__).parents[2]
SMALL = ("--config-dir", "tests/textbook", "run.warm_up_days=5", "run.window_days=20", "run.backend=serial")
LOADED = ("demand.scale=range(0.80,1.20,0.004)", "workforce.vacancy.mean=0.1,0.2")
MEMORY = """
import json, sys
from pathlib import Path
from sim.cli import main
code = main(sys.argv[1:])
text = Path("/proc/self/status").read_text()
print(json.dumps({"code": code, "kib": float(text.partition("VmHWM:")[2].split()[0])}))
"""


def stores(effort: Effort, tell: Tell) -> dict[str, Any]:
    """Highest memory of sweeps of more and more replications; seconds to load a scenario and to resume."""
    rows = []
    with TemporaryDirectory() as folder:
        for replications in effort.swept:
            out = Path(folder) / str(replications)
            words = ["sweep", *SMALL, f"run.replications={replications}", f"out={out}"]
            rows.append({"replications": replications, **_memory(words)})
            tell(f"{replications} replications swept: {rows[-1]['most_memory_mib']} MiB at most")
        resumed = [_resume(out) for _ in range(effort.start_rounds)]
    loaded = [_load() for _ in range(min(effort.start_rounds, 5))]
    return {
        "what": "a sweep of a textbook queue in one process; memory at its highest, parts and levels included",
        "rows": rows,
        "resume_finished_seconds": spread(resumed),
        "scenarios_loaded": len(load_sweep(LOADED).scenarios),
        "milliseconds_to_load_a_scenario": spread(loaded),
    }


def _memory(words: list[str]) -> dict[str, float]:
    start = perf_counter()
    command = [sys.executable, "-c", MEMORY, *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=os.environ)
    found = json.loads(done.stdout.splitlines()[-1])
    if found["code"]:
        raise RuntimeError(done.stderr)
    return {"most_memory_mib": round(found["kib"] / 1024, 1), "seconds": round(perf_counter() - start, 1)}


def _resume(folder: Path) -> float:
    start = perf_counter()
    command = [sys.executable, "-m", "sim.cli", "resume", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return perf_counter() - start


def _load() -> float:
    load_sweep(LOADED[1:])  # what is read once is read
    start = process_time()
    count = len(load_sweep(LOADED).scenarios)
    return (process_time() - start) / count * 1000
