"""Sweeps as a person starts them: commands in processes of their own, small textbook scenarios, stores compared."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXTBOOK = ROOT / "tests" / "textbook"

RATES = ",".join(f"{1.0 + 0.02 * at:.2f}" for at in range(30))
SIXTY = (f"demand.scale={RATES}", "commissioning=first_come,own_region_first_come")
FEW = ("demand.scale=0.8,0.9,1.0", "commissioning=first_come,own_region_first_come")
SHORT = ("run.warm_up_days=10", "run.window_days=150", "run.replications=4")


def command(verb: str, *words: str) -> list[str]:
    return [sys.executable, "-m", "sim.cli", verb, *words]


def sweep(out: Path, *words: str) -> list[str]:
    """The command for a sweep of textbook scenarios into `out`."""
    return command("sweep", "--config-dir", str(TEXTBOOK), f"out={out}", *words)


def start(words: Sequence[str], **more: object) -> subprocess.Popen[str]:
    """Start a command in a session of its own, so that a signal to it reaches no one else."""
    return subprocess.Popen(
        words,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        **more,
    )  # type: ignore[call-overload]


def run(words: Sequence[str], **more: object) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, within two minutes."""
    return subprocess.run(words, cwd=ROOT, text=True, capture_output=True, timeout=120, **more)  # type: ignore[call-overload]


def wait_until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for something to be true. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("waited in vain")
        time.sleep(0.01)


def contents(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of a store that says what was found (not when, or how long it took)."""
    names = ("measures", "levels", "logs")
    files = [path for name in names for path in sorted((folder / name).rglob("*")) if path.is_file()]
    files += [folder / name for name in ("scenarios.csv", "scenarios.parquet")]
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def leftovers(folder: Path) -> list[str]:
    """Files that a finished sweep should not have."""
    found = [*folder.rglob("*.part"), *(folder / "parts").rglob("*"), *(folder / "failed").rglob("*")]
    return sorted(path.relative_to(folder).as_posix() for path in found)


def kept(folder: Path) -> int:
    """Blocks and finished scenarios in a store, so far; counted again if a folder is cleared away meanwhile."""
    try:
        blocks = len(list(folder.glob("parts/*/[0-9]*-measures.parquet")))
        return blocks + len(list(folder.glob("measures/*/measures.parquet")))
    except FileNotFoundError:
        return kept(folder)


def descendants(process: int) -> list[int]:
    """Processes that `process` started, and those that they started."""
    parents = dict(_parents())
    found, new = [], [process]
    while new:
        new = [child for child, parent in parents.items() if parent in new]
        found += new
    return found


def workers(process: int) -> list[int]:
    """The processes that play replications for `process`."""
    return [
        child for child in descendants(process) if "loky" in _words(child) and "tracker" not in _words(child)
    ]


def _parents() -> Iterator[tuple[int, int]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                yield int(entry.name), int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError, ValueError):
                continue


def _words(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def kill_all(process: subprocess.Popen[str]) -> None:
    """SIGKILL the process, and then whatever it leaves running."""
    left = descendants(process.pid)
    process.send_signal(signal.SIGKILL)
    for child in left:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    process.communicate(timeout=60)
