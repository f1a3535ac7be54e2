"""The panel about how sure: assumptions in red, whether they turn the answer, and what published figures say."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd
from htmltools import HTML, Tag, TagList, tags
from shiny import reactive, render

from sim.report import tables
from sim.report.figures.stress import caption, headline_pushes, unsure, verdict
from sim.report.figures.stress import table as pushes_table
from sim.report.findings import Findings
from sim.scenario.errors import ConfigError
from sim.scenario.sources import config_folders, find
from sim.studio import fragments
from sim.study.assumptions import assumptions, surely_red

if TYPE_CHECKING:
    from sim.studio.desk import Desk

FIT = "calibration/fit.csv"
SURE = "Red assumptions that move the answer much"
MAY = "Red assumptions that may move the answer much"
LESS = "Red assumptions that move it less, or not known"
RANK = {"high": 0, "red": 0, "amber": 1, "medium": 1, "green": 2, "low": 2}


class SureDesk:
    """What the panel about how sure shows."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def serve(self) -> None:
        """Tie inputs to outputs."""
        output, ask = self.desk.session.output, self.desk.input

        @reactive.calc
        def log() -> pd.DataFrame:
            return assumptions(self.desk.scenario(str(ask.sure_of())))

        @output(id="sure_red")
        @render.ui
        def _() -> TagList | Tag:
            try:
                return red(log())
            except ConfigError as error:
                return fragments.problem(str(error))

        @output(id="sure_tested")
        @render.ui
        def _() -> TagList:
            return tested(self.desk.found()[1] if self.desk.run.finished() else None)

        @output(id="sure_fit")
        @render.ui
        def _() -> TagList:
            return fit()


def red(log: pd.DataFrame) -> TagList:
    """How many assumptions there are of each quality, and those in red, the weightiest first.

    Those that surely move the answer much are counted as on the first page of the validation report.
    """
    marks = Counter(log["quality"])
    mine = log[log["quality"] == "red"]
    mine = mine.assign(rank=[RANK.get(str(each), 3) for each in mine["impact"]]).sort_values(
        "rank", kind="stable"
    )
    sure = mine.index.isin(surely_red(log).index)
    heavy = mine["impact"].isin(("red", "high"))
    first, may, rest = (
        _table(mine[which], caption)
        for which, caption in ((sure, SURE), (heavy & ~sure, MAY), (~heavy & ~sure, LESS))
    )
    said = (
        f"This scenario rests on {len(log)} assumptions: {marks['red']} red (nobody has published them), "
        f"{marks['amber']} amber and {marks['green']} green. {len(first.rows)} of the red ones surely also move the "
        f"answer much when they are moved over their range; {len(may.rows)} more may, but the runs behind this do "
        "not show it surely."
    )
    return TagList(
        tags.p(said),
        fragments.table(first, "studio-red"),
        tags.details(tags.summary(f"The {len(may.rows)} that may"), fragments.table(may, "studio-red-may")),
        tags.details(
            tags.summary(f"The other {len(rest.rows)} red assumptions"),
            fragments.table(rest, "studio-red-rest"),
        ),
    )


def _table(mine: pd.DataFrame, caption: str) -> tables.Table:
    rows = tuple(
        (str(row.title), str(row.value), f"{row.low} to {row.high}" if row.low and row.high else "no range",
         str(row.unit), str(row.impact), str(row.sure) or "not known", str(row.calibrated) or "not asked",
         str(row.key))
        for row in mine.itertuples()
    )  # fmt: skip
    heads = (
        "Assumption",
        "Value",
        "Range",
        "Unit",
        "Impact",
        "Sure of the impact?",
        "Do published figures say?",
        "Setting",
    )
    return tables.Table(caption, heads, rows)


def tested(findings: Findings | None) -> TagList:
    """Whether the assumptions that were put to the test turn the answer."""
    pushes = headline_pushes(findings) if findings is not None else []
    if findings is None or not pushes:
        said = (
            "They were not put to the test. Tick “Put the red assumptions to the test” under Scenarios and run: "
            "A and B are then played with each of them at either end of its range."
        )
        return TagList(tags.p(said, class_="box"))
    weak = unsure(findings, pushes)
    frame = tables.from_frame(caption(findings, pushes), pushes_table(pushes))
    return TagList(
        tags.p(tags.strong(verdict(pushes)), class_="wrong" if any(push.turns for push in pushes) else "box"),
        tags.p(weak, class_="box") if weak else None,
        fragments.table(frame, "studio-stress"),
    )


def fit() -> TagList:
    """Which published figures the calibrated model meets."""
    path = find(config_folders(None), FIT)
    if path is None:
        return TagList(tags.p("No calibration is stored: placesim calibrate makes one."))
    frame = pd.read_csv(path, keep_default_na=False)
    judged = Counter(zip(frame["use"], frame["verdict"], strict=True))

    def of(use: str) -> str:
        return f"{judged[use, 'inside']} of {judged[use, 'inside'] + judged[use, 'outside']}"

    put_in = judged["input", "inside"] + judged["input", "outside"]
    unsaid = sum(frame["verdict"] == "not modelled")
    rows = tuple(
        (f"{str(row.output).replace('_', ' ')} {row.argument}".strip(), f"{row.geography} {row.route}".strip(),
         f"{str(row.period_from)[:7]} to {str(row.period_to)[:7]}", str(row.published),
         f"{row.model_low_90} to {row.model_high_90}" if row.model_low_90 else "none", str(row.verdict))
        for row in frame.itertuples()
    )  # fmt: skip
    columns = ("Figure", "Of", "When", "Published", "Model, 90% interval", "Verdict")
    shown = tables.Table(f"Published figures beside the calibrated model ({len(rows)})", columns, rows)
    return TagList(
        tags.p(
            f"Of published figures that the model can say, {of('validate')} kept out of the calibration lie inside "
            f"its 90% interval, and {of('calibrate')} used in it; {put_in} more were put in, and prove nothing. "
            f"{unsaid} more it does not model. "
            "The scenarios here are played at the default settings, which are not calibrated values. ",
            tags.a("Which figures", href="#sure-figures"), ". For more, read docs/validation.md or run ",
            tags.code("placesim validate"), ".",
        ),
        tags.details(tags.summary("Each figure", id="sure-figures"), HTML(str(fragments.table(shown, "studio-fit")))),
    )  # fmt: skip
