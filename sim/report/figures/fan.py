"""Fans of the back-cast: bands over all runs, with the published figures as points."""

from __future__ import annotations

import pandas as pd
from matplotlib.dates import DateFormatter, YearLocator
from matplotlib.figure import Figure

from sim.report import style


def fan_figure(fans: pd.DataFrame, seen: pd.DataFrame) -> Figure:
    """One panel a line: median, 50% and 90% bands, published points with two standard deviations."""
    lines = list(dict.fromkeys(fans["line"]))
    with style.drawing():
        figure = style.new_figure(2.4 * len(lines))
        panels = figure.subplots(len(lines), 1, sharex=True, squeeze=False)[:, 0]
        for axes, line in zip(panels, lines, strict=True):
            part, points = fans[fans["line"] == line], seen[seen["line"] == line]
            day = pd.to_datetime(part["day"])
            axes.fill_between(day, part["low_90"], part["high_90"], color=style.LIGHT_BLUE, alpha=0.35, lw=0)
            axes.fill_between(day, part["low_50"], part["high_50"], color=style.MID_BLUE, alpha=0.45, lw=0)
            axes.plot(day, part["median"], color=style.DARK_BLUE, lw=1.5)
            axes.errorbar(pd.to_datetime(points["day"]), points["value"], yerr=2 * points["sd"], fmt="D", ms=5,
                          color=style.DARK_PINK, lw=1.2, capsize=3)  # fmt: skip
            axes.set_title(str(part["title"].iloc[0]))
            axes.set_ylim(bottom=0)
            axes.grid(True, axis="y")
        panels[-1].xaxis.set_major_locator(YearLocator())  # type: ignore[no-untyped-call]
        panels[-1].xaxis.set_major_formatter(DateFormatter("%Y"))  # type: ignore[no-untyped-call]
    return figure


def alt_text(fans: pd.DataFrame, seen: pd.DataFrame) -> str:
    """The numbers of each panel in words: at the end of March 2018, 2020, 2023 and 2025."""
    said = ["Four panels of the years 2015 to 2025 with the model's median, bands and published points."]
    for _line, part in fans.groupby("line"):
        ends = []
        for year in (2018, 2020, 2023, 2025):
            row = part[part["day"].astype(str) == f"{year}-03-31"]
            if len(row):
                one = row.iloc[0]
                ends.append(f"{year} {one['median']:.3g} ({one['low_90']:.3g} to {one['high_90']:.3g})")
        said.append(f"{part['title'].iloc[0]} at the end of March: {', '.join(ends)}.")
    return " ".join(said)


def shown(fans: pd.DataFrame) -> pd.DataFrame:
    """The numbers behind the figure, as text."""
    every = fans[fans["day"].astype(str).str.endswith("03-31")]
    return pd.DataFrame(
        {
            "What": every["title"],
            "Day": every["day"].astype(str),
            "Median": every["median"].map("{:.3g}".format),
            "90% of runs": [
                f"{low:.3g} to {high:.3g}"
                for low, high in zip(every["low_90"], every["high_90"], strict=True)
            ],
        }
    )


def risen(fans: pd.DataFrame) -> tuple[str, ...]:
    """What the figure shows, in words: list and occupancy before and after 2021."""
    days = fans["day"].astype(str)

    def median(title: str, day: str) -> float:
        found = fans.loc[(fans["title"] == title) & (days == day), "median"]
        return float(found.iloc[0]) if len(found) else float("nan")

    first, last = "2021-03-31", "2023-03-31"
    lists = [median("Children on the welfare list", day) for day in (first, last)]
    lived = [median("Children over approved places", day) for day in (first, last)]
    if any(pd.isna(lists)) or any(pd.isna(lived)):
        return ()
    return (
        f"From March 2021 to March 2023 the list of the median run goes from {lists[0]:.0f} to {lists[1]:.0f} "
        f"children, while children over approved places go from {lived[0]:.0%} to {lived[1]:.0%}.",
    )
