"""Hand-made cases of the decision audit: what is written down, and how it is told."""

from __future__ import annotations

import numpy as np
import pytest

from sim.report.story import story
from sim.scenario.load import load_scenario
from sim.study.audit import Audited, audited
from tests.small import asking, home, origin, rule, scenario, sitting, world_of

pytestmark = pytest.mark.behaviour

NEVER_TAKES = {"grounds": {"capability": {"intercept": 50}}}
SHORT = ("run=quick", "run.warm_up_days=0", "run.window_days=150", "run.follow_up_days=0")


def rows(audit: Audited, name: str, *columns: str) -> list[tuple[object, ...]]:
    table = audit.tables[name]
    return list(zip(*(table[column].tolist() for column in columns), strict=True))


def test_two_children_and_one_place_at_a_sitting() -> None:
    made = scenario([home("only")], welfare=sitting(1.0, rank={"need": 1.0, "wait": 0.5}), horizon=20)
    children = [{"day": 0.0, "need": 1.0, "need_days": 5.0}, {"day": 0.1, "need": 4.0, "need_days": 30.0}]
    audit = audited(made, 0, world_of(made, children))
    assert rows(audit, "decisions", "child", "home", "accepted")[0] == (1, 0, True)
    first = audit.tables["ranking"].query("sitting == 0")
    assert list(zip(first.child, first.part, first.value.round(6), strict=True)) == [
        (1, "need", 4.0), (1, "wait", 0.15), (0, "need", 1.0), (0, "wait", 0.2)]  # fmt: skip
    told = " ".join(story(audit, 0).split())
    assert (
        "1 January 2024 (day 0): 1 home asked. 2 children waiting; the child 2nd on the list, after 1."
        in told
    )
    assert "only would take the child: the place went to child 1. The rule: 1.20 points (need 1.00, waiting 0.20), 2nd of 2." in told  # fmt: skip # noqa: E501
    assert "still on the list when the run ended" in told
    assert "only would take the child: the child got this place." in " ".join(story(audit, 1).split())


def test_days_on_which_nothing_changed_are_told_together() -> None:
    made = scenario([home("strict"), home("girls", sexes="girls")], answers=NEVER_TAKES, horizon=12,
                    welfare=sitting(1.0, refusal=["capability"]))  # fmt: skip
    audit = audited(made, 0, world_of(made, [{"day": 0.0, "girl": False}, {"day": 0.1}]))
    told = " ".join(story(audit, 0).split())
    assert "Not by law: girls (takes no boys)." in told
    assert "Refused: strict (what it is able to care for)." in told
    assert "Until 12 January 2024 no home had anything new to read about the child." in told
    answers = rows(audit, "answers", "child", "home", "answer", "grounds", "in_log")
    assert answers[0] == (0, 0, "refused", 4, True)


def test_asking_one_after_another_is_told_in_rounds() -> None:
    homes = [home("near", x_km=1, answer_days=1.0), home("far", x_km=9, answer_days=1.0)]
    made = scenario(
        homes, answers=NEVER_TAKES, horizon=12, welfare=asking(refusal=["capability"], round_days=4)
    )
    told = " ".join(story(audited(made, 0, world_of(made, [{"day": 0.0}])), 0).split())
    assert "3 rounds): the authority asked 2 homes one after another each time, the same answers." in told
    assert "Refused: near (what it is able to care for), far (what it is able to care for)." in told


def test_homes_outside_the_scope_say_until_when() -> None:
    homes = [home("own", answer_days=0.0), home("other", region="south", x_km=50)]
    made = scenario(homes, answers=NEVER_TAKES, horizon=12, origins=[origin("town")],
                    welfare=rule(refusal=["capability"], scope="own_then_all", overflow_days=5))  # fmt: skip
    told = " ".join(story(audited(made, 0, world_of(made, [{"day": 0.0}])), 0).split())
    assert "Not asked, others come first until 6 January 2024: other." in told
    assert "6 January 2024 (day 5)" in told and "Refused: own" in told and "other (what it is" in told


@pytest.mark.parametrize("preset", ["national_panel", "duty_to_admit", "joint_nhs_local"])
def test_points_add_up_to_the_order_of_the_list(preset: str) -> None:
    audit = audited(load_scenario([f"commissioning={preset}", *SHORT]), 0)
    at = audit.tables["lists"].set_index(["sitting", "child"]).position
    rule = audit.tables["sittings"].rule
    totals = audit.tables["ranking"].groupby(["sitting", "child"], sort=False).value.sum()
    compared = 0
    for number, group in totals.groupby(level="sitting"):
        places = at.loc[group.index].to_numpy()
        assert (np.diff(group.to_numpy()[np.argsort(places)]) <= 1e-9).all()
        compared += len(group) > 1 and rule[number] == "welfare"
    assert compared > 10


@pytest.mark.parametrize("preset", ["national_points", "national_matching"])
def test_the_first_of_a_sitting_has_the_most_points(preset: str) -> None:
    """Of all pairs with room: what the points scheme gives first; for one home to choose from, so does a matching."""
    audit = audited(load_scenario([f"commissioning={preset}", *SHORT]), 0)
    totals = audit.tables["ranking"].groupby(["sitting", "child", "home"]).value.sum()
    answers, decisions = audit.tables["answers"], audit.tables["decisions"]
    willing = answers[answers.answer == "yes"]
    compared = 0
    for number, made in decisions.groupby("sitting"):
        pairs = willing[willing.sitting == number]
        if audit.tables["sittings"].rule[number] != "welfare" or len(pairs) < 2:
            continue
        if preset == "national_matching" and pairs.home.nunique() > 1:
            continue
        most = max(totals[number, child, home] for child, home in zip(pairs.child, pairs.home, strict=True))
        first = made.iloc[0]
        best = max(totals[number, child, home] for child, home in zip(made.child, made.home, strict=True))
        assert best == pytest.approx(most, abs=1e-4)
        assert preset != "national_points" or totals[number, first.child, first.home] == pytest.approx(most)
        compared += 1
    assert compared > 5
