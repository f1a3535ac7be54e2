"""Each lever of a commissioning rule on an estate so small that the right answer can be worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from sim.engine.log import Kind
from sim.scenario import Scenario
from tests.small import asking, home, origin, play, rule, scenario, sitting, stream, told

pytestmark = pytest.mark.behaviour

TOWNS = [origin("town", "north", 0), origin("port", "south", 100)]
LONG = 1000.0
ALWAYS = 60.0
Config = dict[str, Any]


def admitted(result: Any, *children: int) -> list[tuple[float, str] | None]:
    """Day and home of the first admission of each child; None without one."""
    found = [told(result, child, "admitted") for child in children]
    return [each[0][1:] if each else None for each in found]


def child(day: float, town: str = "town", stay: float = LONG, **more: Any) -> Config:
    return {"day": day, "origin": town, "need_days": stay, **more}


# -- whose children come first -------------------------------------------------------------------


def test_a_home_that_chooses_reads_its_own_children_first() -> None:
    kids = [child(0.1), child(0.2, "port")]

    def first(**more: Any) -> list[Any]:
        welfare = sitting(chooses="home", reads_by="referral_date", **more)
        return admitted(
            play(scenario([home("s", 1, 90, "south")], welfare=welfare, origins=TOWNS), kids), 0, 1
        )

    assert first() == [(0.4, "s"), None]
    assert first(scope="own_then_all") == [None, (0.4, "s")]


@pytest.mark.parametrize("own", ["host", "nation", "members"])
def test_own_may_be_the_host_authority_the_nation_or_the_members(own: str) -> None:
    """Of two children who came on one day, the second is the home's own."""
    estate = {"regions": [{"name": "north", "nation": "England"}, {"name": "south", "nation": "Wales"}]}
    made = scenario(
        [home("s", 1, 1, "south", host="port")], origins=TOWNS, estate=estate,
        welfare=sitting(scope="own_then_all", own=own, members=["south"] if own == "members" else []),
    )  # fmt: skip
    assert admitted(play(made, [child(0.1), child(0.2, "port")]), 0, 1) == [None, (0.4, "s")]


def test_a_home_outside_every_pool_puts_nobody_first() -> None:
    made = scenario([home("n", 1)], origins=TOWNS, welfare=sitting(scope="own_then_all", members=["south"]))
    assert admitted(play(made, [child(0.1, "port"), child(0.2)]), 0, 1) == [(0.4, "n"), None]
    made = scenario([home("n", 1)], origins=TOWNS, welfare=sitting(scope="own_then_all", own="host"))
    assert admitted(play(made, [child(0.1, "port"), child(0.2)]), 0, 1) == [(0.4, "n"), None]


# -- places kept for own children ----------------------------------------------------------------


def test_a_place_is_held_for_own_children_for_some_days_after_it_falls_free() -> None:
    """Held places are for members alone; the hold of each place counts from when it fell free."""
    for channel in (rule, sitting):
        held = channel(scope="own_then_all", hold={"share": 1.0, "days": 5})
        made = scenario([home("s", 1, 90, "south")], welfare=held, origins=TOWNS)
        result = play(made, [child(0.1, stay=9.9), child(0.2, "port", 10), child(11.0)])
        at = (0.2, 5.1) if channel is rule else (0.4, 10.4)
        assert admitted(result, 1) == [(at[0], "s")]
        free = at[0] + 10
        # nobody else of its own asks: the first comer from elsewhere has it five days after it fell free
        when = free + 5 if channel is rule else 15.4
        assert admitted(result, 0)[0] == (pytest.approx(when), "s")


def test_a_host_reserve_holds_only_its_share_of_the_places() -> None:
    reserve = rule(scope="own_then_all", own="host", hold={"share": 0.5, "days": LONG})
    made = scenario([home("s", 2, 90, "south", host="port")], welfare=reserve, origins=TOWNS)
    result = play(made, [child(1), child(2), child(3, "port")])
    assert admitted(result, 0, 1, 2) == [(1, "s"), None, (3, "s")]


def test_one_who_asks_is_told_that_there_is_no_place_while_the_places_are_held() -> None:
    held = asking(scope="own_then_all", own="host", hold={"share": 1.0, "days": 10}, round_days=4)
    made = scenario([home("s", 1, 1, host="port")], welfare=held, origins=TOWNS, answers={"answer_days": 1})
    result = play(made, [child(1)])
    assert told(result, 0, "no_place") == [("no_place", day, "s") for day in (2, 6)]
    assert admitted(result, 0) == [(10, "s")]


def test_longer_holds_never_bring_others_in_sooner() -> None:
    def when(hold: float) -> float:
        held = rule(scope="own_then_all", hold={"share": 1.0, "days": hold})
        made = scenario([home("s", 1, 90, "south")], welfare=held, origins=TOWNS)
        found = admitted(play(made, [child(1)]), 0)[0]
        return found[0] if found else LONG

    waits = [when(hold) for hold in (0, 2, 5, 40)]
    assert waits == sorted(waits) == [1, 2, 5, 40]


# -- quotas --------------------------------------------------------------------------------------


def test_children_of_a_region_without_a_home_are_at_home_everywhere_up_to_its_quota() -> None:
    def placed(share: float, channel: Any = rule) -> int:
        made = scenario(
            [home("n", 4)], origins=TOWNS, welfare=channel(scope="own_region", quota={"south": share})
        )
        result = play(made, [child(0.1 * (1 + i), "port") for i in range(4)])
        return sum(found is not None for found in admitted(result, *range(4)))

    for channel in (rule, sitting):
        assert [placed(share, channel) for share in (0, 0.25, 0.5, 0.7, 1)] == [0, 1, 2, 2, 4]


def test_when_a_child_of_the_quota_leaves_the_next_one_comes() -> None:
    made = scenario([home("n", 2)], origins=TOWNS, welfare=rule(scope="own_region", quota={"south": 0.5}))
    result = play(made, [child(1, "port", 6), child(2, "port"), child(3)])
    assert admitted(result, 0, 1, 2) == [(1, "n"), (7, "n"), (3, "n")]


@pytest.mark.parametrize("channel", [rule, sitting])
def test_a_whole_quota_never_binds_though_residents_outnumber_places(channel: Any) -> None:
    """One of two homes loses a place on day 3 while two children live there; the other home has one free."""
    fewer = {"changes": [{"home": "a", "start": "2024-01-04", "either_places": 1}]}
    made = scenario(
        [home("a", 2), home("b", 1, x_km=500)], origins=TOWNS, estate=fewer,
        welfare=channel(scope="own_region", quota={"south": 1.0}),
    )  # fmt: skip
    result = play(made, [child(0.5, "port", 20), child(0.5, "port", 20), child(5, "port")])
    ((day, name),) = admitted(result, 2)
    assert (int(day), name) == (5, "b")


# -- justice places ------------------------------------------------------------------------------


def contracted(release: float | None, kids: list[Config]) -> Any:
    made = scenario(
        [home("a", 0, justice_places=1)], {"welfare": stream(), "justice": stream(route="remand")},
        justice=rule(release_days=release),
    )  # fmt: skip
    return play(made, kids)


def test_an_empty_justice_place_is_released_to_welfare_after_some_days_and_goes_back_when_left() -> None:
    welfare = {"stream": "welfare", "need_days": 10}
    kids = [{"day": 1, **welfare}, {"day": 2, **welfare}, {"day": 12, "stream": "justice", "need_days": 1}]
    assert admitted(contracted(None, kids), 0, 1) == [None, None]
    result = contracted(3, kids)
    # empty from day 0: lent from day 3 to 13, then the ministry's again: the remanded child, then another 3 days
    assert admitted(result, 0, 2, 1) == [(3, "a"), (13, "a"), (17, "a")]


def test_a_released_place_is_one_for_either_purpose_in_the_log() -> None:
    log = contracted(0, [{"day": 1, "stream": "welfare", "need_days": 10}]).log
    approved = [(log.day[row], log.code[row], log.value[row]) for row in log.of(Kind.APPROVED)]
    assert (0, 1, 0) in approved and (0, 2, 1) in approved
    assert log.code[log.of(Kind.ADMITTED)].tolist() == [2]


# -- step-down under pressure --------------------------------------------------------------------


def pressed(welfare: Config, **more: Any) -> Any:
    pressure = {"list_from": 0.5, "alert_from": 1.0, "within_days": 20} | more
    made = scenario([home("a", 2)], welfare=welfare | {"pressure": pressure})
    return play(made, [child(0, stay=60), child(1, stay=30), child(4)])


def test_a_full_home_trades_the_exit_of_who_is_nearest_to_the_end_of_need_for_an_admission() -> None:
    result = pressed(rule())
    # the second child's need ends on day 31: listed on the morning of day 11, traded the morning after
    assert told(result, 1, "left") == [("left", 12.375, "a", "moved_early")]
    assert admitted(result, 2) == [(12.375, "a")]
    assert told(result, 0, "left") == [("left", 60, "a", "need_ended")]
    # at sittings everybody comes at 0.4 of a day, and the place is given the same morning
    assert admitted(pressed(sitting()), 2) == [(13.4, "a")]


def test_nobody_leaves_early_below_the_alert_or_when_nobody_could_have_the_place() -> None:
    made = scenario(
        [home("a", 3)], welfare=rule(pressure={"list_from": 0.5, "alert_from": 1.0, "within_days": 99})
    )
    below = play(made, [child(0, stay=60), child(1, stay=30)])
    assert told(below, 1, "left") == [("left", 31, "a", "need_ended")]
    answers = {"grounds": {"risk": {"intercept": ALWAYS}}}
    welfare = rule(refusal=["risk"], pressure={"list_from": 0.5, "alert_from": 1.0, "within_days": 99})
    made = scenario(
        [home("a", 1)], welfare=welfare, answers=answers, estate={"residents_at_start": {"welfare": 1}}
    )
    assert not made.run.warm_up_days
    refused = play(made, [child(1)])
    assert told(refused, 0, "admitted") == []


@pytest.mark.parametrize("within", [0, 5, 20, 50])
def test_a_longer_list_of_early_moves_never_makes_the_next_child_wait_longer(within: float) -> None:
    day = admitted(pressed(rule(), within_days=within), 2)[0]
    more = admitted(pressed(rule(), within_days=within + 10), 2)[0]
    assert day is not None and more is not None and more[0] <= day[0]


# -- declining -----------------------------------------------------------------------------------

FAR = {"beyond_miles": 50, "within_days": 10}


def declined(place: str, worth: float = 0.0, **more: Any) -> Any:
    """A home 100 km (62 miles) away has a place at once; another child is referred a day later."""
    welfare = sitting(declining={**FAR, "place": place, "worth_days": worth}, **more)
    made = scenario([home("far", 1, 100)], welfare=welfare, origins=TOWNS)
    return play(made, [child(0.1), child(1.1, "port", 20), child(2.1, "port")])


def test_an_authority_declines_a_far_home_in_the_first_days_and_keeps_its_place() -> None:
    result = declined("keep")
    assert told(result, 0, "declined") == [("declined", 0.4, "far")]
    assert admitted(result, 1, 0, 2) == [(1.4, "far"), (21.4, "far"), None]


def test_who_loses_its_place_by_declining_comes_after_those_who_were_referred_before() -> None:
    made = scenario(
        [home("far", 1, 100)], origins=TOWNS,
        welfare=sitting(declining={**FAR, "place": "lose", "worth_days": 5}),
    )  # fmt: skip
    kids = [child(0.0, "port", 3), child(0.1), child(2.1, "port", 2), child(3.0, "port")]
    result = play(made, kids)
    # the offer of day 3.4 is declined: the child's waiting counts from then, and two others come before it
    assert told(result, 1, "declined") == [("declined", 3.4, "far")]
    assert admitted(result, 2, 3, 1) == [(4.4, "far"), (6.4, "far"), None]


def test_who_has_more_to_lose_than_it_is_worth_accepts_the_far_home() -> None:
    def of_second(worth: float) -> list[Any]:
        made = scenario(
            [home("far", 1, 100)], origins=TOWNS,
            welfare=sitting(declining={**FAR, "place": "lose", "worth_days": worth}),
        )  # fmt: skip
        return told(play(made, [child(0.0, "port", 3), child(0.1)]), 1, "declined", "admitted")

    assert of_second(2) == [("admitted", 3.4, "far")]
    assert of_second(5)[0] == ("declined", 3.4, "far")


# -- refusal -------------------------------------------------------------------------------------


def test_a_duty_to_admit_lets_a_home_refuse_for_conflict_or_too_few_staff_alone() -> None:
    answers = {"grounds": {"risk": {"intercept": ALWAYS}},
               "conflicts": [{"child": "gang", "resident": "gang", "weight": 1.0}]}  # fmt: skip
    profiles = {"plain": {"flags": {"gang": {"share": 1.0}}}}

    def days_in(safety: Config | None, units: float = 9.0) -> list[Any]:
        duty = rule(refusal=[], safety=safety) if safety else rule(refusal=["risk"])
        made = scenario(
            [home("a", 9)], welfare=duty, answers=answers, profiles=profiles, horizon=60,
            workforce={"kind": "levels", "levels": [1.0], "shares": [1.0], "chance": 1.0},
        )  # fmt: skip
        kids = [child(1, stay=20), child(2, stay=20), child(3, stay=20)]
        return admitted(play(made, kids, staff={"a": [(0, units)]}), 0, 1, 2)

    assert days_in(None) == [None, None, None]
    assert days_in({"conflict_from": 2.0, "staff_below": 0.0}) == [(1, "a"), (2, "a"), (21, "a")]
    assert days_in({"conflict_from": 9.0, "staff_below": 0.0}) == [(1, "a"), (2, "a"), (3, "a")]
    assert days_in({"conflict_from": 9.0, "staff_below": 0.5}, units=4.0) == [None, None, None]


def test_a_lighter_veto_refuses_a_subset() -> None:
    answers = {"grounds": {"risk": {"intercept": 0.5}, "capability": {"intercept": -0.5}}}

    def refused(veto: float) -> set[tuple[int, int]]:
        made = scenario([home("a", 9), home("b", 9, 5)], {"all": stream(9)}, answers=answers, horizon=13,
                        welfare=rule(refusal=["risk", "capability"], veto=veto))  # fmt: skip
        log = play(made, [child(0.1 * i) for i in range(10)]).log
        rows = log.of(Kind.REFUSED)
        return set(zip(log.child[rows].tolist(), log.home[rows].tolist(), strict=True))

    sets = [refused(veto) for veto in (0.0, 0.3, 0.7, 1.0)]
    assert not sets[0] and sets[3]
    # a child refused by the nearest home goes on to the next, so compare the nearest only
    nearest = [{pair for pair in each if pair[1] == 0} for each in sets]
    assert nearest[0] <= nearest[1] <= nearest[2] <= nearest[3]


# -- rank ----------------------------------------------------------------------------------------


def test_a_tier_comes_before_all_points() -> None:
    tiers = {"need": 1.0, "first": ["under_13", "emergency"]}
    made = scenario([home("a", 1)], welfare=rule(rank=tiers))
    kids = [child(0, stay=10), child(1, stay=1, need=9.0), child(2, stay=1, emergency=True),
            child(3, stay=1, age=12.0)]  # fmt: skip
    assert [day for day, _ in admitted(play(made, kids), 3, 2, 1)] == [10, 11, 12]


def test_clinical_need_counts_where_it_is_higher() -> None:
    profiles = {"plain": {"flags": {"health": {"share": 0.5}}}}
    made = scenario(
        [home("a", 1)], welfare=rule(rank={"need": 1.0, "clinical": {"health": 3.0}}), profiles=profiles
    )
    kids = [
        child(0, stay=10),
        child(1, stay=1, need=2.0, flags=[False]),
        child(2, stay=1, need=0.5, flags=[True]),
    ]
    assert [day for day, _ in admitted(play(made, kids), 2, 1)] == [10, 11]


def test_a_child_whom_few_homes_would_take_gains_points() -> None:
    profiles = {"plain": {"flags": {"fire": {"share": 0.5}}}}
    answers = {"grounds": {"risk": {"intercept": -60.0, "flags": {"fire": 60.5}}}}
    for weight, order in ((0.0, (1, 2)), (5.0, (2, 1))):
        made = scenario(
            [home("a", 1), home("b", 0, 5, justice_places=1)], profiles=profiles, answers=answers,
            welfare=rule(rank={"hard_to_match": weight}, refusal=["risk"], veto=0.1),
        )  # fmt: skip
        kids = [child(0, stay=10), child(1, stay=1, flags=[False]), child(2, stay=1, flags=[True])]
        found = admitted(play(made, kids), *order)
        assert found[0] == (10, "a"), weight


# -- methods -------------------------------------------------------------------------------------

CROSSED = [home("middle", 1, 0), home("east", 1, 100)]
KIDS = [child(0.1, "west"), child(0.2, "centre")]
WEST = [origin("west", "north", -90), origin("centre", "north", 5)]


def test_points_may_send_a_child_past_the_nearest_home_and_matching_looks_at_the_whole() -> None:
    def homes_of(**more: Any) -> list[Any]:
        made = scenario(CROSSED, welfare=sitting(**more), origins=WEST)
        return [found and found[1] for found in admitted(play(made, KIDS), 0, 1)]

    # in order of referral the first child takes the middle home, and the second has to travel
    assert homes_of() == ["middle", "east"]
    # the pair that lies nearest comes first
    assert homes_of(method="points", rank={"distance": 1.0}) == ["east", "middle"]
    assert homes_of(method="matching", weights={"placed": 500, "distance": 1.0}) == ["middle", "east"]
    # if a mile costs much, the matching leaves a far place empty
    assert homes_of(method="matching", weights={"placed": 30, "distance": 1.0}) == [None, "middle"]


def test_equal_claims_go_by_referral_and_the_tie_is_recorded() -> None:
    for more in ({"method": "points"}, {"method": "matching", "weights": {"placed": 1}}):
        made = scenario([home("a", 1)], welfare=sitting(**more))
        result = play(made, [child(0.1), child(0.2)])
        assert admitted(result, 0, 1) == [(0.4, "a"), None]
        tied = result.log.of(Kind.TIED)
        assert (result.log.child[tied].tolist(), result.log.code[tied].tolist()) == ([0], [1])


def test_a_matching_that_staff_forbid_is_made_again_with_staff_in_it() -> None:
    """Places for two, staff for two easy children or one hard one: the hard child is worth more than both."""

    def placed(need: float) -> list[bool]:
        made = scenario(
            [home("a", 2)], welfare=sitting(method="matching", weights={"placed": 1, "need": 1.0})
        )
        hard = {"units_day": 2.0, "units_night": 2.0, "need": need}
        easy = {"units_day": 1.0, "units_night": 1.0, "need": 1.0}
        kids = [child(0.1, **easy), child(0.2, **hard), child(0.3, **easy)]
        result = play(made, kids, staff={"a": [(0, 2)]})
        return [found is not None for found in admitted(result, 0, 1, 2)]

    assert placed(2.9) == [True, False, True]
    assert placed(3.1) == [False, True, False]


def test_two_sides_a_yes_is_not_wasted_as_it_is_when_homes_read_alone() -> None:
    answers = {"grounds": {"discretion": {"intercept": -60.0, "age": 1.0}}}
    kids = [child(0.1, age=17.0), child(0.2, age=14.0)]

    def days_in(**more: Any) -> list[float]:
        welfare = sitting(chooses="home", refusal=["discretion"], **more)
        made = scenario([home("far", 1, 50), home("near", 1, 5)], answers=answers, welfare=welfare)
        return [found[0] for found in admitted(play(made, kids), 0, 1) if found]

    assert days_in() == [1.4, 0.4]
    assert days_in(method="deferred_acceptance") == [0.4, 0.4]


def test_look_ahead_leaves_the_place_that_others_will_need() -> None:
    """Girls can go to one home only; a boy referred after some of them is sent past it."""
    homes = [home("both", 2, 5), home("boys", 2, 40, sexes="boys")]

    def of_boy(**more: Any) -> Any:
        made = scenario(homes, welfare=sitting(**more))
        girls = [child(0.1 * (1 + i), stay=1, girl=True) for i in range(2)]
        return admitted(play(made, [*girls, child(5, girl=False)]), 2)[0]

    assert of_boy() == (5.4, "both")
    assert of_boy(look_ahead={"days": 10, "miles": 50}) == (5.4, "boys")
    assert of_boy(look_ahead={"days": 10, "miles": 1}) == (5.4, "both")


# -- the price of mismatch -----------------------------------------------------------------------


@pytest.mark.parametrize("effect", [0.0, 1.0, 2.0])
def test_a_duty_to_admit_pays_in_breakdowns(effect: float) -> None:
    """Hard and easy children, one home: the duty places those whom homes would refuse, who break down more."""
    two_levels = {"shares": [0.5, 0.5], "units_day": [1.0, 1.0], "units_night": [1.0, 1.0]}
    answers = {"grounds": {"capability": {"intercept": -4.0, "complexity": [0.0, 8.0]}}}

    def share_broken(**more: Any) -> float:
        made = scenario(
            [home("a", 200)], {"all": stream(9)}, answers=answers, welfare=rule(**more), horizon=60,
            profiles={"plain": {"complexity": two_levels}},
            breakdown={"base_per_year": 4.0, "mismatch_effect": effect},
        )  # fmt: skip
        kids = [child(0.01 * i, stay=40, complexity=i % 2) for i in range(150)]
        log = play(made, kids).log
        left = log.of(Kind.LEFT)
        return float((log.code[left] == 3).sum() / len(log.of(Kind.ADMITTED)))

    duty = share_broken(refusal=[], safety={"conflict_from": 99.0, "staff_below": 0.0})
    panel = share_broken(refusal=["capability"])
    assert (duty > panel + 0.05) == (effect > 0)


# -- what cannot be ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (rule(method="lottery"), "method is lottery"),
        (rule(look_ahead={"days": 1, "miles": 1}), "look_ahead needs a sitting"),
        (rule(declining={**FAR, "place": "keep"}), "declining needs a sitting"),
        (rule(method="points"), "method needs a sitting"),
        (sitting(method="matching"), "weights belong to method matching"),
        (sitting(weights={"placed": 1}), "weights belong to method matching"),
        (rule(hold={"days": 3}), "scope is allowed only as own_region"),
        (rule(own="members"), "allowed one region or more"),
        (rule(quota={"north": 1.5}), "allowed 0 to 1"),
        (rule(quota={"moon": 0.5}), "names region moon"),
        (rule(members=["moon"]), "names region moon"),
        (rule(release_days=3), "allowed only in the rule for justice"),
        (
            asking(pressure={"list_from": 0.5, "alert_from": 1, "within_days": 1}),
            "channel is allowed only as",
        ),
        (rule(pressure={"list_from": 0.8, "alert_from": 0.7, "within_days": 1}), "allowed list_from"),
        (rule(rank={"first": ["high_need"]}), "allowed both or neither"),
        (rule(rank={"clinical": {"fever": 1.0}}), "names fever"),
        (sitting(quota={"north": 1}, method="deferred_acceptance"), "one place after another"),
    ],
)
def test_levers_that_do_not_go_together_are_refused(wrong: Config, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        scenario([home("a", 1)], welfare=wrong)


def test_a_host_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValidationError, match="has host atlantis"):
        scenario([home("a", 1, host="atlantis")])


def test_every_lever_is_off_by_default() -> None:
    made: Scenario = scenario([home("a", 1)])
    plain = made.commissioning.welfare
    for lever in (
        "hold",
        "pressure",
        "look_ahead",
        "declining",
        "safety",
        "release_days",
        "weights",
        "nhs_share",
    ):
        assert getattr(plain, lever) is None
    assert not plain.quota and not plain.keep_free and plain.veto == 1 and plain.method == "rank"
