"""The figure of the benchmark: how many times a plain loop each program takes, and how cost grows with the list."""

from __future__ import annotations

from typing import Any

from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from sim.report.style import (
    DARK_BLUE,
    DARK_GREY,
    FOCUS_GREY,
    colour,
    drawing,
    marker,
    new_figure,
    png,
    tidy,
)
from tests.bench.core_race import ENGINE, ENGINE_DRAWS, LOOP, LOOP_POOLED, SALABIM, SIMPY

NATIONAL = {"today": "National model, today's rule", "national_panel": "National model, national panel",
            "regional": "National model, regional", "local": "National model, local"}  # fmt: skip
LISTS = {
    "core": "core, by complexity",
    "core_regional": "core by region",
    "regional": "national model, regional",
    "national_panel": "national model, panel",
    "today": "national model, today",
    "local": "national model, local",
}
OURS = ("this project", "National model")


def figure(sections: dict[str, Any]) -> bytes | None:
    """The figure as PNG; None while neither of its panels has anything to show."""
    bars, lines = _bars(sections), _lines(sections)
    if not bars and not lines:
        return None
    heights = [0.36 * len(bars) + 1.1] * bool(bars) + [4.2] * bool(lines)
    with drawing():
        canvas = new_figure(sum(heights))
        parts = list(canvas.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0])
        if bars:
            _draw_bars(parts[0].subplots(), bars)
        if lines:
            _draw_lines(parts[-1].subplots(), lines)
        return png(canvas, _title(sections), _caption(sections))


def _bars(sections: dict[str, Any]) -> list[tuple[str, float, float, float]]:
    """Name, median, least and most, from the quickest."""
    found = {
        name: row
        for name, row in sections.get("core", {}).get("against_heapq", {}).items()
        if name != LOOP_POOLED and row["median"]
    }
    for name, row in sections.get("national", {}).get("against_heapq_core", {}).items():
        if name in NATIONAL:
            found[NATIONAL[name]] = row
    rows = [(name, row["median"], row["least"], row["most"]) for name, row in found.items()]
    return sorted(rows, key=lambda row: row[1])


def _draw_bars(axes: Any, bars: list[tuple[str, float, float, float]]) -> None:
    for place, (name, median, least, most) in enumerate(reversed(bars)):
        axes.barh(place, median, color=DARK_BLUE if name.startswith(OURS) else FOCUS_GREY, height=0.66)
        axes.plot([least, most], [place, place], color=DARK_GREY, linewidth=1.2)
        axes.annotate(
            f"{median:.3g}",
            (max(most, median), place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
        )
    axes.set_xscale("log")
    axes.set_xlim(0.7, 2 * max(row[3] for row in bars))
    axes.set_yticks(range(len(bars)), [row[0] for row in reversed(bars)])
    tidy(
        axes,
        "Ten years: times a plain heapq loop on the core",
        "times the loop (logarithmic); line: least to most of the rounds",
    )
    axes.xaxis.set_major_locator(_tens())


def _tens() -> LogLocator:
    return LogLocator(numticks=9)


def _lines(sections: dict[str, Any]) -> dict[str, tuple[list[float], list[float], float]]:
    """Rule -> children on the list, microseconds an event, exponent."""
    rules = sections.get("lists", {}).get("rules", {})
    return {
        LISTS[name]: (
            [row["list"] for row in rule["rows"]],
            [max(row["microseconds_median"], 1e-3) for row in rule["rows"]],
            rule["exponent"],
        )
        for name, rule in rules.items()
        if "exponent" in rule
    }


def _draw_lines(axes: Any, lines: dict[str, tuple[list[float], list[float], float]]) -> None:
    for place, (name, (waiting, cost, exponent)) in enumerate(lines.items()):
        axes.plot(
            waiting,
            cost,
            color=colour(place),
            marker=marker(place),
            label=f"{name} (exponent {exponent:.2f})",
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.grid(axis="y")
    tidy(axes, "Microseconds an event, as more children wait", "children on the list (logarithmic)")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(_tens())
        axis.set_major_formatter(FuncFormatter(lambda value, place: f"{value:,.10g}"))
        axis.set_minor_formatter(NullFormatter())
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)


def _title(sections: dict[str, Any]) -> str:
    core = sections.get("core", {})
    row = core.get("against_heapq", {}).get(ENGINE)
    if not row:
        return "How cost grows with the list"
    rows = core["against_heapq"]
    others = {SIMPY: "textbook SimPy", SALABIM: "salabim"}
    told = [f", {words} {rows[name]['median']:.0f} times" for name, words in others.items() if name in rows]
    return f"The engine takes {row['median']:.2g} times as long as a bare loop{''.join(told)}"


def _caption(sections: dict[str, Any]) -> str:
    used = {
        name
        for name in (LOOP, ENGINE, ENGINE_DRAWS)
        if name in sections.get("core", {}).get("against_heapq", {})
    }
    parts = ["Processor time in one process, interleaved, medians of ratios within a round."]
    if used:
        parts.append("Same children and same home for every child in all programs but those that draw their own; "
                     "Ciw plays the pooled variant, against the loop on that variant.")  # fmt: skip
    parts.append("docs/evidence/bench.json has all numbers and the machine.")
    return " ".join(parts)
