"""What a home answers about a child, ground by ground.

Each ground has a log-odds line and its own uniform, fixed for child, home and fortnight. A ground
fires when the uniform lies below its probability; any ground that fires and that the rule counts is
a refusal. Asking again within the fortnight changes nothing unless residents or staff have changed,
and then only the probability moves. So a shorter list of grounds refuses a subset of the children.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.scenario.base import GROUNDS
from sim.scenario.behaviour import Answers, Breakdown, GroundTerms
from sim.scenario.estate import Home
from sim.world.streams import Floats, normals
from sim.world.tape import Tape
from sim.world.world import World

BIT = {ground: 1 << i for i, ground in enumerate(GROUNDS)}
STAFFING, MIX = BIT["staffing"], BIT["mix"]
_BLOCK = 128
_AGAIN = 512  # fortnights set aside for each referral of the same child


@dataclass(slots=True)
class Row:
    """One child's answers in one fortnight, over all homes.

    fires[home]     bits of the grounds that fire whatever the home's state
    shortage[home]  the staffing ground fires when the home's shortage is above this
    conflict[home]  the mix ground fires when the child's conflict with residents is above this
    refused         homes (as bits) with a counted ground among `fires`
    told            homes (as bits) whose refusal has been recorded
    """

    fires: list[int]
    shortage: list[float]
    conflict: list[float]
    refused: int
    told: int = 0


class HomeAnswers:
    """Answers of every home to every child of one world, made in blocks when first asked for."""

    def __init__(
        self, answers: Answers, breakdown: Breakdown, homes: tuple[Home, ...], world: World, counted: dict[int, int]
    ) -> None:
        """`counted` gives, for each route code, the bits of the grounds that its rule counts."""
        tape = world.tape
        self.repeat_days = answers.repeat_days
        self.homes = len(homes)
        self._answers, self._breakdown, self._tape = answers, breakdown, tape
        self._counted = np.array([counted[int(route)] for route in tape.route], dtype=np.int64)
        self._stays_on_list = np.minimum.reduce([tape.patience_days, tape.withdrawn_days, tape.ceased_days])
        self._readiness = np.array(
            [home.disposition + answers.home_sd * world.home_effect(home.name) for home in homes]
        )
        names = [home.name for home in homes]
        self._luck = {ground: world.streams.grid(("answer", ground), names) for ground in answers.grounds}
        self._bond = {
            ground: world.streams.grid(("pair", ground), names)
            for ground, terms in answers.grounds.items()
            if terms.pair and answers.pair_sd
        }
        self._rows: dict[tuple[int, int], Row] = {}
        self._lines: dict[int, dict[str, Floats]] = {}
        self.conflicts = ConflictTable(answers, tape)

    def row(self, child: int, fortnight: int, ordinal: int = 0) -> Row:
        """The answers about `child` in a fortnight since that referral (0 is the first)."""
        epoch = fortnight + ordinal * _AGAIN
        found = self._rows.get((child, epoch))
        if found is None:
            self._fill(child, epoch, only=ordinal > 0 or fortnight >= 64)
            found = self._rows[child, epoch]
        return found

    def appeal(self, child: int) -> Floats:
        """How readily each home would take the child, state aside: higher is readier."""
        line = self._line(child // _BLOCK)
        return np.asarray(line["appeal"][child % _BLOCK])

    def mismatch(self, child: int, home: int, shortage: float, conflict: float) -> float:
        """Sum of the probabilities of the listed grounds at this moment, discretion at its weight."""
        terms, line, at = self._answers.grounds, self._line(child // _BLOCK), (child % _BLOCK, home)
        total = 0.0
        for ground in ("capability", "risk", "mix"):
            if ground in terms:
                moving = terms["mix"].conflict * conflict if ground == "mix" else 0.0
                total += _logistic(float(line[ground][at]) + moving)
        if "discretion" in terms:
            total += self._breakdown.discretion_weight * _logistic(float(line["discretion"][at]))
        return total

    def _line(self, block: int) -> dict[str, Floats]:
        """The fixed part of the log-odds of each ground for a block of children, children x homes."""
        if block not in self._lines:
            rows = np.arange(block * _BLOCK, min((block + 1) * _BLOCK, len(self._tape)))
            lines = {name: self._log_odds(name, terms, rows) for name, terms in self._answers.grounds.items()}
            total = sum(lines.values(), start=np.zeros((len(rows), self.homes)))
            self._lines[block] = {**lines, "appeal": -total}
        return self._lines[block]

    def _log_odds(self, ground: str, terms: GroundTerms, rows: npt.NDArray[np.int64]) -> Floats:
        tape, answers = self._tape, self._answers
        weight = np.array([terms.flags.get(flag, 0.0) for flag in tape.flag_names])
        levels = np.asarray(terms.complexity)
        of_child = (
            terms.intercept
            + tape.flags[rows] @ weight
            + levels[np.minimum(tape.complexity[rows], len(levels) - 1)]
            + terms.girls * tape.girl[rows]
            + terms.age * (tape.age[rows] - 15)
            + terms.frailty * answers.frailty_sd * tape.frailty[rows]
        )
        line = of_child[:, None] - terms.disposition * self._readiness[None, :]
        if ground in self._bond:
            line = line + terms.pair * answers.pair_sd * normals(self._bond[ground].at(self._address(rows)))
        return np.asarray(line)

    def _address(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """A number for each child that no scenario changes: stream by name, residents apart."""
        number = self._tape.number[rows]
        stream = np.array([_name_code(name) for name in self._tape.streams])[self._tape.stream[rows]]
        return np.where(number < 0, -number + (1 << 22), number) + (stream << 23)

    def _fill(self, child: int, epoch: int, only: bool) -> None:
        """Make the rows of a block of neighbouring children in this fortnight."""
        block = child // _BLOCK
        if only:
            rows = np.array([child])
        else:
            rows = np.arange(block * _BLOCK, min((block + 1) * _BLOCK, len(self._tape)))
            rows = rows[(self._stays_on_list[rows] >= epoch * self.repeat_days) | (rows == child)]
        line, inside = self._line(block), rows % _BLOCK
        keys = self._address(rows) * (1 << 12) + epoch
        fires = np.zeros((len(rows), self.homes), dtype=np.int64)
        shortage = np.full((len(rows), self.homes), np.inf)
        conflict = np.full((len(rows), self.homes), np.inf)
        for ground, terms in self._answers.grounds.items():
            u = self._luck[ground].at(keys)
            gap = np.log(u) - np.log1p(-u) - line[ground][inside]
            if ground == "staffing" and terms.shortage > 0:
                shortage = gap / terms.shortage
            elif ground == "mix" and terms.conflict > 0:
                conflict = gap / terms.conflict
            else:
                fires |= np.where(gap < 0, BIT[ground], 0)
        counted = self._counted[rows]
        shut_out = (fires & counted[:, None]) != 0
        masks = _as_masks(shut_out)
        # a ground that the rule does not count never refuses, so its threshold is out of reach
        shortage = np.where((counted & STAFFING)[:, None] != 0, shortage, np.inf)
        conflict = np.where((counted & MIX)[:, None] != 0, conflict, np.inf)
        for i, (row, f, s, c) in enumerate(
            zip(rows.tolist(), fires.tolist(), shortage.tolist(), conflict.tolist(), strict=True)
        ):
            self._rows[row, epoch] = Row(f, s, c, masks[i])


class ConflictTable:
    """Conflict of a child with the residents of a home, from counts of residents by flag."""

    def __init__(self, answers: Answers, tape: Tape) -> None:
        self.resident_flags = tuple(sorted({c.resident for c in answers.conflicts}))
        position = {flag: i for i, flag in enumerate(self.resident_flags)}
        weights = np.zeros((len(tape.flag_names), len(self.resident_flags)))
        for conflict in answers.conflicts:
            weights[tape.flag_names.index(conflict.child), position[conflict.resident]] += conflict.weight
        of_child = tape.flags @ weights
        columns = [tape.flag_names.index(flag) for flag in self.resident_flags]
        carried = tape.flags[:, columns] if columns else np.zeros((len(tape), 0), bool)
        self.against: list[tuple[tuple[int, float], ...]] = [
            tuple((i, w) for i, w in enumerate(row) if w) for row in of_child.tolist()
        ]
        self.brings: list[tuple[int, ...]] = [
            tuple(i for i, has in enumerate(row) if has) for row in carried.tolist()
        ]


def _as_masks(refused: npt.NDArray[np.bool_]) -> list[int]:
    """Each row of booleans as one whole number with bit h for home h."""
    packed = np.packbits(refused, axis=1, bitorder="little")
    return [int.from_bytes(row.tobytes(), "little") for row in packed]


def _name_code(name: str) -> int:
    import zlib

    return zlib.crc32(name.encode()) & 0xFFFF


def _logistic(x: float) -> float:
    from math import exp

    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))
