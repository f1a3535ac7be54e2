"""Check that each override names a place that exists; a wrong name gets the nearest right one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sim.scenario.errors import ConfigError, dotted, shown
from sim.scenario.experiment import Experiment
from sim.scenario.layers import ABSENT, look_up
from sim.scenario.overrides import Override
from sim.scenario.questions import QUESTIONS
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Spec, inside, is_list, is_table, names, records, spec_of, tables_from_files

FILE = "_file"
ROOTS = {
    **{name: spec_of(info.annotation) for name, info in Scenario.model_fields.items()},
    "experiment": spec_of(Experiment),
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
        spec = _step(override, depth, spec, data)
    if override.does == "remove":
        if look_up(data, path) is ABSENT:
            raise ConfigError(where, key, "nothing there to take out")
    elif isinstance(override.value, str) and records(spec) and "/".join(path) in groups:
        hint = f"{'/'.join(path)}={override.value}"
        raise ConfigError(where, key, "a file is chosen with /", given=override.text, allowed=hint)


def known_keys(spec: Spec, path: tuple[str, ...]) -> list[str] | None:
    """The keys allowed at `path`, those that read a CSV file included; None when any key is."""
    keys = names(spec)
    return (
        keys
        if keys is None or len(path) != 1
        else [*keys, *(key + FILE for key in FROM_FILES.get(path[0], ()))]
    )


def _step(override: Override, depth: int, spec: Spec, data: dict[str, Any]) -> Spec:
    """From what stands at path[:depth] to what stands one step further in."""
    path, step, where = override.path, override.path[depth], override.where
    above, here = path[:depth], dotted(path[: depth + 1])
    present = look_up(data, above)
    if is_list(spec):
        _check_index(override, above, present, data)
    elif records(spec) or (is_table(spec) and names(spec) is not None):
        known = known_keys(spec, above) or []
        if step not in known:
            raise ConfigError(
                where, here, "no such key", given=shown(override.value), wrong=step, names=known
            )
        if depth == 1 and step.endswith(FILE) and step.removesuffix(FILE) in FROM_FILES.get(path[0], ()):
            return spec_of(str)
    elif is_table(spec):
        if override.does != "add" and (not isinstance(present, dict) or step not in present):
            known = list(present) if isinstance(present, dict) else []
            hint = f"to add one: +{override.text}"
            raise ConfigError(where, here, f"no such name ({hint})", wrong=step, names=known)
    else:
        raise ConfigError(
            where,
            dotted(path),
            f"{dotted(above)} holds one value, so nothing stands under it",
            given=override.text,
            allowed=f"{dotted(above)}=VALUE",
        )
    found = inside(spec, step)
    assert found is not None
    return found


def _check_index(override: Override, above: tuple[str, ...], present: Any, data: dict[str, Any]) -> None:
    step = override.path[len(above)]
    table = dotted(above) + FILE
    file = look_up(data, (*above[:-1], above[-1] + FILE))
    if not isinstance(present, list) and isinstance(file, str):
        hint = f"{table}=YOURS.csv, a changed copy in your own --config-dir"
        raise ConfigError(override.where, dotted(override.path), f"these rows come from {file}", allowed=hint)
    length = len(present) if isinstance(present, list) else 0
    if not step.isdigit() or int(step) >= length:
        span = f"a number from 0 to {length - 1}" if length else f"{dotted(above)}=[...]: it is empty so far"
        raise ConfigError(
            override.where, dotted(override.path), "no such place in the list", given=step, allowed=span
        )
