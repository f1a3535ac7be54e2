"""A job of the studio is the command line itself in a process of its own: it shows progress and can be stopped."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from sim.report.progress import TELL_EVERY

PART = ".part"
"""How the name of a folder ends whose contents are not whole yet."""

SAID = "said.log"
"""What the command printed, in the folder of its job."""

COUNT = re.compile(r"(\d+)/(\d+) \[[^\]<]*<([^,\]]*)")
"""What a bar says: 12/40 [00:03<00:09, ...]."""

TALLY = re.compile(r"([\d,]+) replications played, ([\d,]+) reused.*?(?:, (?:about )?([\d:]+) left)?$", re.M)
"""What a question about places says: 120 replications played, 40 reused, 1.8 a second, about 2:10 left."""


@dataclass(frozen=True)
class Progress:
    """Runs done, of how many (0: not known), and the time left in words."""

    done: int
    of: int
    left: str

    def __str__(self) -> str:
        left = "" if self.left in ("", "?") else f", about {self.left} left"
        if self.of:
            return f"{self.done} of {self.of} runs played{left}"
        return f"{self.done:,} runs played{left}" if self.done else "Getting ready"


class Job:
    """One command in a folder of its own: its words, and the process that plays it."""

    def __init__(self, folder: Path, words: Sequence[str], logs: Path | None = None) -> None:
        self.folder, self.words = folder, list(words)
        self._log = (logs or folder) / "progress.log"
        self._said: TextIO = ((logs or folder) / SAID).open("w", encoding="utf-8")
        self._told: TextIO = self._log.open("w", encoding="utf-8")
        environment = os.environ | {TELL_EVERY: "0.3"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sim.cli", *self.words], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=self._said, stderr=self._told,
            start_new_session=os.name == "posix",
        )  # fmt: skip
        self.stopped = False

    @property
    def command(self) -> str:
        """What makes the same results again, in the folder of the job."""
        return "placesim " + shlex.join(self.words)

    @property
    def code(self) -> int | None:
        """The exit code; None while it plays."""
        return self.process.poll()

    @property
    def done(self) -> bool:
        return self.code == 0 and not self.stopped

    def progress(self) -> Progress:
        """How far it is, from what the process says."""
        said = self._log.read_text(encoding="utf-8", errors="replace")
        if bars := COUNT.findall(said):
            done, of, left = bars[-1]
            return Progress(int(done), int(of), left.strip())
        if tallies := TALLY.findall(said):
            played, reused, left = tallies[-1]
            return Progress(int(played.replace(",", "")) + int(reused.replace(",", "")), 0, left)
        return Progress(0, 0, "")

    def problem(self) -> str:
        """The line that the command ended with, when something was wrong."""
        if not self._log.exists():
            return "it ended early"
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        said = [line for line in lines if line.startswith("placesim: ")]
        return said[-1].removeprefix("placesim: ") if said else f"it ended early; {self._log.name} says more"

    def stop(self) -> None:
        """End the process and the workers that it started; what was not finished is not kept."""
        if self.code is None:
            self.stopped = True
            if os.name == "posix":
                os.killpg(self.process.pid, signal.SIGTERM)  # its own session: it and its workers
            else:
                self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                if os.name == "posix":
                    os.killpg(self.process.pid, signal.SIGKILL)
                else:
                    self.process.kill()
                self.process.wait()
        self.close()

    def close(self) -> None:
        """Close what the process wrote to."""
        self._told.close()
        self._said.close()
