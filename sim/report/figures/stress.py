"""The headline when red assumptions are pushed to either end of their range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from sim.report import style, words
from sim.report.figures.picture import Picture, against, under
from sim.report.findings import Findings, Row, records
from sim.report.numbers import interval, unit_words
from sim.report.sentences import listed

_MARKS = {"low": "v", "high": "^"}
_LOST = "no difference shown"


@dataclass(frozen=True)
class Push:
    """One assumption with the headline at each end of its range."""

    title: str
    ends: tuple[Row, ...]
    central: float

    @property
    def turns(self) -> bool:
        """Whether the answer changes sign at either end."""
        return any(bool(end["turns"]) for end in self.ends)

    @property
    def loses(self) -> bool:
        """Whether the answer keeps its sign but is no longer shown at one end or the other."""
        return not self.turns and any(_outcome(end) == _LOST for end in self.ends)

    @property
    def width(self) -> float:
        """How far it moves the headline; an end that could not be worked out counts for nothing."""
        return self.reach[1] - self.reach[0]

    @property
    def reach(self) -> tuple[float, float]:
        """The least and the most that the headline is, as assumed and at the ends."""
        values = [self.central, *(float(end["difference"]) for end in self.ends)]
        seen = [value for value in values if math.isfinite(value)]
        return min(seen, default=0.0), max(seen, default=0.0)


def stress(findings: Findings) -> Picture | None:
    """A tornado: the assumption that moves the headline most on top; None without a stress test."""
    pushes = headline_pushes(findings)
    if not pushes:
        return None
    first = pushes[0].ends[0]
    lines = [style.wrap(push.title, 34) for push in pushes]
    with style.drawing():
        figure = style.new_figure(
            1.5 + 0.3 * len(pushes) + 0.19 * sum(1 + line.count("\n") for line in lines)
        )
        axes = figure.subplots()
        _draw(axes, pushes)
        _frame(axes, findings, pushes, lines)
    return Picture(
        name="stress",
        title=turning(pushes),
        alt=f"Tornado chart of {findings.name(first['measure'])}. {_spoken(findings, pushes)}",
        caption=(
            f"{caption(findings, pushes)}. Nothing else changes. Lines are 95% intervals over paired "
            f"replications. {_central_words(findings, first)}"
        ).strip(),
        figure=figure,
        table=table(pushes),
    )


UNSURE = (
    "No difference is shown to begin with in this run, so there is little to turn. Play more replications."
)


def unsure(findings: Findings, pushes: Sequence[Push]) -> str:
    """What to know of a test of an answer that is not shown to begin with; else nothing."""
    main = findings.difference(findings.first, str(pushes[0].ends[0]["measure"])) if pushes else None
    return UNSURE if main is not None and not main.shown else ""


def headline_pushes(findings: Findings) -> list[Push]:
    """The assumptions that were tried on the headline: first those that turn or lose it."""
    rows = records(findings.stress)
    head = [row for row in rows if row["measure"] == rows[0]["measure"] and row["to"] == rows[0]["to"]]
    titles = dict.fromkeys(str(row["assumption"]) for row in head)
    found = findings.difference(str(head[0]["to"]), str(head[0]["measure"])) if head else None
    central = found.value if found is not None else math.nan
    pushes = [
        Push(title, tuple(row for row in head if row["assumption"] == title), central) for title in titles
    ]
    return sorted(pushes, key=lambda push: (not push.turns, not push.loses, -push.width))


def turning(pushes: list[Push]) -> str:
    """How many assumptions turn the answer, or leave none, in a few words."""
    turned, lost = sum(push.turns for push in pushes), sum(push.loses for push in pushes)
    tail = f"; {lost} {'leaves' if lost == 1 else 'leave'} no difference shown" if lost else ""
    verb = "turn" if turned > 1 else "turns"
    return f"{turned or 'None'} of {len(pushes)} red assumptions tried {verb} the answer{tail}"


def verdict(pushes: list[Push]) -> str:
    """Which assumptions turn the answer, or leave none, in a sentence or two."""
    turned = [push.title for push in pushes if push.turns]
    lost = [push.title for push in pushes if push.loses]
    named = [("Turns it", turned), ("Leaves no difference shown", lost)]
    return " ".join(
        [f"{turning(pushes)}.", *(f"{what}: {listed(titles)}." for what, titles in named if titles)]
    )


def caption(findings: Findings, pushes: list[Push]) -> str:
    """What was measured while one assumption was moved."""
    first = pushes[0].ends[0]
    measure, unit = words.first_upper(findings.name(first["measure"])), _unit(first)
    what = f"difference {under(findings, first['to'])} from {against(findings)}"
    return f"{measure}: {what}, in {unit}, when one red assumption is moved"


def table(pushes: list[Push]) -> pd.DataFrame:
    """The stress test in words and numbers."""
    rows = [
        {
            "Assumption": push.title,
            "Moved to": _side(end),
            "Difference (95% interval)": _text(end),
            "Turns the answer?": _outcome(end),
        }
        for push in pushes
        for end in push.ends
    ]
    sided = any(end["side"] in _MARKS for push in pushes for end in push.ends)
    return pd.DataFrame(rows).drop(columns=[] if sided else ["Moved to"])


def _draw(axes: Axes, pushes: list[Push]) -> None:
    style.zero_line(axes)
    for row, push in enumerate(pushes):
        scale = 100 if push.ends[0]["unit"] == "share" else 1
        axes.plot(
            [scale * end for end in push.reach],
            [row, row],
            color=style.FOCUS_GREY,
            linewidth=7,
            solid_capstyle="butt",
            zorder=1,
        )
        for end in push.ends:
            value = _scaled(end, "difference")
            turned = bool(end["turns"])
            side = str(end["side"])
            shift = {"low": -0.13, "high": 0.13}.get(side, 0.0)
            drawn = axes.errorbar(
                [value],
                [row + shift],
                xerr=[[value - _scaled(end, "lower_95")], [_scaled(end, "upper_95") - value]],
                fmt=_MARKS.get(side, "o"),
                color=style.DARK_PINK if turned else style.DARK_BLUE,
                markerfacecolor="white" if side == "low" else None,
                markersize=8,
                linewidth=1.6,
                capsize=3,
            )
            drawn.set_label(push.title)
        note = "turns the answer" if push.turns else style.wrap(_LOST, 14) if push.loses else ""
        axes.annotate(
            note,
            (1.01, row),
            xycoords=("axes fraction", "data"),
            va="center",
            color=style.DARK_PINK,
            weight="bold",
        )


def _frame(axes: Axes, findings: Findings, pushes: list[Push], lines: list[str]) -> None:
    first = pushes[0].ends[0]
    central = findings.difference(str(first["to"]), str(first["measure"]))
    if central is not None and central.judged:
        value = central.value * (100 if central.unit == "share" else 1)
        axes.axvline(value, color=style.DARK_BLUE, linewidth=1, linestyle="--", zorder=0)
    sides = {str(end["side"]) for push in pushes for end in push.ends}
    keys = [
        axes.plot(
            [], [], mark, color=style.DARK_BLUE, markerfacecolor=fill, label=f"{side} end of the range"
        )[0]
        for side, mark, fill in (("low", "v", "white"), ("high", "^", style.DARK_BLUE))
        if side in sides
    ]
    keys += axes.plot([], [], "--", color=style.DARK_BLUE, label="as assumed")
    axes.legend(handles=keys, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, frameon=False)
    style.round_ticks(axes)
    axes.set_yticks(range(len(pushes)), lines)
    axes.set_ylim(len(pushes) - 0.5, -0.5)
    axes.set_xlabel(f"{words.first_upper(findings.name(first['measure']))}: difference, {_unit(first)}")


def _central_words(findings: Findings, first: Row) -> str:
    found = findings.difference(str(first["to"]), str(first["measure"]))
    if found is None or not found.judged:
        return ""
    return f"As assumed it is {interval(found.value, found.low, found.high, found.unit, signed=True)}."


def _spoken(findings: Findings, pushes: list[Push]) -> str:
    ends = "; ".join(
        f"{push.title}: " + ", ".join(f"{_side(end)} {_text(end)}".strip() for end in push.ends)
        for push in pushes
    )
    return f"{verdict(pushes)} {ends}, in {_unit(pushes[0].ends[0])}."


def _outcome(end: Row) -> str:
    if bool(end["turns"]):
        return "yes"
    low, high = float(end["lower_95"]), float(end["upper_95"])
    if not (math.isfinite(low) and math.isfinite(high)):
        return "cannot tell"
    return _LOST if low <= 0 <= high else "no"


def _side(end: Row) -> str:
    """'low end', 'high end', or as the title says when it names one setting."""
    return f"{end['side']} end" if end["side"] in _MARKS else "as named"


def _text(end: Row) -> str:
    return interval(end["difference"], end["lower_95"], end["upper_95"], end["unit"], signed=True)


def _scaled(end: Row, column: str) -> float:
    return float(end[column]) * (100 if end["unit"] == "share" else 1)


def _unit(end: Row) -> str:
    return unit_words(str(end["unit"]), difference=True)
