"""What homes spend, month by month, and who makes up the difference to what they earn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.engine.log import Source
from sim.outcomes.money.accounts import Accounts
from sim.outcomes.money.contracts import used_days
from sim.outcomes.money.entries import Writer
from sim.outcomes.money.facts import Facts, StaffSaid
from sim.outcomes.money.months import by_month
from sim.outcomes.money.prices import WEEK
from sim.outcomes.places import HomePlaces
from sim.outcomes.spells import Floats, at
from sim.scenario.base import DAYS_PER_YEAR
from sim.scenario.estate import Home
from sim.scenario.posts import Posts
from sim.scenario.workforce import Roster

LINES = {
    "care staff": "staff", "agency": "agencies", "education and health": "staff", "management": "staff",
    "premises": "premises", "variable": "goods and services", "corporate": "corporate services",
}  # fmt: skip
FIXED = ("care staff", "agency", "education and health", "management", "premises", "corporate")


@dataclass(frozen=True, eq=False)
class Staffed:
    """Care staff of a home over time: what own staff and agency cost, as shares of all posts filled."""

    own: Floats
    agency: Floats


def staffed(facts: Facts, home: Home, places: HomePlaces) -> Staffed:
    """From the staff on shift in the log back to own staff and agency, as the roster put them together.

    On shift are own staff and agency, which covers a share of the gap up to a cap. Where the workforce is no
    roster, every hour is worked and the books say how much of it by agency. Where the log says what is worked by
    whom (staff as posts), that is taken.
    """
    workforce, books = facts.scenario.workforce, facts.money.books
    steps = len(places.day)
    if facts.staff is not None and isinstance(workforce, Posts):
        return from_hours(facts.staff[facts.scenario.estate.homes.index(home)], workforce, places)
    if not isinstance(workforce, Roster):
        share = np.full(steps, books.agency_share)
        return Staffed(1 - share, share * books.agency_premium)
    full = workforce.units_per_place * home.places * home.establishment * (1 - workforce.absence.mean)
    if full <= 0:
        return Staffed(np.zeros(steps), np.zeros(steps))
    # half a unit back on: staff come whole, so the log has rounded down
    shift = np.where(np.isfinite(places.staff_day), places.staff_day + 0.5, full)
    gross = full / (1 - workforce.absence.mean)
    cover = workforce.agency_cover
    own = (shift - cover * gross) / (1 - cover) if cover < 1 else shift * (1 - workforce.agency_cap)
    own = np.clip(own, (1 - workforce.agency_cap) * shift, shift)
    return Staffed(own / full, (shift - own) / full * books.agency_premium)


def from_hours(staff: StaffSaid, workforce: Posts, places: HomePlaces) -> Staffed:
    """Filled posts are paid whether at work or not; bank, overtime and agency by the hour at their premium.

    An own hour costs what own posts cost over the hours that they work.
    """
    filled = sum((at(one.day, one.value, places.day) for one in staff.in_post), np.zeros(len(places.day)))
    share = filled / staff.posts if staff.posts > 0 else np.zeros(len(places.day))
    hours = {source: at(one.day, one.value, places.day) for source, one in staff.hours.items()}
    own_hours = np.maximum(hours[Source.OWN], 1e-9)
    hour = np.where(hours[Source.OWN] > 0, share / own_hours, 0.0)
    cover = workforce.cover
    more = hours[Source.BANK] * cover.bank_premium + hours[Source.OVERTIME] * cover.overtime_premium
    return Staffed(share + more * hour, hours[Source.AGENCY] * hour * cover.agency_premium)


def spending(facts: Facts, home: int, used: Floats) -> dict[str, Floats]:
    """Pounds by line and month of one home; `used` are its child-days by month.

    Care staff follow who is there: posts that are vacant are not paid, agency is paid at its premium. A home
    with approved places and all of them shut, and nobody in it, keeps a share of its staff and management.
    """
    books, places = facts.money.books, facts.places[home]
    there = (places.approved > 0).astype(float)
    shut = places.shut[:, :4].sum(axis=1) >= places.approved - 1e-9
    idle = (there > 0) & shut & (places.occupied == 0)
    kept = np.where(idle, books.kept_when_shut, 1.0)
    found = staffed(facts, facts.scenario.estate.homes[home], places)
    post = books.post_gbp_year / DAYS_PER_YEAR * facts.scenario.estate.homes[home].establishment
    care = books.care_posts_per_place * places.approved * post
    daily = {
        "care staff": care * np.where(idle, kept, found.own),
        "agency": care * np.where(idle, 0.0, found.agency),
        "education and health": books.education_health_posts_per_place * places.approved * post * kept,
        "management": there * books.management_gbp_year / DAYS_PER_YEAR * kept,
        "premises": (there * books.premises_gbp_year + books.premises_gbp_place_year * places.approved)
        / DAYS_PER_YEAR,
    }
    monthly = {line: by_month(places.day, value, facts.months) for line, value in daily.items()}
    monthly["variable"] = used * books.variable_gbp_child_week / WEEK
    fixed = sum(monthly[line] for line in daily)
    monthly["corporate"] = books.corporate_share * np.asarray(fixed)
    return monthly


def book_entries(facts: Facts, accounts: Accounts, writer: Writer) -> None:
    """Every home's spending by line, then its deficit or surplus, which falls to whoever runs it."""
    every = np.arange(len(facts.months))
    used = used_days(facts).sum(axis=0)
    for home in range(len(facts.places)):
        account = accounts.first_home + home
        for line, gbp in spending(facts, home, used[home]).items():
            writer.add(line, "none", every, gbp, account, accounts.supplier(LINES[line]), home)
    _, _, month, gbp, payer, payee, *_ = writer.columns()
    left = np.zeros((len(accounts), len(facts.months)))
    np.add.at(left, (payee.astype(int), month.astype(int)), gbp)
    np.subtract.at(left, (payer.astype(int), month.astype(int)), gbp)
    for home in range(len(facts.places)):
        account, owner = accounts.first_home + home, accounts.operator_of_home[home]
        writer.add("deficit", "none", every, np.maximum(0.0, -left[account]), owner, account, home)
        writer.add("surplus", "none", every, np.maximum(0.0, left[account]), account, owner, home)
