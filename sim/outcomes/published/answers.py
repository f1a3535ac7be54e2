"""What the model says where something was published: the same count, of the same children, on the same days."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.engine.log import Ending, Kind
from sim.outcomes.published.logistic import logistic
from sim.outcomes.published.picture import NOON, Picture, count_at, running
from sim.outcomes.spells import Floats, Spells
from sim.scenario.targets import Target

FOLLOWED_DAYS = 365.0
FACTORS = ("female", "age, per year", "previous secure placement", "challenging behaviour")


class NotModelledError(Exception):
    """The model has no such outcome; `str()` says why."""


@dataclass(frozen=True)
class Answer:
    """The model's value, and its own standard error where the publisher's method gives one (odds ratios: of the log)."""

    value: float
    error: float | None = None


def answer(picture: Picture, target: Target) -> Answer:
    """The model's value for a target. Raises NotModelledError with the reason where there is none."""
    if target.output not in OUTPUTS:
        raise NotModelledError(NOT_OURS.get(target.output, "the model has no such output"))
    if not picture.knows(target.geography, target.route):
        raise NotModelledError(f"no {target.geography} or no route {target.route} in the model")
    if not picture.covers(target.period_from, target.period_to):
        raise NotModelledError("the run does not cover these dates")
    found = OUTPUTS[target.output](picture, target)
    return found if isinstance(found, Answer) else Answer(float(found))


NOT_OURS = dict.fromkeys(
    ("dol_applications", "dol_children", "dol_granted", "dol_unregistered_ever", "dol_unregistered_planned"),
    "deprivation-of-liberty cases that were never referred to a secure home are outside the model",
) | {
    "children_unregistered": "most were never referred to a secure home, so are outside the model",
    "children_in_custody": "custody outside secure children's homes is outside the model",
}


# -- reading a period ------------------------------------------------------------------------------------


def _over_days(target: Target, daily: Floats) -> float:
    """One number of daily values, as the statistic says."""
    of = {
        "mean": np.mean, "stock": np.mean, "share": np.mean, "total": np.sum, "minimum": np.min, "maximum": np.max,
        "daily low": np.min, "daily high": np.max, "median": np.median,
    }  # fmt: skip
    if target.statistic not in of:
        raise NotModelledError(f"no statistic {target.statistic} of {target.output} in the model")
    return float(of[target.statistic](daily)) if len(daily) else float("nan")


def _of_children(target: Target, values: Floats) -> float:
    """One number of values by child."""
    of = {"mean": np.mean, "median": np.median, "minimum": np.min, "maximum": np.max, "stock": np.mean,
          "share": np.mean}  # fmt: skip
    if target.statistic not in of:
        raise NotModelledError(f"no statistic {target.statistic} of {target.output} in the model")
    return float(of[target.statistic](values)) if len(values) else float("nan")


def _noons(picture: Picture, target: Target) -> Floats:
    return picture.noons(target.period_from, target.period_to)


def _last_noon(picture: Picture, target: Target) -> float:
    return picture.day(target.period_to) + NOON


def _begun(picture: Picture, target: Target, spells: Spells) -> Spells:
    """Spells that began within the period."""
    start, end = picture.day(target.period_from), picture.day(target.period_to) + 1
    return spells.rows((spells.start >= start) & (spells.start < end))


def _referred(picture: Picture, target: Target) -> Spells:
    """Referrals opened within the period, later referrals of a child included; residents at the start are none."""
    return _begun(picture, target, picture.open_referrals(target.geography, target.route))


def _cohort(picture: Picture, target: Target) -> tuple[Spells, Floats]:
    """Children referred in the period by their first referral in it, and whether each was placed within a year."""
    referrals = _referred(picture, target)
    order = np.lexsort((referrals.start, referrals.child))
    referrals = referrals.rows(order)
    first = np.concatenate([[True], referrals.child[1:] != referrals.child[:-1]]) if len(referrals) else []
    children = referrals.rows(np.asarray(first, dtype=bool))
    since = np.full(len(picture.world.tape), np.inf)
    since[children.child] = children.start
    admitted = picture.lists.rows(picture.lists.code == Ending.PLACED)
    ok = (admitted.start >= since[admitted.child]) & (admitted.end <= since[admitted.child] + FOLLOWED_DAYS)
    placed = np.zeros(len(picture.world.tape))
    placed[admitted.child[ok]] = 1
    return children, placed[children.child]


def _admitted(picture: Picture, target: Target) -> Spells:
    """Placements of children from there that began within the period; those of residents at the start are none."""
    placed = picture.placed
    of = picture.children(target.geography, target.route)[placed.child]
    new = ~(picture.world.tape.resident[placed.child] & (placed.start <= 0))
    return _begun(picture, target, placed.rows(of & new))


def _months(picture: Picture, target: Target) -> Floats:
    """Referrals of each calendar month of the period."""
    days = _referred(picture, target).start
    edges = [picture.day(target.period_from)]
    year, month = target.period_from.year, target.period_from.month
    while edges[-1] < picture.day(target.period_to) + 1:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        edges.append(picture.day(target.period_from.replace(year=year, month=month, day=1)))
    return np.histogram(days, bins=edges)[0].astype(float)


# -- the list ---------------------------------------------------------------------------------------------


def _list(picture: Picture, target: Target) -> Floats:
    return count_at(picture.open_referrals(target.geography, target.route), _noons(picture, target))


def _declared(picture: Picture, target: Target) -> Floats:
    return picture.beds("declared", _noons(picture, target), target.geography)


def _without_bed(picture: Picture, target: Target) -> float:
    return _over_days(target, (_declared(picture, target) <= 0).astype(float))


def _days_open(picture: Picture, target: Target) -> float:
    """Days on the list for each referral, by Little's law where a mean is asked for."""
    referrals = _referred(picture, target)
    if target.statistic != "mean":
        return _of_children(target, referrals.end - referrals.start)
    start, end = picture.day(target.period_from), picture.day(target.period_to) + 1
    days = picture.open_referrals(target.geography, target.route).within(start, end).sum()
    return float(days) / len(referrals) if len(referrals) else float("nan")


def _offered(picture: Picture, target: Target) -> float:
    """Share of referrals with an offer from a home while they were open."""
    referrals = _referred(picture, target)
    offered = picture.log.of(Kind.OFFERED)
    key = picture.log.child[offered].astype(float) * 1e6 + picture.log.day[offered]
    key.sort()
    low = np.searchsorted(key, referrals.child * 1e6 + referrals.start - 1e-9)
    high = np.searchsorted(key, referrals.child * 1e6 + referrals.end + 1e-9)
    return float(np.mean(high > low)) if len(referrals) else float("nan")


def _attempts(picture: Picture, target: Target) -> float:
    """Different homes that answered about a referral, the one that admitted included, by whether it was placed."""
    referrals = _referred(picture, target)
    if target.argument == "placed":
        referrals = referrals.rows(referrals.code == Ending.PLACED)
    elif target.argument == "not placed":
        referrals = referrals.rows((referrals.code != Ending.PLACED) & (referrals.code != Ending.OPEN))
    elif target.argument:
        raise NotModelledError(f"no attempts of those {target.argument}; placed, not placed")
    answers = picture.log.of(Kind.REFUSED, Kind.NO_PLACE)
    child, day = picture.log.child[answers].astype(np.int64), picture.log.day[answers]
    spell = _spell_of(referrals, child, day)
    known = spell >= 0
    pairs = np.unique(spell[known] * 4096 + picture.log.home[answers][known])
    homes = np.bincount(pairs // 4096, minlength=len(referrals)) + (referrals.code == Ending.PLACED)
    return _of_children(target, homes.astype(float))


def _spell_of(spells: Spells, child: Floats, day: Floats) -> Floats:
    """The row of the spell of each child that runs on each day; -1 where none does."""
    order = np.lexsort((spells.start, spells.child))
    key = spells.child[order] * 1e6 + spells.start[order]
    place = np.searchsorted(key, child * 1e6 + day, side="right") - 1
    row = order[np.maximum(place, 0)] if len(order) else np.zeros(len(child), dtype=np.int64)
    if not len(order):
        return np.full(len(child), -1)
    ok = (place >= 0) & (spells.child[row] == child) & (day <= spells.end[row])
    return np.where(ok, row, -1)


def _odds_ratio(picture: Picture, target: Target) -> Answer:
    """By logistic regression of being placed on all four published factors together."""
    if target.argument not in FACTORS:
        raise NotModelledError(f"no factor {target.argument} in the regression; {', '.join(FACTORS)}")
    children, placed = _cohort(picture, target)
    tape, who = picture.world.tape, children.child
    flag = {name: tape.flags[who, number] for number, name in enumerate(tape.flag_names)}
    nobody = np.zeros(len(who))
    columns = np.column_stack(
        [
            tape.girl[who],
            tape.age[who],
            flag.get("previous_secure", nobody),
            flag.get("challenging_behaviour", nobody),
        ]
    ).astype(float)
    beta, error = logistic(columns, placed)
    at = 1 + FACTORS.index(target.argument)
    return Answer(float(np.exp(beta[at])), float(error[at]))


def _flag_share(picture: Picture, target: Target) -> float:
    name = target.argument.replace(" ", "_").replace("-", "_")
    tape = picture.world.tape
    if name not in tape.flag_names:
        raise NotModelledError(f"no flag {target.argument} in the model; {', '.join(tape.flag_names)}")
    children, placed = _cohort(picture, target)
    return float(np.mean(tape.flags[children.child[placed > 0], tape.flag_names.index(name)]))


# -- the homes --------------------------------------------------------------------------------------------


def _children(picture: Picture, target: Target) -> Floats:
    return count_at(picture.residents(target.geography, target.route), _noons(picture, target))


def _over(target: Target, children: Floats, places: Floats) -> float:
    return _over_days(target, children / places) if target.statistic != "mean" else float(
        children.sum() / places.sum()
    )  # fmt: skip


def _places(picture: Picture, target: Target, available: bool) -> Floats:
    """Approved places of the route, less those shut for 28 days or more where `available`."""
    moments = _noons(picture, target)
    if target.route == "all":
        own = False
    elif target.route == "welfare":
        own = True
    else:
        contracted = picture.beds("contracted", moments, target.geography)
        if available:
            raise NotModelledError("places shut are not told apart for justice alone")
        return contracted
    approved = picture.beds("approved", moments, target.geography, own)
    return approved - picture.beds("long_shut", moments, target.geography, own) if available else approved


def _available_over_approved(picture: Picture, target: Target) -> float:
    return _over(target, _places(picture, target, True), _places(picture, target, False))


def _welfare_share(picture: Picture, target: Target) -> float:
    moments = _noons(picture, target)
    welfare = count_at(picture.residents(target.geography, "welfare"), moments)
    return _over(target, welfare, count_at(picture.residents(target.geography, "all"), moments))


def _stay_so_far(picture: Picture, target: Target) -> float:
    days = re.search(r"\d+(\.\d+)?", target.argument)
    if not days:
        raise NotModelledError("the argument holds no number of days")
    spells, noon = picture.residents(target.geography, target.route), _last_noon(picture, target)
    there = running(spells, noon)
    return float(np.mean(noon - spells.start[there] < float(days.group()))) if len(there) else float("nan")


def _miles(picture: Picture, target: Target) -> float:
    """Miles to the home of children admitted in the period (on one day: of those who live there)."""
    said = target.argument.lower()
    if target.is_one_day or target.statistic == "stock":
        spells = picture.residents("England and Wales", target.route)
        spells = spells.rows(running(spells, _last_noon(picture, target)))
        spells = spells.rows(picture.children(target.geography, target.route)[spells.child])
    else:
        spells = _admitted(picture, target)
    regions = picture.world.tape.regions
    region = next((code for code, name in enumerate(regions) if name.lower() in said), None)
    if region is not None:
        spells = spells.rows(picture.world.tape.region[spells.child] == region)
    miles = picture.miles(spells, "last placement" if "last placement" in said else "home")
    beyond = re.search(r"over (\d+(\.\d+)?)", said)
    if beyond:
        return float(np.mean(miles > float(beyond.group(1)))) if len(miles) else float("nan")
    return _of_children(target, miles)


def _in_scotland(picture: Picture, target: Target) -> Floats:
    spells = picture.scotland
    of = picture.children(target.geography, target.route)[spells.child]
    return count_at(spells.rows(of), _noons(picture, target))


def _orders(picture: Picture, target: Target, by_child: bool) -> float:
    """Court orders that placements begun in the period take (or the children who have any)."""
    log = picture.log
    rows = log.of(Kind.ORDERS)
    start, end = picture.day(target.period_from), picture.day(target.period_to) + 1
    rows = rows[(log.day[rows] >= start) & (log.day[rows] < end)]
    rows = rows[picture.children(target.geography, target.route)[log.child[rows]]]
    rows = rows[log.value[rows] > 0]
    if target.statistic != "total":
        raise NotModelledError(f"no statistic {target.statistic} of {target.output} in the model")
    return float(len(np.unique(log.child[rows])) if by_child else log.value[rows].sum())


def _total(target: Target, count: int) -> float:
    if target.statistic != "total":
        raise NotModelledError(f"no statistic {target.statistic} of {target.output} in the model")
    return float(count)


OUTPUTS: dict[str, Callable[[Picture, Target], Answer | float]] = {
    "referrals": lambda p, t: _total(t, len(_referred(p, t))),
    "referrals_per_month": lambda p, t: _over_days(t, _months(p, t)),
    "placements": lambda p, t: _total(t, len(_admitted(p, t))),
    "share_offered": _offered,
    "share_placed": lambda p, t: float(np.mean(_cohort(p, t)[1])),
    "attempts": _attempts,
    "odds_ratio_placed": _odds_ratio,
    "share_with_flag_among_placed": _flag_share,
    "list_size": lambda p, t: _over_days(t, _list(p, t)),
    "beds_needed": lambda p, t: _over_days(t, _list(p, t)),
    "declared_beds": lambda p, t: _over_days(t, _declared(p, t)),
    "list_minus_declared_beds": lambda p, t: _over_days(t, _list(p, t) - _declared(p, t)),
    "days_without_declared_bed": _without_bed,
    "days_open": _days_open,
    "children_in_homes": lambda p, t: _over_days(t, _children(p, t)),
    "approved_places": lambda p, t: _over_days(t, _places(p, t, False)),
    "available_places": lambda p, t: _over_days(t, _places(p, t, True)),
    "occupancy_approved": lambda p, t: _over(t, _children(p, t), _places(p, t, False)),
    "occupancy_available": lambda p, t: _over(t, _children(p, t), _places(p, t, True)),
    "available_over_approved": _available_over_approved,
    "welfare_share_of_children": _welfare_share,
    "stay_so_far_under_days": _stay_so_far,
    "miles_from_home": _miles,
    "children_in_scotland": lambda p, t: _over_days(t, _in_scotland(p, t)),
    "children_with_orders": lambda p, t: _orders(p, t, by_child=True),
    "orders": lambda p, t: _orders(p, t, by_child=False),
    "secure_order_applications": lambda p, t: _orders(p, t, by_child=False),
}
