"""Room in homes at one sitting, and who would take whom: what a desk hands to a rule's method."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sim.engine.sittings import SittingDesk

_NOTHING = (0, 0, 0.0, 0.0)


class WillingHomes(NamedTuple):
    """A child and the homes that would take the child today, in the child's order of preference.

    `own` are those among them that do not put other children before this one.
    """

    child: int
    rank: float
    homes: tuple[int, ...]
    own: tuple[int, ...]


class Needs(NamedTuple):
    """What a child takes of a home."""

    purpose: int
    day: float
    night: float


class Left(NamedTuple):
    """What a home has left: places by pool, usable ones in all, and staff units."""

    pools: tuple[int, int, int]
    usable: int
    day: float
    night: float


class Room:
    """Room in homes at one sitting, as a ledger that the chooser writes in without moving anybody."""

    def __init__(self, desk: SittingDesk) -> None:
        self.desk = desk
        self.given: dict[int, tuple[int, int, float, float]] = {}  # places by purpose, units by day and night
        self.of_quota: dict[int, int] = {}  # places given to children of each quota

    def fits(self, child: int, home: int) -> bool:
        desk = self.desk
        purpose, day, night, keep = desk.needs[desk.stage[child]]
        state = desk.floor.homes[home]
        if desk.limits is not None:
            keep = self.keep(child, home)
        if home not in self.given:  # HomeState.fits, without the call: most questions end here
            free = state.free
            return (
                state.usable - state.taken > keep
                and free[purpose] + free[2] > keep
                and state.used_day + day <= state.most_day
                and state.used_night + night <= state.most_night
            )
        welfare, justice, by_day, by_night = self.given[home]
        if not state.has_staff(day + by_day, night + by_night):
            return False
        return state.room_after(purpose, (welfare, justice)) > keep

    def needs(self, child: int) -> Needs:
        return Needs(*self.desk.needs[self.desk.stage[child]][:3])

    def keep(self, child: int, home: int) -> int:
        desk = self.desk
        stage = desk.stage[child]
        keep = desk.needs[stage][3]
        if desk.limits is None:
            return keep
        return desk.limits.keep(stage, desk.floor.homes[home], keep, self.of_quota.get(desk.quota[stage], 0))

    def listed(self, child: int) -> float:
        """The day from which the child's waiting counts."""
        return self.desk.since.get(child, self.desk.floor.listed[child])

    def room(self, home: int) -> Left:
        state = self.desk.floor.homes[home]
        welfare, justice, day, night = self.given.get(home, _NOTHING)
        spilt = max(0, welfare - state.free[0]) + max(0, justice - state.free[1])
        pools = (state.free[0] - welfare, state.free[1] - justice, state.free[2] - spilt)
        return Left(
            (max(0, pools[0]), max(0, pools[1]), max(0, pools[2])),
            max(0, state.usable - state.taken - welfare - justice),
            state.staff_day - state.used_day - day,
            state.staff_night - state.used_night - night,
        )

    def take(self, child: int, home: int) -> None:
        desk = self.desk
        stage = desk.stage[child]
        purpose, day, night, _ = desk.needs[stage]
        if desk.limits is not None:
            quota = desk.quota[stage]
            self.of_quota[quota] = self.of_quota.get(quota, 0) + 1
        welfare, justice, by_day, by_night = self.given.get(home, _NOTHING)
        if purpose:
            justice += 1
        else:
            welfare += 1
        self.given[home] = welfare, justice, by_day + day, by_night + night
