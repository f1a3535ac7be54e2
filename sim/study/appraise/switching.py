"""Switching values: how far one part of a business case has to move for its mean value to be nought."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.study.appraise.case import Case, Option
from sim.study.appraise.flows import Levers
from sim.study.appraise.results import millions

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]
SWITCHES = {
    "capital": ("capital", "factor on capital", 0.0, 20.0),
    "running": ("running", "factor on fixed running costs", 0.0, 10.0),
    "saving": ("saving", "factor on what is saved elsewhere", 0.0, 10.0),
    "use": ("use", "factor on use", 0.0, 1.0),
    "late": ("late_years", "more years of delay", 0.0, 30.0),
}


def switching_table(case: Case) -> pd.DataFrame:
    """Option x lever: where the mean net present social value is nought, if it is anywhere in the range."""
    import pandas as pd

    rows = []
    for option in case.options:
        for field, words, low, high in SWITCHES.values():
            now = 0.0 if field == "late_years" else 1.0

            def value(at: float, option: Option = option, field: str = field) -> float:
                moved = case.again(option, Levers(**{field: at}))
                return float(np.mean([millions(one.net, case.factors) for one in moved]))

            rows.append((option.name, words, now, switch(value, low, high), low, high, value(now)))
        rate = internal_rate(np.mean([one.net for one in option.flows], axis=0))
        rows.append((option.name, "discount rate, level (internal rate of return)", 0.035, rate, -0.05, 1.0,
                     float(np.mean([millions(one.net, case.factors) for one in option.flows]))))  # fmt: skip
    columns = ["option", "lever", "now", "switching_value", "looked_from", "looked_to", "npsv_now"]
    return pd.DataFrame(rows, columns=columns)


def switch(value: Callable[[float], float], low: float, high: float) -> float:
    """Where `value` crosses nought between two ends; not a number if it does not."""
    from scipy.optimize import brentq

    first, last = value(low), value(high)
    if first == 0 or last == 0:
        return low if first == 0 else high
    return float("nan") if first * last > 0 else float(brentq(value, low, high, xtol=1e-6))


def internal_rate(flow: Floats) -> float:
    """The level rate at which the flow is worth nothing; not a number if there is none from -5% to 100%."""
    years = np.arange(len(flow))
    return switch(lambda rate: float((flow / (1 + rate) ** years).sum()), -0.05, 1.0)
