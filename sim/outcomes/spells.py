"""From the log to spells: time on the list, time in a home, time under offer, time in Scotland."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.engine.log import EventLog, Kind

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Spells:
    """Intervals of days, one row each. `code` says how the spell ended (or what it was)."""

    child: Ints
    start: Floats
    end: Floats
    code: Ints
    home: Ints
    pool: Ints
    value: Floats

    def __len__(self) -> int:
        return len(self.child)

    def rows(self, keep: npt.ArrayLike) -> Spells:
        """Some of the spells."""
        pick = np.asarray(keep)
        return Spells(
            self.child[pick], self.start[pick], self.end[pick], self.code[pick],
            self.home[pick], self.pool[pick], self.value[pick],
        )  # fmt: skip

    def within(self, start: npt.ArrayLike, end: npt.ArrayLike) -> Floats:
        """Days of each spell that lie between `start` and `end` (each a number or one per spell)."""
        return np.asarray(np.maximum(0.0, np.minimum(self.end, end) - np.maximum(self.start, start)))


def _pair(log: EventLog, opens: Kind, closes: tuple[Kind, ...]) -> tuple[Ints, Ints]:
    """Sequence numbers of openings and of the closing that follows each, child by child."""
    first, last = log.of(opens), log.of(*closes)
    first = first[np.lexsort((first, log.child[first]))]
    last = last[np.lexsort((last, log.child[last]))]
    if len(first) != len(last) or np.any(log.child[first] != log.child[last]):
        raise ValueError(f"the log has {len(first)} {opens.name} records but {len(last)} that close them")
    return first, last


def list_spells(log: EventLog) -> Spells:
    """One spell per referral: code is the list ending, value the ordinal, home where placed (else -1)."""
    first, last = _pair(log, Kind.REFERRED, (Kind.ENDED,))
    return Spells(
        child=log.child[first].astype(np.int64),
        start=log.day[first],
        end=log.day[last],
        code=log.code[last].astype(np.int64),
        home=log.home[last].astype(np.int64),
        pool=np.zeros(len(first), dtype=np.int64),
        value=log.code[first].astype(float),
    )


def home_spells(log: EventLog) -> Spells:
    """One spell per placement: code is the leaving reason, value the day on which need ended."""
    first, last = _pair(log, Kind.ADMITTED, (Kind.LEFT,))
    return Spells(
        child=log.child[first].astype(np.int64),
        start=log.day[first],
        end=log.day[last],
        code=log.code[last].astype(np.int64),
        home=log.home[first].astype(np.int64),
        pool=log.code[first].astype(np.int64),
        value=log.value[first],
    )


def offer_spells(log: EventLog, horizon: float) -> Spells:
    """Places held for a child: from the offer to admission, to its being given back, or to the horizon."""
    first = log.of(Kind.OFFERED)
    last = log.of(Kind.ADMITTED, Kind.OFFER_ENDED)
    key_first = log.child[first].astype(np.int64) * len(log) + first
    key_last = np.sort(log.child[last].astype(np.int64) * len(log) + last)
    at = np.searchsorted(key_last, key_first)
    known = at < len(key_last)
    found = key_last[np.minimum(at, max(len(key_last) - 1, 0))] if len(key_last) else np.zeros_like(key_first)
    same = known & (found // max(len(log), 1) == log.child[first])
    end = np.where(same, log.day[found % max(len(log), 1)], horizon) if len(first) else np.zeros(0)
    return Spells(
        child=log.child[first].astype(np.int64),
        start=log.day[first],
        end=end,
        code=np.zeros(len(first), dtype=np.int64),
        home=log.home[first].astype(np.int64),
        pool=log.code[first].astype(np.int64),
        value=log.value[first],
    )


def scotland_spells(log: EventLog, lists: Spells, scotland_code: int, horizon: float) -> Spells:
    """Stays in Scottish centres, from the end of the referral."""
    went = lists.rows(lists.code == scotland_code)
    left = log.of(Kind.LEFT_SCOTLAND)
    leaving = dict(zip(log.child[left].tolist(), log.day[left].tolist(), strict=True))
    end = np.array([leaving.get(child, horizon) for child in went.child.tolist()])
    return Spells(went.child, went.end, end, went.code, went.home, went.pool, went.value)


@dataclass(frozen=True, eq=False)
class Steps:
    """A quantity that changes at moments: value[i] holds from day[i] to day[i + 1] (the last to the horizon)."""

    day: Floats
    value: Floats

    def between(self, start: float, end: float) -> tuple[Floats, Floats]:
        """Values and their durations between two days."""
        edges = np.clip(np.concatenate([self.day, [np.inf]]), start, end)
        return self.value, np.diff(edges)

    def mean(self, start: float, end: float) -> float:
        """Time-weighted mean."""
        value, weight = self.between(start, end)
        return float(value @ weight / (end - start))

    def quantile(self, share: float, start: float, end: float) -> float:
        """The value that is not exceeded for `share` of the time."""
        value, weight = self.between(start, end)
        order = np.argsort(value, kind="stable")
        passed = np.cumsum(weight[order])
        return float(value[order][np.searchsorted(passed, share * passed[-1] - 1e-9)])


def count_of(spells: Spells, weight: Floats | None = None) -> Steps:
    """How many spells run at each moment (or the sum of their weights)."""
    size = np.ones(len(spells)) if weight is None else weight
    day = np.concatenate([[0.0], spells.start, spells.end])
    change = np.concatenate([[0.0], size, -size])
    order = np.argsort(day, kind="stable")
    return Steps(day[order], np.cumsum(change[order]))


def at(steps_day: Floats, steps_value: Floats, moments: Floats, before: float = 0.0) -> Floats:
    """The value of a step function just after each moment."""
    index = np.searchsorted(steps_day, moments, side="right") - 1
    if len(steps_value) == 0:
        return np.full(len(moments), before)
    return np.where(index >= 0, steps_value[np.maximum(index, 0)], before)
