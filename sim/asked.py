"""What an experiment asks beside its comparison: a grid with tipping points, recovery from shocks, homes one by one.

Each answer is a table in the results folder, pictures for the page and a sentence or two to print.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isinf, isnan
from pathlib import Path

import pandas as pd

from sim.outcomes.catalogue import CATALOGUE
from sim.report.figures.picture import Picture
from sim.report.figures.staff import Line, Tips, Words, clear_among, felt, heat, homes, tipping
from sim.report.progress import bar
from sim.scenario.experiment import Experiment
from sim.scenario.scenario import Scenario
from sim.store import write_text
from sim.study.compare import Comparison
from sim.study.grid import Tipping, cells, tipping_points
from sim.study.recovery import SERIES, Felt, recovery, table_rows

SHORTFALL = "vacancy_share"
MAPPED = (
    ("children_waiting_mean", "waiting", "children waiting", "children on a mean day"),
    ("places_shut_mean", "shut", "closed places", "places on a mean day"),
)
BY_HOME = (
    ("occupancy_approved", "children over approved places", "percentage points", 100.0),
    ("homes_surplus_per_year", "surplus or deficit", "thousand pounds a year", 1000.0),
    ("agency_hours_per_year", "agency hours", "hours a year", 1.0),
)
TIPPING = ["state", "shortfall", "lower_95", "upper_95"]
RECOVERY = ["shock", "series", "largest_difference", "days_felt", "lower_95", "upper_95"]


@dataclass(frozen=True)
class Answers:
    """Pictures and sentences; the tables are on disk."""

    pictures: list[Picture] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)


def answers(
    experiment: Experiment, found: Comparison, scenarios: Mapping[str, Scenario], out: Path
) -> Answers:
    """Everything that the experiment asks for beside its comparison."""
    said = Answers()
    if experiment.axes:
        _grid(experiment, found, out, said)
    if experiment.recovery is not None:
        _recovery(experiment, scenarios, out, said)
    if experiment.by_home:
        _homes(experiment, found, out, said)
    return said


def shown(experiment: Experiment) -> list[str]:
    """Scenarios that the page tells apart: all; on axes those that differ from the baseline on one axis only."""
    if not experiment.axes:
        return list(experiment.scenarios)
    first = experiment.baseline.split("-")
    return [
        name
        for name in experiment.scenarios
        if sum(a != b for a, b in zip(name.split("-"), first, strict=True)) <= 1
    ]


def _grid(experiment: Experiment, found: Comparison, out: Path, said: Answers) -> None:
    axes = experiment.axes
    words = {
        key: Words(axis.title, {name: level.title for name, level in axis.levels.items()})
        for key, axis in axes.items()
    }
    table = cells(axes, found.parts, [name for name, *_ in MAPPED] + [SHORTFALL])
    write_text(out / "grid.csv", table.to_csv(index=False))
    goal = experiment.goal
    for measure, name, what, unit in MAPPED:
        mine = table[table["measure"] == measure]["value"]
        title = f"{what.capitalize()} run from {mine.min():.0f} to {mine.max():.0f} over the grid"
        limit = None
        if goal is not None and goal.measure == measure and goal.at_most is not None:
            limit = goal.at_most
            title = (
                f"More than {limit:g} {what} in {(mine > limit).sum()} of {len(mine)} cells, "
                f"which run from {mine.min():.0f} to {mine.max():.0f}"
            )
        said.pictures.append(heat(table, words, measure, name, what, unit, title, limit))
    if goal is None:
        return
    along = next(iter(axes))
    points = tipping_points(axes, along, found.parts, goal, SHORTFALL)
    others = [key for key in axes if key != along]
    rows = [(*one.others, one.state, one.at, one.lower, one.upper) for one in points]
    write_text(out / "tipping.csv", pd.DataFrame(rows, columns=[*others, *TIPPING]).to_csv(index=False))
    limit = goal.at_most if goal.at_most is not None else goal.at_least
    asked = f"{CATALOGUE[goal.measure].words} at {'most' if goal.at_most is not None else 'least'} {limit:g}"
    said.sentences.append(f"Goal: {asked}.")
    lines = []
    for one in points:
        where = ", ".join(axes[key].levels[name].title for key, name in zip(others, one.others, strict=True))
        said.sentences.append(f"  {where}: {_tips(one)}")
        lines.append(Tips(where, one.state, one.at, one.lower, one.upper, _tips(one)))
    said.pictures.append(tipping(lines, asked, axes[along].title.lower()))


def _tips(one: Tipping) -> str:
    at = f"{100 * one.at:.0f}% of posts vacant"
    if one.state == "between":
        if isnan(one.lower):
            return f"missed from {at} (no interval: without one replication it is not crossed between the levels)"
        return f"missed from {at} ({100 * one.lower:.0f} to {100 * one.upper:.0f})"
    if one.state == "met throughout":
        return f"met at every level, up to {at}"
    return (
        f"missed at every level, from {at} on"
        if one.everywhere
        else f"missed already at the first level, {at}"
    )


def _recovery(experiment: Experiment, scenarios: Mapping[str, Scenario], out: Path, said: Answers) -> None:
    asked = experiment.recovery
    assert asked is not None
    run = scenarios[experiment.baseline].run
    starts = float(run.day(asked.starts))
    with bar(run.replications * len(scenarios)) as progress:
        found = recovery(
            scenarios, experiment.baseline, asked, run.replications,
            done=lambda count: progress.update(count),
        )  # fmt: skip
    write_text(out / "recovery.csv", pd.DataFrame(table_rows(found), columns=RECOVERY).to_csv(index=False))
    weekly = pd.concat(
        [
            pd.DataFrame(
                {"shock": one.shock, "series": one.series, "day": one.week, "difference": one.mean,
                 "lower_95": one.lower, "upper_95": one.upper}
            )
            for one in found
        ]
    )  # fmt: skip
    write_text(out / "recovery_weekly.csv", weekly.to_csv(index=False))
    for series, unit in zip(SERIES, ("children", "places"), strict=True):
        mine = [one for one in found if one.series == series]
        lines = [
            Line(experiment.scenarios[one.shock].title, one.week, one.mean, one.lower, one.upper, _lasts(one))
            for one in mine
        ]
        worst = max(mine, key=lambda one: abs(one.peak))
        who, most = experiment.scenarios[worst.shock].title, f"{worst.peak:+.0f} {unit}"
        title = f"{who} moves {series} most, by {most} at its height"
        said.pictures.append(felt(lines, starts, series, unit, title, f"recovery_{series.replace(' ', '_')}"))
        said.sentences.extend([f"  {line.title}, {series}: {one.peak:+.1f} {unit} at most; {line.felt}"
                           for line, one in zip(lines, mine, strict=True)])  # fmt: skip


def _lasts(one: Felt) -> str:
    if isnan(one.days):
        return "not told from chance"
    months = 30.4375
    if isinf(one.days):
        low = (
            ""
            if isnan(one.lower_days) or isinf(one.lower_days)
            else f" (at least {one.lower_days / months:.1f} months)"
        )
        return f"still felt when the run ends{low}"
    if isnan(one.lower_days):
        return f"felt for {one.days / months:.1f} months"
    high = "to the end of the run" if isinf(one.upper_days) else f"to {one.upper_days / months:.1f}"
    return f"felt for {one.days / months:.1f} months ({one.lower_days / months:.1f} {high})"


def _homes(experiment: Experiment, found: Comparison, out: Path, said: Answers) -> None:
    rows = found.differences[found.differences["group"] == "home"]
    write_text(out / "by_home.csv", rows.to_csv(index=False))
    titles = {name: one.title for name, one in experiment.scenarios.items() if name != experiment.baseline}
    for measure, what, unit, scale in BY_HOME:
        mine = rows[rows["measure"] == measure]
        if mine.empty:
            continue  # without money
        shown = mine[clear_among(mine)]
        title = f"No practice is shown to move {what} at any home, among {len(mine)} differences"
        if len(shown):
            best = shown.loc[shown["difference"].abs().idxmax()]
            title = (
                f"{titles[best['scenario']]}: {best['difference'] * scale:+,.0f} {unit} of {what} at "
                f"{best['level']}, the most of {len(shown)} differences that are shown among {len(mine)}"
            )
        said.pictures.append(homes(rows, titles, measure, what, unit, scale, title))
        said.sentences.append(f"  {title}")
