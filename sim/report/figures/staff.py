"""Pictures of experiments on staff: heat maps of a grid, how long shocks are felt, and a tornado for each home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from sim.report import style
from sim.report.figures.picture import Picture
from sim.study.estimate import t_quantile

_BLUES = LinearSegmentedColormap.from_list("house", ["#FFFFFF", style.LIGHT_BLUE, style.DARK_BLUE])


@dataclass(frozen=True)
class Words:
    """Titles of an axis and of its levels, by key."""

    title: str
    levels: dict[str, str]


def heat(
    cells: pd.DataFrame, axes: dict[str, Words], measure: str, name: str, what: str, unit: str, title: str,
    limit: float | None = None,
) -> Picture:  # fmt: skip
    """One panel for each combination of the axes after the first two; the first runs up, the second across. Cells
    beyond `limit` have a frame."""
    mine = cells[cells["measure"] == measure]
    up, across, *others = list(axes)
    rows, columns = list(axes[up].levels), list(axes[across].levels)
    panels = list(product(*(axes[other].levels for other in others)))
    wide = len(axes[others[-1]].levels) if others else 1
    tall = -(-len(panels) // wide)
    top = float(mine["value"].max())
    with style.drawing():
        figure = style.new_figure(0.6 + tall * (0.75 + 0.42 * len(rows)))
        made = figure.subplots(tall, wide, squeeze=False)
        for at, panel in enumerate(panels):
            here = mine
            for other, key in zip(others, panel, strict=True):
                here = here[here[other] == key]
            grid = here.pivot(index=up, columns=across, values="value").loc[rows, columns].to_numpy()
            one = made[at // wide, at % wide]
            one.imshow(grid, cmap=_BLUES, vmin=0, vmax=top, aspect="auto", origin="lower")
            one.grid(False)
            for y, x in product(range(len(rows)), range(len(columns))):
                fill = _BLUES(grid[y, x] / top if top else 0.0)
                text = f"#{''.join(f'{round(255 * part):02x}' for part in fill[:3])}"
                beyond = limit is not None and grid[y, x] > limit
                weight = "bold" if beyond else "normal"
                one.text(
                    x, y, f"{grid[y, x]:.0f}", ha="center", va="center", color=style.ink(text), weight=weight
                )
                if beyond:
                    frame = Rectangle((x - 0.46, y - 0.44), 0.92, 0.88, fill=False, linewidth=1.6)
                    one.add_patch(frame)
                    frame.set_edgecolor(style.ORANGE)
            heading = ", ".join(axes[o].levels[k] for o, k in zip(others, panel, strict=True))
            one.set_title(style.wrap(heading, 44), fontsize=style.SIZE)
            one.set_xticks(range(len(columns)), [style.wrap(axes[across].levels[c], 14) for c in columns])
            one.set_yticks(range(len(rows)), [axes[up].levels[r] if at % wide == 0 else "" for r in rows])
            if at // wide == tall - 1:
                one.set_xlabel(axes[across].title)
            if at % wide == 0:
                one.set_ylabel(axes[up].title)
    shown = mine.drop(columns="measure")
    table = pd.DataFrame(
        {axes[axis].title: [axes[axis].levels[key] for key in shown[axis]] for axis in axes}
        | {f"{what} ({unit})": _ranged(shown)}
    )
    least, most = mine.loc[mine["value"].idxmin()], mine.loc[mine["value"].idxmax()]
    spoken = f"from {least['value']:.0f} ({_where(least, axes)}) to {most['value']:.0f} ({_where(most, axes)}) {unit}"
    return Picture(
        name=name,
        title=title,
        alt=f"Heat maps of {what}: {spoken}. Darker is more.",
        caption=(
            f"{what.capitalize()}, {unit}: means over replications. The table gives 95% intervals."
            + (f" A frame: more than {limit:g}." if limit is not None else "")
        ),
        figure=figure,
        table=table,
    )


@dataclass(frozen=True)
class Tips:
    """The tipping point for one combination of the other axes (see sim.study.grid.Tipping), in numbers and words."""

    where: str
    state: str
    at: float
    lower: float
    upper: float
    said: str


def tipping(points: Sequence[Tips], goal: str, along: str) -> Picture:
    """The share of posts vacant from which a goal is missed, one row for each combination."""
    between = [one for one in points if one.state == "between"]
    already = sum(one.state == "missed already" for one in points)
    met = len(points) - len(between) - already
    parts = []
    if between:
        least, most = min(one.at for one in between), max(one.at for one in between)
        parts.append(
            f"missed from {100 * least:.0f} to {100 * most:.0f}% of posts vacant in {len(between)} cases"
        )
    if already:
        parts.append(f"missed already at the first level in {already}")
    if met:
        parts.append(f"met at every level in {met}")
    with style.drawing():
        figure = style.new_figure(1.2 + 0.34 * len(points))
        axes = figure.subplots()
        for row, one in enumerate(points):
            at = 100 * one.at
            if one.state == "between":
                reach = None if np.isnan(one.lower) else [[at - 100 * one.lower], [100 * one.upper - at]]
                axes.errorbar([at], [row], xerr=reach, fmt="o", color=style.DARK_BLUE)
            else:
                mark, fill = ("<", style.ORANGE) if one.state == "missed already" else (">", style.LIGHT_BLUE)
                axes.plot([at], [row], mark, color=fill, markersize=8)
        axes.set_yticks(range(len(points)), [one.where for one in points], fontsize=style.SIZE - 2)
        axes.invert_yaxis()
        axes.set_xlim(left=0)
        axes.set_xlabel("Posts vacant, per cent")
    return Picture(
        name="tipping",
        title=f"{goal[0].upper() + goal[1:]}: {'; '.join(parts)}",
        alt="Dots with intervals: " + "; ".join(f"{one.where}: {one.said}" for one in points) + ".",
        caption=(
            f"The share of posts vacant from which the goal is first missed, as {along} rises, by straight lines "
            "between levels. Lines are 95% intervals of the jackknife over replications; a dot without one has none, "
            "because one replication decides the side. An arrow to the left: missed already at the first level, "
            "where so many are vacant. An arrow to the right: met at every level, up to so many."
        ),
        figure=figure,
        table=pd.DataFrame([(one.where, one.said) for one in points], columns=["Case", "Goal"]),
    )


def _where(row: pd.Series, axes: dict[str, Words]) -> str:
    return ", ".join(words.levels[row[axis]] for axis, words in axes.items())


def _ranged(frame: pd.DataFrame) -> list[str]:
    return [
        f"{value:.1f} ({low:.1f} to {high:.1f})"
        for value, low, high in zip(frame["value"], frame["lower_95"], frame["upper_95"], strict=True)
    ]


@dataclass(frozen=True, eq=False)
class Line:
    """A weekly difference with its interval, and what is said of it."""

    title: str
    week: np.ndarray
    mean: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    felt: str


def felt(lines: Sequence[Line], starts: float, series: str, unit: str, title: str, name: str) -> Picture:
    """One panel for each shock: the difference from the same world without it."""
    with style.drawing():
        figure = style.new_figure(1.7 * len(lines) + 0.5)
        made = figure.subplots(len(lines), 1, squeeze=False, sharex=True)[:, 0]
        for place, (axes, line) in enumerate(zip(made, lines, strict=True)):
            months = (line.week - starts) / 30.4375
            axes.fill_between(months, line.lower, line.upper, color=style.FOCUS_GREY, alpha=0.6, linewidth=0)
            axes.plot(months, line.mean, color=style.colour(place), linewidth=1.8)
            axes.axhline(0, color=style.DARK_GREY, linewidth=1)
            axes.axvline(0, color=style.DARK_GREY, linewidth=1, linestyle=":")
            axes.set_xlim(-6, float(months[-1]))
            high = 2 * max(float(np.abs(line.mean).max()), 1e-9)
            axes.set_ylim(-high, high)
            axes.set_title(f"{line.title}: {line.felt}", fontsize=style.SIZE)
        made[-1].set_xlabel("Months since the shock began")
        figure.supylabel(f"Difference, {unit}", fontsize=style.SIZE)
    quarters = range(0, int((lines[0].week[-1] - starts) / 91.3125) + 1)
    rows = []
    for line in lines:
        for quarter in quarters:
            at = int(np.searchsorted(line.week, starts + quarter * 91.3125))
            if at < len(line.week):
                cell = f"{line.mean[at]:+.1f} ({line.lower[at]:+.1f} to {line.upper[at]:+.1f})"
                rows.append((line.title, 3 * quarter, cell))
    said = "; ".join(f"{line.title}: {line.felt}" for line in lines)
    return Picture(
        name=name,
        title=title,
        alt=f"Lines of {series} over time, less the same without the shock. {said}.",
        caption=(
            f"Weekly {series}, less those of the same worlds without the shock. Bands are 95% intervals over paired "
            "replications, cut off at the edge of a panel."
        ),
        figure=figure,
        table=pd.DataFrame(rows, columns=["Shock", "Months since it began", f"Difference ({unit})"]),
    )


def clear_among(rows: pd.DataFrame, among: int | None = None) -> npt.NDArray[np.bool_]:
    """Which differences are shown even with their intervals widened for as many as there are (Bonferroni)."""
    count, n = among or len(rows), int(rows["replications"].min())
    if n < 2:
        return np.zeros(len(rows), dtype=bool)
    wider = t_quantile(1 - 0.025 / count, n - 1) / t_quantile(0.975, n - 1)
    half = (rows["upper_95"] - rows["lower_95"]).to_numpy() / 2
    return np.asarray(np.abs(rows["difference"].to_numpy()) > wider * half)


def homes(
    differences: pd.DataFrame,
    titles: dict[str, str],
    measure: str,
    what: str,
    unit: str,
    scale: float,
    title: str,
) -> Picture:
    """A tornado for each home: the difference that each practice makes to it, the largest on top."""
    mine = differences[(differences["measure"] == measure) & (differences["group"] == "home")]
    names = list(dict.fromkeys(mine["level"]))
    practices = [key for key in titles if (mine["scenario"] == key).any()]
    wide = 2
    tall = -(-len(names) // wide)
    most = 1.4 * scale * max(float(mine["difference"].abs().max()), 1e-9)
    with style.drawing():
        figure = style.new_figure(tall * (0.55 + 0.24 * len(practices)))
        made = figure.subplots(tall, wide, squeeze=False, sharex=True)
        for at, home in enumerate(names):
            axes = made[at // wide, at % wide]
            rows = mine[mine["level"] == home].set_index("scenario").loc[practices]
            rows = rows.reindex(rows["difference"].abs().sort_values().index)
            value = rows["difference"].to_numpy() * scale
            reach = np.abs(rows[["lower_95", "upper_95"]].to_numpy().T * scale - value)
            alone = (rows["lower_95"] * rows["upper_95"] > 0).to_numpy()
            among = clear_among(rows, len(mine))
            fills = [
                style.DARK_BLUE if clear else style.LIGHT_BLUE if perhaps else style.FOCUS_GREY
                for clear, perhaps in zip(among, alone, strict=True)
            ]
            axes.barh(range(len(rows)), value, color=fills, height=0.62)
            axes.errorbar(
                value, range(len(rows)), xerr=reach, fmt="none", ecolor=style.DARK_GREY, linewidth=1
            )
            axes.set_yticks(range(len(rows)), [titles[key] for key in rows.index], fontsize=style.SIZE - 3)
            axes.set_title(home, fontsize=style.SIZE)
            style.zero_line(axes)
            axes.set_xlim(-most, most)
            if at >= len(names) - wide:
                axes.set_xlabel(f"Difference, {unit}")
        for at in range(len(names), tall * wide):
            made[at // wide, at % wide].set_axis_off()
    table = pd.DataFrame(
        [
            (
                row.level,
                titles[row.scenario],
                f"{row.difference * scale:+.1f} ({row.lower_95 * scale:+.1f} to {row.upper_95 * scale:+.1f})",
            )
            for row in mine.itertuples()
        ],
        columns=["Home", "Practice", f"Difference ({unit})"],
    )
    return Picture(
        name=f"homes_{measure}",
        title=title,
        alt=f"Bars of {what} for each home and practice. {title}.",
        caption=(
            f"Difference in {what} from the baseline, {unit}, one practice at a time on the same worlds. Lines are "
            "95% intervals over paired replications, cut off at the edge. Dark bars are shown among all "
            f"{len(mine)}; light blue ones only by themselves, as about one in twenty would be by chance; grey bars "
            "show no difference."
        ),
        figure=figure,
        table=table,
    )
