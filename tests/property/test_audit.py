"""The decision audit is complete: what the event log says happened, the audit says who decided, and the reverse."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.log import Kind
from sim.scenario import Scenario
from sim.scenario.commissioning import Rule
from sim.scenario.levers import Pressure
from sim.scenario.load import load_scenario
from sim.study.audit import Audited, audited
from tests.property.effort import examples
from tests.property.estates import played, scenarios

pytestmark = pytest.mark.property

PRESETS = sorted(path.stem for path in Path("configs/commissioning").glob("*.yaml"))
COLUMNS = ("day", "kind", "child", "home", "code", "value")


def at_home_here(rule: Rule | None, regions: tuple[str, ...]) -> Rule | None:
    """A rule of the presets in an estate with other regions: the first named is the first here, and so on."""
    if rule is None:
        return None
    here = dict(zip(rule.quota.values(), regions, strict=False))
    update: dict[str, Any] = {"quota": {region: share for share, region in here.items()}}
    if rule.members:
        update["members"] = regions[: max(1, len(regions) - 1)]
    return rule.model_copy(update=update)


def under(made: Scenario, preset: str) -> Scenario:
    """The same scenario under a rule of configs/commissioning."""
    given_by = load_scenario([f"commissioning={preset}"]).commissioning
    regions = tuple(region.name for region in made.estate.regions)
    update = {name: at_home_here(getattr(given_by, name), regions) for name in ("welfare", "justice")}
    return made.model_copy(update={"commissioning": given_by.model_copy(update=update)})


def rows(audit: Audited, kind: Kind, *columns: str) -> Counter[tuple[Any, ...]]:
    """Records of one kind, as often as they stand in the log."""
    at = audit.log.of(kind)
    return Counter(zip(*(getattr(audit.log, name)[at].tolist() for name in columns), strict=True))


def told(table: Any, *columns: str) -> Counter[tuple[Any, ...]]:
    return Counter(zip(*(table[name].tolist() for name in columns), strict=True))


def check(made: Scenario) -> Audited:
    """Play a scenario with and without a clerk; AssertionError for any record without its counterpart."""
    alone = played(made)
    audit = audited(made, 0)
    for name in COLUMNS:
        assert getattr(alone.log, name).tobytes() == getattr(audit.log, name).tobytes(), f"another {name}"
    answers, decisions = audit.tables["answers"], audit.tables["decisions"]
    in_log = answers[answers.in_log]
    said = in_log[in_log.answer == "refused"]
    assert told(said, "day", "child", "home", "grounds") == rows(
        audit, Kind.REFUSED, "day", "child", "home", "code"
    )
    full = in_log[in_log.answer == "no_place"]
    assert told(full, "day", "child", "home") == rows(audit, Kind.NO_PLACE, "day", "child", "home")
    assert len(said) + len(full) == len(in_log)
    accepted = decisions[decisions.accepted]
    assert told(accepted, "day", "child", "home") == taken(audit)
    turned_down = told(decisions[~decisions.accepted], "day", "child", "home")
    assert turned_down == rows(audit, Kind.DECLINED, "day", "child", "home")
    tied = told(decisions[decisions.tied >= 0], "day", "child", "home", "tied")
    assert tied == rows(audit, Kind.TIED, "day", "child", "home", "code")
    return audit


def taken(audit: Audited) -> Counter[tuple[Any, ...]]:
    """Places that were given: every offer, and every admission without one but of those there at the start."""
    log, found, offered = audit.log, Counter[tuple[Any, ...]](), set[int]()
    referred: set[int] = set()
    for kind, day, child, home in zip(
        log.kind.tolist(), log.day.tolist(), log.child.tolist(), log.home.tolist(), strict=True
    ):
        if kind == Kind.REFERRED:
            referred.add(child)
        elif kind == Kind.OFFER_ENDED:
            offered.discard(child)
        elif kind == Kind.OFFERED or (kind == Kind.ADMITTED and child not in offered and child in referred):
            found[day, child, home] += 1
        if kind == Kind.OFFERED:
            offered.add(child)
        elif kind == Kind.ADMITTED:
            offered.discard(child)
    return found


def check_sense(audit: Audited) -> None:
    """Every decision rests on a yes; nobody is asked who may not be; what is told twice is told alike."""
    answers, decisions, scope = (audit.tables[name] for name in ("answers", "decisions", "scope"))
    yes = told(answers[answers.answer == "yes"], "sitting", "child", "referral", "home")
    assert set(told(decisions, "sitting", "child", "referral", "home")) <= set(yes)
    may = {(child, home): (barred, day) for child, home, barred, day in
           zip(scope.child, scope.home, scope.barred, scope.from_day, strict=True)}  # fmt: skip
    referred = rows(audit, Kind.REFERRED, "child", "code", "day")
    listed = {(child, ordinal): day for child, ordinal, day in referred}
    since: dict[tuple[int, int, int], float] = {}
    repeat = audit.scenario.behaviour.homes.repeat_days
    for child, referral, home, day, answer, in_log in zip(
        *(answers[name].tolist() for name in ("child", "referral", "home", "day", "answer", "in_log")),
        strict=True,
    ):
        barred, after = may[child, home]
        assert not barred and day >= listed[child, referral] + after - 1e-9
        if answer == "refused":
            assert in_log or day - since[child, referral, home] <= repeat
            since[child, referral, home] = day if in_log else since[child, referral, home]
    at_sittings = answers[
        answers.sitting.isin(np.flatnonzero(audit.tables["sittings"].occasion == "sitting"))
    ]
    assert not at_sittings.duplicated(["sitting", "child", "home"]).any()
    on_list = told(audit.tables["lists"], "sitting", "child")
    assert set(told(at_sittings, "sitting", "child")) <= set(on_list)


@given(made=scenarios())
@examples(few=40, many=400)
def test_every_answer_and_decision_of_the_log_is_in_the_audit_and_the_reverse(made: Scenario) -> None:
    check_sense(check(made))


@given(data=st.data())
@examples(few=60, many=600)
def test_the_audit_is_complete_under_every_rule_of_the_presets(data: st.DataObject) -> None:
    made = data.draw(scenarios())
    check_sense(check(under(made, data.draw(st.sampled_from(PRESETS)))))


@given(made=scenarios())
@examples(few=40, many=400)
def test_the_audit_is_complete_where_full_homes_look_at_whom_they_would_take(made: Scenario) -> None:
    """Homes under pressure ask first, and sittings come rarely: their questions are written down too."""
    grounds = tuple(made.behaviour.homes.grounds)
    rule = made.commissioning.welfare.model_copy(
        update={"channel": "all_declared", "chooses": "commissioner", "sits_every_days": 9.0, "refusal": grounds,
                "scope": "all", "safety": None, "hold": None, "quota": {}, "keep_free": (), "veto": 1.0,
                "method": "rank", "weights": None, "look_ahead": None,
                "pressure": Pressure(list_from=0.0, alert_from=0.0, within_days=100.0)}
    )  # fmt: skip
    commissioning = made.commissioning.model_copy(update={"welfare": rule})
    check_sense(check(made.model_copy(update={"commissioning": commissioning})))
