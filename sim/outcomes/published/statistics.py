"""Which statistics fit which output: what fits none is not modelled."""

from __future__ import annotations

from sim.scenario.targets import Target

SPREAD = frozenset({"mean", "median", "minimum", "maximum"})
STOCK = SPREAD | {"stock", "daily low", "daily high"}
COUNT = SPREAD | {"total", "count", "number", "stock"}
SHARE = frozenset({"share", "mean"})
SHARE_OF_STOCK = STOCK | {"share", "share of stock"}
ODDS = frozenset({"odds ratio"})

FIT = {
    "referrals": COUNT, "placements": COUNT, "orders": COUNT, "children_with_orders": COUNT,
    "secure_order_applications": COUNT, "referrals_per_month": SPREAD | {"total"},
    "share_offered": SHARE, "share_placed": SHARE, "share_with_flag_among_placed": SHARE,
    "attempts": SPREAD | {"total"}, "odds_ratio_placed": ODDS, "days_open": SPREAD,
    "days_without_declared_bed": SHARE | {"total"},
    "occupancy_approved": SHARE_OF_STOCK, "occupancy_available": SHARE_OF_STOCK,
    "available_over_approved": SHARE_OF_STOCK, "welfare_share_of_children": SHARE_OF_STOCK,
    "stay_so_far_under_days": frozenset({"share", "share of stock", "stock"}),
    "miles_from_home": SPREAD | {"stock", "share", "share of stock"},
}  # fmt: skip


def fits(target: Target) -> bool:
    """Whether the statistic, in small letters, is one of the output: of a stock for any that is not named above.

    A stock has a total on one day alone: over more it would be days of children.
    """
    return target.statistic in FIT.get(target.output, STOCK | ({"total"} if target.is_one_day else set()))
