"""Paired differences of the primary measures, one panel for each measure in its own unit."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from sim.report import style, words
from sim.report.figures.picture import Picture, against, runs
from sim.report.findings import Estimate, Findings
from sim.report.numbers import interval, unit_words

Found = list[tuple[str, Estimate]]


def forest(findings: Findings) -> Picture | None:
    """Primary differences against the baseline with 95% intervals; None if nothing was compared."""
    panels = {measure: _found(findings, measure) for measure in findings.primary}
    panels = {measure: found for measure, found in panels.items() if found}
    if not panels:
        return None
    lines = {scenario: style.wrap(findings.titled(scenario)) for scenario in findings.compared}
    row = style.row_height(list(lines.values()), 0.4)
    with style.drawing():
        figure = style.new_figure(sum(1.1 + row * len(found) for found in panels.values()))
        ratios = [len(found) for found in panels.values()]
        rows = figure.subplots(len(panels), 1, squeeze=False, height_ratios=ratios)[:, 0]
        for axes, (measure, found) in zip(rows, panels.items(), strict=True):
            _panel(axes, findings, measure, found, lines)
    base = against(findings)
    return Picture(
        name="differences",
        title=_title(findings, panels),
        alt=f"Forest plot of differences from {base}. {_spoken(findings, panels)}",
        caption=(
            f"Difference from {base}, each measure in its own unit. Dots are means over {runs(findings)}, "
            "lines are 95% intervals, the upright line is no difference. A filled dot is a difference that "
            "is still shown after adjusting for the number of main measures; a hollow dot is not."
        ),
        figure=figure,
        table=_table(findings, panels),
    )


def _found(findings: Findings, measure: str) -> Found:
    pairs = [(scenario, findings.difference(scenario, measure)) for scenario in findings.compared]
    return [(scenario, each) for scenario, each in pairs if each is not None]


def _panel(axes: Axes, findings: Findings, measure: str, found: Found, lines: dict[str, str]) -> None:
    style.zero_line(axes)
    for row, (scenario, each) in enumerate(found):
        scale = 100 if each.unit == "share" else 1
        reach = [[scale * (each.value - each.low)], [scale * (each.high - each.value)]]
        drawn = axes.errorbar(
            [scale * each.value],
            [row],
            xerr=reach,
            fmt="o",
            color=style.DARK_BLUE,
            markerfacecolor=style.DARK_BLUE if each.shown else "white",
            markersize=8,
            linewidth=2,
            capsize=4,
        )
        drawn.set_label(scenario)
        axes.annotate(
            interval(each.value, each.low, each.high, each.unit, signed=True),
            (1.02, row),
            xycoords=("axes fraction", "data"),
            va="center",
        )
    axes.set_yticks(range(len(found)), [lines[scenario] for scenario, _ in found])
    axes.set_ylim(len(found) - 0.4, -0.6)
    axes.set_xlim(*_limits(found))
    better = findings.better.get(measure)
    unit = unit_words(found[0][1].unit, difference=True)
    label = f"Difference, {unit} ({better} is better)" if better else f"Difference, {unit}"
    style.tidy(axes, words.first_upper(findings.name(measure)), label)


def _limits(found: Found) -> tuple[float, float]:
    ends = [
        100 * end if each.unit == "share" else end
        for _, each in found
        for end in (each.value, each.low, each.high)
    ]
    seen = [end for end in ends if end == end] + [0.0]
    room = 0.06 * (max(seen) - min(seen)) or 1.0
    return min(seen) - room, max(seen) + room


def _title(findings: Findings, panels: dict[str, Found]) -> str:
    """How many of the main measures differ under the first scenario."""
    first = findings.compared[0]
    found = [each for pairs in panels.values() for scenario, each in pairs if scenario == first]
    clear = sum(each.shown for each in found)
    rule = words.first_upper(words.in_sentence(findings.titled(first)))
    if not any(each.judged for each in found):
        return f"{rule}: too little was seen to judge any main measure"
    if not clear:
        return f"{rule}: no difference shown from {against(findings)} in any main measure"
    count = f"{clear} of {len(found)} main measures" if len(found) > 1 else "the main measure"
    return f"{rule} differs from {against(findings)} in {count}"


def _spoken(findings: Findings, panels: dict[str, Found]) -> str:
    return " ".join(
        f"{words.first_upper(findings.name(measure))}, in {unit_words(found[0][1].unit, difference=True)}: "
        + "; ".join(
            f"{findings.titled(scenario)} {interval(each.value, each.low, each.high, each.unit, signed=True)}"
            for scenario, each in found
        )
        + "."
        for measure, found in panels.items()
    )


def _table(findings: Findings, panels: dict[str, Found]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Measure": words.first_upper(findings.name(measure)),
                "Unit": unit_words(each.unit, difference=True),
                "Scenario": findings.titled(scenario),
                "Difference (95% interval)": interval(
                    each.value, each.low, each.high, each.unit, signed=True
                ),
                "Difference shown?": "yes" if each.shown else "no" if each.judged else "cannot tell",
            }
            for measure, found in panels.items()
            for scenario, each in found
        ]
    )
