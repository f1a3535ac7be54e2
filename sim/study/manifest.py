"""Where results come from: seeds, versions, code, scenario, machine, time, and the command to make them again."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim.scenario.scenario import Scenario

PACKAGES = ("simpy", "numpy", "scipy", "pandas", "pydantic", "hydra-core", "pyarrow", "joblib", "matplotlib")

DATA_DICTIONARY = {
    "measures.parquet": "one row per scenario, replication, measure, group and level: value and unit",
    "ratio_parts.parquet": "numerator and denominator behind each value of measures.parquet",
    "differences.csv": "scenario minus baseline on the same worlds, with 95% intervals",
    "levels.csv": "each scenario by itself, with 95% intervals",
    "splits.csv": "a difference taken apart in steps",
    "equity.csv": "largest gap and Gini of outcomes between groups of children, and differences from the baseline",
    "stress.csv": "the headline difference with one assumption moved",
    "observed.csv": "what was observed beside what is modelled, when returns were played",
    "findings.json": "the words of the report, for `placesim report`",
    "logs/": "event logs, when asked for with run.logs=true",
}


def manifest(
    scenarios: Mapping[str, Scenario], replications: int, workers: int, seconds: float, command: str
) -> dict[str, Any]:
    """Provenance of a set of results, ready for JSON."""
    first = next(iter(scenarios.values())).run
    opens, closes = first.window
    return {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command,
        "seed": first.seed,
        "replications": replications,
        "workers": workers,
        "start": first.start.isoformat(),
        "window_opens": (first.start + timedelta(days=opens)).isoformat(),
        "window_closes": (first.start + timedelta(days=closes)).isoformat(),
        "follow_up_days": first.follow_up_days,
        "seconds": round(seconds, 1),
        "code": code_state(),
        "versions": versions(),
        "scenarios": {name: scenario.identity() for name, scenario in scenarios.items()},
        "files": DATA_DICTIONARY,
        "resolved": {name: scenario.model_dump(mode="json") for name, scenario in scenarios.items()},
    }


def versions() -> dict[str, str]:
    """Version of Python and of each library that an answer may depend on."""
    return {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}}


def code_state() -> dict[str, str]:
    """Version of the package, and commit and state of the checkout where there is one."""
    return {
        "version": _version("secure-placement-sim"),
        "commit": _git("rev-parse", "--short=12", "HEAD") or "not a checkout",
        "changed": "yes" if _git("status", "--porcelain", "--", "sim", "configs") else "no",
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _git(*arguments: str) -> str:
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return ""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
