"""Who may pay or be paid: one row per account, of a kind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.outcomes.spells import Floats, Ints
from sim.scenario.commissioning import Rule
from sim.scenario.scenario import Scenario

PLACING, HOST, OPERATOR, MOJ, NHS, DFE = (
    "placing authority", "host authority", "operator", "Ministry of Justice", "NHS", "DfE",
)  # fmt: skip
POOL, HOME, SUPPLIER = "pooled fund", "home", "supplier"
PUBLIC = (PLACING, HOST, MOJ, NHS, DFE)
CONDUITS = (POOL, HOME)  # money in is money out
SUPPLIERS = (
    "staff", "agencies", "premises", "goods and services", "corporate services", "company of the members",
    "Scottish centres", "last placement", "unregistered settings", "open homes", "hospitals", "custody",
    "support at home",
)  # fmt: skip
OF_SETTING = {
    "current_placement": "last placement", "unregistered": "unregistered settings", "open_home": "open homes",
    "hospital": "hospitals", "custody": "custody", "home": "support at home",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Accounts:
    """Names and kinds, and where to find an account.

    `pool_of_region` is the pooled fund of each region of the tape, `share` what each authority pays of its
    fund, `pool_of_authority` its fund; `member` tells whether the authority belongs to the members of the rule.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    authorities: int
    homes: int
    pool_of_region: Ints
    pool_of_authority: Ints
    share: Floats
    member: Ints
    operator_of_home: Ints

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def _at(self) -> dict[tuple[str, str], int]:
        return {key: at for at, key in enumerate(zip(self.kinds, self.names, strict=True))}

    def of(self, kind: str, name: str) -> int:
        """The row of an account."""
        return self._at[kind, name]

    def supplier(self, name: str) -> int:
        return self.of(SUPPLIER, name)

    @property
    def moj(self) -> int:
        return self.of(MOJ, MOJ)

    @property
    def nhs(self) -> int:
        return self.of(NHS, NHS)

    @property
    def first_home(self) -> int:
        return self.kinds.index(HOME)

    def rows(self, *kinds: str) -> Ints:
        """The rows of some kinds."""
        return np.flatnonzero(np.isin(np.array(self.kinds), kinds))


def accounts_of(scenario: Scenario, regions: tuple[str, ...]) -> Accounts:
    """The accounts of a scenario; `regions` are those of the tape, in its order."""
    origins, homes = scenario.demand.origins, scenario.estate.homes
    pools, of_region = _pools(scenario, scenario.commissioning.welfare, regions)
    hosts = [(HOST, home.host) if home.host else (OPERATOR, home.operator or home.name) for home in homes]
    rows = [(PLACING, origin.name) for origin in origins]
    rows += list(dict.fromkeys(hosts))
    rows += [(kind, kind) for kind in (MOJ, NHS, DFE)]
    first_pool = len(rows)
    rows += [(POOL, name) for name in pools]
    rows += [(HOME, home.name) for home in homes]
    rows += [(SUPPLIER, name) for name in SUPPLIERS]
    region = np.array([regions.index(origin.region) for origin in origins], dtype=np.int64)
    pool = of_region[region]
    weight = np.array([origin.weight for origin in origins])
    total = np.bincount(pool, weights=weight, minlength=len(pools))
    count = np.bincount(pool, minlength=len(pools))
    share = np.where(total[pool] > 0, weight / np.where(total[pool] > 0, total[pool], 1), 1 / count[pool])
    members = scenario.commissioning.welfare.members
    member = np.array([not members or origin.region in members for origin in origins], dtype=np.int64)
    return Accounts(
        names=tuple(name for _, name in rows),
        kinds=tuple(kind for kind, _ in rows),
        authorities=len(origins),
        homes=len(homes),
        pool_of_region=first_pool + of_region,
        pool_of_authority=first_pool + pool,
        share=share,
        member=member,
        operator_of_home=np.array([rows.index(each) for each in hosts], dtype=np.int64),
    )


def _pools(scenario: Scenario, rule: Rule, regions: tuple[str, ...]) -> tuple[list[str], Ints]:
    """Names of pooled funds, and each region's: the members together, or the region, or the nation."""
    nation = {region.name: region.nation for region in scenario.estate.regions}

    def name_of(region: str) -> str:
        if rule.own == "members" or rule.pays == "subscription":
            return "the members" if not rule.members or region in rule.members else f"outside, {region}"
        if rule.scope == "all":
            return nation.get(region, region)
        return nation.get(region, region) if rule.own == "nation" else region

    names = [name_of(region) for region in regions]
    known = list(dict.fromkeys(names))
    return known, np.array([known.index(name) for name in names], dtype=np.int64)
