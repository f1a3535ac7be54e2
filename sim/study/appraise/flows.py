"""From a year's money with and without a scheme to costs by year and payer, over the whole appraisal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sim.outcomes.money.accounts import DFE, OPERATOR, PLACING
from sim.outcomes.money.prices import WEEK
from sim.scenario.appraisal import Scheme
from sim.scenario.base import DAYS_PER_YEAR
from sim.scenario.money import Money
from sim.study.appraise.profile import Fortune, Profile, profile_of
from sim.study.appraise.yearly import Payer, Yearly

Floats = npt.NDArray[np.float64]
WEEKS_PER_YEAR = DAYS_PER_YEAR / WEEK
MILLION = 1e6


@dataclass(frozen=True)
class Levers:
    """Factors on parts of a business case, by which switching values are found; all 1 (and 0 years) as it is."""

    capital: float = 1.0
    running: float = 1.0
    saving: float = 1.0
    use: float = 1.0
    late_years: float = 0.0


@dataclass(frozen=True, eq=False)
class Change:
    """What a scheme changes in a year of full use: net payments by payer, fixed cost, and what it saves in all.

    Change in all payments = fixed - saved.
    """

    paid: Floats
    fixed: float
    saved: float


@dataclass(frozen=True, eq=False)
class Flows:
    """Pounds of the base year by year: what is spent on building and on running, what is saved; and by payer.

    by_payer = (capital + running - saved) split among payers, years x payers; `borrowed` is the part of the
    capital, by year and payer, that is borrowed.
    """

    profile: Profile
    capital: Floats
    running: Floats
    saved: Floats
    by_payer: Floats
    borrowed: Floats

    @property
    def net(self) -> Floats:
        """Saved less spent, by year."""
        return self.saved - self.capital - self.running


def owner_shares(
    scheme: Scheme, payers: tuple[Payer, ...], region_of: Mapping[str, str], weight: Mapping[str, float]
) -> Floats:
    """The share of each payer in what the owners bear: placing authorities by name, or by weight in regions."""
    shares = np.zeros(len(payers))
    if scheme.owners:
        for name, share in scheme.owners.items():
            shares[payers.index((PLACING, name))] = share
        return shares
    for at, (kind, name) in enumerate(payers):
        if kind == PLACING and region_of.get(name) in scheme.owner_regions:
            shares[at] = weight[name]
    return np.asarray(shares / shares.sum())


def change_of(
    scheme: Scheme, name: str, money: Money, payers: tuple[Payer, ...], shares: Floats, before: Yearly,
    after: Yearly, instead_gbp_week: float,
) -> Change:  # fmt: skip
    """What the scheme changes in a year, from the same world played without it and with it."""
    paid = aligned(after, payers) - aligned(before, payers)
    fixed = after.fixed - before.fixed
    if scheme.owners_keep_surplus:
        earned = np.array([kind == OPERATOR for kind, _ in payers])
        paid = np.where(earned, 0.0, paid) + shares * paid[earned].sum()
    if scheme.open_homes is not None:
        homes = scheme.open_homes
        used, cost = before.open_homes[name], homes.places * homes.fixed_gbp_week * WEEKS_PER_YEAR
        price = instead_gbp_week if homes.instead_gbp_week is None else homes.instead_gbp_week
        saves = used * (price - homes.variable_gbp_week) * WEEKS_PER_YEAR
        paid, fixed = paid + shares * (cost - saves), fixed + cost
    if scheme.hubs is not None:
        cost = scheme.hubs.gbp_million_year * scheme.hubs.hubs * MILLION
        gone = max(0.0, before.welfare_days - after.welfare_days)
        elsewhere = gone / WEEK * scheme.hubs.prevented_gbp_week
        paid, fixed = paid + shares * (cost + elsewhere), fixed + cost
    return Change(paid, fixed, fixed - float(paid.sum()))


def aligned(one: Yearly, payers: tuple[Payer, ...]) -> Floats:
    """Payments in the order of `payers`; nothing for those whom the scenario does not know."""
    mine = dict(zip(one.payers, one.paid.tolist(), strict=True))
    return np.array([mine.get(payer, 0.0) for payer in payers])


def flows_of(
    scheme: Scheme, money: Money, change: Change, fortune: Fortune, years: int, payers: tuple[Payer, ...],
    shares: Floats, levers: Levers = Levers(),
) -> Flows:  # fmt: skip
    """The costs of a scheme by year and payer under one fortune.

    In full use payments change as they were found to. While it fills or stands empty, its owners bear the fixed
    cost that nobody pays for; empty, it keeps a share of its staff.
    """
    late = replace(fortune, delay_years=fortune.delay_years + levers.late_years)
    profile = profile_of(scheme, late, years)
    used = (
        np.minimum(profile.used * levers.use, profile.running)
        if levers.use > 1
        else profile.used * levers.use
    )
    fixed = change.fixed * levers.running
    extras = sum(scheme.extras.values()) * levers.running
    running = profile.running * (fixed + extras) + profile.empty * (
        max(fixed, 0.0) * money.books.kept_when_shut + extras
    )
    saved = used * change.saved * levers.saving
    build, land = _capital(scheme, late, money, profile, years)
    build = build * levers.capital
    # change.paid sums to fixed - saved at factors of 1: what differs from that is borne by the owners
    by_payer = used[:, None] * levers.saving * change.paid[None, :]
    rest = running - saved - by_payer.sum(axis=1)
    grant = 0.0 if scheme.capital is None else scheme.capital.grant_share
    loan = 0.0 if scheme.capital is None else scheme.capital.borrowed_share
    dfe = np.array([payer == (DFE, DFE) for payer in payers], dtype=float)
    by_payer = (
        by_payer + (rest + build * (1 - grant) + land)[:, None] * shares + (build * grant)[:, None] * dfe
    )
    borrowed = (build * (1 - grant) * loan)[:, None] * shares
    return Flows(profile, build + land, running, saved, by_payer, borrowed)


def _capital(
    scheme: Scheme, fortune: Fortune, money: Money, profile: Profile, years: int
) -> tuple[Floats, Floats]:
    """Pounds of building (with start-up and works that come round) and of land by year.

    Building is spread over the time to the opening, however late that is. Where planning fails, a share is lost.
    """
    build, land = np.zeros(years), np.zeros(years)
    capital = scheme.capital
    if capital is not None:
        whole = capital.gbp_million * MILLION * fortune.cost_factor
        if fortune.abandoned:
            build[0] += money.appraisal.sunk_share * whole
            return build, land
        stretch = max(1.0, profile.opened / max(len(capital.spread), 1))
        for at, share in enumerate(capital.spread):
            when = min(int(at * stretch), years - 1)
            build[when] += share * whole
        land[0] += capital.land_gbp_million * MILLION
        land[-1] -= capital.land_gbp_million * MILLION
    if fortune.abandoned:
        return build, land
    build[min(max(int(profile.opened) - 1, 0), years - 1)] += scheme.start_up_gbp_million * MILLION
    if scheme.works is not None:
        due = profile.opened + scheme.works.every_years
        while due < years:
            build[int(due)] += scheme.works.gbp_million * MILLION
            due += scheme.works.every_years
    return build, land


def cash_of(flows: Flows, money: Money, level: Floats) -> Floats:
    """Cash by year and payer in pounds of the day: what is borrowed is not paid at once but repaid with interest.

    `level` is the price level of each year over the base year. Repayments are level; those due after the last year
    appraised are not shown.
    """
    terms = money.appraisal
    cash = (flows.by_payer - flows.borrowed) * level[:, None]
    rate, count = terms.borrowing_rate, terms.borrowing_years
    part = rate / (1 - (1 + rate) ** -count) if rate > 0 else 1 / count
    drawn = flows.borrowed * level[:, None]
    for year in np.flatnonzero(drawn.any(axis=1)).tolist():
        last = min(year + 1 + count, len(level))
        cash[year + 1 : last] += drawn[year] * part
    return np.asarray(cash)
