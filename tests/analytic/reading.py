"""What a textbook asks of one replication, read from the event log alone."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from sim.engine.log import Ending, Kind
from sim.study.replicate import Result

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Reading:
    """Counts, shares and means over the window. A child of a textbook is referred once and placed at most once."""

    def __init__(self, result: Result) -> None:
        self.tape, self.log = result.world.tape, result.log
        self.start, self.end = (float(day) for day in result.scenario.run.window)
        self.horizon = float(result.scenario.run.horizon_days)
        self.referred = self._day_of(Kind.REFERRED)
        self.ended = self._day_of(Kind.ENDED)
        self.admitted = self._day_of(Kind.ADMITTED)
        self.left = self._day_of(Kind.LEFT)

    def _day_of(self, kind: Kind) -> Floats:
        """The day of a child's record of this kind; not a number where there is none."""
        rows, days = self.log.of(kind), np.full(len(self.tape), np.nan)
        days[self.log.child[rows]] = self.log.day[rows]
        return days

    @cached_property
    def cohort(self) -> Bools:
        """Children referred in the window."""
        with np.errstate(invalid="ignore"):
            return np.asarray((self.referred >= self.start) & (self.referred < self.end))

    @cached_property
    def home(self) -> npt.NDArray[np.int64]:
        """The home of each child; -1 for those who were not placed."""
        rows, home = self.log.of(Kind.ADMITTED), np.full(len(self.tape), -1)
        home[self.log.child[rows]] = self.log.home[rows]
        return home

    def of_stream(self, name: str) -> Bools:
        return np.asarray(self.cohort & (self.tape.stream == self.tape.streams.index(name)))

    def from_region(self, name: str) -> Bools:
        return np.asarray(self.cohort & (self.tape.region == self.tape.regions.index(name)))

    # -- children of the window ------------------------------------------------------------------

    def share_turned_away(self, who: Bools | None = None) -> float:
        """Of children referred in the window, those who took something else."""
        rows, took = self.log.of(Kind.ENDED), np.zeros(len(self.tape), dtype=bool)
        took[self.log.child[rows]] = self.log.code[rows] == Ending.ALTERNATIVE
        return float(took[self.cohort if who is None else who].mean())

    def share_in_home(self, home: int, who: Bools) -> float:
        return float((self.home[who] == home).mean())

    def share_waiting(self) -> float:
        """Of children referred in the window, those who were not placed at once."""
        return float((self.ended - self.referred > 0)[self.cohort].mean())

    def wait(self, who: Bools | None = None) -> float:
        """Mean days from referral to the end of the referral."""
        return float((self.ended - self.referred)[self.cohort if who is None else who].mean())

    # -- time in the window ----------------------------------------------------------------------

    def _overlap(self, begin: Floats, end: Floats) -> float:
        real = ~np.isnan(begin)
        inside = np.minimum(end[real], self.end) - np.maximum(begin[real], self.start)
        return float(np.maximum(inside, 0).sum() / (self.end - self.start))

    def list_mean(self) -> float:
        """Mean number of children on the list."""
        return self._overlap(self.referred, self.ended)

    def occupied_mean(self, home: int | None = None) -> float:
        """Mean number of children in homes, or in one home."""
        begin = self.admitted if home is None else np.where(self.home == home, self.admitted, np.nan)
        return self._overlap(begin, self.left)

    def occupied_at(self, time_of_day: float) -> float:
        """Mean number of children in homes at this time of each day of the window."""
        moments = np.arange(self.start, self.end) + time_of_day
        came, went = np.sort(self.admitted), np.sort(self.left)
        there = np.searchsorted(came, moments, side="right") - np.searchsorted(went, moments, side="right")
        return float(there.mean())

    def share_of_time(self, steps: tuple[Floats, npt.NDArray[np.bool_]]) -> float:
        """Share of the window in which a step function (days, truth from then on) is true."""
        day, truth = steps
        lengths = np.diff(np.clip(np.append(day, self.horizon), self.start, self.end))
        return float(lengths[truth].sum() / (self.end - self.start))

    def busy(self) -> tuple[Floats, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Days, occupied homes of one place as bits, and children on the list, after every record."""
        change_home = np.select(
            [self.log.kind == Kind.ADMITTED, self.log.kind == Kind.LEFT], [1, -1], 0
        ) * (1 << np.maximum(self.log.home, 0))  # fmt: skip
        change_list = np.select([self.log.kind == Kind.REFERRED, self.log.kind == Kind.ENDED], [1, -1], 0)
        return self.log.day, np.cumsum(change_home), np.cumsum(change_list)

    def staff_and_children(self) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
        """Days, staff units on shift and children in the one home, after every record."""
        is_staff = self.log.kind == Kind.STAFF_DAY
        last = np.maximum.accumulate(np.where(is_staff, np.arange(len(self.log)), 0))
        staff = np.where(is_staff, self.log.value, 0.0)[last]
        inside = np.select([self.log.kind == Kind.ADMITTED, self.log.kind == Kind.LEFT], [1, -1], 0)
        return self.log.day, staff, np.cumsum(inside)

    # -- arrivals and stays ----------------------------------------------------------------------

    def arrivals_by_hour(self) -> npt.NDArray[np.int64]:
        """Children referred in each hour (columns) of each day of the window (rows)."""
        days = int(self.end - self.start)
        hour = np.floor((self.referred[self.cohort] - self.start) * 24).astype(int)
        return np.bincount(hour, minlength=days * 24).reshape(days, 24)

    def mean_days_left_at_start(self) -> float:
        """Mean stay, from the start, of those who were there at the start."""
        return float(self.left[self.tape.resident].mean())
