"""What every rule must do with a list and some homes, whatever the estate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.log import EventLog, Kind
from sim.scenario import Scenario
from sim.study.office import sitting_days
from sim.study.replicate import Result, simulate
from sim.study.wiring import make_plan
from sim.world import World, draw_world
from sim.world.tape import Tape, join
from tests.property.effort import examples
from tests.property.estates import answers, number, parts, plain, played, rules, scenarios
from tests.property.recount import Books, Record
from tests.small import NEVER, NOTHING, asking, home, origin, rule, scenario, sitting, stream
from tests.small import Record as Config

pytestmark = pytest.mark.property

LAST_MINUTE = 1e-6
COLUMNS = ("day", "kind", "child", "home", "code", "value")


# -- nobody waits beside a place ---------------------------------------------------------------------


class Homes:
    """What each home would say about each child, from answers made anew and the books' own counts."""

    def __init__(self, result: Result, books: Books) -> None:
        self.plan = make_plan(result.scenario, draw_world(result.scenario, result.world.replication))
        self.books, self.repeat = books, result.scenario.behaviour.homes.repeat_days
        self.rows: dict[tuple[int, int, int], Any] = {}

    def refuses(self, child: int, index: int, now: float) -> bool:
        books, plan = self.books, self.plan
        if not books.rule_of(child).refusal or not books.scenario.behaviour.homes.grounds:
            return False
        fortnight = int((now - books.waiting[child]) / self.repeat + 1e-9)
        key = (child, fortnight, books.ordinal[child])
        if key not in self.rows:
            self.rows[key] = plan.answers.row(*key)
        row, house, full = self.rows[key], books.houses[index], plan.homes[index].establishment
        if row.refused >> index & 1:
            return True
        shortage = 0.0 if house.by_day >= full or full == 0 else 1 - house.by_day / full
        there = [flag for other in (*house.residents, *house.held) for flag in plan.carries[other]]
        conflict = sum(weight * there.count(flag) for flag, weight in plan.against[child])
        return bool(shortage > row.shortage[index] or conflict > row.conflict[index])


def moments(books: Books) -> list[tuple[float, list[Record]]]:
    """The records of each moment, in order."""
    found: list[tuple[float, list[Record]]] = []
    for row in books.records():
        if not found or found[-1][0] != row.day:
            found.append((row.day, []))
        found[-1][1].append(row)
    return found


def could_be_placed(books: Books, homes: Homes, child: int, now: float, ready: set[int]) -> list[int]:
    """Homes among `ready` that have a place for a child on the list and would take the child."""
    expected = any(child in house.held for house in books.houses)
    return [] if expected else [
        index for index in sorted(ready)
        if books.could_take(child, index, now) and not homes.refuses(child, index, now)
    ]  # fmt: skip


def with_rules(made: Scenario, welfare: Config) -> Scenario:
    """The same scenario under one rule for all routes."""
    from sim.scenario.commissioning import Rule

    commissioning = made.commissioning.model_copy(
        update={"welfare": Rule.model_validate(welfare), "justice": None}
    )
    return made.model_copy(update={"commissioning": commissioning})


@given(data=st.data())
@examples(few=25, many=400)
def test_no_child_waits_beside_an_open_home_that_would_take_the_child(data: st.DataObject) -> None:
    """Where decisions are made at every change: after each moment, nobody on the list could be placed."""
    made = data.draw(scenarios())
    listed = [ground for ground in made.behaviour.homes.grounds if data.draw(st.booleans())]
    more = {"scope": data.draw(st.sampled_from(["all", "own_then_all", "own_region"])), "overflow_days": 4.0,
            "rank": {"need": 1.0}, "refusal": listed,
            "keep_free": data.draw(st.sampled_from([[], [{"need_below": 2.0, "places": 1}]]))}  # fmt: skip
    homes_answer_at_once = made.behaviour.homes.model_copy(update={"answer_days": 0.0})
    made = made.model_copy(
        update={"behaviour": made.behaviour.model_copy(update={"homes": homes_answer_at_once})}
    )
    result = played(with_rules(made, rule(**more)))
    books = Books(result)
    homes, every = Homes(result, books), set(range(len(books.homes)))
    for now, rows in moments(books):
        for row in rows:
            books.post(row)
        if now < made.run.horizon_days:
            for child in sorted(books.waiting):
                beside = could_be_placed(books, homes, child, now, every)
                assert not beside, f"day {now}: child {child} waits beside homes {beside}"


@given(data=st.data())
@examples(few=25, many=400)
def test_after_a_sitting_no_child_waits_beside_a_home_that_had_its_answer_time(data: st.DataObject) -> None:
    """Whom a panel leaves on the list, no home that was ready would take."""
    made = data.draw(scenarios())
    listed = [ground for ground in made.behaviour.homes.grounds if data.draw(st.booleans())]
    panel = sitting(data.draw(st.sampled_from([0.5, 1.0, 3.0])), refusal=listed, rank={"need": 1.0},
                    scope=data.draw(st.sampled_from(["all", "own_then_all"])), overflow_days=4.0,
                    working_days_only=data.draw(st.booleans()))  # fmt: skip
    made = with_rules(made, panel)
    result = played(made)
    books = Books(result)
    homes = Homes(result, books)
    waits = [each.answer_days for each in homes.plan.homes]
    sittings = sitting_days(made, made.commissioning.welfare)
    opened: dict[tuple[int, int], float] = {}
    past = moments(books)
    for day in sittings:
        while past and past[0][0] <= day:
            now, rows = past.pop(0)
            for row in rows:
                books.post(row)
            for index in range(len(books.houses)):
                for purpose in (0, 1):
                    note_opening(books, opened, index, purpose, now)
        for child in sorted(books.waiting):
            purpose = books.purpose(child)
            ready = {
                index for index, wait in enumerate(waits)
                if opened.get((index, purpose), np.inf) + wait <= day - LAST_MINUTE
                and books.waiting[child] + wait <= day - LAST_MINUTE
            }  # fmt: skip
            beside = could_be_placed(books, homes, child, day, ready)
            assert not beside, f"sitting on day {day}: child {child} waits beside homes {beside}"


def note_opening(
    books: Books, opened: dict[tuple[int, int], float], index: int, purpose: int, now: float
) -> None:
    """Since when a home has a declared bed for a purpose: a place, and staff for the easiest child."""
    house, tape = books.houses[index], books.tape
    children = (*house.residents, *house.held)
    staffed = all(
        sum(units[child] for child in children) + units.min() <= on_shift + 1e-9
        for units, on_shift in ((tape.units_day, house.by_day), (tape.units_night, house.by_night))
    )
    if house.room(purpose) > 0 and staffed:
        opened.setdefault((index, purpose), now)
    else:
        opened.pop((index, purpose), None)


def crowded(config: Config) -> Config:
    """An estate of one or two small homes that take anybody, with a long list of patient children."""
    listed = [each | {"sexes": "mixed", "age_min": 10, "age_max": 17, "either_places": 1 + at}
              for at, each in enumerate(config["homes"][:2])]  # fmt: skip
    for each in listed:
        each.pop("complexity_max", None)
        each.pop("serves", None)
    for each in config["streams"].values():
        each |= {"patience": [NEVER], "withdrawn_after": NEVER}
    return config | {"homes": listed, "estate": {}}


@given(data=st.data())
@examples(few=20, many=300)
def test_places_are_given_in_order_of_the_list(data: st.DataObject) -> None:
    """Whoever is placed by the commissioner has no better-placed child beside them who could have had the place."""
    made = scenario(**crowded(data.draw(parts(refuses=False))))
    rank = {"need": data.draw(st.sampled_from([0.0, 1.0])), "wait": data.draw(st.sampled_from([0.0, 0.125])),
            "emergency": data.draw(st.sampled_from([0.0, 2.0]))}  # fmt: skip
    result = played(with_rules(made, rule(rank=rank)))
    books, tape = Books(result), result.world.tape
    first: dict[int, float] = {}

    def place(child: int) -> tuple[float, ...]:
        points = rank["need"] * tape.need[child] + rank["emergency"] * tape.emergency[child]
        since = books.waiting[child]
        return -first.get(child, 0.0), round(rank["wait"] * since - points, 9), since

    for row in books.records():
        expected = {child for house in books.houses for child in house.held}
        if row.kind in (Kind.OFFERED, Kind.ADMITTED) and row.child in set(books.waiting) - expected:
            for other in set(books.waiting) - expected - {row.child}:
                if place(other) < place(row.child):
                    assert not books.could_take(other, row.home, row.day), f"{other} was before {row}"
        if row.kind == Kind.REFERRED:
            first[row.child] = row.value
        if row.kind == Kind.OFFER_ENDED:
            first[row.child] = 1.0
        books.post(row)


# -- what must make no difference ----------------------------------------------------------------------


def rows_of(log: EventLog) -> list[tuple[Any, ...]]:
    """The records, but for ties: one names a second child by number, and may name another when one more is there."""
    keep = log.kind != Kind.TIED
    return list(zip(*(getattr(log, name)[keep].tolist() for name in COLUMNS), strict=True))


def without(log: EventLog, child: int) -> list[tuple[Any, ...]]:
    """The log without one child, and with the children after it moved up."""
    keep = log.child != child
    columns = {name: getattr(log, name)[keep] for name in COLUMNS}
    columns["child"] = columns["child"] - (columns["child"] > child)
    return rows_of(EventLog(**columns))


def with_tape(world: World, tape: Tape) -> World:
    """The same world with other children."""
    return World(world.seed, world.replication, tape, world.streams, world.staff)


def with_one_more(world: World, day: float, **attributes: Any) -> tuple[World, int]:
    """The world with one more child, like the first one but for what is said; and the child's row."""
    tape = world.tape
    extra = tape.rows(np.flatnonzero(~tape.resident)[:1])
    extra.day[:], extra.number[:] = day, 900_000
    for name, value in attributes.items():
        getattr(extra, name)[:] = value
    whole = join([tape, extra])
    return with_tape(world, whole), int(np.flatnonzero(whole.number == 900_000)[0])


@given(data=st.data())
@examples(few=20, many=300)
def test_a_child_whom_no_home_can_take_changes_nobody_else_s_records(data: st.DataObject) -> None:
    """The minimally different world, with every rule, refusal and shortage: 30 years old, in nobody's way."""
    made = data.draw(scenarios())
    result = played(made)
    if result.world.tape.resident.all():
        return
    day = data.draw(number(0.125, made.run.horizon_days - 1))
    world, extra = with_one_more(result.world, day, age=30.0)
    assert without(simulate(made, world=world).log, extra) == rows_of(result.log)


@given(data=st.data())
@examples(few=20, many=300)
def test_a_child_who_stays_no_time_changes_nobody_else_s_records_where_there_is_room(
    data: st.DataObject,
) -> None:
    config = data.draw(parts(refuses=False))
    for each in config["homes"]:
        each |= {"welfare_places": 500, "justice_places": 500}
        each.pop("closes", None)
    config["estate"] |= {"changes": [], "shut": []}
    config |= {"workforce": {"kind": "unlimited"}, "legal": None}
    for name in ("welfare", "justice"):
        config[name] = plain(config[name]) | {"keep_free": []}
    made = scenario(**config)
    result = simulate(made)
    if not len(result.world.tape):
        return
    day = data.draw(number(0.125, made.run.horizon_days - 1))
    world, extra = with_one_more(result.world, day, need_days=0.0, step_down_days=0.0)
    assert without(simulate(made, world=world).log, extra) == rows_of(result.log)


@given(made=scenarios())
@examples(few=15, many=200)
def test_names_of_regions_make_no_difference(made: Scenario) -> None:
    before = played(made).log
    names = {region.name: f"zone {9 - i}" for i, region in enumerate(made.estate.regions)}

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: names[inner] if key == "region" else renamed(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [renamed(inner) for inner in value]
        return value

    told = made.model_dump(mode="json")
    told["estate"]["regions"] = [each | {"name": names[each["name"]]} for each in told["estate"]["regions"]]
    for each in told["estate"]["homes"]:
        each["serves"] = each["serves"] and [names[name] for name in each["serves"]]
    for each in told["demand"]["streams"].values():
        each["regions"] = each["regions"] and [names[name] for name in each["regions"]]
    for each in filter(None, (told["commissioning"]["welfare"], told["commissioning"]["justice"])):
        each["members"] = [names[name] for name in each["members"]]
        each["quota"] = {names[name]: share for name, share in each["quota"].items()}
    again = Scenario.model_validate(renamed(told))
    assert rows_of(before) == rows_of(simulate(again).log)


@given(data=st.data())
@examples(few=15, many=200)
def test_what_a_rule_does_not_look_at_may_be_shuffled(data: st.DataObject) -> None:
    """Need, sex, flags, staff units, frailty and setting, where no rank, home or answer reads them."""
    config = data.draw(parts(refuses=False))
    for each in config["homes"]:
        each["sexes"] = "mixed"
        each.pop("complexity_max", None)
    config |= {"workforce": {"kind": "unlimited"}}
    for name in ("welfare", "justice"):
        config[name] |= {"rank": {"need": 0.0}, "keep_free": []}
        config[name].pop("reads_by", None)
        config[name].pop("look_ahead", None)  # it reads sex, by the homes that a child could go to
        if "weights" in config[name]:
            config[name]["weights"] |= {"need": 0.0}
    made = scenario(**config)
    world = draw_world(made, 0)
    order = data.draw(st.permutations(range(len(world.tape))))
    ignored = ("need", "girl", "flags", "units_day", "units_night", "frailty", "setting",
               "after_secure", "after_alternative", "last_easting", "last_northing")  # fmt: skip
    shuffled = replace(world.tape, **{name: getattr(world.tape, name)[order] for name in ignored})
    assert rows_of(simulate(made, world=with_tape(world, shuffled)).log) == rows_of(simulate(made).log)


@given(data=st.data())
@examples(few=15, many=200)
def test_justice_is_the_same_under_any_welfare_rule_where_no_home_is_shared(data: st.DataObject) -> None:
    config = data.draw(parts())
    for index, each in enumerate(config["homes"]):
        each["either_places"] = 0
        each["welfare_places"], each["justice_places"] = (3, 0) if index % 2 else (0, 3)
    config["estate"]["changes"] = []
    config["streams"] |= {"stream-9": stream(0.3, "remand", profile="profile-0")}
    config["justice"].pop("release_days", None)
    other = data.draw(rules(list(config["answers"].get("grounds", {})), regions=config["regions"]))
    logs = []
    for welfare in (config["welfare"], other):
        result = simulate(scenario(**(config | {"welfare": welfare})))
        log, justice = result.log, np.append(result.world.tape.route != 0, False)
        keep = justice[log.child]
        logs.append(
            [
                column[keep].tolist()
                for column in (log.day, log.kind, log.child, log.home, log.code, log.value)
            ]
        )
    assert logs[0] == logs[1]


# -- what must make the difference that theory says ----------------------------------------------------


@st.composite
def textbooks(draw: Any, patience: Config) -> Config:
    """One class of children, one home, first come first served."""
    length = draw(number(0.5, 8))
    stay = draw(st.sampled_from([{"kind": "exponential", "mean": length}, {"kind": "constant", "days": length},
                                 {"kind": "uniform", "low": 0.0, "high": 2 * length}]))  # fmt: skip
    places = draw(st.integers(1, 5))
    load = draw(number(0.25, 1.25)) * places / length
    return {
        "homes": [home("home", places, age_max=25)],
        "streams": {"children": stream(load, length_of_need=[stay], patience=[patience])},
        "horizon": draw(st.integers(30, 120)),
        "run": {"seed": draw(st.integers(0, 1000))},
    }


def waits(made: Scenario) -> np.ndarray:
    """Days on the list of every child, to the horizon at most."""
    log = simulate(made).log
    start, end = log.of(Kind.REFERRED), log.of(Kind.ENDED)
    return log.day[end][np.argsort(log.child[end])] - log.day[start][np.argsort(log.child[start])]


@given(config=textbooks(NEVER))
@examples(few=20, many=300)
def test_one_more_place_makes_nobody_wait_longer(config: Config) -> None:
    config = config | {"run": config["run"] | {"window_days": config["horizon"]}}
    before = waits(scenario(**config))
    more = home("home", config["homes"][0]["either_places"] + 1, age_max=25)
    after = waits(scenario(**(config | {"homes": [more]})))
    assert (after <= before + 1e-9).all()


def doubled(config: Config) -> Config:
    """The same with every length of time twice as long."""
    ((name, children),) = config["streams"].items()
    twice = {"length_of_need": [longer(each) for each in children["length_of_need"]],
             "patience": [longer(each) for each in children["patience"]],
             "rate": [{"per_year": each["per_year"] / 2} for each in children["rate"]],
             "ceiling_per_year": children["ceiling_per_year"] / 2}  # fmt: skip
    return config | {"streams": {name: children | twice}, "horizon": 2 * config["horizon"]}


def longer(duration: Config) -> Config:
    return {key: value if key == "kind" else 2 * value for key, value in duration.items()}


@given(config=st.sampled_from([NEVER, NOTHING, {"kind": "exponential", "mean": 2.0}]).flatmap(textbooks))
@examples(few=20, many=300)
def test_time_in_units_half_as_long_gives_the_same_story_in_twice_the_days(config: Config) -> None:
    one, two = simulate(scenario(**config)).log, simulate(scenario(**doubled(config))).log
    for name in ("kind", "child", "home", "code"):
        assert getattr(one, name).tolist() == getattr(two, name).tolist()
    assert two.day == pytest.approx(2 * one.day, rel=1e-9)


@given(data=st.data())
@examples(few=15, many=200)
def test_where_homes_answer_at_once_asking_one_after_another_is_first_come(data: st.DataObject) -> None:
    """One child at a time asks the nearest home first and is told at once: the same as going to the nearest."""
    saying = data.draw(answers()) | {"answer_days": 0.0}
    regions = ("north", "south")
    listed = [home(f"home-{i}", data.draw(st.integers(1, 3)), data.draw(number(-50, 50)), regions[i % 2])
              for i in range(data.draw(st.integers(1, 4)))]  # fmt: skip
    config = {
        "homes": listed, "origins": [origin("town", "north"), origin("port", "south", 30)], "regions": regions,
        "streams": {"children": stream(0.5, length_of_need=[{"kind": "exponential", "mean": 8.0}])},
        "answers": saying, "run": {"seed": data.draw(st.integers(0, 1000))},
        "profiles": {"plain": {"flags": {flag: {"share": 0.5} for flag in ("fire", "gang", "harm")}}},
    }  # fmt: skip
    grounds = list(saying["grounds"])
    one, two = (
        simulate(scenario(**(config | {"welfare": kind(refusal=grounds)}))).log for kind in (rule, asking)
    )
    assert rows_of(one) == rows_of(two)


def test_the_extra_child_is_really_there() -> None:
    """The comparison above would also pass if nobody had been added."""
    made = scenario([home("a", 2)])
    world, extra = with_one_more(draw_world(made, 0), 50.0, need_days=0.0, step_down_days=0.0)
    tape: Tape = world.tape
    assert len(tape) == len(draw_world(made, 0).tape) + 1 and tape.day[extra] == 50.0
    log = simulate(made, world=world).log
    assert (log.child == extra).sum() >= 2
