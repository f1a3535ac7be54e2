"""Tables of who gains and who loses: gaps between groups of children, and places taken between regions."""

from __future__ import annotations

from sim.report import words
from sim.report.findings import Findings, Row, records
from sim.report.numbers import NOT_APPLICABLE, interval, unit_words
from sim.report.tables import Table

LEDGER = {
    "placed_at_home_per_year": "Placed in own region",
    "sent_elsewhere_per_year": "Sent elsewhere",
    "taken_from_elsewhere_per_year": "Taken from elsewhere",
}
SAID = ("share_placed", "days_waiting_90")
GINI = "Gini"


def gaps(findings: Findings) -> Table | None:
    """Largest gap and Gini of two measures over every way of grouping children; None if not worked out."""
    rows = [row for row in records(findings.equity) if row["measure"] in SAID]
    if not rows:
        return None
    scenarios = tuple(findings.titles)
    found = {(row["measure"], row["group"], row["summary"], row["scenario"]): row for row in rows}
    units = dict.fromkeys((row["measure"], row["group"], row["summary"], row["unit"]) for row in rows)
    cells = tuple(
        (
            f"{words.first_upper(findings.name(measure))}: {_named(summary, unit)}",
            words.GROUPS.get(group, words.plain(group)),
            *(_cell(found.get((measure, group, summary, each)), summary) for each in scenarios),
        )
        for measure, group, summary, unit in units
    )
    columns = ("Measure and summary", "Groups", *map(findings.titled, scenarios))
    return Table("Gaps between groups of children (95% interval)", columns, cells, headers=2)


def ledger(findings: Findings) -> Table | None:
    """Children placed at home, sent elsewhere and taken in, by region and nation, under two scenarios."""
    scenarios = tuple(dict.fromkeys((findings.baseline, findings.first)))
    levels = [(group, level) for group in ("region", "nation") for level in
              findings.groups("placed_at_home_per_year", group)]  # fmt: skip
    if not levels:
        return None
    columns = ("Region or nation", *(f"{said}, {words.in_sentence(findings.titled(each))}" for each in scenarios
                                     for said in LEDGER.values()))  # fmt: skip
    cells = tuple(
        (
            level if group == "region" else f"{level} as a whole",
            *(_amount(findings, each, measure, group, level) for each in scenarios for measure in LEDGER),
        )
        for group, level in levels
    )
    return Table("Children placed a year, by where they are from and where they go", columns, cells)


def _named(summary: str, unit: str) -> str:
    """A summary with its unit; the Gini coefficient has none."""
    return summary if summary == GINI else f"{summary}, {unit_words(unit, difference=True)}"


def _cell(row: Row | None, summary: str) -> str:
    if row is None:
        return NOT_APPLICABLE
    if summary == GINI:
        return f"{row['value']:.3f} ({row['lower_95']:.3f} to {row['upper_95']:.3f})"
    return interval(row["value"], row["lower_95"], row["upper_95"], row["unit"])


def _amount(findings: Findings, scenario: str, measure: str, group: str, level: str) -> str:
    found = findings.value(scenario, measure, group, level)
    return NOT_APPLICABLE if found is None else f"{found.value:.1f}"
