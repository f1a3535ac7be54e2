"""What public tables call each measure: column name, label, unit and decimals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Indicator:
    """One indicator. `times` takes the stored unit to the published one (shares to per cent)."""

    measure: str
    column: str
    label: str
    unit: str = ""
    decimals: int = 1
    times: float = 1.0


def _percent(measure: str, column: str, label: str) -> Indicator:
    return Indicator(measure, column, label, "%", 1, 100.0)


OF_CHILDREN = (
    Indicator("children_referred_per_year", "children_referred_average", "Children referred a year"),
    Indicator("children_placed_per_year", "children_placed_average", "Children placed a year"),
    _percent("share_placed", "children_placed_percent", "Referred children who are placed"),
    _percent("placed_within_7_days", "placed_in_7_days_percent", "Placed within 7 days"),
    _percent("placed_within_28_days", "placed_in_28_days_percent", "Placed within 28 days"),
    Indicator("days_waiting_90", "days_waiting_average", "Days on the list in the first 90 days"),
    Indicator("refusals_per_child", "refusals_average", "Refusals per referred child", "", 2),
    _percent("out_of_region_share", "out_of_region_percent", "Placed outside their region"),
    Indicator("miles_from_authority", "miles_to_home_average", "Miles from the authority to the home", "", 0),
    Indicator("unregistered_days_per_child", "unregistered_days_average",
              "Days in unregistered settings in the year after referral"),
    Indicator("children_waiting_mean", "children_waiting_average", "Children waiting on a mean day"),
    Indicator("breakdowns_per_year", "breakdowns_average", "Placements that break down, a year"),
)  # fmt: skip
OF_HOMES = (
    _percent("occupancy_approved", "occupancy_percent", "Children over approved places"),
    _percent("occupancy_staffed", "occupancy_of_staffed_percent", "Children over staffed places"),
    _percent("available_over_approved", "available_percent", "Published available over approved places"),
    _percent("staffed_over_approved", "staffed_percent", "Staffed over approved places"),
    Indicator("declared_beds_mean", "declared_beds_average", "Beds declared to welfare referrals, mean day"),
    Indicator("void_days_per_year", "void_days_average", "Void place-days a year", "", 0),
    Indicator("placement_cost_per_year", "placement_cost_average", "Cost of secure placements a year", "£m"),
    Indicator("fallback_cost_per_year", "other_cost_average", "Cost of settings taken instead, a year", "£m"),
    Indicator("justice_contract_cost_per_year", "justice_cost_average", "Cost of contracted places a year", "£m"),
)  # fmt: skip

REGION_CODES = {
    "North East": "E12000001",
    "North West": "E12000002",
    "Yorkshire and The Humber": "E12000003",
    "East Midlands": "E12000004",
    "West Midlands": "E12000005",
    "East of England": "E12000006",
    "London": "E12000007",
    "South East": "E12000008",
    "South West": "E12000009",
}
COUNTRIES = {"England and Wales": "K04000001", "England": "E92000001", "Wales": "W92000004"}
CHILD_GROUPS = {
    "sex": "Sex",
    "age_band": "Age at referral",
    "complexity": "Staff that the child needs",
    "need": "Need",
}
