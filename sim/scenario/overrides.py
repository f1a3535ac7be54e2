"""Read overrides (`group=option`, `key=value`, `+key=value`, `~key`) in Hydra's grammar, as data alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sim.scenario.errors import ConfigError, shown

Path = tuple[str, ...]

DATA_ONLY = "configs are data: they cannot name code"
PLAIN_INTERPOLATION = re.compile(r"\$\{[A-Za-z0-9_.]+\}")


@dataclass(frozen=True)
class Override:
    """One override: what it does, to which key or group, and where it was written."""

    text: str
    where: str
    does: Literal["choose", "set", "add", "remove"]
    path: Path
    value: Any = None

    @property
    def group(self) -> str:
        return "/".join(self.path)


def read_overrides(texts: Sequence[str], where: str, groups: Iterable[str]) -> list[Override]:
    """Read every text in order. `groups` are the folders of configs/: a choice is told from a value by them.

    Raises ConfigError for bad grammar, several values at once, and anything that could name code.
    """
    if isinstance(texts, str):
        raise ConfigError(
            where, "", "overrides are a list of texts", given=shown(texts), allowed=f'["{texts}"]'
        )
    known = frozenset(groups)
    return [_read(str(text), where, known) for text in texts]


def _read(text: str, where: str, groups: frozenset[str]) -> Override:
    key = text.split("=", 1)[0].lstrip("+~")
    refuse_code_in_key(key, where, text)
    parsed = parse(text, where, key)
    if parsed.package is not None:
        raise ConfigError(where, key, "@ moves a file to another key", given=text, allowed="group=option")
    if parsed.is_sweep_override():
        raise ConfigError(
            where,
            key,
            "one value at a time here",
            given=text,
            allowed=f"{key}=VALUE, or a list as {key}=[A,B]",
        )
    value = parsed.value()
    refuse_code(value, where, (key,))
    path = tuple(re.split(r"[./]", key)) if "/" in key else tuple(key.split("."))
    if parsed.is_delete():
        if "=" in text:
            raise ConfigError(where, key, "~ takes a key out", given=text, allowed=f"~{key}, without a value")
        return Override(text, where, "remove", path)
    if key in groups or "/" in key:
        return Override(text, where, "choose", path, value)
    return Override(text, where, "add" if parsed.is_add() or parsed.is_force_add() else "set", path, value)


def parse(text: str, where: str, key: str) -> Any:
    """Hydra's own reading of one override. Raises ConfigError if it cannot be read."""
    from hydra.errors import HydraException

    if not key or key != key.strip() or not ("=" in text or text.startswith("~")):
        hint = "group=option or key=value, without spaces around ="
        raise ConfigError(where, "", "not an override", given=shown(text), allowed=hint)
    try:
        return _parser().parse_override(text)
    except (HydraException, ValueError) as error:
        hint = "plain letters and digits, or quotes around anything else: 'key=\"a, b\"'"
        raise ConfigError(where, key, "cannot be read", given=shown(text), allowed=hint) from error


@cache
def _parser() -> Any:
    from hydra.core.override_parser.overrides_parser import OverridesParser

    return OverridesParser.create()


def refuse_code_in_key(key: str, where: str, text: str) -> None:
    """Raise ConfigError if a dotted key begins with `_` at any step, or reaches into Hydra itself."""
    steps = re.split(r"[./@]", key)
    if steps[0] == "hydra" or any(step.startswith("_") for step in steps):
        raise ConfigError(where, key, DATA_ONLY, given=text)


def refuse_code_in_text(text: str, where: str, key: str) -> None:
    """Raise ConfigError for any `${...}` that is not a plain reference to another key."""
    for start in (match.start() for match in re.finditer(r"\$\{", text)):
        found = PLAIN_INTERPOLATION.match(text, start)
        if found is None or found.group().startswith("${hydra") or text[start - 1 : start] == "\\":
            raise ConfigError(where, key, DATA_ONLY, given=shown(text), allowed="${other.key} alone")


def refuse_code(value: Any, where: str, path: tuple[object, ...]) -> None:
    """Raise ConfigError for keys and texts in `value`, at any depth, that could name code."""
    if isinstance(value, dict):
        for key, inner in value.items():
            at = (*path, key)
            if str(key).startswith("_") or str(key) == "hydra" or str(key).startswith("hydra."):
                raise ConfigError(where, ".".join(map(str, at)), DATA_ONLY, given=shown(inner))
            refuse_code(inner, where, at)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            refuse_code(inner, where, (*path, index))
    elif isinstance(value, str):
        refuse_code_in_text(value, where, ".".join(map(str, path)))
