"""The regions and authorities that returns may name, from the built-in configs."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sim.scenario.sources import config_folders, find


@dataclass(frozen=True)
class Place:
    """An authority: its code, name, region, and position in grid metres."""

    code: str
    name: str
    region: str
    easting_m: float
    northing_m: float


@cache
def authorities() -> Mapping[str, Place]:
    """Authorities by their names and codes, written small."""
    found: dict[str, Place] = {}
    for row in _rows("demand/authorities.csv"):
        east, north = float(row["easting_m"]), float(row["northing_m"])
        place = Place(row["code"], row["name"], row["region"], east, north)
        found[_plain(place.code)] = found[_plain(place.name)] = place
    return found


@cache
def regions() -> Mapping[str, str]:
    """Regions as they are written, by their names written small."""
    return {_plain(row["name"]): row["name"] for row in _rows("estate/regions.csv")}


def authority(text: str) -> Place | None:
    """The authority that is named, by name or code; None if there is none of that name."""
    return authorities().get(_plain(text))


def region(text: str) -> str | None:
    """The region as the model writes it; None if there is none of that name."""
    return regions().get(_plain(text))


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("&", "and").replace(",", " ").split())


def _rows(relative: str) -> list[dict[str, str]]:
    path = find(config_folders(None), relative)
    if path is None:
        return []
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
