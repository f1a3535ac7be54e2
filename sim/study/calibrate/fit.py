"""The calibration itself: play a design, rule out, play a second where it matters, sample, play the sample.

Every run is kept as it ends, so a calibration that was stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.outcomes.published.answers import OUTPUTS
from sim.scenario.targets import Target, read_targets
from sim.scenario.unknowns import Unknown, read_unknowns
from sim.study.calibrate.emulator import Emulator, fit_emulators, means
from sim.study.calibrate.evidence import Evidence, evidence
from sim.study.calibrate.identify import thinned
from sim.study.calibrate.matching import MISSED, implausibility, not_ruled_out
from sim.study.calibrate.played import (
    BACKCAST,
    FRESH,
    Answers,
    answers_kept,
    make_tasks,
    scenarios_at,
    table_of,
    values_at,
)
from sim.study.calibrate.posterior import Sample
from sim.study.validate.fans import fan_targets
from sim.world.points import latin_points, sobol_points
from sim.world.streams import Floats

if TYPE_CHECKING:
    import pandas as pd

STRATA = 320  # slices of each range; the first design is so many points of that hypercube
TRIED = 13  # two to this power: points at which the emulators are asked


@dataclass(frozen=True)
class Plan:
    """How much is played. One replication at each point, each of another world."""

    first: int = 240
    second: int = 80
    sample: int = 32
    particles: int = 1024
    seed: int = 2023
    workers: int = 2
    base: tuple[str, ...] = BACKCAST
    config_dir: str | None = None

    @property
    def runs(self) -> int:
        return self.first + self.second + self.sample


@dataclass(frozen=True, eq=False)
class Design:
    """Played points: shares (points x parameters), figures (points x targets), the wave each was played in."""

    unknowns: tuple[Unknown, ...]
    targets: tuple[Target, ...]
    points: Floats
    figures: Floats
    wave: tuple[int, ...]

    def emulators(self, use: str = "calibrate", rows: npt.NDArray[np.int64] | None = None) -> list[Emulator]:
        """Emulators of the targets of a use, from all runs or from some rows."""
        at = [number for number, one in enumerate(self.targets) if one.use == use]
        picked = np.arange(len(self.points)) if rows is None else rows
        figures = self.figures[picked][:, at]
        return fit_emulators(self.points[picked], figures, [self.targets[number] for number in at])

    def frame(self) -> pd.DataFrame:
        """One row a run: wave, run, values of the parameters, figures by target."""
        import pandas as pd

        values = values_at(self.unknowns, self.points)
        return pd.DataFrame(
            {
                "wave": self.wave,
                "run": np.arange(len(self.points)),
                **{one.name: np.round(self.points[:, at], 7) for at, one in enumerate(self.unknowns)},
                **{f"{one.name} value": values[:, at] for at, one in enumerate(self.unknowns)},
                **{one.id: self.figures[:, at] for at, one in enumerate(self.targets)},
            }
        )


@dataclass(frozen=True, eq=False)
class Calibration:
    """What came of it. `left` is the share of the prior not ruled out after each wave, for 0 to 5 figures missed."""

    plan: Plan
    design: Design
    proof: Evidence
    sample: Sample
    values: Floats
    played: list[Answers]
    left: list[tuple[float, ...]] = field(default_factory=list)


def modelled(targets: Sequence[Target]) -> tuple[Target, ...]:
    """Targets whose output the model knows."""
    return tuple(one for one in targets if one.output in OUTPUTS)


def calibrate(
    plan: Plan,
    folder: Path | None,
    done: Callable[[int], object] = lambda n: None,
    say: Callable[[str], object] = print,
) -> Calibration:
    """Work the posterior out. Runs are kept in `folder`; `done` hears of each, `say` of each stage."""
    unknowns, targets = read_unknowns(), modelled(read_targets())
    points = latin_points(max(STRATA, plan.first), len(unknowns), plan.seed)[: plan.first]
    design = _played(
        Design(unknowns, targets, points[:0], np.zeros((0, len(targets))), ()), points, plan, folder, done
    )
    tried = sobol_points(TRIED, len(unknowns), plan.seed)
    far = implausibility(design.emulators(), tried)
    left = [_left(far)]
    kept = tried[not_ruled_out(far, _missed(far, plan.second)).astype(bool)]
    say(f"{left[0][MISSED]:.0%} of the ranges is not ruled out; the second design is played there")
    if plan.second:
        design = _played(design, kept[: plan.second], plan, folder, done)
        left.append(_left(implausibility(design.emulators(), tried)))
    proof = evidence(design.emulators())
    sample = proof.sample(len(unknowns), plan.particles, plan.seed)
    values = thinned(unknowns, sample, plan.sample)
    say(f"A posterior sample in {len(sample.steps)} steps; {plan.sample} points of it are played")
    played = play_points(unknowns, values, (*targets, *fan_targets()), plan, folder, done, first=FRESH)
    return Calibration(plan, design, proof, sample, values, played, left)


def play_points(
    unknowns: Sequence[Unknown], values: Floats, targets: Sequence[Target], plan: Plan, folder: Path | None,
    done: Callable[[int], object] = lambda n: None, first: int = 0,
) -> list[Answers]:  # fmt: skip
    """Answers of the back-cast at each row of values, each in a world of its own (replications from `first` on)."""
    scenarios = scenarios_at(unknowns, values, plan.base, config_dir=plan.config_dir)
    tasks = make_tasks(scenarios, range(first, first + len(values)), targets)
    return answers_kept(tasks, folder, plan.workers, done)


def _played(
    before: Design, points: Floats, plan: Plan, folder: Path | None, done: Callable[[int], object]
) -> Design:
    values = values_at(before.unknowns, points)
    answers = play_points(
        before.unknowns, values, before.targets, plan, folder, done, first=len(before.points)
    )
    figures = table_of(answers, [one.id for one in before.targets])
    wave = max(before.wave, default=0) + 1
    return Design(
        before.unknowns,
        before.targets,
        np.vstack([before.points, points]),
        np.vstack([before.figures, figures]),
        (*before.wave, *(wave for _ in points)),
    )


def _left(far: Floats) -> tuple[float, ...]:
    return tuple(float(not_ruled_out(far, missed).mean()) for missed in range(6))


def _missed(far: Floats, wanted: int) -> int:
    """The fewest figures that may be missed so that enough points are left to play."""
    most = far.shape[1]
    return next((n for n in range(MISSED, most) if not_ruled_out(far, n).sum() >= wanted), most)


def expected_at(proof: Evidence, points: Floats) -> Floats:
    """Expected figures at points (shares), on the scale of the comparison."""
    return means(proof.emulators, points)
