"""Whole things cut into parts, one bar for each rule: how referrals end, and where places go."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

import pandas as pd
from matplotlib.axes import Axes

from sim.report import style, words
from sim.report.figures.picture import Picture, runs, under
from sim.report.findings import Estimate, Findings
from sim.report.numbers import interval, show
from sim.report.sentences import shifts
from sim.scenario.base import DAYS_PER_YEAR

ENDINGS = "list_endings_share"
USES, OCCUPIED, VOIDS = "places_mean", "children_in_homes", "void_days_per_year"
_FILLS = (
    style.DARK_BLUE,
    style.TURQUOISE,
    style.ORANGE,
    style.DARK_PINK,
    style.LIGHT_PURPLE,
    style.MID_BLUE,
    style.FOCUS_GREY,
    style.DARK_GREY,
)
_BOTTOM, _LINE = 0.62, 0.17  # inches
_NAME_SIZE = 10  # points


@dataclass(frozen=True)
class Part:
    """One part of every bar: its name, fill and estimate by scenario (the same unit throughout)."""

    name: str
    fill: str
    values: dict[str, Estimate]

    def size(self, scenario: str) -> float:
        """Its length in a bar: per cent for shares, zero where there is no value."""
        each = self.values.get(scenario)
        known = each is not None and each.value == each.value
        return each.value * (100 if each.unit == "share" else 1) if each is not None and known else 0.0


def endings(findings: Findings) -> Picture | None:
    """How referrals ended under each rule; None without the figures."""
    levels = words.ordered(findings.groups(ENDINGS, "ending"), words.ENDINGS)
    values = {level: _values(findings, ENDINGS, "ending", level) for level in levels}
    return _picture(
        findings,
        _parts("ending", values),
        name="endings",
        what="how referrals end",
        axis="Referrals, per cent",
        title=_title(findings, ENDINGS, "ending", "referrals"),
        caption="Share of referrals by the way they left the list, per cent.",
    )


def places(findings: Findings) -> Picture | None:
    """What approved places are doing on a mean day under each rule; None without the figures."""
    uses = findings.groups(USES, "use")
    measure, group = (USES, "use") if uses else (VOIDS, "cause")
    values = {level: _values(findings, measure, group, level) for level in findings.groups(measure, group)}
    if values and not uses:
        lived_in = {"occupied": _values(findings, OCCUPIED, "all", "all")}
        daily = {
            level: {scenario: each.times(1 / DAYS_PER_YEAR, "places") for scenario, each in found.items()}
            for level, found in values.items()
        }
        values = lived_in | daily
    levels = words.ordered(values, words.USES)
    return _picture(
        findings,
        _parts("use", {level: values[level] for level in levels}),
        name="places",
        what="what places are doing",
        axis="Places on a mean day",
        title=_title(findings, measure, group, "places"),
        caption="Approved places on a mean day, by what each is doing. A shut place has one cause only.",
    )


def _parts(group: str, values: dict[str, dict[str, Estimate]]) -> list[Part]:
    found = [(level, each) for level, each in values.items() if each]
    return [
        Part(words.level_name(group, level), _FILLS[place % len(_FILLS)], each)
        for place, (level, each) in enumerate(found)
    ]


def _values(findings: Findings, measure: str, group: str, level: str) -> dict[str, Estimate]:
    found = {scenario: findings.value(scenario, measure, group, level) for scenario in findings.titles}
    return {scenario: each for scenario, each in found.items() if each is not None}


def _picture(
    findings: Findings, parts: list[Part], name: str, what: str, axis: str, title: str, caption: str
) -> Picture | None:
    scenarios = [s for s in findings.titles if any(part.size(s) > 0 for part in parts)]
    if not scenarios:
        return None
    longest = max(sum(part.size(s) for part in parts) for s in scenarios)
    drawn = [part for part in parts if any(part.size(s) > 0.001 * longest for s in scenarios)]
    labels = [style.wrap(findings.titled(s), 24) for s in scenarios]
    names = [style.wrap(part.name, 10) for part in drawn]
    top = 0.3 + _LINE * max(1 + name.count("\n") for name in names)
    tall = top + _BOTTOM + style.row_height(labels, 0.6) * len(scenarios)
    with style.drawing():
        left = max(map(style.text_width, labels)) + 0.3
        figure = style.new_figure(tall)
        figure.set_layout_engine("none")
        span = style.WIDTH - left - 0.15
        axes = figure.add_axes(
            (left / style.WIDTH, _BOTTOM / tall, span / style.WIDTH, 1 - (top + _BOTTOM) / tall)
        )
        axes.set_xlim(0, longest)
        for row, scenario in enumerate(scenarios):
            _bar(axes, drawn, scenario, row, longest / span)
        _names(axes, names, [part.size(scenarios[0]) for part in drawn], longest / span)
        axes.set_yticks(range(len(scenarios)), labels)
        axes.set_ylim(len(scenarios) - 0.5, -0.5)
        axes.set_xlabel(axis)
    return Picture(
        name=name,
        title=title,
        alt=f"Stacked bars: {what} for each rule. {_spoken(findings, parts, scenarios)}",
        caption=f"{caption} Means over {runs(findings)}; the table gives 95% intervals.",
        figure=figure,
        table=_table(findings, parts, scenarios),
    )


def _bar(axes: Axes, parts: list[Part], scenario: str, row: int, per_inch: float) -> None:
    """One bar with white gaps, and the number inside each part that has room for it."""
    start = 0.0
    for part in parts:
        size = part.size(scenario)
        bars = axes.barh(
            [row], [size], left=start, height=0.62, color=part.fill, edgecolor="white", linewidth=1.5
        )
        bars.set_label(scenario)
        text = f"{size:.0f}"
        if style.text_width(text) + 0.12 < size / per_inch:
            axes.text(start + size / 2, row, text, ha="center", va="center", color=style.ink(part.fill))
        start += size


def _names(axes: Axes, names: list[str], sizes: list[float], per_inch: float) -> None:
    """The parts' names above the first bar, each tied to its part by a thin line."""
    ends = list(accumulate(sizes))
    centres = [end - size / 2 for end, size in zip(ends, sizes, strict=True)]
    widths = [(style.text_width(name, _NAME_SIZE) + 0.12) * per_inch for name in names]
    spots = style.spread(centres, widths, 0.0, axes.get_xlim()[1] + 0.1 * per_inch)
    for centre, spot, name in zip(centres, spots, names, strict=True):
        axes.annotate(
            name,
            xy=(centre, -0.31),
            xytext=(spot, -0.66),
            ha="center",
            va="bottom",
            size=_NAME_SIZE,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": style.DARK_GREY,
                "linewidth": 0.8,
                "relpos": (0.5, 0.0),
                "shrinkA": 0,
                "shrinkB": 0,
            },
        )


def _title(findings: Findings, measure: str, group: str, things: str) -> str:
    """The largest change that is shown under the first scenario."""
    first = findings.compared[0] if findings.compared else findings.baseline
    for level, change in shifts(findings, first, measure, group):
        before = findings.value(findings.baseline, measure, group, level)
        after = findings.value(first, measure, group, level)
        if before is not None and after is not None:
            verb = "rise" if change.value > 0 else "fall"
            name = words.first_lower(words.level_name(group, level))
            rule = words.first_upper(under(findings, first))
            return f"{rule}, {things} '{name}' {verb} from {_whole(before)} to {_whole(after)}"
    return f"No difference shown in {things} {under(findings, first)}"


def _whole(each: Estimate) -> str:
    """A level for a title: a share as per cent, place-days a year as places."""
    if each.unit == "share":
        return show(each.value, each.unit)
    return f"{each.value / (DAYS_PER_YEAR if 'days' in each.unit else 1.0):.1f}"


def _spoken(findings: Findings, parts: list[Part], scenarios: list[str]) -> str:
    shown = [part for part in parts if any(part.size(s) for s in scenarios)]
    return " ".join(
        f"{findings.titled(s)}: "
        + ", ".join(f"{part.name.lower()} {part.size(s):.1f}" for part in shown)
        + "."
        for s in scenarios
    )


def _table(findings: Findings, parts: list[Part], scenarios: list[str]) -> pd.DataFrame:
    rows = []
    for part in parts:
        unit = next(iter(part.values.values())).unit
        words_for = "per cent" if unit == "share" else "places"
        row = {"Part": part.name}
        for s in scenarios:
            each = part.values.get(s)
            text = interval(each.value, each.low, each.high, each.unit) if each else "not applicable"
            row[f"{findings.titled(s)}, {words_for} (95% interval)"] = text
        rows.append(row)
    return pd.DataFrame(rows)
