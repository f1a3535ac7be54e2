"""What places are worth: one more place, a place against a rule, places that just meet a standard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.outcomes.goals import STAFFED
from sim.scenario.standards import Standard
from sim.study.capacity.crossing import Needed, needed, saved
from sim.study.capacity.feasibility import Floats
from sim.study.capacity.fixed import Labels, Plan, pseudo_of
from sim.study.capacity.goals import KNOWN, distances
from sim.study.capacity.values import Observed
from sim.study.estimate import t_quantile

TOO_NEAR_NOTHING = 0.5
"""Fieller's g from which an interval of a ratio is not told: its lower part may be nothing, or nearly."""


def marginal_table(
    plan: Plan, seen: dict[Labels, Observed], measures: Sequence[str], step: int
) -> pd.DataFrame:
    """What one more approved place, and one more staffed place, adds to each measure at each site."""
    rows = []
    for labels, base in plan.against.items():
        staff = pseudo_of(seen[labels], STAFFED) - pseudo_of(seen[base], STAFFED)
        for measure in measures:
            gain = pseudo_of(seen[labels], measure) - pseudo_of(seen[base], measure)
            row = {**dict(labels), "measure": measure, "unit": KNOWN[measure].unit}
            row |= _interval("per_place", gain / step)
            row |= _ratio("per_staffed_place", gain, staff)
            rows.append(row | {"replications": len(gain)})
    return pd.DataFrame(rows)


def free_table(plan: Plan, seen: dict[Labels, Observed], measures: Sequence[str]) -> pd.DataFrame:
    """How much of what the places gain under the first rule each other rule gains without a place, site by site."""
    bases = {dict(labels)["rule"]: labels for labels in plan.designs if labels not in plan.against}
    first, *others = bases
    rows = []
    for labels, base in plan.against.items():
        if base != bases[first]:
            continue
        for rule in others:
            for measure in measures:
                start = pseudo_of(seen[base], measure)
                by_places = pseudo_of(seen[labels], measure) - start
                by_rule = pseudo_of(seen[bases[rule]], measure) - start
                row = {"site": dict(labels)["site"], "rule": rule, "measure": measure}
                row |= _interval("by_places", by_places) | _interval("by_rule", by_rule)
                rows.append(row | _ratio("free_share", by_rule, by_places) | {"unit": KNOWN[measure].unit})
    return pd.DataFrame(rows)


def needed_table(seen: dict[Labels, Observed], standard: Standard, first: int, within: str) -> pd.DataFrame:
    """Places needed to meet the standard, for each set of designs that differ in nothing but places.

    `saves` is how many fewer that is than for the first set of the same `within`, on the same worlds.
    """
    sets: dict[Labels, dict[int, Observed]] = {}
    for labels, observed in seen.items():
        others = tuple(pair for pair in labels if pair[0] != "places")
        sets.setdefault(others, {})[int(str(dict(labels)["places"]))] = observed
    rows = []
    bases: dict[object, list[Floats]] = {}
    for others, rungs in sets.items():
        order = sorted(rungs)
        found = [distances(standard, rungs[places], first) for places in order]
        goals = [np.stack([one[at].values for one in found]) for at in range(len(found[0]))]
        base = bases.setdefault(dict(others)[within], goals)
        with np.errstate(invalid="ignore"):
            saves = saved(order, base, goals) if base is not goals else Needed(0.0, 0.0, 0.0)
        row = {**dict(others), **_needed(needed(order, goals), order)}
        row |= {
            "saves": saves.value if saves.known else np.nan,
            "saves_lower_95": saves.low,
            "saves_upper_95": saves.high,
        }
        rows.append({**row, "replications": len(rungs[order[0]])})
    return pd.DataFrame(rows)


def _needed(answer: Needed, order: list[int]) -> dict[str, object]:
    beyond = "" if answer.known else f"more than {order[-1]}" if answer.value > 0 else f"{order[0]} or fewer"
    value = answer.value if answer.known else np.nan
    return {"places_needed": value, "lower_95": answer.low, "upper_95": answer.high, "outside": beyond}


def _interval(name: str, pseudo: np.ndarray) -> dict[str, float]:
    n = len(pseudo)
    half = t_quantile(0.975, n - 1) * float(pseudo.std(ddof=1)) / np.sqrt(n) if n > 1 else np.nan
    value = float(pseudo.mean())
    return {name: value, f"{name}_lower_95": value - half, f"{name}_upper_95": value + half}


def _ratio(name: str, top: np.ndarray, bottom: np.ndarray) -> dict[str, float]:
    """A ratio of two means by Fieller's theorem: its interval is not known where the lower one may be nothing."""
    n, a, b = len(top), float(top.mean()), float(bottom.mean())
    value = a / b if b else np.nan
    unknown = {name: value, f"{name}_lower_95": np.nan, f"{name}_upper_95": np.nan}
    if n < 2:
        return unknown
    squared = t_quantile(0.975, n - 1) ** 2 / n
    spread = np.cov(np.stack([top, bottom]), ddof=1)
    curve, slope, level_ = (
        b**2 - squared * spread[1, 1],
        a * b - squared * spread[0, 1],
        a**2 - squared * spread[0, 0],
    )
    inside = slope**2 - curve * level_
    if squared * spread[1, 1] > TOO_NEAR_NOTHING * b**2 or inside < 0:
        return unknown
    reach = float(np.sqrt(inside))
    return {
        name: value,
        f"{name}_lower_95": (slope - reach) / curve,
        f"{name}_upper_95": (slope + reach) / curve,
    }
