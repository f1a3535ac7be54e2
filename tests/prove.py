"""Renew the stored evidence: `python -m tests.prove`, or with the names of some proofs.

Every proof is a part of its own. A finished part is kept in results/prove and not played again while its sources stay
as they are, so an interrupted run goes on where it stopped. When all parts of a group are there, they are
written to docs/evidence/GROUP.json.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sim.store import write_text
from tests.evidence import EVIDENCE, ROOT, SOURCES, Record, fingerprint, source_hashes, stamp, without_others
from tests.proofs import Proof, module_of, proofs, prove

PARTS = ROOT / "results" / "prove"
WORKERS = 2


def kept(proof: Proof, sources: str) -> Record | None:
    """A finished part, if it was made from these sources."""
    try:
        part: Record = json.loads(part_file(proof).read_text(encoding="utf-8"))
        return part["found"] if part["sources"] == sources else None
    except (OSError, ValueError, KeyError):
        return None


def keep(proof: Proof, sources: str, found: Record) -> None:
    write_text(part_file(proof), json.dumps({"sources": sources, "found": found}, indent=1) + "\n")


def part_file(proof: Proof) -> Path:
    return PARTS / proof.group / f"{proof.name}.json"


def write_evidence(group: str, found: list[Record]) -> None:
    """All parts of a group as one file, in the order of their names."""
    parts = sorted(found, key=lambda part: part["name"])
    head = {"passed": all(part["passed"] for part in parts), "proofs": len(parts),
            "seconds": round(sum(part["seconds"] for part in parts)), **stamp(group)}  # fmt: skip
    write_text(EVIDENCE / f"{group}.json", json.dumps({**head, "results": parts}, indent=1) + "\n")


# -- the run -----------------------------------------------------------------------------------------------


def chosen(names: Sequence[str], every: list[Proof]) -> list[Proof]:
    """Proofs of these names or groups, or whose names begin so (O3 is all of O3); all without names."""
    if not names:
        return every
    found = [
        one
        for one in every
        if any(one.group == name or f"{one.name}-".startswith(f"{name}-") for name in names)
    ]
    for name in names:
        if not any(one.group == name or f"{one.name}-".startswith(f"{name}-") for one in every):
            sys.exit(f"prove: no such proof: {name}; one of {', '.join(SOURCES)}, "
                     f"{', '.join(one.name for one in every)}")  # fmt: skip
    return found


def played(todo: list[Proof], workers: int) -> Iterator[tuple[Proof, Record]]:
    """Prove one after another, or two at a time; in whatever order they are finished."""
    if workers == 1:
        yield from map(prove, todo)
        return
    from joblib import Parallel, delayed

    pool = Parallel(n_jobs=workers, return_as="generator_unordered", pre_dispatch=workers, batch_size=1)
    yield from pool(delayed(prove)(proof) for proof in todo)


def report(proof: Proof, found: Record, done: int, of: int, left: float) -> None:
    """One line for a finished proof."""
    if "quantities" in found:
        worst = max(found["quantities"], key=lambda one: abs(one["z"]))
        said = f"{found['replications']} replications, z {worst['z']:+.2f} at most"
    elif "repeats" in found:
        said = f"{found['right']} of {found['repeats']} right"
    elif "kills" in found:
        said = f"{found['kills']} kills"
    else:
        said = f"{found['examples']} examples"
    verdict = "ok " if found["passed"] else "RED"
    fault = f"; known fault: {found['known_fault']}" if "known_fault" in found else ""
    print(f"[{done}/{of}] {verdict} {proof.name}: {said}, {found['seconds']:.0f} s{fault}; {clock(left)} left",
          flush=True)  # fmt: skip
    if not found["passed"]:
        print(f"      {found.get('problem') or found.get('quantities')}", flush=True)


def clock(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__.split("\n\n")[0])
    parser.add_argument(
        "names", nargs="*", help="analytic, properties, sweeps, O3, or the name of one proof; all by default"
    )
    parser.add_argument("--workers", type=int, default=WORKERS, help="processes (default 2)")
    parser.add_argument("--again", action="store_true", help="play finished parts again")
    asked_for = parser.parse_args(arguments)
    every = proofs()
    hashes = {group: source_hashes(group) for group in SOURCES}
    sources = {one: sources_of(one, hashes) for one in every}
    wanted = chosen(asked_for.names, every)
    todo = [one for one in wanted if asked_for.again or kept(one, sources[one]) is None]
    if len(todo) < len(wanted):
        print(f"{len(wanted) - len(todo)} of {len(wanted)} proofs are finished and their sources unchanged")
    begun, finished, total = time.monotonic(), 0.0, sum(one.work for one in todo)
    try:
        for done, (proof, found) in enumerate(played(todo, asked_for.workers), start=1):
            if sources_of(proof, {proof.group: source_hashes(proof.group)}) != sources[proof]:
                sys.exit(
                    f"prove: the sources changed while {proof.name} was played; what is finished is thrown away"
                )
            keep(proof, sources[proof], found)
            finished += proof.work
            left = (time.monotonic() - begun) * (total - finished) / finished
            report(proof, found, done, len(todo), left)
    except KeyboardInterrupt:
        print(
            "\nprove: stopped; what is finished is kept, and the next call goes on from there",
            file=sys.stderr,
        )
        return 130
    return gathered(every, sources)


def sources_of(proof: Proof, hashes: Mapping[str, dict[str, str]]) -> str:
    """One short text for the sources of a proof, of those of each group."""
    return fingerprint(without_others(hashes[proof.group], module_of(proof)))


def gathered(every: list[Proof], sources: Mapping[Proof, str]) -> int:
    """Write the evidence of each group that is complete; 1 if anything is red."""
    red = False
    for group in dict.fromkeys(one.group for one in every):
        of_group = [one for one in every if one.group == group]
        parts = [part for one in of_group if (part := kept(one, sources[one])) is not None]
        red = red or not all(part["passed"] for part in parts)
        if len(parts) == len(of_group):
            write_evidence(group, parts)
            print(
                f"docs/evidence/{group}.json: {len(parts)} proofs, {sum(not part['passed'] for part in parts)} red"
            )
        else:
            print(
                f"{group}: {len(parts)} of {len(of_group)} proofs are finished; the evidence is left as it was"
            )
    return int(red)


if __name__ == "__main__":
    sys.exit(main())
