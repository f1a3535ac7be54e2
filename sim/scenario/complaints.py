"""Turn what the schema refuses into the one line of a ConfigError: where it was written, which key, what is allowed."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.scenario.csv_rows import Table
from sim.scenario.errors import ConfigError, dotted, listed, nearest, shown
from sim.scenario.layers import ABSENT, Layer, look_up, origin, origin_of_part
from sim.scenario.overrides import Path
from sim.scenario.places import FILE, FROM_FILES, known_keys
from sim.scenario.schema import Spec, allowed, inside, names, of_kind, records, spec_of, tag


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
        """Who is at fault for a rule over several keys: the CSV row that holds one of `texts`, or the last change."""
        for at, table in self.tables.items():
            if at[: len(path)] == path:
                rows = [table.where_cell(text) for text in texts]
                found = next((row for row in rows if row != table.where), None)
                if found or at == path:
                    return found or table.where
        return self.where(path) if path[:2] in self.tables else origin_of_part(self.layers, path)


def first_complaint(
    error: ValidationError, model: type[BaseModel], sources: Sources, prefix: Path = ()
) -> ConfigError:
    """The first error in one line, with the number of others. A misspelt key goes before what is missing for it."""
    errors = sorted(error.errors(include_url=False), key=lambda one: one["type"] == "missing")
    return _complaint(dict(errors[0]), spec_of(model), sources, prefix).and_more(len(errors) - 1)


def _complaint(one: dict[str, Any], root: Spec, sources: Sources, prefix: Path) -> ConfigError:
    steps, spec, parent = _walk(root, one["loc"])
    path, given = (*prefix, *steps), one["input"]
    key, where = _key(path, sources), sources.where(path)
    last = path[-1] if path else ""
    match one["type"]:
        case "value_error" | "assertion_error":
            return _rule_broken(str(one["ctx"]["error"]), path, sources)
        case "extra_forbidden":
            known = known_keys(parent, path[:-1]) or []
            return ConfigError(where, key, "no such key", given=shown(given), wrong=last, names=known)
        case "missing":
            return ConfigError(sources.where(path), key, "missing", allowed=_allowed(spec, path))
        case "union_tag_not_found":
            return ConfigError(where, key, given=shown(given), allowed=allowed(spec))
        case "union_tag_invalid":
            kinds = [tag(record) for record in records(spec)]
            wrong = look_up(sources.data, (*path, "kind"))
            return ConfigError(sources.where((*path, "kind")), f"{key}.kind", given=shown(wrong), names=kinds)
    if one["loc"][-1:] == ("[key]",):
        known = names(parent)
        hint = "" if known else "a name of letters, digits, _ and - that begins with a letter or digit"
        return ConfigError(where, key, "no such name", wrong=last, names=known, allowed=hint)
    known = names(parent) if one["type"] == "literal_error" else None
    if one["type"] == "literal_error":
        options = [str(option) for option in _options(spec)]
        return ConfigError(where, key, given=shown(given), names=options)
    return ConfigError(where, key, given=shown(given), allowed=_allowed(spec, path))


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


def _key(path: Path, sources: Sources) -> str:
    """The key as the reader knows it: the column of a CSV file, or the dotted path."""
    return dotted(path[3:]) if path[:2] in sources.tables and len(path) > 3 else dotted(path)


def _allowed(spec: Spec, path: Path) -> str:
    text = allowed(spec, path[-1] if path else "")
    from_file = len(path) == 2 and path[1] in FROM_FILES.get(path[0], ())
    return f"{text}; or {dotted(path)}{FILE}: NAME.csv" if from_file else text


def _options(spec: Spec) -> tuple[Any, ...]:
    from typing import get_args

    return get_args(spec.type)


def _rule_broken(message: str, path: Path, sources: Sources) -> ConfigError:
    """A rule over several keys, whose message already says what was given and allowed."""
    named = re.match(r"[a-z]\w*(\.\w+)+", message)
    if named and look_up(sources.data, tuple(named.group().split("."))) is not ABSENT:
        path = tuple(named.group().split("."))
    text = message
    for opening in (dotted(path), path[-1] if path else ""):
        if opening and re.match(rf"{re.escape(opening)}\b:?", text):
            text = text[len(opening) :].lstrip(": ")
    said, _, right = text.rpartition(", allowed ")
    known = _names_in(right)
    words = [said.split(None, skip)[-1] for skip in range(len(said.split()))]
    if known is None:
        return ConfigError(sources.where_part(path, words), _key(path, sources), said, allowed=right)
    wrong = max(reversed(words), key=lambda word: _likeness(word, known), default="")
    where = sources.where_part(path, words)
    return ConfigError(where, _key(path, sources), said, wrong=wrong, names=known, allowed=listed(known))


def _names_in(text: str) -> list[str] | None:
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return None
    return [str(name) for name in value] if isinstance(value, list) else None


def _likeness(word: str, known: Sequence[str]) -> float:
    from difflib import SequenceMatcher

    near = nearest(word, known)
    return SequenceMatcher(None, word.casefold(), near.casefold()).ratio() if near else 0.0
