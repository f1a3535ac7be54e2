"""One page for one question about capacity: the answer in sentences, tables, figures, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from sim.report import style, tables, words
from sim.report.figures.picture import Picture
from sim.report.numbers import interval, unit_words
from sim.report.page import environment, figure_of
from sim.store import write_csv, write_text, write_whole


@dataclass(frozen=True, eq=False)
class Section:
    """A part of a page: sentences, then figures, then tables."""

    title: str
    said: Sequence[str] = ()
    pictures: Sequence[Picture] = ()
    tables: Sequence[tables.Table] = ()


@dataclass(frozen=True, eq=False)
class Answer:
    """Everything that a page says. `numbers` are the tables as data, by the name of their file."""

    title: str
    question: Sequence[str]
    said: Sequence[str]
    sections: Sequence[Section]
    provenance: Mapping[str, str]
    numbers: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def write_answer(answer: Answer, out: Path) -> list[Path]:
    """Write `report.html`, `figures/*.png` and a CSV file for each table; their paths, the page first."""
    shown = [
        {
            "title": section.title,
            "id": f"part-{number}",
            "said": section.said,
            "figures": [figure_of(picture) for picture in section.pictures],
            "tables": section.tables,
        }
        for number, section in enumerate(answer.sections)
    ]
    about = tables.Table(
        "Where these numbers come from",
        ("What", "Value"),
        tuple((k, v) for k, v in answer.provenance.items()),
    )
    text = environment().get_template("answer.html").render(answer=answer, sections=shown, provenance=about)
    paths = [write_text(out / "report.html", text)]
    for section in answer.sections:
        for picture in section.pictures:
            image = style.png(picture.figure, picture.title, picture.caption)
            file = out / "figures" / f"{picture.name}.png"
            paths.append(write_whole(file, lambda path, image=image: path.write_bytes(image)))  # type: ignore[misc]
    for name, frame in answer.numbers.items():
        paths.append(write_csv(out / f"{name}.csv", frame))
    return paths


def cell(value: float, low: float, high: float, unit: str, signed: bool = False) -> str:
    """'53.1% (50.2 to 55.9)', as a cell of a table whose head names the unit."""
    return interval(value, low, high, unit, signed=signed)


def with_unit(name: str, unit: str, difference: bool = False) -> str:
    return f"{words.first_upper(name)} ({unit_words(unit, difference=difference)})"


def scaled(value: float, unit: str) -> float:
    """A number as figures show it: shares as per cent."""
    return value * 100 if unit == "share" and math.isfinite(value) else value
