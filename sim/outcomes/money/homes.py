"""One row per home: occupancy and finance side by side, for the window of one replication."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.outcomes.money.books import FIXED, LINES
from sim.outcomes.money.contracts import used_days
from sim.outcomes.money.entries import CAUSES, Ledger
from sim.outcomes.money.facts import Facts
from sim.outcomes.money.prices import WEEK, real_week
from sim.outcomes.places import CAUSE_WORDS
from sim.outcomes.spells import Bools, Floats, Ints
from sim.scenario.base import DAYS_PER_YEAR

if TYPE_CHECKING:
    import pandas as pd

INCOME = ("secure care", "delayed leaving", "contracted place used", "contracted place empty", "block place used",
          "block place empty", "guarantee", "members' voids")  # fmt: skip


def home_table(facts: Facts, ledger: Ledger) -> pd.DataFrame:
    """Homes x columns, pounds of the base year; sums are a year's mean over the window.

    places, children          mean approved places and children there
    occupancy                 child-days over approved place-days
    income, spending, surplus pounds a year, by line; `margin` is surplus over income
    break_even_occupancy      of approved places, at the prices of each place, all else as it was
    unit costs                spending a week for each approved place and for each child
    void_...                  place-days a year by cause; `empty_cost` is what fixed costs a year fall on them
    holding_gbp_month         what the home would cost a month with nobody in it
    inadequate_gbp_year       expected cost a year of an inadequate grade: chance x (income lost + the way back)
    fails_on                  the day on which the closure rule is met; not a number if it is not
    """
    import pandas as pd

    start, end = facts.scenario.run.window
    years = (end - start) / DAYS_PER_YEAR
    inside = ledger.within(start, end) / years
    first = ledger.accounts.first_home
    used = used_days(facts)
    rows = []
    for at, home in enumerate(facts.scenario.estate.homes):
        places, account = facts.places[at], first + at
        paid, earned = ledger.payer == account, ledger.payee == account

        def total(mask: Bools, *causes: str, inside: Floats = inside) -> float:
            return float(inside[mask & np.isin(ledger.cause, [CAUSES.index(each) for each in causes])].sum())

        lines = {line: total(paid, line) for line in LINES}
        income, spent = total(earned, *INCOME), sum(lines.values())
        approved = float(places.approved @ places.days)
        contracted = float(places.contracted @ places.days)
        occupied = float(places.occupied @ places.days)
        fixed = sum(lines[line] for line in FIXED)
        empty = max(0.0, approved - occupied)
        shut = {f"void_{words.replace(' ', '_')}": float(places.shut[:, cause] @ places.days) / years
                for cause, words in CAUSE_WORDS.items()}  # fmt: skip
        there = approved / (end - start)
        rows.append({
            "home": home.name, "operator": home.operator, "operator_type": home.operator_type, "region": home.region,
            "places": there, "contracted_places": contracted / (end - start), "children": occupied / (end - start),
            "occupancy": _over(occupied, approved),
            "staffed_share": _over(float((places.occupied + places.held + places.free) @ places.days), approved),
            "income": income, "income_contract": total(earned, "contracted place used", "contracted place empty"),
            "income_spot": total(earned, "secure care", "delayed leaving"),
            **{f"spend_{line.replace(' ', '_')}": value for line, value in lines.items()},
            "spending": spent, "fixed_share": _over(fixed, spent), "agency_share_of_care":
            _over(lines["agency"], lines["agency"] + lines["care staff"]),
            "surplus": income - spent, "margin": _over(income - spent, income),
            "break_even_occupancy": break_even(facts, at, fixed, used, years),
            "gbp_place_week": _over(spent * years, approved / WEEK),
            "gbp_child_week": _over(spent * years, occupied / WEEK),
            "void_held": float(places.held @ places.days) / years,
            "void_free": float(places.free @ places.days) / years, **shut,
            "empty_cost": _over(fixed * empty, approved),
            "holding_gbp_month": holding(facts, at, there),
            "inadequate_gbp_year": inadequate(facts, income),
            "fails_on": failing_day(facts, ledger, at),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _over(top: float, bottom: float) -> float:
    return top / bottom if bottom else float("nan")


def break_even(facts: Facts, home: int, fixed: float, used: Floats, years: float) -> float:
    """Share of approved places lived in at which income meets spending, contracted places used as they were.

    Welfare places earn the price of a week less what a child costs; contracted places earn their price used or
    not, and cost what their children cost. Not a number for a home without welfare places.
    """
    places, money = facts.places[home], facts.money
    welfare_days = float((places.approved - places.contracted) @ places.days) / years
    if welfare_days <= 0:
        return float("nan")
    start, end = facts.scenario.run.window
    months = facts.months
    share = np.clip(
        (np.minimum(months.edges[1:], end) - np.maximum(months.edges[:-1], start)) / months.days, 0, 1
    )
    justice_days = float(used[1, home] @ share) / years
    year = money.base_year
    price = float(real_week(money, facts.scenario.costs.welfare_place, year)[0]) / WEEK
    contract = float(real_week(money, facts.scenario.costs.justice_contract_place, year)[0]) / WEEK
    variable = money.books.variable_gbp_child_week / WEEK
    contracted_days = float(places.contracted @ places.days) / years
    needed = (fixed - contracted_days * contract + justice_days * variable) / (price - variable)
    return float((max(needed, 0.0) + justice_days) / (welfare_days + contracted_days))


def holding(facts: Facts, home: int, places: float) -> float:
    """Pounds a month for a home of so many places with nobody in it, staff and management cut to what is kept."""
    books = facts.money.books
    posts = (
        (books.care_posts_per_place + books.education_health_posts_per_place) * places * books.post_gbp_year
    )
    staff = (posts * facts.scenario.estate.homes[home].establishment + books.management_gbp_year) * (
        books.kept_when_shut
    )
    premises = books.premises_gbp_year + books.premises_gbp_place_year * places
    return (staff + premises) * (1 + books.corporate_share) / 12


def inadequate(facts: Facts, income: float) -> float:
    """Expected pounds a year: chance of the grade times income lost while places are closed, and the way back."""
    grade = facts.money.books.inadequate
    return grade.chance_a_year * (income * grade.places_lost * grade.months / 12 + grade.improvement_gbp)


def failing_day(facts: Facts, ledger: Ledger, home: int) -> float:
    """The first end of a month at which each of the last years ended in a deficit above the share of its spending."""
    rule, months = facts.money.books.closure, facts.months
    account = ledger.accounts.first_home + home

    def monthly(side: Ints, cause: str, is_it: bool = True) -> Floats:
        mine = (side == account) & ((ledger.cause == CAUSES.index(cause)) == is_it)
        return np.bincount(ledger.month, weights=ledger.gbp * mine, minlength=len(months)).astype(float)

    paid, left = monthly(ledger.payer, "surplus", False), monthly(ledger.payer, "surplus")
    gap = monthly(ledger.payee, "deficit")
    short, spent = _years(gap - left), _years(paid)
    failed = (spent > 0) & (short > rule.deficit_share * spent)
    for at in range(len(failed)):
        ends = [at - 12 * back for back in range(rule.years)]
        if min(ends) >= 0 and all(failed[each] for each in ends):
            return float(months.edges[at + 12])
    return float("nan")


def _years(monthly: Floats) -> Floats:
    """Sums over each run of twelve months."""
    total = np.concatenate([[0.0], np.cumsum(monthly)])
    return np.asarray(total[12:] - total[:-12]) if len(monthly) >= 12 else np.zeros(0)


def contracted_days(facts: Facts) -> tuple[float, float]:
    """Contracted place-days of the window, and child-days in them."""
    start, end = facts.scenario.run.window
    there = sum(float(places.contracted @ places.days) for places in facts.places)
    placed = facts.placed.rows(facts.placed.pool == 1)
    return there, float(placed.within(start, end).sum())
