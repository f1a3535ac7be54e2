"""The page of places that just meet a standard: isoquants by lever, projections by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sim.report.answer_page import Answer, Section
from sim.report.answers_pieces import needed_words
from sim.report.figures.frontier import Dots, Line, Panel, dots_figure, lines_figure
from sim.report.figures.picture import Picture
from sim.report.numbers import interval
from sim.report.words import first_upper


def needed_answer(
    title: str,
    frame: pd.DataFrame,
    groups: tuple[str, str],
    question: Sequence[str],
    provenance: Mapping[str, str],
) -> Answer:
    """Places that just meet a standard: by lever and level (isoquants), or by trend and year (projection)."""
    kind, along = groups
    numeric = pd.api.types.is_numeric_dtype(frame[along])
    said = [
        f"{getattr(one, kind)}, {getattr(one, along)}: {needed_words(one)}{_saving(one)}."
        for one in frame.itertuples()
    ]
    text = pd.DataFrame(
        [
            {
                first_upper(kind): getattr(one, kind),
                first_upper(along): str(getattr(one, along)),
                "Places more than now": needed_words(one),
                "Fewer than the first": _saving_cell(one),
            }
            for one in frame.itertuples()
        ]
    )
    if numeric:
        lines = [
            Line(
                str(name),
                rows[along].tolist(),
                rows["places_needed"].tolist(),
                rows["lower_95"].tolist(),
                rows["upper_95"].tolist(),
            )
            for name, rows in frame.groupby(kind, sort=False)
        ]
        figure = lines_figure(
            [Panel("Places needed", first_upper(along), "Approved places more than now", lines, years=True)],
            each=5.0,
        )
    else:
        figure = dots_figure(
            [
                Dots(
                    f"{name}: settings that meet the same standard",
                    "Approved places more than now",
                    [str(one) for one in rows[along]],
                    {
                        "": (
                            rows["places_needed"].tolist(),
                            rows["lower_95"].tolist(),
                            rows["upper_95"].tolist(),
                        )
                    },
                )
                for name, rows in frame.groupby(kind, sort=False)
            ]
        )
    name = "projection" if numeric else "isoquants"
    picture = Picture(
        name,
        title,
        f"Places needed. {' '.join(said)}",
        "Places for which the standard is just met, read between the rungs that were played; 95% intervals by "
        "jackknife over the same worlds. Where the ladder is too short there is no dot: the table says so.",
        figure,
        text,
    )
    return Answer(
        title, question, said, [Section("Places needed", (), (picture,))], provenance, {name: frame}
    )


def _saving_cell(one: Any) -> str:
    """How many places fewer than the first setting, or the first trend in that year."""
    return interval(
        float(one.saves), float(one.saves_lower_95), float(one.saves_upper_95), "places", signed=True
    )


def _saving(one: Any) -> str:
    if one.saves != one.saves or not one.saves:
        return ""
    size = interval(float(one.saves), float(one.saves_lower_95), float(one.saves_upper_95), "places")
    return f", {size} fewer than the first"
