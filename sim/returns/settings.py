"""What returns change in a scenario: homes, places, residents, prices, dates; and their rows as a tape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sim.returns.folder import Returns
from sim.returns.forms import FLAGS, HomeRow, PlacesRow
from sim.returns.gaps import maturity
from sim.returns.lookups import authority, region
from sim.scenario.errors import ConfigError, nearest
from sim.scenario.posts import Posts
from sim.scenario.scenario import Scenario

POOLS = ("welfare_places", "justice_places", "either_places")
OWN_NUMBERS = 1 << 21
"""Children of a return have draws of their own, from this number on, beside any that are drawn."""


def run_settings(returns: Returns, given: Sequence[str]) -> list[str]:
    """Dates of the run that fit the returns, as overrides, but for those that `given` settles already."""
    if not returns.referrals:
        return []
    start = first_day(returns)
    span = (last_day(returns) - start).days + 1
    wanted = {"run.start": start.isoformat(), "run.warm_up_days": "0", "run.window_days": str(span),
              "run.follow_up_days": "0"}  # fmt: skip
    settled = {word.partition("=")[0].lstrip("+") for word in given}
    return [f"{key}={value}" for key, value in wanted.items() if key not in settled]


def first_day(returns: Returns) -> date:
    """The day on which the run begins: the last count of children up to the first referral, or that referral."""
    first = min(row.referred_on for row in returns.referrals)
    counted = [row.on for row in returns.places if row.on <= first]
    return max(counted, default=first)


def last_day(returns: Returns) -> date:
    """The day on which the observation ends: the last date of any kind in the referrals, since somebody wrote it."""
    days = [day for row in returns.referrals for day in (row.referred_on, row.outcome_on, row.left_on)]
    return max(day for day in days if day is not None)


def with_returns(scenario: Scenario, returns: Returns) -> Scenario:
    """The scenario with homes, places, residents and prices of the returns in the place of its own.

    Raises ConfigError for a home that nobody knows.
    """
    changed: dict[str, Any] = {}
    if returns.homes or returns.places:
        changed["estate"] = _estate(scenario, returns)
    scores = maturity(returns.maturity)
    if scores and isinstance(scenario.workforce, Posts):
        workforce = scenario.workforce.model_dump()
        given = workforce["maturity"]["scores"]
        changed["workforce"] = workforce | {"maturity": workforce["maturity"] | {"scores": given | scores}}
    price = _price(returns)
    if price:
        costs = scenario.costs.model_dump()
        changed["costs"] = costs | {"name": "returned", "welfare_place": price}
    if not changed:
        return scenario
    whole = scenario.model_dump() | changed
    try:
        return Scenario.model_validate(whole)
    except ValueError as error:
        said = str(error).splitlines()
        raise ConfigError("the returns", "", said[2].strip() if len(said) > 2 else said[0]) from error


def _estate(scenario: Scenario, returns: Returns) -> dict[str, Any]:
    estate = scenario.estate.model_dump()
    if returns.homes:
        estate |= {
            "name": "returned",
            "homes": [_home(row) for row in returns.homes],
            "changes": (),
            "shut": (),
        }
        estate["residents_at_start"] = {}
    homes = {home["name"]: dict(home) for home in estate["homes"]}
    for row in returns.places:
        if row.home not in homes:
            known = list(homes)
            near = nearest(row.home, known)
            raise ConfigError("places.csv", "home", "no such home", given=row.home, names=known, wrong=near)
    start = first_day(returns) if returns.referrals else scenario.run.start
    if returns.places:
        told = {row.home for row in returns.places}
        estate["changes"] = [c for c in estate["changes"] if c["home"] not in told] + _changes(
            returns.places, homes, start
        )
        estate["shut"] = [s for s in estate["shut"] if s["home"] not in told] + list(_shut(returns.places))
        estate["residents_at_start"] = _residents(returns.places, start) or estate["residents_at_start"]
    estate["homes"] = list(homes.values())
    return estate


def _home(row: HomeRow) -> dict[str, Any]:
    host = authority(row.authority) if row.authority else None
    here = {
        "name": row.home,
        "region": region(row.region) or row.region,
        "host": host.name if host else None,
        "easting_m": row.easting_m if row.easting_m is not None else host.easting_m if host else 0.0,
        "northing_m": row.northing_m if row.northing_m is not None else host.northing_m if host else 0.0,
    }
    same = (*POOLS, "sexes", "age_min", "age_max", "opens", "closes")
    return here | {name: getattr(row, name) for name in same}


def _of_home(rows: Iterable[PlacesRow]) -> Mapping[str, list[PlacesRow]]:
    found: dict[str, list[PlacesRow]] = {}
    for row in sorted(rows, key=lambda row: row.on):
        found.setdefault(row.home, []).append(row)
    return found


def _changes(
    rows: Iterable[PlacesRow], homes: dict[str, dict[str, Any]], start: date
) -> list[dict[str, Any]]:
    """Approved places from later days on; those of the start are put into the homes."""
    changes = []
    for name, dated in _of_home(rows).items():
        begun = [row for row in dated if row.on <= start] or dated[:1]
        now = begun[-1]
        approved = {pool: getattr(now, pool) for pool in POOLS}
        if sum(approved.values()):
            homes[name] |= approved
        else:  # a home without a place is closed, and may open again
            changes.append({"home": name, "start": start, **approved})
        before = approved
        for row in dated:
            after = {pool: getattr(row, pool) for pool in POOLS}
            if row.on > now.on and after != before:
                changes.append({"home": name, "start": row.on, **after})
            before = after if row.on > now.on else before
    return changes


def _shut(rows: Iterable[PlacesRow]) -> Iterable[dict[str, Any]]:
    for name, dated in _of_home(rows).items():
        for at, row in enumerate(dated):
            if row.shut_places:
                end = dated[at + 1].on if at + 1 < len(dated) else None
                yield {"home": name, "start": row.on, "end": end, "places": row.shut_places, "cause": row.shut_cause,
                       "source": "the places return"}  # fmt: skip


def _residents(rows: Iterable[PlacesRow], start: date) -> dict[str, int]:
    """Children living in the homes at the start, by route; the justice places' as sentenced."""
    counts = {"welfare": 0, "sentence": 0}
    for dated in _of_home(rows).values():
        now = [row for row in dated if row.on <= start][-1:]
        for row in now:
            counts["welfare"] += row.welfare_children or 0  # `unsaid` tells where this is not known
            counts["sentence"] += row.justice_children or 0
    return counts if any(counts.values()) else {}


def _price(returns: Returns) -> dict[str, Any] | None:
    """The price of a welfare place: the mean over the homes that gave one for the last year, by places."""
    priced = [row for row in returns.finance if row.welfare_fee_gbp_week is not None]
    if not priced:
        return None
    year = max(row.year for row in priced)
    places = {home.home: home.welfare_places + home.either_places for home in returns.homes}
    rows = [
        (row.welfare_fee_gbp_week or 0.0, places.get(row.home, 1) or 1) for row in priced if row.year == year
    ]
    mean = sum(fee * weight for fee, weight in rows) / sum(weight for _, weight in rows)
    return {"gbp_week": round(mean, 2), "year": int(year[:4])}


def tape_columns(returns: Returns, scenario: Scenario) -> dict[str, list[Any]]:
    """The referrals as columns of a prepared tape (docs/prepared_tape.md); None where nothing was said.

    Referrals before the start or after the end of the run are left out: `outside` counts them.
    """
    start, horizon = scenario.run.start, scenario.run.horizon_days
    known = {flag for profile in scenario.demand.profiles.values() for flag in profile.flags}
    rows = [
        (at, row) for at, row in enumerate(returns.referrals) if 0 <= (row.referred_on - start).days < horizon
    ]
    columns: dict[str, list[Any]] = {
        "day": [float((row.referred_on - start).days) + 0.5 for _, row in rows],  # at noon
        "stream": [_stream(scenario, row.route, row.authority) for _, row in rows],
        "number": [OWN_NUMBERS + at for at, _ in rows],
        "origin": [authority(row.authority).name for _, row in rows],  # type: ignore[union-attr]  # it was checked
        "girl": [None if row.sex is None else float(row.sex == "girl") for _, row in rows],
        "age": [None if row.age is None else row.age + 0.5 for _, row in rows],  # the middle of the year
        "emergency": [None if row.emergency is None else float(row.emergency) for _, row in rows],
        "need_days": [None if row.need_days is None else float(row.need_days) for _, row in rows],
    }
    for flag in FLAGS:
        if flag in known:
            said = [getattr(row, flag) for _, row in rows]
            columns[f"flag_{flag}"] = [None if each is None else float(each) for each in said]
    return {name: values for name, values in columns.items() if any(value is not None for value in values)}


def outside(returns: Returns, scenario: Scenario) -> int:
    """How many referrals lie before the start or after the end of the run."""
    days = [(row.referred_on - scenario.run.start).days for row in returns.referrals]
    return sum(not 0 <= day < scenario.run.horizon_days for day in days)


def _stream(scenario: Scenario, route: str, where: str) -> str:
    """The stream of the demand that has this route in the nation of the authority."""
    place = authority(where)
    nations = {each.code: each.nation for each in scenario.demand.origins}
    nation = nations.get(place.code) if place else None
    fits = [name for name, stream in sorted(scenario.demand.streams.items()) if stream.route == route]
    near = [name for name in fits if scenario.demand.streams[name].nation in (None, nation)]
    if not near:
        raise ConfigError("referrals.csv", "route", f"no stream of the demand has route {route} in {where}",
                          given=route, names=sorted(scenario.demand.streams))  # fmt: skip
    return near[0]


def end_of(scenario: Scenario) -> date:
    """The day after the last of the run."""
    return scenario.run.start + timedelta(days=scenario.run.horizon_days)
