"""Share placed by region under each rule: who has a home near, and who has not."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from sim.report import style, words
from sim.report.figures.picture import Picture, runs, under
from sim.report.findings import Estimate, Findings
from sim.report.numbers import interval, show

MEASURE = "share_placed"


def regions(findings: Findings) -> Picture | None:
    """A dot for each rule and region with its 95% interval; None without regional figures."""
    levels = _ordered(findings)
    if not levels:
        return None
    scenarios = [scenario for scenario in findings.titles if _values(findings, scenario)]
    with style.drawing():
        figure = style.new_figure(0.8 + len(levels) * max(0.42, 0.13 * len(scenarios) + 0.16))
        axes = figure.subplots()
        for place, scenario in enumerate(scenarios):
            _dots(axes, findings, levels, scenario, place, len(scenarios))
        _frame(axes, findings, levels)
        style.key(figure, axes, [findings.titled(scenario) for scenario in scenarios])
    return Picture(
        name="regions",
        title=_title(findings),
        alt=f"Dot plot of the share of children placed by region and rule. {_spoken(findings, scenarios)}",
        caption=(
            "Share of referred children placed, per cent, by region of origin. Dots are means over "
            f"{runs(findings)}, lines are 95% intervals. {_homes(findings)}"
        ).strip(),
        figure=figure,
        table=_table(findings, levels, scenarios),
    )


def _ordered(findings: Findings) -> list[str]:
    """Regions with a home first, then those without, each by the share placed under the baseline."""

    def key(level: str) -> tuple[bool, float]:
        found = findings.value(findings.baseline, MEASURE, "region", level)
        return level in findings.without_home, -found.value if found and found.value == found.value else 0.0

    return sorted(findings.groups(MEASURE, "region"), key=key)


def _values(findings: Findings, scenario: str) -> list[tuple[str, Estimate]]:
    found = [
        (level, findings.value(scenario, MEASURE, "region", level))
        for level in findings.groups(MEASURE, "region")
    ]
    return [(level, each) for level, each in found if each is not None and each.value == each.value]


def _dots(axes: Axes, findings: Findings, levels: list[str], scenario: str, place: int, count: int) -> None:
    values = _values(findings, scenario)
    offset = (place - (count - 1) / 2) * min(0.16, 0.8 / count)
    reach = [
        [100 * (each.value - each.low) for _, each in values],
        [100 * (each.high - each.value) for _, each in values],
    ]
    drawn = axes.errorbar(
        [100 * each.value for _, each in values],
        [levels.index(level) + offset for level, _ in values],
        xerr=reach,
        fmt=style.marker(place),
        color=style.colour(place),
        markersize=7,
        linewidth=1.6,
        label=scenario,
    )
    drawn.set_label(scenario)


def _frame(axes: Axes, findings: Findings, levels: list[str]) -> None:
    axes.set_yticks(range(len(levels)), [_label(findings, level) for level in levels])
    axes.set_ylim(len(levels) - 0.4, -0.6)
    for row in range(len(levels) - 1):
        axes.axhline(row + 0.5, color="#E5E6E7", linewidth=0.8, zorder=0)
    axes.set_xlabel("Share of referred children placed, per cent")


def _label(findings: Findings, level: str) -> str:
    name = words.level_name("region", level)
    return f"{name}\n(no home)" if level in findings.without_home else name


def _title(findings: Findings) -> str:
    first = findings.compared[0] if findings.compared else findings.baseline
    judged = [
        each
        for level in findings.groups(MEASURE, "region")
        if (each := findings.difference(first, MEASURE, "region", level)) is not None and each.judged
    ]
    more = sum(each.shown and each.value > 0 for each in judged)
    fewer = sum(each.shown and each.value < 0 for each in judged)
    if not judged:
        return f"The share placed {_range(findings, findings.baseline)}"
    rule = words.first_upper(under(findings, first))
    if not more and not fewer:
        return f"{rule}, no difference shown in the share placed in any of {len(judged)} regions"
    parts = [f"rises in {more}"] * bool(more) + [f"falls in {fewer}"] * bool(fewer)
    return f"{rule}, the share placed {' and '.join(parts)} of {len(judged)} regions"


def _range(findings: Findings, scenario: str) -> str:
    values = sorted(_values(findings, scenario), key=lambda pair: pair[1].value)
    if not values:
        return f"{under(findings, scenario)} is not applicable"
    ends = (f"{show(each.value, each.unit)} ({words.level_name('region', level)})" for level, each in values)
    least, *_, most = [*ends] * 2
    return f"{under(findings, scenario)} runs from {least} to {most}"


def _spoken(findings: Findings, scenarios: list[str]) -> str:
    ranges = [_range(findings, scenario) for scenario in scenarios]
    return "It " + "; ".join(ranges) + ". Every region is in the table."


def _homes(findings: Findings) -> str:
    return "Regions marked 'no home' have no secure children's home." if findings.without_home else ""


def _table(findings: Findings, levels: list[str], scenarios: list[str]) -> pd.DataFrame:
    rows = []
    for level in levels:
        row = {"Region": _label(findings, level).replace("\n", " ")}
        for scenario in scenarios:
            each = findings.value(scenario, MEASURE, "region", level)
            text = interval(each.value, each.low, each.high, each.unit) if each else "not applicable"
            row[f"{findings.titled(scenario)}, per cent (95% interval)"] = text
        rows.append(row)
    return pd.DataFrame(rows)
