"""The table of every difference under assumptions that were moved for every scenario."""

from __future__ import annotations

from sim.report import words
from sim.report.findings import Findings, records
from sim.report.numbers import NOT_APPLICABLE, interval
from sim.report.tables import Table


def moved(findings: Findings) -> Table | None:
    """Differences of the primary measures as assumed and under each moved assumption; None without any."""
    rows = records(findings.stress)
    several = {
        row["assumption"]
        for row in rows
        if (row["measure"], row["to"]) != (rows[0]["measure"], rows[0]["to"])
    }
    titles = [title for title in dict.fromkeys(str(row["assumption"]) for row in rows) if title in several]
    if not titles:
        return None
    found = {(row["assumption"], row["measure"], row["to"]): row for row in rows}
    measures = dict.fromkeys(str(row["measure"]) for row in rows)
    cells = []
    for measure in measures:
        for scenario in findings.compared:
            central = findings.difference(scenario, measure)
            if central is None:
                continue
            said = interval(central.value, central.low, central.high, central.unit, True)
            ends = [found.get((title, measure, scenario)) for title in titles]
            told = [
                NOT_APPLICABLE if end is None
                else interval(end["difference"], end["lower_95"], end["upper_95"], end["unit"], True)
                + ("; turns round" if end["turns"] and end["lower_95"] * end["upper_95"] > 0 else "")
                for end in ends
            ]  # fmt: skip
            cells.append((words.first_upper(findings.name(measure)), findings.titled(scenario), said, *told))
    columns = ("Measure", "Scenario", "As assumed", *titles)
    return Table(
        "Every difference when one red assumption is moved (95% interval)", columns, tuple(cells), headers=2
    )
