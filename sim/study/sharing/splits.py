"""A shared home in the model's worlds: what each member needs, what each split asks of it, who gains or loses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.outcomes.money.facts import facts_of
from sim.outcomes.settings import STAGES
from sim.scenario.appraisal import Sharing
from sim.scenario.base import DAYS_PER_YEAR, ROUTES
from sim.scenario.scenario import Scenario
from sim.study.replicate import simulate
from sim.study.sharing.game import Floats, Home, Ints, excess, group_costs, in_core, least_core, shapley

if TYPE_CHECKING:
    import pandas as pd

WEEKS = DAYS_PER_YEAR / 7
STEP_DAYS = 7  # the list of a week ago says little more than that of yesterday
NEEDS = ("waiting", "secure", "instead")


@dataclass(frozen=True, eq=False)
class Shared:
    """The game and its splits: `splits` are pounds a year by member, `bills` those of each replication."""

    members: tuple[str, ...]
    weight: Floats
    places: int
    occupancy: float
    cost: Floats
    alone: Floats
    splits: dict[str, Floats]
    bills: dict[str, Floats]
    least: float


def members_of(scenario: Scenario, sharing: Sharing) -> tuple[str, ...]:
    """The members by name, those of regions in the order of the demand."""
    if sharing.members:
        return sharing.members
    origins = scenario.demand.origins
    return tuple(origin.name for origin in origins if origin.region in sharing.member_regions)


def needs_of(scenario: Scenario, sharing: Sharing, members: tuple[str, ...], replication: int) -> Ints:
    """Welfare children of each member who wait, live in a secure place or in what was taken instead, week by week.

    Moments x members; of each, a child counts if it would suit: every 1 / `suitable`-th by order of the tape.
    """
    result = simulate(scenario, replication)
    facts = facts_of(scenario, result.world, result.log)
    if facts is None:
        raise ValueError(f"costs {scenario.costs.name} has no money: nothing can be shared")
    tape, spells = facts.tape, facts.settings
    start, end = scenario.run.window
    moments = np.arange(start, end, STEP_DAYS, dtype=float)
    suits = np.floor((np.arange(len(tape)) + 1) * sharing.suitable) > np.floor(
        np.arange(len(tape)) * sharing.suitable
    )
    keep = np.isin(spells.stage, [STAGES.index(name) for name in NEEDS]) & suits[spells.child]
    keep &= tape.route[spells.child] == ROUTES.index("welfare")
    found = np.zeros((len(moments), len(members)), dtype=np.int64)
    for column, name in enumerate(members):
        mine = keep & (tape.origin[spells.child] == tape.origins.index(name))
        came = np.searchsorted(np.sort(spells.start[mine]), moments, side="right")
        found[:, column] = came - np.searchsorted(np.sort(spells.end[mine]), moments, side="right")
    return found


def share(
    scenario: Scenario,
    sharing: Sharing,
    replications: int,
    done: Callable[[int], object] = lambda count: None,
) -> Shared:
    """The game from all replications together, and how each split would have been billed in each of them."""
    members = members_of(scenario, sharing)
    each = []
    for replication in range(replications):
        each.append(needs_of(scenario, sharing, members, replication))
        done(1)
    own = 1 - sharing.nhs_share
    home = Home(
        home=sharing.home_gbp_year * own,
        place=sharing.place_gbp_week * WEEKS * own,
        child=sharing.child_gbp_week * WEEKS * own,
        elsewhere=sharing.elsewhere_gbp_week * WEEKS,
        most_places=sharing.most_places,
    )
    cost, places = group_costs(np.concatenate(each), home)
    known = {origin.name: origin.weight for origin in scenario.demand.origins}
    weight = np.array([known[name] for name in members])
    weight = weight / weight.sum()
    built = int(places[-1])
    bills = {
        name: np.stack([rule(needs, home, built, weight) for needs in each]) for name, rule in RULES.items()
    }
    bills["alone"] = np.stack([alone(needs, home, places) for needs in each])
    least, point = least_core(cost)
    splits = {name: bill.mean(axis=0) for name, bill in bills.items() if name != "alone"}
    splits |= {"least core": point, "Shapley value": shapley(cost)}
    whole = np.concatenate(each).sum(axis=1)
    occupancy = float(np.minimum(whole, built).mean() / built) if built else float("nan")
    single = np.array([cost[1 << at] for at in range(len(members))])
    return Shared(members, weight, built, occupancy, cost, single, splits, bills, least)


def _parts(needs: Ints, home: Home, places: int) -> tuple[float, float]:
    """Fixed pounds a year of a home of so many places, and what its members' children cost in it and elsewhere."""
    total = needs.sum(axis=1)
    inside = float(np.minimum(total, places).mean())
    return (places > 0) * home.home + places * home.place, inside * home.child + (
        float(total.mean()) - inside
    ) * home.elsewhere


def _use(needs: Ints) -> Floats:
    """Each member's share of all child-days of need."""
    mean = needs.mean(axis=0)
    return np.asarray(mean / mean.sum()) if mean.sum() > 0 else np.full(needs.shape[1], 1 / needs.shape[1])


def per_capita(needs: Ints, home: Home, places: int, weight: Floats) -> Floats:
    """Everything by population, whoever needs what."""
    return np.asarray(weight * sum(_parts(needs, home, places)))


def by_use(needs: Ints, home: Home, places: int, weight: Floats) -> Floats:
    """Everything by the child-days that each needed: who needs no place pays nothing."""
    return np.asarray(_use(needs) * sum(_parts(needs, home, places)))


def insurance(needs: Ints, home: Home, places: int, weight: Floats) -> Floats:
    """The home's fixed cost as a premium by population, its empty places with it; the rest by use."""
    fixed, moving = _parts(needs, home, places)
    return np.asarray(weight * fixed + _use(needs) * moving)


def alone(needs: Ints, home: Home, places: Ints) -> Floats:
    """What each would pay by itself, with the places that are cheapest for it in the long run."""
    return np.array([
        sum(_parts(needs[:, [at]], home, int(places[1 << at]))) for at in range(needs.shape[1])
    ])  # fmt: skip


RULES: dict[str, Callable[[Ints, Home, int, Floats], Floats]] = {
    "per capita": per_capita, "by use": by_use, "insurance": insurance,
}  # fmt: skip


def split_table(found: Shared) -> pd.DataFrame:
    """Split x member: pounds a year, against standing alone, and the spread between replications."""
    import pandas as pd

    rows = []
    for name, split in found.splits.items():
        over = excess(found.cost, split)
        risk = (
            found.bills[name].std(axis=0, ddof=1)
            if name in found.bills and len(found.bills[name]) > 1
            else None
        )
        alone_risk = found.bills["alone"].std(axis=0, ddof=1) if len(found.bills["alone"]) > 1 else None
        for at, member in enumerate(found.members):
            gain = float(found.alone[at] - split[at])
            rows.append((name, member, float(found.weight[at]), float(split[at]), float(found.alone[at]), gain,
                         "gains" if gain > 0 else "loses", _at(risk, at), _at(alone_risk, at),
                         in_core(found.cost, split), int((over[1:-1] > 1.0).sum())))  # fmt: skip
    columns = ["split", "member", "population_share", "gbp_year", "alone_gbp_year", "gain_gbp_year", "who",
               "sd_gbp_year", "alone_sd_gbp_year", "in_core", "groups_better_off_apart"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _at(values: npt.NDArray[np.float64] | None, at: int) -> float:
    return float("nan") if values is None else float(values[at])
