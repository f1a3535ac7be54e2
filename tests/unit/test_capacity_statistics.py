"""The procedures behind the search for places, against theory, by hand and beside sim-tools."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.scenario.asking import Judging
from sim.study.capacity.controls import adjust
from sim.study.capacity.crossing import crossing, falling, needed, saved
from sim.study.capacity.feasibility import decide, longest, spread_factor
from sim.study.capacity.goals import Distance
from sim.study.capacity.intervals import always_valid, enough, running, widening
from sim.study.capacity.search import Found, Search
from sim.study.capacity.selection import half_spread, screen
from sim.study.capacity.warm_up import common_cut, mser5
from sim.world.streams import Streams, exponentials, normals

pytestmark = pytest.mark.unit

Floats = np.ndarray


def drawn(number: int, purpose: str, count: int) -> Floats:
    return normals(Streams(11, number).of("test", purpose).first(count))


# -- feasibility ---------------------------------------------------------------------------------------------


def test_the_triangle_by_hand() -> None:
    """First 4 observations -1, 1, -1, 1: variance 4/3; error 0.05 gives h2 = 3 (0.1^(-2/3) - 1)."""
    assert spread_factor(0.05, 4) == pytest.approx(3 * (0.1 ** (-2 / 3) - 1))
    start = [-1.0, 1.0, -1.0, 1.0]
    reach = [spread_factor(0.05, 4) * (4 / 3) / 2 - n / 2 for n in range(4, 10)]  # with delta 1
    assert reach[0] > 0
    beyond = np.array([*start, reach[1] + 0.01])
    found = decide(beyond, 1.0, 0.05, 4)
    assert found is not None and not found.met and found.at == 5
    assert decide(np.array([*start, reach[1] - 0.01]), 1.0, 0.05, 4) is None
    under = decide(np.array([*start, -reach[1] - 0.01]), 1.0, 0.05, 4)
    assert under is not None and under.met


def test_what_is_known_does_not_depend_on_what_follows() -> None:
    values = drawn(1, "follow", 500) + 0.3
    whole = decide(values, 0.3, 0.05, 10)
    assert whole is not None
    assert decide(values[: whole.at], 0.3, 0.05, 10) == whole
    assert decide(values[: whole.at - 1], 0.3, 0.05, 10) is None
    assert whole.at <= longest(values, 0.3, 0.05, 10)


def test_a_mean_that_is_delta_over_is_called_met_no_more_often_than_stated() -> None:
    """At exactly delta from the limit, where errors are most frequent: at most 0.05 and 4 standard errors."""
    wrong = [decide(drawn(k, "limit", 800) + 0.5, 0.5, 0.05, 10) for k in range(1000)]
    assert all(one is not None for one in wrong)
    assert np.mean([one.met for one in wrong if one]) <= 0.05 + 4 * math.sqrt(0.05 * 0.95 / 1000)


# -- selection -----------------------------------------------------------------------------------------------


def test_two_designs_as_in_sim_tools() -> None:
    """With two designs KN of sim-tools is right, and selects the same one after as many observations."""
    ovs = pytest.importorskip("sim_tools.ovs.indifference_zone")

    class Model:
        """Hands out stored observations, as sim-tools asks for them."""

        def __init__(self, values: Floats) -> None:
            self.values, self.at = values, [0, 0]

        def register_observer(self, observer: object) -> None:
            self.observer = observer

        def simulate(self, design: int) -> None:
            value = self.values[design, self.at[design]]
            self.at[design] += 1
            self.observer.feedback(self, design, value)  # type: ignore[attr-defined]

    for number in range(20):
        values = np.stack([drawn(number, "a", 400), drawn(number, "b", 400) + 0.4])
        model = Model(-values)  # sim-tools takes the highest, and screens right only then
        theirs = ovs.KN(model, 2, 0.4, alpha=0.05, n_0=10, obj="max").solve()
        ours = screen(values, 0.4, 0.05, 10)
        assert ours.best == theirs[0] and ours.at == min(model.at)  # theirs plays once more after it knows


def test_the_best_of_five_on_common_worlds() -> None:
    """The others are worse by exactly delta: right at least as often as stated, less 4 standard errors."""
    right = 0
    for number in range(300):
        values = np.stack([drawn(number, f"d{i}", 500) + (0.5 if i else 0) for i in range(5)])
        values += 2 * drawn(number, "common", 500)
        right += screen(values, 0.5, 0.05, 10).best == 0
    assert right / 300 >= 0.95 - 4 * math.sqrt(0.05 * 0.95 / 300)


def test_what_common_worlds_save_is_used() -> None:
    assert half_spread(0.05, 2, 10) == pytest.approx(9 * (0.1 ** (-2 / 9) - 1))
    apart = np.stack([drawn(1, "x", 500), drawn(1, "y", 500) + 0.5]) * 1.0
    common = np.stack([drawn(1, "x", 500), drawn(1, "x", 500) + 0.1 * drawn(1, "y", 500) + 0.5])
    assert screen(common, 0.2, 0.05, 10).at < screen(apart, 0.2, 0.05, 10).at


# -- the search itself, on made-up normal worlds ---------------------------------------------------------------


def searched(number: int, steps: dict[str, int], sites: tuple[str, ...] = ("a",)) -> Found:
    """Distances fall by 2 from one rung to the next; at `steps[site]` the first is met, by 1, which is delta."""
    streams = Streams(5, number)

    def ask(site: str, places: int, seen: int) -> list[Distance]:
        noise = 2 * normals(streams.of("common").first(seen))
        noise = noise + normals(streams.of("own", site, str(places)).first(seen))
        return [Distance("goal", (steps[site] - places) * 2 - 1 + noise, 1.0)]

    def score(site: str, places: int, seen: int) -> Floats:
        return {"a": 0.0, "b": -2.0, "c": 0.0}[site] + 0.3 * normals(streams.of("score", site).first(seen))

    judging = Judging(probability=0.95, first=10, most=2000, batch=2)
    return Search(ask, score, sites, range(16), 1, judging, 1.0).run()


def test_the_first_rung_that_is_enough_is_found_as_often_as_stated() -> None:
    right = sum(searched(k, {"a": 2 + k % 12}).places == 2 + k % 12 for k in range(200))
    assert right >= 185  # 0.95 of 200, less 2 standard errors


def test_the_site_that_needs_fewest_is_found_and_a_tie_is_broken_by_the_better_score() -> None:
    found = searched(1, {"a": 9, "b": 6, "c": 6}, ("a", "b", "c"))
    assert found.places == 6 and sorted(found.sites) == ["b", "c"] and found.best == "b" and found.sure


def test_a_ladder_that_is_too_short_has_no_answer() -> None:
    found = searched(1, {"a": 40})
    assert found.places is None and found.best is None


def test_a_ladder_whose_first_rung_is_enough() -> None:
    assert searched(1, {"a": -3}).places == 0


# -- intervals -----------------------------------------------------------------------------------------------


def test_an_interval_that_always_holds_misses_no_more_often_than_stated() -> None:
    """However often one looks, up to 300 observations."""
    missed = 0
    for number in range(600):
        values = drawn(number, "sequence", 300)
        mean = np.cumsum(values) / np.arange(1, 301)
        missed += bool((np.abs(mean) > running(values, 0.05)).any())
    assert missed / 600 <= 0.05 + 4 * math.sqrt(0.05 * 0.95 / 600)


def test_an_ordinary_interval_misses_far_more_often_when_one_stops_at_will() -> None:
    from sim.study.estimate import t_quantile

    t = np.array([t_quantile(0.975, n - 1) / math.sqrt(n) for n in range(2, 301)])
    missed = 0
    for number in range(200):
        values = drawn(number, "sequence", 300)
        n = np.arange(1, 301)
        mean = np.cumsum(values) / n
        sd = np.sqrt(np.maximum(np.cumsum(values**2) - n * mean**2, 0) / np.maximum(n - 1, 1))
        missed += bool((np.abs(mean[1:]) > t * sd[1:]).any())
    assert missed / 200 > 0.2


def test_running_agrees_with_one_look_and_grows_narrow() -> None:
    values = drawn(3, "widths", 60)
    assert running(values, 0.05)[-1] == pytest.approx(always_valid(values, 0.05))
    assert widening(5, 0.05) > widening(20, 0.05) > 1.96
    assert enough([values, values], [10.0, 1e-9]) == [
        int(np.flatnonzero(running(values, 0.025) <= 10)[0]) + 1,
        None,
    ]


# -- warm-up, crossing, controls -------------------------------------------------------------------------------


def test_mser5_finds_the_end_of_a_known_transient() -> None:
    series = 5 + drawn(1, "series", 1000)
    series[:200] += 10 * np.exp(-np.arange(200) / 40)
    assert 60 <= (mser5(series) or 0) <= 220
    assert (mser5(5 + drawn(2, "series", 1000)) or 0) <= 150
    assert mser5(np.arange(1000.0)) is None  # never settles


def test_one_cut_for_several_series_is_the_longest() -> None:
    flat = 5 + np.stack([drawn(k, "flat", 500) for k in range(4)])
    late = flat + np.where(np.arange(500) < 100, 8.0, 0.0)
    cut = common_cut({"flat": flat, "late": late})
    assert cut.days["late"] == 100 and cut.common == max(one or 0 for one in cut.days.values())
    assert common_cut({"flat": flat, "growing": np.arange(500.0) + flat}).common is None


def test_crossing_by_hand() -> None:
    assert crossing((0, 10, 20), np.array([3.0, 1.0, -1.0])) == pytest.approx(15.0)
    assert crossing((0, 10, 20), np.array([3.0, 2.0, 1.0])) == math.inf
    assert crossing((0, 10, 20), np.array([-3.0, -4.0, -5.0])) == -math.inf
    assert falling(np.array([3.0, 1.0, 2.0, 0.0])).tolist() == [3.0, 1.5, 1.5, 0.0]


def test_the_interval_of_a_crossing_covers_it() -> None:
    """Lines of slope -0.2 a place with common noise: the crossing at 15 is covered about 95 times in 100."""
    covered = 0
    for number in range(200):
        noise = drawn(number, "crossing", 20)
        own = [0.2 * drawn(number, f"rung{k}", 20) for k in range(4)]
        goal = np.stack([(15 - places) * 0.2 + noise + own[k] for k, places in enumerate((0, 10, 20, 30))])
        found = needed((0, 10, 20, 30), [goal])
        covered += found.low <= 15 <= found.high
    assert covered >= 180


def test_what_is_saved_on_common_worlds_is_known_better_than_either_need() -> None:
    rungs = (0, 10, 20, 30)
    noise = drawn(1, "saved", 20)
    before, after = (np.stack([(at - places) * 0.2 + noise for places in rungs]) for at in (18, 12))
    found = saved(rungs, [before], [after])
    assert found.value == pytest.approx(6.0) and found.high - found.low < 1e-6
    assert needed(rungs, [before]).high - needed(rungs, [before]).low > 0.5


def test_a_control_takes_out_what_it_explains() -> None:
    away = np.stack([drawn(1, "c1", 200), drawn(1, "c2", 200)], axis=1)
    values = 3 + 2 * away[:, 0] + 0.1 * drawn(1, "rest", 200)
    found = adjust(values, away)
    assert abs(found.value - 3) <= 4 * found.half_width / 1.96 and found.variance_left < 0.02
    alone = adjust(exponentials(Streams(1, 1).of("alone").first(200)), away)
    assert 0.8 < alone.variance_left < 1.2
