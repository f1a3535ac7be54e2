"""Compose scenario after scenario from one reading of configs/, working out again only what differs.

A scenario that differs from the one before in a value of one question shares everything else with it: the
files are read once for each set of choices, and each question's answer is checked once.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path as File
from typing import Any, TypeVar, get_type_hints

from pydantic import BaseModel, TypeAdapter, ValidationError

from sim.scenario.complaints import Sources, first_complaint
from sim.scenario.compose import Composition, compose
from sim.scenario.errors import ConfigError
from sim.scenario.layers import Layer, drop_other_kinds, lay, remove
from sim.scenario.overrides import Override, Path, read_overrides
from sim.scenario.places import check_place
from sim.scenario.references import followed
from sim.scenario.scenario import Scenario
from sim.scenario.sources import Folder, config_folders, groups
from sim.scenario.tables import take_tables

Model = TypeVar("Model", bound=BaseModel)
Choices = tuple[tuple[str, str], ...]

ABOUT_MANY = (
    "experiment",
    "design",
    "standard",
    "capacity",
)  # questions about several scenarios: no part of any one of them


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
class Base:
    """What a set of choices makes before any value is laid on: its files, and a checked answer each."""

    composed: Composition
    answers: dict[str, Any]


class Composer:
    """Composes scenarios; those that choose the same files share them."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self._kept: dict[Choices, Composition] = {}
        self._bases: dict[Choices, Base | None] = {}

    def scenario(self, overrides: Sequence[Override]) -> Scenario:
        """The scenario that `overrides` make. Raises ConfigError, one line, for anything that is wrong."""
        composed, layers = self.with_values(overrides)
        data = composed.data
        for question in ABOUT_MANY:
            data.pop(question, None)
        data = followed(data, layers)
        tables = take_tables(self.shelf.folders, data, layers)
        return checked(Scenario, data, Sources(data, layers, tables))

    def another(self, overrides: Sequence[Override]) -> Scenario:
        """The same as `scenario`, sooner: only questions in which a value changes are worked out again."""
        choices, base = _choices(overrides), None
        if not any("${" in one.text for one in overrides):
            if choices not in self._bases:
                self._bases[choices] = self._base(overrides)
            base = self._bases[choices]
        if base is None:
            return self.scenario(overrides)
        try:
            return self._on(base, overrides)
        except (ConfigError, ValidationError):
            return self.scenario(overrides)  # which says what is wrong, and where it came from

    def with_values(self, overrides: Sequence[Override]) -> tuple[Composition, list[Layer]]:
        """The composition with the values of the overrides laid on in order, and all layers."""
        kept = self._composed(overrides)
        composed = Composition(deepcopy(kept.data), kept.layers, kept.chosen)
        return composed, _lay_values(composed, overrides, self.shelf.groups)

    def _composed(self, overrides: Sequence[Override]) -> Composition:
        choices = _choices(overrides)
        if choices not in self._kept:
            self._kept[choices] = compose(self.shelf.folders, overrides)
        return self._kept[choices]

    def _base(self, overrides: Sequence[Override]) -> Base | None:
        """None if the files refer to each other's values, or do not make a scenario by themselves."""
        composed = self._composed(overrides)
        if "${" in json.dumps(composed.data):
            return None
        try:
            whole = self.scenario([one for one in overrides if one.does == "choose"])
        except ConfigError:
            return None
        return Base(composed, {question: getattr(whole, question) for question in Scenario.model_fields})

    def _on(self, base: Base, overrides: Sequence[Override]) -> Scenario:
        moved = {one.path[0] for one in overrides if one.does != "choose"}
        parts = {
            question: deepcopy(base.composed.data[question]) for question in moved.intersection(base.answers)
        }
        composed = Composition({**base.composed.data, **parts}, base.composed.layers, base.composed.chosen)
        layers = _lay_values(composed, overrides, self.shelf.groups, parts)
        followed(parts, layers[len(base.composed.layers) :])
        take_tables(self.shelf.folders, parts, layers)
        fresh = {
            question: _answer(question).validate_json(json.dumps(part), strict=True)
            for question, part in parts.items()
        }
        return Scenario.model_validate(base.answers | fresh)


def checked(model: type[Model], data: Any, sources: Sources, prefix: Path = ()) -> Model:
    """The strict conversion, as JSON so that a text is never taken for a number."""
    try:
        return model.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        raise first_complaint(error, model, sources, prefix) from error


def _choices(overrides: Sequence[Override]) -> Choices:
    return tuple((one.group, str(one.value)) for one in overrides if one.does == "choose")


def _lay_values(
    composed: Composition,
    overrides: Sequence[Override],
    known: Sequence[str],
    part: dict[str, Any] | None = None,
) -> list[Layer]:
    """Lay the values of the overrides on, in order; all layers. Only `part` is changed, where it is given."""
    layers = list(composed.layers)
    for override in overrides:
        if override.does == "choose":
            continue
        check_place(override, composed.data, known)
        layer = Layer(override.where, override.path, override.value, typed=True)
        if override.does == "remove":
            remove(composed.data, override.path)
        else:
            lay(composed.data, layer)
        layers.append(layer)
    drop_other_kinds(composed.data if part is None else part, layers)
    return layers


@cache
def _answer(question: str) -> TypeAdapter[Any]:
    return TypeAdapter(get_type_hints(Scenario, include_extras=True)[question])
