"""How long each child's placements last, from the draws of its world: all first ones at once, later ones singly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import ceil, inf
from typing import Any

import numpy as np

from sim.behaviour.stays import OrderDraws, court_deadline_days, order_draws, welfare_stay, welfare_stays
from sim.engine.log import Leaving
from sim.engine.plan import Stay
from sim.scenario.base import ROUTES
from sim.scenario.scenario import Scenario
from sim.study.firsts import listed
from sim.world.world import World

_MOVED_ON, _ORDER_ENDED = int(Leaving.NEED_ENDED), int(Leaving.ORDER_ENDED)


class Stays:
    """Days of a placement, leaving reason, days until the criteria stop being met, and court orders.

    A remand takes an authorisation for each `remand_order_max_days` begun; a sentence takes none.
    """

    def __init__(self, scenario: Scenario, world: World) -> None:
        self.scenario, self.world = scenario, world
        tape, legal = world.tape, scenario.legal
        self._welfare = tape.route == ROUTES.index("welfare")
        self._over = np.where(
            tape.route == ROUTES.index("sentence"), Leaving.SENTENCE_ENDED, Leaving.ORDER_ENDED
        )
        self._remand = tape.route == ROUTES.index("remand")
        self._remand_order = legal.remand_order_max_days or inf
        self._holidays = frozenset(legal.holidays)
        self._drawn: dict[int, tuple[Any, Any]] = {}  # by ordinal: days of the step-down, draws of the orders

    def first(self) -> list[Stay]:
        """The stay of each child after its first referral, for the whole need, beginning with an order."""
        tape, legal, need = self.world.tape, self.scenario.legal, self.world.tape.need_days
        days, why, met = need.copy(), self._over.copy(), need.copy()
        orders = np.where(self._remand, np.ceil(need / self._remand_order), 0).astype(np.int64)
        rows = np.flatnonzero(self._welfare)
        if legal.orders is None:
            days[rows] += tape.step_down_days[rows]
            why[rows] = _MOVED_ON
            orders[rows] = 0
        elif len(rows):
            step_down, draws = self._draws(0)
            review = np.where(
                tape.wales, legal.orders.first_review_days_wales, legal.orders.first_review_days
            )
            found = welfare_stays(
                need[rows], step_down[rows], legal.orders, tuple(each[rows] for each in draws), review[rows]
            )
            days[rows], met[rows], orders[rows] = found.days, found.need_met, found.orders
            why[rows] = np.where(found.moved_on, _MOVED_ON, _ORDER_ENDED)
        until = days.tolist()
        until_met = until if (met == days).all() else met.tolist()
        return list(zip(until, listed(why), until_met, listed(orders), strict=True))

    def of(self, child: int, ordinal: int, day: float, need: float, no_order: bool) -> Stay:
        """The stay of a child who moves in on `day` after its `ordinal`-th later referral, with a need of `need` days
        left; `no_order`: in an emergency, so that the first order comes after."""
        if not self._welfare[child]:
            made = ceil(need / self._remand_order) if self._remand[child] else 0
            return need, int(self._over[child]), need, made
        legal = self.scenario.legal
        step_down, draws = self._draws(ordinal)
        if legal.orders is None:
            return need + float(step_down[child]), _MOVED_ON, need, 0
        before = 0.0
        if no_order:
            admitted = self.scenario.run.start + timedelta(days=int(day))
            before = court_deadline_days(admitted, legal, self._holidays)
        wales = self.world.tape.wales[child]
        first = legal.orders.first_review_days_wales if wales else legal.orders.first_review_days
        notices, lengths, renewals = draws
        mine = OrderDraws(float(notices[child]), lengths[child].tolist(), renewals[child].tolist())
        found = welfare_stay(need, float(step_down[child]), legal.orders, mine, first, before)
        return found.days, _MOVED_ON if found.moved_on else _ORDER_ENDED, found.need_met, found.orders

    def _draws(self, ordinal: int) -> tuple[Any, Sequence[Any]]:
        """Days that step-downs take, and what chance decides of orders: columns of children."""
        if ordinal not in self._drawn:
            tape, orders = self.world.referral(self.scenario, ordinal), self.scenario.legal.orders
            draws = () if orders is None else order_draws(orders, tape.order_uniforms)
            self._drawn[ordinal] = tape.step_down_days, draws
        return self._drawn[ordinal]
