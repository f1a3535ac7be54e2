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
    Measure("load_ratio", "ratio", "staff units that referrals ask for over staff units there"),
    Measure("list_slope_per_year", "children a year", "growth of the list a year"),
)  # fmt: skip

CATALOGUE = {measure.name: measure for measure in _ROWS}

# the measures of one scenario by itself that are told first
LEVELS_FIRST = ("children_placed_per_year", "share_placed", "children_waiting_mean", "occupancy_approved")
