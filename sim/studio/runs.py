"""What the studio plays: a comparison, the ledger of one of its scenarios, a question about places."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

from sim.store import write_text
from sim.studio.choices import Choice, Plan
from sim.studio.job import PART, Job

COMMANDS = "command.txt"


class Run(Job):
    """A comparison: its folder, its settings and its process."""

    def __init__(self, folder: Path, plan: Plan, config_dir: str | None = None) -> None:
        self.plan = plan
        settings_into(folder, config_dir)
        write_text(folder / "config" / "experiment" / "studio.yaml", plan.experiment())
        words = ["compare", "--config-dir", "config", "experiment=studio", *plan.settings, *plan.returned]
        super().__init__(folder, [*words, "out=results"])
        write_text(folder / COMMANDS, f"{self.command}\n")

    @property
    def results(self) -> Path:
        return self.folder / "results"

    def stop(self) -> None:
        """As every job; nothing of a comparison that was stopped is kept, copied returns least of all."""
        super().stop()
        if self.stopped:
            remove(self.folder)


class Money(Job):
    """The ledger of one scenario of a finished run, in the folder of that run, under the same settings.

    It is played into a folder beside its own, which takes the place of an earlier ledger only once it is whole.
    """

    def __init__(self, run: Run, slot: str) -> None:
        self.run, self.slot = run, slot
        self._part = run.folder / "money" / f".{slot}{PART}"
        remove(self._part)
        self._part.mkdir(parents=True)
        part, final = (f"out={path.relative_to(run.folder).as_posix()}" for path in (self._part, self._final))
        words = ["money", *with_config(run.folder), *run.plan.settings, *run.plan.choices[slot].overrides]
        super().__init__(run.folder, [*words, *run.plan.returned, part], self._part)
        self.words[-1] = final

    @property
    def results(self) -> Path:
        return self._final

    @property
    def _final(self) -> Path:
        return self.run.folder / "money" / self.slot

    def stop(self) -> None:
        """As every job; half a ledger is none, and an earlier one stays."""
        super().stop()
        if self.done:
            self.keep()
        else:
            remove(self._part)

    def keep(self) -> None:
        """Put the ledger in its place and its command beside those of the folder, once it is done."""
        if self._part.is_dir():
            self._name_finally(self._part / "manifest.json")
            earlier = self._final.with_name(f".{self.slot}.earlier{PART}")
            remove(earlier)
            if self._final.is_dir():
                self._final.replace(earlier)
            self._part.replace(self._final)
            remove(earlier)
        said = (self.folder / COMMANDS).read_text(encoding="utf-8")
        if f"{self.command}\n" not in said:
            write_text(self.folder / COMMANDS, f"{said}{self.command}\n")

    def _name_finally(self, path: Path) -> None:
        """The command in the manifest is the one that makes the ledger again in its own place."""
        about = json.loads(path.read_text(encoding="utf-8")) | {"command": self.command}
        write_text(path, json.dumps(about, indent=1))


class Places(Job):
    """A question about places, asked of one scenario as it is chosen; in a folder of its own."""

    def __init__(
        self, folder: Path, choice: Choice, asked: tuple[str, ...], config_dir: str | None = None
    ) -> None:
        settings_into(folder, config_dir)
        words = ["capacity", *with_config(folder), *asked, *choice.overrides, "out=places"]
        super().__init__(folder, words)
        write_text(folder / COMMANDS, f"{self.command}\n")

    @property
    def results(self) -> Path:
        """The folder of the one answer."""
        found = sorted((self.folder / "places" / "answers").glob("*/answer.json"))
        return found[0].parent if found else self.folder


def remove(folder: Path) -> None:
    """Take a folder away, though what wrote into it may still be ending."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


def settings_into(folder: Path, config_dir: str | None) -> None:
    """A folder of one's own comes along, so that the command needs nothing else."""
    if config_dir is not None:
        shutil.copytree(config_dir, folder / "config")


def with_config(folder: Path) -> list[str]:
    return ["--config-dir", "config"] if (folder / "config").is_dir() else []


def new_folder(out: Path, kind: str = "run") -> Path:
    """The next folder of a kind in the results folder: run-001, run-002 and so on."""
    ends = (path.name.removeprefix(f"{kind}-") for path in out.glob(f"{kind}-*"))
    folder = out / f"{kind}-{max(map(int, filter(str.isdigit, ends)), default=0) + 1:03d}"
    folder.mkdir(parents=True)
    return folder
