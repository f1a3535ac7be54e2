"""Boundaries of the 153 authorities of England, simplified, and points for Wales and Scotland.

Source: Office for National Statistics, Open Government Licence v3.0. Degrees of longitude and latitude, to 0.001.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

Ring = npt.NDArray[np.float64]
POINTS = {"Wales": (-3.75, 52.35), "Scotland": (-3.4, 55.85)}
ASPECT = 1 / 0.6018  # of a degree of latitude to one of longitude at 53 degrees north


@dataclass(frozen=True, eq=False)
class Area:
    """An authority: code, name, region, and its polygons, each an outline and perhaps holes."""

    code: str
    name: str
    region: str
    polygons: tuple[tuple[Ring, ...], ...]


@cache
def areas() -> tuple[Area, ...]:
    """Every authority, in the order of the file."""
    text = (files("sim.report.maps") / "authorities.geojson").read_text(encoding="utf-8")
    return tuple(_area(feature) for feature in json.loads(text)["features"])


def _area(feature: dict[str, Any]) -> Area:
    named = feature["properties"]
    rings = [
        tuple(np.array(ring, dtype=float) for ring in polygon)
        for polygon in feature["geometry"]["coordinates"]
    ]
    return Area(named["code"], named["name"], named["region"], tuple(rings))


@cache
def centres() -> dict[str, tuple[float, float]]:
    """A point within each region (the centroid of its outlines, by area), for Wales and for Scotland."""
    sums: dict[str, list[float]] = {}
    for area in areas():
        for outline, *_ in area.polygons:
            x, y = outline[:, 0], outline[:, 1]
            cross = x[:-1] * y[1:] - x[1:] * y[:-1]
            size = cross.sum() / 2
            if not size:
                continue
            east = ((x[:-1] + x[1:]) * cross).sum() / (6 * size)
            north = ((y[:-1] + y[1:]) * cross).sum() / (6 * size)
            total = sums.setdefault(area.region, [0.0, 0.0, 0.0])
            for at, part in enumerate((east * abs(size), north * abs(size), abs(size))):
                total[at] += part
    found = {region: (east / size, north / size) for region, (east, north, size) in sums.items()}
    return found | POINTS
