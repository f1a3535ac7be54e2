"""The page of the best split of a number of places over several sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sim.report.answer_page import Answer, Section, cell, scaled, with_unit
from sim.report.figures.frontier import Dots, dots_figure
from sim.report.figures.picture import Picture
from sim.report.numbers import unit_words
from sim.report.words import first_upper
from sim.scenario.asking import Split
from sim.study.capacity.goals import KNOWN
from sim.study.capacity.searching import split_title
from sim.study.capacity.selection import Selection


def split_answer(
    question: Split,
    every: Sequence[dict[str, int]],
    found: Selection,
    seen: pd.DataFrame,
    provenance: Mapping[str, str],
) -> Answer:
    """The page of the best split of a number of places."""
    tie = question.tie_break
    best = every[found.left[0]]
    said = [f"Of {len(every)} ways to share out {question.places} places, the best is {split_title(best)}."]
    claim = f"{question.judging.probability:.0%}"
    if found.best is None:
        rest = "; ".join(split_title(every[at]) for at in found.left[1:6])
        said.append(
            f"After {found.at} observations {len(found.left)} are left, so {claim} is not claimed. Others: {rest}."
        )
    else:
        said.append(
            f"With a probability of at least {claim} no other is better by {tie.delta:g} or more in "
            f"{KNOWN[tie.measure].words}."
        )
    shown = seen.sort_values("value", ascending=tie.better == "lower")[:15]
    unit = str(shown["unit"].iloc[0])
    columns = [[scaled(one, unit) for one in shown[name]] for name in ("value", "lower_95", "upper_95")]
    names = [split_title({site: int(row[site]) for site in question.sites}) for _, row in shown.iterrows()]
    dots = Dots(
        first_upper(KNOWN[tie.measure].words),
        unit_words(unit),
        names,
        {"": (columns[0], columns[1], columns[2])},
        False,
    )
    table = pd.DataFrame(
        {
            "Split": names,
            with_unit(KNOWN[tie.measure].words, unit): [
                cell(r.value, r.lower_95, r.upper_95, unit) for r in shown.itertuples()
            ],
        }
    )
    picture = Picture(
        "splits",
        f"Best split: {split_title(best)}",
        f"Dot plot of {KNOWN[tie.measure].words} for the best {len(shown)} splits.",
        f"The first {question.judging.first} observations of each split, with 95% intervals of each by itself. "
        "On the same worlds differences vary less.",
        dots_figure([dots]),
        table,
    )
    return Answer(
        question.title,
        [f"How should {question.places} places be shared out?"],
        said,
        [Section("The best splits", (), (picture,))],
        provenance,
        {"splits": seen},
    )
