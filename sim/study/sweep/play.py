"""Play a planned sweep: every block that is missing, on one pool, each kept as soon as it is played."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sim.scenario.run import Run
from sim.scenario.scenario import Scenario
from sim.study.backends import spread
from sim.study.sweep.blocks import Block, Outcome, length, missing, play_block
from sim.study.sweep.dataset import Dataset
from sim.study.sweep.plan import SweepPlan

Tell = Callable[["Tally"], object]

KILLED = "Whoever played replications {} to {} died each time: out of memory, or killed."


@dataclass
class Tally:
    """How far a sweep is. Counts are of replications and of scenarios."""

    scenarios: int
    replications: int
    scenarios_done: int = 0
    replications_done: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def finished_before(self, plan: SweepPlan, scenarios: int) -> None:
        """Count scenarios that an earlier start finished."""
        self.scenarios_done += scenarios
        self.replications_done += scenarios * plan.replications

    def take_seconds(self) -> dict[str, float]:
        """Computer seconds by scenario since this was last asked."""
        taken, self.seconds = self.seconds, {}
        return taken


def play_sweep(
    plan: SweepPlan,
    scenarios: Mapping[str, Scenario],
    dataset: Dataset,
    run: Run,
    tally: Tally,
    tell: Tell,
) -> None:
    """Play what is missing of `scenarios` and keep it; `tell` hears of each block. `run` says who plays.

    A scenario that fails is put down in `tally.failed`, and under run.on_error=stop nothing more is begun. Raises
    OSError if results cannot be written. Whenever it ends, by whatever, what was kept is whole.
    """
    tasks: list[Block] = []
    left: Counter[str] = Counter()
    for name, scenario in scenarios.items():
        kept = dataset.blocks(name)
        tally.replications_done += sum(length(plan.replications, first) for first in kept)
        blocks = missing(name, scenario, kept)
        left[name] = len(blocks)
        tasks += blocks
        if not blocks:
            _finish(dataset, tally, name)
    tell(tally)
    stop = run.on_error == "stop"

    def wanted(block: Block) -> bool:
        return block.name not in tally.failed and not (stop and tally.failed)

    for block, outcome in spread(play_block, tasks, run.workers, run.backend, wanted):
        _keep(dataset, tally, block, outcome)
        if block.name in tally.failed:
            continue
        left[block.name] -= 1
        if not left[block.name]:
            _finish(dataset, tally, block.name)
        tell(tally)


def _keep(dataset: Dataset, tally: Tally, block: Block, outcome: Outcome | None) -> None:
    if block.name in tally.failed:
        return  # begun before it was known, and played again on resume
    if outcome is None or outcome.error:
        text = outcome.error if outcome else KILLED.format(block.first, block.end - 1)
        dataset.fail(block.name, text)
        tally.failed[block.name] = text.strip().splitlines()[-1]
        return
    dataset.keep(block.name, block.first, outcome.tables)
    tally.seconds[block.name] = tally.seconds.get(block.name, 0.0) + outcome.seconds
    tally.replications_done += block.end - block.first


def _finish(dataset: Dataset, tally: Tally, name: str) -> None:
    dataset.finish(name)
    tally.scenarios_done += 1
