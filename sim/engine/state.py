"""The state of one replication: where each child is, what each home holds, and what follows from it.

A child is expected, waiting, offered a place, placed, in Scotland, or gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from sim.engine.clock import Clock
from sim.engine.desk import AnswerRow
from sim.engine.homes import EITHER, JUSTICE, WELFARE, HomeState
from sim.engine.plan import Clocks, Plan
from sim.engine.writer import Writer

EXPECTED, WAITING, OFFERED, PLACED, IN_SCOTLAND, GONE = range(6)
ALMOST = 1e-9
NEVER = float("-inf")
_LOOK_AHEAD = 128  # referrals
_BOTH = 3  # purposes, as bits


class Watcher(Protocol):
    """A lever that has to know what happens to homes, and who comes and goes."""

    def noted(self, home: HomeState) -> None: ...
    def came(self, child: int, home: HomeState) -> None: ...
    def left(self, child: int, home: HomeState) -> None: ...


class State:
    """Children and homes while the clock runs. Reading it changes nothing but what is held for later."""

    __slots__ = (
        "_clocks", "_foreseen", "against", "answer_times", "answers_from", "birthday_18", "breaking", "carries",
        "clock", "every_home", "first_clocks", "following", "free_of_order", "held", "home_of", "homes", "listed",
        "log", "met", "moved_in", "need_left", "needs", "offers", "open", "ordinal", "parts", "plan", "pool_of",
        "sits", "state", "unready", "watchers", "writer",
    )  # fmt: skip

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.clock = Clock()
        self.writer = Writer(plan.first_referrals, plan.staff.records)
        self.log = self.writer.add
        self.homes = [
            HomeState(i, home.establishment, home.answer_days, plan.kinds_of_flag, plan.easiest)
            for i, home in enumerate(plan.homes)
        ]
        self.every_home = (1 << len(self.homes)) - 1
        self.answer_times = _by_answer_time(self.homes)
        # by purpose: homes (as bits) with a declared bed, and the day from which each has had its answer time
        self.open = [0, 0]
        self.sits = False  # whether a desk sits, and so looks at answer times
        self.answers_from: tuple[dict[int, float], dict[int, float]] = ({}, {})
        self.unready = [0, 0]  # homes (as bits) that may not have had it yet
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
        self.following = self._foreseen = 0  # the child who is referred next, or asked about next
        self.breaking: set[int] = set()  # children whose placement will break down
        self.held: dict[int, AnswerRow] = {}  # homes' answers about children on the list
        self.needs, self.carries, self.against = plan.needs, plan.carries, plan.against
        self.birthday_18 = plan.birthday_18
        self.first_clocks = plan.first_clocks
        self._clocks = [self.first_clocks]
        self.watchers: list[Watcher] = []
        self.parts: list[object] = []  # what works on the state, and holds it

    def forget(self) -> None:
        """Let go of everything once it is over: state and parts hold one another, so nothing would go by itself, and
        to look for such rings takes longer than this."""
        for part in self.parts:
            vars(part).clear()
        for kind in type(self).__mro__:
            for name in getattr(kind, "__slots__", ()):
                delattr(self, name)

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
        """Hold homes' answers about children of whom none are held now; those made at once are made quicker."""
        listed, ordinal, held = self.listed, self.ordinal, self.held
        now, repeat = self.clock._now, self.plan.repeat_days
        questions = [
            (child, int((now - listed[child]) / repeat + ALMOST), ordinal[child]) for child in children
        ]
        for (child, fortnight, _), row in zip(
            questions, self.plan.answers.rows(questions, self._soon), strict=True
        ):
            row.until = listed[child] + repeat * (fortnight + 1 - ALMOST)
            held[child] = row

    def _fortnight(self, child: int) -> int:
        """How many fortnights the child has been on the list."""
        return int((self.clock._now - self.listed[child]) / self.plan.repeat_days + ALMOST)

    def _soon(self) -> list[tuple[int, int, int]]:
        """Answers that may be asked for next: those on the list in their next fortnights, and new referrals."""
        ordinal = self.ordinal
        fortnights = [(child, self._fortnight(child)) for child in self.held]
        waiting = [(child, now + later, ordinal[child]) for child, now in fortnights for later in (1, 2)]
        again = [(child, 0, ordinal[child] + 1) for child in sorted(self.breaking)]
        last = min(self.following + _LOOK_AHEAD, len(self.listed))
        following = range(self._foreseen, last)  # those before have been made
        self._foreseen = last
        return waiting + again + [(child, later, 0) for child in following for later in (0, 1)]

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
        """Take a place, and the staff for it, in the child's name: of the child's own purpose before either.

        Written out, with `give_back` and `note`: it happens once with each child, and calls would cost more.
        What is taken only shuts, so a home without a declared bed need not be looked at.
        """
        pool, units_day, units_night = self.needs[child]
        free = home.free
        if free[pool] <= 0:
            pool = EITHER
        free[pool] -= 1
        home.taken = taken = home.taken + 1
        home.used_day = used_day = home.used_day + units_day
        home.used_night = used_night = home.used_night + units_night
        self.pool_of[child] = pool
        self.home_of[child] = home.index
        if brings := self.carries[child]:
            carried = home.carried
            for flag in brings:
                carried[flag] += 1
        if self.watchers:
            for watcher in self.watchers:
                watcher.came(child, home)
            self.note(home)
        elif before := home.opened:
            if (
                taken < home.usable
                and used_day + home.easiest_day <= home.most_day
                and used_night + home.easiest_night <= home.most_night
            ):
                either = free[2]
                after = (free[0] + either > 0) | (free[1] + either > 0) << 1
                if after == before:
                    return
            else:
                after = 0
            home.opened = after
            if (before ^ after) & 1:
                self.open[0] ^= home.bit
            if (before ^ after) & 2:
                self.open[1] ^= home.bit

    def give_back(self, child: int) -> HomeState:
        """Give back the child's place and its staff; returns the home. What is given back only opens."""
        home = self.homes[self.home_of[child]]
        _, units_day, units_night = self.needs[child]
        home.free[self.pool_of[child]] += 1
        home.taken = taken = home.taken - 1
        if taken:
            home.used_day = used_day = home.used_day - units_day
            home.used_night = used_night = home.used_night - units_night
        else:
            home.used_day = home.used_night = used_day = used_night = 0.0  # an empty home carries no rounding
        self.home_of[child] = -1
        if brings := self.carries[child]:
            carried = home.carried
            for flag in brings:
                carried[flag] -= 1
        if self.watchers:
            for watcher in self.watchers:
                watcher.left(child, home)
            self.note(home)
        elif (
            taken < home.usable
            and home.opened != _BOTH
            and used_day + home.easiest_day <= home.most_day
            and used_night + home.easiest_night <= home.most_night
        ):
            self.note(home)
        return home

    def conflict_with_others(self, child: int, home: HomeState) -> float:
        """Conflict for a child who is already counted among the children of the home."""
        own, total, of_own = self.carries[child], 0.0, 0.0
        for flag, weight in self.against[child]:
            total += weight * home.carried[flag]
            if flag in own:
                of_own += weight
        return total - of_own

    def note(self, home: HomeState) -> None:
        """Note for which purposes (as bits) a home has a declared bed: a place, and staff for the easiest child.

        Called after every change of a home.
        """
        if self.watchers:
            for watcher in self.watchers:
                watcher.noted(home)
        opened = 0
        if (
            home.taken < home.usable
            and home.used_day + home.easiest_day <= home.most_day
            and home.used_night + home.easiest_night <= home.most_night
        ):
            welfare, justice, either = home.free
            opened = (welfare + either > 0) | (justice + either > 0) << 1
        turned = opened ^ home.opened
        if turned:
            home.opened = opened
            bit, declared = home.bit, self.open
            if turned & 1:
                declared[WELFARE] ^= bit
            if turned & 2:
                declared[JUSTICE] ^= bit
            if self.sits and opened & turned:
                since, newly = self.clock._now + home.answer_days, opened & turned
                if newly & 1:
                    self.answers_from[WELFARE][bit] = since
                    self.unready[WELFARE] |= bit
                if newly & 2:
                    self.answers_from[JUSTICE][bit] = since
                    self.unready[JUSTICE] |= bit


def _by_answer_time(homes: list[HomeState]) -> list[tuple[float, int]]:
    """Homes (as bits) by the days they take to answer."""
    times: dict[float, int] = {}
    for home in homes:
        times[home.answer_days] = times.get(home.answer_days, 0) | home.bit
    return sorted(times.items())
