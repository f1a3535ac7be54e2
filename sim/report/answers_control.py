"""The diagnostics page: warm-up and replications; and the page of what each way of choosing worlds saves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.report.answer_page import Answer, Section, scaled
from sim.report.figures.frontier import Dots, Line, Panel, dots_figure, lines_figure
from sim.report.figures.picture import Picture
from sim.report.numbers import number, unit_words
from sim.report.tables import from_frame
from sim.report.words import first_upper
from sim.scenario.asking import Precision
from sim.study.capacity.goals import KNOWN
from sim.study.capacity.run_control import Enough, WarmUp
from sim.study.capacity.warm_up import BATCH


def precision_answer(
    question: Precision, warm_up: WarmUp, found: Enough, each: int, provenance: Mapping[str, str]
) -> Answer:
    """The page of run control."""
    said = [*_warm_up_sentences(warm_up), *_enough_sentences(question, found, each)]
    cuts = pd.DataFrame(
        [
            {
                "Series": first_upper(name),
                "Settled after (days)": "not in its first half" if days is None else str(days),
            }
            for name, days in warm_up.cut.days.items()
        ]
    )
    sections = [
        Section(
            "Warm-up",
            (),
            (_series_picture(warm_up),),
            (from_frame("Where each series settles (MSER-5)", cuts),),
        ),
        Section(
            "Replications",
            (),
            (_running_picture(found),),
            (from_frame("Half of each interval", _widths(found)),),
        ),
    ]
    frame = pd.DataFrame(
        {
            f"{name}_{what}": values
            for name in found.columns
            for what, values in (("value", found.columns[name]), ("half_width", found.widths[name]))
        }
    )
    asked = [
        "When has a run settled, and how many replications make every chosen interval narrow enough?",
        f"Together the intervals hold with a probability of {question.confidence:.0%}, however often one looks.",
    ]
    return Answer(question.title, asked, said, sections, provenance, {"running": frame})


def _warm_up_sentences(warm_up: WarmUp) -> list[str]:
    common = warm_up.cut.common
    if common is None:
        late = ", ".join(name for name, days in warm_up.cut.days.items() if days is None)
        return [
            f"Not settled in the first half of the run: {late}. The warm-up of {warm_up.chosen} days was kept."
        ]
    found = f"Every series has settled after {common} days (MSER-5 on means of {BATCH} days)."
    if not warm_up.given:
        return [f"{found} That is the warm-up that was used."]
    enough = "long enough" if warm_up.chosen >= common else "too short"
    return [f"{found} The warm-up that was given, {warm_up.chosen} days, is {enough}."]


def _enough_sentences(question: Precision, found: Enough, each: int) -> list[str]:
    runs = found.observations * each
    missing = [KNOWN[name].words for name, at in found.reached.items() if at is None]
    if found.given:
        said = f"{runs} replications were given."
        return [f"{said} Too few for: {'; '.join(missing)}." if missing else f"{said} They are enough."]
    if missing:
        return [f"{runs} replications, the most that are allowed, are too few for: {'; '.join(missing)}."]
    last = max(found.reached, key=lambda name: found.reached[name] or 0)
    needed = (found.reached[last] or 0) * each
    return [
        f"{needed} replications are enough for every target; {KNOWN[last].words} needs the most. {runs} were played."
    ]


def _series_picture(warm_up: WarmUp) -> Picture:
    panels, rows = [], []
    for name, values in warm_up.series.items():
        if not values.any():
            continue
        count = values.shape[1] // BATCH
        means = values[:, : count * BATCH].reshape(len(values), count, BATCH).mean(axis=(0, 2))
        day = (np.arange(count) * BATCH + (BATCH - 1) / 2).tolist()
        panels.append(
            Panel(
                first_upper(name),
                "Day of the run",
                "children",
                [Line("", day, means.tolist())],
                mark=warm_up.chosen,
                bands=True,
            )
        )
        every = max(1, count // 24)
        rows += [
            {"Series": first_upper(name), "Day": f"{d:.0f}", "Mean": f"{m:.1f}"}
            for d, m in list(zip(day, means, strict=True))[::every]
        ]
    return Picture(
        "warm-up",
        f"The first {warm_up.chosen} days are left out",
        f"Line charts of means over the pilot, day by day, for {', '.join(warm_up.series)}.",
        "Means over the pilot, five days at a time. The dotted line is the end of the warm-up.",
        lines_figure(panels, across=2, each=2.8),
        pd.DataFrame(rows),
    )


def _running_picture(found: Enough) -> Picture:
    panels = []
    for name, values in found.columns.items():
        unit = KNOWN[name].unit
        n = np.arange(1, len(values) + 1)
        mean, half = (
            np.cumsum(values) / n,
            np.where(np.isfinite(found.widths[name]), found.widths[name], np.nan),
        )
        keep = n >= 5
        lines = [
            Line(
                "",
                n[keep].tolist(),
                *([scaled(one, unit) for one in column[keep]] for column in (mean, mean - half, mean + half)),
            )
        ]
        panels.append(
            Panel(
                first_upper(KNOWN[name].words),
                "Replications",
                unit_words(unit),
                lines,
                mark=found.reached[name],
                bands=True,
            )
        )
    return Picture(
        "running-means",
        f"Running means over {found.observations} replications",
        f"Line charts of running means with bands for {', '.join(KNOWN[name].words for name in found.columns)}.",
        "Mean of the replications so far, with an interval that holds at every number of them. The dotted line is "
        "where the target is reached.",
        lines_figure(panels, across=2, each=2.8),
        _widths(found),
    )


def _widths(found: Enough) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Measure": first_upper(KNOWN[name].words),
                "Unit": unit_words(KNOWN[name].unit, difference=True),
                "Mean": number(float(values.mean()), KNOWN[name].unit),
                "Half of the interval": number(float(found.widths[name][-1]), KNOWN[name].unit, places=3),
                "Target": number(found.targets[name], KNOWN[name].unit, places=3),
                "Reached after": str(found.reached[name] or "not reached"),
            }
            for name, values in found.columns.items()
        ]
    )


WAYS = {
    "common": "Common worlds, for a difference",
    "antithetic": "Antithetic pairs, for a level",
    "control_referrals": "Control: referrals",
    "control_offered_load": "Control: offered load",
    "controls": "Both controls, for a level",
    "difference_controls": "Both controls, for a difference on common worlds",
}


def savings_answer(title: str, frame: pd.DataFrame, provenance: Mapping[str, str]) -> Answer:
    """The page of variance reduction."""
    said = []
    for way, words in WAYS.items():
        best = frame.loc[frame[way].idxmin()]
        middle = float(frame[way].median())
        said.append(
            f"{words}: {middle:.2f} of the variance is left in the median measure, {best[way]:.2f} in the best "
            f"({KNOWN[best['measure']].words})."
        )
    names = [first_upper(KNOWN[one].words) for one in frame["measure"]]
    nothing = [float("nan")] * len(names)
    series = {
        words: (frame[way].tolist(), nothing, nothing)
        for way, words in WAYS.items()
        if way in ("common", "antithetic", "controls")
    }
    table = pd.DataFrame(
        {"Measure": names, **{words: [f"{one:.2f}" for one in frame[way]] for way, words in WAYS.items()}}
    )
    picture = Picture(
        "savings",
        title,
        f"Dot plot of the variance left by each way. {' '.join(said)}",
        f"Variance for the same number of replications ({int(frame['replications'].iloc[0])}) over that of "
        "independent ones: below 1 is a gain. A variance from so few runs is itself good to about a third.",
        dots_figure([Dots("Variance left", "Share of the variance", names, series, False)]),
        table,
    )
    asked = ["How much of the variance is left with common, antithetic or controlled worlds?"]
    return Answer(
        title, asked, said, [Section("What each way saves", (), (picture,))], provenance, {"savings": frame}
    )
