"""One HTML page that holds everything: no network, no script, readable by eye, by ear and on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from sim.report import fairness, style, tables, under_stress, words
from sim.report.console import load_line
from sim.report.figures import Picture, pictures
from sim.report.figures.stress import caption, headline_pushes, table, unsure, verdict
from sim.report.findings import Findings
from sim.report.numbers import MINUS, NOT_APPLICABLE
from sim.report.observed import agreement, observed_table
from sim.report.own_referrals import own_table
from sim.report.sentences import level_sentences, scenario_sentences


def page(
    findings: Findings, drawn: Sequence[Picture] | None = None, kept: Sequence[Mapping[str, object]] = ()
) -> str:
    """The whole report as HTML; `drawn` saves drawing the pictures twice, `kept` are figures drawn before."""
    shown = pictures(findings) if drawn is None else drawn
    return (
        environment()
        .get_template("report.html")
        .render(
            findings=findings,
            baseline=words.in_sentence(findings.titled(findings.baseline)),
            answers=[
                (findings.titled(each), scenario_sentences(findings, each)) for each in findings.compared
            ],
            levels_said=level_sentences(findings),
            load_said=load_line(findings),
            stress=_stress(findings),
            moved=under_stress.moved(findings),
            red=tables.red(findings),
            primary=tables.primary(findings),
            others=tables.others(findings),
            unmoved=tables.unmoved(findings),
            loads=tables.loads(findings),
            levels=tables.levels(findings),
            figures=[*map(figure_of, shown), *kept],
            breakdowns=_breakdowns(findings),
            gaps=fairness.gaps(findings),
            ledger=fairness.ledger(findings),
            unsaid=_unsaid(findings),
            own=own_table(findings.own, findings.titles),
            observed=observed_table(findings.observed),
            agreement=agreement(findings.observed) if len(findings.observed) else "",
            checks=tables.checks(findings),
            exactness=tables.exactness(findings),
            glossary=[*words.rules_meant(findings.titles.values()), *words.GLOSSARY],
            provenance=tables.provenance(findings),
            command=str(findings.manifest.get("command", "")),
        )
    )


def marked_up(table: tables.Table, name: str) -> str:
    """One table as HTML, as it stands in the page; `name` is the id of its caption."""
    made: object = environment().get_template("tables.html").module
    return str(made.marked_up(table, name))  # type: ignore[attr-defined]  # a macro of the template


def figure_of(picture: Picture) -> dict[str, object]:
    """A picture as the template wants it."""
    drawing = style.svg(picture.figure, picture.name, str(escape(picture.alt)))
    return {
        "id": f"figure-{picture.name}",
        "title": picture.title,
        "caption": picture.caption,
        "svg": Markup(drawing),  # made here: matplotlib escapes text, the alt text is escaped above
        "table": table_of(picture),
    }


def table_of(picture: Picture) -> tables.Table:
    """The numbers behind a picture."""
    return tables.from_frame(f"The numbers behind the figure: {picture.title}", picture.table)


def _stress(findings: Findings) -> dict[str, object] | None:
    """What the stress test said, and its table."""
    pushes = headline_pushes(findings)
    if not pushes:
        return None
    said = unsure(findings, pushes)
    return {
        "verdict": verdict(pushes),
        "unsure": said,
        "table": tables.from_frame(caption(findings, pushes), table(pushes)),
    }


def _unsaid(findings: Findings) -> list[str]:
    """What returns leave unsaid, and what was done with it."""
    returns = findings.manifest.get("returns")
    return [str(line) for line in returns.get("not said", ())] if isinstance(returns, Mapping) else []


def _breakdowns(findings: Findings) -> list[tuple[str, tables.Table]]:
    found = [(name, tables.breakdown(findings, group)) for group, name in words.GROUPS.items()]
    return [(name, each) for name, each in found if each is not None]


def _numeric(text: str) -> bool:
    """Whether a cell holds a number (or says that there is none), to be set to the right."""
    begins = text.removeprefix("+").removeprefix(MINUS)[:1]
    return text == NOT_APPLICABLE or (begins.isdigit() and len(text) < 40)


def _whole_interval(text: str) -> str:
    """A number that breaks before its interval and nowhere else."""
    return text.replace(" to ", "\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}")


@cache
def environment() -> Environment:
    """The templates of the house, with what they ask about a cell."""
    made = Environment(
        loader=PackageLoader("sim.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.tests["numeric"] = _numeric
    made.tests["listed"] = lambda line: line.lstrip().startswith("- ")
    made.filters["without_dash"] = lambda line: line.strip().removeprefix("- ")
    made.filters["whole_interval"] = _whole_interval
    return made
