"""Posts while the clock runs: each is filled, vacant, or promised to somebody who is not there yet.

A hazard is used up step by step; it fires when what has been used crosses the unit exponential of that incumbent.
So the same person leaves earlier or later as rates move, and never by another throw of the dice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
IN_POST, VACANT, COMING, ENDED = range(4)
_EARLY, _LATER, _FILL = range(3)


class PostInnovations(Protocol):
    """See sim.world.posts.PostDraws."""

    def stay(self, posts: Ints, incumbent: Ints) -> Floats: ...
    def fill(self, posts: Ints, incumbent: Ints) -> Floats: ...


class PostTerms(Protocol):
    """How long, in days, a tenure is early, vetting takes, and induction."""

    early_days: float
    vetting_days: float
    induction_days: float


@dataclass(frozen=True, eq=False)
class PostsAtStart:
    """Every post on day 0: its home, role and full-time equivalents; its status; since when somebody is in post (a
    day at or before 0), or when somebody who is coming starts."""

    home: Ints
    role: Ints
    fte: Floats
    status: Ints
    since: Floats
    due: Floats


class Moves(NamedTuple):
    """Posts that were left, and posts whose new incumbent started, in one step."""

    left: Ints
    joined: Ints


class Posts:
    """All posts of an estate as columns.

    A home has three clocks, each the hazard that has run in it so far: of leaving early in a tenure, of leaving
    later, and of filling a vacancy. A post waits for one of them to reach its target, so a step looks at one number a
    post and adds nothing up. `leaving` and `filling` say how much faster than its home's clock a post's hazard runs.
    """

    def __init__(
        self, start: PostsAtStart, draws: PostInnovations, terms: PostTerms, leaving: Floats, filling: Floats,
        homes: int,
    ) -> None:  # fmt: skip
        self.home, self.role, self.fte = start.home, start.role, start.fte
        self.status = start.status.copy()
        self.terms, self.leaving, self.filling = terms, leaving, filling
        self.draws = draws
        self.clocks, self._size = np.zeros((3, homes)), homes
        self._run = self.clocks.reshape(-1)
        self.incumbent = np.zeros(len(self.home), dtype=np.int64)
        there, gone = self.status == IN_POST, self.status == VACANT
        self.clock = self.home + np.where(gone, _FILL, _EARLY) * homes
        everyone = np.arange(len(self.home))
        with np.errstate(divide="ignore"):
            goal = np.where(
                gone,
                draws.fill(everyone, self.incumbent) / filling,
                draws.stay(everyone, self.incumbent) / leaving,
            )
        self.target = np.where(self.status == COMING, np.inf, goal)
        # when a tenure is no longer early, or somebody who is coming starts
        self.turns = np.where(there, start.since + terms.early_days, np.where(gone, np.inf, start.due))
        self.counts_from = np.where(there, -np.inf, np.inf)
        self.there = np.where(there, self.fte, 0.0)

    def step(self, now: float, hazards: Floats) -> Moves:
        """What happened up to `now`, with what each clock of each home has run since the step before."""
        turning = np.flatnonzero(self.turns <= now)
        if len(turning):
            turning = turning[self.status[turning] == IN_POST]
            self._no_longer_early(turning)
        self.clocks += hazards
        fired = np.flatnonzero(self._run[self.clock] >= self.target)
        there = self.status[fired] == IN_POST
        left, found = fired[there], fired[~there]
        if len(left):
            self.status[left] = VACANT
            self.turns[left] = self.counts_from[left] = np.inf
            self.there[left] = 0.0
            self._wait(left, _FILL, self.draws.fill(left, self.incumbent[left]), self.filling[left])
        if len(found):
            self.status[found] = COMING
            self.target[found] = np.inf
            self.turns[found] = now + self.terms.vetting_days
        due = np.flatnonzero(self.turns <= now)
        joined = due[self.status[due] == COMING]
        if len(joined):
            self.status[joined] = IN_POST
            self.incumbent[joined] += 1
            self.turns[joined] = now + self.terms.early_days
            self.counts_from[joined] = now + self.terms.induction_days
            self.there[joined] = self.fte[joined]
            self._wait(joined, _EARLY, self.draws.stay(joined, self.incumbent[joined]), self.leaving[joined])
        return Moves(left, joined)

    def _wait(self, posts: Ints, which: int, goal: Floats, pace: Floats) -> None:
        """From now on these posts wait for a clock of their homes to run `goal` at their pace."""
        self.clock[posts] = self.home[posts] + which * self._size
        with np.errstate(divide="ignore"):
            self.target[posts] = self._run[self.clock[posts]] + goal / pace

    def _no_longer_early(self, posts: Ints) -> None:
        """What is left of the hazard is used up on the clock of those who have been there for longer."""
        left = self.target[posts] - self._run[self.clock[posts]]
        self.clock[posts] = self.home[posts] + _LATER * self._size
        self.target[posts] = self._run[self.clock[posts]] + left
        self.turns[posts] = np.inf

    def give_up(self, home: int) -> float:
        """The posts of a home are given up for good; full-time equivalents that were filled."""
        mine = np.flatnonzero(self.home == home)
        filled = float(self.there[mine].sum())
        self.status[mine] = ENDED
        self.target[mine] = self.turns[mine] = self.counts_from[mine] = np.inf
        self.there[mine] = 0.0
        return filled

    def counted(self, now: float) -> Floats:
        """Full-time equivalents of each post whose incumbent is there and through induction; those of day 0 are."""
        counted: Floats = self.fte * (self.counts_from <= now)
        return counted


class Sums:
    """Sums of columns of posts by home and role; posts lie in order of home, then role."""

    def __init__(self, posts: Posts, shift_of_role: Ints, homes: int) -> None:
        self.roles = int(posts.role.max(initial=-1)) + 1
        key = posts.home * self.roles + posts.role
        self.first = np.flatnonzero(np.diff(key, prepend=-1))
        self.key, self.homes = key[self.first], homes
        on_shift = shift_of_role[: self.roles]
        self.to_shift = (on_shift[:, None] == np.arange(2)).astype(np.float64)  # roles x (day, night)

    def by_role(self, columns: Floats) -> Floats:
        """Columns x homes x roles."""
        out = np.zeros((len(columns), self.homes * self.roles))
        if len(self.first):
            out[:, self.key] = np.add.reduceat(columns, self.first, axis=1)
        return out.reshape(len(columns), self.homes, self.roles)
