"""Staff as a process, put together for the engine: posts on day 0, rates, oversight, and what they are made of."""

from __future__ import annotations

from math import ceil

import numpy as np

from sim.behaviour.oversight import Oversight
from sim.behaviour.workforce import StaffRules
from sim.engine.posts import COMING, IN_POST, VACANT, PostsAtStart
from sim.engine.staff_plan import WorkforcePlan
from sim.scenario.base import DAYS_PER_YEAR
from sim.scenario.posts import ROLES, Posts
from sim.scenario.scenario import Scenario
from sim.world.posts import PostDraws, post_draws
from sim.world.streams import Floats
from sim.world.world import World


def workforce_plan(scenario: Scenario, world: World) -> WorkforcePlan | None:
    """The staff process of a scenario; None where staff are of another kind, or given with the world."""
    workforce = scenario.workforce
    if not isinstance(workforce, Posts) or world.staff_paths is not None:
        return None
    steps = ceil(scenario.run.horizon_days / workforce.step_days) + 1
    draws = post_draws(workforce, scenario.estate.homes, steps, world.streams)
    rules = StaffRules(workforce, scenario.estate.homes, scenario.run, draws)
    return WorkforcePlan(at_start(workforce, draws, rules), rules, Oversight(workforce, draws), draws)


def at_start(workforce: Posts, draws: PostDraws, rules: StaffRules) -> PostsAtStart:
    """Posts on day 0 in the steady state of leaving and filling at the rates of day 0, feedback aside.

    A share E[to fill] / (E[stay] + E[to fill]) is not filled; of those, some are promised. Who is in post has been
    there for a time with the density of the survival curve.
    """
    filled, age, came = draws.at_start()
    terms = [workforce.roles.get(name) for name in ROLES]
    of_role = np.array([[0.0, 1.0] if one is None else [one.leaving, one.fill] for one in terms])
    slow, quick = of_role[draws.role].T
    leaves = slow * rules.practice.leaving(0.0)[draws.home] / DAYS_PER_YEAR
    early = leaves * workforce.leaving.early_per_year * (1 - rules.practice.academy(0.0)[draws.home])
    later, until = leaves * workforce.leaving.later_per_year, workforce.leaving.early_days
    fills = quick * rules.practice.recruitment(0.0)[draws.home] / workforce.recruitment.fill_days
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.where(early > 0, -np.expm1(-early * until) / early, until)
        rest = np.exp(-early * until) * np.where(later > 0, 1 / later, np.inf)
        stay, search = first + rest, np.where(fills > 0, 1 / fills, np.inf)
        away = search + workforce.recruitment.vetting_days
        absent = np.where(np.isinf(stay), 0.0, np.where(np.isinf(away), 1.0, away / (stay + away)))
        promised = np.where(np.isinf(search), 0.0, workforce.recruitment.vetting_days / away)
        tenure = _tenure(age, first, rest, early, later, until)
    gone = filled < absent
    coming = gone & (filled < absent * promised)
    status = np.where(coming, COMING, np.where(gone, VACANT, IN_POST))
    due = np.where(coming, came * workforce.recruitment.vetting_days, 0.0)
    return PostsAtStart(draws.home, draws.role, draws.fte, status, -tenure, due)


def _tenure(u: Floats, first: Floats, rest: Floats, early: Floats, later: Floats, until: float) -> Floats:
    """Days in post of who is there, by inverse transform of the survival curve's own distribution."""
    whole = np.where(np.isinf(rest), np.inf, first + rest)
    so_far = np.where(np.isinf(whole), 0.0, u * whole)
    within = np.where(early > 0, -np.log1p(-np.minimum(so_far * early, 1 - 1e-12)) / early, so_far)
    beyond = np.where(rest > 0, 1 - np.minimum((so_far - first) / rest, 1 - 1e-12), 1.0)
    after = until + np.where(later > 0, -np.log(np.clip(beyond, 1e-12, 1.0)) / later, 0.0)
    long = np.where(so_far <= first, within, after)
    return np.where(np.isinf(whole), until + u * DAYS_PER_YEAR, long)
