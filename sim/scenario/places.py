"""Check that each override names a place that exists; a wrong name gets the nearest right one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sim.scenario.asking import Question
from sim.scenario.design import Design
from sim.scenario.errors import ConfigError, dotted, shown
from sim.scenario.experiment import Experiment
from sim.scenario.layers import ABSENT, look_up
from sim.scenario.overrides import Override, Path
from sim.scenario.questions import QUESTIONS
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Spec, inside, is_list, is_table, names, records, spec_of, tables_from_files
from sim.scenario.standards import Standard

FILE = "_file"
ROOTS = {
    **{name: spec_of(info.annotation) for name, info in Scenario.model_fields.items()},
    "experiment": spec_of(Experiment),
    "design": spec_of(Design),
    "standard": spec_of(Standard),
    "capacity": spec_of(Question),
}
FROM_FILES = {
    group: tables_from_files(record) for group in ("estate", "demand") for record in records(ROOTS[group])
}


def check_place(override: Override, data: dict[str, Any], groups: Iterable[str]) -> None:
    """Raise ConfigError unless the override's key is in the schema and, for a name in a table, in the data.

    `+key` may add a new name to a table; `~key` needs something to take out.
    """
    path, where, key = override.path, override.where, dotted(override.path)
    if path[0] not in ROOTS:
        raise ConfigError(where, key, "no such group", wrong=path[0], names=QUESTIONS)
    spec = ROOTS[path[0]]
    for depth in range(1, len(path)):
        _check_step(override, depth, spec, data)
        spec = _inside(spec, path[: depth + 1])
    if override.does == "remove":
        _check_removal(override, data)
    elif isinstance(override.value, str) and records(spec) and "/".join(path) in groups:
        hint = f"{'/'.join(path)}={override.value}"
        raise ConfigError(where, key, "a file is chosen with /", given=override.text, allowed=hint)


def known_keys(spec: Spec, path: Path) -> list[str] | None:
    """The keys allowed at `path`, those that read a CSV file included; None when any key is."""
    keys = names(spec)
    files = [key + FILE for key in FROM_FILES.get(path[0], ())] if len(path) == 1 else []
    return None if keys is None else keys + files


def _inside(spec: Spec, path: Path) -> Spec:
    found = inside(spec, path[-1])
    return spec_of(str) if found is None else found  # a key that names a file


def _check_step(override: Override, depth: int, spec: Spec, data: dict[str, Any]) -> None:
    """Whether what stands at path[:depth] may hold the next step."""
    above, step = override.path[:depth], override.path[depth]
    present, here = look_up(data, above), dotted(override.path[: depth + 1])
    if not (records(spec) or is_table(spec) or is_list(spec)):
        problem = f"{dotted(above)} holds one value, so nothing stands under it"
        raise _refused(override, problem, given=override.text, allowed=f"{dotted(above)}=VALUE")
    if is_list(spec):
        return _check_index(override, above, present, data)
    known = known_keys(spec, above)
    if known is not None and step not in known:
        given = "" if override.does == "remove" else shown(override.value)
        raise ConfigError(override.where, here, "no such key", given=given, wrong=step, names=known)
    if present not in (None, ABSENT) and not isinstance(present, dict):
        raise _refused(override, f"{dotted(above)} is {shown(present)}, so nothing stands under it")
    there = present if isinstance(present, dict) else {}
    if known is None and override.does != "add" and step not in there:
        problem = f"no such name (to add one: +{override.text})"
        raise ConfigError(override.where, here, problem, wrong=step, names=there)
    return None


def _check_index(override: Override, above: Path, present: Any, data: dict[str, Any]) -> None:
    step = override.path[len(above)]
    file = look_up(data, (*above[:-1], above[-1] + FILE))
    if not isinstance(present, list) and isinstance(file, str):
        hint = f"{dotted(above)}{FILE}=YOURS.csv, a changed copy in your own --config-dir"
        raise _refused(override, f"these rows come from {file}", allowed=hint)
    length = len(present) if isinstance(present, list) else 0
    if not step.isdigit() or int(step) >= length:
        span = f"a number from 0 to {length - 1}" if length else f"{dotted(above)}=[...]: it is empty so far"
        raise _refused(override, "no such place in the list", given=step, allowed=span)


def _check_removal(override: Override, data: dict[str, Any]) -> None:
    if isinstance(look_up(data, override.path[:-1]), list):
        whole = f"the whole list, {dotted(override.path[:-1])}=[...]"
        raise _refused(override, "one entry of a list cannot be taken out", allowed=whole)
    if look_up(data, override.path) is ABSENT:
        raise _refused(override, "nothing there to take out")


def _refused(override: Override, problem: str, given: str = "", allowed: str = "") -> ConfigError:
    return ConfigError(override.where, dotted(override.path), problem, given=given, allowed=allowed)
