"""Where each value came from: the files and overrides of a composition, in the order of laying them down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from sim.scenario.errors import COMMAND_LINE
from sim.scenario.overrides import Path

ABSENT = object()


@dataclass(frozen=True)
class Layer:
    """A value laid down at a path by one file (`typed` False) or one override (`typed` True)."""

    where: str
    at: Path
    value: Any
    typed: bool = False

    def read(self, path: Path) -> Any:
        """What this layer says at `path`; ABSENT if nothing."""
        if path[: len(self.at)] != self.at:
            return ABSENT
        return look_up(self.value, path[len(self.at) :])

    def touches(self, path: Path) -> bool:
        """Whether it sets `path`, a part of it, or the whole that holds it."""
        return self.at[: len(path)] == path or self.read(path) is not ABSENT


def look_up(value: Any, path: Path) -> Any:
    """The value at a path inside plain data; ABSENT if there is none."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step, ABSENT)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return ABSENT
    return value


def origin(layers: Sequence[Layer], path: Path) -> str:
    """Who set `path`: the last layer that gives it, or else whoever gave the whole that should have held it.

    A whole that was empty until an override set a part of it is down to that override.
    """
    for length in range(len(path), -1, -1):
        whole = path[:length]
        givers = [layer for layer in layers if layer.read(whole) is not ABSENT]
        begun = [layer for layer in layers if layer.typed and layer.at[:length] == whole]
        empty = not givers or givers[-1].read(whole) is None
        if length < len(path) and empty and begun:
            return begun[-1].where
        if givers:
            return givers[-1].where
    return layers[-1].where if layers else COMMAND_LINE


def origin_of_part(layers: Sequence[Layer], path: Path) -> str:
    """Who last changed anything at or under `path`: for errors that concern several keys at once."""
    typed = [layer for layer in layers if layer.typed and layer.touches(path)]
    return typed[-1].where if typed else origin(layers, path)


def lay(data: dict[str, Any], layer: Layer) -> None:
    """Put one layer onto plain data: records and tables are merged, everything else is replaced."""
    whole: Any = data
    for step in layer.at[:-1]:
        if isinstance(whole, dict) and whole.get(step) is None:
            whole[step] = {}
        whole = whole[int(step)] if isinstance(whole, list) else whole[step]
    _put(whole, layer.at[-1], deepcopy(layer.value))


def laid(layers: Sequence[Layer]) -> dict[str, Any]:
    """The layers of files, laid down in order on nothing."""
    data: dict[str, Any] = {}
    for layer in layers:
        parts = (
            [layer]
            if layer.at
            else [replace(layer, at=(key,), value=part) for key, part in layer.value.items()]
        )
        for part in parts:
            lay(data, part)
    return data


def _put(whole: Any, step: str, value: Any) -> None:
    key: Any = int(step) if isinstance(whole, list) else step
    old = whole[key] if isinstance(whole, list) else whole.get(key)
    if isinstance(value, dict) and isinstance(old, dict):
        for inner, part in value.items():
            _put(old, inner, part)
    else:
        whole[key] = value


def remove(data: dict[str, Any], path: Path) -> None:
    """Take a key out of plain data (nothing happens if it is not there)."""
    parent = look_up(data, path[:-1])
    if isinstance(parent, dict):
        parent.pop(path[-1], None)


def plain(value: Any) -> Any:
    """Data as JSON would hold it: every key a text."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def drop_other_kinds(data: dict[str, Any], layers: Sequence[Layer]) -> None:
    """Where a later layer gives a record another `kind`, take out the keys that belong to the earlier kind.

    Without this, `{kind: never}` laid over `{kind: constant, days: 3}` would keep the days.
    """
    for path, record in list(_kinds(data, ())):
        fresh = _last_change_of_kind(layers, path)
        kept = {
            key for key in record if any(layer.read((*path, key)) is not ABSENT for layer in layers[fresh:])
        }
        for key in set(record) - kept:
            del record[key]


def _last_change_of_kind(layers: Sequence[Layer], path: Path) -> int:
    before, fresh = ABSENT, 0
    for number, layer in enumerate(layers):
        kind = layer.read((*path, "kind"))
        if kind is not ABSENT:
            if before is not ABSENT and kind != before:
                fresh = number
            before = kind
    return fresh


def _kinds(value: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    if isinstance(value, dict):
        if "kind" in value:
            yield path, value
        for key, inner in value.items():
            yield from _kinds(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _kinds(inner, (*path, str(index)))
