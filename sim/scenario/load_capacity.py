"""Load a question about capacity: the question, the standard, and a scenario for every rule, demand and draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as File

from sim.scenario.asking import Asked, Ladder, Pipeline, Question, Substitution, Variance, Where
from sim.scenario.complaints import Sources
from sim.scenario.composer import Composer, Shelf, checked
from sim.scenario.errors import COMMAND_LINE, ConfigError
from sim.scenario.layers import origin
from sim.scenario.load import refuse_idle
from sim.scenario.overrides import Override
from sim.scenario.samples import Samples, no_samples, read_samples
from sim.scenario.scenario import Scenario
from sim.scenario.sources import options
from sim.scenario.standards import Standard, Standardised

NEEDS_A_STANDARD = ("fewest", "substitution", "projection")


@dataclass(frozen=True, eq=False)
class LoadedCapacity:
    """A question and what it is asked of. `file` and `standard_file` name their files in messages."""

    name: str
    file: str
    question: Question
    standard_name: str
    standard: Standard | None
    standard_file: str
    samples: Samples
    composer: Composer
    common: tuple[Override, ...]

    def given(self, key: str) -> bool:
        """Whether a setting was given on the command line."""
        return any(".".join(one.path) == key for one in self.common)

    def scenarios(self, *variants: Sequence[str]) -> tuple[Scenario, ...]:
        """The scenario under these overrides, one for each draw of the samples (one where there are none)."""
        own = [one for texts in variants for one in self.composer.shelf.read(texts, self.file)]
        drawn = [self.composer.shelf.read(texts, self.samples.where) for texts in self.samples.overrides]
        return tuple(self.composer.another([*self.common, *own, *more]) for more in drawn)


def load_capacity(overrides: Sequence[str], config_dir: File | str | None = None) -> LoadedCapacity:
    """The question that `overrides` choose (`capacity=NAME standard=NAME`), everything else as for one scenario.

    Raises ConfigError, one line, for anything that is wrong, and where no question, or no standard that it needs, is
    chosen.
    """
    composer = Composer(Shelf.of(config_dir))
    given = composer.shelf.read(overrides, COMMAND_LINE)
    for override in given:
        if override.path[0] in ("experiment", "design") and override.value is not None:
            problem = "here a question about capacity is answered"
            raise ConfigError(
                COMMAND_LINE, override.path[0], problem, given=override.text, allowed="capacity=NAME"
            )
    composed, layers = composer.with_values(given)
    sources = Sources(composed.data, layers, {})
    if not composed.data.get("capacity"):
        hint = " or ".join(f"capacity={name}" for name in options(composer.shelf.folders, "capacity"))
        raise ConfigError(COMMAND_LINE, "capacity", "none chosen", allowed=hint)
    question = checked(Asked, {"capacity": composed.data["capacity"]}, sources).capacity
    standard = _standard(composed.data, sources)
    if standard is None and question.kind in NEEDS_A_STANDARD:
        hint = " or ".join(f"standard={name}" for name in options(composer.shelf.folders, "standard"))
        raise ConfigError(
            COMMAND_LINE, "standard", f"a question of kind {question.kind} needs one", allowed=hint
        )
    samples = read_samples(question.samples, question.draws) if question.samples else no_samples()
    asked_of = tuple(one for one in given if one.path[0] not in ("capacity", "standard"))
    loaded = LoadedCapacity(
        composed.chosen.get("capacity", "question"),
        origin(layers, ("capacity",)),
        question,
        composed.chosen.get("standard", "none"),
        standard,
        origin(layers, ("standard",)),
        samples,
        composer,
        asked_of,
    )
    composer.scenario(list(asked_of))  # says what is wrong with it, and where that came from
    own = [composer.shelf.read(texts, loaded.file) for texts in variants(question)]
    if own:
        refuse_idle(asked_of, own, f"every scenario of question {loaded.name}")
    return loaded


def variants(question: Question) -> list[tuple[str, ...]]:
    """The overrides of every scenario that a question brings of its own."""
    if isinstance(question, Ladder):
        return [
            (*rule.overrides, *demand.overrides)
            for rule in question.rules.values()
            for demand in question.demands.values()
        ]
    if isinstance(question, Where | Variance):
        return [rule.overrides for rule in question.rules.values()]
    if isinstance(question, Pipeline):
        return [
            (*rule.overrides, *estate.overrides)
            for rule in question.rules.values()
            for estate in question.estates.values()
        ]
    if isinstance(question, Substitution):
        return [level.overrides for lever in question.levers.values() for level in lever.levels.values()]
    return []


def load_standard(overrides: Sequence[str], config_dir: File | str | None = None) -> Standard | None:
    """The standard that `overrides` choose, or None. Raises ConfigError for anything that is wrong in it."""
    composer = Composer(Shelf.of(config_dir))
    composed, layers = composer.with_values(composer.shelf.read(overrides, COMMAND_LINE))
    return _standard(composed.data, Sources(composed.data, layers, {}))


def _standard(data: dict[str, object], sources: Sources) -> Standard | None:
    if not data.get("standard"):
        return None
    return checked(Standardised, {"standard": data["standard"]}, sources).standard
