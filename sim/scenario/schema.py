"""Read the typed schema: what may stand at a place of a scenario, in words that a planner would use."""

from __future__ import annotations

import types
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.errors import listed

UNITS = {"days": "days", "hours": "hours", "m": "metres", "year": "a year", "week": "a week"}
NAMED = {str: "text", bool: "true or false", date: "a date such as 2023-03-31", float: "a number"}


@dataclass(frozen=True)
class Spec:
    """The type at one place, its limits, whether it may be left empty or out."""

    type: Any
    limits: tuple[Any, ...] = ()
    empty: bool = False
    required: bool = True


def spec_of(annotation: Any, metadata: Sequence[Any] = (), required: bool = True) -> Spec:
    """Strip Annotated and Optional off a type."""
    found, empty = list(metadata), False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *extra = get_args(annotation)
            for item in extra:
                found += item.metadata if isinstance(item, FieldInfo) else [item]
        elif origin in (Union, types.UnionType) and type(None) in get_args(annotation):
            rest = [kind for kind in get_args(annotation) if kind is not type(None)]
            annotation, empty = Union[tuple(rest)], True  # noqa: UP007 - built from a list
        else:
            return Spec(annotation, tuple(found), empty, required)


def records(spec: Spec) -> list[type[BaseModel]]:
    """The record types that may stand here: one, several that differ by `kind`, or none."""
    kinds = get_args(spec.type) if get_origin(spec.type) in (Union, types.UnionType) else (spec.type,)
    return [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]


@cache
def fields(record: type[BaseModel]) -> dict[str, Spec]:
    """Key -> what may stand there."""
    return {
        info.alias or name: spec_of(info.annotation, info.metadata, info.is_required())
        for name, info in record.model_fields.items()
    }


def tag(record: type[BaseModel]) -> str:
    """The `kind` by which a record is told from its alternatives."""
    info = record.model_fields.get("kind")
    return str(info.default) if info else ""


def of_kind(spec: Spec, kind: object) -> Spec:
    """The one alternative of that kind; the place as it was if there is none."""
    return next((Spec(record) for record in records(spec) if tag(record) == kind), spec)


def is_table(spec: Spec) -> bool:
    return get_origin(spec.type) is dict


def is_list(spec: Spec) -> bool:
    return get_origin(spec.type) is tuple


def names(spec: Spec) -> list[str] | None:
    """The keys that are allowed here; None when any key is."""
    kinds = records(spec)
    if kinds:
        return list(dict.fromkeys(key for kind in kinds for key in fields(kind)))
    if is_table(spec):
        key = spec_of(get_args(spec.type)[0])
        return [str(name) for name in get_args(key.type)] if get_origin(key.type) is Literal else None
    return []


def choices(spec: Spec) -> list[str]:
    """The words that are allowed, where only some are."""
    return [str(word) for word in get_args(spec.type)] if get_origin(spec.type) is Literal else []


def inside(spec: Spec, key: object) -> Spec | None:
    """What may stand under `key`; None when there is no such place."""
    for record in records(spec):
        if str(key) in fields(record):
            return fields(record)[str(key)]
    if is_table(spec):
        allowed = names(spec)
        return spec_of(get_args(spec.type)[1]) if allowed is None or str(key) in allowed else None
    if is_list(spec) and str(key).isdigit():
        kinds = get_args(spec.type)
        index = 0 if kinds[-1] is Ellipsis else int(str(key))
        return spec_of(kinds[index]) if index < len(kinds) else None
    return None


def tables_from_files(group: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """The keys of a group that may be read from a CSV file: those that are lists of flat records."""
    found = {}
    for key, spec in fields(group).items():
        rows = records(spec_of(get_args(spec.type)[0])) if is_list(spec) else []
        if len(rows) == 1 and all(_fits_a_cell(cell) for cell in fields(rows[0]).values()):
            found[key] = rows[0]
    return found


def _fits_a_cell(spec: Spec) -> bool:
    return not (
        records(spec) or is_table(spec) or (is_list(spec) and records(spec_of(get_args(spec.type)[0])))
    )


def allowed(spec: Spec, key: str = "") -> str:
    """What may stand here, in words: type, limits and unit."""
    text = _allowed(spec, key)
    return f"{text}, or nothing" if spec.empty else text


def _allowed(spec: Spec, key: str) -> str:
    kinds = records(spec)
    if len(kinds) > 1:
        return f"kind: {' | '.join(tag(kind) for kind in kinds)}, with its keys"
    if kinds:
        return f"the keys {listed(fields(kinds[0]))}"
    if get_origin(spec.type) is Literal:
        return listed(get_args(spec.type))
    if is_table(spec):
        known = names(spec)
        return f"name: value pairs{f' for {listed(known)}' if known else ''}"
    if is_list(spec):
        return f"a list{_size(spec)} of: {_allowed(spec_of(get_args(spec.type)[0]), key)}"
    word = "a whole number" if spec.type is int else NAMED.get(spec.type, "a value")
    unit = UNITS.get(key.rsplit("_", 1)[-1], "") if spec.type in (int, float) else ""
    return word + (f" ({unit})" if unit else "") + _range(spec)


def _range(spec: Spec) -> str:
    """The limits of a number, as words: ', 0 to 1', ', above 0', ', 1 or more'."""
    low, above, high, below = (_limit(spec, name) for name in ("ge", "gt", "le", "lt"))
    if low is not None and high is not None:
        return f", {low} to {high}"
    words = [
        f"{low} or more" if low is not None else f"above {above}" if above is not None else "",
        f"up to {high}" if high is not None else f"below {below}" if below is not None else "",
    ]
    return "".join(f", {word}" for word in words if word)


def _size(spec: Spec) -> str:
    """The number of entries of a list, as words."""
    kinds = get_args(spec.type)
    if kinds[-1] is not Ellipsis:
        return f" of {len(kinds)}"
    least, most = _limit(spec, "min_length"), _limit(spec, "max_length")
    if least is not None and most is not None:
        return f" of {least} to {most}"
    return "" if least is None else f" of {least} or more"


def _limit(spec: Spec, name: str) -> Any:
    return next((getattr(limit, name) for limit in spec.limits if hasattr(limit, name)), None)
