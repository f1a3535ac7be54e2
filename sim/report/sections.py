"""A page of sections, each with sentences, a figure and tables: what the validation and the standards pages are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape
from matplotlib.figure import Figure

from sim.report import style
from sim.report.page import environment
from sim.report.tables import Table


@dataclass(frozen=True, eq=False)
class Section:
    """One section. `svg` is a figure ready to be put in; `folded` tables are opened by the reader."""

    id: str
    title: str
    said: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    svg: Markup | None = None
    caption: str = ""
    folded: bool = False


def drawn(figure: Figure, name: str, alt: str) -> Markup:
    """A figure as SVG with its alt text."""
    return Markup(style.svg(figure, name, str(escape(alt))))


def page_of(title: str, box: str, sections: Sequence[Section], foot: str) -> str:
    """The whole page as HTML that fetches nothing."""
    template = environment().get_template("sections.html")
    return str(template.render(title=title, box=box, sections=sections, foot=foot))
