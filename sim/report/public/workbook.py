"""An accessible workbook (one table a sheet, cover, contents and notes) and the same tables as plain ODS."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report.findings import Findings
from sim.report.public.open_data import SCENARIO, Pair
from sim.report.sentences import sentences
from sim.scenario.errors import ConfigError
from sim.store import plain_cell, write_whole

if TYPE_CHECKING:
    import pandas as pd

SHORTHAND = {"z": "[z]", "c": "[c]"}
NOTES = (
    ("simulated", "Every number comes from a simulation. None is an official statistic."),
    ("interval", "Limits are those of a 95% interval. It covers luck in the model, not wrong assumptions."),
    ("shorthand", "[z] means that nothing can be counted. [c] means that the count is too small to show."),
)
HEADS = {
    "time_period": "Year", "geographic_level": "Level", "country_name": "Country", "region_name": "Region",
    SCENARIO: "Commissioning model", "child_group": "Group of children",
}  # fmt: skip
SHEET_TITLE = "Secure placements, simulated"


def readable(pair: Pair) -> pd.DataFrame:
    """The table of a pair with heads in words, units in them, and numbers rounded as the meta file says."""
    labels = pair.meta.set_index("col_name")
    kept = [name for name in HEADS if name in pair.data and pair.data[name].ne("").any()]
    shown = pair.data[kept].rename(columns=HEADS).map(lambda text: plain_cell(text) or "All")
    for name in labels.index[labels["col_type"] == "Indicator"]:
        label, unit, places = labels.loc[name, ["label", "indicator_unit", "indicator_dp"]]
        head = f"{label} ({_unit(unit)})" if unit else str(label)
        shown[head] = [_cell(cell, int(places)) for cell in pair.data[name]]
    return shown


def _unit(unit: str) -> str:
    return {"%": "per cent", "pp": "percentage points", "£m": "£ million"}.get(unit, unit)


def _cell(cell: str, places: int) -> Any:
    return SHORTHAND[cell] if cell in SHORTHAND else round(float(cell), places)


def write_workbook(findings: Findings, made: Sequence[Pair], out: Path) -> Path:
    """Write `tables.xlsx`. Raises ConfigError where the library for it is not installed."""
    gpt = _library("gptables")
    import pandas as pd

    sheets = {
        f"Table_{number}": gpt.GPTable(
            table=readable(pair),
            table_name=pair.name,
            title=f"Table {number}: {pair.title}$$simulated$$",
            subtitles=[f"Means over {findings.replications} replications, with 95% limits$$interval$$"],
            instructions="This worksheet contains one table. Some cells hold shorthand, see the notes.$$shorthand$$",
            scope="Children referred for a secure children's home in England and Wales",
            source="placesim, a simulation",
            index_columns={1: 0},
        )
        for number, pair in enumerate(made, start=1)
    }
    cover = gpt.Cover(
        title=f"{SHEET_TITLE}: {plain_cell(findings.title)}",
        intro=["Illustrative simulation, not official statistics.", plain_cell(findings.question)],
        about=[plain_cell(text) for text in sentences(findings)[:5]] or ["No main measure."],
        contact=[f"Made by: {findings.manifest.get('command', 'placesim')}"],
    )
    notes = pd.DataFrame(NOTES, columns=["Note reference", "Note text"])

    def write(path: Path) -> None:
        beside = path.with_suffix(".xlsx")  # the library wants this ending
        with warnings.catch_warnings():  # it uses what pandas will do away with
            warnings.simplefilter("ignore")
            gpt.write_workbook(str(beside), sheets, cover=cover, notes_table=notes, contentsheet="Contents")
        beside.replace(path)

    return write_whole(out / "tables.xlsx", write)


def write_ods(findings: Findings, made: Sequence[Pair], out: Path) -> Path:
    """Write `tables.ods`: a sheet of notes, then one plain table a sheet."""
    _library("odf")
    import pandas as pd

    about = [("Title", plain_cell(findings.title)), ("Question", plain_cell(findings.question)),
             *((name.capitalize(), text) for name, text in NOTES),
             *((f"Table {at}", pair.title) for at, pair in enumerate(made, start=1))]  # fmt: skip

    def write(path: Path) -> None:
        with path.open("wb") as sink, pd.ExcelWriter(sink, engine="odf") as writer:
            pd.DataFrame(about, columns=["About", "Text"]).to_excel(writer, sheet_name="About", index=False)
            for number, pair in enumerate(made, start=1):
                readable(pair).to_excel(writer, sheet_name=f"Table_{number}", index=False)

    return write_whole(out / "tables.ods", write)


def _library(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        hint = "pip install 'secure-placement-sim[tables]'"
        raise ConfigError(name, "", "this library is not installed", allowed=hint) from error
