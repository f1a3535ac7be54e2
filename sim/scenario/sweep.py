"""Load a sweep: every scenario that a design, an experiment and swept overrides make together, all checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path as File

from sim.scenario.complaints import Sources
from sim.scenario.composer import Composer, Shelf, checked
from sim.scenario.design import Coupled, Designed, Grid, LatinHypercube, Listed, Sobol
from sim.scenario.errors import COMMAND_LINE, ConfigError
from sim.scenario.filling import fill
from sim.scenario.layers import origin
from sim.scenario.load import read_experiment, refuse_idle, refuse_many
from sim.scenario.overrides import Override
from sim.scenario.run import HOW_PLAYED
from sim.scenario.scenario import Scenario
from sim.scenario.sweeping import Texts, coupled, grid, is_swept, values


@dataclass(frozen=True)
class Point:
    """What makes one scenario of a sweep different: a title and its own overrides."""

    title: str
    overrides: Texts


@dataclass(frozen=True)
class LoadedSweep:
    """Every scenario of a sweep, in order; `name` is fit for a folder; `points` and `scenarios` run side by side.

    `overrides` are those that were given, from which it can be loaded again.
    """

    name: str
    title: str
    overrides: Texts
    points: tuple[Point, ...]
    scenarios: tuple[Scenario, ...]


def load_sweep(overrides: Sequence[str], config_dir: File | str | None = None) -> LoadedSweep:
    """The scenarios that `overrides` ask for, in Hydra's sweep grammar: `key=a,b`, `key=range(1,5)`, `group=glob(*)`.

    `design=NAME` and `experiment=NAME` bring scenarios of their own; what is asked for in several ways is
    crossed, and the last varies fastest. Raises ConfigError, one line, for anything that is wrong, and for a
    setting of the whole sweep (such as run.replications) with several values.
    """
    composer = Composer(Shelf.of(config_dir))
    folders = composer.shelf.folders
    swept = [text for text in overrides if is_swept(text, COMMAND_LINE)]
    common = composer.shelf.read([text for text in overrides if text not in swept], COMMAND_LINE)
    for override in common:
        refuse_many(override, ("standard", "capacity"), "here a sweep is played")
    names, title, parts = _parts_of_many(composer, common)
    parts += [[Point(text, (text,)) for text in values(text, COMMAND_LINE, folders)] for text in swept]
    points = [_joined(combination) for combination in product(*parts)]
    own = [composer.shelf.read(point.overrides, COMMAND_LINE) for point in points]
    refuse_idle(common, own, "every scenario of the sweep")
    scenarios = tuple(composer.another([*common, *each]) for each in own)
    for point, scenario in zip(points, scenarios, strict=True):
        _refuse_unlike(scenarios[0], scenario, point)
    _refuse_same(points, scenarios)
    name = "-".join([*names, *(text.partition("=")[0].lstrip("+") for text in swept)]) or "as_given"
    return LoadedSweep(name, title or "A sweep", tuple(overrides), tuple(points), scenarios)


def _parts_of_many(
    composer: Composer, common: Sequence[Override]
) -> tuple[list[str], str, list[list[Point]]]:
    """Names, title and points of the experiment and of the design that are chosen, if any."""
    composed, layers = composer.with_values(common)
    names, titles, parts = [], [], []
    if composed.data.get("experiment"):
        asked = read_experiment(composer, common)
        names.append(asked.name)
        titles.append(asked.experiment.title)
        parts.append([Point(one.title, one.overrides) for one in asked.experiment.scenarios.values()])
    if composed.data.get("design"):
        sources = Sources(composed.data, layers, {})
        design = checked(Designed, {"design": composed.data["design"]}, sources).design
        names.append(composed.chosen["design"])
        titles.append(design.title)
        where = origin(layers, ("design",))
        parts.append(_points(design, where, composer.shelf))
    return names, ", ".join(titles), parts


def _points(
    design: Grid | Coupled | Listed | LatinHypercube | Sobol, where: str, shelf: Shelf
) -> list[Point]:
    if isinstance(design, Listed):
        return [Point(one.title, one.overrides) for one in design.scenarios.values()]
    if isinstance(design, Grid):
        found = grid(design.overrides, where, shelf.folders)
    elif isinstance(design, Coupled):
        found = coupled(design.overrides, where, shelf.folders)
    else:
        found = fill(design)
    return [Point(" ".join(texts), texts) for texts in found]


def _joined(points: Sequence[Point]) -> Point:
    texts = tuple(text for point in points for text in point.overrides)
    return Point(", ".join(point.title for point in points) or "as given", texts)


def _refuse_same(points: Sequence[Point], scenarios: Sequence[Scenario]) -> None:
    """Raise ConfigError if two points make the same scenario: it would count twice."""
    seen: dict[str, Point] = {}
    for point, scenario in zip(points, scenarios, strict=True):
        other = seen.setdefault(scenario.identity(), point)
        if other is not point:
            problem = f"{other.title} and {point.title} are the same scenario"
            raise ConfigError(COMMAND_LINE, "", problem, allowed="each scenario once")


def _refuse_unlike(first: Scenario, scenario: Scenario, point: Point) -> None:
    for key in HOW_PLAYED:
        given, right = getattr(scenario.run, key), getattr(first.run, key)
        if given != right:
            problem, hint = "a setting of the whole sweep, the same for every scenario", f"{right} for all"
            raise ConfigError(
                COMMAND_LINE, f"run.{key}", problem, given=f"{given} ({point.title})", allowed=hint
            )
