"""Draws the referral tape of a scenario: arrivals, origins, profiles, needs, durations and clocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from sim.scenario.base import ALTERNATIVES, ROUTES
from sim.scenario.behaviour import Authorities
from sim.scenario.demand import Demand, Origin, Stream
from sim.scenario.durations import by_class
from sim.scenario.legal import Legal
from sim.scenario.scenario import Scenario
from sim.world.arrivals import referral_days
from sim.world.given import FLAG, NOTHING, ORDER_UNIFORM, Given
from sim.world.posts import cared_for_alone
from sim.world.profiles import draw_ages, draw_complexity, draw_flags
from sim.world.streams import Floats, Streams, exponentials, normals, pick
from sim.world.tape import Ints, Tape, join

SETTINGS = ("current_placement", "unregistered", "open_home", "hospital", "custody", "home")
DESTINATIONS = ("open_home", "home")
MOST_ORDERS = 6


def draw_tape(scenario: Scenario, streams: Streams) -> Tape:
    """Every child of one world: residents at the start, then referrals up to the horizon."""
    demand = scenario.demand
    names = tuple(sorted(demand.streams))
    tapes = [drawn_residents(scenario, streams, names)]
    for name in names:
        number, day = referral_days(streams, name, demand.streams[name], demand.scale, scenario.run)
        tapes.append(children(scenario, streams, names, name, name, number, day))
    return join(tapes)


def redraw(scenario: Scenario, streams: Streams, tape: Tape, ordinal: int) -> Tape:
    """The same children with the draws of their `ordinal`-th later referral (clocks, courts, orders)."""
    columns: dict[str, Any] = {}
    for code, name in enumerate(tape.streams):
        for resident in (False, True):
            rows = np.flatnonzero((tape.stream == code) & (tape.resident == resident))
            if not len(rows):
                continue
            key = f"again {ordinal}/{'start/' if resident else ''}{name}"
            drawn = _of_referral(
                scenario, streams, scenario.demand.streams[name], key, np.abs(tape.number[rows]), tape.age[rows],
                tape.complexity[rows],
            )  # fmt: skip
            for column, values in drawn.items():
                whole = columns.setdefault(column, np.array(getattr(tape, column)))
                whole[rows] = values
    return replace(tape, **columns)


def drawn_residents(scenario: Scenario, streams: Streams, names: tuple[str, ...]) -> Tape:
    """Children who live in a home at the start, by route; each route's come from its largest stream."""
    tapes = []
    for route in ROUTES:
        of_route = [n for n in names if scenario.demand.streams[n].route == route]
        count = scenario.estate.residents_at_start.get(route, 0) if of_route else 0
        main = max(of_route, key=lambda n: scenario.demand.streams[n].ceiling_per_year, default=names[0])
        tapes.append(residents(scenario, streams, names, main, np.arange(count)))
    return join(tapes)


def residents(
    scenario: Scenario,
    streams: Streams,
    names: tuple[str, ...],
    name: str,
    number: Ints,
    given: Given = NOTHING,
) -> Tape:
    """Rows of those who are there at the start, with length-biased residual needs; one's number counts from 0."""
    tape = children(scenario, streams, names, name, f"start/{name}", number, np.zeros(len(number)), given)
    stay = scenario.demand.streams[name].length_of_need
    u = streams.of("start", name, "need").at(number)
    v = streams.of("start", name, "elapsed").at(number)
    left = np.empty(len(number))
    for level, duration in enumerate(stay):
        here = (tape.complexity == level) if len(stay) > 1 else np.ones(len(number), bool)
        left[here] = duration.residual(u[here], v[here])
    if scenario.demand.streams[name].route == "sentence":
        left = left * scenario.legal.sentence_custody_share
    tape.need_days[:] = given.over("need_days", left)
    tape.resident[:] = True
    tape.number[:] = -1 - number
    return tape


def children(
    scenario: Scenario,
    streams: Streams,
    names: tuple[str, ...],
    name: str,
    key: str,
    number: Ints,
    day: Floats,
    given: Given = NOTHING,
) -> Tape:
    """Rows of one stream; `key` names its random streams, `number` addresses them; what is given is not drawn."""
    demand, authorities = scenario.demand, scenario.behaviour.authorities
    stream = demand.streams[name]
    profile = demand.profiles[stream.profile]
    flag_names = all_flags(demand)

    def u(purpose: str) -> Floats:
        return streams.of(key, purpose).at(number)

    def alone(units: Floats, which: str) -> Floats:
        """Units with those of single care for the children who have it."""
        return cared_for_alone(scenario.workforce, stream.route, which, units, u)

    girl = given.over("girl", u("girl") < profile.girls)
    age = given.over("age", draw_ages(profile, u("age")))
    flags, severity = draw_flags(profile, flag_names, girl, streams, key, number)
    flags = given.over_each(FLAG, flag_names, flags)
    complexity = given.over("complexity", draw_complexity(profile, severity, u("complexity")))
    need = profile.need_base + flags @ np.array(
        [profile.flags[flag].need if flag in profile.flags else 0.0 for flag in flag_names]
    )
    points = demand.origins
    region_index = {region.name: i for i, region in enumerate(scenario.estate.regions)}
    region = np.array([region_index[point.region] for point in points])
    origin = _origins(demand, stream, region, u("origin"), given)
    last = _last_places(demand, region, origin, u("last_region"), u("last_place"))
    need_days = by_class(stream.length_of_need, complexity, u("need"))
    if stream.route == "sentence":
        need_days = need_days * scenario.legal.sentence_custody_share
    setting_shares = [authorities.setting_at_referral.get(s, 0.0) for s in SETTINGS]  # type: ignore[call-overload]
    n = len(number)
    drawn = Tape(
        streams=names,
        origins=tuple(point.name for point in points),
        regions=tuple(region.name for region in scenario.estate.regions),
        flag_names=flag_names,
        stream=np.full(n, names.index(name)),
        number=np.array(number),
        day=np.array(day),
        resident=np.zeros(n, bool),
        route=np.full(n, ROUTES.index(stream.route)),
        wales=np.full(n, stream.law == "s119"),
        emergency=u("emergency") < profile.emergency,
        origin=origin,
        region=region[origin],
        easting=_coordinate(points, origin, "easting_m"),
        northing=_coordinate(points, origin, "northing_m"),
        last_easting=_coordinate(points, last, "easting_m"),
        last_northing=_coordinate(points, last, "northing_m"),
        girl=girl,
        age=age,
        flags=flags,
        need=need,
        complexity=complexity,
        units_day=alone(np.asarray(profile.complexity.units_day)[complexity], "units_day"),
        units_night=alone(np.asarray(profile.complexity.units_night)[complexity], "units_night"),
        need_days=need_days,
        setting=pick(u("setting"), setting_shares),
        frailty=normals(u("frailty")),
        **_of_referral(scenario, streams, stream, key, number, age, complexity, given),
    )
    return given.on(drawn)


def _of_referral(
    scenario: Scenario,
    streams: Streams,
    stream: Stream,
    key: str,
    number: Ints,
    age: Floats,
    complexity: Ints,
    given: Given = NOTHING,
) -> dict[str, Any]:
    """What is drawn anew for every referral of a child: clocks, courts, orders, what follows."""
    authorities, legal = scenario.behaviour.authorities, scenario.legal

    def u(purpose: str) -> Floats:
        return streams.of(key, purpose).at(number)

    welfare = stream.route == "welfare"
    alternative = pick(u("alternative"), [stream.alternatives[a] for a in ALTERNATIVES])
    alternative = given.over("alternative", alternative)
    orders = _order_uniforms(streams, key, number, welfare and legal.orders is not None)
    n = len(number)
    return {
        "step_down_days": stream.step_down_delay.quantile(u("step_down")),
        "patience_days": by_class(stream.patience, complexity, u("patience")),
        "alternative": alternative,
        "alternative_days": _alternative_days(authorities, alternative, u("alternative_days")),
        "withdrawn_days": stream.withdrawn_after.quantile(u("withdrawn")),
        "ceased_days": _ceased_days(authorities, u("update"), u("form")) if welfare else np.full(n, np.inf),
        "scotland_days": _scotland_days(authorities, u("scotland"), u("scotland_try"))
        if welfare
        else np.full(n, np.inf),
        "court_days": authorities.court_days.quantile(u("court")) if welfare else np.zeros(n),
        "travel_days": authorities.travel_days.quantile(u("travel")),
        "approval_days": _approval_days(legal, age, u("approval")) if welfare else np.zeros(n),
        "after_alternative": pick(
            u("after_alternative"), _destinations(authorities.after_alternative.shares)
        ),
        "after_secure": pick(u("after_secure"), _destinations(authorities.after_secure.shares)),
        "breakdown": exponentials(u("breakdown")),
        "referred_again": u("referred_again"),
        "order_uniforms": given.over_each(ORDER_UNIFORM, range(orders.shape[1]), orders),
    }


def all_flags(demand: Demand) -> tuple[str, ...]:
    """The names of all flags of all profiles, in alphabetical order."""
    return tuple(sorted({flag for profile in demand.profiles.values() for flag in profile.flags}))


def _coordinate(points: tuple[Origin, ...], index: Ints, name: str) -> Floats:
    return np.array([getattr(point, name) for point in points])[index]


def _destinations(shares: Mapping[Any, float]) -> list[float]:
    return [shares.get(place, 0.0) for place in DESTINATIONS]


def _origins(demand: Demand, stream: Stream, region: Ints, u: Floats, given: Given) -> Ints:
    """Authority of origin; within the region, where that is given and the authority is not."""
    allowed = {id(point) for point in demand.origins_of(stream)}
    weight = np.array([point.weight if id(point) in allowed else 0.0 for point in demand.origins])
    origin = pick(u, weight / weight.sum())
    said = given.columns.get("region")
    for code in () if said is None else np.unique(said[~np.isnan(said)]):
        shares = np.where(region == code, weight, 0.0)
        origin[said == code] = pick(u[said == code], shares / shares.sum())
    return given.over("origin", origin)


def _last_places(demand: Demand, region: Ints, origin: Ints, u_region: Floats, u_place: Floats) -> Ints:
    """The authority where the child last lived, in the region of origin or outside."""
    points = demand.origins
    everywhere = np.array([point.weight for point in points])
    stays = np.array([point.own_region for point in points])[origin] > u_region
    last = np.array(origin)
    for code in np.unique(region[origin]):
        for inside in (True, False):
            rows = np.flatnonzero((region[origin] == code) & (stays == inside))
            shares = np.where((region == code) == inside, everywhere, 0.0)
            if len(rows) and shares.sum() > 0:
                last[rows] = pick(u_place[rows], shares / shares.sum())
    return last


def _alternative_days(authorities: Authorities, alternative: Ints, u: Floats) -> Floats:
    days = np.empty(len(u))
    for code, name in enumerate(ALTERNATIVES):
        here = alternative == code
        days[here] = authorities.alternative_days[name].quantile(u[here])
    return days


def _ceased_days(authorities: Authorities, u_update: Floats, u_form: Floats) -> Floats:
    """Days until an update (every fortnight) or a reviewed form (every quarter) is first missed."""
    return np.minimum(
        authorities.update_days * _first_miss(authorities.update_missed, u_update),
        authorities.form_days * _first_miss(authorities.form_missed, u_form),
    )


def _first_miss(chance: float, u: Floats) -> Floats:
    """Geometric: the number of the first miss, by inverse transform."""
    if chance == 0:
        return np.full(len(u), np.inf)
    if chance == 1:
        return np.ones(len(u))
    return np.asarray(np.ceil(np.log1p(-u) / np.log1p(-chance)))


def _scotland_days(authorities: Authorities, u_tries: Floats, u_first: Floats) -> Floats:
    first = authorities.scotland_first_try.quantile(u_first)
    return np.where(u_tries < authorities.scotland_tries, first, np.inf)


def _order_uniforms(streams: Streams, key: str, number: Ints, wanted: bool) -> Floats:
    """For each child, one uniform for notice between reviews and two for each possible order."""
    columns = np.arange(2 * MOST_ORDERS + 1)
    if not wanted:
        return np.zeros((len(number), len(columns)))
    return streams.of(key, "orders").at(np.asarray(number)[:, None] * 64 + columns[None, :])


def _approval_days(legal: Legal, age: Floats, u: Floats) -> Floats:
    needed = (age < 13) & legal.under_13_approval
    return np.where(needed, legal.under_13_days.quantile(u), 0.0)
