"""Outcomes of the homes: children who live there, places, occupancy, how long they have stayed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.outcomes.published.picture import Picture, count_at, running
from sim.outcomes.published.reading import (
    NotModelledError,
    last_noon,
    noons,
    over_days,
)
from sim.outcomes.published.whom import content, group_of, stay_of, without_denial
from sim.outcomes.spells import Floats
from sim.scenario.targets import Target


def children_in_homes(picture: Picture, target: Target) -> Floats:
    return count_at(picture.residents(target.geography, target.route), noons(picture, target))


def over_places(target: Target, children: Floats, places: Floats) -> float:
    """Children over places: of the means where a mean is asked for; not a number where there are no places."""
    if target.statistic == "mean":
        return float(children.sum() / places.sum()) if places.sum() > 0 else float("nan")
    shares = np.divide(children, places, out=np.full(len(places), np.nan), where=places > 0)
    return over_days(target, shares)


def places(picture: Picture, target: Target, available: bool) -> Floats:
    """Approved places of the route, less those shut for 28 days or more where `available`."""
    moments = noons(picture, target)
    if target.route == "all":
        own = False
    elif target.route == "welfare":
        own = True
    else:
        contracted = picture.beds("contracted", moments, target.geography)
        if not available:
            return contracted
        shut, of_welfare = (
            picture.beds("long_shut", moments, target.geography, part) for part in (False, True)
        )
        return contracted - (shut - of_welfare)
    approved = picture.beds("approved", moments, target.geography, own)
    return approved - picture.beds("long_shut", moments, target.geography, own) if available else approved


def available_over_approved(picture: Picture, target: Target) -> float:
    return over_places(target, places(picture, target, True), places(picture, target, False))


def welfare_share(picture: Picture, target: Target) -> float:
    moments = noons(picture, target)
    welfare = count_at(picture.residents(target.geography, "welfare"), moments)
    return over_places(target, welfare, count_at(picture.residents(target.geography, "all"), moments))


def stay_so_far(picture: Picture, target: Target) -> float:
    found = stay_of(without_denial(target.argument))
    if found is None:
        raise NotModelledError("the argument holds no number of days")
    days, whom = found
    if content(whom):
        picture = replace(picture, among=group_of(picture.scenario, picture.world.tape, whom))
    spells, noon = picture.residents(target.geography, target.route), last_noon(picture, target)
    there = running(spells, noon)
    return float(np.mean(noon - spells.start[there] < days)) if len(there) else float("nan")
