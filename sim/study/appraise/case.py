"""A whole business case: every scheme against doing nothing, in every replication, and what is made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.outcomes.money.accounts import OPERATOR, PUBLIC
from sim.outcomes.money.prices import price_level
from sim.scenario.appraisal import Appraisal, Scheme
from sim.scenario.money import Money
from sim.scenario.scenario import Scenario
from sim.study.appraise.discount import discount_factors
from sim.study.appraise.flows import Change, Flows, Levers, cash_of, change_of, flows_of, owner_shares
from sim.study.appraise.profile import Fortune, fortune_of, worst_fortune
from sim.study.appraise.yearly import Payer, Yearly, yearly_of

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Option:
    """One scheme in every replication: change, fortune and flows; and the worst case, from the mean change."""

    name: str
    scheme: Scheme
    shares: Floats
    changes: tuple[Change, ...]
    fortunes: tuple[Fortune, ...]
    flows: tuple[Flows, ...]
    worst: Flows
    years: tuple[Yearly, ...]


@dataclass(frozen=True, eq=False)
class Case:
    """Everything that tables and figures are made from. `level` is the price level of each year appraised."""

    money: Money
    appraisal: Appraisal
    payers: tuple[Payer, ...]
    factors: Floats
    level: Floats
    before: tuple[Yearly, ...]
    options: tuple[Option, ...]

    @property
    def replications(self) -> int:
        return len(self.before)

    @property
    def is_public(self) -> npt.NDArray[np.bool_]:
        """Which payers belong to the public purse."""
        return np.array([kind in PUBLIC for kind, _ in self.payers])

    def again(self, option: Option, levers: Levers) -> list[Flows]:
        """The flows of an option with some parts moved."""
        years, payers = self.appraisal.years, self.payers
        return [
            flows_of(option.scheme, self.money, change, fortune, years, payers, option.shares, levers)
            for change, fortune in zip(option.changes, option.fortunes, strict=True)
        ]  # fmt: skip

    def cash(self, flows: Flows) -> Floats:
        return cash_of(flows, self.money, self.level)


def appraise(
    scenarios: Mapping[str, Scenario], baseline: str, appraisal: Appraisal, replications: int, workers: int,
    done: Callable[[int], object] = lambda count: None,
) -> Case:  # fmt: skip
    """Play every scenario on the same worlds and make the business case of each scheme against the baseline.

    Raises ValueError where the baseline has no money.
    """
    money = scenarios[baseline].costs.money
    if money is None:
        raise ValueError(f"costs {scenarios[baseline].costs.name} has no money: nothing can be appraised")
    names = [baseline, *appraisal.schemes]
    played = play_years([scenarios[name] for name in names], appraisal, replications, workers, done)
    before = tuple(played[0])
    payers = tuple(
        dict.fromkeys(payer for one in played for payer in one[0].payers)
    )  # the same in every replication
    origins = scenarios[baseline].demand.origins
    region = {origin.name: origin.region for origin in origins}
    weight = {origin.name: origin.weight for origin in origins}
    options = []
    for name, after in zip(appraisal.schemes, played[1:], strict=True):
        scheme = appraisal.schemes[name]
        shares = owner_shares(scheme, payers, region, weight)
        instead = _instead(scheme, scenarios[baseline])
        changes = tuple(
            change_of(scheme, name, money, payers, shares, one, other, instead)
            for one, other in zip(before, after, strict=True)
        )
        seed = scenarios[baseline].run.seed
        fortunes = tuple(fortune_of(scheme, money.appraisal, name, seed, k) for k in range(replications))
        flows = tuple(
            flows_of(scheme, money, change, fortune, appraisal.years, payers, shares)
            for change, fortune in zip(changes, fortunes, strict=True)
        )
        worst = _worst(scheme, money, changes, appraisal.years, payers, shares)
        options.append(Option(name, scheme, shares, changes, fortunes, flows, worst, tuple(after)))
    level = price_level(money, money.base_year + np.arange(appraisal.years))
    factors = discount_factors(money.appraisal.discount, appraisal.years)
    return Case(money, appraisal, payers, factors, level, before, tuple(options))


def _instead(scheme: Scheme, scenario: Scenario) -> float:
    """The mean price of the settings that a scheme's open homes take children from."""
    if scheme.open_homes is None:
        return 0.0
    known = [scenario.costs.settings[name].gbp_week for name in scheme.open_homes.settings]
    return float(np.mean(known))


def _worst(
    scheme: Scheme, money: Money, changes: Sequence[Change], years: int, payers: tuple[Payer, ...], shares: Floats
) -> Flows:  # fmt: skip
    mean = Change(
        np.mean([change.paid for change in changes], axis=0),
        float(np.mean([change.fixed for change in changes])),
        float(np.mean([change.saved for change in changes])),
    )
    levers = Levers(saving=money.appraisal.worst.saving_factor)
    return flows_of(
        scheme, money, mean, worst_fortune(scheme, money.appraisal), years, payers, shares, levers
    )


def play_years(
    scenarios: Sequence[Scenario], appraisal: Appraisal, replications: int, workers: int,
    done: Callable[[int], object] = lambda count: None,
) -> list[list[Yearly]]:  # fmt: skip
    """Every replication of every scenario as a year's money, in order."""
    from joblib import Parallel, delayed

    homes = [(name, one.open_homes) for name, one in appraisal.schemes.items() if one.open_homes is not None]
    tasks = [(at, k) for at in range(len(scenarios)) for k in range(replications)]
    pool = Parallel(n_jobs=workers, return_as="generator", batch_size=1)
    found: list[list[Yearly]] = [[] for _ in scenarios]
    results = pool(delayed(yearly_of)(scenarios[at], k, homes if at == 0 else ()) for at, k in tasks)
    for (at, _), one in zip(tasks, results, strict=True):
        found[at].append(one)
        done(1)
    return found


def public_cost(case: Case, flows: Flows) -> Floats:
    """What the public purse pays by year: authorities, ministries, the NHS; the owners are authorities."""
    return np.asarray(flows.by_payer[:, case.is_public].sum(axis=1))


def operators_cost(case: Case, flows: Flows) -> Floats:
    """What operators outside the public purse lose by year (negative: earn)."""
    outside = np.array([kind == OPERATOR for kind, _ in case.payers])
    return np.asarray(flows.by_payer[:, outside].sum(axis=1))
