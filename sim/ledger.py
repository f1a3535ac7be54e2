"""The jobs behind the verbs `assumptions` and `standards`: the logs printed, filtered and written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from sim import __version__
from sim.report.standards import standards_page
from sim.scenario.errors import COMMAND_LINE, ConfigError
from sim.scenario.scenario import Scenario
from sim.store import write_csv, write_text, write_whole
from sim.study.assumptions import assumptions as log_of
from sim.study.code import code_version
from sim.study.standards import page_one, scores
from sim.study.standards import standards as standards_of

NAME = "assumptions"


def assumptions(scenario: Scenario, filters: Mapping[str, str], out: Path | None) -> int:
    """Print the rows that pass every filter; write them if there is a folder. ConfigError if none passes."""
    whole = log_of(scenario)
    table = filtered(whole, filters)
    if table.empty:
        given = " ".join(f"{key}={value}" for key, value in filters.items())
        raise ConfigError(COMMAND_LINE, next(iter(filters)), "no assumption is like that", given=given,
                          names=sorted({key.split(".")[0] for key in whole["key"]}))  # fmt: skip
    for row in table.itertuples():
        ends = f" ({row.low} to {row.high})" if row.low or row.high else ""
        print(
            f"{row.quality:<6} impact {row.impact:<10} {row.title}: {row.value} {row.unit}{ends}; {row.source}"
        )
        print(f"       {row.key}; {row.distribution}; owner {row.owner}, assurer {row.assurer}, signed off "
              f"{row.signed_off}, peer review {row.peer_review}, expert review {row.expert_review}")  # fmt: skip
    print()
    print(f"{len(table)} of {len(whole)} assumptions. Quality: {_counts(table['quality'])}. "
          f"Impact: {_counts(table['impact'])}.")  # fmt: skip
    if out is not None:
        write_csv(out / f"{NAME}.csv", table)
        write_whole(out / f"{NAME}.ods", lambda path: write_ods(table, path))
        print(f"Results: {out}/{NAME}.csv, {out}/{NAME}.ods")
    return 0


def standards(scenario: Scenario, out: Path) -> int:
    """Work the standards out, print how far each is, and write them as one page and as CSV."""
    table, red = standards_of(scenario), page_one(scenario)
    write_csv(out / "standards.csv", table)
    write_text(
        out / "standards.html", standards_page(table, red, f"placesim {__version__}, code {code_version()}")
    )
    for row in scores(table).itertuples():
        print(f"{row.standard:<12}{row.done} of {row.items} done, {row.not_done} not done, "
              f"{row.left_to_department} left "
              "to the adopting department")  # fmt: skip
    for row in table[table["state"] == "not done"].itertuples():
        print(f"  not done: {row.standard} {row.item} {row.title}: missing {row.missing or 'evidence'}")
    print(f"{len(red)} assumptions are red in quality and in impact")
    print(f"Results: {out}/standards.html, {out}/standards.csv")
    return 0


def filtered(table: pd.DataFrame, filters: Mapping[str, str]) -> pd.DataFrame:
    """Rows that pass every filter; `about` is any part of key or title."""
    for key, value in filters.items():
        if key == "about":
            keep = (table["key"] + " " + table["title"]).str.contains(value, case=False, regex=False)
        else:
            keep = table[key] == value
        table = table[keep]
    return table


def write_ods(table: pd.DataFrame, path: Path) -> None:
    """An OpenDocument spreadsheet: a header row, then one row an assumption; numbers as numbers."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    sheet = Table(name=NAME)
    for cells in (list(table.columns), *table.astype(str).to_numpy().tolist()):
        line = TableRow()
        for text in cells:
            number = _number(text)
            cell = (
                TableCell(valuetype="string")
                if number is None
                else TableCell(valuetype="float", value=number)
            )
            cell.addElement(P(text=text))
            line.addElement(cell)
        sheet.addElement(line)
    document.spreadsheet.addElement(sheet)
    document.write(str(path)) if not hasattr(document, "save") else document.save(str(path))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _counts(column: pd.Series) -> str:
    order = ("red", "amber", "green", "not known")
    return ", ".join(f"{int((column == mark).sum())} {mark}" for mark in order if (column == mark).any())
