"""Access: who is placed, how soon, how far away, after how many refusals, and where others went.

Cohort measures follow the children referred in the window; each is followed for a year.
"""

from __future__ import annotations

import numpy as np

from sim.engine.log import Ending, EventLog, Kind
from sim.outcomes.groups import Group
from sim.outcomes.rows import Row, by_group
from sim.outcomes.settings import SETTINGS, SettingSpells
from sim.outcomes.spells import Floats, Spells
from sim.scenario.base import DAYS_PER_YEAR, GROUNDS, METRES_PER_MILE, ROUTES
from sim.scenario.scenario import Scenario
from sim.world.tape import Tape

FOLLOWED_DAYS = 365.0
PRIMARY_WAIT_DAYS = 90.0
ENDING_WORDS = {
    Ending.PLACED: "placed in a secure home",
    Ending.SCOTLAND: "placed in Scotland",
    Ending.ALTERNATIVE: "took something else",
    Ending.WITHDRAWN: "withdrawn",
    Ending.SEARCH_CEASED: "search ceased",
    Ending.AGED_18: "turned 18",
    Ending.OPEN: "still open",
}


def access_rows(
    scenario: Scenario, tape: Tape, log: EventLog, lists: Spells, settings: SettingSpells, groups: list[Group]
) -> list[Row]:
    """All cohort measures: by route for every child, by the other groups for welfare children."""
    start, end = scenario.run.window
    years = (end - start) / DAYS_PER_YEAR
    first = lists.rows((lists.value == 0) & (lists.start >= start) & (lists.start < end))
    first = first.rows(~tape.resident[first.child])
    refusals = _refusals(log, first, len(tape))
    columns = _columns(scenario, tape, lists, first, settings, refusals)
    welfare = tape.route[first.child] == ROUTES.index("welfare")
    rows: list[Row] = []
    for group in groups:
        keep = np.ones(len(first), bool) if group.name == "route" else welfare
        child = first.child[keep]
        for measure, (amount, base) in columns.items():
            per = base[keep] if isinstance(base, np.ndarray) else years
            rows += by_group(measure, group, child, amount[keep], per)
    return rows + _kinds(tape, log, first.rows(welfare), settings)


def _columns(
    scenario: Scenario, tape: Tape, lists: Spells, first: Spells, settings: SettingSpells, refusals: Floats
) -> dict[str, tuple[Floats, Floats | None]]:
    """Per referred child: amount and base of each measure (no base: an amount a year)."""
    one = np.ones(len(first))
    placed = (first.code == Ending.PLACED).astype(float)
    followed = ((first.code != Ending.OPEN) | (first.end - first.start >= FOLLOWED_DAYS)).astype(float)
    waited = first.end - first.start
    homes = scenario.estate.homes
    road = scenario.behaviour.authorities.road_factor / METRES_PER_MILE
    easting = np.array([home.easting_m for home in homes])[first.home]
    northing = np.array([home.northing_m for home in homes])[first.home]
    child = first.child
    from_last = np.hypot(tape.last_easting[child] - easting, tape.last_northing[child] - northing) * road
    from_authority = np.hypot(tape.easting[child] - easting, tape.northing[child] - northing) * road
    region = np.array([tape.regions.index(home.region) for home in homes])[first.home]
    away = (region != tape.region[child]).astype(float)
    unregistered = _days_in(settings, SETTINGS.index("unregistered"), first, tape)
    columns: dict[str, tuple[Floats, Floats | None]] = {
        "children_referred_per_year": (one, None),
        "children_placed_per_year": (placed, None),
        "share_placed": (placed * followed, followed),
        "days_waiting_90": (_days_on_list(lists, first, len(tape)), one),
        "refusals_per_child": (refusals, one),
        "miles_from_last_placement": (from_last * placed, placed),
        "miles_from_authority": (from_authority * placed, placed),
        "out_of_region_share": (away * placed, placed),
        "unregistered_days_per_year": (
            unregistered, None),
        "unregistered_days_per_child": (unregistered, one),
    }  # fmt: skip
    for name, days in (("72_hours", 3.0), ("7_days", 7.0), ("28_days", 28.0)):
        columns[f"placed_within_{name}"] = (placed * (waited <= days) * followed, followed)
    return columns


def _days_on_list(lists: Spells, first: Spells, children: int) -> Floats:
    """Days on the list within 90 days of the first referral, later referrals of the child included."""
    referred = np.full(children, np.inf)
    referred[first.child] = first.start
    since = referred[lists.child]
    days = np.where(np.isfinite(since), lists.within(since, since + PRIMARY_WAIT_DAYS), 0.0)
    return np.bincount(lists.child, weights=days, minlength=children)[first.child].astype(float)


def _days_in(settings: SettingSpells, setting: int, first: Spells, tape: Tape) -> Floats:
    """Days in a setting within a year of the first referral."""
    here = settings.setting == setting
    since = tape.day[settings.child]
    days = settings.within(since, since + FOLLOWED_DAYS) * here
    return np.bincount(settings.child, weights=days, minlength=len(tape))[first.child].astype(float)


def _refusals(log: EventLog, first: Spells, children: int) -> Floats:
    rows = log.of(Kind.REFUSED)
    return np.bincount(log.child[rows], minlength=children)[first.child].astype(float)


def _kinds(tape: Tape, log: EventLog, first: Spells, settings: SettingSpells) -> list[Row]:
    """Welfare children by list ending, refusals by ground, days by setting."""
    n = float(len(first))
    rows = [
        Row("list_endings_share", "ending", words, float(np.sum(first.code == code)), n)
        for code, words in ENDING_WORDS.items()
    ]
    counted = np.zeros(len(tape), dtype=bool)
    counted[first.child] = True
    refused = log.of(Kind.REFUSED)
    refused = refused[counted[log.child[refused]]]
    for bit, ground in enumerate(GROUNDS):
        fired = float(np.sum((log.code[refused] >> bit) & 1))
        rows.append(Row("refusals_per_child", "ground", ground, fired, n))
    rows.append(Row("homes_approached_per_placed_child", "all", "all", *_approached(log, first, len(tape))))
    for code, name in enumerate(SETTINGS):
        days = float(_days_in(settings, code, first, tape).sum())
        rows.append(Row("setting_days_per_child", "setting", name.replace("_", " "), days, n))
    return rows


def _approached(log: EventLog, first: Spells, children: int) -> tuple[float, float]:
    """Different homes that had answered, the one that admitted included, over children placed."""
    placed = first.rows(first.code == Ending.PLACED)
    mine = np.zeros(children, dtype=bool)
    mine[placed.child] = True
    answers = log.of(Kind.REFUSED, Kind.NO_PLACE)
    answers = answers[mine[log.child[answers]]]
    pairs = log.child[answers].astype(np.int64) * 4096 + log.home[answers]
    return float(len(np.unique(pairs)) + len(placed)), float(len(placed))
