"""A question about places in words, its designs, and whether it can be asked at all. Nothing is played."""

from __future__ import annotations

from sim.scenario.asking import (
    Fewest,
    Ladder,
    Marginal,
    Pipeline,
    Precision,
    Projection,
    Split,
    Substitution,
    Variance,
    Where,
)
from sim.scenario.errors import ConfigError
from sim.scenario.load_capacity import LoadedCapacity
from sim.scenario.standards import standard_in_words
from sim.study.capacity import fixed
from sim.study.capacity.goals import KNOWN, check_measures

NAMES = {name: measure.words for name, measure in KNOWN.items()}


def asked_in_words(loaded: LoadedCapacity) -> list[str]:
    """What would be asked: the standard, the places and sites, how many replications."""
    question = loaded.question
    said = [f"{question.title} ({loaded.name}, kind {question.kind})", *standard_words(loaded)]
    if isinstance(question, Fewest):
        said.append(f"Places: {', '.join(f'{one:+d}' for one in question.places.all)}")
        said += [f"Site {name}: {site.title or name}, homes of {site.home_size} {site.purpose} places"
                 for name, site in question.sites.items()]  # fmt: skip
        said.append(f"Right with a probability of at least {question.judging.probability:.0%}.")
    elif not isinstance(question, Split | Precision | Variance):
        plan = plan_of(loaded)
        runs = len(plan.designs) * loaded.scenarios()[0].run.replications
        said.append(f"{len(plan.designs)} designs, {runs:,} replications.")
    return said


def standard_words(loaded: LoadedCapacity) -> list[str]:
    return standard_in_words(loaded.standard, NAMES) if loaded.standard else []


def plan_of(loaded: LoadedCapacity) -> fixed.Plan:
    """The designs that a question with fixed ones plays."""
    question = loaded.question
    if isinstance(question, Ladder):
        return fixed.ladder_plan(loaded, question)
    if isinstance(question, Where):
        return fixed.where_plan(loaded, question)
    if isinstance(question, Pipeline):
        return fixed.pipeline_plan(loaded, question)
    if isinstance(question, Marginal):
        return fixed.marginal_plan(loaded, question)
    if isinstance(question, Substitution):
        return fixed.substitution_plan(loaded, question)
    assert isinstance(question, Projection)
    return fixed.projection_plan(loaded, question)


def check(loaded: LoadedCapacity) -> None:
    """Raise ConfigError for a measure of the question or the standard that nobody knows."""
    if loaded.standard is not None:
        check_measures(loaded.standard, loaded.standard_file)
    asked = [("measures", one) for one in getattr(loaded.question, "measures", ())]
    tie = getattr(loaded.question, "tie_break", None)
    asked += [("tie_break.measure", tie.measure)] if tie else []
    for key, measure in asked:
        if measure not in KNOWN:
            raise ConfigError(loaded.file, f"capacity.{key}", "no such measure", given=measure, names=KNOWN)
    _build_all(loaded)


def _build_all(loaded: LoadedCapacity) -> None:
    """Build what would be played, so that a place that cannot be built is refused before anything is written."""
    question = loaded.question
    if isinstance(question, Fewest):
        for site in question.sites.values():
            for places in (question.places.low, question.places.high):
                fixed.built(loaded, loaded.scenarios(), site, places)
    elif isinstance(question, Split):
        for site in question.sites.values():
            fixed.built(loaded, loaded.scenarios(), site, question.places)
    elif not isinstance(question, Precision | Variance):
        plan_of(loaded)
