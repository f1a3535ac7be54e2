"""Promise 2: nothing is lost. Every place, every child and every day on the list can be counted again."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given

from sim.engine.log import Ending, Kind, Leaving
from sim.outcomes.measures import all_places
from sim.outcomes.settings import setting_spells
from sim.outcomes.spells import home_spells, list_spells, offer_spells, scotland_spells
from sim.scenario import Scenario
from tests.property.effort import examples
from tests.property.estates import played, scenarios
from tests.property.recount import Books, Split, moves

pytestmark = pytest.mark.property

# what must come next for a child, and whether the story may end here; nothing follows what is not named
FOLLOWS: dict[tuple[Kind, int | None], tuple[Kind, bool]] = {
    (Kind.REFERRED, None): (Kind.ENDED, False),
    (Kind.ENDED, Ending.PLACED): (Kind.ADMITTED, False),
    (Kind.ADMITTED, None): (Kind.LEFT, False),
    (Kind.LEFT, Leaving.BROKE_DOWN): (Kind.REFERRED, True),
    (Kind.LEFT, Leaving.HOME_CLOSED): (Kind.REFERRED, True),
    (Kind.LEFT, Leaving.TRANSFERRED): (Kind.REFERRED, False),
}


@given(made=scenarios())
@examples(few=25, many=400)
def test_nobody_is_admitted_beyond_approved_usable_or_staffed_places(made: Scenario) -> None:
    """The books complain about an offer or admission without a place, staff, eligibility or scope."""
    books = Books(played(made))
    for row in books.records():
        books.post(row)


@given(made=scenarios())
@examples(few=25, many=400)
def test_every_place_is_occupied_held_free_or_shut_after_every_event(made: Scenario) -> None:
    result = played(made)
    books, homes = Books(result), range(len(made.estate.homes))
    seen: list[dict[float, Split]] = [{} for _ in homes]
    for row in books.records():
        books.post(row)
        if moves(row):
            now = seen[row.home][row.day] = books.split(row.home)
            assert now.approved + now.over == now.occupied + now.held + now.free + sum(now.shut)
    log = result.log
    offers = offer_spells(log, float(made.run.horizon_days))
    told = all_places(made, result.world, log, home_spells(log), offers)
    for index, places in enumerate(told):
        # at the horizon itself all spells end, and what holds then lasts for no time
        mine = [split for day, split in sorted(seen[index].items()) if day < made.run.horizon_days]
        moments = len(mine)
        assert len(places.days) - moments in (0, 1)
        for name in ("approved", "over", "occupied", "held", "free"):
            assert getattr(places, name)[:moments].tolist() == [getattr(split, name) for split in mine], name
        assert places.shut[:moments].tolist() == [list(split.shut) for split in mine]


@given(made=scenarios())
@examples(few=25, many=400)
def test_every_referral_has_one_ending_and_every_placement_one_reason_for_leaving(made: Scenario) -> None:
    result = played(made)
    log, tape, horizon = result.log, result.world.tape, float(made.run.horizon_days)
    assert (np.diff(log.day) >= 0).all(), "the log is in order of day"
    referred, admitted = log.of(Kind.REFERRED), log.of(Kind.ADMITTED)
    first = referred[log.code[referred] == 0]
    assert sorted(log.child[first].tolist()) == np.flatnonzero(~tape.resident).tolist()
    assert (log.day[first] == tape.day[log.child[first]]).all()
    stories: dict[int, list[tuple[Kind, int, float]]] = {}
    for kind, child, code, day in zip(
        *(c.tolist() for c in (log.kind, log.child, log.code, log.day)), strict=True
    ):
        if child >= 0 and kind in (Kind.REFERRED, Kind.ENDED, Kind.ADMITTED, Kind.LEFT):
            stories.setdefault(child, []).append((Kind(kind), code, day))
    need_until = dict(
        zip(log.child[admitted].tolist(), log.value[admitted].tolist(), strict=True)
    )  # the last one
    for child, story in stories.items():
        expected, may_end = (Kind.ADMITTED if tape.resident[child] else Kind.REFERRED), False
        for kind, code, day in story:
            assert kind == expected, f"child {child}: {kind.name} on day {day}, expected {expected}"
            expected, may_end = FOLLOWS.get((kind, code), FOLLOWS.get((kind, None), (None, True)))
            if (kind, code) in ((Kind.ENDED, Ending.OPEN), (Kind.LEFT, Leaving.STILL_PLACED)):
                assert day == horizon
        assert may_end, f"child {child} was lost: {story}"
        if (kind, code) == (Kind.LEFT, Leaving.HOME_CLOSED):
            assert need_until[child] <= day, f"child {child} still needs a place: {story}"
    assert len(admitted) == Counter(log.kind.tolist())[Kind.LEFT]


@given(made=scenarios())
@examples(few=15, many=200)
def test_no_child_is_in_two_places_at_once(made: Scenario) -> None:
    """On the list (an offer is part of that), in a home or in Scotland: one of them, or none."""
    books = Books(played(made))
    for row in books.records():
        books.post(row)
        if row.child >= 0:
            places = books.where(row.child)
            offered = "on the list" in places and any(place.startswith("expected") for place in places)
            assert len(places) <= 1 + offered, f"{places} after {row}"


@given(made=scenarios())
@examples(few=15, many=200)
def test_nobody_stays_past_the_18th_birthday(made: Scenario) -> None:
    result = played(made)
    log, tape = result.log, result.world.tape
    for kind, allowed in ((Kind.LEFT, Leaving.TURNED_18), (Kind.ENDED, Ending.AGED_18)):
        rows = log.of(kind)
        late = log.day[rows] - tape.birthday_18[log.child[rows]]
        assert (late <= 1e-6).all() or set(log.code[rows][late > 1e-6].tolist()) <= {int(allowed)}
        of_age = rows[log.code[rows] == allowed]
        assert (log.day[of_age] >= tape.birthday_18[log.child[of_age]] - 1e-6).all()


@given(made=scenarios())
@examples(few=15, many=200)
def test_time_on_the_list_adds_up_to_the_area_under_the_list(made: Scenario) -> None:
    """Little's law without the division: the sum over children equals the integral over time."""
    result = played(made)
    log, welfare = result.log, result.world.tape.route == 0
    start, end = (float(day) for day in made.run.window)
    area, size, before = 0.0, 0, 0.0
    for row in Books(result).records():
        area += size * max(0.0, min(row.day, end) - max(before, start))
        before = row.day
        if row.child >= 0 and welfare[row.child]:
            size += (row.kind == Kind.REFERRED) - (row.kind == Kind.ENDED)
    assert size == 0
    lists = list_spells(log)
    mine = lists.rows(welfare[lists.child])
    assert mine.within(start, end).sum() == pytest.approx(area, abs=1e-6)
    table = result.measures
    row = table[(table.measure == "children_waiting_mean") & (table.group == "all")]
    assert float(row.value.iloc[0]) * (end - start) == pytest.approx(area, abs=1e-6)


@given(made=scenarios())
@examples(few=15, many=200)
def test_a_child_is_in_exactly_one_setting_from_referral_to_the_end_of_follow_up(made: Scenario) -> None:
    result = played(made)
    log, tape, horizon = result.log, result.world.tape, float(made.run.horizon_days)
    lists = list_spells(log)
    scotland = scotland_spells(log, lists, Ending.SCOTLAND, horizon)
    spells = setting_spells(tape, made.behaviour.authorities, lists, home_spells(log), scotland, horizon)
    for child in np.unique(lists.child).tolist():
        of_child = np.flatnonzero(spells.child == child)
        of_child = of_child[np.argsort(spells.start[of_child], kind="stable")]
        mine = lists.rows(lists.child == child)
        begin, last = mine.start.min(), mine.end.max()
        until = min(horizon, max(tape.birthday_18[child], last))
        edges = np.concatenate([[begin], spells.end[of_child]])
        assert np.allclose(spells.start[of_child], edges[:-1], rtol=0, atol=1e-6), (
            f"gap or overlap, child {child}"
        )
        assert edges[-1] == pytest.approx(until, abs=1e-6), f"child {child} is nowhere before the end"
