"""Load a scenario or an experiment: compose configs/, lay overrides on, read CSV files, check everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path as File

from sim.scenario.complaints import Sources
from sim.scenario.composer import ABOUT_MANY, Composer, Shelf, checked
from sim.scenario.crossing import with_crossed
from sim.scenario.errors import COMMAND_LINE, ConfigError
from sim.scenario.experiment import Experiment, Variant
from sim.scenario.layers import Layer, origin
from sim.scenario.overrides import Override
from sim.scenario.scenario import Scenario
from sim.scenario.sources import options

__all__ = ["ConfigError", "LoadedExperiment", "load_experiment", "load_scenario"]

REMEDY = {
    "experiment": "placesim compare, or load_experiment",
    "design": "placesim sweep",
    "standard": "placesim capacity, or show",
    "capacity": "placesim capacity",
}


@dataclass(frozen=True)
class LoadedExperiment:
    """An experiment with its scenarios, all checked.

    `scenarios` is scenario -> Scenario in the order of the file; `stress` is stress -> scenario -> Scenario.
    `file` names the experiment's file in messages.
    """

    name: str
    file: str
    experiment: Experiment
    scenarios: dict[str, Scenario]
    stress: dict[str, dict[str, Scenario]] = field(default_factory=dict)


def load_scenario(overrides: Sequence[str] = (), config_dir: File | str | None = None) -> Scenario:
    """One scenario: the defaults of configs/config.yaml with `overrides` laid on.

    `overrides` are written as on the command line: `["commissioning=national_panel", "run.seed=7"]`. Files
    in `config_dir` come before the built-in ones. Raises ConfigError, one line, for anything that is wrong.
    """
    composer = Composer(Shelf.of(config_dir))
    given = composer.shelf.read(overrides, COMMAND_LINE)
    for override in given:
        refuse_many(override, ABOUT_MANY, "here one scenario is played")
    return composer.scenario(given)


def load_experiment(overrides: Sequence[str], config_dir: File | str | None = None) -> LoadedExperiment:
    """The experiment that `overrides` choose (`experiment=NAME`), with every scenario and stress composed.

    A scenario is the overrides given here, then its own; a stressed one has those of the stress on top.
    Raises ConfigError, one line, for anything that is wrong, and if no experiment is chosen.
    """
    composer = Composer(Shelf.of(config_dir))
    common = composer.shelf.read(overrides, COMMAND_LINE)
    for override in common:
        refuse_many(override, ("design", "standard", "capacity"), "here an experiment is played")
    asked = read_experiment(composer, common)
    experiment, variants = asked.experiment, asked.scenarios
    scenarios = {key: composer.another([*common, *own]) for key, own in variants.items()}
    stressed = {
        stress: {key: composer.another([*common, *own, *extra]) for key, own in variants.items()}
        for stress, extra in asked.stress.items()
    }
    _refuse_other_worlds(experiment.baseline, scenarios, asked.file)
    return LoadedExperiment(asked.name, asked.file, experiment, scenarios, stressed)


@dataclass(frozen=True)
class AskedExperiment:
    """An experiment before its scenarios are composed: the overrides of each, and of each stress."""

    name: str
    file: str
    experiment: Experiment
    scenarios: dict[str, list[Override]]
    stress: dict[str, list[Override]]


def read_experiment(composer: Composer, common: Sequence[Override]) -> AskedExperiment:
    """The experiment that `common` choose.

    Raises ConfigError if none is chosen, for anything wrong in it, and for an override that changes nothing.
    """
    shelf = composer.shelf
    composed, layers = composer.with_values(common)
    name, data = composed.chosen.get("experiment", ""), composed.data.get("experiment")
    if not data:
        known = [option for option in options(shelf.folders, "experiment") if option != name]
        hint = " or ".join(f"experiment={option}" for option in known)
        raise ConfigError(COMMAND_LINE, "experiment", "none chosen", allowed=hint)
    experiment = checked(Experiment, with_crossed(data), Sources(composed.data, layers, {}), ("experiment",))
    scenarios = {
        key: _variant(shelf, "scenarios", key, one, layers) for key, one in experiment.scenarios.items()
    }
    refuse_idle(common, list(scenarios.values()), f"every scenario of experiment {name}")
    stress = {key: _variant(shelf, "stress", key, one, layers) for key, one in experiment.stress.items()}
    file = origin(layers, ("experiment", "scenarios"))
    return AskedExperiment(name, file, experiment, scenarios, stress)


def refuse_many(override: Override, questions: Sequence[str], problem: str) -> None:
    """Raise ConfigError for an override that asks about several scenarios."""
    asked = override.path[0]
    if asked in questions and override.value is not None:
        raise ConfigError(COMMAND_LINE, asked, problem, given=override.text, allowed=REMEDY[asked])


def _variant(shelf: Shelf, kind: str, name: str, variant: Variant, layers: Sequence[Layer]) -> list[Override]:
    """The overrides of one scenario or stress of an experiment."""
    path = ("experiment", kind, name)
    where = f"{origin(layers, path)} {'scenario' if kind == 'scenarios' else 'stress'} {name}"
    found = shelf.read(variant.overrides, where)
    for override in found:
        if override.path[0] == "experiment":
            raise ConfigError(where, "experiment", "an experiment cannot change itself", given=override.text)
    return found


def _refuse_other_worlds(baseline: str, scenarios: dict[str, Scenario], file: str) -> None:
    """Raise ConfigError unless all scenarios have the worlds of the baseline: same seed, start and window."""
    for name, scenario in scenarios.items():
        for key in ("seed", "start", "warm_up_days", "window_days", "follow_up_days"):
            given, right = getattr(scenario.run, key), getattr(scenarios[baseline].run, key)
            if given != right:
                where, problem = f"{file} scenario {name}", "scenarios are compared on the same worlds"
                hint = f"{right}, as in {baseline}"
                raise ConfigError(where, f"run.{key}", problem, given=str(given), allowed=hint)


def refuse_idle(common: Sequence[Override], variants: Sequence[Sequence[Override]], who: str) -> None:
    """Raise ConfigError for a given override that all `variants` replace."""
    for override in common:
        if all(any(own.path == override.path for own in overrides) for overrides in variants):
            problem = f"{override.text} would change nothing: {who} sets it"
            raise ConfigError(
                override.where, override.group, problem, allowed="keys that the scenarios leave alone"
            )
