"""Play the back-cast for any list of targets, over the stored posterior or at the defaults, and score it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.outcomes.published.answers import OUTPUTS, NotModelledError, answer
from sim.outcomes.published.picture import Picture
from sim.scenario.scenario import Scenario
from sim.scenario.targets import Target
from sim.study.calibrate.played import BACKCAST, FRESH, answers_kept, make_tasks, scenarios_at, table_of
from sim.study.calibrate.store import read_posterior
from sim.study.replicate import simulate
from sim.study.validate.fans import fan_targets
from sim.study.validate.score import score
from sim.world.streams import Floats

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Validation:
    """What is played: `points` of the stored posterior (None: all; 0: the defaults, `runs` replications)."""

    points: int | None
    runs: int
    workers: int
    overrides: tuple[str, ...] = ()
    config_dir: str | None = None

    def scenarios(self) -> list[Scenario]:
        base = (*BACKCAST, *self.overrides)
        if self.points != 0:
            unknowns, values = read_posterior(self.points)
            return scenarios_at(unknowns, values, base, config_dir=self.config_dir)
        return scenarios_at((), _nothing(self.runs), base, config_dir=self.config_dir)


def _nothing(rows: int) -> Floats:
    import numpy as np

    return np.zeros((rows, 0))


def validate(
    asked: Validation, targets: Sequence[Target], folder: Path | None, done: Callable[[int], object] = lambda n: None
) -> tuple[pd.DataFrame, Floats, Floats]:  # fmt: skip
    """The score of every target, its values (runs x targets), and those of `fan_targets`."""
    scenarios, through = asked.scenarios(), fan_targets()
    known = tuple(one for one in targets if one.output in OUTPUTS)
    tasks = make_tasks(scenarios, range(FRESH, FRESH + len(scenarios)), (*known, *through))
    answers = answers_kept(tasks, folder, asked.workers, done)
    values = table_of(answers, [one.id for one in targets])
    quarters = table_of(answers, [one.id for one in through])
    return score(targets, values, reasons(scenarios[0], targets)), values, quarters


def reasons(scenario: Scenario, targets: Sequence[Target]) -> dict[str, str]:
    """Why targets are not modelled, by id, from one run."""
    result = simulate(scenario, FRESH)
    picture = Picture(scenario, result.world, result.log)
    found = {}
    for target in targets:
        try:
            answer(picture, target)
        except NotModelledError as error:
            found[target.id] = str(error)
    return found
