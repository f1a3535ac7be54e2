"""A map of where placed children come from and go: the share placed in their own region, and the flows."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PatchCollection
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, PathPatch
from matplotlib.path import Path

from sim.report import style, words
from sim.report.figures.picture import Picture, runs, under
from sim.report.findings import Findings
from sim.report.maps import ASPECT, areas, centres
from sim.report.numbers import interval, number
from sim.report.sentences import listed

FLOWS, HOME, AWAY = "placements_by_flow_per_year", "placed_at_home_per_year", "sent_elsewhere_per_year"
SHADES = (
    "#F2F2F2",
    "#ADD1F1",
    "#6BACE6",
    "#2073BC",
    "#12436D",
)  # sequential palette of the Analysis Function
EDGES = (0, 10, 20, 40, 60, 100)  # per cent
MOST_ARROWS = 8
NO_DATA = "#FFFFFF"


def flows(findings: Findings) -> Picture | None:
    """One panel for the baseline and one for the first scenario; None without flows between regions of the map."""
    scenarios = tuple(dict.fromkeys((findings.baseline, findings.first)))
    pairs = _pairs(findings)
    if not pairs:
        return None
    with style.drawing():
        figure = style.new_figure(6.6 if len(scenarios) > 1 else 9.0)
        panels = figure.subplots(1, len(scenarios), squeeze=False)[0]
        most = max(_amount(findings, each, pair) for each in scenarios for pair in pairs) or 1.0
        for axes, scenario in zip(panels, scenarios, strict=True):
            _panel(axes, findings, scenario, pairs, most)
        _key(figure, panels)
    return Picture(
        name="flows",
        title=_title(findings, scenarios),
        alt=f"Map of England by region, with Wales and Scotland as points. {_spoken(findings, scenarios, pairs)}",
        caption=(
            "Shade: of the welfare children of a region who are placed, the share placed in a home of that region, "
            "per cent (Scotland counts as outside). "
            f"Arrows: the {MOST_ARROWS} largest flows between regions, children a year, as wide as they are large. "
            f"Means over {runs(findings)}. Boundaries: Office for National Statistics, Open Government Licence v3.0."
        ),
        figure=figure,
        table=_table(findings, scenarios, pairs),
    )


def _pairs(findings: Findings) -> list[tuple[str, str]]:
    """Flows between two regions that the map knows, the largest under the baseline first."""
    known = centres()
    found = [
        (level.partition(" > ")[0], level.partition(" > ")[2]) for level in findings.groups(FLOWS, "flow")
    ]
    if not found or not {region for pair in found for region in pair} <= set(known):
        return []
    between = [pair for pair in found if pair[0] != pair[1]]
    return sorted(between, key=lambda pair: -_amount(findings, findings.baseline, pair))


def _amount(findings: Findings, scenario: str, pair: tuple[str, str]) -> float:
    found = findings.value(scenario, FLOWS, "flow", f"{pair[0]} > {pair[1]}")
    return found.value if found is not None and math.isfinite(found.value) else 0.0


def _own(findings: Findings, scenario: str, region: str) -> float:
    """Per cent of the placed children of a region who are placed in it; NaN where nobody is placed."""
    home, away = (findings.value(scenario, measure, "region", region) for measure in (HOME, AWAY))
    if (
        home is None
        or away is None
        or not math.isfinite(home.value + away.value)
        or home.value + away.value <= 0
    ):
        return math.nan
    return 100 * home.value / (home.value + away.value)


def _panel(axes: Axes, findings: Findings, scenario: str, pairs: list[tuple[str, str]], most: float) -> None:
    shares = {region: _own(findings, scenario, region) for region in centres()}
    norm, colours = BoundaryNorm(EDGES, len(SHADES)), ListedColormap(SHADES)
    patches, fills = [], []
    for area in areas():
        for polygon in area.polygons:
            patches.append(PathPatch(Path.make_compound_path(*(Path(ring, closed=True) for ring in polygon))))
            share = shares.get(area.region, math.nan)
            fills.append(colours(norm(min(share, 99.9))) if math.isfinite(share) else NO_DATA)
    drawn = PatchCollection(patches, facecolor=fills, edgecolor="#8A8A8A", linewidth=0.25)
    drawn.set_label(scenario)
    axes.add_collection(drawn)
    for name in ("Wales", "Scotland"):
        share = shares.get(name, math.nan)
        fill = colours(norm(min(share, 99.9))) if math.isfinite(share) else NO_DATA
        axes.plot(*centres()[name], marker="o", markersize=17, color=fill, markeredgecolor="#3D3D3D")
        east, north = centres()[name]
        axes.annotate(name, (east, north), (0, 14), textcoords="offset points", ha="center", size=style.SIZE)
    shown = sorted(pairs, key=lambda pair: -_amount(findings, scenario, pair))[:MOST_ARROWS]
    for pair in shown:
        _arrow(axes, pair, _amount(findings, scenario, pair), most)
    axes.set_title(style.wrap(findings.titled(scenario), 34), pad=-12)  # inside: outside it is cut off
    axes.set_xlim(-6.6, 2.0)
    axes.set_ylim(49.8, 56.4)
    axes.set_aspect(ASPECT)
    axes.set_axis_off()


def _arrow(axes: Axes, pair: tuple[str, str], amount: float, most: float) -> None:
    if amount <= 0:
        return
    start, end = (centres()[name] for name in pair)
    width = 0.7 + 4.0 * amount / most
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            connectionstyle="arc3,rad=0.18",
            arrowstyle=f"-|>,head_length={0.16 * width + 0.2:.2f},head_width={0.1 * width + 0.12:.2f}",
            mutation_scale=10,
            linewidth=width,
            color=style.ORANGE,
            alpha=0.75,
            shrinkA=3,
            shrinkB=3,
            zorder=3,
        )
    )


def _key(figure: Figure, panels: Any) -> None:
    """The shades, under the panels."""
    shades = ScalarMappable(BoundaryNorm(EDGES, len(SHADES)), ListedColormap(SHADES))
    bar = figure.colorbar(shades, ax=list(panels), orientation="horizontal", shrink=0.6, aspect=32, pad=0.02)
    bar.set_label("Placed in their own region, per cent of the placed children of the region")
    bar.outline.set_visible(False)


def _away(findings: Findings, scenario: str) -> tuple[float, float]:
    """Children a year placed outside their region, and all who are placed."""
    home, away = (
        sum(
            found.value
            for region in findings.groups(measure, "region")
            if (found := findings.value(scenario, measure, "region", region)) and math.isfinite(found.value)
        )
        for measure in (HOME, AWAY)
    )
    return away, home + away


def _title(findings: Findings, scenarios: tuple[str, ...]) -> str:
    said = []
    for scenario in scenarios:
        away, placed = _away(findings, scenario)
        share = f"{100 * away / placed:.0f}%" if placed else "none"
        said.append(f"{share} {under(findings, scenario)}")
    return f"Children placed outside their region: {listed(said)}"


def _spoken(findings: Findings, scenarios: tuple[str, ...], pairs: list[tuple[str, str]]) -> str:
    said = []
    for scenario in scenarios:
        away, placed = _away(findings, scenario)
        largest = sorted(pairs, key=lambda pair: -_amount(findings, scenario, pair))[:3]
        named = listed(
            [f"{a} to {b} {number(_amount(findings, scenario, (a, b)), 'children')}" for a, b in largest]
        )
        shown = words.first_upper(under(findings, scenario))
        said.append(
            f"{shown}: {number(away, 'children')} of {number(placed, 'children')} placed children a year go outside "
            f"their region; the largest flows are {named} children a year."
        )
    return " ".join(said)


def _table(findings: Findings, scenarios: tuple[str, ...], pairs: list[tuple[str, str]]) -> pd.DataFrame:
    rows = []
    for pair in pairs:
        cells = [findings.value(each, FLOWS, "flow", f"{pair[0]} > {pair[1]}") for each in scenarios]
        if any(cell is not None and cell.value >= 0.05 for cell in cells):
            told = [interval(c.value, c.low, c.high, c.unit) if c else "not applicable" for c in cells]
            rows.append((f"{pair[0]} to {pair[1]}", *told))
    heads = [f"{findings.titled(each)}, children a year (95% interval)" for each in scenarios]
    return pd.DataFrame(rows, columns=["From and to", *heads])
