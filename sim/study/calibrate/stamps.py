"""Which code made what is stored: a hash of its source, and a hash of what it plays.

Source that was only made faster has another hash and plays the same; what is stored then still holds. The second hash
is over the events of a few reference runs, and over the answers to the targets T01 to T64 in one of them. Rows of a
table that were made with other settings (`impact workforce=posts`) have their own, by reference runs with those.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.outcomes.published.answers import NotModelledError, answer
from sim.outcomes.published.picture import Picture
from sim.scenario.load import load_scenario
from sim.scenario.targets import read_targets
from sim.store import write_text
from sim.study.calibrate.played import BACKCAST
from sim.study.code import code_version
from sim.study.replicate import simulate

STAMPS = "code.json"
SHORT = ("run.warm_up_days=60", "run.window_days=240", "run.follow_up_days=60")
RULES = tuple(f"commissioning={rule}" for rule in ("local", "regional", "national_panel"))
REFERENCE: tuple[tuple[str, ...], ...] = (BACKCAST, *((*SHORT, rule) for rule in RULES))
WORLD = 5000
DIGITS = 6


class Old(NamedTuple):
    """Stored tables that other source made: those whose runs would be others, and those whose would be the same."""

    plays_otherwise: list[str]
    plays_the_same: list[str]


@cache
def log_version(given: tuple[str, ...] = ()) -> str:
    """A short hash of what this code plays, with the settings `given`; about five seconds the first time."""
    found = hashlib.sha256()
    for overrides in reference_runs(given):
        scenario = load_scenario(list(overrides))
        result = simulate(scenario, WORLD)
        log = result.log
        for whole in (log.kind, log.child, log.home):
            found.update(np.ascontiguousarray(whole, dtype=np.int64).tobytes())
        for number in (log.day, log.value):
            found.update((np.round(np.asarray(number, dtype=float), DIGITS) + 0.0).tobytes())
        if overrides is BACKCAST:
            found.update(_answers(Picture(scenario, result.world, log)).encode())
    return found.hexdigest()[:16]


def reference_runs(given: tuple[str, ...] = ()) -> tuple[tuple[str, ...], ...]:
    """The settings of each reference run; of other settings, the short ones with these."""
    return tuple((*SHORT, *given, rule) for rule in RULES) if given else REFERENCE


def part(name: str, given: Sequence[str] = ()) -> str:
    """What rows of a table that were made with the settings `given` are called among the stamps."""
    return " ".join((name, *given))


def _answers(picture: Picture) -> str:
    said = []
    for target in read_targets():
        if not target.id.startswith("T"):
            continue
        try:
            said.append(f"{target.id} {answer(picture, target).value:.9g}")
        except NotModelledError:
            said.append(f"{target.id} none")
    return "\n".join(said)


def stamp(folder: Path, names: Sequence[str], gone: Sequence[str] = ()) -> None:
    """Put down beside stored tables (or parts) which code made each, and what it plays; strike those `gone`."""
    now = {name: {"code": code_version(), "plays": _plays(name)} for name in names}
    every = {name: one for name, one in {**_read(folder), **now}.items() if name not in gone}
    write_text(folder / STAMPS, json.dumps(dict(sorted(every.items())), indent=1) + "\n")


def made_by_other_code(folder: Path) -> Old:
    """Stored tables that other source made than this. The reference runs are played only if there are any."""
    old = {name: one for name, one in _read(folder).items() if one.get("code") != code_version()}
    same = [name for name, one in old.items() if one.get("plays") == _plays(name)]
    return Old([name for name in old if name not in same], same)


def _plays(name: str) -> str:
    given = tuple(name.split()[1:])
    return log_version(given) if given else log_version()


def in_words(old: Old) -> str:
    """What is said of stored tables beside results; nothing where this code made all of them."""
    said = ""
    if old.plays_otherwise:
        said += (" Stored by code that plays otherwise, so to be worked out again with make calibrate: "
                 f"{', '.join(old.plays_otherwise)}.")  # fmt: skip
    if old.plays_the_same:
        said += (" Stored by other source that plays the reference runs event by event alike, so still valid: "
                 f"{', '.join(old.plays_the_same)}.")  # fmt: skip
    return said


def _read(folder: Path) -> dict[str, dict[str, str]]:
    path = folder / STAMPS
    found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {name: one if isinstance(one, dict) else {"code": one} for name, one in found.items()}
