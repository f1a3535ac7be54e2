"""Load a scenario or an experiment: compose configs/, lay overrides on, read CSV files, check everything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sim.scenario.complaints import Sources, first_complaint
from sim.scenario.compose import Composition, compose
from sim.scenario.errors import COMMAND_LINE, ConfigError
from sim.scenario.experiment import Experiment, Variant
from sim.scenario.layers import Layer, drop_other_kinds, lay, origin, remove
from sim.scenario.overrides import Override, Path, read_overrides
from sim.scenario.places import check_place
from sim.scenario.references import followed
from sim.scenario.scenario import Scenario
from sim.scenario.sources import Folder, config_folders, groups, options
from sim.scenario.tables import take_tables

__all__ = ["ConfigError", "LoadedExperiment", "load_experiment", "load_scenario"]

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Shelf:
    """The folders that one load reads from, and the groups in them."""

    folders: tuple[Folder, ...]
    groups: tuple[str, ...]

    @classmethod
    def of(cls, config_dir: File | str | None) -> Shelf:
        folders = config_folders(config_dir)
        return cls(folders, tuple(groups(folders)))

    def read(self, texts: Sequence[str], where: str) -> list[Override]:
        return read_overrides(texts, where, self.groups)


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
    shelf = Shelf.of(config_dir)
    given = shelf.read(overrides, COMMAND_LINE)
    for override in given:
        if override.path[0] == "experiment" and override.value is not None:
            hint = "placesim compare, or load_experiment"
            raise ConfigError(
                COMMAND_LINE, "experiment", "here one scenario is played", given=override.text, allowed=hint
            )
    return _scenario(shelf, given)


def load_experiment(overrides: Sequence[str], config_dir: File | str | None = None) -> LoadedExperiment:
    """The experiment that `overrides` choose (`experiment=NAME`), with every scenario and stress composed.

    A scenario is the overrides given here, then its own; a stressed one has those of the stress on top.
    Raises ConfigError, one line, for anything that is wrong, and if no experiment is chosen.
    """
    shelf = Shelf.of(config_dir)
    common = shelf.read(overrides, COMMAND_LINE)
    composed, layers = _with_values(shelf, common)
    name, data = composed.chosen.get("experiment", ""), composed.data.get("experiment")
    if not data:
        known = [option for option in options(shelf.folders, "experiment") if option != name]
        hint = " or ".join(f"experiment={option}" for option in known)
        raise ConfigError(COMMAND_LINE, "experiment", "none chosen", allowed=hint)
    sources = Sources(composed.data, layers, {})
    experiment = _checked(Experiment, data, sources, ("experiment",))
    variants = {
        key: _variant(shelf, "scenarios", key, one, layers) for key, one in experiment.scenarios.items()
    }
    _refuse_idle(common, list(variants.values()), name)
    stresses = {key: _variant(shelf, "stress", key, one, layers) for key, one in experiment.stress.items()}
    scenarios = {key: _scenario(shelf, [*common, *own]) for key, own in variants.items()}
    stressed = {
        stress: {key: _scenario(shelf, [*common, *own, *extra]) for key, own in variants.items()}
        for stress, extra in stresses.items()
    }
    file = origin(layers, ("experiment", "scenarios"))
    _refuse_other_worlds(experiment.baseline, scenarios, file)
    return LoadedExperiment(name, file, experiment, scenarios, stressed)


def _scenario(shelf: Shelf, overrides: Sequence[Override]) -> Scenario:
    composed, layers = _with_values(shelf, overrides)
    data = composed.data
    data.pop("experiment", None)
    data = followed(data, layers)
    tables = take_tables(shelf.folders, data, layers)
    return _checked(Scenario, data, Sources(data, layers, tables))


def _with_values(shelf: Shelf, overrides: Sequence[Override]) -> tuple[Composition, list[Layer]]:
    """The composition with the values of the overrides laid on in order, and all layers."""
    composed = compose(shelf.folders, overrides)
    layers = list(composed.layers)
    for override in overrides:
        if override.does == "choose":
            continue
        check_place(override, composed.data, shelf.groups)
        layer = Layer(override.where, override.path, override.value, typed=True)
        if override.does == "remove":
            remove(composed.data, override.path)
        else:
            lay(composed.data, layer)
        layers.append(layer)
    drop_other_kinds(composed.data, layers)
    return composed, layers


def _checked(model: type[Model], data: Any, sources: Sources, prefix: Path = ()) -> Model:
    """The strict conversion, as JSON so that a text is never taken for a number."""
    try:
        return model.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        raise first_complaint(error, model, sources, prefix) from error


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


def _refuse_idle(common: Sequence[Override], variants: Sequence[Sequence[Override]], name: str) -> None:
    """Raise ConfigError for a given override that every scenario of the experiment replaces."""
    for override in common:
        if all(any(own.path == override.path for own in overrides) for overrides in variants):
            problem = f"{override.text} would change nothing: every scenario of experiment {name} sets it"
            raise ConfigError(
                override.where, override.group, problem, allowed="keys that the scenarios leave alone"
            )
