"""Pieces of pages from stored findings: sentences, tables, figures, the timeline; outside text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from htmltools import HTML, Tag, TagList, tags
from markupsafe import escape
from shiny import render

from sim.report import style, tables, words
from sim.report.figures.flows import flows
from sim.report.figures.forest import forest
from sim.report.figures.picture import Picture
from sim.report.figures.stacked import places
from sim.report.findings import Findings
from sim.report.own_referrals import own_table
from sim.report.page import marked_up
from sim.report.sentences import level_sentences, scenario_sentences
from sim.studio.job import PART
from sim.studio.timeline import Timeline

LIST = ("children_referred_per_year", "children_placed_per_year", "children_waiting_mean", "children_waiting_p90",
        "days_waiting_90", "placed_within_7_days", "placed_within_28_days", "refusals_per_child",
        "children_unregistered_mean")  # fmt: skip
HOMES = ("occupancy_approved", "occupancy_available", "occupancy_staffed", "available_over_approved",
         "staffed_over_approved", "declared_beds_mean", "void_days_per_year")  # fmt: skip
DOWNLOAD: Any = (
    getattr(render, "download_button", None) or render.download
)  # the newer name, where there is one
FEW = 20
CAUTION = "Illustrative simulation, not official statistics. Intervals cover luck, not wrong assumptions."


def answer(findings: Findings) -> TagList:
    """Sentences for every scenario, the table of differences, and the figure of them."""
    parts: list[Tag | HTML] = [tags.p(CAUTION, class_="box")]
    if findings.replications < FEW:
        few = f"Only {findings.replications} replications were played, so intervals are wide."
        parts.append(tags.p(f"{few} Play {FEW} or more before anything is decided.", class_="box"))
    if findings.caution:
        parts.append(tags.p(tags.strong(findings.caution), class_="box"))
    base = words.in_sentence(findings.titled(findings.baseline))
    for scenario in findings.compared:
        parts.append(tags.h3(f"{findings.titled(scenario)}, compared with {base}"))
        parts.append(tags.ul(*(tags.li(text) for text in scenario_sentences(findings, scenario))))
    if not findings.compared:
        parts.append(tags.ul(*(tags.li(text) for text in level_sentences(findings))))
    else:
        parts.append(table(tables.primary(findings), "studio-primary"))
        parts.append(figure(forest(findings)))
    own = own_table(findings.own, findings.titles)
    if own is not None:
        parts.append(table(own, "studio-own"))
    loads = tables.loads(findings)
    if loads is not None:
        parts.append(table(loads, "studio-loads"))
    return TagList(*parts)


def the_list(findings: Findings) -> TagList:
    """The waiting list under each scenario."""
    return TagList(table(tables.chosen(findings, "The list under each scenario", LIST), "studio-list"))


def homes(findings: Findings) -> TagList:
    """Occupancy under each scenario, and what places are used for."""
    found = tables.chosen(findings, "Places and staff under each scenario", HOMES)
    return TagList(table(found, "studio-homes"), figure(places(findings)))


def the_map(findings: Findings) -> TagList:
    """Where placed children come from and go, as a map and as a table."""
    drawn = flows(findings)
    if drawn is None:
        return TagList(tags.p("These homes lie in regions that the map does not know."))
    return TagList(figure(drawn), table(tables.from_frame(drawn.title, drawn.table), "studio-flows"))


def table(found: tables.Table, name: str) -> HTML:
    return HTML(marked_up(found, name))


def figure(drawn: Picture | None) -> Tag | HTML:
    if drawn is None:
        return HTML("")
    art = style.svg(drawn.figure, f"studio-{drawn.name}", str(escape(drawn.alt)))
    return tags.figure(tags.h3(drawn.title), HTML(art), tags.figcaption(drawn.caption))


def timeline(made: Timeline, title: str) -> Tag:
    """The places of each home, with a button that plays them and a slider; the script draws the squares."""
    homes: list[Tag] = []
    for at, home in enumerate(made.homes):
        homes.append(tags.span(f"{home['name']} ({home['approved']})"))
        homes.append(tags.div(class_="places", role="img", data_home=str(at), aria_label=str(home["name"])))
    key = [tags.li(tags.span(class_=f"place s{at}"), state) for at, state in enumerate(made.states)]
    return tags.div(
        tags.h3(f"Places of each home, week by week: {title}"),
        tags.p("One square is one place, in one replication. A home's approved places stand in brackets."),
        tags.ul(*key, class_="key"),
        tags.p(
            tags.button("Play", id="play", type="button", class_="btn btn-primary"),
            " ",
            tags.label("Week", for_="when"),
            " ",
            tags.input(id="when", type="range", min="0", max="0", value="0", step="1"),
        ),
        tags.p(class_="told", role="status"),
        tags.div(*homes, class_="homes"),
        tags.script(HTML(made.json()), type="application/json"),
        class_="timeline",
    )


def problem(said: str) -> Tag:
    return tags.p(said, class_="wrong")


def good(said: Sequence[str]) -> Tag:
    return tags.div(*(tags.p(text) for text in said), class_="right")


def zipped(folder: Path) -> bytes:
    """Everything of a run but what the processes said and what is not whole yet."""
    sink = BytesIO()
    with ZipFile(sink, "w", ZIP_DEFLATED) as book:
        for path in sorted(folder.rglob("*")):
            whole = not any(part.endswith(PART) for part in path.relative_to(folder).parts)
            if path.is_file() and path.suffix != ".log" and whole:
                book.write(path, path.relative_to(folder).as_posix())
    return sink.getvalue()
