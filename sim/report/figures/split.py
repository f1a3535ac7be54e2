"""A change cut into its causes: what coordination brings, and what fewer grounds to refuse bring."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from sim.report import style, words
from sim.report.figures.picture import Picture, runs
from sim.report.findings import Findings, Row, records
from sim.report.numbers import interval, signed, unit_words
from sim.report.sentences import listed

TOTAL = "total"


@dataclass(frozen=True)
class Step:
    """One bar: its part, where it starts, its difference and interval (in the unit's own scale)."""

    part: str
    start: float
    row: Row

    @property
    def whole(self) -> bool:
        """Whether it stands for the whole change."""
        return self.part == TOTAL

    @property
    def shown(self) -> bool:
        """Whether its interval leaves out zero."""
        return bool(self.row["lower_95"] > 0 or self.row["upper_95"] < 0)

    def text(self) -> str:
        """The difference with its interval."""
        row = self.row
        return interval(row["difference"], row["lower_95"], row["upper_95"], row["unit"], signed=True)


def split(findings: Findings) -> Picture | None:
    """Each split as steps that add up to the whole, one panel for each measure; None without splits."""
    panels = _panels(findings)
    if not panels:
        return None
    titles = list(dict.fromkeys(title for title, _ in panels))
    with style.drawing():
        figure = style.new_figure(0.3 + sum(0.95 + 0.42 * len(steps) for steps in panels.values()))
        ratios = [len(steps) for steps in panels.values()]
        rows = figure.subplots(len(panels), 1, squeeze=False, height_ratios=ratios)[:, 0]
        for axes, (key, steps) in zip(rows, panels.items(), strict=True):
            _panel(axes, findings, key, steps, several=len(titles) > 1)
    return Picture(
        name="split",
        title=_title(findings, panels),
        alt="Bars that add up: each part of the change, then the whole. " + _spoken(findings, panels),
        caption=(
            f"{listed(titles)}. Each bar starts where the one before it ends. Thin lines are 95% intervals "
            f"of that part over {runs(findings)}. Pale bars: no difference shown."
        ),
        figure=figure,
        table=_table(findings, panels),
    )


def _panels(findings: Findings) -> dict[tuple[str, str], list[Step]]:
    """Steps by (title, measure), the whole last; a whole that is not given is taken from the differences.

    A later step that starts where the first one does stands for the whole, whatever its name.
    """
    panels: dict[tuple[str, str], list[Step]] = {}
    for row in records(findings.splits):
        steps = panels.setdefault((str(row["title"]), str(row["measure"])), [])
        again = bool(steps) and row["from"] == steps[0].row["from"]
        part = TOTAL if again else str(row["part"])
        start = 0.0 if part == TOTAL else sum(step.row["difference"] for step in steps if not step.whole)
        steps.append(Step(part, start, row))
    for (_, measure), steps in panels.items():
        if not any(step.whole for step in steps):
            steps.extend(_whole(findings, measure, steps))
        steps.sort(key=lambda step: step.whole)
    return panels


def _whole(findings: Findings, measure: str, steps: list[Step]) -> list[Step]:
    first, last = str(steps[0].row["from"]), str(steps[-1].row["to"])
    found = findings.difference(last, measure) if first == findings.baseline else None
    if found is None:
        return []
    row = {
        **{"part": TOTAL, "measure": measure, "from": first, "to": last, "unit": found.unit},
        **{"difference": found.value, "lower_95": found.low, "upper_95": found.high},
    }
    return [Step(TOTAL, 0.0, row)]


def _panel(axes: Axes, findings: Findings, key: tuple[str, str], steps: list[Step], several: bool) -> None:
    title, measure = key
    unit = steps[0].row["unit"]
    scale = 100 if unit == "share" else 1
    style.zero_line(axes)
    for place, step in enumerate(steps):
        end = step.start + step.row["difference"]
        fill = style.DARK_BLUE if step.whole else style.TURQUOISE
        bars = axes.barh(
            [place],
            [scale * step.row["difference"]],
            left=scale * step.start,
            height=0.55,
            color=fill if step.shown else style.FOCUS_GREY,
        )
        bars.set_label(step.part)
        reach = [
            [scale * (step.row["difference"] - step.row["lower_95"])],
            [scale * (step.row["upper_95"] - step.row["difference"])],
        ]
        axes.errorbar([scale * end], [place], xerr=reach, color=style.TEXT, linewidth=1.4, capsize=4)
        if place + 1 < len(steps) and not steps[place + 1].whole:
            axes.plot(
                [scale * end] * 2, [place, place + 1], color=style.DARK_GREY, linewidth=0.8, linestyle=":"
            )
        axes.annotate(step.text(), (1.02, place), xycoords=("axes fraction", "data"), va="center")
    axes.set_yticks(range(len(steps)), [_part_name(step.part) for step in steps])
    axes.set_ylim(len(steps) - 0.5, -0.5)
    axes.use_sticky_edges = False
    axes.margins(x=0.04)
    name = findings.name(measure)
    style.tidy(
        axes,
        f"{title}: {name}" if several else words.first_upper(name),
        f"Difference, {unit_words(unit, difference=True)}",
    )


def _part_name(part: str) -> str:
    return "The whole change" if part == TOTAL else words.first_upper(words.part_name(part))


def _title(findings: Findings, panels: dict[tuple[str, str], list[Step]]) -> str:
    """What each part brings to the first measure."""
    (_, measure), steps = next(iter(panels.items()))
    parts = [step for step in steps if not step.whole]
    said = " and ".join(
        f"{signed(step.row['difference'], step.row['unit'])} from {words.part_name(step.part)}"
        if step.shown
        else f"no difference shown from {words.part_name(step.part)}"
        for step in parts
    )
    return f"{words.first_upper(findings.name(measure))}: {said}"


def _spoken(findings: Findings, panels: dict[tuple[str, str], list[Step]]) -> str:
    return " ".join(
        f"{title}, {findings.name(measure)}, in {unit_words(steps[0].row['unit'], difference=True)}: "
        + "; ".join(f"{_part_name(step.part).lower()} {step.text()}" for step in steps)
        + "."
        for (title, measure), steps in panels.items()
    )


def _table(findings: Findings, panels: dict[tuple[str, str], list[Step]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Split": title,
                "Measure": words.first_upper(findings.name(measure)),
                "Part": _part_name(step.part),
                "From": findings.titled(str(step.row["from"])),
                "To": findings.titled(str(step.row["to"])),
                "Unit": unit_words(step.row["unit"], difference=True),
                "Difference (95% interval)": step.text(),
            }
            for (title, measure), steps in panels.items()
            for step in steps
        ]
    )
