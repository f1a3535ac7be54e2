"""State over the window, weighted by time: the list, the children in homes, the places and what they cost."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from sim.engine.log import EventLog, Kind, Leaving
from sim.outcomes.groups import Group
from sim.outcomes.money.facts import Facts
from sim.outcomes.money.measures import ledger_rows
from sim.outcomes.places import CAUSE_WORDS, HomePlaces
from sim.outcomes.rows import Row, by_group, single
from sim.outcomes.settings import SETTINGS, SettingSpells
from sim.outcomes.spells import Floats, Spells, Steps, count_of
from sim.scenario.base import DAYS_PER_YEAR, ROUTES
from sim.scenario.scenario import Scenario
from sim.world.tape import Tape

LEAVING_WORDS = {
    Leaving.NEED_ENDED: "need ended and moved on",
    Leaving.ORDER_ENDED: "order ended",
    Leaving.SENTENCE_ENDED: "sentence ended",
    Leaving.BROKE_DOWN: "broke down",
    Leaving.HOME_CLOSED: "home closed",
    Leaving.TURNED_18: "turned 18",
    Leaving.STILL_PLACED: "still placed",
    Leaving.MOVED_EARLY: "moved early, under pressure",
    Leaving.TRANSFERRED: "moved to another home",
}


def list_rows(scenario: Scenario, tape: Tape, lists: Spells, groups: list[Group]) -> list[Row]:
    """The welfare list: mean, 90th centile, need-weighted waiting, growth."""
    start, end = scenario.run.window
    years, span = (end - start) / DAYS_PER_YEAR, float(end - start)
    welfare = lists.rows(tape.route[lists.child] == ROUTES.index("welfare"))
    days = welfare.within(start, end)
    waiting = count_of(welfare)
    rows: list[Row] = []
    for group in groups:
        if group.name == "route":
            continue
        rows += by_group("children_waiting_mean", group, welfare.child, days, span)
        weighted = days * tape.need[welfare.child]
        rows += by_group("need_weighted_waiting_per_year", group, welfare.child, weighted, years)
    rows.append(single("children_waiting_p90", waiting.quantile(0.9, start, end)))
    rows.append(single("list_slope_per_year", _slope(waiting, start, end)))
    return rows


def _slope(waiting: Steps, start: float, end: float) -> float:
    """Least-squares growth of the list a year, from monthly means."""
    edges = np.linspace(start, end, max(3, int((end - start) // 30)) + 1)
    means = [waiting.mean(start, end) for start, end in pairwise(edges)]
    middles = (edges[:-1] + edges[1:]) / 2 / DAYS_PER_YEAR
    return float(np.polyfit(middles, means, 1)[0])


def home_rows(
    scenario: Scenario, tape: Tape, log: EventLog, placed: Spells, groups: list[Group]
) -> list[Row]:
    """Children in homes, stays, breakdowns, delays; by route for all, by other groups for welfare."""
    start, end = scenario.run.window
    years, span = (end - start) / DAYS_PER_YEAR, float(end - start)
    welfare_code = ROUTES.index("welfare")
    left_here = (placed.end >= start) & (placed.end < end) & (placed.code != Leaving.STILL_PLACED)
    welfare = tape.route[placed.child] == welfare_code
    rows: list[Row] = []
    delayed = Spells(placed.child, np.maximum(placed.value, placed.start), placed.end, placed.code, placed.home,
                     placed.pool, placed.value)  # fmt: skip
    for group in groups:
        keep = np.ones(len(placed), bool) if group.name in ("all", "route") else welfare
        rows += by_group(
            "children_in_homes_mean", group, placed.child[keep], placed.within(start, end)[keep], span
        )
        keep = np.ones(len(placed), bool) if group.name == "route" else welfare
        broke = ((placed.code == Leaving.BROKE_DOWN) & left_here).astype(float)
        rows += by_group("breakdowns_per_year", group, placed.child[keep], broke[keep], years)
        moved = ((placed.code == Leaving.TRANSFERRED) & left_here).astype(float)
        rows += by_group("transfers_per_year", group, placed.child[keep], moved[keep], years)
        late = delayed.within(start, end)
        rows += by_group("delayed_discharge_days_per_year", group, placed.child[keep], late[keep], years)
        done = keep & left_here
        length = (placed.end - placed.start)[done]
        rows += by_group("placement_days_mean", group, placed.child[done], length, np.ones(len(length)))
    done = left_here & welfare
    rows += [
        Row(
            "leaving_share", "reason", words, float(np.sum(done & (placed.code == code))), float(np.sum(done))
        )
        for code, words in LEAVING_WORDS.items()
        if code != Leaving.STILL_PLACED
    ]
    young = Spells(placed.child, placed.start, np.minimum(placed.end, placed.start + 91), placed.code, placed.home,
                   placed.pool, placed.value)  # fmt: skip
    rows.append(
        single("stay_so_far_under_91_days", young.within(start, end).sum(), placed.within(start, end).sum())
    )
    scores = log.of(Kind.MISMATCH)
    scores = scores[(log.day[scores] >= start) & (log.day[scores] < end)]
    scores = scores[tape.route[log.child[scores]] == welfare_code]
    rows.append(single("mismatch_mean", log.value[scores].sum(), len(scores)))
    made = log.of(Kind.ORDERS)
    made = made[
        (log.day[made] >= start) & (log.day[made] < end) & (tape.route[log.child[made]] == welfare_code)
    ]
    rows.append(single("orders_per_year", log.value[made].sum(), years))
    return rows


def place_rows(scenario: Scenario, tape: Tape, placed: Spells, places: list[HomePlaces]) -> list[Row]:
    """Occupancy by three capacities, voids by cause, declared beds."""
    start, end = scenario.run.window
    years, span = (end - start) / DAYS_PER_YEAR, float(end - start)

    def total(name: str) -> float:
        return float(sum(getattr(home, name) @ home.days for home in places))

    approved, children = total("approved"), float(placed.within(start, end).sum())
    shut = [
        float(sum(home.shut[:, cause] @ home.days for home in places)) for cause in range(len(CAUSE_WORDS))
    ]
    long_shut, held, free, occupied = total("long_shut"), total("held"), total("free"), total("occupied")
    staffed = occupied + held + free
    justice = placed.rows(tape.route[placed.child] != ROUTES.index("welfare"))
    voids = {
        "held under offer": held, "free and staffed": free,
        **{words: shut[cause] for cause, words in CAUSE_WORDS.items()},
    }  # fmt: skip
    return [
        single("occupancy_approved", children, approved),
        single("occupancy_available", children, approved - long_shut),
        single("occupancy_staffed", children, staffed),
        single("available_over_approved", approved - long_shut, approved),
        single("staffed_over_approved", staffed, approved),
        single("contracted_places_used", justice.within(start, end).sum(), total("contracted")),
        single("beyond_staff_days_per_year", total("beyond_staff"), years),
        single("declared_beds_mean", total("declared"), span),
        single("days_without_declared_bed", _without_declared_bed(scenario, places), span),
        single("void_days_per_year", sum(voids.values()), years),
        *[Row("void_days_per_year", "cause", words, days, years) for words, days in voids.items()],
        Row("places_mean", "use", "occupied", occupied, span),
        *[Row("places_mean", "use", words, days, span) for words, days in voids.items()],
    ]


def _without_declared_bed(scenario: Scenario, places: list[HomePlaces]) -> float:
    """Days of the window on which no home has a declared bed."""
    horizon = float(scenario.run.horizon_days)
    day = np.concatenate([home.day for home in places])
    turn = np.concatenate([np.diff((home.declared > 0).astype(int), prepend=0) for home in places])
    order = np.argsort(day, kind="stable")
    with_bed = Steps(day[order], np.cumsum(turn[order]).astype(float))
    value, weight = with_bed.between(*(min(float(edge), horizon) for edge in scenario.run.window))
    return float(weight[value == 0].sum())


def money_rows(
    scenario: Scenario, tape: Tape, scotland: Spells, settings: SettingSpells, facts: Facts | None
) -> list[Row]:
    """Children outside homes that money is paid for; and, where the scenario has money, what the ledger says."""
    start, end = scenario.run.window
    days = settings.within(start, end)
    of_welfare = tape.route[settings.child] == ROUTES.index("welfare")
    unregistered = of_welfare & (settings.setting == SETTINGS.index("unregistered"))
    return [
        single("children_unregistered_mean", days[unregistered].sum(), end - start),
        single("children_in_scotland_mean", scotland.within(start, end).sum(), end - start),
        *(ledger_rows(facts) if facts is not None else []),
    ]


def load_rows(scenario: Scenario, tape: Tape, placed: Spells, places: list[HomePlaces]) -> list[Row]:
    """Load ratio by purpose: referrals a day x mean (stay x units) over mean staff units there.

    Staff of a home count for each purpose by its share of the home's places; where staff do not bind,
    places do.
    """
    start, end = scenario.run.window
    rows = []
    welfare_code = ROUTES.index("welfare")
    for name, is_welfare in (("welfare", True), ("justice", False)):
        of_purpose = (tape.route == welfare_code) == is_welfare
        referred = of_purpose & ~tape.resident & (tape.day >= start) & (tape.day < end)
        if not referred.any():
            continue
        stays = placed.rows(of_purpose[placed.child] & (placed.start < end) & (placed.start > 0))
        units = tape.units_day[stays.child]
        mean_work = float(((stays.end - stays.start) * units).mean()) if len(stays) else float("nan")
        there = sum(float((_share(home, is_welfare) * _staff_or_places(home)) @ home.days) for home in places)
        asked = referred.sum() * mean_work
        rows.append(Row("load_ratio", "purpose", name, float(asked), float(there)))
    return rows


def _staff_or_places(home: HomePlaces) -> Floats:
    """Staff units on shift by day; one for each approved place where staff never bind."""
    return np.where(np.isfinite(home.staff_day), home.staff_day, home.approved)


def _share(home: HomePlaces, welfare: bool) -> Floats:
    """The purpose's share of the approved places of a home."""
    justice = np.where(home.approved > 0, home.contracted / np.maximum(home.approved, 1), 0.0)
    return 1 - justice if welfare else justice
