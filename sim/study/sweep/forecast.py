"""How long a sweep would take and how large it would be, from playing a few of its replications."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.scenario.scenario import Scenario
from sim.study.sweep.blocks import Block, play_block, size
from sim.study.sweep.dataset import Dataset

TRIED = 3  # scenarios that are tried: the first, the last and one between


@dataclass(frozen=True)
class Forecast:
    """Replications in all, computer seconds of one, bytes that one leaves, and bytes of the plan by scenario."""

    scenarios: int
    replications: int
    seconds_each: float
    bytes_each: float
    workers: int

    @property
    def seconds(self) -> float:
        """Time on the clock, if every worker has a processor of its own."""
        return self.replications * self.seconds_each / min(self.workers, os.cpu_count() or 1)

    @property
    def bytes(self) -> float:
        return self.replications * self.bytes_each


def forecast(scenarios: Sequence[Scenario]) -> Forecast:
    """Play a block of up to three scenarios in this process, and reckon from that. Leaves nothing behind.

    Raises ValueError, with the last line of what went wrong, for a scenario that cannot be played.
    """
    run = scenarios[0].run
    tried = [scenarios[at] for at in sorted({0, len(scenarios) // 2, len(scenarios) - 1})][:TRIED]
    count = min(size(run.replications), 4)
    seconds, space = 0.0, 0
    with tempfile.TemporaryDirectory() as folder:
        dataset = Dataset(Path(folder))
        play_block(Block("warm", tried[0], 0, 1))  # what is imported when first used is imported now
        for number, scenario in enumerate(tried):
            outcome = play_block(Block(str(number), scenario, 0, count))
            if outcome.error:
                raise ValueError(outcome.error.strip().splitlines()[-1])
            seconds += outcome.seconds
            dataset.keep(str(number), 0, outcome.tables)
            dataset.finish(str(number))
            space += sum(path.stat().st_size for path in dataset.final_files(str(number)))
    whole = len(scenarios) * run.replications
    return Forecast(
        len(scenarios), whole, seconds / len(tried) / count, space / len(tried) / count, run.workers
    )
