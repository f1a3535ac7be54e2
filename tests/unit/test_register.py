"""The register of assumptions and the configs agree: no value without a row, no row without a value."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from sim.scenario import Scenario

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
# the default, and the options that describe the real system too
NATIONAL = (
    "",
    "estate=planned",
    "workforce=short",
    "workforce=full",
    "estate=england_wales_2014",
    "demand=backcast_2014",
    "workforce=backcast_2014",
    "behaviour=backcast_2014",
    "+commissioning.welfare.declining={beyond_miles: 200, within_days: 14, place: keep}",
    "workforce=posts",
    *(f"commissioning={path.stem}" for path in sorted((CONFIGS / "commissioning").glob("*.yaml"))
      if path.stem not in ("first_come", "own_region_first_come")),  # of textbook estates
)  # fmt: skip
BY_DEPARTMENT = ("distribution", "owner", "assurer", "signed_off", "peer_review", "expert_review")
FREE_TEXT = {"name", "title", "model", "operator", "code", "source", "settled"}
Value = bool | int | float | str | date


class Row(NamedTuple):
    key: str
    title: str
    unit: str
    low: str
    high: str
    source: str
    date: str
    quality: str
    note: str

    def matches(self, path: tuple[str, ...]) -> bool:
        parts = self.key.split(".")
        return len(parts) == len(path) and all(map(fnmatchcase, path, parts))


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [{key: cell for key, cell in row.items() if cell} for row in csv.DictReader(lines)]


@cache
def register() -> tuple[Row, ...]:
    with (CONFIGS / "register.csv").open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    assert tuple(header) == (*Row._fields, *BY_DEPARTMENT)
    return tuple(Row(*row[: len(Row._fields)]) for row in rows)  # a row may leave the department's cells out


@cache
def composed(override: str) -> dict[str, Any]:
    with initialize_config_dir(version_base="1.3", config_dir=str(CONFIGS)):
        config = compose("config", overrides=[override] if override else [])
    whole: dict[str, Any] = OmegaConf.to_container(config, resolve=True)  # type: ignore[assignment]
    for group, section in whole.items():
        for key in [key for key in section if key.endswith("_file")]:
            section[key.removesuffix("_file")] = rows_of(CONFIGS / group / section.pop(key))
    return whole


@cache
def leaves(override: str) -> dict[tuple[str, ...], Value]:
    """Every number, date and choice of a scenario, those that the schema fills in included."""
    parts = {key: part for key, part in composed(override).items() if key != "experiment"}
    found = walk(Scenario.model_validate(parts).model_dump())
    return {path: value for path, value in found if path[-1] not in FREE_TEXT}


def walk(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Value]]:
    if isinstance(value, dict | list | tuple):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in items:
            yield from walk(part, (*path, str(key)))
    elif value is not None:
        yield path, value


@cache
def row_of(path: tuple[str, ...]) -> Row | None:
    """The row that says most exactly what is meant: the one with the most letters beside its stars."""
    found = [row for row in register() if row.matches(path)]
    return max(found, key=lambda row: len(row.key.replace("*", "")), default=None)


def outside(row: Row, value: Value) -> bool:
    """Whether a value is none of the row's: beyond its range, or no choice that it names."""
    if not (row.low or row.high):
        return False
    if isinstance(value, bool):
        return str(value).lower() not in (row.low, row.high)
    if isinstance(value, str):
        return value not in f"{row.low};{row.high}".split(";")
    if isinstance(value, date):
        return not row.low <= value.isoformat() <= row.high
    return not float(row.low) <= value <= float(row.high)


def is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


@pytest.mark.unit
@pytest.mark.parametrize("override", NATIONAL)
def test_every_value_has_a_row_and_lies_in_its_range(override: str) -> None:
    rows = {path: row_of(path) for path in leaves(override)}
    assert not [".".join(path) for path, row in rows.items() if row is None]
    wrong = {
        ".".join(path): (value, row.key, row.low, row.high)
        for path, value in leaves(override).items()
        if (row := rows[path]) and outside(row, value)
    }
    assert not wrong


@pytest.mark.unit
def test_every_row_is_about_some_value() -> None:
    used = {row_of(path) for override in NATIONAL for path in leaves(override)}
    assert not [row.key for row in register() if row not in used]


@pytest.mark.unit
def test_keys_are_different() -> None:
    keys = [row.key for row in register()]
    assert len(set(keys)) == len(keys)


@pytest.mark.unit
@pytest.mark.parametrize("row", register(), ids=lambda row: row.key)
def test_row_is_whole(row: Row) -> None:
    assert row.title and row.unit and row.source
    assert row.quality in ("red", "amber", "green")
    if row.quality == "red":
        assert row.low and row.high
    else:
        assert row.source != "no published figure"
        assert row.date or row.source == "a choice of the study"
    if is_number(row.low) and is_number(row.high):
        assert float(row.low) <= float(row.high)
    elif row.unit == "date":
        assert row.low <= row.high


@pytest.mark.unit
def test_stress_goes_to_the_ends_of_red_ranges() -> None:
    stress = composed("experiment=central_vs_local")["experiment"]["stress"]
    for override in [override for case in stress.values() for override in case["overrides"]]:
        key, value = override.split("=")
        row = row_of(tuple(key.split(".")))
        assert row is not None and row.quality == "red", key
        ends = [float(end) if is_number(value) else end for end in (row.low, row.high)]
        assert (float(value) if is_number(value) else value) in ends, override


@pytest.mark.unit
def test_nobody_has_signed_for_the_department() -> None:
    with (CONFIGS / "register.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            assert not [column for column in BY_DEPARTMENT[1:] if row.get(column)], row["key"]


@pytest.mark.unit
def test_places_of_2023_are_the_published_ones() -> None:
    homes = composed("")["estate"]["homes"]
    assert len(homes) == 14
    assert sum(int(home["justice_places"]) for home in homes) == 105
    assert sum(int(home["welfare_places"]) for home in homes) == 230 - 105
    assert sum(home["justice_places"] != "0" for home in homes) == 7


@pytest.mark.unit
def test_planned_estate_repeats_the_homes_of_2023() -> None:
    planned = {home["name"]: home for home in composed("estate=planned")["estate"]["homes"]}
    for home in composed("")["estate"]["homes"]:
        again = planned.pop(home["name"])
        again = {key: value for key, value in again.items() if key != "closes"}
        assert again == home
    assert planned and all("opens" in home for home in planned.values())
