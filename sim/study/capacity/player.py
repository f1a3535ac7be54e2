"""Play what a question asks for and does not know yet, on all workers, keeping each block as soon as it is played."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sim.scenario.run import Run
from sim.scenario.scenario import Scenario
from sim.study.backends import spread
from sim.study.capacity.store import Evaluations, Some, play_some
from sim.study.capacity.values import Observed
from sim.study.sweep.plan import content_hash

LONGEST = 8  # replications in a block: what is lost when a process dies


@dataclass(frozen=True, eq=False)
class Design:
    """One number of places somewhere, under one rule and one demand.

    With several scenarios (draws of a posterior), replication k has scenario `draw[k % len(draw)]`.
    """

    title: str
    scenarios: tuple[Scenario, ...]
    draw: tuple[int, ...] = (0,)

    @classmethod
    def of(cls, title: str, scenario: Scenario) -> Design:
        return cls(title, (scenario,))

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(content_hash(scenario) for scenario in self.scenarios)

    def number(self, replication: int) -> int:
        """Which of the scenarios a replication has."""
        return self.draw[replication % len(self.draw)]


@dataclass
class Tally:
    """Replications played since the start, those found in the store, and those that are known to be still needed."""

    played: int = 0
    reused: int = 0
    wanted: int = 0
    seen: set[tuple[str, int]] = field(default_factory=set)


class Player:
    """Gives observations of designs: from the store, or played now. `tell` hears of every block."""

    def __init__(self, folder: Path, run: Run, tell: Callable[[Tally], object] = lambda tally: None) -> None:
        self.store, self.run, self.tell = Evaluations(folder), run, tell
        self.tally = Tally()

    @property
    def each(self) -> int:
        """Replications in one observation."""
        return 2 if self.run.worlds == "antithetic" else 1

    def observe(self, design: Design, observations: int) -> Observed:
        """The first `observations` of a design."""
        return self.observe_all([(design, observations)])[0]

    def observe_all(self, wanted: Sequence[tuple[Design, int]]) -> list[Observed]:
        """The first observations of several designs, played side by side. Raises what a replication raises.

        A process that dies is replaced and its block played again; ChildProcessError for one that always dies.
        """
        tasks = self._tasks(wanted)
        self.tally.wanted += sum(len(task.replications) for task in tasks)
        for task, played in spread(play_some, tasks, self.run.workers, self.run.backend):
            if played is None:
                problem = f"replication {task.replications[0]} kills the process that plays it"
                raise ChildProcessError(problem)
            self.store.keep(task, played)
            self.tally.played += len(played)
            self.tally.wanted -= len(played)
            self.tell(self.tally)
        return [
            Observed(
                tuple(self.store.values(design.names[design.number(k)]) for k in range(count * self.each)),
                self.each,
            )
            for design, count in wanted
        ]

    def _tasks(self, wanted: Sequence[tuple[Design, int]]) -> list[Some]:
        missing: dict[str, tuple[Scenario, list[int]]] = {}
        for design, count in wanted:
            for replication in range(count * self.each):
                at = design.number(replication)
                name = design.names[at]
                if replication in self.store.values(name).at:
                    self._count_reused(name, replication)
                    continue
                left = missing.setdefault(name, (design.scenarios[at], []))[1]
                if replication not in left:
                    left.append(replication)
                    self.tally.seen.add((name, replication))
        whole = sum(len(left) for _, left in missing.values())
        size = max(1, min(LONGEST, -(-whole // self.run.workers)))
        return [
            Some(name, scenario, tuple(left[at : at + size]))
            for name, (scenario, left) in missing.items()
            for at in range(0, len(left), size)
        ]

    def _count_reused(self, name: str, replication: int) -> None:
        if (name, replication) not in self.tally.seen:
            self.tally.seen.add((name, replication))
            self.tally.reused += 1
