"""A comparison over the posterior (outer) and replications (inner), its interval split by what would shrink it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.composer import Composer, Shelf
from sim.scenario.errors import COMMAND_LINE
from sim.scenario.scenario import Scenario
from sim.scenario.unknowns import Unknown
from sim.study.calibrate.played import texts_at
from sim.study.calibrate.store import ridge
from sim.study.kept import measure_kept, single, values
from sim.world.streams import Floats

if TYPE_CHECKING:
    import pandas as pd

NINETY = 1.6448536269514722


@dataclass(frozen=True, eq=False)
class Nested:
    """Values of each measure by rule, points x replications; replication k is the same world everywhere."""

    unknowns: tuple[Unknown, ...]
    points: Floats
    rules: tuple[str, ...]
    found: Mapping[str, Mapping[str, Floats]]

    def difference(self, measure: str, start: str, end: str) -> Floats:
        """`end` minus `start`, points x replications."""
        return self.found[measure][end] - self.found[measure][start]


def rule_scenarios(
    unknowns: Sequence[Unknown], point: Floats, rules: Mapping[str, Sequence[str]], common: Sequence[str],
    composer: Composer,
) -> list[Scenario]:  # fmt: skip
    """The scenario of each rule at one point of the parameters.

    Authorities decline far offers under no rule here, because a rule that asks one home after another cannot have it.
    """
    texts = texts_at(unknowns, point, "national", sits=False)
    found = []
    for own in rules.values():
        files = [word.partition("=")[0] for word in own if "." not in word.partition("=")[0]]
        kept = [
            text for text in texts if text.partition(".")[0] not in files
        ]  # another file answers the question
        found.append(composer.another(composer.shelf.read([*common, *own, *kept], COMMAND_LINE)))
    return found


def play_nested(
    unknowns: Sequence[Unknown], points: Floats, rules: Mapping[str, Sequence[str]], measures: Sequence[str],
    replications: int, common: Sequence[str], folder: Path | None, workers: int,
    done: Callable[[int], object] = lambda n: None, config_dir: str | None = None, first: int = 0,
) -> Nested:  # fmt: skip
    """Play every rule at every point, `replications` each."""
    composer = Composer(Shelf.of(config_dir))
    singles = [
        single(scenario, first + replication)
        for point in points
        for scenario in rule_scenarios(unknowns, point, rules, common, composer)
        for replication in range(replications)
    ]
    played = measure_kept(singles, folder, workers, done)
    shape = (len(points), len(rules), replications)
    found = {}
    for measure in measures:
        cube = values(played, measure).reshape(shape)
        found[measure] = {rule: cube[:, at, :] for at, rule in enumerate(rules)}
    return Nested(tuple(unknowns), points, tuple(rules), found)


def split(difference: Floats) -> dict[str, float]:
    """Mean difference (points x replications) with a 90% interval, and how much of its variance each cause has.

    One-way analysis of variance: `only_data` is the variance between points, which no run shrinks; `more_runs` is the
    variance of the mean over the points and runs that were played. `lower_90` and `upper_90` hold both.
    """
    points, runs = difference.shape
    by_point = difference.mean(axis=1)
    within = float(difference.var(axis=1, ddof=1).mean()) if runs > 1 else float("nan")
    between = float(by_point.var(ddof=1))
    known = runs > 1  # from one replication a point, luck cannot be told from parameters
    only_data = max(0.0, between - within / runs) if known else between
    more_runs = between / points
    half = NINETY * np.sqrt(only_data + more_runs)
    total = only_data + more_runs
    return {
        "difference": float(by_point.mean()),
        "lower_90": float(by_point.mean() - half),
        "upper_90": float(by_point.mean() + half),
        "half_only_data": NINETY * float(np.sqrt(only_data)) if known else float("nan"),
        "half_more_runs": NINETY * float(np.sqrt(more_runs)),
        "share_only_data": only_data / total if known and total > 0 else float("nan"),
        "share_positive": float((by_point > 0).mean()),
        "points": points,
        "replications": runs,
    }


def differences(
    nested: Nested, steps: Mapping[str, tuple[str, str]], measures: Sequence[str]
) -> pd.DataFrame:
    """One row for each measure and step (name -> from, to)."""
    import pandas as pd

    rows = [
        {"measure": measure, "unit": CATALOGUE[measure].unit, "step": name, "from": start, "to": end,
         **split(nested.difference(measure, start, end))}
        for measure in measures
        for name, (start, end) in steps.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def levels(nested: Nested, measures: Sequence[str]) -> pd.DataFrame:
    """Mean and 90% range over the points of each measure under each scenario."""
    import pandas as pd

    rows = []
    for measure in measures:
        for rule in nested.rules:
            by_point = nested.found[measure][rule].mean(axis=1)
            low, high = np.quantile(by_point, [0.05, 0.95])
            rows.append(
                (measure, CATALOGUE[measure].unit, rule, float(by_point.mean()), float(low), float(high))
            )
    return pd.DataFrame(rows, columns=["measure", "unit", "scenario", "mean", "low_90", "high_90"])


def at_both_ends(
    nested: Nested, steps: Mapping[str, tuple[str, str]], measures: Sequence[str]
) -> pd.DataFrame:
    """Every step at both ends of the ridge: the third of the points at each."""
    import pandas as pd

    order = np.argsort(ridge(nested.unknowns, nested.points))
    third = max(1, len(order) // 3)
    ends = {"short of staff, homes willing": order[:third], "better staffed, homes choosy": order[-third:]}
    frames = []
    for name, rows in ends.items():
        part = Nested(
            nested.unknowns,
            nested.points[rows],
            nested.rules,
            {m: {rule: cube[rows] for rule, cube in by.items()} for m, by in nested.found.items()},
        )
        frame = differences(part, steps, measures)
        frame.insert(0, "end", name)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)
