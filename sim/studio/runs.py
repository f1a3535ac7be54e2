"""A run of the studio is the command line itself in a process of its own: it shows progress and can be stopped."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from sim.report.progress import TELL_EVERY
from sim.store import write_text
from sim.studio.choices import Plan

COUNT = re.compile(r"(\d+)/(\d+) \[[^\]<]*<([^,\]]*)")


@dataclass(frozen=True)
class Progress:
    """Runs done, of how many, and the time left in words."""

    done: int
    of: int
    left: str

    def __str__(self) -> str:
        left = "" if self.left in ("", "?") else f", about {self.left} left"
        return f"{self.done} of {self.of} runs played{left}" if self.of else "Getting ready"


class Run:
    """One run: its folder, its command, and the process that plays it."""

    def __init__(self, folder: Path, plan: Plan, config_dir: str | None = None) -> None:
        self.folder, self.plan = folder, plan
        if (
            config_dir is not None
        ):  # a folder of one's own comes along, so that the command needs nothing else
            shutil.copytree(config_dir, folder / "config")
        write_text(folder / "config" / "experiment" / "studio.yaml", plan.experiment())
        self.words = ["compare", "--config-dir", "config", "experiment=studio", *plan.settings]
        self.words += plan.returned
        self.words += ["out=results"]
        write_text(folder / "command.txt", f"{self.command}\n")
        self._said: TextIO = (folder / "said.log").open("w", encoding="utf-8")
        self._told: TextIO = (folder / "progress.log").open("w", encoding="utf-8")
        environment = os.environ | {TELL_EVERY: "0.3"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sim.cli", *self.words], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=self._said, stderr=self._told,
            start_new_session=os.name == "posix",
        )  # fmt: skip
        self.stopped = False

    @property
    def command(self) -> str:
        """What makes the same results again, in the folder of the run."""
        return "placesim " + shlex.join(self.words)

    @property
    def results(self) -> Path:
        return self.folder / "results"

    @property
    def code(self) -> int | None:
        """The exit code; None while it plays."""
        return self.process.poll()

    @property
    def done(self) -> bool:
        return self.code == 0 and not self.stopped

    def progress(self) -> Progress:
        """How far it is, from what the process says."""
        found = COUNT.findall((self.folder / "progress.log").read_text(encoding="utf-8", errors="replace"))
        return (
            Progress(int(found[-1][0]), int(found[-1][1]), found[-1][2].strip())
            if found
            else Progress(0, 0, "")
        )

    def problem(self) -> str:
        """The line that the command ended with, when something was wrong."""
        lines = (self.folder / "progress.log").read_text(encoding="utf-8", errors="replace").splitlines()
        said = [line for line in lines if line.startswith("placesim: ")]
        return said[-1].removeprefix("placesim: ") if said else "the run ended early; progress.log says more"

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
                self.process.kill()
        self.close()

    def close(self) -> None:
        """Close what the process wrote to."""
        self._told.close()
        self._said.close()


def new_folder(out: Path) -> Path:
    """The next folder of a run in the results folder: run-001, run-002 and so on."""
    numbers = [int(path.name[4:]) for path in out.glob("run-*") if path.name[4:].isdigit()]
    folder = out / f"run-{max(numbers, default=0) + 1:03d}"
    folder.mkdir(parents=True)
    return folder
