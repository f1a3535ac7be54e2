"""What there is to prove, and how one proof is played in full: textbook cases, placement-core, properties."""

from __future__ import annotations

import importlib
import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.evidence import Record
from tests.property.effort import PROVING

MODULES = ("tests.property.test_nothing_lost", "tests.property.test_answers", "tests.property.test_rules",
           "tests.property.test_bound", "tests.property.test_equivalence",
           "tests.property.test_matching", "tests.property.test_money", "tests.property.test_intervals",
           "tests.property.test_returns", "tests.property.test_dated", "tests.property.test_staff",
           "tests.property.test_stays",
           "tests.world.test_worlds")  # fmt: skip
CORE = "placement-core"
KILLED, KILLED_SEEDS, KILLS = "killed-sweep", (1, 2), 50
STANDARDS, STANDARD_SETS, SPLITS = "random-standards", (1, 2, 3, 4), "best-split"


@dataclass(frozen=True)
class Proof:
    """One part of the evidence: its group, its name, and about how long it takes (in any unit)."""

    group: str
    name: str
    work: float


# -- what there is to prove ---------------------------------------------------------------------------


@lru_cache(maxsize=1)
def properties() -> dict[str, Callable[[], None]]:
    """Every test of the property modules by its name."""
    os.environ[PROVING] = "1"
    found = {}
    for name in MODULES:
        module = importlib.import_module(name)
        found.update({key[5:]: value for key, value in vars(module).items() if key.startswith("test_")})
    return found


def proofs() -> list[Proof]:
    """All proofs, theory first, the longest of each group first."""
    from tests.analytic.cases import CASES

    theory = [Proof("analytic", case.name, case.children / 60_000) for case in CASES]
    theory.append(Proof("analytic", CORE, 100.0))
    tried = [Proof("properties", name, 0.12 * asked(test) + 2) for name, test in properties().items()]
    killed = [Proof("sweeps", f"{KILLED}-{seed}", 60.0) for seed in KILLED_SEEDS]
    found = [Proof("capacity", f"{STANDARDS}-{number}", 60.0) for number in STANDARD_SETS]
    found.append(Proof("capacity", SPLITS, 60.0))
    return [
        *killed,
        *found,
        *sorted(theory, key=lambda one: -one.work),
        *sorted(tried, key=lambda one: -one.work),
    ]


def module_of(proof: Proof) -> str:
    """The module of a property; for other proofs the name of none."""
    return (
        properties()[proof.name].__module__
        if proof.group == "properties" and proof.name in properties()
        else ""
    )


def asked(test: Any) -> int:
    """How many examples a property asks for; a test without examples is one."""
    settings = getattr(test, "_hypothesis_internal_use_settings", None)
    return int(settings.max_examples) if settings else 1


# -- proving one ------------------------------------------------------------------------------------------


def prove(proof: Proof) -> tuple[Proof, Record]:
    """Play one proof in full, and what came of it."""
    begun = time.monotonic()
    if proof.group == "properties":
        found = prove_property(proof.name)
    elif proof.group == "sweeps":
        found = prove_killed(int(proof.name.rpartition("-")[2]))
    elif proof.group == "capacity":
        found = prove_split() if proof.name == SPLITS else prove_standards(int(proof.name.rpartition("-")[2]))
    elif proof.name == CORE:
        found = prove_core()
    else:
        found = prove_case(proof.name)
    return proof, {"name": proof.name, **found, "seconds": round(time.monotonic() - begun, 1)}


def prove_case(name: str) -> Record:
    """One textbook case: every quantity within 4 standard errors, which are below 1% (or as the case says)."""
    from tests.analytic.case import findings
    from tests.analytic.cases import CASES

    case = next(one for one in CASES if one.name == name)
    length, made = case.full, case.load(case.full)
    values = [case.values(length, replication) for replication in range(length.replications)]
    found = findings(case, values, is_slice=False)
    return {
        "source": case.source,
        "experiment": case.experiment,
        "scenario": case.scenario,
        "seed": made.run.seed,
        "replications": length.replications,
        "days": {"warm_up": case.warm_up_days, "window": length.days, "follow_up": case.follow_up_days},
        "quantities": [
            quantity(one.name, one.expected, one.estimate, one.standard_error, one.z, one.within)
            for one in found
        ],
        "passed": all(one.agrees and one.precise for one in found),
    }


def quantity(name: str, expected: float, estimate: float, error: float, z: float, within: float) -> Record:
    return {"name": name, "expected": expected, "estimate": round_to(estimate), "standard_error": round_to(error),
            "z": round(z, 3), "within": within}  # fmt: skip


def round_to(value: float, digits: int = 7) -> float:
    """A number with a few significant digits, so that a file can be read."""
    return float(f"{value:.{digits}g}") if math.isfinite(value) else value


def prove_core() -> Record:
    """Placement-core against the values of another program; its standard errors count too."""
    from tests.analytic import core

    found = core.findings([core.values(replication) for replication in range(core.FULL)])
    return {
        "source": "placement-core",
        "seed": core.SEED,
        "replications": core.FULL,
        "quantities": [
            quantity(one.name, one.reference, one.estimate, math.hypot(one.standard_error, one.reference_error),
                     one.z, 0.01)
            for one in found
        ],
        "passed": all(one.agrees for one in found),
    }  # fmt: skip


def prove_killed(seed: int) -> Record:
    """A sweep of sixty scenarios, killed fifty times, beside the same one left alone."""
    from tests.sweep.killed import killed_sweep

    with TemporaryDirectory() as folder:
        try:
            found = killed_sweep(Path(folder), KILLS, seed)
        except (AssertionError, TimeoutError) as error:
            return {"seed": seed, "kills": 0, "passed": False, "problem": str(error)[:600]}
    passed = found["same"] and not found["leftovers"]
    return {
        "seed": seed,
        **found,
        "kills": sum(found["kills"].values()),
        "killed": found["kills"],
        "passed": passed,
    }


def prove_standards(number: int) -> Record:
    """Fifty random standards on queues with a known answer: how often the search returns the textbook's places."""
    from tests.analytic.capacity import FULL_DAYS, REPEATS, STATED, is_right, right_at_least

    wrong = []
    for at in range((number - 1) * REPEATS, number * REPEATS):
        right, standard, found = is_right(at, FULL_DAYS)
        if not right or not found.sure:
            wrong.append({"standard": repr(standard), "found": found.places, "decided": found.sure})
    right_ones = REPEATS - len(wrong)
    return {"repeats": REPEATS, "right": right_ones, "stated": STATED, "least": right_at_least(), "wrong": wrong,
            "passed": right_ones >= right_at_least()}  # fmt: skip


def prove_split() -> Record:
    """The best split of ring-fenced places over three areas, beside every split worked out by formula."""
    from tests.analytic.capacity import SPLIT_DAYS, SPLIT_REPEATS, enumerate_splits, find_split

    shares = enumerate_splits()
    best, second = sorted(shares, key=lambda way: shares[way])[:2]
    wrong = []
    for seed in range(SPLIT_REPEATS):
        found, sure = find_split(seed, SPLIT_DAYS, shares[second] - shares[best])
        if found != best or not sure:
            wrong.append({"seed": seed, "found": found, "decided": sure})
    return {"repeats": SPLIT_REPEATS, "right": SPLIT_REPEATS - len(wrong), "best": best, "splits": len(shares),
            "wrong": wrong, "passed": not wrong}  # fmt: skip


def prove_property(name: str) -> Record:
    """One property on many examples, always the same ones."""
    test: Any = properties()[name]
    fault = next(
        (mark.kwargs["reason"] for mark in getattr(test, "pytestmark", ()) if mark.name == "xfail"), None
    )
    tried = 0
    if hasattr(test, "hypothesis"):
        inner = test.hypothesis.inner_test

        def counted(*args: Any, **kwargs: Any) -> None:
            nonlocal tried
            tried += 1
            inner(*args, **kwargs)

        test.hypothesis.inner_test = counted
    problem = ""
    try:
        test()
    except Exception as error:
        problem = f"{type(error).__name__}: {str(error)[:600]}"
    found: Record = {"examples": max(tried, 1), "passed": not problem or fault is not None}
    return found | ({"problem": problem} if problem else {}) | ({"known_fault": fault} if fault else {})
