"""Turn what the schema refuses into the one line of a ConfigError: where, which key, what is allowed."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.scenario.csv_rows import Table
from sim.scenario.errors import ConfigError, dotted, nearest, shown
from sim.scenario.layers import ABSENT, Layer, look_up, origin, origin_of_part
from sim.scenario.overrides import Path
from sim.scenario.places import FILE, FROM_FILES, known_keys
from sim.scenario.schema import Spec, allowed, choices, inside, names, of_kind, records, spec_of, tag


@dataclass(frozen=True)
class Sources:
    """What a scenario was made of, to say where a wrong value came from."""

    data: dict[str, Any]
    layers: Sequence[Layer]
    tables: Mapping[Path, Table]

    def where(self, path: Path) -> str:
        """The CSV row, file or command line that gives `path`."""
        table = self.tables.get(path[:2])
        if table is None:
            return origin(self.layers, path)
        return table.where_row(int(path[2])) if len(path) > 2 else table.where

    def where_part(self, path: Path, texts: Sequence[str]) -> str:
        """Who broke a rule over several keys: the CSV row that holds one of `texts`, or the last change."""
        for at, table in self.tables.items():
            if at[: len(path)] == path:
                rows = [table.where_cell(text) for text in texts]
                found = next((row for row in rows if row != table.where), None)
                if found or at == path:
                    return found or table.where
        return self.where(path) if path[:2] in self.tables else origin_of_part(self.layers, path)


@dataclass(frozen=True)
class Fault:
    """One thing that the schema refused: at `path`, where `spec` may stand inside `whole`."""

    kind: str
    path: Path
    spec: Spec
    whole: Spec
    given: Any
    details: dict[str, Any]
    at_key: bool
    sources: Sources

    @property
    def where(self) -> str:
        return self.sources.where(self.path)

    @property
    def in_table(self) -> bool:
        return self.path[:2] in self.sources.tables

    @property
    def key(self) -> str:
        """The key as the reader knows it: the column of a CSV file, or the dotted path."""
        return dotted(self.path[3:] or self.path[:2]) if self.in_table else dotted(self.path)

    @property
    def shown(self) -> str:
        return self.given if self.in_table and isinstance(self.given, str) else shown(self.given)

    @property
    def allowed(self) -> str:
        text = allowed(self.spec, self.path[-1] if self.path else "")
        from_file = len(self.path) == 2 and self.path[1] in FROM_FILES.get(self.path[0], ())
        return f"{text}; or {self.key}{FILE}: NAME.csv" if from_file else text


def first_complaint(
    error: ValidationError, model: type[BaseModel], sources: Sources, prefix: Path = ()
) -> ConfigError:
    """The first error in one line, with the number of others.

    A misspelt key goes before the key that is missing because of it.
    """
    found: list[dict[str, Any]] = [dict(one) for one in error.errors(include_url=False)]
    errors = sorted((one for one in found if not _echo(one)), key=lambda one: one["type"] == "missing")
    first = errors[0]
    path, spec, whole = _walk(spec_of(model), first["loc"])
    at_key = first["loc"][-1:] == ("[key]",)
    fault = Fault(
        first["type"], (*prefix, *path), spec, whole, first["input"], first.get("ctx", {}), at_key, sources
    )
    answer = _wrong_name if at_key else ANSWERS.get(fault.kind, _wrong_value)
    return answer(fault).and_more(len(errors) - 1)


def _echo(one: dict[str, Any]) -> bool:
    """Whether a list is called too short only because its entries are wrong, which is reported for each."""
    return one["type"] == "too_short" and bool(len(one["input"]) >= one["ctx"]["min_length"])


def _walk(root: Spec, loc: Sequence[int | str]) -> tuple[Path, Spec, Spec]:
    """Pydantic's place as a path of the data, with what may stand there and in the whole that holds it."""
    path: Path = ()
    spec = parent = root
    for step in loc:
        if step == "[key]":
            break
        if len(records(spec)) > 1 and of_kind(spec, step) is not spec:
            spec = of_kind(spec, step)
            continue
        path, parent = (*path, str(step)), spec
        spec = inside(spec, step) or Spec(object)
    return path, spec, parent


def _unknown_key(fault: Fault) -> ConfigError:
    known = known_keys(fault.whole, fault.path[:-1]) or []
    wrong = fault.path[-1]
    return ConfigError(fault.where, fault.key, "no such key", given=fault.shown, wrong=wrong, names=known)


def _missing(fault: Fault) -> ConfigError:
    return ConfigError(fault.where, fault.key, "missing", allowed=fault.allowed)


def _wrong_name(fault: Fault) -> ConfigError:
    known = names(fault.whole)
    hint = "" if known else "a name of letters, digits, _ and - that begins with a letter or digit"
    wrong = fault.path[-1]
    return ConfigError(fault.where, fault.key, "no such name", wrong=wrong, names=known, allowed=hint)


def _wrong_kind(fault: Fault) -> ConfigError:
    kinds, path = [tag(record) for record in records(fault.spec)], (*fault.path, "kind")
    wrong, where = look_up(fault.sources.data, path), fault.sources.where(path)
    given = "missing" if wrong is ABSENT else ""
    return ConfigError(where, f"{fault.key}.kind", given, given="" if given else shown(wrong), names=kinds)


def _wrong_choice(fault: Fault) -> ConfigError:
    return ConfigError(fault.where, fault.key, given=fault.shown, names=choices(fault.spec))


def _too_short(fault: Fault) -> ConfigError:
    if not fault.in_table:
        return _wrong_value(fault)
    least = f"{fault.details['min_length']} or more"
    return ConfigError(fault.where, fault.key, "no rows under the header", allowed=least)


def _wrong_value(fault: Fault) -> ConfigError:
    finite = ", finite" if fault.kind == "finite_number" else ""
    return ConfigError(fault.where, fault.key, given=fault.shown, allowed=fault.allowed + finite)


def _rule_broken(fault: Fault) -> ConfigError:
    """A rule over several keys, whose message already says what was given and allowed."""
    text, sources = str(fault.details["error"]), fault.sources
    path, key = fault.path, fault.key
    named = re.match(r"[a-z]\w*(\.\w+)+", text)
    if named and look_up(sources.data, tuple(named.group().split("."))) is not ABSENT:
        path, key = tuple(named.group().split(".")), named.group()
    for opening in (key, *path):
        if opening and re.match(rf"{re.escape(opening)}\b:?", text):
            text = text[len(opening) :].lstrip(": ")
    said, found, right = text.rpartition(", allowed ")
    known = _names_in(right)
    if known is None:
        return ConfigError(
            sources.where_part(path, ()), key, said if found else text, allowed=right * bool(found)
        )
    words = [said.split(None, skip)[-1] for skip in range(len(said.split()))]
    wrong = max(reversed(words), key=lambda word: _likeness(word, known), default="")
    return ConfigError(sources.where_part(path, words), key, said, wrong=wrong, names=known)


def _names_in(text: str) -> list[str] | None:
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return None
    return [str(name) for name in value] if isinstance(value, list) else None


def _likeness(word: str, known: Sequence[str]) -> float:
    near = nearest(word, known)
    return SequenceMatcher(None, word.casefold(), near.casefold()).ratio() if near else 0.0


ANSWERS: dict[str, Callable[[Fault], ConfigError]] = {
    "value_error": _rule_broken,
    "assertion_error": _rule_broken,
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "union_tag_invalid": _wrong_kind,
    "union_tag_not_found": _wrong_kind,
    "literal_error": _wrong_choice,
    "too_short": _too_short,
}
