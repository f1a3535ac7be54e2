"""The clerk who writes everything down: sittings, lists, beds, answers, what the rule looked at, decisions.

What is written is what the engine told, in the order in which it told it; homes' grounds and room are looked up
at that moment, before anybody is offered a place. Nothing here changes the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sim.commissioning.policy import Policy
from sim.commissioning.sitting import Sitting, list_reasons, reasons
from sim.engine.asking import AskingDesk
from sim.engine.desk import AnswerRow, Desk
from sim.engine.sittings import SittingDesk, WillingHomes
from sim.engine.state import WAITING

YES, REFUSED, NO_PLACE, DECLINED = range(4)
OCCASIONS = ("sitting", "change", "answer", "pressure")  # on which homes are asked
Row = tuple[Any, ...]
Pair = tuple[int, int]


class Clerk:
    """Rows of each table, as they were written.

    sittings   day, desk, occasion, children waiting
    lists      sitting, children in order
    beds       sitting, purpose, homes (as bits) with a declared bed, those of them that may answer
    answers    sitting, child, referral, home, answer, grounds (as bits), whether the log has it
    ranking    sitting, child, home (-1: wherever it goes), part, value
    decisions  sitting, child, referral, home, child with an equal claim, whether the authority accepted
    """

    def __init__(self) -> None:
        self.sittings: list[Row] = []
        self.lists: list[tuple[int, list[int]]] = []
        self.beds: list[Row] = []
        self.answers: list[Row] = []
        self.ranking: list[Row] = []
        self.decisions: list[list[Any]] = []
        self._moment: tuple[float, int, str] = (-1.0, -1, "")
        self._room: dict[Pair, bool] = {}
        self._chosen: dict[Pair, list[Any]] = {}
        self._referral: dict[int, int] = {}  # which referral of the child was asked about last
        self._told: dict[
            int, tuple[AnswerRow, int]
        ] = {}  # refusals in the log (as bits), by the child's answers

    # -- what the engine tells ------------------------------------------------------------------------

    def weighs(self, sitting: Sitting) -> None:
        """What the rule's method looks at, and which willing homes have room before anything is given out."""
        number = len(self.sittings)  # of the sitting that is about to be told
        of_pair = reasons(sitting.rule.chooser)
        for child, _, homes, _ in sitting.willing:
            for home in homes:
                self._room[child, home] = sitting.ledger.fits(child, home)
                if of_pair is not None:
                    self._rank(number, child, home, of_pair(sitting, child, home))
            if of_pair is None:
                self._rank(number, child, -1, list_reasons(sitting, child))

    def sat(
        self, desk: SittingDesk, ready: list[int], to_read: Sequence[Pair], willing: Sequence[WillingHomes],
        chosen: Sequence[Any],
    ) -> None:  # fmt: skip
        number, now = self._open(desk, "sitting", ready), desk.floor.clock._now
        takes = {row.child: set(row.homes) for row in willing}
        for child, homes in to_read:
            yes = takes.get(child, set())
            homes = desk.in_time(child, homes, now)
            for home in desk.policy.nearest[child]:
                if not homes >> home & 1:
                    continue
                if home in yes:
                    self._answer(number, desk, child, home, YES if self._room[child, home] else NO_PLACE, 0)
                    continue
                grounds = _grounds(desk, child, home)
                self._answer(number, desk, child, home, REFUSED if grounds else DECLINED, grounds)
        self._room.clear()
        self._chosen = {(child, home): [number, child, desk.floor.ordinal[child], home, tied, False]
                        for child, home, tied in chosen}  # fmt: skip
        self.decisions += self._chosen.values()

    def asked(self, desk: Desk, child: int, homes: int, found: int, room: bool | None = None) -> None:
        occasion = "answer" if isinstance(desk, AskingDesk) else "change"
        if room is not None and occasion == "change":
            occasion = "pressure"
        number = self._open(desk, occasion, desk.floor.open)
        order = desk.policy.nearest[child]
        for home in order[: order.index(found) + 1] if found >= 0 else order:
            if not homes >> home & 1:
                continue
            fits = desk.fits(child, desk.floor.homes[home]) if room is None else room
            grounds = _grounds(desk, child, home) if fits and home != found else 0
            self._answer(number, desk, child, home, YES if home == found else REFUSED if fits else NO_PLACE,
                         grounds)  # fmt: skip
        policy = cast(Policy, desk.policy)
        ranked = occasion == "change" and policy.rule.chooses == "commissioner" and desk.floor.waits(child)
        if found >= 0 and ranked:  # a child who is transferred is asked about past the list
            parts = {name: float(part[child]) for name, part in policy.parts.items()}
            if wait := policy.rule.rank.wait:
                parts["wait"] = wait * (desk.floor.clock._now - desk.floor.listed[child])
            self._rank(number, child, -1, parts)

    def offered(self, child: int, home: int) -> None:
        decision = self._chosen.pop((child, home), None)
        if decision is None:
            decision = [len(self.sittings) - 1, child, self._referral[child], home, -1, False]
            self.decisions.append(decision)
        decision[5] = True

    # -- what is written ------------------------------------------------------------------------------

    def _open(self, desk: Desk, occasion: str, ready: Sequence[int]) -> int:
        """The number of the sitting; one for all that is told of the same occasion at the same moment."""
        floor, which = desk.floor, desk.floor.desks.index(desk)
        if (moment := (floor.clock._now, which, occasion)) == self._moment:
            return len(self.sittings) - 1
        self._moment = moment
        number = len(self.sittings)
        if isinstance(desk, AskingDesk):  # authorities do not see each other's children
            waiting = sum(
                state == WAITING and at is desk for state, at in zip(floor.state, floor.desk_of, strict=True)
            )
        else:
            children = [desk.child_at[rank] for rank in sorted(desk.child_at)]
            waiting = len(children)
            self.lists.append((number, children))
            for purpose in sorted(set(desk.purpose)):
                self.beds.append((number, purpose, floor.open[purpose], ready[purpose]))
        self.sittings.append((floor.clock._now, which, OCCASIONS.index(occasion), waiting))
        return number

    def _answer(self, number: int, desk: Desk, child: int, home: int, answer: int, grounds: int) -> None:
        floor, bit = desk.floor, 1 << home
        self._referral[child] = floor.ordinal[child]
        first = answer == NO_PLACE and isinstance(desk, AskingDesk)
        if answer == REFUSED:
            row, told = self._told.get(child, (None, 0))
            if row is not floor.held[child]:
                told = 0
            first = not told & bit
            self._told[child] = floor.held[child], told | bit
        self.answers.append((number, child, floor.ordinal[child], home, answer, grounds, first))

    def _rank(self, number: int, child: int, home: int, found: dict[str, float]) -> None:
        self.ranking += [(number, child, home, part, value) for part, value in found.items()]


def _grounds(desk: Desk, child: int, home: int) -> int:
    """The grounds (as bits) on which a home refuses a child at this moment, as the log has them; 0 if it does not."""
    floor, state = desk.floor, desk.floor.homes[home]
    row = floor.held.get(child) if desk.asks else None
    if row is None:
        return 0
    fires = row.fires[home]
    if row.refused & state.bit:
        return fires
    if not row.moves & state.bit:
        return 0
    short = floor.plan.staffing_bit if state.shortage > row.shortage[home] else 0
    against = bool(floor.against[child]) and row.conflict[home] < floor.conflict(child, state)
    found = short | (floor.plan.mix_bit if against else 0)
    return found | fires if found else 0
