"""A sweep of sixty scenarios, killed again and again at random moments, against one that was never killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

from tests.evidence import Record
from tests.sweep.runs import (
    SIXTY,
    contents,
    kept,
    kill_all,
    leftovers,
    run,
    start,
    sweep,
    wait_until,
    workers,
)

SIZE = ("run.warm_up_days=10", "run.window_days=100", "run.replications=8")
BLOCKS_BETWEEN = 8  # at most, from one kill to the next: 480 blocks last for fifty kills


def killed_sweep(folder: Path, kills: int, seed: int = 1) -> Record:
    """Play the sweep whole, and once more with `kills` kills of the parent or of a worker; what came of it."""
    draw = random.Random(seed)
    whole, broken = folder / "whole", folder / "broken"
    done = run(sweep(whole, *SIXTY, *SIZE))
    assert done.returncode == 0, done.stderr
    killed = {"parent": 0, "worker": 0}
    process = start(sweep(broken, *SIXTY, *SIZE))
    while sum(killed.values()) < kills:
        target = draw.choice(("parent", "worker"))
        _wait(process, broken, draw, target)
        assert process.poll() is None, f"ended by itself after {killed}: {process.communicate()}"
        if target == "parent":
            kill_all(process)
            process = start(sweep(broken, *SIXTY, *SIZE))
        elif not _kill_one(workers(process.pid), draw):
            continue  # none was alive at that moment: another moment
        killed[target] += 1
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return {
        "kills": killed,
        "files": len(contents(whole)),
        "same": contents(whole) == contents(broken),
        "leftovers": leftovers(broken),
    }


def _kill_one(processes: list[int], draw: random.Random) -> bool:
    """SIGKILL one of them; False if there is none any more."""
    try:
        os.kill(draw.choice(processes), signal.SIGKILL)
    except (IndexError, ProcessLookupError):
        return False
    return True


def _wait(process: subprocess.Popen[str], folder: Path, draw: random.Random, target: str) -> None:
    """Until a moment drawn at random: while it starts, or after some blocks, or between two of them."""
    if target == "parent" and draw.random() < 0.3:
        time.sleep(draw.uniform(0.0, 1.5))
        return
    wanted = kept_blocks(folder) + draw.randrange(BLOCKS_BETWEEN)
    wait_until(
        lambda: process.poll() is not None or (kept_blocks(folder) >= wanted and bool(workers(process.pid)))
    )
    time.sleep(draw.uniform(0.0, 0.05))


def kept_blocks(folder: Path) -> int:
    """Blocks that were ever kept: a finished scenario had eight."""
    finished = len(list(folder.glob("measures/*/measures.parquet")))
    return kept(folder) - finished + 8 * finished
