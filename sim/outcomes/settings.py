"""Where each child lives from referral to the end of follow-up: always in exactly one setting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.engine.log import Ending
from sim.outcomes.spells import Floats, Ints, Spells
from sim.scenario.base import ALTERNATIVES
from sim.scenario.behaviour import Authorities
from sim.world.tape import Tape

SETTINGS = (
    "current_placement", "unregistered", "open_home", "hospital", "custody", "home", "scotland", "secure_home",
)  # fmt: skip
SCOTLAND, SECURE = SETTINGS.index("scotland"), SETTINGS.index("secure_home")
_ALTERNATIVE = np.array([SETTINGS.index(name) for name in ALTERNATIVES])
_DESTINATION = np.array([SETTINGS.index("open_home"), SETTINGS.index("home")])
_UNREGISTERED = SETTINGS.index("unregistered")


STAGES = ("waiting", "secure", "instead", "after", "stayed")
_WAITING, _SECURE_STAGE, _INSTEAD, _AFTER, _STAYED = range(len(STAGES))


@dataclass(frozen=True, eq=False)
class SettingSpells:
    """Time in a setting, one row a spell.

    `stage` (an index of STAGES) tells why the child is there: on the list; in a secure place; in what was taken
    instead of one; in what followed either; or where it was all along, since the search was given up.
    """

    child: Ints
    setting: Ints
    start: Floats
    end: Floats
    stage: Ints

    @property
    def waiting(self) -> npt.NDArray[np.bool_]:
        """Whether the child was on the list."""
        return np.asarray(self.stage == _WAITING)

    def within(self, start: npt.ArrayLike, end: npt.ArrayLike) -> Floats:
        """Days of each spell between two days (numbers, or one per spell)."""
        return np.asarray(np.maximum(0.0, np.minimum(self.end, end) - np.maximum(self.start, start)))


def setting_spells(
    tape: Tape, authorities: Authorities, lists: Spells, placed: Spells, scotland: Spells, horizon: float
) -> SettingSpells:
    """Follow every referred child to the 18th birthday or the horizon.

    On the list a child stays where the child was (or, where that keeps the referral open, in the
    unregistered setting taken meanwhile). After the list: the secure home, Scotland, or the alternative for
    its drawn duration, then a destination. Whoever is withdrawn stays where the child was.
    """
    order = np.lexsort((lists.start, lists.child))
    lists = lists.rows(order)
    again = np.concatenate([lists.child[1:] == lists.child[:-1], [False]])
    until = np.where(again, np.concatenate([lists.start[1:], [horizon]]), horizon)
    until = np.minimum(until, np.maximum(tape.birthday_18[lists.child], lists.end))
    was = np.where(lists.value == 0, tape.setting[lists.child], _DESTINATION[tape.after_secure[lists.child]])
    parts: list[tuple[Ints, Ints, Floats, Floats, int]] = []

    def add(
        rows: npt.NDArray[np.bool_], setting: npt.ArrayLike, start: Floats, end: Floats, stage: int
    ) -> None:
        code = np.broadcast_to(np.asarray(setting), len(lists))[rows]
        parts.append((lists.child[rows], code, start[rows], end[rows], stage))

    every = np.ones(len(lists), dtype=bool)
    moved = np.minimum(lists.end, lists.start + _taken_meanwhile(tape, authorities, lists))
    back = np.minimum(lists.end, moved + tape.alternative_days[lists.child])
    add(every, was, lists.start, moved, _WAITING)
    add(every, _UNREGISTERED, moved, back, _WAITING)
    add(every, _DESTINATION[tape.after_alternative[lists.child]], back, lists.end, _WAITING)

    took = lists.code == Ending.ALTERNATIVE
    over = np.minimum(until, lists.end + tape.alternative_days[lists.child])
    add(took, _ALTERNATIVE[tape.alternative[lists.child]], lists.end, over, _INSTEAD)
    add(took, _DESTINATION[tape.after_alternative[lists.child]], over, until, _AFTER)

    stayed = np.isin(lists.code, (Ending.WITHDRAWN, Ending.SEARCH_CEASED))
    add(stayed, was, lists.end, until, _STAYED)

    secure = lists.code == Ending.PLACED
    left = _leaving(placed, lists, secure, horizon)
    add(secure, SECURE, lists.end, np.minimum(left, until), _SECURE_STAGE)
    add(secure, _DESTINATION[tape.after_secure[lists.child]], np.minimum(left, until), until, _AFTER)

    north = lists.code == Ending.SCOTLAND
    returned = np.full(len(lists), horizon)
    ends = dict(zip(scotland.child.tolist(), scotland.end.tolist(), strict=True))
    returned[north] = [ends[child] for child in lists.child[north].tolist()]
    add(north, SCOTLAND, lists.end, np.minimum(returned, until), _SECURE_STAGE)
    add(north, _DESTINATION[tape.after_secure[lists.child]], np.minimum(returned, until), until, _AFTER)
    return _joined(parts)


def _taken_meanwhile(tape: Tape, authorities: Authorities, lists: Spells) -> Floats:
    """Days on the list until an unregistered setting is taken while the referral stays open."""
    if not authorities.dol_keeps_referral_open:
        return np.full(len(lists), np.inf)
    takes = tape.alternative[lists.child] == ALTERNATIVES.index("unregistered")
    return np.where(takes, tape.patience_days[lists.child], np.inf)


def _leaving(placed: Spells, lists: Spells, secure: npt.NDArray[np.bool_], horizon: float) -> Floats:
    """The day each placed referral's placement ended."""
    key = np.round(placed.start, 9)
    ends = {(child, day): end for child, day, end in zip(placed.child.tolist(), key.tolist(), placed.end.tolist(),
                                                        strict=True)}  # fmt: skip
    left = np.full(len(lists), horizon)
    days = np.round(lists.end[secure], 9).tolist()
    left[secure] = [ends[child, day] for child, day in zip(lists.child[secure].tolist(), days, strict=True)]
    return left


def _joined(parts: list[tuple[Ints, Ints, Floats, Floats, int]]) -> SettingSpells:
    stage = np.concatenate([np.full(len(part[0]), part[4]) for part in parts])
    child, setting, start, end = (np.concatenate([part[i] for part in parts]) for i in range(4))
    real = end > start
    return SettingSpells(child[real], setting[real], start[real], end[real], stage[real])
