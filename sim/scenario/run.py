"""How a scenario is run: seed, replications, dates, workers."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from sim.scenario.base import Strict

HOW_PLAYED = ("workers", "logs", "replications", "stress_replications", "backend", "on_error")
"""Settings that change no answer of a replication: who plays, how many, what is kept."""

Backend = Literal["loky", "dask", "spark", "serial"]


class Run(Strict):
    """Day 0 is `start`; the window opens after `warm_up_days`; referrals go on for `follow_up_days` after it.

    Antithetic worlds come in pairs: the second has 1 - u wherever the first has the uniform number u.
    """

    seed: int = Field(ge=0, lt=2**63)
    replications: int = Field(ge=1, le=1_000_000)
    workers: int = Field(ge=1, le=1024)
    start: date
    warm_up_days: int = Field(ge=0)
    window_days: int = Field(ge=1)
    follow_up_days: int = Field(ge=0)
    stress_replications: int = Field(default=8, ge=0)
    logs: bool = False
    backend: Backend = "loky"
    on_error: Literal["stop", "continue"] = "continue"
    worlds: Literal["independent", "antithetic"] = "independent"

    @property
    def window(self) -> tuple[int, int]:
        """First day of the window, and the day after its last."""
        return self.warm_up_days, self.warm_up_days + self.window_days

    @property
    def horizon_days(self) -> int:
        return self.warm_up_days + self.window_days + self.follow_up_days

    def day(self, when: date) -> int:
        """Days from the start to `when` (negative before it)."""
        return (when - self.start).days
