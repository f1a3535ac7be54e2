"""The ledger of one scenario as a planner reads it: who pays for what, what homes earn, one home's entries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.report.money import MILLION, amount
from sim.report.numbers import NOT_APPLICABLE
from sim.report.tables import Table
from sim.scenario.base import DAYS_PER_YEAR
from sim.study.estimate import half_width

MOST_ENTRIES = 60
MEANT = {
    "waiting": "other settings, while on the list",
    "taken instead": "other settings, taken instead of a secure place",
    "after": "other settings, after a secure place or another ending",
    "stayed": "other settings, where the child was all along",
    "Scotland": "secure care in Scotland",
    "delayed leaving": "secure care, after the criteria stopped being met",
    "deficit": "deficits of homes",
}
"""Causes of entries (docs/money.md) in more words."""


@dataclass(frozen=True, eq=False)
class Books:
    """A folder that `placesim money` wrote: entries of every replication, books of homes, the window in days."""

    entries: tuple[pd.DataFrame, ...]
    homes: pd.DataFrame
    window: tuple[float, float]
    base_year: int

    @property
    def years(self) -> float:
        return (self.window[1] - self.window[0]) / DAYS_PER_YEAR

    @property
    def money_of(self) -> str:
        return f"pounds of {self.base_year}-{(self.base_year + 1) % 100:02d}"


def read_books(folder: Path) -> Books:
    """Read what `placesim money` wrote."""
    files = sorted((folder / "ledger").glob("*.parquet"))
    about = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    scenario = next(iter(about["resolved"].values()))
    run, start = scenario["run"], float(scenario["run"]["warm_up_days"])
    return Books(
        tuple(pd.read_parquet(file) for file in files),
        pd.read_csv(folder / "books.csv"),
        (start, start + float(run["window_days"])),
        int(scenario["costs"]["money"]["base_year"]),
    )


def within(books: Books, entries: pd.DataFrame) -> pd.Series:
    """Pounds a year of each entry that fall into the window, by the days that it pays for."""
    opens, closes = books.window
    width = (entries["to_day"] - entries["from_day"]).to_numpy(dtype=float)
    inside = np.minimum(entries["to_day"], closes) - np.maximum(entries["from_day"], opens)
    inside = np.clip(inside.to_numpy(dtype=float), 0.0, None)
    moment = entries["day"].to_numpy(dtype=float)
    once = ((moment >= opens) & (moment < closes)).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(width > 0, inside / width, once)
    return pd.Series(entries["gbp"].to_numpy(dtype=float) * share / books.years, index=entries.index)


def by_payer(books: Books) -> pd.DataFrame:
    """Payer kind, cause: pounds a year of the window, the mean over replications and its 95% interval.

    Homes are left out: what they pay is what others paid them.
    """
    found = []
    for entries in books.entries:
        mine = entries.assign(gbp_year=within(books, entries))
        mine = mine[mine["payer_kind"] != "home"]
        keys = [mine["payer_kind"].astype(str), mine["cause"].astype(str)]
        found.append(mine.groupby(keys, observed=True)["gbp_year"].sum())
    wide = pd.concat(found, axis=1).fillna(0.0)
    half = [half_width(row) for row in wide.to_numpy()]
    return (
        pd.DataFrame({"gbp_year": wide.mean(axis=1), "half": half})
        .rename_axis(["payer", "cause"])
        .reset_index()
    )


def payers_table(books: Books) -> Table:
    """Who pays for what, £ million a year, dearest payer first."""
    frame = by_payer(books)
    frame = frame[frame["gbp_year"].abs() >= 5_000]
    order = frame.groupby("payer")["gbp_year"].sum().sort_values(ascending=False)
    rows = []
    for payer, total in order.items():
        name = f"{str(payer)[:1].upper()}{str(payer)[1:]} ({amount(total / MILLION)} in all)"
        mine = frame[frame["payer"] == payer].sort_values("gbp_year", ascending=False)
        for cause, value, half in zip(mine["cause"], mine["gbp_year"], mine["half"], strict=True):
            rows.append((name, MEANT.get(cause, cause), _with_interval(value, half)))
    return Table(
        f"Who pays for what, £ million a year, {books.money_of}",
        ("Payer", "For what", "£ million a year (95% interval)"), tuple(rows), headers=2,
    )  # fmt: skip


def _with_interval(value: float, half: float) -> str:
    if not np.isfinite(half):
        return amount(value / MILLION, 2)
    low, high = (amount(each / MILLION, 2) for each in (value - half, value + half))
    return f"{amount(value / MILLION, 2)} ({low} to {high})"


def homes_table(books: Books) -> Table:
    """Every home: places, how full, what comes in, what is spent, what is left, where it breaks even."""
    rows = []
    for row in books.homes.itertuples():
        even = 100 * float(str(row.break_even_occupancy))
        money = (amount(float(str(each)) / MILLION, 2) for each in (row.income, row.spending, row.surplus))
        rows.append((str(row.home), str(row.operator_type), f"{float(str(row.places)):.0f}",
                     f"{100 * float(str(row.occupancy)):.0f}%",
                     f"{even:.0f}%" if np.isfinite(even) else NOT_APPLICABLE, *money))  # fmt: skip
    columns = ("Home", "Run by", "Places", "Lived in", "Breaks even at", "Income, £ million", "Spending, £ million",
               "Surplus, £ million")  # fmt: skip
    return Table(f"Homes, a year of the counted time, {books.money_of}", columns, tuple(rows))


def entries_table(books: Books, home: str) -> tuple[Table, int]:
    """The entries of one home in the counted time of the first replication, the first of them; and how many."""
    first = books.entries[0]
    opens, closes = books.window
    mine = first[(first["home"].astype(str) == home) & (first["day"] >= opens) & (first["day"] < closes)]
    mine = mine.sort_values(["day", "entry"])
    rows = tuple(
        (row.date.strftime("%d %B %Y").lstrip("0"), str(row.payer), str(row.payee), str(row.cause),
         "" if pd.isna(row.child) else str(row.child), f"{row.gbp:,.2f}")
        for row in mine.head(MOST_ENTRIES).itertuples()
    )  # fmt: skip
    columns = ("Day of settlement", "Payer", "Paid to", "For what", "Child of the model", "£")
    shown = min(MOST_ENTRIES, len(mine))
    return Table(f"{home}: the first {shown} of {len(mine):,} entries, one replication", columns, rows), len(
        mine
    )
