"""Follow `${other.key}`, and refuse what is left open, before the schema sees the data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sim.scenario.errors import ConfigError, dotted, nearest, shown
from sim.scenario.layers import ABSENT, Layer, look_up, origin
from sim.scenario.overrides import Path

OPEN = "???"


def followed(data: dict[str, Any], layers: Sequence[Layer]) -> dict[str, Any]:
    """`data` with every `${other.key}` replaced by what stands there.

    Raises ConfigError for a reference to nothing or in a circle, and for a value left open (???).
    """
    _refuse_open(layers)
    if "${" not in json.dumps(data):
        return data
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    try:
        found = OmegaConf.to_container(OmegaConf.create(data), resolve=True)
    except (OmegaConfBaseException, RecursionError) as error:
        raise _no_such(data, layers, str(getattr(error, "full_key", "") or "")) from error
    assert isinstance(found, dict)
    return {str(key): value for key, value in found.items()}


def _no_such(data: dict[str, Any], layers: Sequence[Layer], key: str) -> ConfigError:
    path = tuple(key.replace("[", ".").replace("]", "").split("."))
    given = look_up(data, path)
    wanted = str(given).partition("${")[2].partition("}")[0]
    keys = [dotted(leaf) for leaf, _ in _leaves(data, ())]
    near = nearest(wanted, keys)
    hint = f"${{KEY}} of another key, not in a circle{f'; nearest ${{{near}}}' if near else ''}"
    return ConfigError(origin(layers, path), key, given="" if given is ABSENT else shown(given), allowed=hint)


def _refuse_open(layers: Sequence[Layer]) -> None:
    for layer in layers:
        for path, value in _leaves(layer.value, layer.at):
            if value == OPEN and _last(layers, path) == OPEN:
                raise ConfigError(layer.where, dotted(path), "left open", given=OPEN, allowed="a value")


def _last(layers: Sequence[Layer], path: Path) -> Any:
    said = (layer.read(path) for layer in reversed(layers))
    return next((value for value in said if value is not ABSENT), ABSENT)


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    pairs = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    )
    if pairs is None:
        yield path, value
        return
    for key, inner in pairs:
        yield from _leaves(inner, (*path, str(key)))
