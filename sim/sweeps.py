"""The jobs behind the verbs `sweep`, `resume`, `status` and `clean`."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from sim.outcomes.catalogue import LEVELS_FIRST
from sim.report.numbers import counted
from sim.report.progress import Progress
from sim.report.sweep_lines import SHOWN, dry_run_lines, ended_lines, status_lines
from sim.scenario.errors import COMMAND_LINE, ConfigError, dotted
from sim.scenario.run import Run
from sim.scenario.schema import allowed, choices, spec_of
from sim.scenario.sweep import LoadedSweep
from sim.study.on_dask import ClusterLostError
from sim.study.sweep.dataset import Dataset
from sim.study.sweep.forecast import forecast
from sim.study.sweep.lock import LOCK, held, in_use
from sim.study.sweep.plan import (
    PLAN,
    SweepPlan,
    make_plan,
    plan_files,
    read_plan,
    read_scenarios,
    refuse_changes,
    refuse_other,
    write_plan,
)
from sim.study.sweep.play import Tally, play_sweep
from sim.study.sweep.status import MANIFEST, CellStatus, statuses, write_manifest

MANIFEST_SECONDS = 5.0


class Stopped(KeyboardInterrupt):
    """Stopped before the end: by Ctrl-C (exit code 130), by the system (143) or because a cluster was lost (1).

    `str()` says what is kept.
    """

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code


class _ToldToEnd(KeyboardInterrupt):
    """The system asks the process to end (SIGTERM)."""


def dry_run(loaded: LoadedSweep) -> int:
    """Print what a sweep would play, and how long and how large that would be. Writes nothing."""
    for line in dry_run_lines(
        loaded.title, [point.title for point in loaded.points], forecast(loaded.scenarios)
    ):
        print(line)
    return 0


def sweep(loaded: LoadedSweep, config_dir: str | None, out: Path, command: str) -> int:
    """Play a sweep into `out`, or go on with the one that is kept there if it is the same; 1 if anything failed.

    Raises ConfigError if another sweep or other files are there, OSError if it cannot be written.
    """
    run = loaded.scenarios[0].run
    if not (out / PLAN).is_file():
        _refuse_strangers(out)
        out.mkdir(parents=True, exist_ok=True)
    with held(out):
        if (out / PLAN).is_file():
            plan = read_plan(out)
            refuse_other(plan, loaded, out)
        else:
            plan = make_plan(loaded, _absolute(config_dir), command)
            write_plan(plan, loaded.scenarios, out)
        return _play(plan, out, run)


def resume(folder: Path, settings: Mapping[str, str]) -> int:
    """Go on with the sweep in `folder`: what is finished is skipped, what failed is tried again; 1 if it fails.

    `settings` change who plays (workers, backend, on_error). Raises ConfigError if code or configs have changed.
    """
    plan = read_plan(folder)
    refuse_changes(plan, folder)
    with held(folder):
        first = next(iter(read_scenarios(folder, {plan.cells[0].scenario}).values()))
        run = _changed(first.run, {**plan.who, **settings})
        return _play(plan, folder, run)


def status(folder: Path) -> int:
    """Print how far the sweep in `folder` is, and what failed."""
    plan = read_plan(folder)
    for line in status_lines(plan, statuses(plan, Dataset(folder)), folder, in_use(folder)):
        print(line)
    return 0


def clean(folder: Path, everything: bool) -> int:
    """Remove what a sweep left unfinished, or all of it; never a file that placesim did not write."""
    plan, dataset = read_plan(folder), Dataset(folder)
    with held(folder):
        removed = dataset.remove_unfinished()
        if everything:
            removed += dataset.remove_finished()
            removed += _unlink(
                [folder / MANIFEST, *plan_files(folder)]
            )  # the plan last: until then it is a sweep
    if everything:
        _unlink([folder / LOCK])
    left = sorted(path.name for path in folder.iterdir()) if everything else []
    if everything and not left:
        folder.rmdir()
    strangers = f"; not from placesim and left: {', '.join(left)}" if left else ""
    kept = "" if everything else "; finished scenarios are kept"
    print(f"{plan.title} ({folder}): {counted(removed, 'file')} removed{kept}{strangers}")
    return 0


def _play(plan: SweepPlan, folder: Path, run: Run) -> int:
    dataset, began = Dataset(folder), time.monotonic()
    dataset.tidy()
    missing = {cell.scenario for cell in plan.cells if not dataset.finished(cell.scenario)}
    scenarios = read_scenarios(folder, missing)
    distinct = {cell.scenario for cell in plan.cells}
    tally = Tally(len(distinct), len(distinct) * plan.replications)
    tally.finished_before(plan, len(distinct - missing))
    settings = {"seed": run.seed, "workers": run.workers, "backend": run.backend, "on_error": run.on_error}
    progress: Progress | None = None
    written = began

    def tell(now: Tally) -> None:
        nonlocal progress, written
        progress = progress or Progress(now.scenarios, now.replications, now.replications_done)
        progress.tell(now.scenarios_done, now.replications_done, len(now.failed))
        if time.monotonic() - written > MANIFEST_SECONDS:
            written = time.monotonic()
            write_manifest(plan, dataset, settings, now.take_seconds())

    try:
        with _told_to_end():
            play_sweep(plan, scenarios, dataset, run, tally, tell)
    except (KeyboardInterrupt, ClusterLostError) as stop:
        kept = f"{tally.scenarios_done} of {tally.scenarios} scenarios are finished"
        why, code = _stopped(stop)
        raise Stopped(f"{why}: {kept}; go on with placesim resume {folder}", code) from None
    finally:
        if progress:
            progress.close()
        if scenarios:
            write_manifest(plan, dataset, settings, tally.take_seconds())
    cells = statuses(plan, dataset)
    for line in ended_lines(plan, cells, folder, _first_levels(cells, dataset)):
        print(line)
    return 1 if any(cell.state != "finished" for cell in cells) else 0


def _stopped(stop: BaseException) -> tuple[str, int]:
    """Why, in words, and the exit code."""
    if isinstance(stop, ClusterLostError):
        return str(stop), 1
    return ("stopped by the system", 143) if isinstance(stop, _ToldToEnd) else ("stopped by Ctrl-C", 130)


def _first_levels(cells: list[CellStatus], dataset: Dataset) -> dict[str, dict[str, float]]:
    """The first measures of the first finished scenarios."""
    found = {}
    for cell in [cell for cell in cells if cell.state == "finished"][:SHOWN]:
        rows = dataset.levels(cell.scenario).to_pylist()
        found[cell.scenario] = {
            row["measure"]: row["value"]
            for row in rows
            if row["measure"] in LEVELS_FIRST and row["group"] == "all"
        }
    return found


def _changed(run: Run, settings: Mapping[str, object]) -> Run:
    """The settings of a run with some of them given anew, as text. Raises ConfigError for one that cannot be."""
    try:
        return Run.model_validate({**run.model_dump(), **settings}, strict=False)
    except ValidationError as error:
        key = dotted(error.errors()[0]["loc"])
        right = spec_of(Run.model_fields[key].annotation, Run.model_fields[key].metadata)
        given, names = str(settings.get(key, "")), choices(right)
        hint = "" if names else allowed(right)
        raise ConfigError(COMMAND_LINE, f"run.{key}", given=given, allowed=hint, names=names) from error


def _refuse_strangers(out: Path) -> None:
    """Raise ConfigError for a folder with files in it that are not a sweep's."""
    ours = {LOCK, *(path.name for path in plan_files(out))}
    others = sorted(path.name for path in out.iterdir() if path.name not in ours) if out.is_dir() else []
    others = [name for name in others if not name.endswith(".part")]
    if others:
        problem = f"other files are kept here ({', '.join(others[:3])})"
        raise ConfigError(str(out), "", problem, allowed="a new folder (out=DIR), or one with a sweep in it")


def _absolute(config_dir: str | None) -> str | None:
    """The sweep can be resumed from another folder."""
    return None if config_dir is None else str(Path(config_dir).expanduser().resolve())


def _unlink(paths: list[Path]) -> int:
    there = [path for path in paths if path.is_file()]
    for path in there:
        path.unlink()
    return len(there)


@contextmanager
def _told_to_end() -> Iterator[None]:
    """Being told to end by the system stops a sweep as Ctrl-C does."""

    def stop(*_: object) -> None:
        raise _ToldToEnd

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
