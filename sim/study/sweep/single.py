"""One scenario into a dataset, with all its replications: what a job of a Slurm array plays."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sim.scenario.scenario import Scenario
from sim.store import plain_rows, write_text
from sim.study.backends import spread
from sim.study.sweep.blocks import missing, play_block
from sim.study.sweep.dataset import Dataset
from sim.study.sweep.plan import content_hash


def play_one(scenario: Scenario, settings: Mapping[str, str], folder: Path) -> str:
    """Play what is missing of a scenario into the dataset in `folder`, and return its hash.

    The files are those that a sweep writes; `scenarios/HASH.csv` holds its settings. Raises RuntimeError for a block
    that cannot be played, OSError if results cannot be written; blocks that were kept are not played again.
    """
    name, dataset, run = content_hash(scenario), Dataset(folder), scenario.run
    row = {"scenario": name, **settings}
    write_text(folder / "scenarios" / f"{name}.csv", plain_rows([list(row), list(row.values())]))
    if dataset.finished(name):
        return name
    blocks = missing(name, scenario, dataset.blocks(name))
    for block, outcome in spread(play_block, blocks, run.workers, run.backend):
        if outcome is None or outcome.error:
            said = outcome.error if outcome else "the process that plays it dies each time"
            raise RuntimeError(f"replications {block.first} to {block.end - 1} of {name}: {said}")
        dataset.keep(name, block.first, outcome.tables)
    dataset.finish(name)
    return name
