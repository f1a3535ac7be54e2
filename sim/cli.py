"""The command `placesim`: a verb, then overrides. See `placesim --help`.

Exit codes: 0 done; 1 a scenario of a sweep failed, or the results could not be written; 2 a setting is wrong;
130 stopped by Ctrl-C; 143 stopped by the system.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.scenario.errors import COMMAND_LINE, ConfigError, one_line

if TYPE_CHECKING:
    from sim.scenario.load import LoadedExperiment

FLAGS = ("--config-dir", "--help", "--version", "--dry-run", "--multirun", "--all")
ON_OR_OFF = frozenset(FLAGS) - {"--config-dir"}
SHORT = {"-h": "--help", "-m": "--multirun"}
MEANT_FOR = {"--dry-run": ("sweep",), "--all": ("clean",)}
CHANGED_ON_RESUME = ("run.workers", "run.backend", "run.on_error")


@dataclass(frozen=True)
class Request:
    """What was asked for. `overrides` hold neither the verb nor `out`; `out` is None if not given."""

    verb: str
    overrides: tuple[str, ...] = ()
    config_dir: str | None = None
    out: str | None = None
    flags: frozenset[str] = frozenset()

    def folder(self, about: str) -> Path:
        """Where results go: `out=DIR`, or results/VERB-ABOUT."""
        return Path(self.out or f"results/{self.verb}-{re.sub(r'[^A-Za-z0-9_.-]+', '_', about)}")


@dataclass(frozen=True)
class Verb:
    """What a verb does, in a sentence for the help, with examples of its use."""

    does: str
    play: Callable[[Request], int]
    examples: tuple[str, ...]
    writes: bool = True


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; one line on stderr for anything that went wrong."""
    try:
        code = _main(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
        return code
    except ConfigError as error:
        return _say(f"{error}", 2)
    except KeyboardInterrupt as stop:
        return _say(str(stop) or "stopped by Ctrl-C", getattr(stop, "code", 130))
    except BrokenPipeError:  # the reader of our output has gone (placesim show | head)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _main(argv: Sequence[str]) -> int:
    request = _read(argv)
    if "--version" in request.flags:
        from sim import __version__

        print(f"placesim {__version__}")
        return 0
    if "--help" in request.flags or not request.verb:
        from sim.cli_help import general_help, verb_help

        print(verb_help(request, VERBS[request.verb]) if request.verb else general_help(request, VERBS))
        return 0
    return VERBS[request.verb].play(request)


def _read(argv: Sequence[str]) -> Request:
    """Take the arguments apart. Raises ConfigError for an unknown verb or option and for a bad out=."""
    words, flags, config_dir, out = [], set(), None, None
    rest = iter(argv)
    for word in rest:
        name, equals, value = word.partition("=")
        if word in SHORT or word in ON_OR_OFF:
            flags.add(SHORT.get(word, word))
        elif name == "--config-dir":
            config_dir = value if equals else next(rest, "")
            if not config_dir:
                raise ConfigError(
                    COMMAND_LINE, "--config-dir", "no folder given", allowed="--config-dir FOLDER"
                )
        elif word.startswith("-"):
            raise ConfigError(COMMAND_LINE, name, "no such option", wrong=name, names=FLAGS)
        elif name.lstrip("+") == "out" and equals:
            out = value
        else:
            words.append(word)
    verb = "" if not words or ("--multirun" in flags and "=" in words[0]) else _verb(words.pop(0))
    if "--multirun" in flags:
        verb = _swept(verb)
    for flag, verbs in MEANT_FOR.items():
        if flag in flags and verb not in verbs:
            raise ConfigError(COMMAND_LINE, flag, f"not for {verb}", given=flag, allowed=" or ".join(verbs))
    if out is not None:
        _check_out(verb, out)
    return Request(verb, tuple(words), config_dir, out, frozenset(flags))


def _swept(verb: str) -> str:
    """`-m` makes a sweep of a run, as in Hydra."""
    if verb not in ("", "run", "sweep"):
        raise ConfigError(
            COMMAND_LINE, "-m", f"not for {verb}", given="-m", allowed="placesim sweep, or run -m"
        )
    return "sweep"


def _verb(word: str) -> str:
    if word in VERBS:
        return word
    hint = f"; the verb comes first: placesim run {word}" if "=" in word else ""
    raise ConfigError(COMMAND_LINE, "verb", f"no such verb{hint}", given=word, names=VERBS)


def _check_out(verb: str, out: str) -> None:
    if verb and not VERBS[verb].writes:
        raise ConfigError(COMMAND_LINE, "out", f"{verb} writes no results", given=out, allowed="no out=")
    if not out.strip() or Path(out).is_file():
        problem = "this is a file" if out.strip() else ""
        raise ConfigError(COMMAND_LINE, "out", problem, given=f"'{out}'", allowed="the name of a folder")


def _show(request: Request) -> int:
    import json

    import yaml

    from sim.scenario.load import load_scenario
    from sim.scenario.words import commissioning_in_words

    scenario = load_scenario(request.overrides, request.config_dir)
    for line in commissioning_in_words(scenario.commissioning).splitlines():
        print(f"# {line}")
    print()
    data = json.loads(scenario.model_dump_json(by_alias=True))
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=None)
    print(text, end="")
    return 0


def _run(request: Request) -> int:
    from sim.scenario.load import load_scenario

    scenario = load_scenario(request.overrides, request.config_dir)
    out = request.folder(scenario.commissioning.name)

    def play() -> int:
        from sim import jobs

        return jobs.run(scenario, out)

    return _writing(out, play)


def _compare(request: Request) -> int:
    from sim.scenario.load import load_experiment

    loaded = load_experiment(request.overrides, request.config_dir)
    _check_measures(loaded)
    out = request.folder(loaded.name)

    def play() -> int:
        from sim import jobs

        return jobs.compare(loaded, out)

    return _writing(out, play)


def _check_measures(loaded: LoadedExperiment) -> None:
    """Raise ConfigError for a primary measure that is not in the catalogue."""
    from sim.outcomes.catalogue import CATALOGUE

    for measure in loaded.experiment.primary:
        if measure not in CATALOGUE:
            problem = "no such measure"
            raise ConfigError(loaded.file, "experiment.primary", problem, given=measure, names=CATALOGUE)


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

    return _writing(out, play)


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

    return _writing(folder, play)


def _status(request: Request) -> int:
    from sim import sweeps

    return sweeps.status(_only_folder(request))


def _clean(request: Request) -> int:
    folder = _only_folder(request)

    def play() -> int:
        from sim import sweeps

        return sweeps.clean(folder, "--all" in request.flags)

    return _writing(folder, play)


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


def _writing(out: Path, play: Callable[[], int]) -> int:
    """Play, and turn a folder that cannot be written into one line and exit code 1."""
    try:
        return play()
    except BrokenPipeError:
        raise
    except OSError as error:
        return _say(f"the results could not be written to {out}: {error.strerror or error}", 1)


def _say(text: str, code: int) -> int:
    print(one_line(f"placesim: {text}"), file=sys.stderr)
    return code


VERBS = {
    "compare": Verb(
        "Play the scenarios of an experiment on the same worlds and report the differences.",
        _compare,
        (
            "placesim compare experiment=central_vs_local",
            "placesim compare experiment=central_vs_local run.replications=50 run.workers=2 out=results/mine",
            "placesim compare experiment=central_vs_local estate=planned run.start=2029-04-01",
        ),
    ),
    "run": Verb(
        "Play one scenario and report its levels.",
        _run,
        (
            "placesim run commissioning=national_panel run=quick",
            "placesim run workforce.vacancy.mean=0.30 out=results/vacancies",
            "placesim run --config-dir mine estate=mine",
        ),
    ),
    "show": Verb(
        "Print the resolved scenario as YAML, and its rule in words. Plays nothing, writes nothing.",
        _show,
        (
            "placesim show",
            "placesim show commissioning=regional",
            "placesim show --config-dir mine estate=mine",
        ),
        writes=False,
    ),
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

if __name__ == "__main__":
    sys.exit(main())
