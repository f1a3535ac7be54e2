"""What a home answers about a child, ground by ground.

Each ground has a log-odds line and its own uniform, fixed for child, home and fortnight. A ground
fires when the uniform lies below its probability; any ground that fires and that the rule counts is
a refusal. Asking again within the fortnight changes nothing unless residents or staff have changed,
and then only the probability moves. So a shorter list of grounds refuses a subset of the children.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import chain, repeat
from math import exp, inf, nextafter
from zlib import crc32

import numpy as np
import numpy.typing as npt

from sim.behaviour.answer_rows import Batch, Counted, Row
from sim.scenario.base import GROUNDS, Ground
from sim.scenario.behaviour import Answers, Breakdown, GroundTerms
from sim.scenario.estate import Home
from sim.world.bits import as_bits
from sim.world.streams import Floats, normals
from sim.world.tape import Tape
from sim.world.world import World

BIT = {ground: 1 << i for i, ground in enumerate(GROUNDS)}
Ints = npt.NDArray[np.int64]
Question = tuple[int, int, int]  # child, fortnight, ordinal of the referral
Soon = Callable[[], Iterable[Question]]
STAFFING, MIX = BIT["staffing"], BIT["mix"]
_MOVING: tuple[Ground, Ground] = ("staffing", "mix")
_BLOCK = 1024
_AGAIN = 512  # fortnights set aside for each referral of the same child
_new = object.__new__  # a row without a call of its own


class HomeAnswers:
    """Answers of every home to every child of one world, made several at a time when first asked for."""

    def __init__(
        self,
        answers: Answers,
        breakdown: Breakdown,
        homes: tuple[Home, ...],
        world: World,
        counted: Sequence[Counted],
        worst_shortage: Floats,
        start: date | None = None,
    ) -> None:
        """`counted` gives, for each route code, what may make a home refuse under its rule; `worst_shortage`,
        the greatest shortage of staff of each home; `start`, the date of day 0 (of dated terms)."""
        self._start = start
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
        self._paired = [at for at, terms in enumerate(self._terms) if terms.pair and answers.pair_sd]
        self._bond = world.streams.grid(
            [("pair", self._grounds[at], name) for at in self._paired for name in names]
        )
        self._fixed = [
            at for at, ground in enumerate(self._grounds) if not _moves(ground, answers.grounds[ground])
        ]
        self._of_state = [self._grounds.index(ground) for ground in _MOVING if ground in self._grounds]
        self._mix = len(self._of_state) - 1 if "mix" in self._grounds else -1
        self._mix_conflict = answers.grounds["mix"].conflict if "mix" in self._grounds else 0.0
        self._worst_shortage = worst_shortage
        self._counted = np.array([each.grounds for each in counted], np.uint8)[world.tape.route]
        self._ever = int(np.bitwise_or.reduce(self._counted)) & sum(BIT[ground] for ground in self._grounds)
        route, above = world.tape.route, [each.conflict for each in counted]
        below = [limit if limit == inf else nextafter(limit, 0.0) for limit in above]
        # of each child, where the rule of any route asks for it: shares of chances that count, limits of safety
        self._veto = None if all(each.veto == 1 for each in counted) else (
            np.array([each.veto for each in counted])[route]
        )  # fmt: skip
        safe = any(min(each.shortage, each.conflict) < inf for each in counted)
        self._safety = (
            (np.array([each.shortage for each in counted])[route], np.array(below)[route]) if safe else None
        )
        self._address = _addresses(world.tape)
        self._rows: dict[Question, tuple[Batch, int]] = {}
        self.conflicts = ConflictTable(answers, world.tape)
        self._cares = self.conflicts.cares
        # what is fixed about a child, for the children up to `_made`: chances of the grounds that do not move,
        # log-odds of the others (children x grounds x homes), readiness to take, and fixed part of the mismatch;
        # from views, single numbers are read faster
        children, homes_there = len(world.tape), self._homes
        self._chance = np.empty((children, len(self._fixed), homes_there))
        self._line = np.empty((children, len(self._of_state), homes_there))
        self._appeal, self._mismatch = np.empty((2, children, homes_there))
        self._views = self._line.data, self._appeal.data, self._mismatch.data
        self._made = 0

    def row(self, child: int, fortnight: int, ordinal: int = 0) -> Row:
        """The answers about `child` in a fortnight since that referral (0 is the first)."""
        return self.rows([(child, fortnight, ordinal)], tuple)[0]

    def rows(self, wanted: Sequence[Question], soon: Soon) -> list[Row]:
        """The answers about each (child, fortnight, ordinal).

        `soon` names others that may be asked for next; they are made at the same time, which saves time and
        changes nothing.
        """
        made, homes, rows = self._rows, self._homes, []
        for number, question in enumerate(wanted):
            if question not in made:
                self._fill([each for each in dict.fromkeys([*wanted[number:], *soon()]) if each not in made])
            batch, at = made.pop(question)
            row, start = _new(Row), at * homes
            row._batch, row._start, row.told, row.until = batch, start, 0, 0.0
            row.refused, row.moves = batch.refused[at], batch.moves[at]
            row.fires = batch.fires[start : start + homes]
            rows.append(row)
        return rows

    def appeal(self, child: int, home: int) -> float:
        """How readily a home would take the child, state aside: higher is readier."""
        if child >= self._made:
            self._make_lines(child)
        readiness: float = self._views[1][child, home]
        return readiness

    def acceptance(self) -> Floats:
        """Children x homes: the chance that no counted ground fires, state of the home aside."""
        if len(self._tape) > self._made:
            self._make_lines(len(self._tape) - 1)
        taken = np.ones((len(self._tape), self._homes))
        veto = 1.0 if self._veto is None else self._veto[:, None]
        for at, ground in enumerate(self._grounds):
            fires = veto * self._chances_of(at)
            taken *= 1 - np.where(self._counted[:, None] & BIT[ground] != 0, fires, 0.0)
        return taken

    def _chances_of(self, at: int) -> Floats:
        """Children x homes: the chance that a ground fires, state of the home aside."""
        if at in self._fixed:
            return np.asarray(self._chance[:, self._fixed.index(at)])
        return np.asarray(1 / (1 + np.exp(-self._line[:, self._of_state.index(at)])))

    def mismatch(self, child: int, home: int, shortage: float, conflict: float) -> float:
        """Sum of the probabilities of the listed grounds at this moment, discretion at its weight."""
        if child >= self._made:
            self._make_lines(child)
        line, _, mismatch = self._views
        fixed: float = mismatch[child, home]
        if self._mix < 0:
            return fixed
        log_odds: float = line[child, self._mix, home]
        return fixed + _logistic(log_odds + self._mix_conflict * conflict)

    def _make_lines(self, child: int) -> None:
        """Make what is fixed about the children up to this one, and its neighbours in time."""
        rows = slice(self._made, min(max(child + 1, self._made + _BLOCK), len(self._tape)))
        line = self._log_odds(np.arange(rows.start, rows.stop))
        self._line[rows], self._appeal[rows], self._mismatch[rows] = (
            line[:, self._of_state],
            -line.sum(axis=1),
            0.0,
        )
        less = 1 + np.exp(-line)
        self._chance[rows] = 1 / less[:, self._fixed]
        weight = {"discretion": self._breakdown.discretion_weight}
        for at, ground in enumerate(self._grounds):
            if ground not in _MOVING:  # these depend on the home's state
                self._mismatch[rows] += weight.get(ground, 1.0) / less[:, at]
        self._made = rows.stop

    def _log_odds(self, rows: npt.NDArray[np.int64]) -> Floats:
        """Children x grounds x homes."""
        tape, answers = self._tape, self._answers
        out = np.zeros((len(rows), len(self._grounds), self._homes))
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
            if terms.later is not None and self._start is not None:
                of_child = of_child + terms.later.more * (
                    tape.day[rows] >= (terms.later.start - self._start).days
                )
            out[:, at, :] = of_child[:, None] - terms.disposition * self._readiness[None, :]
        bonds = normals(self._bond.at(self._address[rows])).reshape(len(rows), -1, self._homes)
        for bond, at in enumerate(self._paired):
            out[:, at, :] += self._terms[at].pair * answers.pair_sd * bonds[:, bond, :]
        return out

    def _fill(self, wanted: Sequence[Question]) -> None:
        """Make the rows of some children, each in its fortnight."""
        numbers = np.fromiter(chain.from_iterable(wanted), np.int64, 3 * len(wanted))
        child, fortnight, ordinal = numbers.reshape(-1, 3).T
        if (last := int(child.max())) >= self._made:
            self._make_lines(last)
        address = self._address[child] * (1 << 12) + fortnight + ordinal * _AGAIN
        u = self._luck.at(address).reshape(len(child), len(self._grounds), self._homes)
        chance = self._chance[child]
        if self._veto is not None:
            chance *= self._veto[child][:, None, None]
        fires = np.zeros((len(child), self._homes), dtype=np.uint8)
        for number, at in enumerate(self._fixed):
            fires |= (u[:, at] < chance[:, number]).view(np.uint8) * np.uint8(BIT[self._grounds[at]])
        counted = self._counted[child][:, None]
        shortage, conflict = (self._threshold(u, child, ground, counted) for ground in _MOVING)
        if self._safety is not None:
            shortage = np.minimum(shortage, self._safety[0][child][:, None])
            conflict = np.minimum(conflict, self._safety[1][child][:, None])
        moves = (shortage < self._worst_shortage) | ((conflict < np.inf) & self._cares[child][:, None])
        batch = Batch(
            fires.tobytes(), shortage.ravel().data, conflict.ravel().data,
            as_bits((fires & counted) != 0), as_bits(moves),
        )  # fmt: skip
        self._rows.update(zip(wanted, zip(repeat(batch), range(len(wanted)), strict=False), strict=True))

    def _threshold(self, u: Floats, child: Ints, ground: Ground, counted: npt.NDArray[np.uint8]) -> Floats:
        """The state of a home above which a moving ground fires; out of reach where it does not count."""
        if not self._ever & BIT[ground] or not _moves(ground, self._answers.grounds[ground]):
            return np.full((len(child), self._homes), np.inf)
        terms, at = self._answers.grounds[ground], self._grounds.index(ground)
        veto = None if self._veto is None else self._veto[child]
        gap = _gap(u[:, at], veto) - self._line[child, self._of_state.index(at)]
        level = gap / (terms.shortage if ground == "staffing" else terms.conflict)
        return np.where(counted & BIT[ground] != 0, level, np.inf)


def _gap(u: Floats, veto: Floats | None) -> Floats:
    """Log-odds below which a ground does not fire; one that counts less often needs a smaller uniform."""
    if veto is None or (veto == 1).all():
        return np.asarray(np.log(u / (1 - u)))
    with np.errstate(divide="ignore", invalid="ignore"):
        less = u / veto[:, None]
        return np.where(less < 1, np.log(less / (1 - less)), np.inf)


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
        columns = [tape.flag_names.index(flag) for flag in self.resident_flags]
        kinds, kind = _kinds(tape.flags, [*np.flatnonzero(weights.any(axis=1)), *columns])
        against = [tuple((i, w) for i, w in enumerate(row) if w) for row in (kinds @ weights).tolist()]
        brings = [tuple(i for i, has in enumerate(row) if has) for row in kinds[:, columns].tolist()]
        alone = len(kinds) == 1  # where nobody conflicts with anybody
        numbers = [] if alone else kind.tolist()
        self.against: list[tuple[tuple[int, float], ...]] = (
            against * len(kind) if alone else list(map(against.__getitem__, numbers))
        )
        self.brings: list[tuple[int, ...]] = (
            brings * len(kind) if alone else list(map(brings.__getitem__, numbers))
        )
        self.cares = np.array([bool(each) for each in against], dtype=bool)[kind]


def _kinds(
    flags: npt.NDArray[np.bool_], columns: list[int]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """One row of flags for each kind of child that differs in some columns, and the kind of each child."""
    code = np.zeros(len(flags), dtype=np.int64)
    for at, column in enumerate(sorted(set(columns))):
        code |= flags[:, column].astype(np.int64) << at
    _, first, kind = np.unique(code, return_index=True, return_inverse=True)
    return flags[first], kind


def _logistic(x: float) -> float:
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))
