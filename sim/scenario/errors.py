"""What a person is told when an input is wrong: one line with where, which key, and what would be right."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from typing import Any

COMMAND_LINE = "command line"
LONGEST_VALUE = 60
LONGEST_LIST = 40
NEEDS_QUOTES = re.compile(r"\s.*|.*\s|[-+]?\d*\.?\d+(e\d+)?|true|false|null|", flags=re.IGNORECASE)


class ConfigError(Exception):
    """A setting that cannot be used. `str()` is one line; the command line ends with exit code 2.

    `where` is a file (with row or line) or "command line"; `key` is dotted; `problem` says what is wrong if
    `given` and `allowed` do not; `names` are the valid names, of which the nearest to `given` is offered.
    """

    def __init__(
        self,
        where: str,
        key: str,
        problem: str = "",
        *,
        given: str = "",
        allowed: str = "",
        names: Iterable[object] | None = None,
        wrong: str = "",
        more: int = 0,
    ) -> None:
        known = [str(name) for name in names] if names is not None else []
        near = nearest(wrong or given, known)
        said = [
            problem,
            given and f"given {given}",
            (allowed or (names is not None and listed(known))) and f"allowed {allowed or listed(known)}",
            near and f"nearest {near}",
        ]
        self.where, self.key, self.more = where, key, more
        self.text = "; ".join(part for part in said if part)
        super().__init__(one_line(": ".join(part for part in (where, key, self.text) if part), more))

    def and_more(self, more: int) -> ConfigError:
        """The same error, with the number of others that were found."""
        return ConfigError(self.where, self.key, self.text, more=more)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.where, self.key, self.text, self.more)  # from a worker to its parent


def _again(where: str, key: str, text: str, more: int) -> ConfigError:
    return ConfigError(where, key, text, more=more)


def one_line(text: str, more: int = 0) -> str:
    """`text` on a single line, and how many errors stand behind it."""
    flat = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return f"{flat} (and {more} more)" if more else flat


def nearest(wrong: str, names: Iterable[str]) -> str:
    """The valid name most like `wrong`, or an empty text when none is near or it is one of them.

    A name that differs in its last part alone goes first: emergency_hours for emergency_days.
    """
    plain = {name.casefold(): name for name in names}
    wanted = wrong.strip("'\"").casefold()
    stem = wanted.rpartition("_")[0]
    other_unit = [name for name in plain if stem and name.rpartition("_")[0] == stem]
    if len(other_unit) == 1 and wanted not in plain:
        return plain[other_unit[0]]
    if wanted in plain and plain[wanted] == wrong:
        return ""
    found = difflib.get_close_matches(wanted, plain, n=1, cutoff=0.5)
    return plain[found[0]] if found else ""


def listed(names: Iterable[object]) -> str:
    """Names in their order, separated by commas; "nothing" for none, cut when very long."""
    every = [str(name) for name in names]
    shown = ", ".join(every[:LONGEST_LIST])
    return (
        f"{shown} and {len(every) - LONGEST_LIST} more" if len(every) > LONGEST_LIST else shown or "nothing"
    )


def shown(value: Any) -> str:
    """A value as a reader would write it, cut when long."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        text = f"'{value}'" if NEEDS_QUOTES.fullmatch(value) else value
    elif isinstance(value, float):
        text = str(value)
    else:
        text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."


def dotted(path: Iterable[object]) -> str:
    """A path as the command line writes it: estate.homes.0.name."""
    return ".".join(str(step) for step in path)
