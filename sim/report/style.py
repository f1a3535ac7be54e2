"""Colours, type and drawing helpers: the Analysis Function's palette, and no global drawing state."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.report.numbers import MINUS

DARK_BLUE, TURQUOISE, DARK_PINK, ORANGE, DARK_GREY, LIGHT_PURPLE = (
    "#12436D",
    "#28A197",
    "#801650",
    "#F46A25",
    "#3D3D3D",
    "#A285D1",
)
PALETTE = (DARK_BLUE, TURQUOISE, DARK_PINK, ORANGE, DARK_GREY, LIGHT_PURPLE)
FOCUS_GREY = "#BFBFBF"
MID_BLUE, LIGHT_BLUE = "#2073BC", "#6BACE6"
TEXT = "#0B0C0C"
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "*")

WIDTH = 9.0  # inches
SIZE = 11  # points
FONT = "DejaVu Sans"  # comes with matplotlib, so that figures are the same everywhere

_RC: dict[Any, Any] = {
    "font.family": FONT,
    "font.size": SIZE,
    "axes.titlesize": SIZE,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": DARK_GREY,
    "axes.labelcolor": TEXT,
    "axes.unicode_minus": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "x",
    "axes.axisbelow": True,
    "grid.color": "#E5E6E7",
    "text.color": TEXT,
    "xtick.color": TEXT,
    "ytick.color": TEXT,
    "ytick.left": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "svg.fonttype": "path",
    "svg.hashsalt": "placesim",
}


def drawing() -> AbstractContextManager[None]:
    """The house style, for as long as a figure is made or saved."""
    return matplotlib.rc_context(_RC)


def new_figure(height: float) -> Figure:
    """An empty figure of the house width, which belongs to nobody else."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    FigureCanvasAgg(figure)
    _layout(figure, hspace=0.06, h_pad=0.1)
    return figure


def _layout(figure: Figure, **settings: Any) -> None:
    engine: Any = figure.get_layout_engine()
    engine.set(**settings)


def colour(place: int) -> str:
    """The colour of the scenario in this place; the palette repeats, the markers then differ."""
    return PALETTE[place % len(PALETTE)]


def marker(place: int) -> str:
    """The marker of the scenario in this place."""
    return MARKERS[place % len(MARKERS)]


def ink(fill: str) -> str:
    """White or black, whichever reads better on a fill."""
    channels = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(fill)]
    luminance = 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    return "white" if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 else TEXT


def wrap(text: str, width: int = 26) -> str:
    """The text over as many lines as it needs."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=False)) or text


def row_height(labels: Sequence[str], least: float) -> float:
    """Inches that each row needs so that the tallest of its labels fits."""
    return max([least, *(0.14 + 0.19 * (1 + label.count("\n")) for label in labels)])


def key(figure: Figure, axes: Axes, titles: Sequence[str]) -> None:
    """What each colour and marker stands for: above the figure, which grows by as much as that takes."""
    handles, _ = axes.get_legend_handles_labels()
    names = [wrap(title, 40) for title in titles]
    columns = max(1, int((WIDTH - 0.3) // (max(map(text_width, names), default=1.0) + 0.75)))
    rows = -(-len(names) // columns)
    room = 0.2 + 0.22 * rows * max((1 + name.count("\n") for name in names), default=1)
    tall = figure.get_figheight() + room
    figure.set_figheight(tall)
    _layout(figure, rect=(0, 0, 1, 1 - room / tall))
    place: Any = {"bbox_to_anchor": (0, 1), "bbox_transform": figure.transFigure}
    figure.legend(handles, names, loc="upper left", ncols=columns, frameon=False, **place)


def text_width(text: str, size: float = SIZE) -> float:
    """Width in inches of the longest line of a text."""
    font = FontProperties(family=FONT)
    lines = [line for line in text.splitlines() if line.strip()]
    return max(
        (TextPath((0, 0), line, size=size, prop=font).get_extents().width / 72 for line in lines), default=0.0
    )


def spread(centres: Sequence[float], widths: Sequence[float], low: float, high: float) -> list[float]:
    """Centres, in rising order, moved as little as need be so that labels of these widths do not overlap."""
    placed = list(centres)
    edge = low
    for i, width in enumerate(widths):
        placed[i] = max(placed[i], edge + width / 2)
        edge = placed[i] + width / 2
    edge = high
    for i in range(len(widths) - 1, -1, -1):
        placed[i] = min(placed[i], edge - widths[i] / 2)
        edge = placed[i] - widths[i] / 2
    return placed


def tidy(axes: Axes, title: str, label: str) -> None:
    """The words and numbers of one panel of several: title above, unit below."""
    axes.set_title(wrap(title, 72), pad=8)
    axes.set_xlabel(label)
    round_ticks(axes)


def round_ticks(axes: Axes) -> None:
    """Round numbers along the foot, thousands with commas."""
    axes.xaxis.set_major_formatter(FuncFormatter(_thousands))
    axes.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))


def _thousands(value: float, _place: int | None = None) -> str:
    return f"{value:,.10g}".replace("-", MINUS)


def zero_line(axes: Axes) -> None:
    """The line of no difference, kept in view."""
    axes.axvline(0, color=DARK_GREY, linewidth=1.2, zorder=1)


def svg(figure: Figure, prefix: str, alt: str) -> str:
    """The figure as an SVG element to put into a page: alt text, ids of its own, nothing fetched.

    `alt` must already be safe inside a double-quoted attribute.
    """
    sink = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with drawing():
        figure.savefig(sink, format="svg", metadata=nothing)
    text = sink.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r' xmlns(:xlink)?="[^"]*"', "", text).replace("xlink:href", "href")
    text = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{prefix}-", text)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    return text.replace("<svg ", f'<svg role="img" aria-label="{alt}" ', 1)


def png(figure: Figure, title: str, caption: str) -> bytes:
    """The figure as a PNG that says what it is: title above, caption below."""
    sink = io.BytesIO()
    lines = round(WIDTH * 72 / (SIZE * 0.53))
    with drawing():
        notes = [
            figure.text(
                0.01, 1.0, wrap(title, round(lines * 0.78)) + "\n", va="bottom", size=14, weight="bold"
            ),
            figure.text(0.01, -0.01, "\n" + wrap(caption, lines), va="top", size=SIZE - 1),
        ]
        figure.savefig(
            sink, format="png", dpi=130, bbox_inches="tight", pad_inches=0.2, metadata={"Software": None}
        )
        for note in notes:
            note.remove()
    return sink.getvalue()
