"""Keeping full logs: memory against the number of replications, bytes a row, and the time that it takes."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from sim.study.replicate import simulate
from tests.bench.core_race import Tell
from tests.bench.effort import Effort
from tests.reference.core_scenario import core_scenario

ROOT = Path(__file__).parents[2]
YEARS = 1


def recording(effort: Effort, tell: Tell) -> dict[str, Any]:
    """A process of its own for each number of replications, so that its highest memory is its own."""
    rows = []
    for replications in effort.recorded:
        command = [sys.executable, "-m", "tests.bench.recording", str(replications)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        rows.append(json.loads(done.stdout))
        tell(f"{replications} replications recorded: {rows[-1]['most_memory_mib']} MiB at most")
    return {"what": f"core over {YEARS} year after one to warm up, each log to a Parquet file", "rows": rows}


def record(replications: int) -> dict[str, Any]:
    """Play and keep the logs in a temporary folder."""
    scenario, rows, written, playing, keeping = core_scenario(YEARS), 0, 0, 0.0, 0.0
    simulate(scenario, 0).log.to_frame()
    before = _most_memory_mib()
    with TemporaryDirectory() as folder:
        for number in range(replications):
            start = process_time()
            log = simulate(scenario, number).log
            middle = process_time()
            path = Path(folder) / f"{number}.parquet"
            log.to_parquet(path)
            end = process_time()
            playing, keeping = playing + middle - start, keeping + end - middle
            rows, written = rows + len(log), written + path.stat().st_size
            path.unlink()
    return {
        "replications": replications,
        "rows": rows,
        "memory_after_imports_mib": before,
        "most_memory_mib": _most_memory_mib(),
        "mib_written": round(written / 2**20, 2),
        "bytes_a_row": round(written / rows, 2),
        "share_of_time_recording": round(keeping / (playing + keeping), 3),
    }


def _most_memory_mib() -> float:
    """The most that this process has had at once; what ran before it in the same process does not count."""
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        kib = float(status.partition("VmHWM:")[2].split()[0])
    except (OSError, IndexError):
        kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(kib / 1024, 1)


if __name__ == "__main__":
    print(json.dumps(record(int(sys.argv[1]))))
