"""Every parameter of the staff moves at least one output."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest
import yaml
from pydantic import BaseModel

from sim.outcomes.measures import measure_rows
from sim.scenario import Scenario
from sim.scenario.posts import Posts
from sim.study.replicate import simulate
from tests.workforce.staff import Record, national, with_staff

# where the default is nothing, something to start from, so that what depends on it can be seen
LEVERS = ("pooled_bank", "common_pay", "academy", "collaboration", "best_practice")
LIVELY: Record = {
    "levers": {name: {"strength": 0.3, "opt_in": 1.0, "starts": "2022-05-01", "ramp_days": 60.0} for name in LEVERS}
    | {"common_pay_gap": 0.0, "best": 1.28},
    "maturity": {"effect": 0.5, "scores": {"Kyloe House": 0.2}},
    "shocks": [{"start": "2022-07-01", "days": 60.0, "homes": ["Kyloe House", "Clare Lodge"], "sickness": 2.0,
                "away": 0.1, "recruitment": 0.5, "leaving": 2.0}],
}  # fmt: skip
# closures and long absences are rare, and the cap on agency seldom binds: often enough here to be seen in a year
OFTEN: Record = {
    "cover": {"agency_cap": 0.05, "stretch": 0.02},
    "inspection": {"falls_per_year": 1.5, "falls_further_per_year": 1.0, "closes": 0.5, "straight_down": 0.5,
                   "excels": 0.3},
    "manager": {"leaving_per_year": 1.5, "stops": 0.4, "restricts": 0.4},
    "closure": {"below": 0.85, "reopens_from": 0.85, "mean_days": 60.0, "for_good": 0.3, "for_good_per_year": 0.2,
                "off_register_days": 60.0},
    "pay": {"awards": [{"start": "2022-06-01", "rise": 0.05}]},
}  # fmt: skip


@cache
def lively() -> Record:
    record: Record = national().workforce.model_dump(mode="json") | LIVELY
    for part, values in OFTEN.items():
        record[part] = record[part] | values
    return record


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in items:
            yield from leaves(part, (*path, key))
    elif value is not None and path[-1] not in ("kind", "name") and path[-2:-1] != ("homes",):
        yield path, value


def other(path: tuple[Any, ...], value: Any) -> Any:
    """Another value that is allowed."""
    special = {"shift": "day" if value == "night" else "night", "mode": "hard", "opt_in": 0.3, "start": "2022-09-01",
               "starts": "2022-09-01", "memory_days": 20.0, "step_days": 5.0, "best": 2.0, "common_pay_gap": -0.2,
               "strength": 0.8, "correlation": 0.2, "off_site_days": 200.0, "usual_children": 0.5,
               "absence_days": 90.0, "notice_days": 70.0, "least_day": 14.0, "least_night": 9.0,
               "early_days": 100.0, "rise": 0.2, "ramp_days": 200.0}  # fmt: skip
    if isinstance(value, bool):
        return not value
    if path[0] == "inspection" and path[1] == "start":
        return value
    if path[-1] in special:
        return special[path[-1]]
    if path[-1] in ("open_share", "reopens_from", "below", "stops", "restricts", "closes", "suspends_contract",
                    "rises", "rises_to_good", "improves", "straight_down", "excels", "for_good"):  # fmt: skip
        return 0.05
    return value * 1.6 if value else 0.05


def changed(record: Record, path: tuple[Any, ...], value: Any) -> Record:
    """The record with one value changed; nothing else is copied deeper than it needs."""
    head, *rest = path
    copied = list(record) if isinstance(record, list) else dict(record)
    copied[head] = changed(record[head], tuple(rest), value) if rest else value
    return copied  # type: ignore[return-value]


@cache
def measured(replication: int) -> tuple[Any, ...]:
    return rows(with_staff(national(), lively()), replication)


def rows(made: Scenario, replication: int) -> tuple[Any, ...]:
    result = simulate(made, replication)
    return tuple(measure_rows(made, result.world, result.log))


PATHS = [path for path, _ in leaves(lively()) if path[:2] != ("inspection", "start")]


@pytest.mark.behaviour
@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_a_parameter_moves_an_output(path: tuple[Any, ...]) -> None:
    value = lively()
    for key in path:
        value = value[key]
    made = with_staff(national(), changed(lively(), path, other(path, value)))
    for replication in range(4):
        if rows(made, replication) != measured(replication):
            return
    raise AssertionError(f"{path}: {value} -> {other(path, value)} moves nothing")


@pytest.mark.behaviour
def test_grades_at_the_start_move_an_output() -> None:
    bad = changed(lively(), ("inspection", "start"), {"inadequate": 1.0})
    assert rows(with_staff(national(), bad), 0) != measured(0)


def fields(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every leaf of a schema: names of fields, and * for a key or a place in a list."""
    for name, field in model.model_fields.items():
        yield from _leaves_of(field.annotation, (*path, name))


def _leaves_of(kind: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    inner = [one for one in get_args(kind) if one is not type(None) and one is not Ellipsis]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from fields(kind, path)
    elif get_origin(kind) is dict:
        yield from _leaves_of(inner[1], (*path, "*"))
    elif get_origin(kind) in (tuple, list):
        yield from _leaves_of(inner[0], (*path, "*"))
    elif get_origin(kind) in (Union, UnionType):
        for one in inner:
            yield from _leaves_of(one, path)
    else:
        yield path


def matches(pattern: tuple[str, ...], path: tuple[Any, ...]) -> bool:
    return len(pattern) == len(path) and all(
        want in ("*", str(have)) for want, have in zip(pattern, path, strict=True)
    )


# names, and what is tested by itself: grades at the start below, homes that a shock names in test_levers
BY_THEMSELVES = {("kind",), ("name",), ("inspection", "start", "*"), ("shocks", "*", "homes", "*"),
                 ("shocks", "*", "name")}  # fmt: skip


@pytest.mark.unit
def test_every_parameter_is_tried() -> None:
    """From the schema, so that a new key cannot be forgotten: each leaf is moved by one of the tests above."""
    wanted = set(fields(Posts)) - BY_THEMSELVES
    assert len(wanted) > 100
    forgotten = [pattern for pattern in wanted if not any(matches(pattern, path) for path in PATHS)]
    assert forgotten == []


@pytest.mark.unit
def test_a_new_key_would_be_noticed() -> None:
    """A schema with one more number, which has no default in any settings file."""

    class WithMore(Posts):
        luck: float | None = None

    wanted = set(fields(WithMore)) - BY_THEMSELVES
    forgotten = [one for one in wanted if not any(matches(one, path) for path in PATHS)]
    assert ("luck",) in forgotten


@pytest.mark.unit
def test_every_number_of_the_settings_file_is_tried() -> None:
    """Each number of configs/workforce/posts.yaml is one of the paths that are moved."""
    given = yaml.safe_load(
        (Path(__file__).parents[2] / "configs/workforce/posts.yaml").read_text(encoding="utf-8")
    )
    for path, value in leaves(given):
        if isinstance(value, int | float) and path[:2] != ("inspection", "start"):
            assert path in PATHS, path
