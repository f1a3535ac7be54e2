"""Authorities that decline an offer, and what that costs them on the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.engine.log import Kind

if TYPE_CHECKING:
    from sim.engine.sittings import SittingDesk


class Declining:
    """What an authority does with an offer at a sitting.

    It declines a home that is `too_far(child, home)` in the first `within_days` days on the list, and is not offered
    it again in those days. `worth_days` is None where declining costs nothing; otherwise the child's waiting counts
    from then on, so an authority declines only while it has waited no longer than this.
    """

    def __init__(
        self, desk: SittingDesk, too_far: Callable[[int, int], bool], within_days: float,
        worth_days: float | None,
    ) -> None:  # fmt: skip
        self.desk, self.too_far = desk, too_far
        self.within, self.worth = within_days, worth_days
        self.declined: dict[tuple[int, int], int] = {}  # (child, referral) -> homes (as bits)
        desk.declining = self

    def wanted(self, child: int, homes: tuple[int, ...]) -> tuple[int, ...]:
        """Those of `homes` that the authority has not declined in these days."""
        floor = self.desk.floor
        bits = self.declined.get((child, floor.ordinal[child]), 0)
        if not bits or floor.clock._now >= floor.listed[child] + self.within:
            return homes
        return tuple([home for home in homes if not bits >> home & 1])

    def declines(self, child: int, home: int) -> bool:
        """Whether the authority declines; if so it is recorded, and the child may lose its place on the list."""
        floor, desk = self.desk.floor, self.desk
        now, listed = floor.clock._now, floor.listed[child]
        waited = now - desk.since.get(child, listed)
        if now >= listed + self.within or not self.too_far(child, home):
            return False
        if self.worth is not None and waited > self.worth:
            return False
        key = (child, floor.ordinal[child])
        self.declined[key] = self.declined.get(key, 0) | 1 << home
        floor.log((now, Kind.DECLINED, child, home, int(self.worth is not None), 0.0))
        desk.read_later(listed + self.within, child, key[1], floor.every_home)
        if self.worth is not None:
            desk.wait_anew(child)
        return True
