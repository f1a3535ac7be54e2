"""Expand overrides in Hydra's sweep grammar: one text with many values into many texts with one each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import ceil

from sim.scenario.errors import ConfigError
from sim.scenario.overrides import parse, refuse_code_in_key
from sim.scenario.sources import Folder, options

Texts = tuple[str, ...]

MOST_VALUES = 1_000_000  # of one range, as of one design


def is_swept(text: str, where: str) -> bool:
    """Whether an override asks for several values. Raises ConfigError if it cannot be read."""
    return bool(parse(text, where, _key(text)).is_sweep_override())


def values(text: str, where: str, folders: tuple[Folder, ...]) -> Texts:
    """`key=a,b` as (`key=a`, `key=b`), in the order given; an override with one value as itself.

    Raises ConfigError for grammar that cannot be read, for a value that never ends (interval) or is not the
    same each time (shuffle), for a glob or a range that finds nothing, and for a range of too many values.
    """
    key = _key(text)
    refuse_code_in_key(key, where, text)
    found = parse(text, where, key)
    if not found.is_sweep_override():
        return (text,)
    if found.is_interval_sweep():
        hint = f"{key}=range(LOW,HIGH,STEP), or a design with ranges"
        raise ConfigError(where, key, "an interval has no end of values", given=text, allowed=hint)
    if "shuffle" in text.partition("=")[2]:
        raise ConfigError(where, key, "a sweep is the same each time", given=text, allowed="no shuffle")
    head = text.partition("=")[0]
    return tuple(f"{head}={value}" for value in _strings(found, where, key, text, folders))


def grid(texts: Sequence[str], where: str, folders: tuple[Folder, ...]) -> list[Texts]:
    """Every combination of the values of the texts; the last one varies fastest."""
    return list(product(*(values(text, where, folders) for text in texts)))


def coupled(texts: Sequence[str], where: str, folders: tuple[Folder, ...]) -> list[Texts]:
    """The first value of each text, then the second of each, and so on.

    Raises ConfigError unless all texts have as many values.
    """
    columns = [values(text, where, folders) for text in texts]
    for text, column in zip(texts, columns, strict=True):
        if len(column) != len(columns[0]):
            problem = f"{len(column)} values beside {len(columns[0])} of {_key(texts[0])}"
            raise ConfigError(where, _key(text), problem, given=text, allowed="as many values in each line")
    return list(zip(*columns, strict=True))


def _key(text: str) -> str:
    return text.split("=", 1)[0].lstrip("+~")


def _strings(found, where: str, key: str, text: str, folders: tuple[Folder, ...]) -> list[str]:  # type: ignore[no-untyped-def]
    from hydra.core.override_parser.types import ValueType

    if found.value_type is ValueType.GLOB_CHOICE_SWEEP:
        known = list(options(folders, key))
        chosen: list[str] = found.value().filter(known)
        if not chosen:
            raise ConfigError(where, key, "finds no option", given=text, names=known)
        return chosen
    if found.value_type is ValueType.RANGE_SWEEP:  # 0.05 + 0.1 is written 0.15, not 0.15000000000000002
        _refuse_endless(found.value(), where, key, text)
        return [
            f"{number:.12g}" if isinstance(number, float) else str(number)
            for number in found.sweep_iterator()
        ]
    return list(found.sweep_string_iterator())


def _refuse_endless(asked, where: str, key: str, text: str) -> None:  # type: ignore[no-untyped-def]
    """Raise ConfigError for a range with no value in it, or with more than can be listed."""
    count = ceil((asked.stop - asked.start) / asked.step) if asked.step else 0
    if count <= 0:
        hint = f"{key}=range(LOW,HIGH,STEP), with a STEP that leads from LOW to HIGH"
        raise ConfigError(where, key, "the range has no value in it", given=text, allowed=hint)
    if count > MOST_VALUES:
        problem = f"a range of {count:,} values"
        raise ConfigError(where, key, problem, given=text, allowed=f"{MOST_VALUES:,} at most")
