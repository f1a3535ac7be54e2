"""What a home answers about a child, ground by ground.

Each ground has a log-odds line and its own uniform, fixed for child, home and fortnight. A ground
fires when the uniform lies below its probability; any ground that fires and that the rule counts is
a refusal. Asking again within the fortnight changes nothing unless residents or staff have changed,
and then only the probability moves. So a shorter list of grounds refuses a subset of the children.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from sim.scenario.base import GROUNDS, Ground
from sim.scenario.behaviour import Answers, Breakdown, GroundTerms
from sim.scenario.estate import Home
from sim.world.streams import Floats, normals
from sim.world.tape import Tape
from sim.world.world import World

BIT = {ground: 1 << i for i, ground in enumerate(GROUNDS)}
Soon = Callable[[], Iterable[tuple[int, int, int]]]
STAFFING, MIX = BIT["staffing"], BIT["mix"]
_BLOCK = 256
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


class Block(NamedTuple):
    """Fixed log-odds (children x grounds x homes), readiness to take, and fixed part of the mismatch."""

    line: Floats
    appeal: Floats
    mismatch: Floats


class HomeAnswers:
    """Answers of every home to every child of one world, made several at a time when first asked for."""

    def __init__(
        self,
        answers: Answers,
        breakdown: Breakdown,
        homes: tuple[Home, ...],
        world: World,
        counted: dict[int, int],
    ) -> None:
        """`counted` gives, for each route code, the bits of the grounds that its rule counts."""
        self._answers, self._breakdown, self._tape = answers, breakdown, world.tape
        self._grounds = tuple(ground for ground in GROUNDS if ground in answers.grounds)
        self._terms = [answers.grounds[ground] for ground in self._grounds]
        names = [home.name for home in homes]
        self._homes = len(homes)
        self._readiness = np.array(
            [home.disposition + answers.home_sd * world.home_effect(home.name) for home in homes]
        )
        self._luck = world.streams.grid(
            [("answer", ground, name) for ground in self._grounds for name in names]
        )
        self._bond = world.streams.grid(
            [("pair", ground, name) for ground in self._grounds for name in names]
        )
        fixed = [0 if _moves(g, t) else BIT[g] for g, t in zip(self._grounds, self._terms, strict=True)]
        self._fixed = np.array(fixed, dtype=np.int64)[None, :, None]
        self._counted = np.array([counted[code] for code in range(len(counted))])[world.tape.route]
        self._address = _addresses(world.tape)
        self._rows: dict[tuple[int, int], Row] = {}
        self._blocks: dict[int, Block] = {}
        self.conflicts = ConflictTable(answers, world.tape)

    def row(self, child: int, fortnight: int, ordinal: int = 0, soon: Soon = lambda: ()) -> Row:
        """The answers about `child` in a fortnight since that referral (0 is the first)."""
        self.prepare([(child, fortnight, ordinal)], soon)
        return self._rows.pop((child, fortnight + ordinal * _AGAIN))

    def prepare(self, wanted: list[tuple[int, int, int]], soon: Soon = lambda: ()) -> None:
        """Make the answers about each (child, fortnight, ordinal), unless they are made already.

        `soon` names others that may be asked for next; they are made at the same time, which saves time and
        changes nothing.
        """
        keys = [(c, f + o * _AGAIN) for c, f, o in wanted]
        missing = [key for key in keys if key not in self._rows]
        if missing:
            also = {(c, f + o * _AGAIN): None for c, f, o in soon()}
            self._fill([*missing, *(key for key in also if key not in self._rows and key not in missing)])

    def appeal(self, child: int, home: int) -> float:
        """How readily a home would take the child, state aside: higher is readier."""
        return float(self._block(child).appeal[child % _BLOCK, home])

    def mismatch(self, child: int, home: int, shortage: float, conflict: float) -> float:
        """Sum of the probabilities of the listed grounds at this moment, discretion at its weight."""
        block, at = self._block(child), child % _BLOCK
        fixed = float(block.mismatch[at, home])
        if "mix" not in self._grounds:
            return fixed
        log_odds = float(block.line[at, self._grounds.index("mix"), home])
        return fixed + _logistic(log_odds + self._answers.grounds["mix"].conflict * conflict)

    def _block(self, child: int) -> Block:
        """What is fixed about a child and its neighbours in time."""
        number = child // _BLOCK
        found = self._blocks.get(number)
        if found is None:
            rows = np.arange(number * _BLOCK, min((number + 1) * _BLOCK, len(self._tape)))
            line = self._log_odds(rows)
            weight = {"staffing": 0.0, "mix": 0.0, "discretion": self._breakdown.discretion_weight}
            weights = np.array([weight.get(ground, 1.0) for ground in self._grounds])
            fixed = (weights[None, :, None] / (1 + np.exp(-line))).sum(axis=1)
            found = self._blocks[number] = Block(line, -line.sum(axis=1), fixed)
        return found

    def _log_odds(self, rows: npt.NDArray[np.int64]) -> Floats:
        """Children x grounds x homes."""
        tape, answers = self._tape, self._answers
        out = np.zeros((len(rows), len(self._grounds), self._homes))
        bond = (
            normals(self._bond.at(self._address[rows])).reshape(out.shape) if answers.pair_sd else out.copy()
        )
        for at, terms in enumerate(self._terms):
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
            out[:, at, :] = of_child[:, None] - terms.disposition * self._readiness[None, :]
            out[:, at, :] += terms.pair * answers.pair_sd * bond[:, at, :]
        return out

    def _fill(self, keys: list[tuple[int, int]]) -> None:
        """Make the rows of some children, each in its fortnight."""
        child, epoch = np.array(keys, dtype=np.int64).T
        lines = np.stack([self._block(c).line[c % _BLOCK] for c, _ in keys])
        u = self._luck.at(self._address[child] * (1 << 12) + epoch).reshape(lines.shape)
        gap = np.log(u / (1 - u)) - lines
        counted = self._counted[child]
        fires = np.sum((gap < 0) * self._fixed, axis=1)
        refused = _as_masks((fires & counted[:, None]) != 0)
        shortage = self._threshold(gap, "staffing", counted)
        conflict = self._threshold(gap, "mix", counted)
        rows = zip(fires.tolist(), shortage.tolist(), conflict.tolist(), refused, strict=True)
        self._rows.update(zip(keys, [Row(*row) for row in rows], strict=True))

    def _threshold(self, gap: Floats, ground: Ground, counted: npt.NDArray[np.int64]) -> Floats:
        """The state of a home above which a moving ground fires; out of reach where it does not count."""
        nowhere = np.full((len(gap), self._homes), np.inf)
        if ground not in self._grounds or not _moves(ground, self._answers.grounds[ground]):
            return nowhere
        terms, at = self._answers.grounds[ground], self._grounds.index(ground)
        level = gap[:, at, :] / (terms.shortage if ground == "staffing" else terms.conflict)
        return np.where((counted & BIT[ground])[:, None] != 0, level, nowhere)


def _moves(ground: Ground, terms: GroundTerms) -> bool:
    """Whether the ground depends on the home's state, and not only on child and home."""
    return (ground == "staffing" and terms.shortage > 0) or (ground == "mix" and terms.conflict > 0)


def _addresses(tape: Tape) -> npt.NDArray[np.int64]:
    """A number for each child that no scenario changes: stream by name, residents apart."""
    codes = [crc32(name.encode()) & 0xFFFF for name in tape.streams]
    if len(set(codes)) < len(codes):
        raise ValueError(f"demand.streams: two of {list(tape.streams)} share a code; rename one")
    stream = np.array(codes, dtype=np.int64)[tape.stream]
    number = np.where(tape.number < 0, -tape.number + (1 << 22), tape.number)
    return np.asarray(number + (stream << 23))


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


def _logistic(x: float) -> float:
    from math import exp

    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))
