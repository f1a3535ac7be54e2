"""Lines and dots with intervals, panel by panel: frontiers, ladders, isoquants, projections, values of a place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report import style

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Line:
    """One series of a panel; `low` and `high` are the ends of its intervals (NaN: none)."""

    title: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()


@dataclass(frozen=True, eq=False)
class Panel:
    """One pair of axes. `limit` is a line across it (a standard), `mark` an upright one (the answer)."""

    title: str
    x_label: str
    y_label: str
    lines: Sequence[Line]
    limit: float | None = None
    mark: float | None = None
    bands: bool = False
    years: bool = False


@dataclass(frozen=True, eq=False)
class Dots:
    """Rows of dots with intervals, one or more series a row: a forest."""

    title: str
    x_label: str
    rows: Sequence[str]
    series: Mapping[str, tuple[Sequence[float], Sequence[float], Sequence[float]]] = field(
        default_factory=dict
    )
    zero: bool = True


def lines_figure(panels: Sequence[Panel], across: int = 1, each: float = 3.0) -> Figure:
    """Panels side by side, with one key above them when they have several series."""
    down = -(-len(panels) // across)
    with style.drawing():
        figure = style.new_figure(each * down)
        grid = figure.subplots(down, across, squeeze=False)
        for axes, panel in zip(grid.flat, panels, strict=False):
            _lines(axes, panel)
        for axes in list(grid.flat)[len(panels) :]:
            axes.set_visible(False)
        titles = [line.title for line in panels[0].lines]
        if len(titles) > 1:
            style.key(figure, grid[0, 0], titles)
    return figure


def dots_figure(panels: Sequence[Dots]) -> Figure:
    """Rows of dots, one panel under another."""
    with style.drawing():
        rows = max(len(panel.rows) for panel in panels)
        figure = style.new_figure(sum(1.1 + 0.3 * rows for _ in panels))
        grid = figure.subplots(len(panels), 1, squeeze=False)
        for axes, panel in zip(grid[:, 0], panels, strict=True):
            _dots(axes, panel)
        if len(panels[0].series) > 1:
            style.key(figure, grid[0, 0], list(panels[0].series))
    return figure


def _lines(axes: Axes, panel: Panel) -> None:
    if panel.limit is not None and np.isfinite(panel.limit):
        axes.axhline(panel.limit, color=style.DARK_GREY, linewidth=1.2, linestyle="--", zorder=1)
    if panel.mark is not None:
        axes.axvline(panel.mark, color=style.DARK_GREY, linewidth=1.2, linestyle=":", zorder=1)
    whole = [x for line in panel.lines for x in line.x]
    width = (max(whole) - min(whole)) if whole else 1.0
    for place, line in enumerate(panel.lines):
        shift = 0.006 * width * (place - (len(panel.lines) - 1) / 2)
        x, y = (
            np.asarray(line.x, dtype=float) + (0 if panel.bands else shift),
            np.asarray(line.y, dtype=float),
        )
        low, high = (
            np.asarray(ends, dtype=float) if len(ends) else np.full(len(y), np.nan)
            for ends in (line.low, line.high)
        )
        ink = style.colour(place)
        if panel.bands:
            axes.fill_between(x, low, high, color=ink, alpha=0.2, linewidth=0)
            axes.plot(x, y, color=ink, linewidth=1.6, label=line.title)
            continue
        reach = np.nan_to_num(np.clip([y - low, high - y], 0, None))
        axes.errorbar(
            x,
            y,
            yerr=reach,
            fmt=style.marker(place),
            linestyle="-",
            color=ink,
            markersize=6,
            linewidth=1.4,
            capsize=3,
            label=line.title,
        )
    axes.set_title(style.wrap(panel.title, 44), pad=8)
    axes.set_xlabel(panel.x_label)
    axes.set_ylabel(style.wrap(panel.y_label, 30))
    axes.grid(True, axis="y")
    if panel.years:
        axes.set_xticks(sorted({round(x) for line in panel.lines for x in line.x}))
        axes.xaxis.set_major_formatter("{x:.0f}")
    else:
        style.round_ticks(axes)


def _dots(axes: Axes, panel: Dots) -> None:
    if panel.zero:
        style.zero_line(axes)
    count = len(panel.series)
    for place, (title, (value, low, high)) in enumerate(panel.series.items()):
        y = np.arange(len(panel.rows)) + 0.22 * (place - (count - 1) / 2)
        value_, low_, high_ = (np.asarray(one, dtype=float) for one in (value, low, high))
        reach = np.nan_to_num(np.clip([value_ - low_, high_ - value_], 0, None))
        axes.errorbar(
            value_,
            y,
            xerr=reach,
            fmt=style.marker(place),
            linestyle="none",
            color=style.colour(place),
            markersize=6,
            linewidth=1.6,
            capsize=3,
            label=title,
        )
    axes.set_yticks(range(len(panel.rows)), list(panel.rows))
    axes.set_ylim(len(panel.rows) - 0.4, -0.6)
    style.tidy(axes, panel.title, panel.x_label)
