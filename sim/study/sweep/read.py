"""Read the dataset of a sweep: each row beside what its scenario sets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sim.study.sweep.plan import SETTINGS, read_plan

if TYPE_CHECKING:
    import pandas as pd


def read_sweep(folder: Path | str, table: Literal["levels", "measures", "logs"] = "levels") -> pd.DataFrame:
    """A table of every finished scenario, with number, title and a column for each key that is swept.

    `levels` has values over all replications with 95% intervals, `measures` each replication, `logs` every
    event. Raises ConfigError if the folder holds no sweep.
    """
    import pandas as pd
    import pyarrow.parquet as pq

    at = Path(folder)
    read_plan(at)
    settings = pd.read_csv(at / SETTINGS)
    frames = []
    for path in sorted((at / table).glob("scenario=*/*.parquet")):
        frame = pq.ParquetFile(path).read().to_pandas()
        frame.insert(0, "scenario", path.parent.name.removeprefix("scenario="))
        frames.append(frame)
    if not frames:
        return settings.iloc[:0]
    found = settings.merge(pd.concat(frames, ignore_index=True), on="scenario", how="inner")
    return found.sort_values(["number"], kind="stable", ignore_index=True)
