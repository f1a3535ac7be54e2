"""The rank histograms of simulation-based calibration, in words and as tables."""

from __future__ import annotations

import pandas as pd

from sim.report.sections import Section
from sim.report.tables import Table, from_frame
from sim.report.words import first_upper

TITLE = "Does the method find what is known?"
LEVEL = 0.01


def ranks_section(frame: pd.DataFrame, alone: pd.DataFrame) -> Section:
    """`frame` has ranks of runs taken for the world, `alone` those of figures drawn from the emulators."""
    if frame.empty:
        return Section("ranks", TITLE, ("Not worked out in this installation.",))
    bins = frame.filter(like="bin_").shape[1]
    said = [
        "Runs of the first design were taken for the world in turn. Where the truth falls in the posterior should be "
        f"even: the least p value of {len(frame)} rank histograms is {frame['p_value'].min():.2g}; below "
        f"{LEVEL / len(frame):.1g} would be uneven.",
        f"The two end bins hold {in_end_bins(frame):.0%} of the ranks, {2 / bins:.0%} if even: more would say that "
        "the posterior is too narrow, fewer that it is too wide.",
    ]
    parts = [_table("Rank histograms", frame)]
    if len(alone):
        said.append(
            "With figures drawn from the emulators, so that only the sampler is tested, they hold "
            f"{in_end_bins(alone):.0%} and the least p value is {alone['p_value'].min():.2g}{_uneven(alone)}."
        )
        parts.append(_table("Rank histograms of the sampler alone", alone))
    return Section("ranks", TITLE, tuple(said), tuple(parts), folded=True)


def _uneven(frame: pd.DataFrame) -> str:
    """Which parameters have ranks that chance would hardly give."""
    uneven = frame.loc[frame["p_value"] < LEVEL / len(frame), "parameter"]
    return f", which is uneven: {', '.join(uneven)}" if len(uneven) else ""


def in_end_bins(frame: pd.DataFrame) -> float:
    """Share of the ranks in the first and the last bin."""
    bins = frame.filter(like="bin_")
    return float((bins.iloc[:, 0] + bins.iloc[:, -1]).sum() / bins.to_numpy().sum())


def _table(caption: str, frame: pd.DataFrame) -> Table:
    numbers = ("chi_square", "p_value")
    shown = pd.DataFrame(
        {
            first_upper(str(column).replace("_", " ")): [
                f"{value:.2g}" if column in numbers else str(value) for value in frame[column]
            ]
            for column in frame.columns
        }
    )
    return from_frame(caption, shown)
