"""The stored posterior: read from configs/calibration, written by a calibration, used by every study after it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import yaml

from sim.scenario.errors import ConfigError
from sim.scenario.targets import read_targets
from sim.scenario.unknowns import Unknown, read_unknowns, rows_of
from sim.store import write_text
from sim.study.calibrate.fit import Calibration, Design, modelled
from sim.study.calibrate.identify import identifiability, thinned, together
from sim.study.calibrate.played import shares_of, texts_at
from sim.study.calibrate.posterior import Sample
from sim.world.streams import Floats

if TYPE_CHECKING:
    import pandas as pd

POSTERIOR = "calibration/posterior.csv"
DESIGN = "calibration/design.csv"
SAMPLE = "calibration/sample.csv"


def write(found: Calibration, out: Path) -> list[Path]:
    """Write sample, points played, design and what is identified; the paths."""
    import pandas as pd

    unknowns = found.design.unknowns
    columns = {one.name: found.values[:, at] for at, one in enumerate(unknowns)}
    weight = 1 / len(found.values)
    points = pd.DataFrame({"point": range(len(found.values)), "weight": weight, **columns})
    ids = [one.id for one in found.design.targets]
    played = pd.DataFrame([{name: one.get(name, (np.nan, None))[0] for name in ids} for one in found.played])
    played.insert(0, "point", range(len(played)))
    tables = {
        "posterior": points,
        "sample": sample_table(unknowns, found.sample),
        "design": found.design.frame().drop(columns=[f"{one.name} value" for one in unknowns]),
        "posterior_runs": played,
        "identifiability": identifiability(unknowns, found.sample),
        "together": together(unknowns, found.sample),
        "emulators": pd.DataFrame(
            [(e.target.id, e.target.words, e.explained, e.variance**0.5) for e in found.proof.emulators],
            columns=["id", "figure", "r_squared", "sd_about_prediction"],
        ),
        "not_ruled_out": pd.DataFrame(found.left, columns=[f"missed_{n}" for n in range(6)]),
    }
    return [
        write_text(
            out / f"{name}.csv",
            table.to_csv(index=False, float_format="%.9g" if name == "posterior" else "%.6g"),
        )
        for name, table in tables.items()
    ]


def sample_table(unknowns: Sequence[Unknown], sample: Sample, most: int = 512) -> pd.DataFrame:
    """Shares of the parameters at up to `most` points of a sample of equal weights."""
    import pandas as pd

    step = max(1, len(sample.points) // most)
    names = [one.name for one in unknowns]
    return pd.DataFrame(np.round(sample.points[::step], 5), columns=names)


def read_sample() -> Floats:
    """Shares of the stored sample, points x parameters. Raises ConfigError if none is stored."""
    unknowns, rows = read_unknowns(), rows_of(SAMPLE)
    return np.array([[float(row[one.name]) for one in unknowns] for row in rows])


def read_posterior(count: int | None = None) -> tuple[tuple[Unknown, ...], Floats]:
    """The parameters and the stored points of the posterior (points x parameters), all or `count` evenly spread.

    Raises ConfigError if none is stored, or for other parameters.
    """
    unknowns, rows = read_unknowns(), rows_of(POSTERIOR)
    names = [one.name for one in unknowns]
    missing = [name for name in names if not rows or name not in rows[0]]
    if missing:
        problem = "the stored posterior has other parameters: calibrate again"
        raise ConfigError(f"configs/{POSTERIOR}", missing[0], problem)
    values = np.array([[float(row[name]) for name in names] for row in rows])
    if count is None or count >= len(values):
        return unknowns, values
    return unknowns, values[(np.arange(count) * len(values) / count).astype(int)]


def read_design() -> Design:
    """The stored runs of the last calibration. Raises ConfigError if none are stored."""
    unknowns, rows = read_unknowns(), rows_of(DESIGN)
    targets = tuple(one for one in modelled(read_targets()) if one.id in rows[0])
    points = np.array([[float(row[one.name]) for one in unknowns] for row in rows])
    figures = np.array([[float(row[one.id] or "nan") for one in targets] for row in rows])
    return Design(unknowns, targets, points, figures, tuple(int(row["wave"]) for row in rows))


def ridge(unknowns: Sequence[Unknown], values: Floats) -> Floats:
    """Where each point lies on the ridge: high for better staffed and choosy, low for short and willing."""
    names = [one.name for one in unknowns]
    share = shares_of(unknowns, values)
    at = {name: share[:, names.index(name)] for name in ("discretion", "other_grounds", "vacancy", "units")}
    return np.asarray(at["discretion"] + at["other_grounds"] - at["vacancy"] + at["units"])


def chosen_points(unknowns: Sequence[Unknown], values: Floats) -> dict[str, int]:
    """Three points by name: the most central one, and the one at each end of the ridge."""
    share = shares_of(unknowns, values)
    middle = np.argmin(np.abs(share - np.median(share, axis=0)).sum(axis=1))
    order = np.argsort(ridge(unknowns, values))
    return {"middle": int(middle), "short_and_willing": int(order[0]), "staffed_and_choosy": int(order[-1])}


def as_experiment(unknowns: Sequence[Unknown], values: Floats) -> str:
    """An experiment that lays calibrated points over today's rule, beside the defaults."""
    titles = {
        "middle": "Middle of the posterior",
        "short_and_willing": "Short of staff, homes willing",
        "staffed_and_choosy": "Better staffed, homes choosy",
    }
    scenarios: dict[str, object] = {"defaults": {"title": "The defaults", "overrides": []}}
    for name, at in chosen_points(unknowns, values).items():
        scenarios[name] = {
            "title": titles[name],
            "overrides": texts_at(unknowns, values[at], "national", sits=False),
        }
    body = {
        "title": "Calibrated settings beside the defaults",
        "question": "What would today look like at other settings that meet the published figures?",
        "baseline": "defaults",
        "scenarios": scenarios,
        "primary": ["children_placed_per_year", "children_waiting_mean", "occupancy_approved", "share_placed",
                    "declared_beds_mean"],
    }  # fmt: skip
    head = "# Points of the posterior of the calibration as settings; written by placesim calibrate.\n"
    return head + str(yaml.safe_dump(body, sort_keys=False, width=10_000))


def as_design(unknowns: Sequence[Unknown], values: Floats, title: str) -> str:
    """A design of named scenarios for `placesim sweep design=NAME`, one for each point."""
    scenarios = {}
    for number, row in enumerate(values):
        texts = [
            text
            for one, value in zip(unknowns, row, strict=True)
            for text in one.texts(value, "national", sits=False)
        ]
        scenarios[f"point_{number:02d}"] = {"title": f"Posterior point {number}", "overrides": texts}
    head = "# Points of the posterior of the calibration, alike likely; written by placesim calibrate.\n"
    body = {"kind": "list", "title": title, "scenarios": scenarios}
    return head + str(yaml.safe_dump(body, sort_keys=False, width=10_000))


__all__ = ["as_design", "as_experiment", "read_design", "read_posterior", "ridge", "thinned", "write"]
