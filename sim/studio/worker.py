"""One job at a time for one button: begun, watched, stopped, and shown once it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from htmltools import Tag, tags
from shiny import reactive

from sim.scenario.errors import ConfigError
from sim.studio import fragments
from sim.studio.job import Job

Kind = TypeVar("Kind", bound=Job)


class Worker(Generic[Kind]):
    """`finished` is the last job that came to its end; `when_done` is told of it once."""

    def __init__(
        self, idle: str, when_done: Callable[[Kind], object] = lambda job: None,
        stopped: str = "Stopped. Nothing of it is kept.",
    ) -> None:  # fmt: skip
        self.idle, self.when_done, self.stopped = idle, when_done, stopped
        self.job: reactive.Value[Kind | None] = reactive.value(None)
        self.finished: reactive.Value[Kind | None] = reactive.value(None)
        self.problem: reactive.Value[str] = reactive.value("")

    def begin(self, make: Callable[[], Kind]) -> None:
        """Start what `make` makes, unless one is at work. What is wrong with it is shown in its place."""
        self.problem.set("")
        with reactive.isolate():
            working = self.job()
        if working is not None and working.code is None:
            return
        try:
            self.job.set(make())
        except ConfigError as error:
            self.problem.set(str(error))

    def stop(self) -> None:
        with reactive.isolate():
            job = self.job()
        if job is not None:
            job.stop()

    def how_far(self) -> Tag:
        """Progress of the job, its end, or what was wrong."""
        if self.problem():
            return fragments.problem(self.problem())
        job = self.job()
        if job is None:
            return tags.p(self.idle)
        if job.code is None:
            reactive.invalidate_later(0.4)
            made = job.progress()
            known = {"value": str(made.done), "max": str(made.of)} if made.of else {}
            bar = tags.progress(aria_label="Runs played", **known)
            return tags.p(bar, f" {made}")
        job.close()
        if job.stopped:
            return tags.p(self.stopped)
        if job.code != 0:
            return fragments.problem(job.problem())
        with reactive.isolate():
            if self.finished() is not job:
                self.when_done(job)
                self.finished.set(job)
        return tags.p(f"Done: {job.folder.name}.", class_="right")
