"""What the model says where something was published: the same count, of the same children, on the same days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import isfinite

from sim.outcomes.published.of_children import (
    attempts,
    days_open,
    days_without_bed,
    declared_beds,
    flag_share,
    in_scotland,
    list_size,
    miles_from_home,
    odds_ratio,
    orders,
    share_offered,
    share_placed,
    total,
)
from sim.outcomes.published.of_homes import (
    available_over_approved,
    children_in_homes,
    over_places,
    places,
    stay_so_far,
    welfare_share,
)
from sim.outcomes.published.picture import ROUTE_GROUPS, Picture
from sim.outcomes.published.reading import (
    Answer,
    NotModelledError,
    admitted,
    months,
    over_days,
    referred,
)
from sim.outcomes.published.statistics import fits
from sim.outcomes.published.whom import group_of, route_of
from sim.scenario.targets import Target

__all__ = ["OUTPUTS", "Answer", "NotModelledError", "answer"]


def answer(picture: Picture, target: Target) -> Answer:
    """The model's value for a target. Raises NotModelledError with the reason where there is none."""
    if target.output not in OUTPUTS:
        raise NotModelledError(NOT_OURS.get(target.output, "the model has no such output"))
    target = _beyond(target)
    place, route = picture.place(target.geography), route_of(target.route)
    if place is None:
        raise NotModelledError(f"no {target.geography} in the model; a nation, region, authority or home is")
    if route is None:
        raise NotModelledError(f"no route {target.route} in the model; {', '.join(ROUTE_GROUPS)}")
    if not picture.covers(target.period_from, target.period_to):
        raise NotModelledError("the run does not cover these dates")
    asked = target.model_copy(
        update={"geography": place, "route": route, "statistic": target.statistic.lower()}
    )
    percent = asked.statistic in PERCENT
    if percent:
        asked = asked.model_copy(update={"statistic": "share"})
    if asked.argument and target.output not in OWN_ARGUMENT:
        if target.output in OF_PLACES:
            raise NotModelledError(f"places are not told apart by {target.argument}")
        among = group_of(picture.scenario, picture.world.tape, asked.argument)
        picture = replace(picture, among=among)
    found = OUTPUTS[target.output](picture, asked)
    found = found if isinstance(found, Answer) else Answer(float(found))
    if not isfinite(found.value):
        raise NotModelledError("too few children or days in the run to say")
    if not fits(asked):
        raise NotModelledError(f"no statistic {target.statistic} of {target.output} in the model")
    return Answer(found.value * 100, found.error) if percent else found


def _beyond(target: Target) -> Target:
    """Figures of Scotland are of children from elsewhere who were placed there."""
    if target.geography.lower() != "scotland" or target.output not in (
        "children_in_scotland",
        "miles_from_home",
    ):
        return target
    argument = target.argument if target.output == "children_in_scotland" else f"{target.argument} Scotland"
    return target.model_copy(update={"geography": "non-Scottish", "argument": argument.strip()})


PERCENT = ("percent", "per cent", "percentage", "%")
OWN_ARGUMENT = ("attempts", "odds_ratio_placed", "share_with_flag_among_placed", "stay_so_far_under_days",
                "miles_from_home")  # fmt: skip
OF_PLACES = ("declared_beds", "list_minus_declared_beds", "days_without_declared_bed", "approved_places",
             "available_places", "available_over_approved")  # fmt: skip
NOT_OURS = dict.fromkeys(
    ("dol_applications", "dol_children", "dol_granted", "dol_unregistered_ever", "dol_unregistered_planned"),
    "deprivation-of-liberty cases that were never referred to a secure home are outside the model",
) | {
    "children_unregistered": "most were never referred to a secure home, so are outside the model",
    "children_in_custody": "custody outside secure children's homes is outside the model",
}


OUTPUTS: dict[str, Callable[[Picture, Target], Answer | float]] = {
    "referrals": lambda p, t: total(p, t, referred(p, t).start),
    "referrals_per_month": lambda p, t: over_days(t, months(p, t)),
    "placements": lambda p, t: total(p, t, admitted(p, t).start),
    "share_offered": share_offered,
    "share_placed": share_placed,
    "attempts": attempts,
    "odds_ratio_placed": odds_ratio,
    "share_with_flag_among_placed": flag_share,
    "list_size": lambda p, t: over_days(t, list_size(p, t)),
    "beds_needed": lambda p, t: over_days(t, list_size(p, t)),
    "declared_beds": lambda p, t: over_days(t, declared_beds(p, t)),
    "list_minus_declared_beds": lambda p, t: over_days(t, list_size(p, t) - declared_beds(p, t)),
    "days_without_declared_bed": days_without_bed,
    "days_open": days_open,
    "children_in_homes": lambda p, t: over_days(t, children_in_homes(p, t)),
    "approved_places": lambda p, t: over_days(t, places(p, t, False)),
    "available_places": lambda p, t: over_days(t, places(p, t, True)),
    "occupancy_approved": lambda p, t: over_places(t, children_in_homes(p, t), places(p, t, False)),
    "occupancy_available": lambda p, t: over_places(t, children_in_homes(p, t), places(p, t, True)),
    "available_over_approved": available_over_approved,
    "welfare_share_of_children": welfare_share,
    "stay_so_far_under_days": stay_so_far,
    "miles_from_home": miles_from_home,
    "children_in_scotland": lambda p, t: over_days(t, in_scotland(p, t)),
    "children_with_orders": lambda p, t: orders(p, t, by_child=True),
    "orders": lambda p, t: orders(p, t, by_child=False),
    "secure_order_applications": lambda p, t: orders(p, t, by_child=False),
}
