"""Free places that are not for everybody: held for a home's own children, or beyond a region's quota."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

from sim.engine.clock import DECISIONS, Bell
from sim.engine.desk import ClassOfChild, Desk
from sim.engine.homes import EITHER, HomeState

if TYPE_CHECKING:
    from sim.engine.floor import Floor

NOBODY = 10**6  # so many places must stay free that nobody can be admitted
_SLACK = 1e-9


class Limits:
    """The limits of one desk. `hold` is (share of places, days); `quotas` are shares of all places.

    `quota_of` gives each child's quota by number, -1 for none. A place is held for `days` from the moment it
    fell free; the one that has stood empty longest is taken first.
    """

    def __init__(
        self, floor: Floor, desk: Desk, classes: Sequence[ClassOfChild], hold: tuple[float, float] | None,
        quotas: Sequence[float], quota_of: Sequence[int],
    ) -> None:  # fmt: skip
        self.floor, self.desk = floor, desk
        self.own = [c.own for c in classes]
        self.purpose = [c.purpose for c in classes]
        self.pools = (*sorted(set(self.purpose)), EITHER)  # places that the children of the desk may have
        self.quota = [c.quota for c in classes]
        self.share, self.days = hold or (0.0, 0.0)
        self.quotas, self.quota_of = quotas, quota_of
        self.used = [0] * len(quotas)
        self.fell_free: list[tuple[list[float], list[float]]] = [([], []) for _ in floor.homes]
        desk.limits = self
        floor.watchers.append(self)

    def keep(self, stage: int, home: HomeState, keep: int, given: int = 0) -> int:
        """Places that must stay free when a child of class `stage` moves in, `keep` of them by the rule's rank.

        `given` is how many of the same quota have been given a place at this sitting.
        """
        quota = self.quota[stage]
        if quota >= 0 and self.used[quota] + given >= self._most(quota):
            return NOBODY
        return keep if self.own[stage] & home.bit else max(keep, self._held(home, self.purpose[stage]))

    def _most(self, quota: int) -> int:
        """Children of a quota who may have a place. A home in which more children live than it is approved for counts
        with its children, so that a quota of 1 never binds."""
        places = sum(
            home.approved[pool] - min(0, home.free[pool]) for home in self.floor.homes for pool in self.pools
        )
        return int(self.quotas[quota] * places + _SLACK)

    def _held(self, home: HomeState, purpose: int) -> int:
        if not self.days:
            return 0
        times = self.fell_free[home.index][purpose]
        recent = len(times) - bisect_right(times, self.floor.clock._now - self.days + _SLACK)
        return min(recent, ceil(self.share * (home.approved[purpose] + home.approved[EITHER]) - _SLACK))

    # -- what happens to homes and children ----------------------------------------------------------

    def noted(self, home: HomeState) -> None:
        """A home has changed: some places have fallen free, or have been taken."""
        if not self.days:
            return
        now = self.floor.clock._now
        for purpose, times in enumerate(self.fell_free[home.index]):
            room = max(0, home.room_after(purpose, (0, 0)))
            if room > len(times):
                times += [now] * (room - len(times))
                self.floor.clock.set(Bell(self._hold_ends, number=home.bit), now + self.days, DECISIONS)
            else:
                del times[: len(times) - room]

    def _hold_ends(self, bell: Bell) -> None:
        self.desk.improved(bell.number)

    def came(self, child: int, home: HomeState) -> None:
        """A child has taken a place."""
        if self.quota_of[child] >= 0:
            self.used[self.quota_of[child]] += 1

    def left(self, child: int, home: HomeState) -> None:
        """A child has given a place back; those of its region may now have one anywhere."""
        if self.quota_of[child] >= 0:
            self.used[self.quota_of[child]] -= 1
            self.floor.clock.set(
                Bell(self._hold_ends, number=self.floor.every_home), self.floor.clock._now, DECISIONS
            )
