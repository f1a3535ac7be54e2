"""A comparison: several scenarios on the same worlds, paired differences first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.scenario import Scenario
from sim.study.equity import equity
from sim.study.estimate import Parts, difference, gather, level, widening
from sim.study.pool import play_all
from sim.study.trace import Trace

if TYPE_CHECKING:
    import pandas as pd

DIFFERENCES = ["baseline", "scenario", "measure", "group", "level", "difference", "lower_95", "upper_95",
               "replications", "unit"]  # fmt: skip
LEVELS = ["scenario", "measure", "group", "level", "value", "lower_95", "upper_95", "replications", "unit"]


@dataclass(frozen=True)
class Split:
    """A difference taken apart in steps: each part goes from one scenario to another."""

    title: str
    parts: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Stress:
    """The compared pair again, with one assumption moved to one end of its range.

    every   all scenarios by name, where all of them are played so and not the pair alone
    """

    title: str
    side: str
    pair: tuple[Scenario, Scenario]
    every: Mapping[str, Scenario] = field(default_factory=dict)

    @property
    def played(self) -> list[Scenario]:
        """The scenarios to be played, in order."""
        return list(self.every.values()) or list(self.pair)


@dataclass(frozen=True, eq=False)
class Comparison:
    """What a comparison finds, as tidy tables (columns as in the manifest's data dictionary)."""

    baseline: str
    scenarios: Mapping[str, Scenario]
    primary: tuple[str, ...]
    parts: Mapping[str, Parts]
    measures: pd.DataFrame
    ratio_parts: pd.DataFrame
    differences: pd.DataFrame
    levels: pd.DataFrame
    splits: pd.DataFrame
    loads: pd.DataFrame
    equity: pd.DataFrame
    stress: pd.DataFrame = field(repr=False)


def compare(
    scenarios: Mapping[str, Scenario],
    baseline: str,
    primary: Sequence[str] = ("children_placed_per_year",),
    splits: Sequence[Split] = (),
    stress: Sequence[Stress] = (),
    stress_pair: tuple[str, str] | None = None,
    replications: int | None = None,
    workers: int | None = None,
    done: Callable[[int], object] = lambda count: None,
    trace: Trace | None = None,
) -> Comparison:
    """Play every scenario on the same worlds and compare each with `baseline`.

    replications, workers   by default those of the baseline's run
    primary                 measures that get sentences and adjusted intervals (at most five)
    trace                   returns to be played in the place of what would be drawn
    Raises ValueError for a name that is not a scenario or a measure, or unlike seeds or windows.
    """
    _check(scenarios, baseline, primary)
    run = scenarios[baseline].run
    count, processes = replications or run.replications, workers or run.workers
    stressed = [scenario for one in stress for scenario in one.played]
    rows = play_all(
        [*scenarios.values(), *stressed],
        [count] * len(scenarios) + [min(count, run.stress_replications)] * len(stressed),
        processes,
        done,
        trace,
    )
    parts = {name: gather(rows[at]) for at, name in enumerate(scenarios)}
    pair = stress_pair or (baseline, list(scenarios)[-1])
    left = iter(rows[len(scenarios) :])
    under = [{name: gather(next(left)) for name in one.every or pair} for one in stress]
    measures, ratio_parts = _measures(parts)
    return Comparison(
        baseline=baseline,
        scenarios=dict(scenarios),
        primary=tuple(primary),
        parts=parts,
        measures=measures,
        ratio_parts=ratio_parts,
        differences=differences_of(parts, baseline, primary),
        levels=levels_of(parts),
        splits=_splits(parts, splits, primary),
        loads=loads_of(parts, scenarios),
        equity=equity(parts, baseline),
        stress=_stress(parts, stress, under, pair, baseline, primary),
    )


def _check(scenarios: Mapping[str, Scenario], baseline: str, primary: Sequence[str]) -> None:
    if baseline not in scenarios:
        raise ValueError(f"baseline is {baseline}, allowed {list(scenarios)}")
    for name in primary:
        if name not in CATALOGUE:
            raise ValueError(f"primary measure is {name}, allowed {sorted(CATALOGUE)}")
    if not 1 <= len(primary) <= 5:
        raise ValueError(f"primary has {len(primary)} measures, allowed 1 to 5")
    first = scenarios[baseline].run
    for name, scenario in scenarios.items():
        run = scenario.run
        if (run.seed, run.window, run.start) != (first.seed, first.window, first.start):
            raise ValueError(
                f"scenario {name} has another seed, start or window than {baseline}; they must be the same"
            )


def _measures(parts: Mapping[str, Parts]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row per scenario, replication and key: values, and the parts of each ratio."""
    import pandas as pd

    frames = []
    for name, part in parts.items():
        n, k = part.numerator.shape
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(part.denominator != 0, part.numerator / part.denominator, np.nan)
        frames.append(
            pd.DataFrame(
                {
                    "scenario": name,
                    "replication": np.repeat(np.arange(n), k),
                    "measure": [key[0] for key in part.keys] * n,
                    "group": [key[1] for key in part.keys] * n,
                    "level": [key[2] for key in part.keys] * n,
                    "value": value.ravel(),
                    "unit": [CATALOGUE[key[0]].unit for key in part.keys] * n,
                    "numerator": part.numerator.ravel(),
                    "denominator": part.denominator.ravel(),
                }
            )
        )
    whole = pd.concat(frames, ignore_index=True)
    return whole.drop(columns=["numerator", "denominator"]), whole.drop(columns=["value", "unit"])


def differences_of(parts: Mapping[str, Parts], baseline: str, primary: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for name, part in parts.items():
        if name == baseline:
            continue
        keys, found = difference(parts[baseline], part, len(primary))
        wider = widening(len(part.numerator), len(primary) * (len(parts) - 1))
        for at, key in enumerate(keys):
            value, half = found.value[at], found.half_width[at]
            main = key[0] in primary and key[1] == "all"
            wide = found.half_width_adjusted[at] if main else np.nan
            survives = bool(main and abs(value) > half * wider)
            rows.append((baseline, name, *key, value, value - half, value + half, len(part.numerator),
                         CATALOGUE[key[0]].unit, value - wide, value + wide, survives))  # fmt: skip
    return pd.DataFrame(rows, columns=[*DIFFERENCES, "lower_adjusted", "upper_adjusted", "among_all"])


def levels_of(parts: Mapping[str, Parts]) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for name, part in parts.items():
        found = level(part)
        for at, key in enumerate(part.keys):
            value, half = found.value[at], found.half_width[at]
            rows.append(
                (name, *key, value, value - half, value + half, len(part.numerator), CATALOGUE[key[0]].unit)
            )
    return pd.DataFrame(rows, columns=LEVELS)


def _splits(parts: Mapping[str, Parts], splits: Sequence[Split], primary: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for split in splits:
        steps = [*split.parts, ("both together", split.parts[0][1], split.parts[-1][2])]
        for part, start, end in steps:
            keys, found = difference(parts[start], parts[end])
            for measure in primary:
                at = keys.index((measure, "all", "all"))
                value, half = found.value[at], found.half_width[at]
                rows.append((split.title, part, measure, start, end, value, value - half, value + half,
                             CATALOGUE[measure].unit))  # fmt: skip
    return pd.DataFrame(
        rows, columns=["title", "part", "measure", "from", "to", "difference", "lower_95", "upper_95", "unit"]
    )


def loads_of(parts: Mapping[str, Parts], scenarios: Mapping[str, Scenario]) -> pd.DataFrame:
    """Load ratio by purpose; saturated at 1 or above, unstable where nobody gives up and the list grows."""
    import pandas as pd

    rows = []
    for name, part in parts.items():
        found = level(part)
        slope = part.keys.index(("list_slope_per_year", "all", "all"))
        patient = all(
            duration.kind == "never"
            for stream in scenarios[name].demand.streams.values()
            if stream.route == "welfare"
            for duration in stream.patience
        )
        grows = patient and found.value[slope] - np.nan_to_num(found.half_width[slope]) > 0
        for at, (measure, _, purpose) in enumerate(part.keys):
            if measure == "load_ratio":
                state = "unstable" if grows and purpose == "welfare" else ""
                state = state or ("saturated" if found.value[at] >= 1 else "")
                rows.append((name, purpose, found.value[at], state))
    return pd.DataFrame(rows, columns=["scenario", "purpose", "load_ratio", "state"])


def _stress(
    parts: Mapping[str, Parts], stress: Sequence[Stress], under: Sequence[Mapping[str, Parts]],
    pair: tuple[str, str], baseline: str, primary: Sequence[str],
) -> pd.DataFrame:  # fmt: skip
    """Differences under each moved assumption, and whether their sign turns: the headline first, then the others
    where every scenario was played so."""
    import pandas as pd

    rows = []
    for one, moved in zip(stress, under, strict=True):
        others = [(baseline, name) for name in one.every if name not in (baseline, pair[1])]
        asked = [(*pair, primary[:1])]
        if one.every:
            asked += [(*pair, primary[1:]), *((*each, primary) for each in others)]
        for start, end, measures in asked:
            central_keys, central = difference(parts[start], parts[end])
            keys, found = difference(moved[start], moved[end])
            for measure in measures:
                at = keys.index((measure, "all", "all"))
                before = central.value[central_keys.index((measure, "all", "all"))]
                value, half = found.value[at], found.half_width[at]
                rows.append((one.title, one.side, measure, start, end, value, value - half, value + half,
                             CATALOGUE[measure].unit, bool(value * before < 0)))  # fmt: skip
    columns = [
        "assumption",
        "side",
        "measure",
        "from",
        "to",
        "difference",
        "lower_95",
        "upper_95",
        "unit",
        "turns",
    ]
    return pd.DataFrame(rows, columns=columns)
