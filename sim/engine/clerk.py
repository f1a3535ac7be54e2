"""The clerk takes the minutes: told of every question and every decision, it changes nothing.

Where a plan names no clerk, nothing is told, and each moment costs one test.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sim.engine.desk import Desk
    from sim.engine.room import WillingHomes
    from sim.engine.sittings import SittingDesk


class Clerk(Protocol):
    """Whoever is to be told. Homes are bits where there may be several, and a number where there is one."""

    def sat(
        self, desk: SittingDesk, ready: list[int], to_read: Sequence[tuple[int, int]],
        willing: Sequence[WillingHomes], chosen: Sequence[Any],
    ) -> None:  # fmt: skip
        """A sitting, before anybody is offered a place: homes that may answer, by purpose; children in order of the
        list with the homes that read about them; who is willing; and what the rule decided."""

    def weighs(self, sitting: Any) -> None:
        """What the rule's method is shown at a sitting, before it decides."""

    def asked(self, desk: Desk, child: int, homes: int, found: int, room: bool | None = None) -> None:
        """Homes were asked about a child, nearest first, until `found` said yes (-1: none did).

        `room` says whether the one home that was asked had room, where that has been looked at before.
        """

    def offered(self, child: int, home: int) -> None:
        """A yes is accepted; the child has not taken the place yet."""
