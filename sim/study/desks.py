"""Puts a rule to work: what it counts as a refusal, its order of the list, its desk, and its levers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.behaviour.answer_rows import Counted
from sim.behaviour.answers import HomeAnswers
from sim.commissioning.look_ahead import Prices, by_price
from sim.commissioning.policy import Policy, distances_m, eligible, make_policy, nearest, purposes
from sim.commissioning.sitting import Decision, Sitting, chooser
from sim.engine.asking import AskingDesk
from sim.engine.declining import Declining
from sim.engine.desk import Desk
from sim.engine.dispatch import DispatchDesk
from sim.engine.floor import Floor
from sim.engine.limits import Limits
from sim.engine.pressure import Pressure
from sim.engine.release import Release
from sim.engine.room import Room, WillingHomes
from sim.engine.sittings import SittingDesk
from sim.scenario.base import GROUNDS, METRES_PER_MILE, ROUTES
from sim.scenario.commissioning import Rule
from sim.scenario.scenario import Scenario
from sim.study.office import BEFORE_SITTINGS, office_mornings, sitting_days
from sim.world.tape import Bools, Floats, Ints, Tape


class Rules:
    """The rules of a scenario worked out for the children of one world.

    desk_of  which desk works on each child's referral: 0 for welfare, 1 for justice if it has a rule of its own
    """

    def __init__(self, scenario: Scenario, tape: Tape, answers: HomeAnswers) -> None:
        self.scenario, self.tape, self.answers = scenario, tape, answers
        lent = any(rule is not None and rule.release_days is not None for rule in _both(scenario))
        self.fit = eligible(tape, scenario.estate, lent)
        rules = [rule for rule in _both(scenario) if rule]
        self.desk_of: Ints = np.minimum(purposes(tape), len(rules) - 1)
        near = nearest(tape, scenario.estate.homes, self.fit)
        self.policies = [
            make_policy(rule, tape, scenario.estate, self.fit, near, _hard_to_match(rule, self.fit, answers))
            for rule in rules
        ]
        self._miles: Floats | None = None

    @property
    def miles(self) -> Floats:
        """Straight-line miles from each child's authority to each home, children x homes."""
        if self._miles is None:
            self._miles = distances_m(self.tape, self.scenario.estate.homes) / METRES_PER_MILE
        return self._miles

    def desks(self, floor: Floor) -> list[Desk]:
        """The desks on a floor, one for each rule, with their levers."""
        made = []
        for number, policy in enumerate(self.policies):
            desk = self._desk(floor, policy, number)
            self._pull_levers(floor, policy, desk, number)
            made.append(desk)
        return made

    def _desk(self, floor: Floor, policy: Policy, number: int) -> Desk:
        """The desk of the rule's channel. Asking one home after another is the same as deciding at every
        change where all homes answer at once."""
        rule, behaviour = policy.rule, self.scenario.behaviour.homes
        asks = (bool(rule.refusal) and bool(behaviour.grounds)) or rule.safety is not None
        instant = all(home.answer_days == 0 for home in floor.homes)
        if rule.channel == "one_by_one" and not instant:
            mornings = office_mornings(self.scenario, rule.working_days_only)
            return AskingDesk(floor, policy, asks, policy.classes, rule.round_days, mornings)
        if rule.sits_every_days == 0:
            return DispatchDesk(floor, policy, asks, policy.classes)
        days = sitting_days(self.scenario, rule)
        choose = self._choose(floor, policy, number)
        governed = np.unique(purposes(self.tape)[self.desk_of == number]).tolist()
        desk = SittingDesk(floor, policy, asks, policy.classes, days, choose, governed)
        if rule.declining is not None:
            far, terms = self.miles > rule.declining.beyond_miles, rule.declining
            worth = terms.worth_days if terms.place == "lose" else None
            Declining(desk, lambda child, home: bool(far[child, home]), terms.within_days, worth)
        return desk

    def _pull_levers(self, floor: Floor, policy: Policy, desk: Desk, number: int) -> None:
        rule = policy.rule
        if rule.hold is not None or rule.quota:
            hold = None if rule.hold is None else (rule.hold.share, rule.hold.days)
            first = [policy.classes[stages[0][1]].quota for stages in policy.stages]
            of_child = [
                quota if at == number else -1 for quota, at in zip(first, self.desk_of.tolist(), strict=True)
            ]
            Limits(floor, desk, policy.classes, hold, list(rule.quota.values()), of_child)
        if rule.release_days is not None:
            Release(floor, rule.release_days)
        if rule.pressure is not None:
            days = (day + BEFORE_SITTINGS for day in range(self.scenario.run.horizon_days))
            Pressure(
                floor,
                desk,
                days,
                rule.pressure.list_from,
                rule.pressure.alert_from,
                rule.pressure.within_days,
            )

    def _choose(
        self, floor: Floor, policy: Policy, number: int
    ) -> Callable[[list[WillingHomes], Room], list[Decision]]:
        """The rule's method, shown what it may look at."""
        rule, tape, answers = policy.rule, self.tape, self.answers
        method, need, points = chooser(rule.chooser), tape.need.tolist(), policy.points.tolist()
        need_of, points_of, clock, appeal = need.__getitem__, points.__getitem__, floor.clock, answers.appeal
        clerk = floor.plan.clerk
        prices = None
        if rule.look_ahead is not None:
            governed = (self.desk_of == number) & ~tape.resident
            prices = Prices(tape.day[governed], self.fit[governed], rule.look_ahead)

        def mismatch(child: int, home: int) -> float:
            state = floor.homes[home]
            return answers.mismatch(child, home, state.shortage, floor.conflict(child, state))

        def parts(child: int) -> dict[str, float]:
            return {name: float(part[child]) for name, part in policy.parts.items()}

        def miles(child: int, home: int) -> float:
            return float(self.miles[child, home])

        def conflict(child: int, home: int) -> float:
            return floor.conflict(child, floor.homes[home])

        def choose(willing: list[WillingHomes], room: Room) -> list[Decision]:
            sitting = Sitting(  # by position, for it is made at every sitting; willing homes are of the same shape
                rule, willing, room, room.listed, clock._now, bool(room.desk.gained), appeal, need_of, points_of,  # type: ignore[arg-type]
                parts, miles, mismatch, conflict,
            )  # fmt: skip
            if prices is not None:
                sitting = by_price(sitting, prices)
            if clerk is not None:
                clerk.weighs(sitting)
            return method(sitting)

        return choose


def counted(scenario: Scenario) -> list[Counted]:
    """What may make a home refuse a child of each route, by the route's code."""
    welfare, justice = _both(scenario)
    return [_counts(welfare if name == "welfare" or justice is None else justice) for name in ROUTES]


def _counts(rule: Rule) -> Counted:
    bits = sum(1 << GROUNDS.index(ground) for ground in rule.refusal)
    if rule.safety is None:
        return Counted(bits, rule.veto)
    return Counted(bits, rule.veto, 1 - rule.safety.staff_below, rule.safety.conflict_from)


def _both(scenario: Scenario) -> tuple[Rule, Rule | None]:
    return scenario.commissioning.welfare, scenario.commissioning.justice


def _hard_to_match(rule: Rule, fit: Bools, answers: HomeAnswers) -> Floats | None:
    """For each child, 1 less the share of homes that are expected to take the child, where the rule asks."""
    if not rule.rank.hard_to_match:
        return None
    return np.asarray(1 - (answers.acceptance() * fit).mean(axis=1))
