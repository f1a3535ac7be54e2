"""A second bookkeeper: reads the log record by record and knows nothing of the engine's own counts.

It keeps who is where, says who could be admitted at any moment, and complains as soon as a record is impossible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import floor, inf
from typing import NamedTuple

from sim.engine.log import Cause, Ending, Kind, Leaving
from sim.outcomes.places import reference_units
from sim.scenario.base import ROUTES
from sim.scenario.commissioning import Rule
from sim.scenario.estate import Home
from sim.study.replicate import Result

SLACK = 1e-6
STANDS_STILL = (Kind.REFUSED, Kind.NO_PLACE, Kind.ENDED, Kind.MISMATCH, Kind.TIED, Kind.DECLINED)
EITHER = 2


class Record(NamedTuple):
    """One row of the log."""

    day: float
    kind: Kind
    child: int
    home: int
    code: int
    value: float


class Split(NamedTuple):
    """Every place of a home, and children beyond what is approved."""

    approved: float
    over: float
    occupied: float
    held: float
    free: float
    shut: tuple[float, ...]


@dataclass
class House:
    """One home: what is approved, shut and staffed, and who lives there or is expected (child -> pool)."""

    approved: list[int] = field(default_factory=lambda: [0, 0, 0])
    shut: list[int] = field(default_factory=lambda: [0] * (len(Cause) - 1))
    by_day: float = 0.0
    by_night: float = 0.0
    residents: dict[int, int] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)

    @property
    def taken(self) -> int:
        return len(self.residents) + len(self.held)

    @property
    def usable(self) -> int:
        return max(0, sum(self.approved) - sum(self.shut))

    def in_pool(self, pool: int) -> int:
        return sum(p == pool for p in (*self.residents.values(), *self.held.values()))

    def room(self, purpose: int) -> int:
        """Places in which one more child of this purpose could live, staff aside."""
        own = sum(self.approved[pool] - self.in_pool(pool) for pool in (purpose, EITHER))
        return min(own, self.usable - self.taken)


class Books:
    """All homes, the list and Scotland, brought up to date record by record."""

    def __init__(self, result: Result) -> None:
        self.result, self.scenario = result, result.scenario
        self.tape, self.homes = result.world.tape, result.scenario.estate.homes
        self.houses = [House() for _ in self.homes]
        self.waiting: dict[int, float] = {}
        self.ordinal: dict[int, int] = {}
        self.given: dict[
            int, tuple[float, int]
        ] = {}  # home -> moment of the latest offers or admissions, number
        self.north: set[int] = set()
        self.moving: set[int] = (
            set()
        )  # transferred at this moment: homes were asked while the child was there
        self.north_places = 0
        self.reference = reference_units(result.scenario)

    def records(self) -> Iterator[Record]:
        log = self.result.log
        columns = (log.day, log.kind, log.child, log.home, log.code, log.value)
        for row in zip(*(column.tolist() for column in columns), strict=True):
            yield Record(row[0], Kind(row[1]), *row[2:])

    # -- children ---------------------------------------------------------------------------------

    def purpose(self, child: int) -> int:
        return 0 if self.tape.route[child] == ROUTES.index("welfare") else 1

    def rule_of(self, child: int) -> Rule:
        rules = self.scenario.commissioning
        return rules.welfare if self.purpose(child) == 0 or rules.justice is None else rules.justice

    def kept_free(self, child: int) -> int:
        need = self.tape.need[child]
        return max(
            (each.places for each in self.rule_of(child).keep_free if need < each.need_below), default=0
        )

    def eligible(self, child: int, home: Home) -> bool:
        """Sex, age, complexity, regions served, and places for the purpose at some date."""
        tape, purpose = self.tape, self.purpose(child)
        at_some_date = [home, *(row for row in self.scenario.estate.changes if row.home == home.name)]
        justice = self.scenario.commissioning.justice
        lent = justice is not None and justice.release_days is not None
        has_places = any(
            (row.welfare_places, row.justice_places)[purpose] + row.either_places + lent * row.justice_places
            for row in at_some_date
        )
        return bool(
            has_places
            and home.age_min <= floor(tape.age[child]) <= home.age_max
            and (home.sexes == "mixed" or (home.sexes == "girls") == tape.girl[child])
            and (home.complexity_max is None or tape.complexity[child] <= home.complexity_max)
            and (home.serves is None or tape.regions[tape.region[child]] in home.serves)
        )

    def in_scope(self, child: int, home: Home, now: float) -> bool:
        """Whether the rule lets this home be asked about the child, who waits or was referred just now."""
        rule = self.rule_of(child)
        if rule.scope == "all" or self.own(child, home):
            return True
        if rule.scope == "own_region":
            return False
        near = any(self.own(child, each) and self.eligible(child, each) for each in self.homes)
        return not near or now >= self.waiting[child] + rule.overflow_days - SLACK

    def own(self, child: int, home: Home) -> bool:
        """Whether a home is one of the child's own, or puts nobody first."""
        rule, mine = self.rule_of(child), self.tape.regions[self.tape.region[child]]
        if mine in rule.quota:
            return True
        if rule.own == "host":
            return home.host is None or home.host == self.tape.origins[self.tape.origin[child]]
        nation = {region.name: region.nation for region in self.scenario.estate.regions}
        takes_part = {name for name in nation if not rule.members or name in rule.members}
        if home.region not in takes_part or mine not in takes_part:
            return home.region not in takes_part
        same = {"region": mine == home.region, "nation": nation[mine] == nation[home.region], "members": True}
        return same[rule.own]

    def staff_for(self, child: int, house: House) -> bool:
        by_day = sum(self.tape.units_day[c] for c in (*house.residents, *house.held, child))
        by_night = sum(self.tape.units_night[c] for c in (*house.residents, *house.held, child))
        return bool(by_day <= house.by_day + SLACK and by_night <= house.by_night + SLACK)

    def could_take(self, child: int, index: int, now: float) -> bool:
        """Whether a home has the place, the staff and the right to take a child on the list, answers aside."""
        house, home = self.houses[index], self.homes[index]
        return (
            house.room(self.purpose(child)) + self._same_sitting(child, index, now) > self.kept_free(child)
            and self.staff_for(child, house)
            and self.eligible(child, home)
            and self.in_scope(child, home, now)
        )

    def _same_sitting(self, child: int, index: int, now: float) -> int:
        """Places given at this moment where homes choose: they read in their own order, not that of the log."""
        day, given = self.given.get(index, (-1.0, 0))
        rule = self.rule_of(child)
        apart = rule.sits_every_days > 0 and rule.chooser != "rank" and self.kept_free(child) > 0
        return given if apart and day == now else 0

    # -- records ----------------------------------------------------------------------------------

    def post(self, row: Record) -> None:
        """Bring the books up to date; AssertionError for what cannot be."""
        match row.kind:
            case Kind.APPROVED:
                self.houses[row.home].approved[row.code] = int(row.value)
            case Kind.SHUT:
                self.houses[row.home].shut[row.code] = int(row.value)
            case Kind.STAFF_DAY:
                self.houses[row.home].by_day = row.value
            case Kind.STAFF_NIGHT:
                self.houses[row.home].by_night = row.value
            case Kind.SCOTLAND:
                self.north_places = int(row.value)
            case Kind.REFERRED:
                self._referred(row)
            case Kind.OFFERED:
                self._take(row, self.houses[row.home].held)
            case Kind.OFFER_ENDED:
                assert self.houses[row.home].held.pop(row.child, None) is not None, f"no offer to end: {row}"
            case Kind.ENDED:
                self._ended(row)
            case Kind.ADMITTED:
                self._admitted(row)
            case Kind.LEFT:
                assert self.houses[row.home].residents.pop(row.child, None) is not None, (
                    f"does not live there: {row}"
                )
                if row.code == Leaving.TRANSFERRED:
                    self.moving.add(row.child)
            case Kind.LEFT_SCOTLAND:
                assert row.child in self.north, f"was not in Scotland: {row}"
                self.north.remove(row.child)

    def where(self, child: int) -> list[str]:
        """Every place at which the books have a child."""
        found = [f"lives in {i}" for i, house in enumerate(self.houses) if child in house.residents]
        found += [f"expected in {i}" for i, house in enumerate(self.houses) if child in house.held]
        return found + ["on the list"] * (child in self.waiting) + ["in Scotland"] * (child in self.north)

    def _referred(self, row: Record) -> None:
        assert not self.where(row.child), f"referred while {self.where(row.child)}: {row}"
        before = self.ordinal.get(row.child, 0 if self.tape.resident[row.child] else -1)
        assert row.code == before + 1, f"referral {row.code} follows {before}: {row}"
        self.ordinal[row.child] = row.code
        self.waiting[row.child] = row.day

    def _take(self, row: Record, book: dict[int, int]) -> None:
        """A place is given to a child who has none: there must be one, and of this pool, and staff for it."""
        house, purpose = self.houses[row.home], self.purpose(row.child)
        at_start = bool(self.tape.resident[row.child]) and row.child not in self.ordinal
        if not at_start:
            assert row.child in self.waiting, f"was not on the list: {row}"
            assert self.could_take(row.child, row.home, row.day), f"no place, staff or right: {row}"
            assert self.has_answered(row.child, row.home, row.day), f"before its answer: {row}"
        assert house.room(purpose) > 0, f"no place: {row}"
        own_full = house.in_pool(purpose) >= house.approved[purpose]
        assert row.code == (EITHER if own_full else purpose), f"wrong pool: {row}"
        assert house.in_pool(row.code) < house.approved[row.code], f"pool is full: {row}"
        book[row.child] = row.code
        day, given = self.given.get(row.home, (-1.0, 0))
        self.given[row.home] = (row.day, given + 1 if day == row.day else 1)

    def has_answered(self, child: int, index: int, now: float) -> bool:
        """Whether a home has had its answer time since the referral, where the rule lets answers take time."""
        rule, own = self.rule_of(child), self.homes[index].answer_days
        wait = self.scenario.behaviour.homes.answer_days if own is None else own
        at_once = (rule.channel == "all_declared" and rule.sits_every_days == 0) or child in self.moving
        return at_once or now >= self.waiting[child] + wait - SLACK

    def _ended(self, row: Record) -> None:
        assert row.child in self.waiting, f"was not on the list: {row}"
        if row.code == Ending.PLACED:
            return  # on the books as waiting until the admission that must follow
        del self.waiting[row.child]
        if row.code == Ending.SCOTLAND:
            assert len(self.north) < self.north_places, f"Scotland is full: {row}"
            self.north.add(row.child)

    def _admitted(self, row: Record) -> None:
        house = self.houses[row.home]
        if row.child in house.held:
            assert house.held.pop(row.child) == row.code, f"offered in another pool: {row}"
            assert not self.closed(row.home, row.day), f"the home has closed: {row}"
            house.residents[row.child] = row.code
        else:
            self._take(row, house.residents)
        self.waiting.pop(row.child, None)
        self.moving.discard(row.child)

    def closed(self, index: int, now: float) -> bool:
        """Whether the home has closed by now; one whose approved places fall to none still takes whom it expects."""
        closes = self.homes[index].closes
        return closes is not None and now >= self.scenario.run.day(closes)

    # -- places -----------------------------------------------------------------------------------

    def split(self, index: int) -> Split:
        """Every place of a home by the definitions: occupied, held, free and staffed, or shut for one cause."""
        house, approved = self.houses[index], sum(self.houses[index].approved)
        spare = inf
        for units, on_shift, reference in (
            (self.tape.units_day, house.by_day, self.reference[0]),
            (self.tape.units_night, house.by_night, self.reference[1]),
        ):
            used = sum(units[child] for child in (*house.residents, *house.held))
            if on_shift < inf and reference > 0:
                spare = min(spare, floor(max(0.0, on_shift - used) / reference + SLACK))
        free = max(0.0, min(house.usable - house.taken, spare))
        left = max(0.0, approved - house.taken - free)
        shut = []
        for places in (*house.shut, inf):
            shut.append(min(left, places))
            left -= shut[-1]
        over = max(0.0, house.taken - approved)
        return Split(approved, over, len(house.residents), len(house.held), free, tuple(shut))


def moves(row: Record) -> bool:
    """Whether a record changes a home's places."""
    return row.home >= 0 and row.kind not in STANDS_STILL
