"""The pages of questions that are answered by playing every design: ladder, where, pipeline, marginal value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sim.report.answer_page import Answer, Section, cell, scaled, with_unit
from sim.report.answers_pieces import (
    as_text,
    as_wide,
    change_of,
    forest_of,
    free_sentences,
    free_text,
    late_words,
    line_of,
)
from sim.report.figures.frontier import Dots, Panel, dots_figure, lines_figure
from sim.report.figures.picture import Picture
from sim.report.numbers import signed, unit_words
from sim.report.tables import from_frame
from sim.report.words import first_upper
from sim.study.capacity.goals import KNOWN


def ladder_answer(
    title: str, frame: pd.DataFrame, measures: Sequence[str], provenance: Mapping[str, str]
) -> Answer:
    """Lines by rule, a panel for each demand, for the first measure; one table of all."""
    first = measures[0]
    own = frame[frame["measure"] == first]
    unit = str(own["unit"].iloc[0])
    panels = [
        Panel(
            str(demand),
            "Places more or fewer than now",
            with_unit(KNOWN[first].words, unit),
            [
                line_of(str(rule), rows.sort_values("places"), "places", unit)
                for rule, rows in group.groupby("rule", sort=False)
            ],
        )
        for demand, group in own.groupby("demand", sort=False)
    ]
    apart = own.dropna(subset=["difference"])
    panels += [
        Panel(
            f"{demand}: difference from no place more",
            "Places more or fewer than now",
            f"Difference, {unit_words(unit, difference=True)}",
            [
                line_of(str(rule), rows.sort_values("places"), "places", unit, "difference")
                for rule, rows in group.groupby("rule", sort=False)
            ],
            0.0,
        )
        for demand, group in apart.groupby("demand", sort=False)
    ]
    said = []
    for (demand, rule), rows in own.groupby(["demand", "rule"], sort=False):
        top = rows.loc[rows["places"].idxmax()]
        change = signed(top["difference"], unit, top["difference_lower_95"], top["difference_upper_95"])
        said.append(
            f"{demand}, {rule}: {int(top['places']):+d} places change {KNOWN[first].words} by {change}."
        )
    most = apart[apart["places"] == apart["places"].max()]
    ends = [
        signed(one["difference"], unit) for _, one in most.sort_values("difference").iloc[[0, -1]].iterrows()
    ]
    picture = Picture(
        "ladder",
        f"{int(most['places'].iloc[0]):+d} places change {KNOWN[first].words} by {ends[0]} to {ends[1]}",
        f"Line charts of {KNOWN[first].words} against places, by rule and demand. {' '.join(said)}",
        f"Bars are 95% intervals over {int(own['replications'].iloc[0])} replications, the same worlds for all.",
        lines_figure(panels, across=min(3, len(panels) // 2), each=3.8),
        as_text(own, ["demand", "rule", "places"]),
    )
    table = from_frame(
        f"{title}: every measure, with 95% intervals, and the difference from no place more",
        as_wide(frame, ["demand", "rule", "places"], measures),
    )
    sections = [Section("The ladder", (), (picture,), (table,))]
    return Answer(
        title,
        ["What do so many places more or fewer change, under each rule and demand?"],
        said,
        sections,
        provenance,
        {"ladder": frame},
    )


def where_answer(
    title: str,
    frame: pd.DataFrame,
    free: pd.DataFrame,
    measures: Sequence[str],
    provenance: Mapping[str, str],
) -> Answer:
    """Differences from no place more by site and rule, and what a better rule gives free."""
    gained = frame.dropna(subset=["difference"])
    panels = [
        forest_of(gained[gained["measure"] == measure], measure, "site", "rule") for measure in measures
    ]
    said, first = [], measures[0]
    better = KNOWN[first].better
    for rule, rows in gained[gained["measure"] == first].groupby("rule", sort=False):
        order = rows.sort_values("difference", ascending=better == "lower")
        top, bottom = order.iloc[0], order.iloc[-1]
        said.append(
            f"{rule}: most is gained in {KNOWN[first].words} at {top['site']} "
            f"({change_of(top)}), least at {bottom['site']} ({change_of(bottom)})."
            f"{'' if _apart(top, bottom) else ' Their intervals overlap: none is shown to be better.'}"
        )
    said += free_sentences(free, first)
    picture = Picture(
        "where",
        title,
        f"Dot plots of differences by site. {' '.join(said)}",
        "Difference from no place more under the same rule, on the same worlds, with 95% intervals.",
        dots_figure(panels),
        as_text(gained, ["rule", "site"], "difference"),
    )
    tables = [
        from_frame("Levels and differences by site and rule", as_wide(frame, ["rule", "site"], measures))
    ]
    if len(free):
        tables.append(
            from_frame("How much of the gain of the places each rule gives without a place", free_text(free))
        )
    sections = [Section("Where places do most", (), (picture,), tables)]
    return Answer(
        title,
        ["What is gained by the same number of places in one place or another?"],
        said,
        sections,
        provenance,
        {"where": frame, "free": free},
    )


def pipeline_answer(
    title: str, frame: pd.DataFrame, measures: Sequence[str], provenance: Mapping[str, str]
) -> Answer:
    """What the planned homes gain by year, by how late they are."""
    gained = frame.dropna(subset=["difference"]).copy()
    gained["late"] = [
        f"{one.rule}: {late_words(one.delay_days, one.ramp_up_days)}" for one in gained.itertuples()
    ]
    panels = []
    for measure in measures[:4]:
        own = gained[
            (gained["measure"] == measure) & (gained["ramp_up_days"] == gained["ramp_up_days"].min())
        ]
        unit = str(own["unit"].iloc[0])
        lines = [
            line_of(str(late), rows, "year", unit, "difference")
            for late, rows in own.groupby("late", sort=False)
        ]
        panels.append(
            Panel(
                first_upper(KNOWN[measure].words),
                "Window opens in April",
                f"Difference, {unit_words(unit, difference=True)}",
                lines,
                0.0,
                years=True,
            )
        )
    own = gained[gained["measure"] == measures[0]]
    said = [
        f"{one['year']}, {one['late']}: {KNOWN[measures[0]].words} {change_of(one)}."
        for _, one in own.iterrows()
    ]
    picture = Picture(
        "pipeline",
        title,
        f"Line charts of differences from the homes of today by year. {' '.join(said[:6])}",
        "Difference from the homes of today in the same window and worlds, with 95% intervals; filling at once.",
        lines_figure(panels, across=2, each=3.6),
        as_text(own, ["year", "late"], "difference"),
    )
    keys = ["year", "rule", "estate", "delay_days", "ramp_up_days"]
    table = from_frame("Every year, rule and delay", as_wide(frame, keys, measures))
    return Answer(
        title,
        ["What do the planned homes gain, if they open on time or late, and fill fast or slowly?"],
        said,
        [Section("The planned homes by year", (), (picture,), (table,))],
        provenance,
        {"pipeline": frame},
    )


def marginal_answer(
    title: str, frame: pd.DataFrame, step: int, measures: Sequence[str], provenance: Mapping[str, str]
) -> Answer:
    """The value of one more staffed place by site."""
    panels = []
    for measure in measures:
        own = frame[frame["measure"] == measure]
        unit = str(own["unit"].iloc[0])
        series = {
            name: tuple(
                [scaled(one, unit) for one in own[f"{column}{end}"]] for end in ("", "_lower_95", "_upper_95")
            )
            for name, column in (
                ("One approved place", "per_place"),
                ("One staffed place", "per_staffed_place"),
            )
        }
        label = f"Difference, {unit_words(unit, difference=True)}"
        panels.append(Dots(first_upper(KNOWN[measure].words), label, own["site"].tolist(), series))  # type: ignore[arg-type]
    first = frame[frame["measure"] == measures[0]]
    order = first.sort_values("per_staffed_place", ascending=KNOWN[measures[0]].better == "lower")
    said = []
    for one in (order.iloc[0], order.iloc[-1]):
        change = signed(
            one["per_staffed_place"],
            one["unit"],
            one["per_staffed_place_lower_95"],
            one["per_staffed_place_upper_95"],
        )
        said.append(
            f"One more staffed place at {one['site']} changes {KNOWN[measures[0]].words} by {change}."
        )
    rows = [
        {
            "Site": one.site,
            "Measure": first_upper(KNOWN[one.measure].words),
            "Unit": unit_words(one.unit, difference=True),
            "One approved place": cell(
                one.per_place, one.per_place_lower_95, one.per_place_upper_95, one.unit, True
            ),
            "One staffed place": cell(
                one.per_staffed_place,
                one.per_staffed_place_lower_95,
                one.per_staffed_place_upper_95,
                one.unit,
                True,
            ),
        }
        for one in frame.itertuples()
    ]
    text = pd.DataFrame(rows)
    picture = Picture(
        "marginal",
        title,
        f"Dot plots of the value of one more place by site. {' '.join(said)}",
        f"Differences that {step} more places make on the same worlds, for one approved place and for one staffed "
        "place, with 95% intervals (for a staffed place by Fieller's theorem; none where its places may be nil).",
        dots_figure(panels),
        text,
    )
    return Answer(
        title,
        ["What is one more place worth, by region and purpose?"],
        said,
        [Section("The value of one more place", (), (picture,))],
        provenance,
        {"marginal": frame},
    )


def _apart(one: pd.Series, other: pd.Series) -> bool:
    """Whether the intervals of two differences do not overlap."""
    low, high = "difference_lower_95", "difference_upper_95"
    return bool(one[low] > other[high] or other[low] > one[high])
