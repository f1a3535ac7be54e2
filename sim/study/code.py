"""What decides an answer besides its scenario: the source files behind it, and the libraries it draws with."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

SIM = Path(__file__).resolve().parents[1]
ROOMS = ("scenario", "world", "behaviour", "commissioning", "engine", "outcomes")
PLAYERS = ("study/replicate.py", "study/wiring.py", "study/desks.py", "study/firsts.py", "study/office.py",
           "study/residents.py", "study/shifts.py", "study/staffing.py", "study/stays.py")  # fmt: skip
LIBRARIES = ("simpy", "numpy", "scipy")


@cache
def code_files() -> Mapping[str, str]:
    """File or library -> short hash of its text, or its version."""
    paths = [path for room in ROOMS for path in sorted((SIM / room).rglob("*.py"))]
    paths += [SIM / name for name in PLAYERS]
    found = {f"sim/{path.relative_to(SIM).as_posix()}": _hash(path.read_bytes()) for path in paths}
    found |= {name: version(name) for name in LIBRARIES}
    return found | {"python": ".".join(platform.python_version_tuple()[:2])}


@cache
def code_version() -> str:
    """A short hash of all of them."""
    return _hash("\n".join(f"{name} {mark}" for name, mark in code_files().items()).encode())


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What differs, in words: `sim/engine/floor.py`, `numpy 2.4.6 -> 2.5.0`, `sim/x.py (gone)`."""
    words = []
    for name in dict.fromkeys((*before, *now)):
        old, new = before.get(name), now.get(name)
        if old == new:
            continue
        state = "" if name.endswith((".py", ".yaml", ".csv")) else f" {old} -> {new}"
        words.append(f"{name}{' (new)' if old is None else ' (gone)' if new is None else state}")
    return words


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
