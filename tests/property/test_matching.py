"""The methods against brute force, on lists of up to five children and three homes."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.commissioning.sitting import Decision, Sitting, Willing, chooser, fit_together
from sim.scenario.commissioning import Rule
from tests.property.effort import examples
from tests.small import sitting

pytestmark = pytest.mark.property

NOBODY = -1


class Needs(NamedTuple):
    purpose: int
    day: float
    night: float


class Room(NamedTuple):
    pools: tuple[int, int, int]
    usable: int
    day: float
    night: float


@dataclass
class Slate:
    """A ledger that forgets nothing: what each home has, what each child takes, what has been given."""

    rooms: list[Room]
    units: list[Needs]
    kept: dict[int, int] = field(default_factory=dict)
    given: dict[int, list[int]] = field(default_factory=dict)

    def room(self, home: int) -> Room:
        pools, usable, day, night = self.rooms[home]
        for child in self.given.get(home, []):
            purpose, by_day, by_night = self.units[child]
            pool = purpose if pools[purpose] else 2
            pools = tuple(n - (at == pool) for at, n in enumerate(pools))  # type: ignore[assignment]
            usable, day, night = usable - 1, day - by_day, night - by_night
        return Room(pools, usable, day, night)

    def needs(self, child: int) -> Needs:
        return self.units[child]

    def keep(self, child: int, home: int) -> int:
        return self.kept.get(child, 0)

    def fits(self, child: int, home: int) -> bool:
        return fit_together(self, [child], home)

    def take(self, child: int, home: int) -> None:
        assert self.fits(child, home), f"home {home} has no room for child {child}"
        self.given.setdefault(home, []).append(child)


class Case(NamedTuple):
    """A small list: wishes in order for each child, appeal and miles by (child, home), need, days listed."""

    wishes: list[tuple[int, ...]]
    appeal: dict[tuple[int, int], float]
    miles: dict[tuple[int, int], float]
    need: list[float]
    listed: list[float]
    rooms: list[Room]
    units: list[Needs]

    def sit(self, opened: bool = True, **rule: Any) -> Sitting:
        own = Rule.model_validate(sitting(**rule))
        rows = [
            Willing(child, float(child), homes, homes) for child, homes in enumerate(self.wishes) if homes
        ]
        return Sitting(
            rule=own, willing=rows, ledger=Slate(self.rooms, self.units), listed=self.listed.__getitem__, now=10.0,
            opened=opened, appeal=lambda c, h: self.appeal[c, h], need=self.need.__getitem__,
            points=self.need.__getitem__, miles=lambda c, h: self.miles[c, h],
        )  # fmt: skip

    def matchings(self) -> list[tuple[int, ...]]:
        """Every way to give each child one willing home or none, within places and staff."""
        slate = Slate(self.rooms, self.units)
        found = []
        for homes in product(*[(NOBODY, *wish) for wish in self.wishes]):
            groups = {h: [c for c, at in enumerate(homes) if at == h] for h in set(homes) - {NOBODY}}
            if all(fit_together(slate, children, home) for home, children in groups.items()):
                found.append(homes)
        return found

    def homes_of(self, decisions: list[Decision]) -> tuple[int, ...]:
        placed = {decision.child: decision.home for decision in decisions}
        assert len(placed) == len(decisions)
        return tuple(placed.get(child, NOBODY) for child in range(len(self.wishes)))


@st.composite
def cases(draw: Any, same_size: bool = False) -> Case:
    children, homes = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    pairs = [(child, home) for child in range(children) for home in range(homes)]
    few = st.integers(0, 3)
    units = [
        Needs(draw(st.sampled_from([0, 0, 1])), *((1.0, 1.0) if same_size else (
            draw(st.sampled_from([1.0, 1.5, 2.0])), draw(st.sampled_from([0.5, 1.0])))))
        for _ in range(children)
    ]  # fmt: skip
    if same_size:
        units = [each._replace(purpose=0) for each in units]
    rooms = []
    for _ in range(homes):
        pools = (draw(st.integers(0, 2)), draw(st.integers(0, 1)), draw(st.integers(0, 2)))
        staff = 99.0 if same_size else draw(st.sampled_from([1.0, 2.5, 99.0]))
        rooms.append(Room(pools, draw(st.integers(0, 3)), staff, 99.0))
    return Case(
        wishes=[tuple(draw(st.permutations(range(homes))))[: draw(st.integers(0, homes))] for _ in range(children)],
        appeal={pair: float(draw(few)) for pair in pairs},
        miles={pair: 10.0 * draw(few) for pair in pairs},
        need=[float(draw(few)) for _ in range(children)],
        listed=[float(draw(few)) for _ in range(children)],
        rooms=rooms, units=units,
    )  # fmt: skip


# -- optimal matching ----------------------------------------------------------------------------------

WEIGHTS = {"placed": 1.0, "need": 1.0, "wait": 0.1, "distance": 0.05}


def worth(case: Case, homes: tuple[int, ...]) -> float:
    return sum(
        1.0 + case.need[child] + 0.1 * (10.0 - case.listed[child]) - 0.05 * case.miles[child, home]
        for child, home in enumerate(homes) if home != NOBODY
    )  # fmt: skip


@given(case=cases())
@examples(few=60, many=2000)
def test_a_matching_is_worth_as_much_as_any_could_be(case: Case) -> None:
    found = case.homes_of(chooser("matching")(case.sit(method="matching", weights=WEIGHTS)))
    assert found in case.matchings()
    best = max(worth(case, homes) for homes in case.matchings())
    assert worth(case, found) == pytest.approx(best, abs=1e-3)


@given(case=cases())
@examples(few=30, many=500)
def test_between_equal_matchings_the_earlier_referrals_win(case: Case) -> None:
    found = case.homes_of(chooser("matching")(case.sit(method="matching", weights={"placed": 1.0})))

    def favour(homes: tuple[int, ...]) -> list[int]:
        order = sorted(range(len(case.wishes)), key=lambda child: (case.listed[child], child))
        return [len(order) - at for at, child in enumerate(order) if homes[child] != NOBODY]

    most = max(sum(home != NOBODY for home in homes) for homes in case.matchings())
    assert len(favour(found)) == most
    equal = [homes for homes in case.matchings() if len(favour(homes)) == most]
    assert sum(favour(found)) == max(sum(favour(homes)) for homes in equal)


@given(case=cases())
@examples(few=30, many=500)
def test_without_a_new_place_the_pairs_of_the_matching_are_made_while_there_is_room(case: Case) -> None:
    made = chooser("matching")(case.sit(opened=False, method="matching", weights=WEIGHTS))
    found = case.homes_of(made)
    assert found in case.matchings()
    slate = Slate(case.rooms, case.units)
    for child, home, _ in made:
        slate.take(child, home)
    for child, wish in enumerate(case.wishes):  # nobody is left beside room that is worth having
        for home in wish if found[child] == NOBODY else ():
            pair = tuple(home if c == child else NOBODY for c in range(len(case.wishes)))
            assert worth(case, pair) < -1e-4 or not slate.fits(child, home)


# -- deferred acceptance -------------------------------------------------------------------------------


def stable(case: Case, homes: tuple[int, ...]) -> bool:
    """Nobody would rather be in a home that has room, or that has someone whom it would take less readily."""
    slate = Slate(case.rooms, case.units)
    for child, wish in enumerate(case.wishes):
        better = wish if homes[child] == NOBODY else wish[: wish.index(homes[child])]
        for home in better:
            there = [c for c, at in enumerate(homes) if at == home]
            if fit_together(slate, [*there, child], home):
                return False
            if any(order(case, child, home) < order(case, other, home) for other in there):
                return False
    return True


def order(case: Case, child: int, home: int) -> tuple[float, float, int]:
    return -case.appeal[child, home], case.listed[child], child


@given(case=cases(same_size=True))
@examples(few=60, many=2000)
def test_deferred_acceptance_is_stable_and_no_stable_matching_is_better_for_any_child(case: Case) -> None:
    found = case.homes_of(
        chooser("deferred_acceptance")(case.sit(method="deferred_acceptance", chooses="home"))
    )
    assert found in case.matchings() and stable(case, found)

    def place(homes: tuple[int, ...], child: int) -> int:
        wish = case.wishes[child]
        return len(wish) if homes[child] == NOBODY else wish.index(homes[child])

    for other in case.matchings():
        if stable(case, other):
            assert all(place(found, child) <= place(other, child) for child in range(len(case.wishes)))


@given(case=cases())
@examples(few=30, many=500)
def test_no_method_leaves_a_child_beside_room_or_gives_what_is_not_there(case: Case) -> None:
    for name in ("rank", "points", "deferred_acceptance", "fewest_homes"):
        made = chooser(name)(case.sit(method=name))
        found = case.homes_of(made)
        assert found in case.matchings(), name
        slate = Slate(case.rooms, case.units)
        for child, home, _ in made:
            slate.take(child, home)
        for child, wish in enumerate(case.wishes):
            if found[child] == NOBODY:
                assert not any(slate.fits(child, home) for home in wish), name


def test_a_tie_that_brute_force_would_see_is_named() -> None:
    case = Case([(0,), (0,)], {}, {(0, 0): 0.0, (1, 0): 0.0}, [1.0, 1.0], [3.0, 2.0],
                [Room((1, 0, 0), 1, 9.0, 9.0)], [Needs(0, 1.0, 1.0)] * 2)  # fmt: skip
    assert chooser("matching")(case.sit(method="matching", weights={"placed": 1.0})) == [Decision(1, 0, 0)]
    assert chooser("points")(case.sit(method="points")) == [Decision(1, 0, 0)]
