"""A rule read back in words says each of its six answers."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario.commissioning import Commissioning, Rule
from sim.scenario.load import load_scenario
from sim.scenario.words import QUESTIONS, commissioning_in_words, rule_in_words

pytestmark = pytest.mark.unit

PLAIN: dict[str, Any] = {
    "title": "Plain",
    "model": "C9",
    "scope": "all",
    "channel": "all_declared",
    "chooses": "commissioner",
    "refusal": (),
    "pays": "spot",
}


@pytest.mark.parametrize(
    ("question", "answer", "words"),
    [
        ("Scope", {"scope": "all"}, "Every home may be asked"),
        ("Scope", {"scope": "own_region"}, "Only homes in the child's own region"),
        ("Scope", {"scope": "own_then_all", "overflow_days": 14}, "the others join 14 days after referral"),
        ("Scope", {"scope": "own_then_all", "overflow_days": 1}, "the others join 1 day after referral"),
        ("Channel", {}, "given out at every change"),
        ("Channel", {"sits_every_days": 1}, "once every day"),
        ("Channel", {"sits_every_days": 1, "working_days_only": True}, "once every working day"),
        ("Channel", {"sits_every_days": 7}, "every 7 days."),
        ("Channel", {"channel": "one_by_one", "chooses": "home", "round_days": 10}, "again after 10 days"),
        ("Rank", {}, "By date of referral."),
        (
            "Rank",
            {"rank": {"need": 1, "wait": 0.02}},
            "1 per point of need and 0.02 per day on the list; ties",
        ),
        ("Rank", {"chooses": "home", "sits_every_days": 1}, "Nobody ranks the children."),
        (
            "Rank",
            {"keep_free": [{"need_below": 3, "places": 2}]},
            "The last 2 places are kept for children with need of 3",
        ),
        ("Who chooses", {}, "The commissioner"),
        (
            "Who chooses",
            {"chooses": "home", "sits_every_days": 1},
            "order of its own score; the authority takes the nearest yes",
        ),
        ("Who chooses", {"channel": "one_by_one", "chooses": "home"}, "the authority takes the first yes"),
        ("Refusal", {"refusal": ()}, "No home may refuse"),
        (
            "Refusal",
            {"refusal": ("staffing", "risk")},
            "for too few staff or the risk to others; not for the mix",
        ),
        (
            "Refusal",
            {"refusal": ("staffing", "mix", "capability", "risk", "discretion")},
            "or its own discretion.",
        ),
        ("Who pays", {"pays": "block"}, "whether the places are used or not"),
    ],
)
def test_an_answer_in_words(question: str, answer: dict[str, Any], words: str) -> None:
    said = rule_in_words(Rule.model_validate({**PLAIN, **answer}))
    assert tuple(said) == QUESTIONS
    assert words in said[question]
    assert all(sentence.endswith(".") for sentence in said.values())


def test_both_rules_or_one_for_all() -> None:
    rule = Rule.model_validate(PLAIN)
    both = commissioning_in_words(Commissioning(name="x", welfare=rule, justice=rule))
    assert both.count("Plain (C9)") == 2
    one = commissioning_in_words(Commissioning(name="x", welfare=rule, justice=None))
    assert one.startswith("Welfare and justice, on one list: Plain (C9)")
    assert one.count("Scope:") == 1


def test_rules_that_differ_read_differently() -> None:
    names = ("today", "local", "regional", "national_panel", "national_panel_todays_grounds")
    texts = {commissioning_in_words(load_scenario([f"commissioning={name}"]).commissioning) for name in names}
    assert len(texts) == len(names)
