"""The parts of the command line: what was asked for, what a verb is, and how a mishap is told."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.scenario.errors import COMMAND_LINE, ConfigError, one_line

FLAGS = ("--config-dir", "--help", "--version", "--dry-run", "--multirun", "--all")
ON_OR_OFF = frozenset(FLAGS) - {"--config-dir"}
SHORT = {"-h": "--help", "-m": "--multirun"}
MEANT_FOR = {"--dry-run": ("sweep", "capacity", "ladder", "precision"), "--all": ("clean",)}


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


def read(argv: Sequence[str], known: Mapping[str, Verb]) -> Request:
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
    verb = "" if not words or ("--multirun" in flags and "=" in words[0]) else _verb(words.pop(0), known)
    if "--multirun" in flags:
        verb = _swept(verb)
    for flag, verbs in MEANT_FOR.items():
        if flag in flags and verb not in verbs:
            raise ConfigError(COMMAND_LINE, flag, f"not for {verb}", given=flag, allowed=" or ".join(verbs))
    if out is not None:
        _check_out(known.get(verb), verb, out)
    return Request(verb, tuple(words), config_dir, out, frozenset(flags))


def _swept(verb: str) -> str:
    """`-m` makes a sweep of a run, as in Hydra."""
    if verb not in ("", "run", "sweep"):
        raise ConfigError(
            COMMAND_LINE, "-m", f"not for {verb}", given="-m", allowed="placesim sweep, or run -m"
        )
    return "sweep"


def _verb(word: str, known: Mapping[str, Verb]) -> str:
    if word in known:
        return word
    hint = f"; the verb comes first: placesim run {word}" if "=" in word else ""
    raise ConfigError(COMMAND_LINE, "verb", f"no such verb{hint}", given=word, names=known)


def _check_out(verb: Verb | None, name: str, out: str) -> None:
    if verb and not verb.writes:
        raise ConfigError(COMMAND_LINE, "out", f"{name} writes no results", given=out, allowed="no out=")
    if not out.strip() or Path(out).is_file():
        problem = "this is a file" if out.strip() else ""
        raise ConfigError(COMMAND_LINE, "out", problem, given=f"'{out}'", allowed="the name of a folder")


def writing(out: Path, play: Callable[[], int]) -> int:
    """Play, and turn a folder that cannot be written, or a cluster that is lost, into one line and exit code 1."""
    from sim.study.on_dask import ClusterLostError

    try:
        return play()
    except BrokenPipeError:
        raise
    except ClusterLostError as error:
        return say(str(error), 1)
    except OSError as error:
        return say(f"the results could not be written to {out}: {error.strerror or error}", 1)


def say(text: str, code: int) -> int:
    print(one_line(f"placesim: {text}"), file=sys.stderr)
    return code
