"""Random small estates: everything that a scenario can say, in sizes that play in a few milliseconds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from sim.scenario import Scenario
from sim.scenario.base import GROUNDS
from sim.scenario.errors import ConfigError
from sim.study.replicate import Result, simulate
from tests.small import (
    NEVER,
    NOTHING,
    START,
    Record,
    asking,
    authorities,
    days,
    home,
    origin,
    rule,
    scenario,
    sitting,
)

REGIONS = ("north", "east", "south")
FLAGS = ("fire", "gang", "harm")
Draw = Any


def on(day: int) -> str:
    return (date.fromisoformat(START) + timedelta(days=day)).isoformat()


def chance(draw: Draw, one_in: int = 2) -> bool:
    return bool(draw(st.integers(1, one_in)) == 1)


def shares(draw: Draw, size: int) -> list[float]:
    parts = [draw(st.integers(1, 4)) for _ in range(size)]
    return [part / sum(parts) for part in parts]


def number(low: float, high: float) -> st.SearchStrategy[float]:
    """A number with few digits, so that an example can be read."""
    return st.integers(int(low * 8), int(high * 8)).map(lambda eighths: eighths / 8)


@st.composite
def durations(draw: Draw, low: float = 0.5, high: float = 30.0) -> Record:
    mean = draw(number(low, high))
    return draw(
        st.sampled_from(
            [
                {"kind": "exponential", "mean": mean},
                {"kind": "lognormal", "mean": mean, "sd": mean},
                {"kind": "uniform", "low": 0.0, "high": 2 * mean},
                {"kind": "choice", "days": [mean / 2, 2 * mean], "shares": [2 / 3, 1 / 3]},
                days(mean),
            ]
        )
    )


@st.composite
def homes(draw: Draw, regions: tuple[str, ...], horizon: int, index: int, levels: int = 3) -> Record:
    made = home(f"home-{index}", 0, x_km=draw(number(-60, 60)), region=draw(st.sampled_from(regions)))
    made["northing_m"] = 1000.0 * draw(number(-60, 60))
    pools = {
        "welfare_places": st.integers(0, 4),
        "justice_places": st.integers(0, 2),
        "either_places": st.integers(0, 3),
    }
    made |= {pool: draw(places) for pool, places in pools.items()}
    if not sum(made[pool] for pool in pools):
        made["either_places"] = 1
    made["sexes"] = draw(st.sampled_from(["mixed", "mixed", "girls", "boys"]))
    made["age_min"], made["age_max"] = draw(st.sampled_from([(10, 17), (10, 17), (13, 17), (10, 15)]))
    if chance(draw, 4):
        made["complexity_max"] = draw(st.integers(0, levels - 1))
    if chance(draw, 4):
        made["serves"] = [made["region"]]
    if chance(draw, 5):
        made["opens"] = on(draw(st.integers(1, horizon // 2)))
    if chance(draw, 4):
        made["closes"] = on(draw(st.integers(horizon // 2 + 1, horizon + 5)))
    made["establishment"] = draw(st.sampled_from([1.0, 1.0, 0.8, 1.3]))
    made["disposition"] = draw(number(-1, 1))
    if chance(draw, 4):
        made["answer_days"] = draw(st.sampled_from([0.0, 0.5, 3.0]))
    return made


@st.composite
def dated(draw: Draw, listed: list[Record], horizon: int) -> Record:
    """Changes of approved places, places shut, Scotland, residents at the start, notice of closing."""
    found: Record = {"closing_notice_days": draw(st.sampled_from([0, 0, 20]))}
    name = st.sampled_from([each["name"] for each in listed])
    day = st.integers(-5, horizon)
    if chance(draw, 3):
        found["changes"] = [
            {"home": draw(name), "start": on(draw(day)), "welfare_places": draw(st.integers(0, 3)),
             "justice_places": draw(st.integers(0, 1)), "either_places": draw(st.integers(0, 2))}
        ]  # fmt: skip
    shut = []
    for _ in range(draw(st.integers(0, 3))):
        start = draw(day)
        cause = draw(st.sampled_from(["closed", "restricted", "works", "registered_manager"]))
        row: Record = {"home": draw(name), "start": on(start), "cause": cause}
        if chance(draw):
            row["end"] = on(start + draw(st.integers(1, 40)))
        if chance(draw):
            row["places"] = draw(st.integers(1, 3))
        shut.append(row)
    found["shut"] = shut
    if chance(draw, 3):
        outlet = [{"start": on(-1), "places": draw(st.integers(0, 2))},
                  {"start": on(horizon // 2), "places": draw(st.integers(0, 3))}]  # fmt: skip
        found["scotland"] = {"easting_m": 0.0, "northing_m": 5e5, "places": outlet}
    return found


@st.composite
def profiles(draw: Draw, levels: int) -> Record:
    flags = {
        flag: {"share": draw(number(0, 1)), "severity": draw(st.sampled_from([0.0, 0.5, -0.4])),
               "need": draw(number(0, 2))}
        for flag in FLAGS
    }  # fmt: skip
    return {
        "girls": draw(number(0, 1)),
        "ages": dict(zip((12, 15, 17), shares(draw, 3), strict=True)),
        "flags": flags,
        "need_base": draw(number(0, 2)),
        "emergency": draw(st.sampled_from([0.0, 0.3])),
        "complexity": {"shares": shares(draw, levels), "units_day": [1.0, 1.5, 2.0][:levels],
                       "units_night": [0.5, 0.5, 1.0][:levels], "severity": draw(st.sampled_from([0.0, 0.4]))},
    }  # fmt: skip


@st.composite
def streams(draw: Draw, route: str, profile: str, levels: int, regions: tuple[str, ...]) -> Record:
    rate = 365.25 * draw(number(0.125, 0.75))
    per_class = levels if chance(draw, 3) else 1
    made: Record = {
        "route": route,
        "law": draw(st.sampled_from(["s25", "s119"])),
        "rate": [{"per_year": rate}],
        "ceiling_per_year": 2 * rate,
        "profile": profile,
        "length_of_need": [draw(durations(2)) for _ in range(per_class)],
        "patience": [
            draw(st.one_of(durations(), st.just(NEVER), st.just(NOTHING))) for _ in range(per_class)
        ],
        "step_down_delay": draw(st.one_of(durations(0.5, 8), st.just(NOTHING))),
        "withdrawn_after": draw(st.one_of(durations(10, 60), st.just(NEVER))),
        "alternatives": {"unregistered": 0.5, "open_home": 0.25, "custody": 0.25},
    }
    if chance(draw, 4):
        made["rhythms"] = [{"period_days": 7.0, "factors": [1.5, 0.5]}]
    if chance(draw, 4):
        made["bursts"] = {"block_days": 5.0, "variance": 0.5}
    if chance(draw, 4):
        made["regions"] = [draw(st.sampled_from(regions))]
    return made


@st.composite
def workforces(draw: Draw) -> Record:
    drift = {"mean": draw(number(0, 0.5)), "sd": 0.1, "correlation": draw(st.sampled_from([0.0, 0.9]))}
    return draw(
        st.sampled_from(
            [
                {"kind": "unlimited"},
                {"kind": "levels", "levels": [1.0, 0.5], "shares": [0.7, 0.3], "chance": 0.2},
                {"kind": "levels", "levels": [1.0, 0.4], "shares": [0.5, 0.5], "every_days": None,
                 "mean_days": [12.0, 6.0]},
                {"kind": "roster", "units_per_place": 1.4, "night_share": 0.5, "vacancy": drift, "absence": drift,
                 "agency_cap": 0.3, "agency_cover": 0.4},
            ]
        )
    )  # fmt: skip


@st.composite
def legals(draw: Draw) -> Record:
    law: Record = {
        "order_requires_bed": chance(draw),
        "under_13_approval": chance(draw),
        "under_13_days": days(2),
        "sentence_custody_share": 0.5,
        "holidays": [on(0), on(9), on(10)],
    }
    if chance(draw):
        share = {"kind": "uniform", "low": 0.2, "high": 1.0}
        law["orders"] = {
            "first_max_days": 30, "later_max_days": 50, "first_share_of_max": share, "later_share_of_max": share,
            "renewal": 0.7, "reviews": chance(draw), "first_review_days": 10, "first_review_days_wales": 7,
            "later_review_days": 20, "noticed_between_reviews": 0.4,
        }  # fmt: skip
    return law


@st.composite
def courts(draw: Draw) -> Record:
    waits = st.one_of(st.just(NOTHING), durations(0.5, 4))
    return authorities(
        court_days=draw(waits),
        travel_days=draw(waits),
        update_missed=draw(st.sampled_from([0.0, 0.2])),
        form_missed=draw(st.sampled_from([0.0, 0.5])),
        need_clock=draw(st.sampled_from(["admission", "referral"])),
        dol_keeps_referral_open=chance(draw),
        scotland_tries=draw(st.sampled_from([0.0, 0.6])),
        scotland_first_try=draw(durations(1, 10)),
        scotland_retry_days=draw(st.sampled_from([2.0, 14.0])),
        setting_at_referral={"current_placement": 0.5, "unregistered": 0.5},
        alternative_days={
            name: draw(durations(5, 40)) for name in ("unregistered", "open_home", "hospital", "custody")
        },
        after_alternative={"shares": {"open_home": 0.5, "home": 0.5}},
        after_secure={"shares": {"open_home": 0.5, "home": 0.5}},
    )


@st.composite
def answers(draw: Draw) -> Record:
    grounds: Record = {}
    for ground in GROUNDS:
        if chance(draw):
            continue
        terms: Record = {
            "intercept": draw(number(-3, 1.5)),
            "flags": {flag: draw(number(-1, 1)) for flag in FLAGS if chance(draw)},
            "complexity": [0.0, 0.3, 0.6],
            "girls": draw(number(-0.5, 0.5)),
            "age": draw(number(-0.25, 0.25)),
        }
        if ground == "staffing":
            terms["shortage"] = draw(number(0, 4))
        if ground == "mix":
            terms["conflict"] = draw(number(0, 3))
        if ground == "discretion":
            terms |= {"disposition": 1.0, "frailty": 1.0, "pair": 1.0}
        grounds[ground] = terms
    return {
        "grounds": grounds,
        "conflicts": [{"child": "gang", "resident": "gang", "weight": 1.0},
                      {"child": "harm", "resident": "fire", "weight": 0.5}],
        "repeat_days": draw(st.sampled_from([14.0, 5.0])),
        "answer_days": draw(st.sampled_from([0.0, 0.0, 1.0, 2.5])),
        "home_sd": 0.5, "frailty_sd": 0.5, "pair_sd": 0.5,
    }  # fmt: skip


@st.composite
def levers(draw: Draw, regions: tuple[str, ...], scope: str) -> Record:
    """Whose children come first, and what is kept for them or from others."""
    found: Record = {"own": draw(st.sampled_from(["region", "region", "nation", "host", "members"]))}
    if found["own"] == "members" or chance(draw, 4):
        found["members"] = sorted(draw(st.sets(st.sampled_from(regions), min_size=1)))
    if scope != "all" and chance(draw):
        found["hold"] = {"share": draw(number(0, 1)), "days": draw(st.sampled_from([0.0, 2.0, 20.0]))}
    if chance(draw, 3):
        found["quota"] = {region: draw(number(0, 1)) for region in regions if chance(draw)}
    if chance(draw, 4):
        found["veto"] = draw(number(0, 1))
    if chance(draw, 4):
        found["safety"] = {"conflict_from": draw(number(0.5, 3)), "staff_below": draw(number(0, 1))}
    return found


@st.composite
def methods(draw: Draw) -> Record:
    """How places are given out at a sitting, with what may be done there alone."""
    name = draw(st.sampled_from(["rank", "points", "matching", "deferred_acceptance", "fewest_homes"]))
    found: Record = {"method": name}
    if name == "points":
        found["rank"] = {"need": 1.0, "distance": draw(st.sampled_from([0.0, 0.125])), "hard_to_match": 1.0}
    if name == "matching":
        names = ("placed", "need", "wait", "distance", "mismatch", "conflict")
        found["weights"] = {each: draw(number(0, 1)) for each in names}
    if chance(draw, 3):
        found["look_ahead"] = {"days": 10.0, "miles": draw(number(0, 50))}
    if chance(draw, 3):
        found["declining"] = {
            "beyond_miles": draw(number(0, 40)), "within_days": draw(number(0, 20)),
            "place": draw(st.sampled_from(["keep", "lose"])), "worth_days": draw(number(0, 10)),
        }  # fmt: skip
    return found


def plain(config: Record) -> Record:
    """A rule without the levers that remember what happened before, or look at more than the list."""
    gone = ("hold", "quota", "pressure", "look_ahead", "release_days", "safety")
    return {key: value for key, value in config.items() if key not in gone}


@st.composite
def rules(
    draw: Draw, grounds: list[str], refuses: bool = True, regions: tuple[str, ...] = REGIONS[:1]
) -> Record:
    """Every channel, scope, rank, choice and method; the levers; any list of grounds."""
    more: Record = {
        "scope": draw(st.sampled_from(["all", "own_then_all", "own_region"])),
        "overflow_days": draw(st.sampled_from([0.0, 3.0, 10.0])),
        "rank": {"need": draw(st.sampled_from([0.0, 1.0])), "wait": draw(st.sampled_from([0.0, 0.1])),
                 "emergency": draw(st.sampled_from([0.0, 5.0]))},
        "working_days_only": chance(draw),
        "refusal": [ground for ground in grounds if chance(draw)] if refuses else [],
    }  # fmt: skip
    if chance(draw, 3):
        more["keep_free"] = [{"need_below": draw(number(1, 4)), "places": draw(st.integers(1, 2))}]
    more |= draw(levers(regions, more["scope"]))
    if not refuses:
        more.pop("safety", None)
    channel = draw(st.sampled_from(["dispatch", "asking", "panel", "today"]))
    if channel != "asking" and chance(draw, 4):
        more["pressure"] = {
            "list_from": draw(number(0, 0.5)),
            "alert_from": draw(number(0.5, 1)),
            "within_days": 15.0,
        }
    if channel == "dispatch":
        return rule(**more)
    if channel == "asking":
        return asking(**more, round_days=draw(st.sampled_from([5.0, 14.0])))
    every = draw(st.sampled_from([0.5, 1.0, 3.0]))
    if channel == "panel":
        more |= draw(methods())
        if more["method"] in ("matching", "deferred_acceptance"):
            more.pop("quota", None)
        return sitting(every, **more)
    return sitting(
        every, **more, chooses="home", reads_by=draw(st.sampled_from(["own_score", "referral_date"]))
    )


@st.composite
def parts(draw: Draw, refuses: bool = True) -> Record:
    """The arguments of tests.small.scenario for a random small estate; a test may replace some of them."""
    horizon = draw(st.integers(40, 120))
    regions = REGIONS[: draw(st.integers(1, 3))]
    levels = draw(st.integers(1, 3))
    listed = [draw(homes(regions, horizon, index, levels)) for index in range(draw(st.integers(1, 5)))]
    towns = [origin(f"{region}-{i}", region, x_km=draw(number(-60, 60)), weight=1.0 + i)
             for region in regions for i in range(draw(st.integers(1, 2)))]  # fmt: skip
    for each in listed:
        if chance(draw):
            each["host"] = draw(st.sampled_from([town["name"] for town in towns]))
    justice = draw(rules(grounds_of(saying := draw(answers()) if refuses else {}), refuses, regions))
    if chance(draw, 4):
        justice["release_days"] = draw(st.sampled_from([0.0, 3.0]))
    routes = ["welfare", *draw(st.lists(st.sampled_from(["welfare", "remand", "sentence"]), max_size=2))]
    breakdown = {"base_per_year": draw(st.sampled_from([0.0, 2.0, 8.0])), "mismatch_effect": 0.5,
                 "discretion_weight": 0.25, "referred_again": draw(st.sampled_from([0.0, 0.7, 1.0])),
                 "transfer_sought": draw(st.sampled_from([0.0, 0.0, 0.5, 1.0]))}  # fmt: skip
    return {
        "homes": listed,
        "streams": {f"stream-{i}": draw(streams(route, f"profile-{i}", levels, regions))
                    for i, route in enumerate(routes)},
        "welfare": draw(rules(grounds_of(saying), refuses, regions)),
        "justice": justice,
        "regions": regions,
        "origins": towns,
        "profiles": {f"profile-{i}": draw(profiles(levels)) for i in range(len(routes))},
        "horizon": horizon,
        "estate": draw(dated(listed, horizon))
        | {"regions": [{"name": name, "nation": draw(st.sampled_from(["England", "Wales"]))} for name in regions]},
        "workforce": draw(workforces()),
        "legal": draw(legals()),
        "answers": saying,
        "court": draw(courts()),
        "breakdown": breakdown,
        "run": {"seed": draw(st.integers(0, 1000)), "warm_up_days": 10, "window_days": horizon - 15,
                "follow_up_days": 5},
    }  # fmt: skip


def grounds_of(saying: Record) -> list[str]:
    return list(saying.get("grounds", {}))


def one_list(made: Scenario) -> Scenario:
    """The same scenario without a rule of its own for justice."""
    return made.model_copy(update={"commissioning": made.commissioning.model_copy(update={"justice": None})})


@st.composite
def scenarios(draw: Draw, refuses: bool = True) -> Scenario:
    """A random small estate with everything in it."""
    made = scenario(**draw(parts(refuses)))
    if chance(draw, 3):
        made = one_list(made)
    residents = draw(st.sampled_from([0, 0, 1, 2]))
    estate = made.estate.model_copy(update={"residents_at_start": {"welfare": residents}})
    return made.model_copy(update={"estate": estate})


def played(made: Scenario, replication: int = 0) -> Result:
    """One replication; an estate that cannot hold its residents at the start is no example."""
    try:
        return simulate(made, replication)
    except ConfigError as error:
        assume("residents_at_start" not in str(error))
        raise
