"""A price on places: how many of the children who are expected next have few other homes to go to."""

from __future__ import annotations

import numpy as np

from sim.commissioning.sitting import Room, Sitting
from sim.scenario.levers import LookAhead
from sim.world.tape import Bools, Floats


class Prices:
    """Prices from the referrals seen so far: it is expected that the next come as the last did.

    `day` and `fit` (children x homes: whether a home could take the child by law) are of the children whom the rule
    governs, in order of day. A child who could go to four homes counts a quarter in each.
    """

    def __init__(self, day: Floats, fit: Bools, terms: LookAhead) -> None:
        shares = fit / np.maximum(fit.sum(axis=1, keepdims=True), 1)
        self._seen = np.vstack([np.zeros((1, fit.shape[1])), np.cumsum(shares, axis=0)])
        self._day, self._terms = day, terms

    def miles(self, home: int, room: Room, now: float) -> float:
        """What a place of the home costs today, as extra miles."""
        free = max(1, min(room.usable, sum(room.pools)))
        seen = float(self._seen[np.searchsorted(self._day, now, side="right"), home])
        expected = seen * self._terms.days / max(now, self._terms.days)
        return self._terms.miles * expected / free


def by_price(sitting: Sitting, prices: Prices) -> Sitting:
    """The same sitting with the price of each home in its distance, and homes in that order."""
    homes = {home for row in sitting.willing for home in row.homes}
    price = {home: prices.miles(home, sitting.ledger.room(home), sitting.now) for home in homes}

    def miles(child: int, home: int) -> float:
        return sitting.miles(child, home) + price[home]

    def ordered(child: int, homes: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(homes, key=lambda home: miles(child, home)))  # equal ones stay in order

    willing = [row._replace(homes=ordered(row.child, row.homes), own=ordered(row.child, row.own))
               for row in sitting.willing]  # fmt: skip
    return sitting._replace(willing=willing, miles=miles)
