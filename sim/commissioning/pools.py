"""Which homes are a child's own: those of its region, nation, host authority or membership vehicle."""

from __future__ import annotations

import numpy as np

from sim.scenario.commissioning import Rule
from sim.scenario.estate import Estate
from sim.world.tape import Bools, Ints, Tape

_NO_POOL = -1


def own_homes(rule: Rule, tape: Tape, estate: Estate) -> Bools:
    """Children x homes: whether the home puts nobody before the child.

    A home and a child are in the same pool, or the home is in none. Children of a region with a quota are at home
    everywhere.
    """
    of_child, of_home = _pools(rule, tape, estate)
    own = (of_child[:, None] == of_home[None, :]) | (of_home == _NO_POOL)[None, :]
    if rule.quota:
        own |= np.isin(tape.region, [tape.regions.index(region) for region in rule.quota])[:, None]
    return np.asarray(own)


def _pools(rule: Rule, tape: Tape, estate: Estate) -> tuple[Ints, Ints]:
    """The pool of each child and of each home, as numbers that belong together."""
    region_of_home = np.array([tape.regions.index(home.region) for home in estate.homes])
    if rule.own == "host":
        hosts = [_NO_POOL if h.host is None else tape.origins.index(h.host) for h in estate.homes]
        return tape.origin, np.array(hosts)
    if rule.own == "nation":
        nation = {region.name: region.nation for region in estate.regions}
        names = sorted(set(nation.values()))
        pool = np.array([names.index(nation[region]) for region in tape.regions])
    else:
        pool = np.arange(len(tape.regions))
    if rule.members:
        member = np.array([region in rule.members for region in tape.regions])
        pool = np.where(member, 0 if rule.own == "members" else pool, _NO_POOL)
    of_child = np.where(pool == _NO_POOL, len(pool), pool)  # a child outside shares a pool with no home
    return of_child[tape.region], pool[region_of_home]


def quota_groups(rule: Rule, tape: Tape) -> Ints:
    """For each child the number of its region's quota, in the order of the rule; -1 without one."""
    numbers = np.full(len(tape.regions), -1)
    for number, region in enumerate(rule.quota):
        numbers[tape.regions.index(region)] = number
    return np.asarray(numbers[tape.region])
