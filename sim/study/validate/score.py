"""Score published figures against runs: inside or outside the 90% predictive interval, or not modelled, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.outcomes.published.answers import NOT_OURS, OUTPUTS
from sim.scenario.targets import Target
from sim.study.calibrate.emulator import on_scale
from sim.study.calibrate.matching import doubt
from sim.world.streams import Floats, normals

if TYPE_CHECKING:
    import pandas as pd

Verdict = Literal["inside", "outside", "not modelled"]
STEPS = 21
COLUMNS = ["id", "output", "argument", "geography", "route", "period_from", "period_to", "statistic", "published",
           "sd", "sd_from", "model_median", "model_low_90", "model_high_90", "verdict", "z", "crps", "runs", "use",
           "reason", "source"]  # fmt: skip
SHARE_SD, OTHER_SD = 0.03, 0.1


def own_sd(target: Target) -> tuple[float, str]:
    """Standard deviation of a figure, on the scale of the comparison, and where it is from.

    Where none is stated: for a count three quarters of its root, as in the stated ones; for a share 0.03; else a
    tenth of it.
    """
    if target.is_ratio_of_odds or target.sd is not None:
        return doubt(target), "stated" if target.sd is not None else "527 children"
    if target.statistic in ("share", "share of stock") or target.output.startswith(("share", "occupancy")):
        return float(np.hypot(SHARE_SD, target.gap)), "assumed"
    if target.statistic in ("total", "stock") and target.value >= 1:
        return float(np.hypot(0.75 * target.value**0.5, target.gap)), "assumed"
    return float(np.hypot(OTHER_SD * abs(target.value), target.gap)), "assumed"


def score(targets: Sequence[Target], values: Floats, why: Mapping[str, str]) -> pd.DataFrame:
    """One row a target. `values` are runs x targets (not a number: no answer); `why` says why by id."""
    import pandas as pd

    rows = [_row(one, values[:, at], why.get(one.id, "")) for at, one in enumerate(targets)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(target: Target, values: Floats, why: str) -> tuple[object, ...]:
    what = (target.id, target.output, target.argument, target.geography, target.route, target.period_from,
            target.period_to, target.statistic, target.value)  # fmt: skip
    good = np.isfinite(values)
    if target.output not in OUTPUTS or not good.any():
        none = (
            "too few children or days in the runs to say"
            if target.output in OUTPUTS
            else "the model has no such output"
        )
        said = why or NOT_OURS.get(target.output, none)
        return (*what, target.sd, "", *([np.nan] * 3), "not modelled", np.nan, np.nan, 0, target.use, said,
                target.source)  # fmt: skip
    sd, where = own_sd(target)
    seen = float(on_scale(target, np.array([target.value]))[0])
    drawn = predictive(on_scale(target, values[good]), sd)
    low, middle, high = np.quantile(drawn, [0.05, 0.5, 0.95])
    verdict: Verdict = "inside" if low <= seen <= high else "outside"
    spread = float(drawn.std())
    z = (seen - float(drawn.mean())) / spread if spread > 0 else np.nan
    ends = [float(np.exp(end)) if target.is_ratio_of_odds else float(end) for end in (middle, low, high)]
    return (*what, target.sd, where, *ends, verdict, z, crps(drawn, seen), int(good.sum()), target.use,
            target.reason, target.source)  # fmt: skip


def predictive(values: Floats, sd: float) -> Floats:
    """What a publisher might print: each run's value with the figure's own error, at even steps of its chance."""
    errors = normals((np.arange(STEPS) + 0.5) / STEPS)
    errors = errors / errors.std()
    return np.asarray(values[:, None] + sd * errors[None, :]).ravel()


def crps(drawn: Floats, seen: float) -> float:
    """Continuous ranked probability score of a sample: 0 is best, in the unit of the figure."""
    ordered = np.sort(drawn)
    n = len(ordered)
    apart = 2 * float(np.sum((2 * np.arange(1, n + 1) - n - 1) * ordered)) / n**2
    return float(np.mean(np.abs(ordered - seen)) - apart / 2)


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """By use: how many figures, inside, outside, not modelled, and the share inside."""
    import pandas as pd

    rows = []
    for use in ("calibrate", "validate", "input", "context", "all"):
        part = table if use == "all" else table[table["use"] == use]
        counts = part["verdict"].value_counts()
        inside, outside = int(counts.get("inside", 0)), int(counts.get("outside", 0))
        scored = inside + outside
        share = inside / scored if scored else np.nan
        rows.append((use, len(part), inside, outside, int(counts.get("not modelled", 0)), share))
    return pd.DataFrame(rows, columns=["use", "figures", "inside", "outside", "not_modelled", "share_inside"])
