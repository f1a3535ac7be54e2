"""Which rows of the register a run can move, and how: each row alone at its ends, those that clash in turn."""

from __future__ import annotations

import numpy as np
import pytest

from sim.scenario.composer import Composer, Shelf
from sim.scenario.errors import COMMAND_LINE
from sim.scenario.scenario import Scenario
from sim.scenario.unknowns import REGISTER, rows_of
from sim.study.register import shown_values
from sim.study.uncertain.impact import distances, still, stirring, turns
from sim.study.uncertain.movable import Moved, at, movable

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def composer() -> Composer:
    return Composer(Shelf.of(None))


@pytest.fixture(scope="module")
def base(composer: Composer) -> Scenario:
    return composer.another(composer.shelf.read([], COMMAND_LINE))


@pytest.fixture(scope="module")
def found(composer: Composer, base: Scenario) -> tuple[dict[str, Moved], dict[str, str]]:
    moved, why = movable(base, composer)
    return {one.key: one for one in moved}, why


def scenario_at(composer: Composer, one: Moved, share: float) -> object:
    return composer.another(composer.shelf.read(one.texts(share), COMMAND_LINE)).model_dump(
        mode="json", by_alias=True
    )


def test_every_row_of_the_scenario_is_moved_or_says_why_not(
    base: Scenario, found: tuple[dict[str, Moved], dict[str, str]]
) -> None:
    moved, why = found
    used = {row["key"] for row in rows_of(REGISTER)} & set(shown_values(base))
    for key in used - set(moved) - set(why):
        assert key.startswith("behaviour.homes.grounds."), (
            key
        )  # no ground has the term but in a row of its own
    assert not set(moved) & set(why) and all(why.values())
    assert len(moved) > 120


def test_a_number_goes_to_both_ends_of_its_range(
    composer: Composer, found: tuple[dict[str, Moved], dict[str, str]]
) -> None:
    one = found[0]["workforce.vacancy.mean"]
    ends = [at(scenario_at(composer, one, share), "workforce.vacancy.mean") for share in (0.0, 1.0)]
    assert ends == [0.05, 0.35]
    assert one.moved_by(0.5) == pytest.approx(0.0) and one.moved_by(1.0) == pytest.approx(0.5)


def test_a_share_goes_to_its_end_and_the_others_make_room(
    composer: Composer, found: tuple[dict[str, Moved], dict[str, str]]
) -> None:
    path = "demand.streams.welfare_england.alternatives"
    one = found[0]["demand.streams.welfare_*.alternatives.unregistered"]
    shares = at(scenario_at(composer, one, 1.0), path)
    row = next(row for row in rows_of(REGISTER) if row["key"] == one.key)
    assert shares["unregistered"] == pytest.approx(float(row["high"]))
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["open_home"] / shares["custody"] == pytest.approx(3.8, rel=1e-6)


def test_another_shape_keeps_the_mean(
    composer: Composer, found: tuple[dict[str, Moved], dict[str, str]]
) -> None:
    one = found[0]["demand.streams.welfare_*.length_of_need.*.kind"]
    need = at(scenario_at(composer, one, 1.0), "demand.streams.welfare_england.length_of_need.0")
    assert (need["kind"], need["mean"]) == ("exponential", 125.0)
    assert one.texts(0.2) == [] and one.moved_by(0.2) == 0.0 and one.moved_by(0.8) == 1.0


def test_rows_that_clash_take_turns_and_others_are_always_moved() -> None:
    whole = Moved("a.kind", "", "red", lambda share: ["a={kind: constant}"], choice=True)
    part = Moved("a.mean", "", "red", lambda share: [f"a.mean={share}"])
    apart = Moved("b", "", "red", lambda share: [f"b={share}"])
    low, high = (Moved(f"c.{end}", "", "red", lambda share: ["c=1"]) for end in ("low", "high"))
    taken = turns([whole, part, apart, low, high], 6)
    assert (taken[:, 0] ^ taken[:, 1]).all() and (taken[:, 3] ^ taken[:, 4]).all()
    assert taken[:, 2].all() and taken.sum(axis=0).tolist() == [3, 3, 6, 3, 3]
    far = distances([whole, part, apart, low, high], np.full((6, 5), 0.75), taken)
    assert far[0].tolist() == [1.0, 0.0, 0.25, 0.25, 0.0]


def test_a_row_that_changes_no_measure_is_green_and_sure() -> None:
    rows = [Moved(name, name, "red", lambda share: []) for name in ("stirs", "calm")]
    base = [{"placed": 1.0}, {"placed": 2.0}]
    does, does_not = stirring(rows, base, [[*base, {"placed": 1.0}, {"placed": 3.0}], [*base, *base]])
    assert [one.key for one in does] == ["stirs"] and [one.key for one in does_not] == ["calm"]
    # a measure that is not counted may move
    cost = [{"placed": 1.0, "cost": 5.0}, {"placed": 2.0, "cost": 5.0}]
    ends = [{**one, "cost": 9.0} for one in (*cost, *cost)]
    assert len(stirring(rows[:1], cost, [ends])[0]) == 1
    assert len(stirring(rows[:1], cost, [ends], ("placed",))[1]) == 1
    table = still(does_not)
    assert table["impact"].tolist() == ["green"] and table["sure"].all() and (table["move"] == 0).all()
