"""Every measure by name: unit, plain words, which way is better, and how to say more and less of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Measure:
    """`words` is a noun phrase; `more` and `less` complete "the rule ... than today" around a number."""

    name: str
    unit: str
    words: str
    better: Literal["higher", "lower", ""] = ""
    more: str = ""
    less: str = ""


_ROWS = (
    Measure("children_referred_per_year", "children a year", "children referred a year"),
    Measure("children_placed_per_year", "children a year", "children placed a year", "higher",
            "places {} more children a year", "places {} fewer children a year"),
    Measure("share_placed", "share", "share of referred children who are placed", "higher"),
    Measure("placed_within_72_hours", "share", "share placed within 72 hours", "higher"),
    Measure("placed_within_7_days", "share", "share placed within 7 days", "higher"),
    Measure("placed_within_28_days", "share", "share placed within 28 days", "higher"),
    Measure("days_waiting_90", "days", "days on the list in the first 90 days, over all referred children", "lower",
            "keeps a referred child waiting {} more days", "keeps a referred child waiting {} fewer days"),
    Measure("placements_by_flow_per_year", "children a year", "children placed a year, by where from and where to"),
    Measure("placed_at_home_per_year", "children a year", "children placed where they are from, a year", "higher"),
    Measure("sent_elsewhere_per_year", "children a year", "children placed away from where they are from, a year",
            "lower"),
    Measure("taken_from_elsewhere_per_year", "children a year", "children placed here from elsewhere, a year"),
    Measure("list_endings_share", "share", "share of referrals by how they ended"),
    Measure("refusals_per_child", "refusals", "refusals per referred child", "lower"),
    Measure("homes_approached_per_placed_child", "homes", "homes that answered before a child was placed"),
    Measure("miles_from_last_placement", "miles", "miles from last placement to the home", "lower"),
    Measure("miles_from_authority", "miles", "miles from the authority to the home", "lower"),
    Measure("out_of_region_share", "share", "share placed outside their region", "lower"),
    Measure("unregistered_days_per_year", "days a year",
            "days in unregistered settings in the year after referral", "lower",
            "means {} more days a year in unregistered settings",
            "means {} fewer days a year in unregistered settings"),
    Measure("setting_days_per_child", "days", "days by setting in the year after referral"),
    Measure("need_weighted_waiting_per_year", "need-days a year", "need-weighted days of waiting a year", "lower",
            "adds {} need-weighted days of waiting a year", "saves {} need-weighted days of waiting a year"),
    Measure("children_waiting_mean", "children", "children waiting on a mean day", "lower"),
    Measure("children_waiting_p90", "children", "children waiting, 90th centile of days", "lower"),
    Measure("children_unregistered_mean", "children", "referred children in unregistered settings on a mean day",
            "lower"),
    Measure("children_in_scotland_mean", "children", "children in Scottish centres on a mean day"),
    Measure("children_in_homes_mean", "children", "children in homes on a mean day"),
    Measure("occupancy_approved", "share", "children over approved places"),
    Measure("occupancy_available", "share", "children over published available places"),
    Measure("occupancy_staffed", "share", "children over staffed places"),
    Measure("available_over_approved", "share", "published available over approved places"),
    Measure("staffed_over_approved", "share", "staffed over approved places"),
    Measure("contracted_places_used", "share", "contracted justice places used"),
    Measure("places_mean", "places", "approved places by what they are used for, mean day"),
    Measure("void_days_per_year", "place-days a year", "void days a year by cause", "lower"),
    Measure("declared_beds_mean", "beds", "beds declared to welfare referrals, mean day"),
    Measure("days_without_declared_bed", "share", "share of time with no declared bed"),
    Measure("beyond_staff_days_per_year", "unit-days a year",
            "staff units short for children already there, a year", "lower"),
    Measure("placement_days_mean", "days", "mean length of a completed placement"),
    Measure("stay_so_far_under_91_days", "share", "share of residents there for under 91 days"),
    Measure("delayed_discharge_days_per_year", "days a year",
            "days a year in a home after the criteria stopped being met", "lower"),
    Measure("unregistered_days_per_child", "days", "days in unregistered settings in the year after, a child",
            "lower"),
    Measure("breakdowns_per_year", "placements a year", "placements that break down, a year", "lower",
            "means {} more breakdowns a year", "means {} fewer breakdowns a year"),
    Measure("transfers_per_year", "placements a year", "placements that fail and move to another home, a year",
            "lower",
            "means {} more transfers a year", "means {} fewer transfers a year"),
    Measure("leaving_share", "share", "share of placements by why they ended"),
    Measure("orders_per_year", "orders a year", "court orders for welfare placements a year"),
    Measure("mismatch_mean", "score", "mean mismatch at admission", "lower"),
    Measure("placement_cost_per_year", "GBP million a year", "cost of secure placements a year"),
    Measure("fallback_cost_per_year", "GBP million a year", "cost of settings taken instead, a year", "lower"),
    Measure("justice_contract_cost_per_year", "GBP million a year", "cost of contracted justice places a year"),
    Measure("cost_per_year", "GBP million a year", "cost to all who pay, a year", "lower",
            "costs all who pay {} more a year", "costs all who pay {} less a year"),
    Measure("delayed_leaving_cost_per_year", "GBP million a year",
            "cost of days in a home after the criteria stopped being met, a year", "lower"),
    Measure("empty_contracted_cost_per_year", "GBP million a year",
            "cost of contracted places that stand empty, a year", "lower"),
    Measure("homes_surplus_per_year", "GBP million a year", "surplus of the homes, a year"),
    Measure("contracted_place_week", "GBP a week", "price of a contracted place for a week"),
    Measure("contracted_occupied_week", "GBP a week", "price of a contracted place for each week that it is used"),
    Measure("unregistered_week", "GBP a week", "price of a week in an unregistered setting"),
    Measure("unregistered_over_published", "share",
            "referred children in unregistered settings over the 669 counted in all of England"),
    Measure("load_ratio", "ratio", "staff units that referrals ask for over staff units there"),
    Measure("list_slope_per_year", "children a year", "growth of the list a year"),
    # staff as posts
    Measure("vacancy_share", "share", "posts vacant", "lower"),
    Measure("turnover_per_year", "share a year", "staff who leave in a year, of those in post", "lower"),
    Measure("staff_in_post_mean", "full-time equivalents", "staff in post on a mean day"),
    Measure("sick_share", "share", "staff of the ratio who are off sick", "lower"),
    Measure("off_site_mean", "staff", "staff off site after an allegation, mean day", "lower"),
    Measure("incidents_per_year", "incidents a year", "incidents in homes a year", "lower"),
    Measure("agency_share", "share", "agency hours over all hours on shift", "lower"),
    Measure("bank_share", "share", "bank hours over all hours on shift"),
    Measure("overtime_share", "share", "overtime over all hours on shift", "lower"),
    Measure("homes_using_agency", "share", "share of homes that use agency staff on a mean day", "lower"),
    Measure("paid_over_worked_hours", "ratio", "price of an hour on shift over that of an own hour", "lower"),
    Measure("hours_on_shift_per_year", "hours a year", "hours on shift a year by who works them"),
    *(
        Measure(f"{who}_hours_per_year", "hours a year", f"{who} hours on shift a year", "")
        for who in ("own", "bank", "overtime", "agency")
    ),
    Measure("places_shut_mean", "places", "places shut for any cause, mean day", "lower",
            "shuts {} more places on a mean day", "shuts {} fewer places on a mean day"),
    Measure("good_or_better_share", "share", "homes judged good or better", "higher"),
    Measure("homes_by_grade", "homes", "homes by grade on a mean day"),
    Measure("without_manager_share", "share", "homes without a Registered Manager on a mean day", "lower"),
    Measure("homes_wholly_shut_mean", "homes", "homes wholly shut on a mean day", "lower"),
    Measure("year_long_closures_per_home_year", "closures a home-year",
            "closures of a whole home for a year or more, a home-year", "lower"),
    Measure("closed_for_good_per_home_year", "closures a home-year",
            "homes that shut for good, a home-year", "lower"),
)  # fmt: skip

CATALOGUE = {measure.name: measure for measure in _ROWS}

# the measures of one scenario by itself that are told first
LEVELS_FIRST = ("children_placed_per_year", "share_placed", "children_waiting_mean", "occupancy_approved")
