"""Outcomes of referred children and of their list: placed, offered, attempts, odds, days, distance, orders."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import numpy as np

from sim.engine.log import Ending, Kind
from sim.outcomes.published.logistic import logistic
from sim.outcomes.published.picture import Picture, count_at, running
from sim.outcomes.published.reading import (
    Answer,
    NotModelledError,
    admitted,
    begun,
    cohort,
    last_noon,
    noons,
    over_days,
    referred,
)
from sim.outcomes.published.whom import (
    BOYS,
    GIRLS,
    ages_of,
    content,
    flag_of,
    flag_pattern,
    group_of,
    one_line,
    sex_of,
    without_denial,
)
from sim.outcomes.spells import Floats, Ints, Spells
from sim.scenario.targets import Target
from sim.world.tape import Tape

FACTORS = ("female", "age, per year", "previous secure placement", "challenging behaviour")
FROM_WHERE = (
    r"\b(?:(?:miles|distance) from (?:the )?)?"
    r"(?:last placement|home authority|home|authority|scotland|scottish)\b(?: homes?\b)?"
)
BEYOND = r"\b(?:over|beyond|more than) (\d+(?:\.\d+)?)(?: miles?)?(?![\w.])"
SHARES = ("share", "share of stock")


def list_size(picture: Picture, target: Target) -> Floats:
    return count_at(picture.open_referrals(target.geography, target.route), noons(picture, target))


def declared_beds(picture: Picture, target: Target) -> Floats:
    return picture.beds("declared", noons(picture, target), target.geography)


def days_without_bed(picture: Picture, target: Target) -> float:
    return over_days(target, (declared_beds(picture, target) <= 0).astype(float))


def days_open(picture: Picture, target: Target) -> float:
    """Days on the list for each referral, by Little's law where a mean is asked for."""
    referrals = referred(picture, target)
    if target.statistic != "mean":
        return over_days(target, referrals.end - referrals.start)
    start, end = picture.day(target.period_from), picture.day(target.period_to) + 1
    days = picture.open_referrals(target.geography, target.route).within(start, end).sum()
    return float(days) / len(referrals) if len(referrals) else float("nan")


def share_offered(picture: Picture, target: Target) -> float:
    """Share of referrals with an offer from a home while they were open."""
    referrals = referred(picture, target)
    offered = picture.log.of(Kind.OFFERED)
    key = picture.log.child[offered].astype(float) * 1e6 + picture.log.day[offered]
    key.sort()
    low = np.searchsorted(key, referrals.child * 1e6 + referrals.start - 1e-9)
    high = np.searchsorted(key, referrals.child * 1e6 + referrals.end + 1e-9)
    return float(np.mean(high > low)) if len(referrals) else float("nan")


def attempts(picture: Picture, target: Target) -> float:
    """Different homes that answered about a referral, the one that admitted included, by whether it was placed."""
    referrals = referred(picture, target)
    if target.argument == "placed":
        referrals = referrals.rows(referrals.code == Ending.PLACED)
    elif target.argument == "not placed":
        referrals = referrals.rows((referrals.code != Ending.PLACED) & (referrals.code != Ending.OPEN))
    elif target.argument:
        raise NotModelledError(f"no attempts of those {target.argument}; placed, not placed")
    answers = picture.log.of(Kind.REFUSED, Kind.NO_PLACE)
    child, day = picture.log.child[answers].astype(np.int64), picture.log.day[answers]
    spell = spell_of(referrals, child, day)
    known = spell >= 0
    pairs = np.unique(spell[known] * 4096 + picture.log.home[answers][known])
    homes = np.bincount(pairs // 4096, minlength=len(referrals)) + (referrals.code == Ending.PLACED)
    return over_days(target, homes.astype(float))


def spell_of(spells: Spells, child: Ints, day: Floats) -> Ints:
    """The row of the spell of each child that runs on each day; -1 where none does."""
    order = np.lexsort((spells.start, spells.child))
    key = spells.child[order] * 1e6 + spells.start[order]
    place = np.searchsorted(key, child * 1e6 + day, side="right") - 1
    row = order[np.maximum(place, 0)] if len(order) else np.zeros(len(child), dtype=np.int64)
    if not len(order):
        return np.full(len(child), -1)
    ok = (place >= 0) & (spells.child[row] == child) & (day <= spells.end[row])
    return np.where(ok, row, -1)


def odds_ratio(picture: Picture, target: Target) -> Answer:
    """By logistic regression of being placed on all four published factors; another flag is put beside them."""
    factor = factor_of(picture.world.tape, target.argument)
    children, placed = cohort(picture, target)
    tape, who = picture.world.tape, children.child
    flag = {name: tape.flags[who, number] for number, name in enumerate(tape.flag_names)}
    nobody = np.zeros(len(who))
    columns = [
        tape.girl[who],
        tape.age[who],
        flag.get("previous_secure", nobody),
        flag.get("challenging_behaviour", nobody),
    ]
    if factor not in FACTORS:
        columns.append(flag[factor])
    beta, error = logistic(np.column_stack(columns).astype(float), placed)
    at = 1 + (FACTORS.index(factor) if factor in FACTORS else len(FACTORS))
    sign = -1.0 if factor == "female" and sex_of(target.argument) is False else 1.0
    return Answer(float(np.exp(sign * beta[at])), float(error[at]))


def factor_of(tape: Tape, text: str) -> str:
    """One of FACTORS, or a flag. Raises NotModelledError for other words."""
    if text in FACTORS:
        return text
    said = without_denial(text)
    if not {"age", "older"} & set(content(said)):
        sex, flag = sex_of(text), flag_of(tape, text)
        if sex is not None and not content(
            re.sub(rf"\b(?:{GIRLS if sex else BOYS}|sex|gender)\b", " ", said)
        ):
            return "female"
        if sex is None and flag is not None and not content(re.sub(flag_pattern(flag), " ", said)):
            named = {"previous_secure": FACTORS[2], "challenging_behaviour": FACTORS[3]}
            return named.get(flag, flag)
    elif set(content(said)) <= {"age", "older", "per", "each", "year"}:
        return FACTORS[1]
    given = one_line(text) or "named"
    raise NotModelledError(f"no factor {given} in the regression; {', '.join(FACTORS)}, or a need")


def flag_share(picture: Picture, target: Target) -> float:
    """Share of the children placed who have a flag, or who are girls, boys or of an age."""
    tape = picture.world.tape
    said = re.sub(r"\b(?:among|of)(?: (?:the|those|children))* placed\b", " ", target.argument.lower())
    if flag_of(tape, said) is None and sex_of(said) is None and not ages_of(said):
        given = one_line(target.argument)
        raise NotModelledError(f"no flag {given} in the model; {', '.join(tape.flag_names)}")
    children, placed = cohort(picture, target)
    of = group_of(picture.scenario, tape, said)[children.child[placed > 0]]
    return float(np.mean(of)) if len(of) else float("nan")


def miles_from_home(picture: Picture, target: Target) -> float:
    """Miles to the home of children admitted in the period (on one day: of those who live there).

    The argument says from where, and past how many miles (the answer is then a share); its other words, whom.
    """
    said = without_denial(target.argument)
    whom = re.sub(BEYOND, " ", re.sub(FROM_WHERE, " ", said), count=1)
    if content(whom):
        picture = replace(picture, among=group_of(picture.scenario, picture.world.tape, whom))
    beyond, last, scottish = re.search(BEYOND, said), "last placement" in said, "scot" in said
    if last and "authority" in said:
        raise NotModelledError("miles are from the last placement or from the home authority, not from both")
    if bool(beyond) != (target.statistic in SHARES):
        asked = "over so many miles is a share" if beyond else "a share is of children over so many miles"
        raise NotModelledError(f"no statistic {target.statistic} of these miles in the model; {asked}")
    if scottish:
        spells = picture.scotland.rows(
            picture.children(target.geography, target.route)[picture.scotland.child]
        )
        if target.is_one_day or target.statistic == "stock":
            spells = spells.rows(running(spells, last_noon(picture, target)))
        else:
            spells = begun(picture, target, spells)
    elif target.is_one_day or target.statistic == "stock":
        spells = picture.residents("England and Wales", target.route)
        spells = spells.rows(running(spells, last_noon(picture, target)))
        spells = spells.rows(picture.children(target.geography, target.route)[spells.child])
    else:
        spells = admitted(picture, target)
    miles = picture.miles(spells, "last placement" if last else "home", to_scotland=scottish)
    if beyond:
        return float(np.mean(miles > float(beyond.group(1)))) if len(miles) else float("nan")
    return over_days(target, miles)


def in_scotland(picture: Picture, target: Target) -> Floats:
    spells = picture.scotland
    of = picture.children(target.geography, target.route)[spells.child]
    return count_at(spells.rows(of), noons(picture, target))


def orders(picture: Picture, target: Target, by_child: bool) -> float:
    """Court orders that placements begun in the period take, or the children who have any.

    An application is one for each placement: renewals are heard in the same case.
    """
    if by_child and (target.is_one_day or target.statistic in ("stock", "mean")):
        here = picture.placed.rows(picture.children(target.geography, "welfare")[picture.placed.child])
        return over_days(target, count_at(here, noons(picture, target)))
    log = picture.log
    rows = log.of(Kind.ORDERS)
    start, end = picture.day(target.period_from), picture.day(target.period_to) + 1
    rows = rows[(log.day[rows] >= start) & (log.day[rows] < end)]
    rows = rows[picture.children(target.geography, target.route)[log.child[rows]]]
    rows = rows[log.value[rows] > 0]
    if target.output == "secure_order_applications":
        return total(picture, target, log.day[rows])
    if by_child:
        rows = rows[np.unique(log.child[rows], return_index=True)[1]]
        return total(picture, target, log.day[rows])
    return total(picture, target, np.repeat(log.day[rows], log.value[rows].astype(int)))


def total(picture: Picture, target: Target, days: Floats) -> float:
    """How many; with another statistic than a total, how many in each whole year of the period."""
    if target.statistic in ("total", "count", "number", "stock"):
        return float(len(days))
    return over_days(target, yearly(picture, target, days))


def yearly(picture: Picture, target: Target, days: Floats) -> Floats:
    """How many in each year of the period, counted from its first day; a part of a year does not count."""
    edges, first = [picture.day(target.period_from)], target.period_from
    while True:
        turn = date(first.year + len(edges), first.month, min(first.day, 28))
        if picture.day(turn) > picture.day(target.period_to) + 1:
            break
        edges.append(picture.day(turn))
    if len(edges) < 2:
        raise NotModelledError(f"no statistic {target.statistic} of {target.output} in less than a year")
    return np.histogram(days, bins=edges)[0].astype(float)


def share_placed(picture: Picture, target: Target) -> float:
    """Share of children first referred in the period who were placed within a year."""
    children, placed = cohort(picture, target)
    return float(np.mean(placed)) if len(children) else float("nan")
