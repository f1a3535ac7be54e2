"""The range of what could follow an offer: how long until admission, how long in the home, when a breakdown.

Each answer is a pair, least and most, over everything that a rule could bring about in the homes.
"""

from __future__ import annotations

from datetime import timedelta
from math import inf
from typing import NamedTuple

import numpy as np

from sim.behaviour.stays import court_deadline_days, order_draws
from sim.engine.plan import Clocks, Plan
from sim.outcomes.spells import Floats
from sim.scenario.scenario import Scenario
from sim.world.tape import Bools
from sim.world.world import World

Range = tuple[float, float]


class Draws(NamedTuple):
    """Of the same referral of every child: clocks, days of step-down, most days until a review finds that the
    criteria are no longer met, days of the first order (infinite without orders)."""

    clocks: Clocks
    step_down: Floats
    review: Floats
    first_order: Floats


class Limits:
    """Ranges for the children of one world, welfare only."""

    def __init__(self, scenario: Scenario, world: World, plan: Plan, closes: Floats) -> None:
        self.scenario, self.world, self.plan = scenario, world, plan
        self.closing_days = sorted(set(closes[np.isfinite(closes)].tolist()))
        self._crowd = _crowd(plan)
        pressure = scenario.commissioning.welfare.pressure
        self._early = (
            None if pressure is None else pressure.within_days
        )  # how long before its time a child may go
        self._deadlines = _days_by_deadline(scenario)
        self._draws: dict[int, Draws] = {}

    def draws(self, ordinal: int) -> Draws:
        """What was drawn for the children's first referral (0) or a later one."""
        if ordinal not in self._draws:
            tape, orders = self.world.referral(self.scenario, ordinal), self.scenario.legal.orders
            review, first = np.zeros(len(tape)), np.full(len(tape), inf)
            if orders is not None:
                notice, lengths, _ = order_draws(orders, tape.order_uniforms)
                longest = max(
                    orders.first_review_days, orders.first_review_days_wales, orders.later_review_days
                )
                late = orders.reviews & (notice >= orders.noticed_between_reviews)
                review, first = np.where(late, longest, 0.0), lengths[:, 0]
            self._draws[ordinal] = Draws(self.plan.clocks(ordinal), tape.step_down_days, review, first)
        return self._draws[ordinal]

    def wait(self, child: int, ordinal: int, listed: float, need: float) -> float:
        """Most days on the list, without an offer, of a referral that opens on day `listed`."""
        wait = self.draws(ordinal).clocks.gives_up[child]
        if self.plan.need_runs_while_waiting:
            wait = min(wait, need)
        return max(0.0, min(wait, self.plan.birthday_18[child] - listed))

    def least_wait(self, child: int, ordinal: int) -> float:
        """Fewest days on the list of a referral, the 18th birthday aside; 0 where early moves or the clock of the
        need may do away with the referral."""
        if self._early is not None or self.plan.need_runs_while_waiting or self.transfers(child, ordinal - 1):
            return 0.0
        clocks = self.draws(ordinal).clocks
        (soonest, _), _ = self.delay(child, ordinal)
        return float(min(soonest, clocks.gives_up[child], clocks.scotland[child]))

    def delay(self, child: int, ordinal: int) -> tuple[Range, float]:
        """Days from offer to admission; and the court's days from referral where it need not wait for an offer."""
        clocks, plan = self.draws(ordinal).clocks, self.plan
        lead, court, travel = clocks.lead[child], clocks.court[child], clocks.travel[child]
        sure = ordinal == 0 and not self.closing_days  # no earlier offer that could have used up the 72 hours
        if plan.emergency[child]:
            return (travel, travel if sure else max(lead, travel)), 0.0
        if plan.order_requires_bed:
            return (lead, lead), 0.0
        return (lead - court, lead - court if sure else lead), court if ordinal == 0 else 0.0

    def stay(self, child: int, ordinal: int, listed: float, need: float) -> tuple[Range, Range]:
        """Days from admission to leaving, and the day by which the child has left; breakdown aside.

        The need of a later referral is the most that may be left of it, so its stay may be of any length.
        """
        draws, birthday = self.draws(ordinal), self.plan.birthday_18[child]
        step, review, first = draws.step_down[child], draws.review[child], draws.first_order[child]
        if ordinal:
            return (0.0, need + review + step), (birthday, birthday)
        if self.plan.need_runs_while_waiting:
            ends = listed + need + step
            least = float(first) if self._early is None else 0.0
            return (least, inf), (min(ends, birthday), min(ends + review, birthday))
        found = [self.plan.stay(child, 0, day, need, True) for day in self._deadlines]
        if not self.plan.emergency[child]:
            found = []
        if not found or self.closing_days:
            found.append(self.plan.stay(child, 0, 0.0, need, False))
        days = [one[0] for one in found]
        least = min(days) if self._early is None else max(0.0, min(one[2] for one in found) - self._early)
        return (min(least, *days), max(days)), (birthday, birthday)

    def breaks(self, child: int, ordinal: int, may: Bools) -> tuple[Floats, Floats]:
        """Least and most days from admission to a breakdown, in each home."""
        plan, homes = self.plan, len(may)
        least, most = np.full(homes, inf), np.full(homes, inf)
        if not plan.needs_mismatch:
            return least, most
        clock = self.draws(ordinal).clocks.breakdown[child]
        weight = sum(weight for _, weight in plan.against[child])
        for home in np.flatnonzero(may).tolist():
            calm = plan.hazard(plan.mismatch(child, home, 0.0, 0.0))
            if calm <= 0:
                continue
            most[home] = least[home] = clock / calm
            if weight:
                crowd = weight * self._crowd[home]
                least[home] = clock / plan.hazard(plan.mismatch(child, home, 1.0, crowd))
        return least, most

    def transfers(self, child: int, ordinal: int) -> bool:
        """Whether a breakdown of this placement may end in a transfer to another home on the same day."""
        return self.draws(ordinal).clocks.again[child] < self.plan.referred_again * self.plan.transfer_sought

    def again(self, child: int, ordinal: int) -> bool:
        """Whether a breakdown of this placement is followed by a new referral."""
        return self.draws(ordinal).clocks.again[child] < self.plan.referred_again


def lends(scenario: Scenario) -> bool:
    """Whether places for justice may be lent to welfare children."""
    rules = (scenario.commissioning.welfare, scenario.commissioning.justice)
    return any(rule is not None and rule.release_days is not None for rule in rules)


def _crowd(plan: Plan) -> list[int]:
    """The most other children who could ever be in each home at once, expected ones included."""
    most = [1] * len(plan.homes)
    for change in plan.calendar:
        if change.approved is not None:
            most[change.home] = max(most[change.home], sum(change.approved))
    return [max(places, plan.starts_in.count(home)) for home, places in enumerate(most)]


def _days_by_deadline(scenario: Scenario) -> list[float]:
    """A day of admission for each number of days that a child may be in a home before an order."""
    holidays, start = frozenset(scenario.legal.holidays), scenario.run.start
    found: dict[float, float] = {}
    for day in range(scenario.run.horizon_days + 1):
        days = court_deadline_days(start + timedelta(days=day), scenario.legal, holidays)
        found.setdefault(days, float(day))
    return list(found.values())
