"""How staff respond: hazards of leaving and of filling, who is off sick, who covers, what incidents there are.

Pure functions of the state of homes: no clock, no draw. Columns are of posts or of homes; hazards are a day.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from sim.behaviour.practice import Practice
from sim.scenario.base import DAYS_PER_YEAR
from sim.scenario.estate import Home
from sim.scenario.posts import ROLES, Cover, Posts
from sim.scenario.run import Run
from sim.world.posts import ALLEGATION, OFF_SITE, PostDraws
from sim.world.streams import exponentials

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
SHIFTS = {"day": 0, "night": 1, "none": 2}


class StrainLike(Protocol):
    """How hard it is to work in each home (see sim.engine.workforce.Strain)."""

    overtime: Floats
    agency: Floats
    load: Floats
    manager: Bools
    poor: Bools
    shut: Bools


class Covered(NamedTuple):
    """Units on shift from each source: homes x (day, night)."""

    bank: Floats
    overtime: Floats
    agency: Floats


class StaffRules:
    """The rates of one scenario for the posts and homes of one world."""

    def __init__(self, workforce: Posts, homes: tuple[Home, ...], run: Run, draws: PostDraws) -> None:
        self.workforce, self.draws = workforce, draws
        self.practice = Practice(workforce, homes, run, draws)
        self.step_days, self.memory_days = workforce.step_days, workforce.feedback.memory_days
        self.reads_children = workforce.feedback.children
        self.early_days = workforce.leaving.early_days
        self.vetting_days = workforce.recruitment.vetting_days
        self.induction_days = workforce.recruitment.induction_days
        hours = workforce.hours
        self.least = (hours.least_day, hours.least_night)
        self.hours = (hours.day * hours.staff_per_unit, hours.night * hours.staff_per_unit)
        self._per_post = hours.post / np.array(self.hours)
        self._worked = self._per_post * (1 - workforce.away.leave - workforce.away.training)
        self.over = workforce.feedback.residents_to_overtime
        self._home = draws.home
        self._places = np.array([float(home.places) for home in homes])
        self._usual_children = workforce.incidents.usual_children * self._places
        terms = [workforce.roles.get(name) for name in ROLES]
        of_role = np.array([[0.0, 0.0] if one is None else [one.leaving, one.fill] for one in terms])
        self._leaving, self._fill = of_role[draws.role].T
        self._shift = np.array([SHIFTS["none" if one is None else one.shift] for one in terms])
        sd = workforce.away.sickness.sd
        self._deviation = np.ascontiguousarray(np.exp(sd * draws.wave - sd**2 / 2).T)  # steps x homes
        self._bank = workforce.cover.bank * self.establishment()

    # -- shifts ----------------------------------------------------------------------------------

    def shift_of(self, role: Ints) -> Ints:
        """Shift (0 day, 1 night, 2 none) of posts of some roles."""
        return np.asarray(self._shift[role])

    def own_units(self, now: float, present: Floats) -> Floats:
        """Units on every day and night shift from full-time equivalents, with leave, training and shocks taken off:
        homes x (day, night)."""
        own: Floats = present * self._worked
        struck = self.practice.away(now)
        return own if struck is None else own * (1 - struck)[:, None]

    def establishment(self) -> Floats:
        """Units with every post filled and nobody ill, leave and training taken off: homes x (day, night)."""
        shift = self._home * 3 + self._shift[self.draws.role]
        posts = np.bincount(shift, self.draws.fte, 3 * len(self._places)).reshape(-1, 3)[:, :2].astype(float)
        return np.asarray(posts * self._worked)

    def sick(self, now: float, step: int, strain: StrainLike) -> Floats:
        """Chance of being off sick in a step, in each home."""
        terms, feedback = self.workforce.away.sickness, self.workforce.feedback
        pressed = feedback.overtime_to_sickness * strain.overtime + feedback.incidents_to_sickness * (
            strain.load - 1
        )
        wave = self._deviation[min(step, len(self._deviation) - 1)]
        chance = terms.mean * wave * self.practice.sickness(now) * np.exp(pressed)
        return np.asarray(np.minimum(chance * self.practice.shocked(now, "sickness"), 1.0))

    def cover(self, now: float, own: Floats, target: Floats) -> Covered:
        """Who fills the gap between own staff and the staff that the home means to have."""
        share, in_pool = self.practice.pooled(now)
        return covered(self.workforce.cover, own, target, self._bank, share, in_pool)

    # -- leaving and filling ---------------------------------------------------------------------

    def pace(self) -> tuple[Floats, Floats]:
        """How much faster than the clocks of its home each post is left, and filled."""
        return self._leaving, self._fill

    def rates(self, now: float, strain: StrainLike) -> Floats:
        """Hazards a day in each home, 5 x homes: of leaving early in a tenure, of leaving later, of filling a
        vacancy; of the manager's leaving, and of finding the next one."""
        terms, feedback = self.workforce, self.workforce.feedback
        poor, steady = strain.poor, self.practice.leaving(now) / DAYS_PER_YEAR
        found = self.practice.recruitment(now) * np.exp(-feedback.grade_to_recruitment * poor)
        graded = feedback.grade_to_leaving * poor
        pressed = (
            feedback.overtime_to_leaving * strain.overtime
            + feedback.incidents_to_leaving * (strain.load - 1)
            + feedback.manager_to_leaving * ~strain.manager
            + graded
        )
        factor = steady * np.exp(pressed)
        factor[strain.shut] *= terms.closure.leaving
        rates = np.empty((5, len(factor)))
        rates[0] = (1 - self.practice.academy(now)) * terms.leaving.early_per_year * factor
        rates[1] = terms.leaving.later_per_year * factor
        rates[2] = found / terms.recruitment.fill_days
        rates[3] = terms.manager.leaving_per_year * steady * np.exp(graded)
        rates[4] = found / terms.manager.fill_days
        return rates

    # -- incidents -------------------------------------------------------------------------------

    def usual_children(self) -> Floats:
        """Children in each home at the usual share of its places."""
        return self._usual_children

    def usual_incidents(self) -> Floats:
        """Incidents a day in each home with usual children and none of the effects."""
        return self.workforce.incidents.per_child_year / DAYS_PER_YEAR * self.usual_children()

    def incidents_a_day(
        self, children: Floats, mismatch: Floats, shortage: Floats, strain: StrainLike
    ) -> Floats:
        """Incidents a day: more with a poor match (not a number: as usual), with agency staff and with too few."""
        feedback = self.workforce.feedback
        beyond = mismatch - feedback.usual_mismatch
        pressed = (
            feedback.mismatch_to_incidents * np.where(beyond == beyond, beyond, 0.0)
            + feedback.agency_to_incidents * strain.agency
            + feedback.shortage_to_incidents * shortage
        )
        return self.workforce.incidents.per_child_year / DAYS_PER_YEAR * children * np.exp(pressed)

    def off_site_days(self, size: int) -> Floats:
        """Days that each of the first incidents takes a member of staff off site (0: nobody): homes x incidents."""
        terms = self.workforce.incidents
        takes = self.draws.of_incidents(ALLEGATION, size) < terms.allegation
        lasts = exponentials(self.draws.of_incidents(OFF_SITE, size))
        return np.where(takes, terms.off_site_days * lasts, 0.0)


def covered(
    terms: Cover, own: Floats, target: Floats, bank: Floats, pooled: float, in_pool: Bools
) -> Covered:
    """Bank, then overtime, then agency, for the gap between own staff and the target (homes x shifts, units).

    `pooled` is the share of bank staff that the homes `in_pool` share by their gaps.
    """
    gap = np.maximum(0.0, target - own)
    if not (pooled and in_pool.any()):
        from_bank = np.minimum(gap, bank)
    else:
        from_bank = np.minimum(gap, bank * np.where(in_pool, 1 - pooled, 1.0)[:, None])
        left = np.where(in_pool[:, None], gap - from_bank, 0.0)
        pool = pooled * bank[in_pool].sum(axis=0)
        wanted = left.sum(axis=0)
        from_bank = from_bank + left * np.minimum(1.0, pool / np.where(wanted > 0, wanted, 1.0))
    gap = gap - from_bank
    elastic = terms.mode == "elastic"
    overtime = np.minimum(gap, terms.overtime * own) if elastic else np.zeros_like(gap)
    gap = gap - overtime
    cap = terms.agency_cap + (terms.stretch if elastic else 0.0)
    agency = np.minimum(gap * terms.agency_supply, (own + from_bank + overtime) * cap / (1 - cap))
    return Covered(from_bank, overtime, agency)
