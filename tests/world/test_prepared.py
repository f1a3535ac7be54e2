"""Prepared tapes: what is given is played, what is left out is drawn, what is wrong is said in one line."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.engine.log import EventLog, Kind
from sim.scenario import Scenario
from sim.study.replicate import simulate
from sim.study.tapes import world_to_frames, write_world
from sim.world import draw_world
from sim.world.prepared import prepare
from sim.world.tape import Tape
from tests.small import exponential, home, origin, scenario, stream

pytestmark = pytest.mark.world

DOCUMENT = Path(__file__).parents[2] / "docs" / "prepared_tape.md"


def two_routes(**more: Any) -> Scenario:
    """Two homes; welfare and remand from two towns; complexity, a flag and residents at the start."""
    profile = {
        "flags": {"harm": {"share": 0.4, "need": 2.0}},
        "complexity": {"shares": [0.5, 0.5], "units_day": [1, 2], "units_night": [1, 1.5]},
        "need_base": 1.0,
        "ages": {14: 0.5, 15: 0.5},
    }
    streams = {
        "children": stream(
            1.0, patience=[exponential(3.0)], length_of_need=[exponential(2.0), exponential(6.0)]
        ),
        "held": stream(0.5, route="remand", profile="all_alike", patience=[exponential(1.0)]),
    }
    whole: dict[str, Any] = {
        "origins": [origin("town"), origin("port", "south", 50.0, 3.0)],
        "profiles": {"plain": profile, "all_alike": {}},
        "estate": {"residents_at_start": {"welfare": 2}},
        "workforce": {"kind": "levels", "levels": [1, 0.5], "shares": [0.5, 0.5], "chance": 0.2},
    }
    return scenario([home("hill", 3), home("vale", 2, 50.0, "south")], streams, **whole | more)


def same(one: EventLog, other: EventLog) -> bool:
    return all(
        getattr(one, column.name).tobytes() == getattr(other, column.name).tobytes()
        for column in fields(EventLog)
    )


# -- there and back -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["pair", "frames", "folder", "csv"])
@pytest.mark.parametrize("replication", [0, 3])
def test_a_world_written_and_played_again_gives_the_same_log(
    tmp_path: Path, kind: str, replication: int
) -> None:
    made = two_routes()
    first = simulate(made, replication)
    frames = world_to_frames(made, first.world)
    if kind == "pair":
        given: Any = frames
    elif kind == "frames":
        given = frames._asdict()
    elif kind == "folder":
        given = write_world(made, first.world, tmp_path)
    else:
        for name, frame in frames._asdict().items():
            frame.to_csv(tmp_path / f"{name}.csv", index=False)
        given = str(tmp_path)
    again = simulate(made, replication, world=given)
    assert same(first.log, again.log)
    assert len(first.log) > 100
    for column in fields(Tape):
        one, other = getattr(first.world.tape, column.name), getattr(again.world.tape, column.name)
        assert np.array_equal(one, other), column.name


def test_the_national_world_comes_back_with_orders_answers_and_later_referrals() -> None:
    made = sim.load_scenario(["run.warm_up_days=0", "run.window_days=400", "run.follow_up_days=0"])
    first = simulate(made, 1)
    again = simulate(made, 1, world=world_to_frames(made, first.world)._asdict())
    assert same(first.log, again.log)
    assert (first.log.code[first.log.of(Kind.REFERRED)] > 0).any()


def test_rows_in_any_order_are_the_same_world() -> None:
    made = two_routes()
    frames = world_to_frames(made, draw_world(made, 0))
    turned = {name: frame.iloc[::-1] for name, frame in frames._asdict().items()}
    assert same(simulate(made, world=frames._asdict()).log, simulate(made, world=turned).log)


def test_a_prepared_world_can_be_made_first_and_played_under_another_scenario() -> None:
    made = two_routes()
    world = prepare(made, {"day": [1.0, 2.0], "type": ["welfare", "justice"]})
    assert same(simulate(made, world=world).log, simulate(made, world=world).log)


# -- what is left out is drawn ------------------------------------------------------------------------


def test_days_and_streams_alone_are_a_whole_world() -> None:
    made = two_routes()
    drawn = draw_world(made, 5).tape
    later = ~drawn.resident
    stream = np.array(drawn.streams)[drawn.stream[later]]
    table = {"day": drawn.day[later], "stream": stream, "number": drawn.number[later]}
    again = prepare(made, table, replication=5).tape
    for column in fields(Tape):  # residents were drawn as well
        assert np.array_equal(getattr(drawn, column.name), getattr(again, column.name)), column.name


def test_an_empty_cell_is_drawn_and_a_full_one_is_not() -> None:
    made = two_routes()
    plain = prepare(made, {"day": [1.0, 2.0, 3.0], "type": [0, 0, 0]}).tape
    given = prepare(
        made, {"day": [1.0, 2.0, 3.0], "type": [0, 0, 0], "patience_days": [np.nan, 7.5, np.inf],
               "girl": [None, True, False]}
    ).tape  # fmt: skip
    start = int(plain.resident.sum())
    assert given.patience_days[start] == plain.patience_days[start]
    assert given.patience_days[start + 1 :].tolist() == [7.5, np.inf]
    assert given.girl[start] == plain.girl[start]
    assert given.girl[start + 1 :].tolist() == [True, False]
    assert np.array_equal(given.need_days, plain.need_days)


def test_what_depends_on_a_given_cell_follows_it() -> None:
    """Flags give need, complexity gives units and durations, region gives authority and distance."""
    made = two_routes()
    rows = 400
    table: dict[str, Any] = {"day": np.arange(rows) / 10, "type": ["welfare"] * rows}

    def tape(**more: Any) -> Tape:
        whole = prepare(made, table | {name: [value] * rows for name, value in more.items()}).tape
        return whole.rows(~whole.resident)

    assert set(tape(flag_harm=True).need) == {3.0}
    assert set(tape(flag_harm=False).need) == {1.0}
    assert set(tape(flag_harm=True, need=9.0).need) == {9.0}
    easy, hard = tape(complexity=0), tape(complexity=1)
    assert set(hard.units_day) == {2.0}
    assert set(hard.units_night) == {1.5}
    assert np.allclose(hard.need_days, 3 * easy.need_days)  # means of 6 and 2 days, the same uniform
    assert set(tape(complexity=1, units=4.0).units_night) == {4.0}
    assert set(tape(region="south").easting) == {50_000.0}
    assert set(tape(region="south", easting=7.0).easting) == {7.0}
    assert set(tape(origin="town").region) == {0}
    free = tape()
    assert {0, 1} == set(free.region)
    assert np.array_equal(free.age, hard.age)


def test_residents_are_drawn_unless_the_table_says_who_is_there() -> None:
    made = two_routes()
    assert prepare(made, {"day": [1.0], "type": [0]}).tape.resident.sum() == 2
    assert prepare(made, {"day": [1.0], "type": [0], "resident": [False]}).tape.resident.sum() == 0
    table = {
        "day": [0.0, 0, 0, 1.0],
        "type": [0, 1, 0, 0],
        "resident": [1, 1, 1, 0],
        "need_days": [5.0, 6, 7, 8],
    }
    tape = prepare(made, table).tape
    assert tape.resident.tolist() == [True, True, True, False]
    assert sorted(tape.need_days[:3]) == [5.0, 6.0, 7.0]
    log = simulate(made, world=table).log
    assert len(log.child[log.of(Kind.ADMITTED)]) >= 3


def test_nobody_at_all_is_a_world() -> None:
    made = two_routes(estate={})
    assert len(simulate(made, world={"day": [], "type": []}).world.tape) == 0


def test_staff_hold_from_row_to_row_and_are_full_before_the_first() -> None:
    made = two_routes(estate={})
    staffing = {"day": [4.0, 9.0, 9.0], "home": ["hill", "hill", "vale"], "places": [1, 2, 0]}
    log = simulate(made, world={"referrals": {"day": [1.0], "type": [0]}, "staffing": staffing}).log
    rows = log.of(Kind.STAFF_DAY)
    told = list(zip(log.day[rows], log.home[rows], log.value[rows], strict=True))
    assert told == [(0, 0, 3), (0, 1, 2), (4, 0, 1), (9, 0, 2), (9, 1, 0)]
    night = {
        "day": [0.0, 0.0],
        "home": ["hill", "vale"],
        "units_by_day": [3.0, 2.0],
        "units_by_night": [1.0, 2.0],
    }
    log = simulate(made, world={"referrals": {"day": [1.0], "type": [0]}, "staffing": night}).log
    assert log.value[log.of(Kind.STAFF_NIGHT)].tolist() == [1.0, 2.0]


# -- the page -----------------------------------------------------------------------------------------


def test_the_worked_example_says_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = DOCUMENT.read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL):
        exec(compile(block, DOCUMENT.name, "exec"), names)
    printed = [line.split() for line in capsys.readouterr().out.splitlines()]
    table = page[page.index("    day     kind") : page.index("Child 0 takes")]
    assert printed == [line.split() for line in table.splitlines() if line]


def test_the_page_names_every_column() -> None:
    page = DOCUMENT.read_text(encoding="utf-8")
    made = two_routes()
    frames = world_to_frames(made, draw_world(made, 0))
    for column in (*frames.referrals, *frames.staffing):
        plain = re.sub(r"^flag_.*", "flag_NAME", str(column))
        if not re.fullmatch(r"order_uniform_\d+", plain):
            assert f"`{plain}`" in page, column
