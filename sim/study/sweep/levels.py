"""Levels of one scenario with 95% intervals, from its blocks of replications, with one block in memory at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.outcomes.catalogue import CATALOGUE
from sim.outcomes.rows import Row
from sim.study.estimate import Parts, gather, streamed_level

if TYPE_CHECKING:
    import pyarrow as pa


def level_table(blocks: Callable[[], Iterator[pa.Table]]) -> pa.Table:
    """One row per measure, group and level: value, interval, replications, unit."""
    import pyarrow as pa

    keys, found, replications = streamed_level(lambda: (_parts(block) for block in blocks()))
    value, half = found.value, found.half_width
    return pa.table(
        {
            **{name: [key[at] for key in keys] for at, name in enumerate(("measure", "group", "level"))},
            "value": value,
            "lower_95": value - half,
            "upper_95": value + half,
            "replications": np.full(len(keys), replications, dtype=np.int32),
            "unit": [CATALOGUE[key[0]].unit for key in keys],
        }
    )


def _parts(block: pa.Table) -> Parts:
    replications: dict[int, list[Row]] = {}
    columns = ("replication", *Row._fields)
    for replication, *row in zip(*(block.column(name).to_pylist() for name in columns), strict=True):
        replications.setdefault(replication, []).append(Row(*row))
    return gather(list(replications.values()))
