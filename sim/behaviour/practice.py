"""How homes differ in practice, and what pay, reforms and shocks make of it on a day: factors on rates, by home."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt

from sim.scenario.base import DAYS_PER_YEAR
from sim.scenario.estate import Home
from sim.scenario.posts import Posts
from sim.scenario.reforms import Lever
from sim.scenario.run import Run
from sim.world.posts import PostDraws

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Factor = Literal["sickness", "recruitment", "leaving"]
_LEAVING, _RECRUITMENT, _SICKNESS = range(3)


class Practice:
    """Factors of each home on a day; 1 is the practice of the average home at the pay of its market."""

    def __init__(self, workforce: Posts, homes: tuple[Home, ...], run: Run, draws: PostDraws) -> None:
        self.workforce, self.run, self.draws = workforce, run, draws
        names = [home.name for home in homes]
        scores = workforce.maturity.scores
        drawn = zip(names, draws.maturity.tolist(), strict=True)
        self._maturity = np.array([scores.get(name, score) for name, score in drawn])
        self._gap = workforce.pay.gap + workforce.pay.spread * draws.pay
        self._shocks = [
            (run.day(one.start), run.day(one.start) + one.days, one, self._hit(one.homes, names))
            for one in workforce.shocks
        ]
        self._as_usual = np.ones(len(homes))
        levers, pay = workforce.levers, workforce.pay
        reforms = (
            levers.pooled_bank,
            levers.common_pay,
            levers.academy,
            levers.collaboration,
            levers.best_practice,
        )
        self._static = (
            pay.market_growth == pay.own_growth
            and not pay.awards
            and not any(lever.strength and (lever.starts or lever.ramp_days) for lever in reforms)
        )
        self._kept: dict[str, tuple[float, Floats]] = {}

    def _once(self, name: str, now: float, made: Callable[[float], Floats]) -> Floats:
        """What is the same at every call for a day, and for all days where nothing is dated."""
        day = 0.0 if self._static else now
        kept = self._kept.get(name)
        if kept is None or kept[0] != day:
            kept = self._kept[name] = (day, made(day))
        return kept[1]

    def _hit(self, homes: tuple[str, ...], names: list[str]) -> Bools:
        return np.array([not homes or name in homes for name in names], dtype=bool)

    # -- reforms ---------------------------------------------------------------------------------

    def in_force(self, lever: Lever, now: float) -> Floats:
        """How much of a reform holds in each home on a day: its strength, ramped, where the home opted in."""
        since = now - (self._day(lever.starts) if lever.starts else 0)
        ramp = float(np.clip(since / lever.ramp_days, 0, 1)) if lever.ramp_days else float(since >= 0)
        return np.where(self.draws.opts_in < lever.opt_in, lever.strength * ramp, 0.0)

    def _day(self, when: date) -> int:
        return self.run.day(when)

    def pooled(self, now: float) -> tuple[float, Bools]:
        """Share of bank staff that is pooled, and between which homes."""
        share = self._once(
            "pooled", now, lambda day: np.minimum(1.0, self.in_force(self.workforce.levers.pooled_bank, day))
        )
        return float(share.max(initial=0.0)), share > 0

    def academy(self, now: float) -> Floats:
        """Share by which early leaving falls."""
        return self._once(
            "academy", now, lambda day: np.minimum(1.0, self.in_force(self.workforce.levers.academy, day))
        )

    # -- factors ---------------------------------------------------------------------------------

    def pay_gap(self, now: float) -> Floats:
        """What the local market pays more, as a share, in each home."""
        pay, levers = self.workforce.pay, self.workforce.levers
        years = now / DAYS_PER_YEAR
        awarded = sum(award.rise for award in pay.awards if self._day(award.start) <= now)
        gap = self._gap + (pay.market_growth - pay.own_growth) * years - awarded
        common = np.minimum(1.0, self.in_force(levers.common_pay, now))
        return np.asarray(gap + common * (levers.common_pay_gap - gap))

    def _practised(self, which: int, now: float, better: float) -> Floats:
        """How a home differs from the average, once best practice has spread; `better` is the sign of better."""
        own, levers = self.draws.practice[:, which], self.workforce.levers
        share = np.minimum(1.0, self.in_force(levers.best_practice, now))
        best = better * levers.best
        room = np.maximum(0.0, better * (best - own))
        return np.asarray(own + better * share * room)

    def leaving(self, now: float) -> Floats:
        """Factor on leaving."""
        return self._once("leaving", now, self._leaving) * self.shocked(now, "leaving")

    def _leaving(self, now: float) -> Floats:
        pay, spread = self.workforce.pay, self.workforce.spread.leaving
        own = spread * self._practised(_LEAVING, now, -1.0)
        return np.asarray(np.exp(own + pay.to_leaving * self.pay_gap(now)))

    def recruitment(self, now: float) -> Floats:
        """Factor on how fast vacancies are filled."""
        return self._once("recruitment", now, self._recruitment) * self.shocked(now, "recruitment")

    def _recruitment(self, now: float) -> Floats:
        pay, spread, levers = self.workforce.pay, self.workforce.spread.recruitment, self.workforce.levers
        own = spread * self._practised(_RECRUITMENT, now, 1.0)
        mature = self.workforce.maturity.effect * (self._maturity - 0.5)
        together = 1 + self.in_force(levers.collaboration, now)
        found = np.exp(own + mature - pay.to_recruitment * self.pay_gap(now)) * together
        return np.asarray(found)

    def sickness(self, now: float) -> Floats:
        """Factor on sickness, shocks aside."""
        return self._once("sickness", now, self._sickness)

    def _sickness(self, now: float) -> Floats:
        return np.exp(self.workforce.spread.sickness * self._practised(_SICKNESS, now, -1.0))

    # -- shocks ----------------------------------------------------------------------------------

    def shocked(self, now: float, which: Factor) -> Floats:
        """Factor of the shocks that hit each home on a day."""
        if not self._shocks:
            return self._as_usual
        factor = self._as_usual
        for first, last, shock, hit in self._shocks:
            if first <= now < last:
                factor = np.where(hit, factor * getattr(shock, which), factor)
        return factor

    def away(self, now: float) -> Floats | None:
        """Share of staff whom shocks keep away; None on a day without shocks."""
        there = None
        for first, last, shock, hit in self._shocks:
            if first <= now < last:
                before = self._as_usual if there is None else there
                there = np.where(hit, before * (1 - shock.away), before)
        return None if there is None else 1 - there
