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
        "index", "most_day", "most_night", "open_since", "opened", "shortage", "shut", "staff_day", "staff_night",
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
        self.opened = 0  # for which purposes (as bits) the home has a declared bed, and since when
        self.open_since = [float("inf"), float("inf")]

    def room_after(self, purpose: int, given: tuple[int, int]) -> int:
        """Places for a child of this purpose, staff aside, once some are given (welfare, justice)."""
        free = self.free
        spilt = max(0, given[0] - free[0]) + max(0, given[1] - free[1])
        own = max(0, free[purpose] - given[purpose]) + max(0, free[EITHER] - spilt)
        return min(own, self.usable - self.taken - sum(given))

    def has_staff(self, units_day: float, units_night: float) -> bool:
        """Whether there is staff for this much more, by day and by night."""
        return self.used_day + units_day <= self.most_day and self.used_night + units_night <= self.most_night

    def declares(self) -> int:
        """The purposes (as bits) for which there is a declared bed: a place, and staff for the easiest child."""
        if (
            self.taken >= self.usable
            or self.used_day + self.easiest_day > self.most_day
            or self.used_night + self.easiest_night > self.most_night
        ):
            return 0
        welfare, justice, either = self.free
        if welfare + either > 0:
            return 3 if justice + either > 0 else 1
        return 2 if justice + either > 0 else 0

    def fits(self, purpose: int, units_day: float, units_night: float, keep_free: int) -> bool:
        """Whether this child could be admitted: a place beyond those kept free, and the staff."""
        free = self.free
        return (
            self.usable - self.taken > keep_free
            and free[purpose] + free[2] > keep_free
            and self.used_day + units_day <= self.most_day
            and self.used_night + units_night <= self.most_night
        )

    def take(self, need: tuple[int, float, float]) -> int:
        """Take a place and the staff for it; returns the pool: the child's own purpose before either."""
        pool, units_day, units_night = need
        free = self.free
        if free[pool] <= 0:
            pool = EITHER
        free[pool] -= 1
        self.taken += 1
        self.used_day += units_day
        self.used_night += units_night
        return pool

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

    def roster(self, by_day: float, by_night: float) -> None:
        """Put staff on shift; `shortage` is the share of the establishment that is missing by day."""
        self.staff_day, self.staff_night = by_day, by_night
        self.most_day, self.most_night = by_day + _SLACK, by_night + _SLACK
        self.shortage = shortage(by_day, self.establishment)

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
