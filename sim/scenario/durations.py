"""Named distributions of a length of time in days, each read by its quantile function.

One uniform in, one duration out, by inverse transform: so two scenarios that share a uniform
differ only by what the scenario changed. Uniforms are arrays in (0, 1); durations are days.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from sim.scenario.base import Strict

Floats = npt.NDArray[np.float64]


class Constant(Strict):
    """Always the same length."""

    kind: Literal["constant"] = "constant"
    days: float = Field(ge=0)

    @property
    def mean(self) -> float:
        return self.days

    def quantile(self, u: Floats) -> Floats:
        return np.full(np.shape(u), self.days)

    def residual(self, u: Floats, v: Floats) -> Floats:
        """Time left at a random moment inside a stay (length-biased), from two uniforms."""
        return v * self.days


class Never(Strict):
    """Does not end (infinitely patient, no limit)."""

    kind: Literal["never"] = "never"

    @property
    def mean(self) -> float:
        return float("inf")

    def quantile(self, u: Floats) -> Floats:
        return np.full(np.shape(u), np.inf)

    def residual(self, u: Floats, v: Floats) -> Floats:
        return np.full(np.shape(u), np.inf)


class Exponential(Strict):
    """Memoryless, with a mean."""

    kind: Literal["exponential"] = "exponential"
    mean: float = Field(gt=0)

    def quantile(self, u: Floats) -> Floats:
        return -self.mean * np.log1p(-u)

    def residual(self, u: Floats, v: Floats) -> Floats:
        return self.quantile(u)


class Lognormal(Strict):
    """Skewed to the right, given by its own mean and standard deviation (not those of the logarithm)."""

    kind: Literal["lognormal"] = "lognormal"
    mean: float = Field(gt=0)
    sd: float = Field(gt=0)

    @property
    def log_sd(self) -> float:
        return float(np.sqrt(np.log1p((self.sd / self.mean) ** 2)))

    @property
    def log_mean(self) -> float:
        return float(np.log(self.mean) - self.log_sd**2 / 2)

    def quantile(self, u: Floats) -> Floats:
        from scipy.special import ndtri

        return np.asarray(np.exp(self.log_mean + self.log_sd * ndtri(u)))

    def residual(self, u: Floats, v: Floats) -> Floats:
        # the length-biased lognormal is the same one with its log-mean moved up by one variance
        from scipy.special import ndtri

        return np.asarray(v * np.exp(self.log_mean + self.log_sd**2 + self.log_sd * ndtri(u)))


class Uniform(Strict):
    """Anything between two lengths, equally likely."""

    kind: Literal["uniform"] = "uniform"
    low: float = Field(ge=0)
    high: float = Field(gt=0)

    @model_validator(mode="after")
    def _in_order(self) -> Uniform:
        if self.low >= self.high:
            raise ValueError(f"low is {self.low}, allowed less than high ({self.high})")
        return self

    @property
    def mean(self) -> float:
        return (self.low + self.high) / 2

    def quantile(self, u: Floats) -> Floats:
        return self.low + (self.high - self.low) * u

    def residual(self, u: Floats, v: Floats) -> Floats:
        biased = np.sqrt(self.low**2 + u * (self.high**2 - self.low**2))
        return np.asarray(v * biased)


class Choice(Strict):
    """One of a few lengths, each with its share (for example a two-point stay)."""

    kind: Literal["choice"] = "choice"
    days: tuple[float, ...] = Field(min_length=1)
    shares: tuple[float, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _shares_fit(self) -> Choice:
        if len(self.days) != len(self.shares):
            raise ValueError(f"{len(self.days)} days but {len(self.shares)} shares, allowed as many of each")
        if min(self.days) < 0 or min(self.shares) < 0:
            raise ValueError("days and shares must not be negative")
        if abs(sum(self.shares) - 1) > 1e-6:
            raise ValueError(f"shares add up to {sum(self.shares):.6g}, allowed 1")
        return self

    @property
    def mean(self) -> float:
        return float(np.dot(self.days, self.shares))

    def quantile(self, u: Floats) -> Floats:
        return self._pick(u, np.asarray(self.shares))

    def residual(self, u: Floats, v: Floats) -> Floats:
        weights = np.asarray(self.shares) * np.asarray(self.days)
        return v * self._pick(u, weights / weights.sum())

    def _pick(self, u: Floats, shares: Floats) -> Floats:
        edges = np.cumsum(shares)
        index = np.minimum(np.searchsorted(edges, u, side="right"), len(edges) - 1)
        return np.asarray(self.days)[index]


Duration = Annotated[
    Constant | Never | Exponential | Lognormal | Uniform | Choice, Field(discriminator="kind")
]


def by_class(durations: tuple[Any, ...], complexity: npt.NDArray[np.int64], u: Floats) -> Floats:
    """Quantile of the duration of each child's complexity class; a single duration serves every class."""
    if len(durations) == 1:
        return np.asarray(durations[0].quantile(u))
    out = np.empty(len(u))
    for level, duration in enumerate(durations):
        here = complexity == level
        out[here] = duration.quantile(u[here])
    return out
