"""What it costs to begin: imports in fresh processes, the first scenario and each one after it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

import numpy as np

from sim.world.streams import Streams
from tests.bench.core_race import Tell
from tests.bench.effort import Effort
from tests.bench.race import spread

ROOT = Path(__file__).parents[2]
IMPORTS = {
    "import simpy, numpy": "import simpy, numpy",
    "import sim": "import sim",
    "import sim; sim.simulate": "import sim; sim.simulate",
    "import sim; sim.load_scenario": "import sim; sim.load_scenario",
}
AGAINST = "import simpy, numpy"
COMPOSE = """
import json, time, sim
def clock(overrides):
    start = time.process_time(); sim.load_scenario(overrides); return 1000 * (time.process_time() - start)
first = clock([])
again = [clock([f"run.seed={k}", f"demand.scale={1 + k / 100}"]) for k in range(9)]
rule = clock(["commissioning=national_panel"])
print(json.dumps({"first": first, "another_value": sorted(again)[4], "another_rule": rule}))
"""


def start_up(effort: Effort, tell: Tell) -> dict[str, Any]:
    """Processor time of imports and of loading scenarios, each in a new process."""
    shuffle, names = Streams(1, 0).of("bench", "imports"), list(IMPORTS)
    laps = []
    for number in range(effort.start_rounds):
        order = np.argsort(shuffle.at(number * 64 + np.arange(len(names))))
        laps.append({names[at]: _seconds(IMPORTS[names[at]]) for at in order})
    loads = [json.loads(_run(COMPOSE)) for _ in range(effort.start_rounds)]
    found = {
        name: {
            **spread([lap[name] / lap[AGAINST] for lap in laps]),
            "milliseconds": spread([1000 * lap[name] for lap in laps])["median"],
        }
        for name in names
    }
    tell(f"import sim: {found['import sim']['median']} of {AGAINST}")
    return {
        "what": "processor time of fresh processes, less that of an empty one; milliseconds to load a scenario",
        "imports": found,
        "load_milliseconds": {key: spread([load[key] for load in loads]) for key in loads[0]},
    }


def _seconds(code: str) -> float:
    return max(1e-6, _clocked(code) - _clocked("pass"))


def _clocked(code: str) -> float:
    before = getrusage(RUSAGE_CHILDREN)
    _run(code)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout
