"""Months of a run: spells cut at their ends, and step functions added up over them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from sim.outcomes.money.prices import financial_year
from sim.outcomes.spells import Floats, Ints
from sim.scenario.run import Run


@dataclass(frozen=True, eq=False)
class Months:
    """`edges` are the days on which months begin, the horizon last; `year` is each month's financial year.

    What happens in a month is settled on its last day, the day before the next edge.
    """

    start: date
    edges: Floats
    year: Ints

    def __len__(self) -> int:
        return len(self.edges) - 1

    @property
    def days(self) -> Floats:
        return np.diff(self.edges)

    def dates(self, day: Floats) -> list[date]:
        """The calendar date of each day of the run."""
        return [self.start + timedelta(days=int(each)) for each in day.tolist()]


def months_of(run: Run) -> Months:
    """The months of a run, the first and the last perhaps cut."""
    horizon, edges, years = run.horizon_days, [0], []
    when = run.start
    while edges[-1] < horizon:
        years.append(int(financial_year(np.array(when.year), np.array(when.month))))
        when = date(when.year + when.month // 12, when.month % 12 + 1, 1)
        edges.append(min((when - run.start).days, horizon))
    return Months(run.start, np.array(edges, dtype=float), np.array(years, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class Slices:
    """Parts of spells within one month each: the spell's row, the month, first day and end."""

    row: Ints
    month: Ints
    start: Floats
    end: Floats

    @property
    def days(self) -> Floats:
        return self.end - self.start


def cut(start: Floats, end: Floats, months: Months) -> Slices:
    """Spells cut where months end; nothing outside the run, no part without length."""
    first = np.clip(start, 0, months.edges[-1])
    last = np.clip(end, first, months.edges[-1])
    begin = np.searchsorted(months.edges, first, side="right") - 1
    finish = np.searchsorted(months.edges, last, side="left") - 1
    count = np.where(last > first, finish - begin + 1, 0)
    row = np.repeat(np.arange(len(first)), count)
    ahead = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    month = (begin[row] + ahead).astype(np.int64)
    low = np.maximum(first[row], months.edges[month])
    high = np.minimum(last[row], months.edges[month + 1])
    return Slices(row, month, low, high)


def by_month(day: Floats, value: Floats, months: Months) -> Floats:
    """Each month's integral of a step function whose value[i] holds from day[i] on (value x days)."""
    if not len(day):
        return np.zeros(len(months))
    edges = np.unique(np.concatenate([months.edges, day[(day > 0) & (day < months.edges[-1])]]))
    at = np.searchsorted(day, edges[:-1], side="right") - 1
    height = np.where(at >= 0, value[np.maximum(at, 0)], 0.0)
    total = np.concatenate([[0.0], np.cumsum(height * np.diff(edges))])
    return np.diff(total[np.searchsorted(edges, months.edges)])
