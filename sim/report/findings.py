"""What a comparison found: everything that the page, the figures and the terminal need, and the sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd

from sim.report import words

Row = dict[str, Any]
Key = tuple[str, str, str, str]

_YEAR = 365
_RESULT = ("measure", "group", "level", "lower_95", "upper_95", "replications", "unit")
_PAIR = ("measure", "from", "to", "difference", "lower_95", "upper_95", "unit")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "differences": ("baseline", "scenario", "difference", "lower_adjusted", "upper_adjusted", *_RESULT),
    "levels": ("scenario", "value", *_RESULT),
    "measures": ("scenario", "replication", "measure", "group", "level", "value", "unit"),
    "splits": ("title", "part", *_PAIR),
    "equity": (
        "scenario",
        "measure",
        "group",
        "summary",
        "value",
        "lower_95",
        "upper_95",
        "difference",
        "difference_lower_95",
        "difference_upper_95",
        "unit",
    ),
    "loads": ("scenario", "purpose", "load_ratio", "state"),
    "stress": ("assumption", "side", "turns", *_PAIR),
    "red": ("key", "title", "unit", "value", "low", "high", "note"),
}


@dataclass(frozen=True)
class Estimate:
    """A value with its 95% interval and, for a primary measure, the interval adjusted for their number.

    `among_all`: the difference is shown even when adjusted for every main measure under every scenario at once.
    """

    value: float
    low: float
    high: float
    low_adjusted: float
    high_adjusted: float
    unit: str
    replications: int
    among_all: bool = False

    @property
    def bounds(self) -> tuple[float, float]:
        """The interval that decides: the adjusted one where there is one."""
        adjusted = (self.low_adjusted, self.high_adjusted)
        return adjusted if all(map(math.isfinite, adjusted)) else (self.low, self.high)

    @property
    def judged(self) -> bool:
        """Whether there is a value with an interval at all."""
        return all(map(math.isfinite, (self.value, *self.bounds)))

    @property
    def shown(self) -> bool:
        """Whether a difference is shown: the deciding interval leaves out zero."""
        low, high = self.bounds
        return self.judged and (low > 0 or high < 0)

    def times(self, factor: float, unit: str) -> Estimate:
        """The same in another unit."""
        names = ("value", "low", "high", "low_adjusted", "high_adjusted")
        return replace(self, **{name: factor * getattr(self, name) for name in names}, unit=unit)


@dataclass(frozen=True, eq=False)
class Findings:
    """The results of one comparison.

    title, question       what was asked
    baseline, titles      the scenario that the others are held against; scenario -> title, in order
    primary               at most five measures that get sentences
    names, better         measure -> name in plain words; measure -> 'higher', 'lower' or ''
    differences, ...      the frames, with the columns of `COLUMNS`; an empty frame means "not done"
    identity, manifest    checks on the runs; seed, dates, versions, command to reproduce
    phrases               measure -> (verb phrase for more, for less) with `{}` for the number
    headline              the scenario that comes first (default: that of the stress test, else the first)
    without_home          regions that have no home
    observed              what was observed beside what is modelled (sim.study.observed); empty without returns
    own                   the referrals of a return under each scenario (sim.study.own_referrals); empty without
    suppress              numbers of 1 to one less than so many children are not shown
    hidden                which (measure, group, level) these are

    Raises ValueError when a frame lacks a column or the baseline has no title.
    """

    title: str
    question: str
    baseline: str
    titles: Mapping[str, str]
    primary: tuple[str, ...]
    names: Mapping[str, str]
    better: Mapping[str, str]
    differences: pd.DataFrame
    levels: pd.DataFrame
    measures: pd.DataFrame
    splits: pd.DataFrame
    loads: pd.DataFrame
    stress: pd.DataFrame
    red: pd.DataFrame
    identity: Mapping[str, Any]
    manifest: Mapping[str, Any]
    phrases: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    headline: str = ""
    without_home: tuple[str, ...] = ()
    equity: pd.DataFrame = field(default_factory=pd.DataFrame)
    observed: pd.DataFrame = field(default_factory=pd.DataFrame)
    own: pd.DataFrame = field(default_factory=pd.DataFrame)
    suppress: int = 0
    hidden: frozenset[tuple[str, str, str]] = frozenset()

    def __post_init__(self) -> None:
        for name, columns in COLUMNS.items():
            frame = getattr(self, name)
            missing = [column for column in columns if column not in frame.columns]
            if missing and len(frame):
                raise ValueError(f"{name}: missing column {', '.join(missing)}; needed {', '.join(columns)}")
        if self.baseline not in self.titles:
            raise ValueError(f"baseline {self.baseline!r} has no title; titles are {', '.join(self.titles)}")

    def note(self, measure: str) -> str:
        """What to know of a measure beside its name: whether children were followed for as long as it says."""
        days = self.manifest.get("follow_up_days", _YEAR)
        if "year after" not in self.name(measure) or not isinstance(days, int) or days >= _YEAR:
            return ""
        how_long = f"as little as {days} days" if days else "less, down to a day"
        return f" (children were followed for {how_long}: until the run ended)"

    @property
    def caution(self) -> str:
        """What to know of the referrals of returns before anything else; mostly nothing."""
        returns = self.manifest.get("returns")
        return str(returns.get("whose referrals", "")) if isinstance(returns, Mapping) else ""

    def name(self, measure: str) -> str:
        """The measure in plain words."""
        return self.names.get(measure) or words.plain(measure)

    def titled(self, scenario: str) -> str:
        """The scenario's title."""
        return self.titles.get(scenario) or words.first_upper(words.plain(scenario))

    @cached_property
    def first(self) -> str:
        """The scenario that comes first; the baseline when nothing else was run."""
        others = [scenario for scenario in self.titles if scenario != self.baseline]
        stressed = [str(row["to"]) for row in records(self.stress)]
        wanted = [scenario for scenario in (self.headline, *stressed) if scenario in others]
        return (wanted or others or [self.baseline])[0]

    @cached_property
    def compared(self) -> tuple[str, ...]:
        """Every scenario but the baseline, the first one first."""
        others = [scenario for scenario in self.titles if scenario != self.baseline]
        return tuple(sorted(others, key=lambda scenario: scenario != self.first))

    @cached_property
    def replications(self) -> int:
        """Paired replications behind the differences (or behind the levels, if nothing was compared)."""
        found = self._differences or self._levels
        return max((each.replications for each in found.values()), default=0)

    def told(self, scenario: str) -> tuple[str, ...]:
        """The primary measures of which a scenario has a sentence, in order."""
        find = self.value if scenario == self.baseline else self.difference
        return tuple(measure for measure in self.primary if find(scenario, measure) is not None)

    def difference(
        self, scenario: str, measure: str, group: str = "all", level: str = "all"
    ) -> Estimate | None:
        """The paired difference of the scenario against the baseline; None if it was not worked out."""
        return self._differences.get((scenario, measure, group, level))

    def value(self, scenario: str, measure: str, group: str = "all", level: str = "all") -> Estimate | None:
        """The level of a measure under a scenario; None if it was not worked out."""
        return self._levels.get((scenario, measure, group, level))

    def groups(self, measure: str, group: str) -> tuple[str, ...]:
        """The levels of a group that have a value or a difference, in the order of the tables."""
        keys = [*self._levels, *self._differences]
        return tuple(dict.fromkeys(key[3] for key in keys if key[1] == measure and key[2] == group))

    @cached_property
    def rows(self) -> tuple[tuple[str, str, str], ...]:
        """Every (measure, group, level) in the tables: primary measures first, then as they come."""
        found = dict.fromkeys(key[1:] for key in [*self._levels, *self._differences])
        rank = {measure: place for place, measure in enumerate(self.primary)}
        return tuple(sorted(found, key=lambda row: rank.get(row[0], len(rank))))

    @cached_property
    def _differences(self) -> dict[Key, Estimate]:
        against = [row for row in records(self.differences) if row["baseline"] == self.baseline]
        return {_key(row): _estimate(row, "difference") for row in against}

    @cached_property
    def _levels(self) -> dict[Key, Estimate]:
        return {_key(row): _estimate(row, "value") for row in records(self.levels)}


def records(frame: pd.DataFrame) -> list[Row]:
    """The rows of a frame as dictionaries."""
    return list(frame.to_dict("records"))


def _key(row: Row) -> Key:
    return str(row["scenario"]), str(row["measure"]), str(row["group"]), str(row["level"])


def _estimate(row: Row, column: str) -> Estimate:
    return Estimate(
        value=float(row[column]),
        low=float(row["lower_95"]),
        high=float(row["upper_95"]),
        low_adjusted=float(row.get("lower_adjusted", math.nan)),
        high_adjusted=float(row.get("upper_adjusted", math.nan)),
        unit=str(row["unit"]),
        replications=int(row["replications"]) if math.isfinite(row["replications"]) else 0,
        among_all=bool(row.get("among_all", False)),
    )
