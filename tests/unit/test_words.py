"""A rule read back in words says each of its six answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.scenario.commissioning import Commissioning, Rule
from sim.scenario.load import load_scenario
from sim.scenario.methods import method_names
from sim.scenario.words import QUESTIONS, commissioning_in_words, rule_in_words

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
PRESETS = sorted(path.stem for path in (ROOT / "configs" / "commissioning").glob("*.yaml"))
LEVERS = {
    "hold": "falls free", "quota": "at home everywhere", "pressure": "leaves early", "look_ahead": "miles further",
    "declining": "declines a home", "safety": "For safety", "veto": "Each ground counts", "keep_free": "kept for",
    "members": "For children of",
}  # fmt: skip
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
    texts = {
        commissioning_in_words(load_scenario([f"commissioning={name}"]).commissioning) for name in PRESETS
    }
    assert len(texts) == len(PRESETS)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_read_back_in_words(name: str) -> None:
    """Each of its six answers is a whole sentence, and each lever that it pulls is in one of them."""
    rule = load_scenario([f"commissioning={name}"]).commissioning.welfare
    said = rule_in_words(rule)
    assert tuple(said) == QUESTIONS
    for sentence in said.values():
        assert sentence.endswith(".") and "  " not in sentence and "None" not in sentence
    whole = " ".join(said.values())
    for lever, words in LEVERS.items():
        assert (getattr(rule, lever) in (None, (), {}, 1.0)) or words in whole, lever


@pytest.mark.parametrize(
    ("lever", "words"),
    [
        ({"hold": {"share": 0.25, "days": 1}, "scope": "own_region", "own": "host"},
         "keeps up to 25% of the places for its own children for 1 day after it falls free"),
        ({"scope": "own_then_all", "own": "nation"}, "own nation come first; the others join at once"),
        ({"scope": "own_region", "own": "members", "members": ["London"]}, "For children of London, only homes in"),
        ({"quota": {"London": 0.12}}, "Children of London (12%) are at home everywhere, up to that share of"),
        ({"release_days": 3}, "A place that stands empty is offered to welfare children too, after 3 days"),
        ({"pressure": {"list_from": 0.7, "alert_from": 0.8, "within_days": 14}}, "that is 70% full lists residents"),
        ({"look_ahead": {"days": 28, "miles": 50}}, "50 miles further for each child expected there in the next"),
        ({"declining": {"beyond_miles": 90, "within_days": 7, "place": "keep"}}, "declines a home more than 90"),
        ({"declining": {"beyond_miles": 90, "within_days": 7, "place": "lose", "worth_days": 5}}, "at most 5"),
        ({"safety": {"conflict_from": 3, "staff_below": 0.5}}, "but for safety"),
        ({"refusal": ("risk",), "veto": 0.5}, "Each ground counts in 50% of the cases in which it would"),
        ({"method": "matching", "weights": {"need": 1, "distance": 0.5}}, "1 per point of need, less 0.5 per mile"),
        ({"rank": {"first": ("under_13", "emergency"), "need": 1}}, "Before all others: children under 13, then"),
        ({"rank": {"need": 1, "clinical": {"self_harm": 1}}}, "or of clinical need if higher"),
        ({"pays": "shares", "nhs_share": 0.3}, "of which the NHS 30%"),
    ],
)  # fmt: skip
def test_a_lever_in_words(lever: dict[str, Any], words: str) -> None:
    rule = Rule.model_validate({**PLAIN, "sits_every_days": 1, **lever})
    assert words in " ".join(rule_in_words(rule).values())


def test_the_page_about_new_rules_shows_the_files_that_are_there() -> None:
    page = (ROOT / "docs" / "new_rule.md").read_text(encoding="utf-8")
    for name in ("configs/commissioning/national_hardest_first.yaml", "sim/commissioning/by_fewest_homes.py"):
        assert (ROOT / name).read_text(encoding="utf-8") in page
    methods = {name for name in method_names() if name not in ("own_score", "referral_date")}
    assert all(f"| `{name}` |" in page for name in methods)
    assert all(f"`{lever}`" in page for lever in (*LEVERS, "release_days"))


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_says_who_pays(preset: str) -> None:
    said = {
        "spot": "The placing authority", "block": "A block contract", "pooled": "All authorities together",
        "subscription": "The members", "shares": "One fund, in shares",
    }  # fmt: skip
    rule = load_scenario([f"commissioning={preset}"]).commissioning.welfare
    answer = rule_in_words(rule)["Who pays"]
    assert answer.startswith(said[rule.pays])
    assert rule.nhs_share is None or f"{100 * rule.nhs_share:g}%" in answer
