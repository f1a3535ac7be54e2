"""The stored evidence: where it is, which sources it depends on, and whether it is green and fresh."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.study.code import PLAYERS, ROOMS

ROOT = Path(__file__).parents[1]
EVIDENCE = ROOT / "docs" / "evidence"
PRESETS = ("estate/one_home", "demand/one_stream", "workforce/unlimited", "legal/none", "behaviour/instant",
           "commissioning/first_come", "commissioning/own_region_first_come", "costs/none", "run/textbook",
           "experiment/none")  # fmt: skip
MODEL = tuple(f"sim/{name}" for name in (*ROOMS[:-1], *PLAYERS))  # all but the outcomes
SOURCES = {
    "analytic": (
        *MODEL, *(f"configs/{name}.yaml" for name in PRESETS), "tests/textbook", "tests/analytic/case.py",
        "tests/analytic/cases.py", "tests/analytic/reading.py", "tests/analytic/core.py", "tests/reference",
    ),
    "properties": (
        *MODEL, "sim/outcomes", "sim/study/pool.py", "sim/study/bound", "sim/study/audit.py",
        "sim/study/clerk.py", "configs/commissioning", "tests/small.py", "tests/property",
        "tests/world/test_worlds.py", "tests/world/digest.py",
    ),
    "capacity": (
        *MODEL, "sim/outcomes", "sim/study/capacity", "tests/textbook", "tests/analytic/capacity.py",
        "tests/analytic/formulas.py",
    ),
    "sweeps": (
        "sim/scenario/sweep.py", "sim/scenario/sweeping.py", "sim/study/sweep", "sim/study/backends.py",
        "sim/study/on_local.py", "sim/sweeps.py", "sim/store.py", "tests/sweep/killed.py", "tests/sweep/runs.py",
    ),
}  # fmt: skip

Record = dict[str, Any]


def source_hashes(group: str) -> dict[str, str]:
    """SHA-256 of every file that the evidence of a group depends on, by path from the root."""
    files: list[Path] = []
    for name in SOURCES[group]:
        path = ROOT / name
        files += (
            [path]
            if path.is_file()
            else [file for file in path.rglob("*") if file.suffix in (".py", ".yaml")]
        )
    return {
        file.relative_to(ROOT).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(files)
    }


def without_others(hashes: dict[str, str], module: str) -> dict[str, str]:
    """The sources of one proof: those of its group, but for the modules of other tests."""
    own = module.replace(".", "/") + ".py"
    return {name: mark for name, mark in hashes.items() if name == own or "/test_" not in name}


def fingerprint(hashes: dict[str, str]) -> str:
    """One short text for all sources."""
    return hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()[:16]


def git(*words: str) -> str | None:
    """What git says, or nothing where there is no git, no repository or no such commit."""
    try:
        done = subprocess.run(
            ["git", *words], cwd=ROOT, capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def stamp(group: str) -> Record:
    """Where and when: commit, sources that differ from it, date, versions, hashes of the sources."""
    import platform

    import numpy
    import scipy

    hashes = source_hashes(group)
    changed = git("status", "--porcelain", "--", *SOURCES[group])
    return {
        "commit": git("rev-parse", "HEAD"),
        "uncommitted": [line[3:] for line in changed.splitlines()] if changed else [],
        "date": datetime.now(UTC).date().isoformat(),
        "versions": {
            "python": platform.python_version(),
            "numpy": numpy.__version__,
            "scipy": scipy.__version__,
        },
        "sources": hashes,
    }


def read(group: str) -> Record:
    """The evidence of a group; FileNotFoundError where there is none, ValueError where it cannot be read."""
    found: Record = json.loads((EVIDENCE / f"{group}.json").read_text(encoding="utf-8"))
    return found


def age(group: str, evidence: Record) -> list[str]:
    """What a reader should know about how old the evidence is: commits since, and sources changed since."""
    commit = evidence.get("commit")
    behind = git("rev-list", "--count", f"{commit}..HEAD") if commit else None
    name = f"docs/evidence/{group}.json"
    if behind is None:
        said = [f"{name}: of {evidence['date']}; how many commits ago cannot be told here"]
    else:
        said = [f"{name}: {behind} commits old ({evidence['date']})"] if behind != "0" else []
    then, now = evidence["sources"], source_hashes(group)
    changed = sorted(path for path in {*then, *now} if then.get(path) != now.get(path))
    if changed:
        shown = listed(changed)
        said.append(f"{name} was made from other sources than these ({shown} changed): make prove renews it")
    return said


def listed(names: Iterable[str], most: int = 4) -> str:
    """The first few names, and how many more."""
    every = list(names)
    return ", ".join(every[:most]) + (f" and {len(every) - most} more" if len(every) > most else "")
