"""The page of a sweep: what was varied, the main measures of every scenario with intervals, a figure of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from sim.outcomes.catalogue import CATALOGUE
from sim.outcomes.suppression import COUNTS
from sim.report import style, words
from sim.report.answer_page import Answer, Section, cell, scaled, with_unit
from sim.report.figures.picture import Picture
from sim.report.numbers import NOT_APPLICABLE, show, unit_words
from sim.report.tables import Table

MAIN = ("children_waiting_mean", "share_placed", "days_waiting_90", "unregistered_days_per_year")
MOST_DRAWN = 40
KEPT = ("scenario", "number", "title")
FIXED = {*KEPT, "measure", "group", "level", "value", "lower_95", "upper_95", "replications", "unit"}


def sweep_answer(levels: pd.DataFrame, provenance: Mapping[str, str], suppress: int = 0) -> Answer:
    """The page of a sweep from the table of its levels (`sim.study.sweep.read.read_sweep`)."""
    whole = levels[(levels["group"] == "all") & levels["measure"].isin(MAIN)]
    few = whole["unit"].isin(COUNTS) & (whole["value"] > 0) & (whole["value"] < suppress)
    whole = whole[~few]
    keys = [name for name in levels.columns if name not in FIXED]
    settings = levels[[*KEPT, *keys]].drop_duplicates("scenario")
    count = len(settings)
    varied = [f"- {key}: {settings[key].nunique()} values" for key in keys]
    measures = [name for name in MAIN if (whole["measure"] == name).any()]
    least = int(levels["replications"].min())
    return Answer(
        title=f"A sweep of {count:,} scenarios",
        question=["What do these settings do, each with each?", *varied],
        said=[
            *(_said(whole[whole["measure"] == name], name) for name in measures),
            f"Each scenario was played {least} times or more. Scenarios meet the same children, so their "
            "differences are surer than these levels; placesim compare works them out.",
        ],
        sections=[
            Section("Main measures", pictures=[_picture(whole, measures)] if measures else [],
                    tables=[_table(whole, settings, measures)]),
        ],
        provenance=provenance,
    )  # fmt: skip


def _said(rows: pd.DataFrame, measure: str) -> str:
    known = rows[rows["value"].notna()]
    name = words.first_upper(CATALOGUE[measure].words)
    if known.empty:
        return f"{name}: not worked out."
    low, high = known.loc[known["value"].idxmin()], known.loc[known["value"].idxmax()]
    told = [
        f"{show(row['value'], row['unit'], row['lower_95'], row['upper_95'])} ({row['title']})"
        for row in (low, high)
    ]
    return f"{name}: from {told[0]} to {told[1]}."


def _table(whole: pd.DataFrame, settings: pd.DataFrame, measures: Sequence[str]) -> Table:
    found = {(row.scenario, row.measure): row for row in whole.itertuples()}
    rows = []
    for one in settings.itertuples():
        cells = [found.get((one.scenario, measure)) for measure in measures]
        rows.append((str(one.title), *(cell(_f(each.value), _f(each.lower_95), _f(each.upper_95), str(each.unit))
                                       if each is not None else NOT_APPLICABLE for each in cells)))  # fmt: skip
    heads = [with_unit(CATALOGUE[name].words, CATALOGUE[name].unit) for name in measures]
    return Table("Every scenario (95% interval)", ("Scenario", *heads), tuple(rows))


def _picture(whole: pd.DataFrame, measures: Sequence[str]) -> Picture:
    titles = list(dict.fromkeys(whole["title"]))[:MOST_DRAWN]
    shown = whole[whole["title"].isin(titles)]
    with style.drawing():
        figure = style.new_figure(1.2 + len(measures) * (0.9 + 0.24 * len(titles)))
        panels = figure.subplots(len(measures), 1, squeeze=False)[:, 0]
        for axes, measure in zip(panels, measures, strict=True):
            rows = shown[shown["measure"] == measure].set_index("title").reindex(titles)
            unit = CATALOGUE[measure].unit
            value, low, high = (
                [scaled(_f(each), unit) for each in rows[name]] for name in ("value", "lower_95", "upper_95")
            )
            bars = [[max(0.0, a - b) if math.isfinite(a - b) else 0.0 for a, b in pairs]
                    for pairs in (zip(value, low, strict=True), zip(high, value, strict=True))]  # fmt: skip
            axes.errorbar(value, range(len(titles)), xerr=bars, fmt="o", color=style.DARK_BLUE, capsize=3)
            axes.set_yticks(range(len(titles)), [style.wrap(title, 40) for title in titles])
            axes.invert_yaxis()
            axes.grid(axis="x")
            axes.set_title(words.first_upper(CATALOGUE[measure].words))
            axes.set_xlabel(unit_words(unit))
    rows = shown[shown["measure"] == measures[0]]
    name = words.first_upper(CATALOGUE[measures[0]].words)
    spoken = "; ".join(f"{row.title} {show(_f(row.value), str(row.unit))}" for row in rows.itertuples())
    cut = f" The first {MOST_DRAWN} scenarios are drawn." if whole["title"].nunique() > MOST_DRAWN else ""
    settings = shown[["scenario", "title"]].drop_duplicates("scenario")
    made = _table(shown, settings, measures)
    return Picture(
        name="sweep",
        title=_said(whole[whole["measure"] == measures[0]], measures[0]).rstrip("."),
        alt=f"Dots with intervals, a row for each scenario. {name}: {spoken}.",
        caption=f"Dots are means over the replications of each scenario, lines are 95% intervals.{cut}",
        figure=figure,
        table=pd.DataFrame(list(made.rows), columns=list(made.columns)),
    )


def _f(value: object) -> float:
    return float(str(value))
