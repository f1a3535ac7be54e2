"""A home while the clock runs: places by pool, staff, and the children who live there or are expected."""

from __future__ import annotations

from sim.engine.log import Cause

WELFARE, JUSTICE, EITHER = 0, 1, 2
_SLACK = 1e-9


def shortage(by_day: float, establishment: float) -> float:
    """The share of the establishment that is missing by day."""
    return 0.0 if by_day >= establishment or establishment == 0 else 1 - by_day / establishment


class HomeState:
    """One home. Places are counted in three pools; staff in units by day and by night.

    `taken` counts residents and places held under offer; both need staff. A fall in staff or places
    closes the home to new children and moves nobody out.
    """

    __slots__ = (
        "answer_days", "approved", "bit", "carried", "easiest_day", "easiest_night", "establishment", "free",
        "index", "most_day", "most_night", "opened", "shortage", "shut", "staff_day", "staff_night",
        "taken", "usable", "used_day", "used_night",
    )  # fmt: skip

    def __init__(self, index: int, establishment: float, answer_days: float, kinds_of_flag: int,
                 easiest: tuple[float, float]) -> None:  # fmt: skip
        self.index = index
        self.bit = 1 << index
        self.establishment = establishment
        self.answer_days = answer_days
        self.approved = [0, 0, 0]
        self.free = [0, 0, 0]
        self.shut = [0] * (len(Cause) - 1)
        self.usable = 0
        self.taken = 0
        self.staff_day = self.staff_night = self.shortage = 0.0
        self.most_day = self.most_night = _SLACK  # staff on shift, and room for rounding
        self.used_day = self.used_night = 0.0
        self.easiest_day, self.easiest_night = easiest
        self.carried = [0] * kinds_of_flag
        self.opened = 0  # for which purposes (as bits) the home has a declared bed

    def room_after(self, purpose: int, given: tuple[int, int]) -> int:
        """Places for a child of this purpose, staff aside, once some are given (welfare, justice)."""
        free, (welfare, justice) = self.free, given
        spilt = (welfare - free[0] if welfare > free[0] else 0) + (
            justice - free[1] if justice > free[1] else 0
        )
        own = free[EITHER] - spilt if free[EITHER] > spilt else 0
        if free[purpose] > given[purpose]:
            own += free[purpose] - given[purpose]
        left = self.usable - self.taken - welfare - justice
        return own if own < left else left

    def has_staff(self, units_day: float, units_night: float) -> bool:
        """Whether there is staff for this much more, by day and by night."""
        return self.used_day + units_day <= self.most_day and self.used_night + units_night <= self.most_night

    def fits(self, purpose: int, units_day: float, units_night: float, keep_free: int) -> bool:
        """Whether this child could be admitted: a place beyond those kept free, and the staff."""
        free = self.free
        return (
            self.usable - self.taken > keep_free
            and free[purpose] + free[2] > keep_free
            and self.used_day + units_day <= self.most_day
            and self.used_night + units_night <= self.most_night
        )

    def give_back(self, pool: int, need: tuple[int, float, float]) -> None:
        """Give a place and its staff back."""
        _, units_day, units_night = need
        self.free[pool] += 1
        self.taken -= 1
        if self.taken:
            self.used_day -= units_day
            self.used_night -= units_night
        else:
            self.used_day = self.used_night = 0.0  # an empty home carries no rounding

    def roster(self, by_day: float, by_night: float, shortage: float) -> None:
        """Put staff on shift; `shortage` is the share of the establishment that is missing by day."""
        self.staff_day, self.staff_night, self.shortage = by_day, by_night, shortage
        self.most_day, self.most_night = by_day + _SLACK, by_night + _SLACK

    def approve(self, places: tuple[int, int, int]) -> None:
        """Set the approved places by pool; fewer than the residents is possible, and moves nobody."""
        for pool in (WELFARE, JUSTICE, EITHER):
            self.free[pool] += places[pool] - self.approved[pool]
            self.approved[pool] = places[pool]
        self.use()

    def use(self) -> None:
        """Recount the usable places; each shut place counts once, by precedence of its cause."""
        self.usable = max(0, sum(self.approved) - sum(self.shut_places()))

    def shut_places(self) -> tuple[int, ...]:
        """Places shut by each cause before staff, no place counted twice."""
        left, counted = sum(self.approved), []
        for places in self.shut:
            shut = min(left, places)
            counted.append(shut)
            left -= shut
        return tuple(counted)
