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
Bools = npt.NDArray[np.bool_]
IN_POST, VACANT, COMING = 0, 1, 2


class PostInnovations(Protocol):
    """See sim.world.posts.PostDraws."""

    def stay(self, posts: Ints, incumbent: Ints) -> Floats: ...
    def fill(self, posts: Ints, incumbent: Ints) -> Floats: ...


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
    """All posts of an estate as columns."""

    def __init__(self, start: PostsAtStart, draws: PostInnovations, vetting: float, induction: float) -> None:
        self.home, self.role, self.fte = start.home, start.role, start.fte
        self.status = start.status.copy()
        self.since = start.since.copy()
        self.due = start.due.copy()
        self.vetting, self.induction = vetting, induction
        self.draws = draws
        self.incumbent = np.zeros(len(self.home), dtype=np.int64)
        everyone = np.arange(len(self.home))
        self.goal = np.where(
            self.status == VACANT,
            draws.fill(everyone, self.incumbent),
            draws.stay(everyone, self.incumbent),
        )
        self.used = np.zeros(len(self.home))

    def step(self, now: float, days: float, leave_a_day: Floats, fill_a_day: Floats) -> Moves:
        """What happened in the `days` up to `now`, at daily hazards of leaving and of filling of each post."""
        there, gone = self.status == IN_POST, self.status == VACANT
        self.used += days * np.where(there, leave_a_day, np.where(gone, fill_a_day, 0.0))
        fired = (self.used >= self.goal) & (self.status != COMING)
        left = np.flatnonzero(fired & there)
        found = np.flatnonzero(fired & gone)
        if len(left):
            self.status[left] = VACANT
            self._restart(left, self.draws.fill(left, self.incumbent[left]))
        if len(found):
            self.status[found] = COMING
            self.due[found] = now + self.vetting
        joined = np.flatnonzero((self.status == COMING) & (self.due <= now))
        if len(joined):
            self.status[joined] = IN_POST
            self.since[joined] = now
            self.incumbent[joined] += 1
            self._restart(joined, self.draws.stay(joined, self.incumbent[joined]))
        return Moves(left, joined)

    def _restart(self, posts: Ints, goal: Floats) -> None:
        self.used[posts] = 0.0
        self.goal[posts] = goal

    def tenure(self, now: float) -> Floats:
        """Days since the incumbent started."""
        return now - self.since

    def counted(self, now: float) -> Bools:
        """Posts whose incumbent is there and through induction; those of day 0 are."""
        return np.asarray(
            (self.status == IN_POST) & ((now - self.since >= self.induction) | (self.since <= 0))
        )
