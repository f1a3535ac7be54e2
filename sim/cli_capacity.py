"""The verbs about capacity: capacity, ladder and precision."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from sim.cli_parts import Request, Verb, writing


def standard_lines(request: Request) -> list[str]:
    """A standard that was chosen, in words; nothing where none is."""
    if not any(word.lstrip("+").startswith(("standard=", "standard.")) for word in request.overrides):
        return []
    from sim.scenario.load_capacity import load_standard
    from sim.scenario.standards import standard_in_words
    from sim.study.capacity.asked import NAMES

    standard = load_standard(request.overrides, request.config_dir)
    return standard_in_words(standard, NAMES) if standard else []


def without_standard(request: Request) -> list[str]:
    """The overrides but for those of a standard."""
    return [
        word for word in request.overrides if not word.lstrip("+~").startswith(("standard=", "standard."))
    ]


def _capacity(request: Request) -> int:
    return _answer(request, request.overrides)


def _ladder(request: Request) -> int:
    chosen = any(word.lstrip("+").startswith("capacity=") for word in request.overrides)
    return _answer(request, request.overrides if chosen else ("capacity=ladder", *request.overrides))


def _precision(request: Request) -> int:
    chosen = any(word.lstrip("+").startswith("capacity=") for word in request.overrides)
    return _answer(request, request.overrides if chosen else ("capacity=precision", *request.overrides))


def _answer(request: Request, overrides: tuple[str, ...]) -> int:
    from sim import capacity
    from sim.scenario.load_capacity import load_capacity
    from sim.study.capacity.asked import check

    loaded = load_capacity(overrides, request.config_dir)
    check(loaded)
    out = Path(request.out or "results/capacity")
    if "--dry-run" in request.flags:
        return capacity.dry_run(loaded)
    command = "placesim " + shlex.join(sys.argv[1:])
    return writing(out, lambda: capacity.capacity(loaded, out, command))


CAPACITY_VERBS = {
    "capacity": Verb(
        "Answer a question about places: how many meet a standard, where, instead of what, until when.",
        _capacity,
        (
            "placesim capacity capacity=fewest standard=list_under_20 commissioning=national_panel",
            "placesim capacity capacity=where run.replications=20",
            "placesim capacity capacity=projection standard=list_under_20 run.replications=8 run.window_days=365",
            "placesim capacity capacity=fewest standard=within_a_week --dry-run",
        ),
    ),
    "precision": Verb(
        "Find the warm-up and the number of replications that a scenario needs, and show both.",
        _precision,
        (
            "placesim precision commissioning=today",
            "placesim precision capacity.measures.share_placed=0.01 run.warm_up_days=365",
        ),
    ),
    "ladder": Verb(
        "Ten, twenty, thirty places more or fewer, under each rule and demand: one table and one figure.",
        _ladder,
        ("placesim ladder run.replications=10", "placesim ladder capacity.places=[0,40,80] run=quick"),
    ),
}
