"""Rules that differ in nothing that matters give the same story, record by record."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.log import EventLog
from sim.study.replicate import simulate
from tests.property.effort import examples
from tests.property.estates import number, parts
from tests.small import Record, asking, home, origin, rule, scenario, sitting, stream

pytestmark = pytest.mark.property

COLUMNS = ("day", "kind", "child", "home", "code", "value")


def rows_of(log: EventLog) -> list[tuple[Any, ...]]:
    return list(zip(*(getattr(log, name).tolist() for name in COLUMNS), strict=True))


def same_story(config: Record, *welfare: Record) -> bool:
    """Whether all these rules give the same log."""
    stories = [rows_of(simulate(scenario(**(config | {"welfare": each}))).log) for each in welfare]
    assert stories[0]
    return all(story == stories[0] for story in stories)


@given(data=st.data())
@examples(few=20, many=300)
def test_local_without_waiting_or_refusal_is_regional_with_one_region_is_national(
    data: st.DataObject,
) -> None:
    config = data.draw(parts(refuses=False)) | {"regions": ("north",)}
    for each in config["homes"]:
        each |= {"region": "north", "answer_days": 0.0, "host": None}
        each.pop("serves", None)
    for each in config["streams"].values():
        each.pop("regions", None)
    config["origins"] = [origin("a", "north", 10), origin("b", "north", -10)]
    config["estate"].pop("regions", None)
    config["justice"] = rule()
    local, regional = asking(), rule(scope="own_then_all", overflow_days=5.0)
    assert same_story(
        config, rule(), local, regional, rule(scope="own_region"), rule(scope="own_then_all", own="nation"),
        rule(scope="own_region", own="members", members=["north"]), rule(scope="own_region", own="host"),
        rule(scope="own_region", members=["north"], quota={"north": 1.0}),
        rule(scope="own_then_all", hold={"share": 1.0, "days": 9.0}), rule(rank={"wait": 1.0}),
    )  # fmt: skip


@given(data=st.data())
@examples(few=15, many=200)
def test_where_there_is_one_home_and_children_are_alike_every_method_is_the_same(data: st.DataObject) -> None:
    stay = {"kind": "exponential", "mean": data.draw(number(0.5, 8))}
    patience = data.draw(st.sampled_from([{"kind": "never"}, {"kind": "exponential", "mean": 5.0}]))
    config = {
        "homes": [home("home", data.draw(st.integers(1, 5)), age_max=25)],
        "streams": {"all": stream(data.draw(number(0.25, 2)), length_of_need=[stay], patience=[patience])},
        "run": {"seed": data.draw(st.integers(0, 1000))},
        "horizon": 60,
    }
    every = data.draw(st.sampled_from([0.25, 1.0]))
    panel = sitting(every)
    logs = [
        simulate(scenario(**(config | {"welfare": each}))).log
        for each in (
            panel, sitting(every, method="points"), sitting(every, method="deferred_acceptance"),
            sitting(every, method="matching", weights={"placed": 1.0}), sitting(every, chooses="home"),
            sitting(every, method="matching", weights={"wait": 1.0}),
            sitting(every, look_ahead={"days": 5, "miles": 10}), sitting(every, rank={"hard_to_match": 1.0}),
        )
    ]  # fmt: skip
    moved = [[row for row in rows_of(log) if row[1] != 16] for log in logs]  # ties are recorded by some only
    assert all(each == moved[0] for each in moved)


@given(data=st.data())
@examples(few=15, many=200)
def test_levers_at_their_end_are_no_levers(data: st.DataObject) -> None:
    """A hold of no days or no places, a whole quota, a veto of 1, a price of nothing, and so on."""
    config = data.draw(parts())
    grounds = list(config["answers"].get("grounds", {}))
    config["justice"] = rule()
    panel = {"scope": "own_then_all", "overflow_days": 4.0, "rank": {"need": 1.0}, "refusal": grounds}
    assert same_story(
        config, sitting(**panel), sitting(**panel, hold={"share": 1.0, "days": 0.0}),
        sitting(**panel, hold={"share": 0.0, "days": 9.0}), sitting(**panel, veto=1.0),
        sitting(**panel, look_ahead={"days": 9.0, "miles": 0.0}),
        sitting(**panel, declining={"beyond_miles": 9999, "within_days": 9, "place": "lose", "worth_days": 9}),
        sitting(**panel, declining={"beyond_miles": 0, "within_days": 0, "place": "keep"}),
        sitting(**panel, safety={"conflict_from": 1e9, "staff_below": 0.0}),
    )  # fmt: skip


@given(data=st.data())
@examples(few=15, many=200)
def test_no_refusal_is_the_end_of_the_veto(data: st.DataObject) -> None:
    config = data.draw(parts())
    grounds = list(config["answers"].get("grounds", {}))
    config["justice"] = rule()
    assert same_story(config, sitting(refusal=grounds, veto=0.0), sitting(refusal=[]))
