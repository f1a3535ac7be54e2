"""The dataset of a sweep: hive-partitioned Parquet, one partition per scenario, in which only whole scenarios appear.

    measures/scenario=HASH/measures.parquet   every replication of a finished scenario
    levels/scenario=HASH/levels.parquet       its measures over all replications, with 95% intervals
    logs/scenario=HASH/log.parquet            its event logs, when asked for
    parts/HASH/00000-measures.parquet         blocks of replications of a scenario that is not finished
    failed/HASH.txt                           what went wrong, each time that it did

The parent alone writes, so a process that dies leaves no half file; a scenario moves from `parts` to the dataset
in one step, so no reader ever sees some of its replications, or any of them twice.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.engine.log import PARQUET
from sim.store import write_text, write_whole
from sim.study.sweep.levels import level_table

if TYPE_CHECKING:
    import pyarrow as pa

MEASURES, LEVELS, LOGS, PARTS, FAILED = "measures", "levels", "logs", "parts", "failed"


@dataclass(frozen=True)
class Dataset:
    """The files of a sweep in `folder`."""

    folder: Path

    def finished(self, scenario: str) -> bool:
        return self._final(MEASURES, scenario).is_file()

    def final_files(self, scenario: str) -> list[Path]:
        """The files of a finished scenario in the dataset."""
        return [
            path for table in (MEASURES, LEVELS, LOGS) if (path := self._final(table, scenario)).is_file()
        ]

    def blocks(self, scenario: str) -> set[int]:
        """First replications of the blocks that are kept for a scenario that is not finished."""
        found = self._parts(scenario).glob(f"[0-9]*-{MEASURES}.parquet")
        return {int(path.name.partition("-")[0]) for path in found}

    def keep(self, scenario: str, first: int, tables: dict[str, pa.Table]) -> None:
        """Keep a block of replications; its measures last, because they mark it as kept."""
        import pyarrow.parquet as pq

        for name in sorted(tables, key=lambda name: name == MEASURES):
            path = self._parts(scenario) / f"{first:07d}-{name}.parquet"
            write_whole(path, partial(pq.write_table, tables[name], **_options(name)))

    def finish(self, scenario: str) -> None:
        """Move a scenario whose blocks are all kept into the dataset; its measures last."""
        for name in (LOGS, LEVELS, MEASURES):
            if name == LEVELS:
                self._write_levels(scenario)
            elif parts := sorted(self._parts(scenario).glob(f"[0-9]*-{name}.parquet")):
                write_whole(self._final(name, scenario), partial(_join, parts, _options(name)))
        self.drop_parts(scenario)

    def drop_parts(self, scenario: str) -> None:
        shutil.rmtree(self._parts(scenario), ignore_errors=True)

    def tidy(self) -> int:
        """Remove what a process that was killed left behind; how many files.

        That is files half written, and blocks of scenarios that were finished a moment before.
        """
        for folder in (self.folder / PARTS).glob("*"):
            if self.finished(folder.name):
                self.drop_parts(folder.name)
        return _remove(self.folder, [".*.part", f"{FAILED}/.*.part", "*/*/.*.part"])

    def remove_unfinished(self) -> int:
        """Remove kept blocks and what went wrong; how many files."""
        return self.tidy() + _remove(self.folder, [f"{PARTS}/*/[0-9]*.parquet", f"{FAILED}/*.txt"])

    def remove_finished(self) -> int:
        """Remove the dataset itself; how many files."""
        return _remove(self.folder, [f"{table}/scenario=*/*.parquet" for table in (LOGS, LEVELS, MEASURES)])

    def fail(self, scenario: str, text: str) -> None:
        """Keep what went wrong, after what went wrong before."""
        write_text(self._failure(scenario), f"{self.failure(scenario)}{text.rstrip()}\n\n")

    def failure(self, scenario: str) -> str:
        """Everything that went wrong with a scenario so far, or an empty text."""
        path = self._failure(scenario)
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def levels(self, scenario: str) -> pa.Table:
        """The levels of a finished scenario."""
        import pyarrow.parquet as pq

        return pq.ParquetFile(self._final(LEVELS, scenario)).read()

    def _write_levels(self, scenario: str) -> None:
        import pyarrow.parquet as pq

        table = level_table(partial(self._read_blocks, scenario))
        write_whole(self._final(LEVELS, scenario), partial(pq.write_table, table, compression="zstd"))

    def _read_blocks(self, scenario: str) -> Iterator[pa.Table]:
        import pyarrow.parquet as pq

        for path in sorted(self._parts(scenario).glob(f"[0-9]*-{MEASURES}.parquet")):
            yield pq.ParquetFile(path).read()

    def _final(self, table: str, scenario: str) -> Path:
        name = "log" if table == LOGS else table
        return self.folder / table / f"scenario={scenario}" / f"{name}.parquet"

    def _parts(self, scenario: str) -> Path:
        return self.folder / PARTS / scenario

    def _failure(self, scenario: str) -> Path:
        return self.folder / FAILED / f"{scenario}.txt"


def _remove(folder: Path, patterns: list[str]) -> int:
    """Remove the files that match, and folders that are empty then."""
    found = [path for pattern in patterns for path in folder.glob(pattern) if path.is_file()]
    for path in found:
        path.unlink()
    for name in (PARTS, FAILED, LOGS, LEVELS, MEASURES):
        for inner in (*(folder / name).glob("*"), folder / name):
            if inner.is_dir() and not any(inner.iterdir()):
                inner.rmdir()
    return len(found)


def _options(name: str) -> dict[str, Any]:
    """How a table is written: logs, which are long, as a log by itself is."""
    return PARQUET if name == LOGS else {"compression": "zstd"}


def _join(parts: list[Path], options: dict[str, Any], out: Path) -> None:
    """One file of all parts, a row group each, with one part in memory at a time."""
    import pyarrow.parquet as pq

    first = pq.ParquetFile(parts[0])
    with pq.ParquetWriter(out, first.schema_arrow, **options) as writer:
        for path in parts:
            writer.write_table(pq.ParquetFile(path).read())
