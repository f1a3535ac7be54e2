"""Fingerprints of runs: `python -m tests.world.digest` reads scenarios from its input, one in JSON a line.

A line is {"scenario": ..., "replications": [0, 1]}; the answer is one fingerprint of each log.
"""

from __future__ import annotations

import hashlib
import json
import sys

from sim.engine.log import EventLog
from sim.scenario import Scenario
from sim.study.replicate import simulate

COLUMNS = ("day", "kind", "child", "home", "code", "value")


def fingerprint(log: EventLog) -> str:
    """The log, byte by byte, as a short text."""
    found = hashlib.sha256()
    for name in COLUMNS:
        column = getattr(log, name)
        found.update(f"{name} {column.dtype} {len(column)}".encode())
        found.update(column.tobytes())
    return found.hexdigest()[:32]


def fingerprints(scenario: Scenario, replications: list[int]) -> list[str]:
    return [fingerprint(simulate(scenario, replication).log) for replication in replications]


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        scenario = Scenario.model_validate_json(json.dumps(asked["scenario"]))
        print(" ".join(fingerprints(scenario, asked["replications"])), flush=True)


if __name__ == "__main__":
    main()
