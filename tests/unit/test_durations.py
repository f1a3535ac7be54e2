"""Durations: quantiles agree with the stated mean, and residuals with renewal theory."""

from __future__ import annotations

import numpy as np
import pytest

from sim.scenario.durations import Choice, Constant, Exponential, Lognormal, Uniform
from sim.world.streams import Stream

EACH = [
    Constant(days=7),
    Exponential(mean=5),
    Lognormal(mean=130, sd=140),
    Lognormal(mean=28.4, sd=27.2),
    Uniform(low=2, high=6),
    Choice(days=(1.0, 9.0), shares=(0.75, 0.25)),
]
N = 400_000


@pytest.mark.unit
@pytest.mark.parametrize("duration", EACH, ids=lambda d: d.kind)
def test_the_mean_of_the_quantiles_is_the_mean(duration) -> None:  # type: ignore[no-untyped-def]
    u = (np.arange(N) + 0.5) / N
    assert duration.quantile(u).mean() == pytest.approx(duration.mean, rel=2e-3)
    assert (np.diff(duration.quantile(u)) >= 0).all()


@pytest.mark.unit
@pytest.mark.parametrize("duration", EACH, ids=lambda d: d.kind)
def test_a_residual_is_length_biased(duration) -> None:  # type: ignore[no-untyped-def]
    """Mean residual at a random moment = E[S^2] / (2 E[S])."""
    grid = duration.quantile((np.arange(N) + 0.5) / N)
    expected = (grid**2).mean() / (2 * grid.mean())
    drawn = duration.residual(Stream(3, 0, "u").first(N), Stream(3, 0, "v").first(N))
    error = drawn.std() / np.sqrt(N)
    assert abs(drawn.mean() - expected) < 4 * error + 0.003 * expected


@pytest.mark.unit
def test_the_published_check_of_a_census_start() -> None:
    for mean, sd, expected in ((130, 140, 140.385), (28.4, 27.2, 27.2254), (7.4, 8.61, 8.7089)):
        drawn = Lognormal(mean=mean, sd=sd).residual(Stream(4, 0, "u").first(N), Stream(4, 0, "v").first(N))
        assert abs(drawn.mean() - expected) < 4 * drawn.std() / np.sqrt(N)


@pytest.mark.unit
def test_uniforms_look_uniform_and_streams_unlike() -> None:
    a, b = (Stream(2023, 0, purpose).first(N) for purpose in ("one", "two"))
    counts = np.bincount((a * 100).astype(int), minlength=100)
    chi = ((counts - N / 100) ** 2 / (N / 100)).sum()
    assert 50 < chi < 160  # 99 degrees of freedom
    assert abs(np.corrcoef(a, b)[0, 1]) < 4 / np.sqrt(N)
    assert abs(np.corrcoef(a[1:], a[:-1])[0, 1]) < 4 / np.sqrt(N)
    assert (a > 0).all()
    assert (a < 1).all()


@pytest.mark.unit
def test_a_uniform_is_found_by_its_address() -> None:
    stream = Stream(7, 3, "x")
    assert stream.at([5, 900, 5]).tolist() == [stream.first(6)[5], stream.first(901)[900], stream.first(6)[5]]
