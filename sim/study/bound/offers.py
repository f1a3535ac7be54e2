"""Every offer that could be made: opportunity, home and day, with what it is worth and what it takes.

Offers of a day (or of `width` days) are looked at as one, in the bound's favour: worth the most, and in the home
for the shortest time, that any moment of the day would give.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.engine.plan import Plan
from sim.outcomes.spells import Floats, Ints
from sim.study.bound.limits import Range
from sim.study.bound.objective import Objective
from sim.study.bound.opportunities import Opportunity
from sim.study.bound.room import KINDS, Room
from sim.world.tape import Tape

_TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Offers:
    """One row for each offer, in order of opportunity.

    group       which opportunity; home: index, the last is Scotland; day: the day of the offer (the first of them)
    start, end  the time for which the child takes room at least
    open_end    until when the child may take room, each day between for what it is worth (end, if sure)
    value       the most that it adds to child-days, or takes off need x days of waiting
    size        [rows, 3] places and staff units by day and by night that the child takes
    """

    group: Ints
    home: Ints
    day: Ints
    start: Floats
    end: Floats
    open_end: Floats
    value: Floats
    size: Floats

    def __len__(self) -> int:
        return len(self.group)

    def rows(self, keep: npt.ArrayLike) -> Offers:
        """Some of the offers."""
        pick = np.asarray(keep)
        return Offers(**{field.name: getattr(self, field.name)[pick] for field in fields(self)})


@dataclass(frozen=True)
class Window:
    """Days of the window: from `start` until before `end`."""

    start: float
    end: float


def offers(
    found: list[Opportunity], plan: Plan, tape: Tape, room: Room, objective: Objective, window: Window
) -> Offers:
    """All offers of some worth that the homes, as they are without any other child, have room for."""
    parts = [
        part
        for group, one in enumerate(found)
        for part in _of_one(group, one, plan, tape, room, objective, window)
    ]
    if not parts:
        none, nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
        return Offers(none, none, none, nothing, nothing, nothing, nothing, np.zeros((0, KINDS)))
    return Offers(*(np.concatenate(columns) for columns in zip(*map(_columns, parts), strict=True)))


def _columns(part: Offers) -> list[npt.NDArray[Any]]:
    return [getattr(part, field.name) for field in fields(Offers)]


def _of_one(
    group: int, one: Opportunity, plan: Plan, tape: Tape, room: Room, objective: Objective, window: Window
) -> list[Offers]:
    if one.listed >= window.end:
        return []
    first = np.arange(np.floor(one.listed), min(one.until, window.end - _TINY) + _TINY, one.width)
    early, late = np.maximum(first, one.listed), np.clip(first + one.width, one.listed, one.until)
    moved_early = np.maximum(early, one.court_by) + one.delay[0]
    moved_late = np.maximum(late, one.court_by) + one.delay[1]
    size = np.array([1.0, *plan.needs[one.child][1:]])
    waits = _Waits(one, float(tape.need[one.child]), window)
    made = []
    for home in np.flatnonzero(one.may).tolist():
        last = np.where(early <= room.closes[home], room.closes[home], np.inf)
        if objective == "child_days":
            longest = min(one.stay[1], float(one.breaks[1][home]))
            shortest = min(one.stay[0], float(one.breaks[0][home]))
            end = np.minimum(np.minimum(moved_early + shortest, one.over[0]), last)
            open_end = np.maximum(end, np.minimum(np.minimum(moved_early + longest, one.over[1]), last))
            value = np.minimum(open_end, window.end) - np.maximum(moved_early, window.start)
            value = value + np.where(moved_early < window.start, moved_late - moved_early, 0.0)
            value = np.minimum(value, window.end - window.start)
            made.append(_rows(group, home, first, late, end, open_end, value, size, room, one.width))
            continue
        saved = waits.saved(moved_early)
        for way in _ways(one, home):
            end = np.minimum(np.minimum(moved_early + way.stay, one.over[0]), last)
            value = saved
            if way.back is not None:
                soonest, latest = moved_early + way.back[0], moved_late + way.back[1]
                value = saved - np.where(last <= latest, 0.0, waits.after(soonest, latest, one.over[0]))
            made.append(_rows(group, home, first, late, end, end, value, size, room, one.width))
    if np.isfinite(one.scotland) and objective == "need_waiting":
        home, alone = len(plan.homes), np.array([1.0, 0.0, 0.0])
        asked = late >= one.scotland
        early = np.maximum(early, one.scotland)
        end = np.minimum(early + one.stay[0], one.over[0])
        value = np.where(asked, waits.saved(early), 0.0)
        made.append(_rows(group, home, first, late, end, end, value, alone, room, one.width))
    return made


class _Way(NamedTuple):
    """One way in which a placement may go: the fewest days in the home, and, where it breaks down and the child is
    surely referred again, the fewest and most days until then."""

    stay: float
    back: Range | None


def _ways(one: Opportunity, home: int) -> list[_Way]:
    """All ways in which a placement may go. Which it is depends on who lives there, so a bound may choose."""
    shortest, longest = one.stay
    soonest, latest = float(one.breaks[0][home]), float(one.breaks[1][home])
    if one.after <= 0 or soonest >= longest:
        return [_Way(min(shortest, soonest), None)]
    ways = [_Way(min(shortest, soonest), (soonest, min(latest, longest, one.need)))]
    if latest >= min(shortest, one.need):  # ends otherwise, or breaks down when nothing of the need is left
        ways.append(_Way(min(shortest, max(soonest, one.need)), None))
    return ways


class _Waits:
    """Need x days on the list within the window, of a referral that ends on a day."""

    def __init__(self, one: Opportunity, need: float, window: Window) -> None:
        self.one, self.need, self.window = one, need, window

    def until(self, day: Floats) -> Floats:
        low = max(self.one.listed, self.window.start)
        return np.asarray(self.need * np.maximum(0.0, np.minimum(day, self.window.end) - low))

    def saved(self, day: Floats) -> Floats:
        """What is saved by ending on `day`, and not when the authority gives up."""
        return self.until(np.full(len(day), self.one.gives_up)) - self.until(day)

    def after(self, soonest: Floats, latest: Floats, birthday: float) -> Floats:
        """The least that a referral after a breakdown adds, if it opens between two moments."""
        days = np.clip(birthday - latest, 0.0, self.one.after)
        start, end = self.window.start, self.window.end
        added = [np.clip(day + days, start, end) - np.clip(day, start, end) for day in (soonest, latest)]
        return np.asarray(self.need * np.minimum(*added))


def unplaced_waiting(found: list[Opportunity], tape: Tape, window: Window) -> float:
    """Need x days on the list within the window if nobody were ever placed."""
    return sum(
        float(_Waits(one, float(tape.need[one.child]), window).until(np.array([one.gives_up]))[0])
        for one in found
    )


def _rows(
    group: int, home: int, first: Floats, late: Floats, end: Floats, open_end: Floats, value: Floats,
    size: Floats, room: Room, width: float,
) -> Offers:  # fmt: skip
    day = first.astype(np.int64)
    there = np.ones(len(day), dtype=bool)
    for kind in range(KINDS):
        if size[kind] > 0:
            most = room.most[home, kind]
            best = np.max(
                [most[np.minimum(day + ahead, len(most) - 1)] for ahead in range(int(width))], axis=0
            )
            there &= best >= size[kind]
    keep = np.flatnonzero(there & (value > _TINY))
    n = len(keep)
    start = late[keep]
    return Offers(
        group=np.full(n, group),
        home=np.full(n, home),
        day=day[keep],
        start=start,
        end=np.maximum(start, end[keep]),
        open_end=np.maximum(start, open_end[keep]),
        value=value[keep],
        size=np.tile(size, (n, 1)),
    )
