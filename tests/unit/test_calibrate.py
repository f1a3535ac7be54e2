"""The parts of the calibration, each against a case whose answer is known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import norm

from sim.outcomes.published.logistic import logistic
from sim.scenario.load import load_experiment, load_scenario
from sim.scenario.sweep import load_sweep
from sim.scenario.targets import Target
from sim.scenario.unknowns import Unknown, rows_of
from sim.study.calibrate import played
from sim.study.calibrate.emulator import fit_emulators
from sim.study.calibrate.left_out import normal_crps
from sim.study.calibrate.matching import not_ruled_out, spread_out
from sim.study.calibrate.posterior import draw
from sim.study.calibrate.sbc import WORLDS
from sim.study.calibrate.store import read_posterior
from sim.study.uncertain.impact import effects, mark
from sim.study.uncertain.information import worth
from sim.study.uncertain.movable import Moved
from sim.study.uncertain.nested import split
from sim.study.uncertain.screening import morris, problem, sobol, trajectories
from sim.study.uncertain.switching import switching_value
from sim.study.validate.score import crps, own_sd, predictive, score, summary
from sim.world.points import latin_points, normal_points, shares, sobol_points

pytestmark = pytest.mark.unit


def target(value: float = 1.0, **more: object) -> Target:
    given = {"id": "t", "output": "list_size", "statistic": "mean", "sd": 1.0, **more}
    return Target(value=value, period_from=date(2020, 1, 1), period_to=date(2020, 1, 2), **given)  # type: ignore[arg-type]


def unknown(name: str) -> Unknown:
    return Unknown(name, name, name, name, (f"{name}=<v>",), (f"{name}=<v>",), "even", 0.0, 1.0, "share")


def test_logistic_regression_is_that_of_the_library() -> None:
    from sklearn.linear_model import LogisticRegression

    x = normal_points(400, 3, 1, "x")
    chance = 1 / (1 + np.exp(-(0.4 + x @ np.array([0.8, -0.5, 0.0]))))
    y = (shares(400, 1, 1, "y")[:, 0] < chance).astype(float)
    beta, error = logistic(x, y)
    library = LogisticRegression(C=1e10, tol=1e-10, max_iter=1000).fit(x, y)
    assert beta == pytest.approx([library.intercept_[0], *library.coef_[0]], abs=1e-4)
    assert np.all(np.abs(beta - [0.4, 0.8, -0.5, 0.0]) < 4 * error)


def test_two_by_two_odds_ratio_by_hand() -> None:
    """30 of 40 girls and 20 of 40 boys are placed: odds 3 over odds 1; the error is the root of the sum of 1 / n."""
    girl = np.repeat([1.0, 1.0, 0.0, 0.0], [30, 10, 20, 20])
    placed = np.repeat([1.0, 0.0, 1.0, 0.0], [30, 10, 20, 20])
    beta, error = logistic(girl[:, None], placed)
    assert np.exp(beta[1]) == pytest.approx(3.0)
    assert error[1] == pytest.approx(np.sqrt(1 / 30 + 1 / 10 + 1 / 20 + 1 / 20))


def test_a_factor_that_separates_has_no_odds_ratio() -> None:
    beta, _ = logistic(np.array([[0.0], [0], [0], [1], [1], [1]]), np.array([0.0, 0, 0, 1, 1, 1]))
    assert not np.isfinite(beta[1]) or abs(beta[1]) > 20


def test_the_posterior_of_a_normal_mean_is_the_known_one() -> None:
    """One figure 0.3 with standard deviation 0.05 about a parameter that is even on 0 to 1: normal, not cut off."""
    sample = draw(lambda points: -0.5 * ((points[:, 0] - 0.3) / 0.05) ** 2, 2, 2048, 7)
    assert sample.points[:, 0].mean() == pytest.approx(0.3, abs=0.005)
    assert sample.points[:, 0].std() == pytest.approx(0.05, rel=0.08)
    assert sample.points[:, 1].mean() == pytest.approx(0.5, abs=0.03)  # of which the figure says nothing
    assert sample.points[:, 1].std() == pytest.approx(1 / np.sqrt(12), rel=0.08)


def test_the_posterior_of_many_parameters_is_as_wide_as_it_should_be() -> None:
    """Twenty parameters, a figure of standard deviation 0.15 about each: the end bins hold a quarter of the ranks.

    With too few moves copies of one point lie near each other, and truths fall outside too often.
    """
    truth, luck = shares(40, 20, 5, "truth"), normal_points(40, 20, 5, "luck")
    below = []
    for world in range(40):
        seen = truth[world] + 0.15 * luck[world]

        def likelihood(points: np.ndarray, seen: np.ndarray = seen) -> np.ndarray:
            return -0.5 * (((points - seen) / 0.15) ** 2).sum(axis=1)  # type: ignore[no-any-return]

        sample = draw(likelihood, 20, 256, 11, f"many {world}")
        below.append((sample.points < truth[world]).mean(axis=0))
    ranks = np.array(below)
    assert ((ranks < 0.125) | (ranks > 0.875)).mean() == pytest.approx(0.25, abs=0.035)


def test_the_posterior_keeps_both_ends_of_a_ridge() -> None:
    sample = draw(lambda points: -0.5 * ((points.sum(axis=1) - 1.0) / 0.02) ** 2, 2, 2048, 3)
    assert np.corrcoef(sample.points.T)[0, 1] < -0.99
    assert sample.points[:, 0].min() < 0.1 and sample.points[:, 0].max() > 0.9


def test_an_emulator_finds_a_curve_in_noise_and_knows_how_sure_it_is() -> None:
    x = latin_points(200, 3, 5)
    y = 10 * x[:, 0] + 5 * (x[:, 1] - 0.5) ** 2 + 0.5 * normal_points(200, 1, 5, "noise")[:, 0]
    (one,) = fit_emulators(x, y[:, None], [target()])
    fresh = sobol_points(8, 3, 9)
    truth = 10 * fresh[:, 0] + 5 * (fresh[:, 1] - 0.5) ** 2
    assert np.sqrt(np.mean((one.mean(fresh) - truth) ** 2)) < 0.25
    assert np.sqrt(one.variance) == pytest.approx(0.5, rel=0.25)
    assert one.explained > 0.95


def test_points_with_too_many_figures_missed_are_ruled_out() -> None:
    far = np.array([[0.0, 1, 2], [4, 0, 0], [4, 5, 6]])
    assert not_ruled_out(far, 0).tolist() == [True, False, False]
    assert not_ruled_out(far, 1).tolist() == [True, True, False]


def test_points_that_are_spread_out_are_the_corners() -> None:
    line = np.linspace(0, 1, 11)[:, None]
    assert sorted(spread_out(line, 3).tolist()) == [0, 5, 10]


def test_crps_of_a_sample_is_that_of_the_normal() -> None:
    drawn = ndtri((np.arange(4000) + 0.5) / 4000)
    for z in (0.0, 1.0, -2.5):
        assert crps(drawn, z) == pytest.approx(normal_crps(z), abs=2e-3)
    assert normal_crps(0.0) == pytest.approx(2 * norm.pdf(0) - 1 / np.sqrt(np.pi))


def test_a_figure_is_inside_or_outside_or_not_modelled() -> None:
    values = 10 + normal_points(60, 1, 1, "runs")
    named = [target(11, id="a"), target(30, id="b"), target(1, id="c", output="moon_phase")]
    table = score(named, np.hstack([values, values, np.full((60, 1), np.nan)]), {})
    assert table["verdict"].tolist() == ["inside", "outside", "not modelled"]
    assert table["reason"].iloc[2] == "the model has no such output"
    assert summary(table).set_index("use").loc["all", ["inside", "outside", "not_modelled"]].tolist() == [
        1,
        1,
        1,
    ]


def test_the_error_of_a_figure_widens_its_prediction() -> None:
    assert predictive(np.zeros(10), 2.0).std() == pytest.approx(2.0)
    assert own_sd(target(100, sd=None, statistic="stock", output="children_in_homes"))[0] == pytest.approx(
        7.5
    )


def test_variance_splits_into_what_data_and_what_runs_would_shrink() -> None:
    between = 3 * normal_points(400, 1, 1, "points")
    found = split(5 + between + 2 * normal_points(400, 4, 1, "luck"))
    assert found["difference"] == pytest.approx(5, abs=0.5)
    assert (found["half_only_data"] / 1.6449) ** 2 == pytest.approx(9, rel=0.2)
    assert (found["half_more_runs"] / 1.6449) ** 2 == pytest.approx((9 + 4 / 4) / 400, rel=0.2)
    alike = split(5 + 2 * normal_points(400, 4, 2, "luck"))
    assert alike["half_only_data"] < 0.85


def test_morris_finds_the_slopes_of_a_line() -> None:
    unknowns = [unknown(name) for name in "abc"]
    points = trajectories(10, 3, 1)
    assert len(points) == 40 and points.min() >= 0 and points.max() <= 1
    moved = np.abs(np.diff(points.reshape(10, 4, 3), axis=1))
    assert np.allclose(moved.sum(axis=2), 2 / 3) and np.allclose(moved.sum(axis=1), 2 / 3)
    table = morris(unknowns, points, points @ np.array([4.0, -2.0, 0.0]), 1).set_index("parameter")
    assert table["effect"].to_dict() == pytest.approx({"a": 4.0, "b": -2.0, "c": 0.0}, abs=1e-9)
    assert problem(unknowns)["num_vars"] == 3


def test_sobol_indices_of_a_sum_are_its_shares_of_variance() -> None:
    unknowns = [unknown(name) for name in "abc"]
    x = latin_points(120, 3, 2)
    table, explained = sobol(unknowns, x, x @ np.array([3.0, 1.0, 0.0]), 2)
    found = table.set_index("parameter")
    assert explained > 0.99
    assert found.loc["a", "first_order"] == pytest.approx(0.9, abs=0.03)
    assert found.loc["b", "total"] == pytest.approx(0.1, abs=0.03)
    assert found.loc["c", "total"] == pytest.approx(0.0, abs=0.01)


def test_what_it_is_worth_to_know_by_hand() -> None:
    """Rule A gives 0; rule B gives a - 0.5 with a even on 0 to 1. Knowing a gains E[max(0, a - 0.5)] = 1/8."""
    unknowns = [unknown(name) for name in "ab"]
    x = latin_points(300, 2, 4)
    table = worth(unknowns, x, {"A": np.zeros(300), "B": x[:, 0] - 0.5}, latin_points(4000, 2, 5), True)
    found = table.set_index("group")
    assert found.loc["all", "evppi"] == pytest.approx(0.125, abs=0.005)
    assert found.loc["a", "evppi"] == pytest.approx(0.125, abs=0.005)
    assert found.loc["b", "evppi"] == pytest.approx(0.0, abs=0.005)
    assert found.loc["a", "variance_share"] == pytest.approx(1.0, abs=0.01)


def test_the_switching_value_of_a_line() -> None:
    share = np.linspace(0, 1, 20)
    assert switching_value(10, 20, share, 3 - 4 * share) == (pytest.approx(17.5), True)
    assert switching_value(10, 20, share, 3 + share)[1] is False


def test_impact_is_read_off_all_points_at_once() -> None:
    moved = [Moved(name, name, "red", lambda share: []) for name in "abc"]
    x = latin_points(200, 3, 6)
    y = 50 + x @ np.array([10.0, 2.0, 0.0]) + 2 * normal_points(200, 1, 6, "luck")[:, 0]
    table = effects(moved, x, y, 50).set_index("key")
    assert table.loc["a", "move"] == pytest.approx(10, abs=3 * table.loc["a", "standard_error"])
    assert table.loc["a", "impact"] == "red" and bool(table.loc["a", "sure"])
    assert [mark(share) for share in (0.01, -0.05, 0.3)] == ["green", "amber", "red"]


def test_a_run_that_is_kept_is_not_played_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    played_before: list[int] = []

    def stop_at_third(task: played.Task) -> played.Answers:
        if len(played_before) == 2:
            raise KeyboardInterrupt
        played_before.append(task.replication)
        return {"t": (float(task.replication), None)}

    scenario = load_scenario()
    tasks = played.make_tasks([scenario] * 4, range(4), [target()])
    assert len({task.name for task in tasks}) == 4
    monkeypatch.setattr(played, "play", stop_at_third)
    with pytest.raises(KeyboardInterrupt):
        played.answers_kept(tasks, tmp_path, 1)
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted(task.name for task in tasks[:2])
    monkeypatch.setattr(played, "play", lambda task: {"t": (10.0 + task.replication, None)})
    heard: list[int] = []
    found = played.answers_kept(tasks, tmp_path, 1, heard.append)
    assert [one["t"][0] for one in found] == [0.0, 1.0, 12.0, 13.0]
    assert heard == [2, 1, 1]


def test_another_question_is_another_run() -> None:
    scenario = load_scenario()
    names = {
        played.make_tasks([scenario], [0], [target(output=name)])[0].name for name in ("list_size", "orders")
    }
    assert len(names) == 2


def test_the_stored_posterior_has_points_in_their_ranges() -> None:
    unknowns, values = read_posterior()
    assert len(values) >= 16
    for at, one in enumerate(unknowns):
        assert one.low <= values[:, at].min() <= values[:, at].max() <= one.high, one.name
    assert read_posterior(4)[1].shape == (4, len(unknowns))


def test_the_experiment_and_the_design_of_the_posterior_load() -> None:
    loaded = load_experiment(["experiment=posterior"])
    assert list(loaded.scenarios) == ["defaults", "middle", "short_and_willing", "staffed_and_choosy"]
    assert len(load_sweep(["design=posterior"]).scenarios) >= 16


@pytest.mark.parametrize("name", ["ranks", "ranks_of_sampler"])
def test_stored_rank_histograms_are_of_as_many_worlds_as_the_method_takes(name: str) -> None:
    stored = rows_of(f"calibration/{name}.csv")
    sums = {sum(int(value) for key, value in row.items() if key.startswith("bin_")) for row in stored}
    assert sums == {WORLDS}
