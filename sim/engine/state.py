"""The state of one replication: where each child is, what each home holds, and what follows from it.

A child is expected, waiting, offered a place, placed, in Scotland, or gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from sim.engine.clock import Clock
from sim.engine.desk import AnswerRow
from sim.engine.homes import JUSTICE, WELFARE, HomeState
from sim.engine.log import Writer
from sim.engine.plan import Clocks, Plan

EXPECTED, WAITING, OFFERED, PLACED, IN_SCOTLAND, GONE = range(6)
ALMOST = 1e-9
NEVER = float("-inf")
_LOOK_AHEAD = 64  # referrals


class Watcher(Protocol):
    """A lever that has to know what happens to homes, and who comes and goes."""

    def noted(self, home: HomeState) -> None: ...
    def came(self, child: int, home: HomeState) -> None: ...
    def left(self, child: int, home: HomeState) -> None: ...


class State:
    """Children and homes while the clock runs. Reading it changes nothing but what is held for later."""

    __slots__ = (
        "_clocks", "against", "answer_times", "birthday_18", "breaking", "carries", "clock", "every_home",
        "first_clocks", "following", "free_of_order", "held", "home_of", "homes", "listed", "log", "met", "moved_in",
        "need_left", "needs", "offers", "open", "ordinal", "plan", "pool_of", "state", "watchers", "writer",
    )  # fmt: skip

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.clock = Clock()
        self.writer = Writer()
        self.log = self.writer.add
        self.homes = [
            HomeState(i, home.establishment, home.answer_days, plan.kinds_of_flag, plan.easiest)
            for i, home in enumerate(plan.homes)
        ]
        self.every_home = (1 << len(self.homes)) - 1
        self.answer_times = _by_answer_time(self.homes)
        self.open = [0, 0]  # by purpose: homes (as bits) with a declared bed
        n = len(plan.day)
        self.state = [EXPECTED] * n
        self.listed = list(plan.day)
        self.ordinal = [0] * n
        self.need_left = list(plan.need_days)
        self.home_of = [-1] * n
        self.pool_of = [0] * n
        self.moved_in = [0.0] * n
        self.met = [0.0] * n  # day on which the criteria stop being met
        self.offers = [0] * n
        self.free_of_order = [NEVER] * n  # the last day on which the child moved in without an order
        self.following = 0  # the child who is referred next
        self.breaking: set[int] = set()  # children whose placement will break down
        self.held: dict[int, AnswerRow] = {}  # homes' answers about children on the list
        self.needs, self.carries, self.against = plan.needs, plan.carries, plan.against
        self.birthday_18 = plan.birthday_18
        self.first_clocks = plan.clocks(0)
        self._clocks = [self.first_clocks]
        self.watchers: list[Watcher] = []

    def waits(self, child: int) -> bool:
        """Whether the child is on the list without an offer."""
        return self.state[child] == WAITING

    def in_home(self, index: int, offered: bool) -> list[int]:
        """Children who live in a home (or are offered a place there), in order of referral."""
        wanted = OFFERED if offered else PLACED
        return [c for c, state in enumerate(self.state) if state == wanted and self.home_of[c] == index]

    def answers(self, child: int) -> AnswerRow:
        """Homes' answers about a child in the fortnight that runs now."""
        row = self.held.get(child)
        if row is None or self.clock._now >= row.until:
            self.hold_answers((child,))
            row = self.held[child]
        return row

    def hold_answers(self, children: Iterable[int]) -> None:
        """Hold homes' answers about some children of the list; those made at the same time are made quicker."""
        now, held, questions = self.clock._now, self.held, []
        for child in children:
            row = held.get(child)
            if row is None or now >= row.until:
                questions.append((child, self._fortnight(child), self.ordinal[child]))
        if not questions:
            return
        for (child, fortnight, _), row in zip(
            questions, self.plan.answers.rows(questions, self._soon), strict=True
        ):
            row.until = self.listed[child] + self.plan.repeat_days * (fortnight + 1 - ALMOST)
            held[child] = row

    def _fortnight(self, child: int) -> int:
        """How many fortnights the child has been on the list."""
        return int((self.clock._now - self.listed[child]) / self.plan.repeat_days + ALMOST)

    def _soon(self) -> list[tuple[int, int, int]]:
        """Answers that may be asked for next: those on the list in their next fortnights, and new referrals."""
        ordinal = self.ordinal
        waiting = [
            (child, self._fortnight(child) + later, ordinal[child]) for child in self.held for later in (1, 2)
        ]
        following = range(self.following, min(self.following + _LOOK_AHEAD, len(self.listed)))
        again = [(child, 0, ordinal[child] + 1) for child in sorted(self.breaking)]
        return waiting + again + [(child, 0, 0) for child in following]

    def next_fortnight(self, child: int) -> float:
        """The day on which the child's next fortnight on the list begins."""
        return self.listed[child] + self.plan.repeat_days * (self._fortnight(child) + 1)

    def conflict(self, child: int, home: HomeState) -> float:
        """Conflict of a child with the children who live in a home or are expected there."""
        total, carried = 0.0, home.carried
        for flag, weight in self.against[child]:
            total += weight * carried[flag]
        return total

    def clocks(self, ordinal: int) -> Clocks:
        """What was drawn for the children's first referral (0) or a later one."""
        while len(self._clocks) <= ordinal:
            self._clocks.append(self.plan.clocks(len(self._clocks)))
        return self._clocks[ordinal]

    def settle(self, child: int, home: HomeState) -> None:
        """Take a place, and the staff for it, in the child's name."""
        self.pool_of[child] = home.take(self.needs[child])
        self.home_of[child] = home.index
        if self.carries[child]:
            for flag in self.carries[child]:
                home.carried[flag] += 1
        if self.watchers:
            for watcher in self.watchers:
                watcher.came(child, home)
        self.note(home)

    def conflict_with_others(self, child: int, home: HomeState) -> float:
        """Conflict for a child who is already counted among the children of the home."""
        own, total, of_own = self.carries[child], 0.0, 0.0
        for flag, weight in self.against[child]:
            total += weight * home.carried[flag]
            if flag in own:
                of_own += weight
        return total - of_own

    def note(self, home: HomeState) -> None:
        """Note for which purposes a home has a declared bed; called after every change of a home."""
        if self.watchers:
            for watcher in self.watchers:
                watcher.noted(home)
        opened = home.declares()
        if opened != home.opened:
            turned, home.opened = opened ^ home.opened, opened
            if turned & 1:  # welfare
                self.open[WELFARE] ^= home.bit
                home.open_since[WELFARE] = self.clock._now
            if turned & 2:  # justice
                self.open[JUSTICE] ^= home.bit
                home.open_since[JUSTICE] = self.clock._now


def _by_answer_time(homes: list[HomeState]) -> list[tuple[float, int]]:
    """Homes (as bits) by the days they take to answer."""
    times: dict[float, int] = {}
    for home in homes:
        times[home.answer_days] = times.get(home.answer_days, 0) | home.bit
    return sorted(times.items())
