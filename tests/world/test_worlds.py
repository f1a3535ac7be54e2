"""Promise 1 and half of promise 2: the same world in every scenario, and the same run wherever it is played."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.log import Kind
from sim.scenario import Scenario
from sim.scenario.load import load_scenario
from sim.study.pool import play_all
from sim.study.replicate import simulate
from sim.study.wiring import make_plan
from sim.world import World, draw_world
from sim.world.tape import Tape
from tests.property.effort import examples
from tests.property.estates import parts, played, profiles, rules, scenarios, streams
from tests.small import BREAKS, home, play, scenario
from tests.world.digest import fingerprint, fingerprints

pytestmark = pytest.mark.world

ROOT = Path(__file__).parents[2]
RULES = ("today", "local", "regional", "national_panel")


def columns(tape: Tape) -> list[str]:
    return [each.name for each in fields(tape) if isinstance(getattr(tape, each.name), np.ndarray)]


def children(tape: Tape) -> dict[str, int]:
    """Each child's row by a name that no scenario changes."""
    names = [f"{'start/' if tape.resident[row] else ''}{tape.child_id(row)}" for row in range(len(tape))]
    assert len(set(names)) == len(tape)
    return {name: row for row, name in enumerate(names)}


def same_draws(one: Tape, two: Tape, names: set[str], but: tuple[str, ...] = ()) -> None:
    """The named children have the same attributes on both tapes."""
    in_one, in_two = children(one), children(two)
    first, second = ([where[name] for name in sorted(names)] for where in (in_one, in_two))
    for name in columns(one):
        if name not in but:
            assert np.array_equal(getattr(one, name)[first], getattr(two, name)[second]), name


# -- the same world in every scenario -------------------------------------------------------------------


@given(data=st.data())
@examples(few=20, many=300)
def test_a_rule_changes_no_draw_and_no_arrival(data: st.DataObject) -> None:
    config = data.draw(parts())
    other = data.draw(rules(list(config["answers"].get("grounds", {}))))
    one, two = scenario(**config), scenario(**(config | {"welfare": other, "justice": other}))
    worlds = [draw_world(made, 3) for made in (one, two)]
    for name in columns(worlds[0].tape):
        assert np.array_equal(getattr(worlds[0].tape, name), getattr(worlds[1].tape, name)), name
    for name, innovations in worlds[0].staff.items():
        assert np.array_equal(innovations, worlds[1].staff[name])
        assert worlds[0].home_effect(name) == worlds[1].home_effect(name)
    later = [world.referral(made, 1) for world, made in zip(worlds, (one, two), strict=True)]
    for name in columns(later[0]):
        assert np.array_equal(getattr(later[0], name), getattr(later[1], name)), name
    logs = [simulate(made, 3).log for made in (one, two)]
    kinds = {Kind.STAFF_DAY, Kind.STAFF_NIGHT, Kind.APPROVED, Kind.SHUT, Kind.SCOTLAND}
    if any(
        made.commissioning.justice and made.commissioning.justice.release_days is not None
        for made in (one, two)
    ):
        kinds.remove(Kind.APPROVED)  # places that a rule lends move between purposes
    arrivals, staff = [], []
    for log in logs:
        rows = log.of(Kind.REFERRED)
        rows = rows[log.code[rows] == 0]
        arrivals.append((log.day[rows].tolist(), log.child[rows].tolist()))
        rows = log.of(*kinds)
        staff.append((log.day[rows].tolist(), log.home[rows].tolist(), log.value[rows].tolist()))
    assert arrivals[0] == arrivals[1]
    assert staff[0] == staff[1]


@given(data=st.data())
@examples(few=20, many=300)
def test_more_demand_contains_less(data: st.DataObject) -> None:
    """The children of scale 1.1 are those of 1.0, with the same attributes, and some more."""
    config = data.draw(parts())
    low, high = sorted(
        (data.draw(st.sampled_from([0.25, 0.5, 0.9, 1.0])), data.draw(st.sampled_from([1.0, 1.1, 1.3])))
    )
    for each in config["streams"].values():
        each["ceiling_per_year"] *= 2
    tapes = [draw_world(scenario(**(config | {"demand": {"scale": scale}})), 0).tape for scale in (low, high)]
    names = set(children(tapes[0]))
    assert names <= set(children(tapes[1]))
    same_draws(tapes[0], tapes[1], names)


@given(data=st.data())
@examples(few=20, many=300)
def test_a_longer_run_contains_a_shorter_one(data: st.DataObject) -> None:
    config = data.draw(parts())
    longer = config["run"] | {"window_days": config["run"]["window_days"] + 30}
    tapes = [draw_world(scenario(**(config | {"run": run})), 0).tape for run in (config["run"], longer)]
    names = set(children(tapes[0]))
    assert names == {
        name for name, row in children(tapes[1]).items() if tapes[1].day[row] < config["horizon"]
    }
    same_draws(tapes[0], tapes[1], names)


def answers_by_home(made: Scenario, world: World, row: int) -> dict[str, tuple[float, ...]]:
    """What each home says about a child in two fortnights of two referrals, by the name of the home."""
    answers, found = make_plan(made, world).answers, {}
    for fortnight, ordinal in ((0, 0), (1, 0), (0, 1)):
        said = answers.row(row, fortnight, ordinal)
        for index, each in enumerate(made.estate.homes):
            one = (said.fires[index], said.shortage[index], said.conflict[index], said.refused >> index & 1)
            found[each.name] = (*found.get(each.name, ()), *(float(value) for value in one))
    return found


@given(data=st.data())
@examples(few=15, many=200)
def test_another_home_changes_no_child_s_draws_and_no_other_home_s_answers(data: st.DataObject) -> None:
    config = data.draw(parts())
    new = home("new", 2, x_km=3, region=config["regions"][0])
    at = data.draw(st.integers(0, len(config["homes"])))
    more = config | {"homes": [*config["homes"][:at], new, *config["homes"][at:]]}
    one, two = scenario(**config), scenario(**more)
    worlds = draw_world(one, 0), draw_world(two, 0)
    same_draws(worlds[0].tape, worlds[1].tape, set(children(worlds[0].tape)))
    for name, innovations in worlds[0].staff.items():
        assert np.array_equal(innovations, worlds[1].staff[name])
    for row in range(min(3, len(worlds[0].tape))):
        before, after = answers_by_home(one, worlds[0], row), answers_by_home(two, worlds[1], row)
        assert {name: after[name] for name in before} == before


@given(data=st.data())
@examples(few=15, many=200)
def test_another_stream_changes_no_other_child_s_draws_or_answers(data: st.DataObject) -> None:
    config = data.draw(parts())
    name = data.draw(st.sampled_from(["a-new-stream", "z-new-stream"]))
    route = data.draw(st.sampled_from(["welfare", "remand"]))
    more = config | {
        "profiles": config["profiles"] | {"new": data.draw(profiles(1))},
        "streams": config["streams"] | {name: data.draw(streams(route, "new", 1, config["regions"]))},
    }
    one, two = scenario(**config), scenario(**more)
    worlds = draw_world(one, 0), draw_world(two, 0)
    names = set(children(worlds[0].tape))
    same_draws(worlds[0].tape, worlds[1].tape, names, but=("stream",))
    where = [children(world.tape) for world in worlds]
    for child in sorted(names)[:3]:
        said = [answers_by_home(made, world, rows[child]) for made, world, rows
                in zip((one, two), worlds, where, strict=True)]  # fmt: skip
        assert said[0] == said[1]


@given(data=st.data())
@examples(few=15, many=200)
def test_another_child_changes_no_other_child_s_draws_answers_or_later_referrals(data: st.DataObject) -> None:
    made = data.draw(scenarios().filter(lambda each: not each.estate.residents_at_start.get("welfare")))
    world = draw_world(made, 0)
    if len(world.tape) < 2:
        return
    gone = data.draw(st.integers(0, len(world.tape) - 1))
    keep = np.arange(len(world.tape)) != gone
    fewer = World(world.seed, world.replication, world.tape.rows(keep), world.streams, world.staff)
    names = set(children(fewer.tape))
    same_draws(world.referral(made, 1), fewer.referral(made, 1), names)
    row = data.draw(st.integers(0, len(fewer.tape) - 1))
    assert answers_by_home(made, world, row + (row >= gone)) == answers_by_home(made, fewer, row)


@given(made=scenarios())
@examples(few=10, many=100)
def test_worlds_of_other_replications_and_seeds_are_other_worlds(made: Scenario) -> None:
    other = made.model_copy(update={"run": made.run.model_copy(update={"seed": made.run.seed + 1})})
    tapes = [draw_world(made, 0).tape, draw_world(made, 1).tape, draw_world(other, 0).tape]
    drawn = [tape.day[~tape.resident].tolist() for tape in tapes]
    assert not set(drawn[0]) & set(drawn[1]) and not set(drawn[0]) & set(drawn[2])


def test_a_world_given_other_children_draws_their_later_referrals() -> None:
    made = scenario([home("a", 2)], breakdown=BREAKS)
    world = draw_world(made, 0)
    simulate(made, world=world)
    half = world.tape.rows(np.arange(0, len(world.tape), 2))
    taken = replace(world, tape=half)
    fresh = World(world.seed, world.replication, half, world.streams, world.staff)
    assert fingerprint(simulate(made, world=taken).log) == fingerprint(simulate(made, world=fresh).log)


# -- the same run wherever it is played -----------------------------------------------------------------


@given(made=scenarios(), replication=st.integers(1, 5))
@examples(few=10, many=100)
def test_a_run_alone_is_the_run_in_a_batch(made: Scenario, replication: int) -> None:
    played(made, 0)
    alone = fingerprint(played(made, replication).log)
    batch = fingerprints(made, [0, replication, replication])
    assert batch[1:] == [alone, alone]


def small_and_national() -> list[tuple[Scenario, list[int]]]:
    """Short national runs under four rules, and a small estate with breakdowns."""
    short = ["run.warm_up_days=30", "run.window_days=60", "run.follow_up_days=10"]
    chosen = [(load_scenario([f"commissioning={name}", *short]), [0, 2]) for name in RULES]
    return [*chosen, (scenario([home("a", 2)], breakdown=BREAKS), [0, 1, 2, 3])]


def test_a_fresh_process_with_any_hash_seed_gives_the_same_logs() -> None:
    chosen = small_and_national()
    here = [" ".join(fingerprints(made, replications)) for made, replications in chosen]
    asked = "\n".join(
        json.dumps({"scenario": made.model_dump(mode="json"), "replications": replications})
        for made, replications in chosen
    )
    for seed in ("0", "4242"):
        done = subprocess.run(
            [sys.executable, "-m", "tests.world.digest"], input=asked, text=True, capture_output=True, cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed}, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stdout.split("\n")[:-1] == here


def test_two_workers_give_the_rows_of_one() -> None:
    chosen = [made for made, _ in small_and_national()[1::3]]
    one, two = (play_all(chosen, [5, 3], workers) for workers in (1, 2))
    assert repr(one) == repr(two)


def test_the_fingerprint_sees_every_column() -> None:
    log = play(scenario([home("a", 2)]), [{"day": 1.0, "need_days": 3.0}]).log
    seen = {fingerprint(log)}
    for name in ("day", "kind", "child", "home", "code", "value"):
        changed = getattr(log, name).copy()
        changed[-1] += 1
        seen.add(fingerprint(replace(log, **{name: changed})))
    assert len(seen) == 7
