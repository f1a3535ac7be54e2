"""Scenarios of a few children in which the right answer can be worked out by hand.

Day 0 is Monday 1 January 2024; sittings are at 0.4 of a day.
"""

from __future__ import annotations

import pytest

from sim.engine.log import Kind
from tests.small import (
    asking,
    days,
    home,
    origin,
    play,
    rule,
    scenario,
    sitting,
    stream,
    told,
)

pytestmark = pytest.mark.behaviour

TOWNS = [origin("town", "north", 0), origin("port", "south", 100)]
LONG = 1000.0
BREAKS = {
    "base_per_year": 365.25,
    "referred_again": 1.0,
}  # hazard 1 a day: it breaks down on its unit exponential
ORDERS = {
    "first_max_days": 91, "later_max_days": 182, "first_share_of_max": days(1), "later_share_of_max": days(1),
    "renewal": 0.0, "first_review_days": 30, "first_review_days_wales": 21, "later_review_days": 90,
    "noticed_between_reviews": 0.0,
}  # fmt: skip


def ground(intercept: float, **more: object) -> dict[str, object]:
    return {"intercept": intercept, **more}


ALWAYS, NEVER_FIRES = 60.0, -60.0


# -- places and staff --------------------------------------------------------------------------


def test_a_fall_in_staff_closes_places_and_moves_nobody_out() -> None:
    made = scenario([home("a", 3)])
    result = play(
        made,
        [{"day": 1, "need_days": 20}, {"day": 2, "need_days": 30}, {"day": 6, "need_days": 1}],
        staff={"a": [(0, 2), (5, 0), (40, 1)]},
    )
    assert told(result, 0, "left") == [("left", 21, "a", "need_ended")]
    assert told(result, 1, "left") == [("left", 32, "a", "need_ended")]
    assert told(result, 2, "admitted") == [("admitted", 40, "a")]


def test_a_child_needs_the_staff_that_the_child_s_own_complexity_asks_for() -> None:
    made = scenario([home("a", 3)])
    hard = {"day": 1, "need_days": LONG, "units_day": 2.0, "units_night": 1.0}
    result = play(
        made, [{"day": 0.5, "need_days": 10}, hard, {"day": 2, "need_days": 5}], staff={"a": [(0, 2)]}
    )
    # staff for two: the second child needs both of them, the third only one
    assert told(result, 2, "admitted") == [("admitted", 2, "a")]
    assert told(result, 1, "admitted") == [("admitted", 10.5, "a")]


def test_fewer_approved_places_and_works_close_places_and_move_nobody_out() -> None:
    estate = {
        "changes": [{"home": "a", "start": "2024-01-06", "either_places": 1}],
        "shut": [{"home": "b", "start": "2024-01-06", "end": "2024-01-21", "cause": "works"}],
    }
    made = scenario([home("a", 2), home("b", 2, x_km=9)], estate=estate)
    kids = [{"day": day, "need_days": 10} for day in (1, 2, 3, 4)] + [
        {"day": 7, "need_days": 3} for _ in range(2)
    ]
    result = play(made, kids)
    assert [told(result, child, "left") for child in range(4)] == [
        [("left", 11, "a", "need_ended")], [("left", 12, "a", "need_ended")],
        [("left", 13, "b", "need_ended")], [("left", 14, "b", "need_ended")],
    ]  # fmt: skip
    # home a has one approved place from day 5, so the second of its two children must leave first
    assert told(result, 4, "admitted") == [("admitted", 12, "a")]
    assert told(result, 5, "admitted") == [("admitted", 15, "a")]


def test_when_works_end_the_places_open_again() -> None:
    works = [{"home": "a", "start": "2024-01-06", "end": "2024-01-21", "places": 1, "cause": "works"}]
    made = scenario([home("a", 2)], estate={"shut": works})
    result = play(made, [{"day": 6, "need_days": LONG}, {"day": 7, "need_days": LONG}])
    assert told(result, 0, "admitted") == [("admitted", 6, "a")]
    assert told(result, 1, "admitted") == [("admitted", 20, "a")]


def test_a_place_under_offer_is_held() -> None:
    made = scenario([home("a", 1)], court={"travel_days": days(5)})
    result = play(
        made,
        [{"day": 1, "need_days": 2, "travel_days": 5.0}, {"day": 2, "need_days": 2, "travel_days": 0.0}],
    )
    assert told(result, 0, "offered", "admitted", "left") == [
        ("offered", 1, "a"), ("admitted", 6, "a"), ("left", 8, "a", "need_ended"),
    ]  # fmt: skip
    assert told(result, 1, "admitted") == [("admitted", 8, "a")]


def test_places_of_the_child_s_own_purpose_come_before_places_for_either() -> None:
    made = scenario(
        [home("a", 1, welfare_places=1, justice_places=1)],
        {"welfare": stream(), "justice": stream(route="remand")},
    )
    kids = [{"day": day, "need_days": LONG, "stream": name} for day, name in
            ((1, "welfare"), (2, "justice"), (3, "justice"), (4, "welfare"))]  # fmt: skip
    result = play(made, kids)
    log = result.log
    assert log.code[log.of(Kind.ADMITTED)].tolist() == [0, 1, 2]
    assert told(result, 3, "admitted") == []


# -- the list ----------------------------------------------------------------------------------


def test_need_comes_before_date_and_waiting_makes_up_for_need() -> None:
    def order(**rank: float) -> list[float]:
        made = scenario([home("a", 1)], welfare=rule(rank=rank))
        kids = [{"day": 0, "need_days": 10}, {"day": 1, "need_days": 1, "need": 1.0},
                {"day": 4, "need_days": 1, "need": 2.0}]  # fmt: skip
        result = play(made, kids)
        return [told(result, child, "admitted")[0][1] for child in (1, 2)]

    assert order() == [10, 11]
    assert order(need=1.0) == [11, 10]
    assert order(need=1.0, wait=0.3) == [11, 10]  # three days' head start are worth 0.9
    assert order(need=1.0, wait=0.4) == [10, 11]  # and here 1.2


def test_the_last_place_is_kept_free_for_high_need() -> None:
    made = scenario([home("a", 2)], welfare=rule(keep_free=[{"need_below": 1.0, "places": 1}]))
    kids = [{"day": 1, "need_days": 10, "need": 0.0}, {"day": 2, "need_days": 3, "need": 0.0},
            {"day": 3, "need_days": 4, "need": 1.0}]  # fmt: skip
    result = play(made, kids)
    assert told(result, 0, "admitted") == [("admitted", 1, "a")]
    assert told(result, 2, "admitted") == [("admitted", 3, "a")]
    # the second child waits until both places are free
    assert told(result, 1, "admitted") == [("admitted", 11, "a")]


def test_patience_withdrawal_and_missed_updates_end_the_search_whichever_is_first() -> None:
    made = scenario([home("a", 1)])
    clocks = ({"patience_days": 3.0}, {"patience_days": 9.0, "withdrawn_days": 4.0},
              {"patience_days": 9.0, "withdrawn_days": 8.0, "ceased_days": 5.0})  # fmt: skip
    result = play(made, [{"day": 0, "need_days": LONG}, *({"day": 1, **each} for each in clocks)])
    assert [told(result, child, "ended") for child in (1, 2, 3)] == [
        [("ended", 4, "alternative")], [("ended", 5, "withdrawn")], [("ended", 6, "search_ceased")],
    ]  # fmt: skip


def test_an_unregistered_setting_ends_the_search_unless_the_referral_stays_open() -> None:
    def ending(stays_open: bool) -> list[tuple[object, ...]]:
        made = scenario([home("a", 1)], court={"dol_keeps_referral_open": stays_open})
        return told(play(made, [{"day": 0, "need_days": 20},
                                {"day": 1, "patience_days": 5.0, "alternative": 0}]), 1, "ended")  # fmt: skip

    assert ending(False) == [("ended", 6, "alternative")]
    assert ending(True) == [("ended", 20, "a", "placed")]


def test_at_the_18th_birthday_a_child_leaves_the_list_and_the_home() -> None:
    made = scenario([home("a", 1)])
    soon = 18 - 10 / 365.25
    result = play(made, [{"day": 2, "need_days": LONG, "age": soon}, {"day": 3, "age": soon},
                         {"day": 4, "need_days": 1, "age": 15.0}])  # fmt: skip
    assert told(result, 0, "left") == [("left", 12, "a", "turned_18")]
    # the place that the birthday opens is not for a child who has a birthday the day after
    assert told(result, 1, "ended")[0][:2] == ("ended", 12)
    late = play(made, [{"day": 2, "need_days": LONG, "age": 15.0}, {"day": 3, "age": soon}])
    assert told(late, 1, "ended") == [("ended", 13, "aged_18")]


def test_a_child_who_turns_18_under_offer_is_not_admitted_and_gives_the_place_back() -> None:
    made = scenario([home("a", 1)])
    soon = 18 - 3 / 365.25
    result = play(
        made, [{"day": 1, "travel_days": 5.0, "age": soon}, {"day": 2, "need_days": 1, "age": 15.0}]
    )
    assert told(result, 0) == [("referred", 1, "0"), ("offered", 1, "a"), ("offer_ended", 6, "a"),
                               ("ended", 6, "aged_18")]  # fmt: skip
    assert told(result, 1, "admitted") == [("admitted", 6, "a")]


# -- scope ---------------------------------------------------------------------------------------


def test_own_region_first_and_others_after_the_overflow() -> None:
    homes = [home("near", 1, 5, "south"), home("own", 1, 50, "north")]
    made = scenario(homes, welfare=rule(scope="own_then_all", overflow_days=14), origins=TOWNS)
    kids = [{"day": day, "need_days": LONG, "origin": "town"} for day in (1, 2)]
    result = play(made, kids)
    assert told(result, 0, "admitted") == [("admitted", 1, "own")]
    assert told(result, 1, "admitted") == [("admitted", 16, "near")]


def test_a_region_without_an_eligible_home_overflows_at_once() -> None:
    homes = [home("girls", 1, 5, "south", sexes="girls"), home("any", 1, 50, "north")]
    made = scenario(homes, welfare=rule(scope="own_then_all", overflow_days=14), origins=TOWNS)
    kids = [{"day": 1, "need_days": 1, "origin": "port", "girl": girl} for girl in (False, True)]
    result = play(made, kids)
    assert told(result, 0, "admitted") == [("admitted", 1, "any")]
    assert told(result, 1, "admitted") == [("admitted", 1, "girls")]


def test_own_region_only_means_nowhere_else() -> None:
    made = scenario([home("near", 1, 5, "south")], welfare=rule(scope="own_region"), origins=TOWNS)
    result = play(made, [{"day": 1, "need_days": 1, "origin": "town"}])
    assert told(result, 0) == [("referred", 1, "0"), ("ended", 100, "open")]


def own_before_others(welfare: dict[str, object], elsewhere: bool) -> list[float]:
    """Days of admission to the south's home: of a northern child who came first, and of a southern one."""
    homes = [home("south", 1, 90, "south"), *([home("north", 1, 0)] if elsewhere else [])]
    made = scenario(homes, welfare=welfare | {"scope": "own_then_all", "overflow_days": 2}, origins=TOWNS)
    result = play(
        made,
        [
            {"day": 0, "need_days": 10, "origin": "port"},
            {"day": 0, "need_days": LONG, "origin": "town"},
            {"day": 2, "need_days": 10, "origin": "town"},
            {"day": 8, "need_days": 10, "origin": "port"},
        ],
    )
    return [told(result, child, "admitted")[0][1] for child in (2, 3)]


def test_a_home_s_own_children_come_before_those_who_overflow() -> None:
    assert own_before_others(rule(), elsewhere=True) == [20, 10]


def test_a_home_s_own_children_come_first_at_a_sitting_too() -> None:
    other, own = own_before_others(sitting(), elsewhere=True)
    assert own < other


def test_the_overflow_counts_from_the_referral_that_is_open() -> None:
    homes = [home("own", 1, 2), home("other", 1, 4, "south")]
    made = scenario(
        homes, welfare=rule(scope="own_then_all", overflow_days=14), origins=TOWNS, breakdown=BREAKS
    )
    result = play(made, [
        {"day": 0, "need_days": 3, "origin": "town", "breakdown": 99.0},
        {"day": 1, "need_days": 50, "origin": "town", "breakdown": 4.0, "referred_again": 0.0},
        {"day": 4, "need_days": 60, "origin": "town", "breakdown": 99.0},
    ])  # fmt: skip
    # the second child is placed on day 3, breaks down on day 7 and is referred again: 14 days end on day 21
    assert told(result, 1, "referred")[:2] == [("referred", 1, "0"), ("referred", 7, "1")]
    assert told(result, 1, "admitted")[1] == ("admitted", 21, "other")


# -- asking one home after another -----------------------------------------------------------------


def test_homes_are_asked_one_after_another_nearest_first_and_a_full_home_costs_its_answer_time() -> None:
    homes = [home("far", 1, 60), home("near", 1, 10), home("middle", 1, 30, answer_days=3)]
    made = scenario(homes, welfare=asking(round_days=30), answers={"answer_days": 2})
    stay = {"need_days": LONG, "origin": "town"}
    result = play(made, [{"day": 0, **stay}, {"day": 1, **stay}, {"day": 2.5, **stay}, {"day": 3, **stay}])
    assert told(result, 0)[:3] == [
        ("referred", 0, "0"),
        ("ended", 2, "near", "placed"),
        ("admitted", 2, "near"),
    ]
    assert told(result, 1)[1:3] == [("no_place", 3, "near"), ("ended", 6, "middle", "placed")]
    assert told(result, 2)[1:4] == [("no_place", 4.5, "near"), ("no_place", 7.5, "middle"),
                                    ("ended", 9.5, "far", "placed")]  # fmt: skip
    # after a round without a yes the authority starts again 30 days after it began
    assert told(result, 3, "no_place")[:5] == [
        ("no_place", 5, "near"), ("no_place", 8, "middle"), ("no_place", 10, "far"), ("no_place", 35, "near"),
        ("no_place", 38, "middle"),
    ]  # fmt: skip


def test_answers_come_on_working_days() -> None:
    made = scenario(
        [home("a", 1)], welfare=asking(working_days_only=True), answers={"answer_days": 1},
        legal={"holidays": ["2024-01-08"]},
    )  # fmt: skip
    # referred on Friday the 5th; the answer is due on Saturday, the 8th is a holiday, so Tuesday morning
    result = play(made, [{"day": 4.5, "need_days": 1}])
    assert told(result, 0, "admitted") == [("admitted", 8.4, "a")]


def test_an_overflow_while_asking_asks_every_home_in_order_of_distance() -> None:
    homes = [home("a", 1, 2), home("c", 1, 6), home("b", 1, 1, "south"), home("d", 1, 4, "south")]
    made = scenario(
        homes, welfare=asking(scope="own_then_all", overflow_days=3.5, round_days=60),
        answers={"answer_days": 2}, origins=TOWNS,
    )  # fmt: skip
    full = [{"day": 0, "need_days": LONG, "origin": name, "patience_days": LONG} for name in ("town", "port")]
    result = play(made, [*full, *full, {"day": 20, "need_days": LONG, "origin": "town"}])
    asked = [event[2] for event in told(result, 4, "no_place")]
    # home a answers, home c is being asked when the scope widens; then b and d, and nobody twice
    assert sorted(asked[:4]) == ["a", "b", "c", "d"]


# -- sittings --------------------------------------------------------------------------------------


def test_sittings_skip_weekends_and_holidays() -> None:
    made = scenario(
        [home("a", 9)],
        welfare=sitting(working_days_only=True),
        legal={"holidays": ["2024-01-01", "2024-01-09"]},
    )
    when = (0.1, 1.3, 1.5, 4.5, 7.5)  # a holiday Monday, Tuesday twice, Friday, the Monday before a holiday
    result = play(made, [{"day": day, "need_days": LONG} for day in when])
    assert [told(result, child, "admitted")[0][1] for child in range(5)] == [1.4, 1.4, 2.4, 7.4, 9.4]


def test_a_panel_that_sits_every_week_decides_once_a_week() -> None:
    made = scenario([home("a", 9)], welfare=sitting(7.0))
    result = play(made, [{"day": day, "need_days": LONG} for day in (0.1, 0.5, 7.0, 7.5)])
    assert [told(result, child, "admitted")[0][1] for child in range(4)] == [0.4, 7.4, 7.4, 14.4]


def test_today_s_rule_needs_a_working_day_and_an_answer_to_referral_and_bed() -> None:
    today = sitting(chooses="home", working_days_only=True)
    made = scenario([home("a", 1)], welfare=today, answers={"answer_days": 1})
    # Tuesday noon: read on Wednesday noon, so placed on Thursday; the bed is free again on Tuesday the 9th
    result = play(made, [{"day": 1.5, "need_days": 4.9}, {"day": 2.0, "need_days": 1}])
    assert told(result, 0, "admitted") == [("admitted", 3.4, "a")]
    # the bed is free on Tuesday 8.3, declared for a day until 9.3, and given at the next sitting
    assert told(result, 1, "admitted") == [("admitted", 9.4, "a")]


def test_a_home_that_reads_the_list_for_another_reason_still_needs_its_time_for_a_new_referral() -> None:
    made = scenario([home("a", 3)], welfare=sitting(), answers={"answer_days": 1})
    # a place falls free on day 3.0, so the home reads the list on day 3.4: the second child is known for half a day
    result = play(made, [{"day": 0.1, "need_days": 1.6}, {"day": 2.9, "need_days": 5.0}])
    assert told(result, 0, "admitted", "left") == [("admitted", 1.4, "a"), ("left", 3, "a", "need_ended")]
    assert told(result, 1, "admitted") == [("admitted", 4.4, "a")]


def test_homes_that_choose_read_by_their_own_score_and_the_authority_takes_the_nearest_yes() -> None:
    answers = {"grounds": {"discretion": ground(NEVER_FIRES, age=1.0)}}
    made = scenario(
        [home("far", 1, 50), home("near", 1, 5)], answers=answers,
        welfare=sitting(chooses="home", refusal=["discretion"]),
    )  # fmt: skip
    kids = [{"day": 0.1, "need_days": 8.5, "age": 17.0}, {"day": 0.2, "need_days": LONG, "age": 14.0}]
    result = play(made, kids)
    # both homes prefer the younger child; the yes of the far home is wasted until the next sitting
    assert told(result, 1, "admitted") == [("admitted", 0.4, "near")]
    assert told(result, 0, "admitted") == [("admitted", 1.4, "far")]
    by_date = scenario(
        [home("far", 1, 50), home("near", 1, 5)], answers=answers,
        welfare=sitting(chooses="home", refusal=["discretion"], reads_by="referral_date"),
    )  # fmt: skip
    assert told(play(by_date, kids), 0, "admitted") == [("admitted", 0.4, "near")]


def test_a_panel_gives_each_child_one_home_in_order_of_need() -> None:
    made = scenario([home("far", 1, 50), home("near", 1, 5)], welfare=sitting(rank={"need": 1.0}))
    result = play(
        made, [{"day": 0.1, "need_days": LONG, "need": 0.0}, {"day": 0.2, "need_days": LONG, "need": 3.0}]
    )
    assert told(result, 1, "admitted") == [("admitted", 0.4, "near")]
    assert told(result, 0, "admitted") == [("admitted", 0.4, "far")]


def test_one_sitting_fills_places_of_both_purposes_on_one_list() -> None:
    made = scenario(
        [home("a", 0, welfare_places=1, justice_places=1)],
        {"welfare": stream(), "justice": stream(route="remand")},
        welfare=sitting(),
    )
    shared = made.model_copy(
        update={"commissioning": made.commissioning.model_copy(update={"justice": None})}
    )
    kids = [
        {"day": 0.1, "stream": "welfare", "need_days": 9.0},
        {"day": 0.2, "stream": "justice", "need_days": 9.0},
    ]
    result = play(shared, kids)
    assert told(result, 0, "admitted") == [("admitted", 0.4, "a")]
    assert told(result, 1, "admitted") == [("admitted", 0.4, "a")]


# -- answers ---------------------------------------------------------------------------------------


def test_a_ground_that_the_rule_does_not_count_never_refuses() -> None:
    answers = {"grounds": {"discretion": ground(ALWAYS), "capability": ground(NEVER_FIRES)}}
    for channel in (rule, sitting):
        counted = scenario(
            [home("a", 1)], welfare=channel(refusal=["capability", "discretion"]), answers=answers
        )
        listed = scenario([home("a", 1)], welfare=channel(refusal=["capability"]), answers=answers)
        assert told(play(counted, [{"day": 0.1}]), 0, "admitted") == []
        assert len(told(play(listed, [{"day": 0.1}]), 0, "admitted")) == 1


def test_a_refusal_is_recorded_once_a_fortnight_with_its_grounds() -> None:
    answers = {"grounds": {"discretion": ground(ALWAYS), "risk": ground(ALWAYS)}}
    made = scenario([home("a", 2)], welfare=rule(refusal=["discretion", "risk"]), answers=answers, horizon=40)
    log = play(made, [{"day": 1.0}, {"day": 2.0}]).log
    refused = log.of(Kind.REFUSED)
    assert log.day[refused].tolist() == [1, 2, 15, 16, 29, 30]
    assert set(log.code[refused].tolist()) == {0b11000}


def test_a_home_refuses_because_of_who_lives_there_and_takes_the_child_when_they_have_left() -> None:
    answers = {
        "grounds": {"mix": ground(-30.0, conflict=60.0)},
        "conflicts": [{"child": "gang", "resident": "gang", "weight": 1.0}],
    }
    profiles = {"plain": {"flags": {"gang": {"share": 1.0}}}}
    for channel, moved_in in ((rule, 7.0), (sitting, 6.4)):
        made = scenario([home("a", 3)], welfare=channel(refusal=["mix"]), answers=answers, profiles=profiles)
        result = play(
            made, [{"day": 1.0 if channel is rule else 0.0, "need_days": 6.0}, {"day": 3.0, "need_days": 1}]
        )
        log, late = result.log, told(result, 1, "admitted")[0][1]
        assert log.code[log.of(Kind.REFUSED)].tolist() == [0b00010]
        assert late == moved_in


def test_a_home_that_was_full_when_a_fortnight_began_is_asked_again_when_it_has_a_bed() -> None:
    answers = {"grounds": {"discretion": ground(0.0, flags={"easy": NEVER_FIRES})}}
    profiles = {"plain": {"flags": {"easy": {"share": 0.5}}}}
    made = scenario(
        [home("a", 1)], welfare=sitting(refusal=["discretion"]), answers=answers, profiles=profiles
    )
    for number in range(40):
        child = {"day": 0.1, "need_days": 1.0, "flags": False, "number": 1000 + number}
        if told(play(made, [child]), 0, "refused", "admitted") == [
            ("refused", 0.4, "a"),
            ("admitted", 14.4, "a"),
        ]:
            break
    # refused in the first fortnight and welcome in the second, but the home is full until day 20
    result = play(made, [child, {"day": 1.0, "need_days": 18.6, "flags": True}])
    assert told(result, 1, "admitted", "left") == [("admitted", 1.4, "a"), ("left", 20, "a", "need_ended")]
    assert told(result, 0, "admitted") == [("admitted", 20.4, "a")]


def test_a_home_that_is_short_of_staff_refuses_until_staff_come_back() -> None:
    answers = {"grounds": {"staffing": ground(-30.0, shortage=120.0)}}
    workforce = {"kind": "levels", "levels": [1.0], "shares": [1.0]}
    made = scenario([home("a", 4)], welfare=rule(refusal=["staffing"]), answers=answers, workforce=workforce)
    result = play(made, [{"day": 2, "need_days": 1}], staff={"a": [(0, 4), (1, 2), (9, 4)]})
    assert told(result, 0, "refused", "admitted") == [("refused", 2, "a"), ("admitted", 9, "a")]


# -- court, approval, emergencies ------------------------------------------------------------------


def test_a_child_waits_for_court_and_travel_and_an_emergency_child_for_travel_alone() -> None:
    made = scenario([home("a", 9)], legal={"order_requires_bed": True})
    clocks = {"court_days": 3.0, "travel_days": 1.0, "need_days": LONG}
    result = play(made, [{"day": 1, "emergency": False, **clocks}, {"day": 1, "emergency": True, **clocks}])
    assert told(result, 0, "offered", "admitted") == [("offered", 1, "a"), ("admitted", 5, "a")]
    assert told(result, 1, "offered", "admitted") == [("offered", 1, "a"), ("admitted", 2, "a")]


def test_the_72_hours_are_used_up_by_the_first_referral() -> None:
    made = scenario(
        [home("a", 1)], legal={"order_requires_bed": True}, breakdown=BREAKS,
        court={"court_days": days(3), "travel_days": days(1)},
    )  # fmt: skip
    result = play(
        made, [{"day": 1, "emergency": True, "need_days": 50.0, "breakdown": 5.0, "referred_again": 0.0}]
    )
    assert told(result, 0, "admitted")[:2] == [("admitted", 2, "a"), ("admitted", 11, "a")]


def test_the_72_hours_can_be_used_again_after_28_days() -> None:
    made = scenario(
        [home("a", 1)],
        legal={"order_requires_bed": True},
        breakdown=BREAKS,
        court={"court_days": days(3), "travel_days": days(1)},
    )
    child = {"day": 1, "emergency": True, "need_days": 80.0, "breakdown": 40.0, "referred_again": 0.0}
    assert told(play(made, [child]), 0, "admitted")[:2] == [("admitted", 2, "a"), ("admitted", 43, "a")]


def test_court_time_runs_from_referral_where_an_order_needs_no_bed() -> None:
    def admitted(requires_bed: bool) -> float:
        made = scenario([home("a", 1)], legal={"order_requires_bed": requires_bed})
        result = play(made, [{"day": 0, "need_days": 4.0}, {"day": 1, "court_days": 5.0, "travel_days": 1.0}])
        return float(told(result, 1, "admitted")[0][1])

    assert admitted(True) == 10  # a place on day 4, then court and travel
    assert admitted(False) == 7  # three of the five court days have passed by then


def test_a_child_under_13_waits_for_approval() -> None:
    profiles = {"plain": {"ages": {12: 1.0}}, "older": {"ages": {13: 1.0}}}
    made = scenario(
        [home("a", 9)], {"young": stream(), "older": stream(profile="older")}, profiles=profiles,
        legal={"under_13_approval": True, "under_13_days": days(2)}, court={"travel_days": days(1)},
    )  # fmt: skip
    result = play(made, [{"day": 1, "stream": "young"}, {"day": 1, "stream": "older"}])
    assert told(result, 0, "admitted") == [("admitted", 4, "a")]
    assert told(result, 1, "admitted") == [("admitted", 2, "a")]


def test_when_need_runs_from_referral_a_child_may_be_withdrawn_or_stays_the_shorter() -> None:
    def ends(clock: str) -> list[tuple[object, ...]]:
        made = scenario([home("a", 1)], court={"need_clock": clock})
        result = play(
            made, [{"day": 0, "need_days": 10.0}, {"day": 2, "need_days": 12.0}, {"day": 3, "need_days": 5.0}]
        )
        return told(result, 1, "left") + told(result, 2, "ended")

    assert ends("admission") == [("left", 22, "a", "need_ended"), ("ended", 22, "a", "placed")]
    assert ends("referral") == [("left", 14, "a", "need_ended"), ("ended", 8, "withdrawn")]


# -- orders and leaving ----------------------------------------------------------------------------


def leaving(orders: dict[str, object], **child: object) -> tuple[object, ...]:
    made = scenario([home("a", 1)], legal={"orders": ORDERS | orders}, horizon=900)
    return told(play(made, [{"day": 1, "step_down_days": 0.0, **child}]), 0, "left")[0]


def test_the_end_of_need_is_noticed_at_a_review_and_the_move_takes_its_time() -> None:
    assert leaving({}, need_days=20.0) == ("left", 31, "a", "need_ended")
    assert leaving({}, need_days=20.0, wales=True) == ("left", 22, "a", "need_ended")
    assert leaving({}, need_days=20.0, step_down_days=5.0) == ("left", 36, "a", "need_ended")
    assert leaving({"reviews": False}, need_days=20.0) == ("left", 21, "a", "need_ended")
    assert leaving({"noticed_between_reviews": 1.0}, need_days=20.0) == ("left", 21, "a", "need_ended")


def test_an_order_ends_a_placement_unless_it_is_renewed() -> None:
    assert leaving({}, need_days=300.0) == ("left", 92, "a", "order_ended")
    # reviews on days 30, 120 and 210: need ends on day 200, noticed on day 210, before the second order ends
    assert leaving({"renewal": 1.0}, need_days=200.0) == ("left", 211, "a", "need_ended")
    # need ended on day 80 and nobody noticed before the order ran out
    assert leaving({"renewal": 1.0}, need_days=80.0) == ("left", 92, "a", "order_ended")


def test_in_an_emergency_the_order_begins_when_the_hours_without_one_run_out() -> None:
    # admitted on Tuesday the 2nd: 72 hours end on Friday the 5th
    assert leaving({}, need_days=300.0, emergency=True) == ("left", 1 + 3 + 91, "a", "order_ended")
    # admitted on Thursday the 4th: they would end on Sunday, so they run to Monday, four days
    assert leaving({}, day=3, need_days=300.0, emergency=True) == ("left", 3 + 4 + 91, "a", "order_ended")


# -- breakdown and closing -------------------------------------------------------------------------


def test_a_placement_that_breaks_down_is_referred_again_with_the_need_that_is_left() -> None:
    made = scenario([home("a", 2)], breakdown=BREAKS | {"referred_again": 0.5})
    child = {"day": 1, "need_days": 30.0, "breakdown": 8.0}
    result = play(made, [child | {"referred_again": 0.4}, child | {"referred_again": 0.6}])
    assert told(result, 0, "left", "referred")[:3] == [("referred", 1, "0"), ("left", 9, "a", "broke_down"),
                                                       ("referred", 9, "1")]  # fmt: skip
    assert told(result, 1, "left", "referred") == [("referred", 1, "0"), ("left", 9, "a", "broke_down")]
    log = result.log
    again = [row for row in log.of(Kind.ADMITTED).tolist() if log.child[row] == 0][1]
    assert log.value[again] == 31  # the day on which need ends has not moved


def test_a_breakdown_after_the_end_of_need_leaves_no_need_behind() -> None:
    made = scenario([home("a", 1)], breakdown=BREAKS)
    child = {"day": 1, "need_days": 3.0, "step_down_days": 10.0, "breakdown": 8.0, "referred_again": 0.0}
    result = play(made, [child])
    assert told(result, 0, "left")[0] == ("left", 9, "a", "broke_down")
    # whatever becomes of the second referral, nobody leaves before being admitted
    day = result.log.day
    assert (day[1:] >= day[:-1]).all()


def test_a_child_referred_again_comes_after_those_who_were_waiting() -> None:
    made = scenario([home("a", 1)], breakdown=BREAKS)
    result = play(made, [
        {"day": 1, "need_days": 30.0, "breakdown": 8.0, "referred_again": 0.0},
        {"day": 2, "need_days": 5.0, "breakdown": 99.0},
        {"day": 3, "need_days": 5.0, "breakdown": 99.0},
    ])  # fmt: skip
    assert told(result, 1, "admitted") == [("admitted", 9, "a")]
    assert told(result, 2, "admitted") == [("admitted", 14, "a")]  # waits since day 3, the other since day 9
    assert told(result, 0, "admitted")[1] == ("admitted", 19, "a")


def test_a_closing_home_refers_its_residents_again_before_all_others() -> None:
    made = scenario([home("a", 1, closes="2024-01-11"), home("b", 1, x_km=5)])
    kids = [{"day": 1, "need_days": 30.0}, {"day": 2, "need_days": 14.0}, {"day": 3, "need_days": 5.0}]
    result = play(made, kids)
    assert told(result, 0)[3:6] == [("left", 10, "a", "home_closed"), ("referred", 10, "1"),
                                    ("ended", 16, "b", "placed")]  # fmt: skip
    log = result.log
    assert log.value[log.of(Kind.REFERRED)].tolist() == [0, 0, 0, 1]
    assert log.child[log.of(Kind.ADMITTED)].tolist() == [0, 1, 0, 2]


def test_the_precedence_of_a_closed_home_s_children_is_for_that_referral() -> None:
    made = scenario(
        [home("a", 1, closes="2024-01-11"), home("b", 1, x_km=5)],
        {"children": stream(step_down_delay=days(40))},
        breakdown=BREAKS,
    )
    waiting = {"day": 10.0, "need_days": 5.0, "step_down_days": 0.0, "breakdown": 99.0}
    result = play(made, [{"day": 1, "need_days": 80.0, "breakdown": 99.0}, waiting, waiting])
    # moved to home b on day 10, where it soon breaks down: by then the other two have waited longer
    assert result.log.child[result.log.of(Kind.ADMITTED)].tolist()[:4] == [0, 0, 1, 2]


def test_a_resident_of_a_closed_home_keeps_the_need_that_is_left() -> None:
    made = scenario([home("a", 1, closes="2024-01-11"), home("b", 1, x_km=5)])
    result = play(made, [{"day": 1, "need_days": 30.0}])
    assert told(result, 0)[3:] == [
        ("left", 10, "a", "home_closed"), ("referred", 10, "1"), ("ended", 10, "b", "placed"),
        ("admitted", 10, "b"), ("left", 31, "b", "need_ended"),
    ]  # fmt: skip


def test_a_home_that_has_given_notice_takes_nobody() -> None:
    made = scenario(
        [home("a", 2, closes="2024-01-31"), home("b", 1, x_km=5)], estate={"closing_notice_days": 20}
    )
    result = play(made, [{"day": 9, "need_days": 1.0}, {"day": 11, "need_days": 1.0}])
    assert told(result, 0, "admitted") == [("admitted", 9, "a")]
    assert told(result, 1, "admitted") == [("admitted", 11, "b")]


def test_nobody_moves_into_a_home_that_has_closed_since_the_offer() -> None:
    made = scenario([home("a", 1, closes="2024-01-11"), home("b", 1, x_km=5)])
    result = play(made, [{"day": 8, "need_days": 30.0, "travel_days": 5.0}])
    assert [event[2] for event in told(result, 0, "admitted")] in ([], ["b"])


# -- Scotland --------------------------------------------------------------------------------------


def test_scotland_is_asked_after_a_while_and_again_when_it_was_full() -> None:
    outlet = {"easting_m": 0, "northing_m": 0, "places": [{"start": "2024-01-01", "places": 1}]}
    made = scenario([home("a", 1)], estate={"scotland": outlet}, court={"scotland_retry_days": 14})
    kids = [
        {"day": 0, "need_days": LONG},
        {"day": 1, "need_days": 20.0, "scotland_days": 3.0},
        {"day": 2, "need_days": 20.0, "scotland_days": 4.0},
        {"day": 3, "need_days": 20.0},
    ]
    result = play(made, kids)
    assert told(result, 1) == [("referred", 1, "0"), ("ended", 4, "scotland"), ("left_scotland", 24)]
    # full on days 6 and 20, free on day 34
    assert told(result, 2) == [("referred", 2, "0"), ("ended", 34, "scotland"), ("left_scotland", 54)]
    assert told(result, 3) == [("referred", 3, "0"), ("ended", 100, "open")]


def test_fewer_places_in_scotland_move_nobody_and_are_full_until_enough_have_left() -> None:
    places = [{"start": "2024-01-01", "places": 2}, {"start": "2024-01-06", "places": 1}]
    outlet = {"easting_m": 0, "northing_m": 0, "places": places}
    made = scenario([home("a", 1)], estate={"scotland": outlet}, court={"scotland_retry_days": 1})
    north = {"scotland_days": 0.5, "need_days": 10.0}
    result = play(
        made, [{"day": 0, "need_days": LONG}, {"day": 1, **north}, {"day": 3, **north}, {"day": 6, **north}]
    )
    assert told(result, 1, "left_scotland") == [("left_scotland", 11.5)]
    assert told(result, 2, "left_scotland") == [("left_scotland", 13.5)]
    assert told(result, 3, "ended") == [("ended", 13.5, "scotland")]


def test_a_child_placed_meanwhile_does_not_go_to_scotland() -> None:
    outlet = {"easting_m": 0, "northing_m": 0, "places": [{"start": "2024-01-01", "places": 1}]}
    made = scenario([home("a", 1)], estate={"scotland": outlet})
    result = play(made, [{"day": 0, "need_days": 2.0}, {"day": 1, "need_days": 5.0, "scotland_days": 3.0}])
    assert told(result, 1) == [("referred", 1, "0"), ("ended", 2, "a", "placed"), ("admitted", 2, "a"),
                               ("left", 7, "a", "need_ended")]  # fmt: skip


def test_residents_at_the_start_live_in_homes_from_day_0() -> None:
    made = scenario([home("a", 3)], estate={"residents_at_start": {"welfare": 2}})
    from sim.study.replicate import simulate

    log = simulate(made).log
    first = log.of(Kind.ADMITTED)[:2]
    assert log.day[first].tolist() == [0, 0]
    assert not set(log.child[first].tolist()) & set(
        log.child[log.of(Kind.REFERRED)][log.code[log.of(Kind.REFERRED)] == 0].tolist()
    )
