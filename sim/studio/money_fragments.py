"""Money on the page: what every rule costs at once, and the ledger of one scenario once it is worked out."""

from __future__ import annotations

import pandas as pd
from htmltools import HTML, Tag, TagList, tags

from sim.report import style, tables
from sim.report.figures.picture import Picture
from sim.report.findings import Findings
from sim.report.money import MILLION, amount
from sim.studio.books import Books, by_payer, entries_table, homes_table, payers_table
from sim.studio.fragments import figure, table

COSTS = ("placement_cost_per_year", "fallback_cost_per_year", "justice_contract_cost_per_year")
CAUTION = "Secure homes publish no accounts or welfare prices: most prices here are red assumptions."


def at_once(findings: Findings) -> TagList:
    """What a year costs under each scenario, and the differences, straight from the comparison."""
    parts: list[Tag | HTML] = [tags.p(CAUTION, class_="box")]
    parts.append(
        table(tables.chosen(findings, "What a year costs under each scenario", COSTS), "studio-costs")
    )
    if findings.compared:
        base = findings.titled(findings.baseline)
        gaps = tables.chosen(findings, f"What a year costs, difference from {base}", COSTS, differences=True)
        parts.append(table(gaps, "studio-cost-gaps"))
    return TagList(*parts)


def ledger(books: Books, title: str, balance: str) -> TagList:
    """Who pays, and the books of the homes."""
    return TagList(
        tags.h3(f"The ledger: {title}"),
        tags.p(balance),
        figure(payers_picture(books)),
        table(payers_table(books), "studio-payers"),
        table(homes_table(books), "studio-books"),
    )


def entries(books: Books, home: str) -> TagList:
    """The entries of one home."""
    found, _ = entries_table(books, home)
    return TagList(table(found, "studio-entries"))


def payers_picture(books: Books) -> Picture:
    """What each kind of payer pays a year, as bars."""
    frame = by_payer(books).groupby("payer")["gbp_year"].sum().sort_values()
    frame = frame[frame >= 5_000] / MILLION
    with style.drawing():
        drawn = style.new_figure(1.1 + 0.42 * len(frame))
        axes = drawn.subplots()
        axes.barh([str(name)[:1].upper() + str(name)[1:] for name in frame.index], frame.to_numpy(),
                  color=style.DARK_BLUE)  # fmt: skip
        for place, value in enumerate(frame.to_numpy()):
            axes.text(value, place, f" {amount(value)}", va="center")
        axes.set_xlim(0, float(frame.max()) * 1.15)
        axes.set_xlabel(f"£ million a year, {books.money_of}")
        axes.grid(axis="x")
    most = str(frame.index[-1])
    said = "; ".join(f"{name} {amount(value)}" for name, value in frame[::-1].items())
    count = len(books.entries)
    return Picture(
        name="payers",
        title="Placing authorities pay most" if most == "placing authority" else f"The {most} pays most",
        alt=f"Bars of what each kind of payer pays, £ million a year: {said}.",
        caption="Payments within the counted time, £ million a year; what homes pay is left out, since others "
        f"paid it to them. Mean of {count} replication{'s' if count > 1 else ''}; the table has the intervals.",
        figure=drawn,
        table=pd.DataFrame({"Payer": frame.index, "£ million a year": [amount(each) for each in frame]}),
    )
