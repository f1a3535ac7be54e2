"""The verbs about sweeps: sweep, resume, status, clean."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from sim.cli_parts import Request, Verb, writing
from sim.scenario.errors import COMMAND_LINE, ConfigError

CHANGED_ON_RESUME = ("run.workers", "run.backend", "run.on_error")


def _sweep(request: Request) -> int:
    from sim.scenario.sweep import load_sweep

    loaded = load_sweep(request.overrides, request.config_dir)
    out = request.folder(loaded.name)

    def play() -> int:
        from sim import sweeps

        if "--dry-run" in request.flags:
            return sweeps.dry_run(loaded)
        command = "placesim " + shlex.join(sys.argv[1:])
        return sweeps.sweep(loaded, request.config_dir, out, command)

    return writing(out, play)


def _resume(request: Request) -> int:
    folder, settings = _folder_of(request), {}
    for word in request.overrides[1:]:
        key, _, value = word.partition("=")
        if key not in CHANGED_ON_RESUME:
            problem = "cannot be changed: results would not be those of one sweep"
            raise ConfigError(COMMAND_LINE, key, problem, given=word, names=CHANGED_ON_RESUME)
        settings[key.removeprefix("run.")] = value

    def play() -> int:
        from sim import sweeps

        return sweeps.resume(folder, settings)

    return writing(folder, play)


def _status(request: Request) -> int:
    from sim import sweeps

    return sweeps.status(_only_folder(request))


def _clean(request: Request) -> int:
    folder = _only_folder(request)

    def play() -> int:
        from sim import sweeps

        return sweeps.clean(folder, "--all" in request.flags)

    return writing(folder, play)


def _folder_of(request: Request) -> Path:
    """The folder that comes first after the verb."""
    if not request.overrides or "=" in request.overrides[0]:
        hint = f"placesim {request.verb} FOLDER"
        raise ConfigError(COMMAND_LINE, "folder", "none given", allowed=hint)
    return Path(request.overrides[0])


def _only_folder(request: Request) -> Path:
    folder = _folder_of(request)
    if request.overrides[1:]:
        given = " ".join(request.overrides[1:])
        raise ConfigError(
            COMMAND_LINE, "", "nothing comes after the folder", given=given, allowed="FOLDER alone"
        )
    return folder


SWEEP_VERBS = {
    "sweep": Verb(
        "Play many scenarios, every combination of swept keys, into one dataset that can be resumed.",
        _sweep,
        (
            "placesim sweep commissioning=today,regional workforce.vacancy.mean=range(0.05,0.36,0.1)",
            "placesim sweep design=demand_and_staff run.replications=20 out=results/mine --dry-run",
            "placesim run -m commissioning=glob(*) run=quick",
        ),
    ),
    "resume": Verb(
        "Go on with a sweep: finished scenarios are skipped, failed ones are tried again.",
        _resume,
        ("placesim resume results/mine", "placesim resume results/mine run.workers=8"),
        writes=False,
    ),
    "status": Verb(
        "Say how far a sweep is and what failed. Writes nothing.",
        _status,
        ("placesim status results/mine",),
        writes=False,
    ),
    "clean": Verb(
        "Remove what a sweep left unfinished; with --all, the whole sweep.",
        _clean,
        ("placesim clean results/mine", "placesim clean results/mine --all"),
        writes=False,
    ),
}
