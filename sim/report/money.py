"""What is said and drawn about money: homes, a business case, a shared home."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from sim.report import style, tables
from sim.report.figures.picture import Picture
from sim.report.numbers import MINUS, NOT_APPLICABLE
from sim.report.page import environment, figure_of
from sim.store import write_text, write_whole

MILLION = 1e6
SAID = ("capital, undiscounted", "net present social value", "net present value to the public purse",
        "benefit-cost ratio", "equivalent annual net cost", "years to pay back, where it does",
        "share of replications with a net loss")  # fmt: skip
TABLES = {
    "switching": "Where the answer turns",
    "reserves": "Reserves of owners, in millions of pounds of the day",
}
DECIMALS = {
    "days a year": 0,
    "children a year": 1,
    "GBP million": 1,
    "GBP million a year": 2,
    "share": 2,
    "ratio": 2,
    "years": 1,
}


def amount(value: float, digits: int = 1) -> str:
    """A number with a true minus sign and commas; 'not applicable' where there is none."""
    if not math.isfinite(value):
        return NOT_APPLICABLE
    text = f"{abs(value):,.{digits}f}"
    return (MINUS if value < 0 and any(c in text for c in "123456789") else "") + text


def pounds(value: float) -> str:
    """A number with its sign before the pound sign."""
    text = amount(value)
    return f"{MINUS}£{text[1:]}" if text.startswith(MINUS) else f"£{text}"


def plain(text: str) -> str:
    """Only characters that every terminal can show."""
    return text.replace(MINUS, "-").replace(NOT_APPLICABLE, "none")


def home_lines(books: pd.DataFrame, replications: int) -> list[str]:
    """The table of homes for the terminal."""
    head = (
        f"{'Home':<24}{'places':>7}{'occupied':>10}{'break-even':>11}{'income':>9}{'spent':>9}{'surplus':>9}"
    )
    lines = [
        f"Homes in a year of the window, mean of {replications} replications (money in GBP million)",
        "",
        head,
    ]
    for row in books.itertuples():
        even = plain(amount(100 * row.break_even_occupancy)) + (
            "%" if math.isfinite(row.break_even_occupancy) else ""
        )
        money = "".join(f"{each / MILLION:>9.2f}" for each in (row.income, row.spending, row.surplus))
        lines.append(f"{row.home:<24}{row.places:>7.0f}{100 * row.occupancy:>9.1f}%{even:>11}{money}")
    return lines


def appraisal_lines(
    value: pd.DataFrame, titles: Mapping[str, str], replications: int, year: int
) -> list[str]:
    """The main figures of each option for the terminal."""
    lines = [f"Against doing nothing, {replications} replications, pounds of {year}-{(year + 1) % 100:02d}; "
             "mean (95% interval of the mean), 5th to 95th centile, worst case"]  # fmt: skip
    for option, title in titles.items():
        lines += ["", title]
        for row in value[(value["option"] == option) & value["measure"].isin(SAID)].itertuples():
            digits = DECIMALS.get(str(row.unit), 2)
            columns = ("value", "lower_95", "upper_95", "centile_5", "centile_95", "worst_case")
            said = [amount(getattr(row, name), digits) for name in columns]
            span = f"({said[1]} to {said[2]})"
            spread = "" if math.isnan(row.centile_5) else f"{said[3]} to {said[4]}"
            lines.append(
                plain(f"  {row.measure:<40}{said[0]:>9} {span:<22} {spread:<20} {said[5]:>9}  {row.unit}")
            )
    return lines


def share_lines(
    places: int, occupancy: float, together: float, apart: float, least: float, table: pd.DataFrame, replications: int
) -> list[str]:  # fmt: skip
    """What a shared home is worth, and each split, for the terminal."""
    gain = apart - together
    core = "Some splits leave no group better off apart (the core is not empty)." if least <= 1.0 else (
        f"No split satisfies every group: the worst-off would pay GBP {least:,.0f} a year more than apart."
    )  # fmt: skip
    lines = [f"Together the members would have {places} places, {100 * occupancy:.0f}% used, and pay "
             f"GBP {together / MILLION:.2f} million a year: GBP {gain / MILLION:.2f} million less than "
             f"each by itself ({replications} replications).", core, ""]  # fmt: skip
    lines.append(
        f"{'Split':<16}{'gain':>6}{'lose':>6}{'most gained':>14}{'most lost':>12}{'groups better apart':>21}"
    )
    for name, each in table.groupby("split", sort=False):
        gains = each["gain_gbp_year"]
        lines.append(f"{name:<16}{int((gains > 0).sum()):>6}{int((gains <= 0).sum()):>6}{gains.max():>14,.0f}"
                     f"{min(gains.min(), 0):>12,.0f}{int(each['groups_better_off_apart'].iloc[0]):>21}")  # fmt: skip
    return lines


def cash_picture(yearly: pd.DataFrame, titles: Mapping[str, str], replications: int) -> Picture:
    """What each option has saved less spent by each year, with the range of replications and the worst case."""
    options = list(titles)
    with style.drawing():
        figure = style.new_figure(1.0 + 1.9 * len(options))
        axes = figure.subplots(len(options), 1, sharex=True, squeeze=False)[:, 0]
        for place, (option, panel) in enumerate(zip(options, axes, strict=True)):
            mine = yearly[yearly["option"] == option]
            at = mine["year"].to_numpy()
            low, high = (mine[f"cumulative_centile_{end}"].to_numpy() / MILLION for end in (5, 95))
            panel.fill_between(at, low, high, color=style.LIGHT_BLUE, alpha=0.5, linewidth=0)
            panel.plot(at, mine["cumulative"].to_numpy() / MILLION, color=style.DARK_BLUE, linewidth=2)
            panel.plot(at, mine["worst_case_cumulative"].to_numpy() / MILLION, color=style.DARK_PINK,
                       linewidth=1.6, linestyle="--")  # fmt: skip
            panel.axhline(0, color=style.DARK_GREY, linewidth=1)
            panel.grid(axis="y")
            panel.set_title(style.wrap(titles[option], 80))
            panel.set_ylabel("£ million")
            if place == len(options) - 1:
                panel.set_xlabel("Financial year in which it begins")
    ends = {option: yearly[yearly["option"] == option].iloc[-1] for option in options}
    last = int(yearly["year"].max())
    gaining = [titles[option] for option in options if ends[option]["cumulative"] > 0]
    if not gaining:
        title = f"No option saves what it costs by {last}, on the mean of replications"
    elif len(gaining) == len(options):
        title = f"Every option has saved more than it cost by {last}, on the mean of replications"
    else:
        verb = "saves more than it costs" if len(gaining) == 1 else "save more than they cost"
        title = f"{len(gaining)} of {len(options)} options {verb} by {last}, on the mean of replications"
    columns = ("cumulative", "cumulative_centile_5", "cumulative_centile_95", "worst_case_cumulative")
    told = {option: [amount(row[name] / MILLION) for name in columns] for option, row in ends.items()}
    said = "; ".join(
        f"{titles[option]}: {mean} ({low} to {high}), worst case {worst}"
        for option, (mean, low, high, worst) in told.items()
    )
    rows = [
        (titles[str(row.option)], str(row.year), amount(row.cumulative / MILLION),
         amount(row.cumulative_centile_5 / MILLION), amount(row.cumulative_centile_95 / MILLION),
         amount(row.worst_case_cumulative / MILLION))
        for row in yearly.itertuples() if (row.year - yearly["year"].min()) % 5 == 0 or row.year == last
    ]  # fmt: skip
    heads = ["Option", "Year", "Saved less spent, £ million", "5th centile", "95th centile", "Worst case"]
    return Picture(
        name="cumulative",
        title=title,
        alt="Lines of what each option has saved less spent by year, £ million. "
        f"By {last}, mean (5th to 95th centile): {said}.",
        caption="Saved less spent since the decision, undiscounted, £ million of the base year; "
        f"{replications} paired replications. Line: mean. Band: 5th to 95th centile of replications. "
        "Dashed: worst case.",
        figure=figure,
        table=pd.DataFrame(rows, columns=heads),
    )  # fmt: skip


def write_page(
    out: Path, title: str, question: str, found: Mapping[str, pd.DataFrame], titles: Mapping[str, str],
    picture: Picture, base_year: int, replications: int, command: str,
) -> None:  # fmt: skip
    """Write appraisal.html and its figure, each whole or not at all."""
    shown = [_values(found["value"], titles)]
    for name, caption in TABLES.items():
        if len(found[name]):
            shown.append(tables.from_frame(caption, _worded(found[name], titles)))
    said = [_sentence(found["value"], option, words) for option, words in titles.items()]
    text = environment().get_template("appraisal.html").render(
        title=title, question=question, said=said, figure=figure_of(picture), tables=shown, base_year=base_year,
        replications=replications, command=command,
    )  # fmt: skip
    write_text(out / "appraisal.html", text)
    image = style.png(picture.figure, picture.title, picture.caption)
    write_whole(out / "figures" / f"{picture.name}.png", lambda path: path.write_bytes(image))


def _sentence(value: pd.DataFrame, option: str, title: str) -> str:
    """One option in a sentence: its net present social value, ratio and worst case."""
    mine = value[value["option"] == option].set_index("measure")
    npsv, ratio = mine.loc["net present social value"], mine.loc["benefit-cost ratio"]
    return (
        f"{title}: net present social value {pounds(npsv['value'])} million "
        f"({amount(npsv['lower_95'])} to {amount(npsv['upper_95'])}), "
        f"benefit-cost ratio {amount(ratio['value'], 2)}; in the worst case {pounds(npsv['worst_case'])} million."
    )


def _values(value: pd.DataFrame, titles: Mapping[str, str]) -> tables.Table:
    """The table of values, option by option: mean with interval, centiles and worst case in one cell each."""
    rows = []
    for row in value.itertuples():
        digits = DECIMALS.get(str(row.unit), 2)
        mean, low, high, five, most, worst = (
            amount(getattr(row, name), digits)
            for name in ("value", "lower_95", "upper_95", "centile_5", "centile_95", "worst_case")
        )
        span = f"{mean} ({low} to {high})" if NOT_APPLICABLE not in (low, high) else mean
        spread = f"{five} to {most}" if NOT_APPLICABLE not in (five, most) else NOT_APPLICABLE
        words = str(row.measure)
        unit = str(row.unit).replace("GBP ", "£ ")
        rows.append((titles[str(row.option)], words[0].upper() + words[1:], unit, span, spread, worst))
    columns = ("Option", "Measure", "Unit", "Mean (95% interval)", "5th to 95th centile", "Worst case")
    return tables.Table(
        "What each option is worth, and what changes for children", columns, tuple(rows), headers=2
    )


def _worded(frame: pd.DataFrame, titles: Mapping[str, str]) -> pd.DataFrame:
    """A frame as text: options by their titles, numbers rounded by their unit."""
    units = frame["unit"] if "unit" in frame else pd.Series([""] * len(frame))
    out = pd.DataFrame(index=frame.index)
    for column in frame.columns:
        name = column.replace("_", " ").capitalize()
        if column == "option":
            out["Option"] = [titles.get(str(each), str(each)) for each in frame[column]]
        elif frame[column].dtype.kind in "f":
            out[name] = [
                amount(float(each), DECIMALS.get(str(unit), 2))
                for each, unit in zip(frame[column], units, strict=True)
            ]
        else:
            out[name] = frame[column].astype(str)
    return out
