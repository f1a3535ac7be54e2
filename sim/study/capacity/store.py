"""Every design that was ever evaluated, kept by content: replications may be added to, and asked for by any question.

    evaluations/scenario=HASH/0000000-0000007.parquet   replications 0 to 7: measure, group, level, parts of the value
    evaluations/scenario=HASH/scenario.json             the scenario in full

HASH is that of a sweep (`sim.study.sweep.plan.content_hash`): settings, seed and code, and not the number of
replications. A block is written whole or not at all, so whatever ends a search loses only what was under way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.outcomes.goals import goal_rows
from sim.outcomes.measures import measure_rows
from sim.outcomes.rows import Row
from sim.scenario.scenario import Scenario
from sim.store import write_text, write_whole
from sim.study.capacity.values import Values
from sim.study.replicate import simulate

if TYPE_CHECKING:
    import pyarrow as pa

EVALUATIONS = "evaluations"
BLOCK = re.compile(r"(\d+)-(\d+)\.parquet")


@dataclass(frozen=True)
class Some:
    """Some replications of the scenario with hash `name`, to be played."""

    name: str
    scenario: Scenario
    replications: tuple[int, ...]


def play_some(task: Some) -> list[tuple[int, list[Row]]]:
    """All rows of each replication, those of standards included. Raises what a replication raises."""
    found = []
    for replication in task.replications:
        result = simulate(task.scenario, replication)
        rows = measure_rows(result.scenario, result.world, result.log)
        found.append((replication, [*rows, *goal_rows(result.scenario, result.world, result.log, rows)]))
    return found


class Evaluations:
    """The store in a folder, with what was read of it in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, Values] = {}

    def values(self, name: str) -> Values:
        """What is known of a scenario; an unknown one has no replications yet."""
        if name not in self._read:
            self._read[name] = values = Values()
            for path in self._blocks(name):
                for replication, rows in _rows(path):
                    values.add(replication, rows)
        return self._read[name]

    def keep(self, task: Some, played: Sequence[tuple[int, list[Row]]]) -> None:
        """Keep replications that were played. Raises OSError if they cannot be written."""
        import pyarrow.parquet as pq

        folder = self._folder(task.name)
        if not (folder / "scenario.json").is_file():
            write_text(folder / "scenario.json", task.scenario.model_dump_json(by_alias=True))
        first, last = task.replications[0], task.replications[-1]
        name = f"{first:07d}-{last:07d}.parquet"
        write_whole(folder / name, partial(pq.write_table, _table(played), compression="zstd"))
        values = self.values(task.name)
        for replication, rows in played:
            values.add(replication, rows)

    def scenarios(self) -> list[str]:
        """The hashes of all scenarios that are kept."""
        return sorted(path.name.partition("=")[2] for path in (self.folder / EVALUATIONS).glob("scenario=*"))

    def _folder(self, name: str) -> Path:
        return self.folder / EVALUATIONS / f"scenario={name}"

    def _blocks(self, name: str) -> list[Path]:
        return sorted(path for path in self._folder(name).glob("*.parquet") if BLOCK.fullmatch(path.name))


def _table(played: Sequence[tuple[int, list[Row]]]) -> pa.Table:
    import pyarrow as pa

    flat = [(replication, *row) for replication, rows in played for row in rows]
    columns = list(zip(*flat, strict=True))
    names = ("replication", *Row._fields)
    kinds = (pa.int32(), pa.string(), pa.string(), pa.string(), pa.float64(), pa.float64())
    return pa.table(
        {name: pa.array(column, kind) for name, column, kind in zip(names, columns, kinds, strict=True)}
    )


def _rows(path: Path) -> list[tuple[int, list[Row]]]:
    import pyarrow.parquet as pq

    table = pq.ParquetFile(path).read()
    found: dict[int, list[Row]] = {}
    columns = [table.column(name).to_pylist() for name in ("replication", *Row._fields)]
    for replication, *row in zip(*columns, strict=True):
        found.setdefault(replication, []).append(Row(*row))
    return list(found.items())
