"""Questions that are answered with so many replications of every design: ladder, where, pipeline, marginal value,
substitution, projection. Each gives designs to be played, and tables from what was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pandas as pd

from sim.scenario.asking import Ladder, Marginal, Pipeline, Projection, Substitution, Where
from sim.scenario.building import Site, delayed, moved, with_places
from sim.scenario.load_capacity import LoadedCapacity
from sim.scenario.scenario import Scenario
from sim.scenario.trends import with_trend
from sim.study.capacity.controls import Adjusted, Controls, adjust
from sim.study.capacity.goals import KNOWN
from sim.study.capacity.player import Design, Player
from sim.study.capacity.values import Observed
from sim.study.estimate import Parts, difference, level

Labels = tuple[tuple[str, object], ...]


@dataclass
class Plan:
    """Designs by what tells them apart; `against` names the one that a design is held against."""

    designs: dict[Labels, Design] = field(default_factory=dict)
    against: dict[Labels, Labels] = field(default_factory=dict)

    def add(self, design: Design, against: Labels | None = None, **labels: object) -> Labels:
        key = tuple(labels.items())
        self.designs[key] = design
        if against is not None:
            self.against[key] = against
        return key

    def play(self, player: Player, observations: int) -> dict[Labels, Observed]:
        """Every design, played side by side."""
        found = player.observe_all([(design, observations) for design in self.designs.values()])
        return dict(zip(self.designs, found, strict=True))


def built(
    loaded: LoadedCapacity, scenarios: Sequence[Scenario], site: Site, places: int, title: str = ""
) -> Design:
    """A design: places at a site in every draw of a scenario."""
    return Design(title, tuple(with_places(one, site, places) for one in scenarios), loaded.samples.draw)


# -- the designs of each kind of question ------------------------------------------------------------------


def ladder_plan(loaded: LoadedCapacity, question: Ladder) -> Plan:
    plan = Plan()
    order = sorted(question.places, key=lambda places: (places != 0, places))
    for demand in question.demands.values():
        for rule in question.rules.values():
            scenarios = loaded.scenarios(rule.overrides, demand.overrides)
            base: Labels | None = None
            for places in order:
                key = plan.add(
                    built(loaded, scenarios, question.site, places),
                    base,
                    demand=demand.title,
                    rule=rule.title,
                    places=places,
                )
                base = key if base is None else base
    return plan


def where_plan(loaded: LoadedCapacity, question: Where) -> Plan:
    plan = Plan()
    for rule in question.rules.values():
        scenarios = loaded.scenarios(rule.overrides)
        first = next(iter(question.sites.values()))
        base = plan.add(built(loaded, scenarios, first, 0), rule=rule.title, site="no place more")
        for name, site in question.sites.items():
            design = built(loaded, scenarios, site, question.places)
            plan.add(design, base, rule=rule.title, site=site.title or name)
    return plan


def pipeline_plan(loaded: LoadedCapacity, question: Pipeline) -> Plan:
    plan, draw = Plan(), loaded.samples.draw
    estates = list(question.estates.values())
    for year in question.years:
        for rule in question.rules.values():
            then = [moved(one, year) for one in loaded.scenarios(rule.overrides, estates[0].overrides)]
            base = plan.add(
                Design("", tuple(then), draw),
                year=year,
                rule=rule.title,
                estate=estates[0].title,
                delay_days=0,
                ramp_up_days=0,
            )
            for estate in estates[1:]:
                scenarios = loaded.scenarios(rule.overrides, estate.overrides)
                for delay in question.delays_days:
                    for ramp in question.ramp_ups_days:
                        late = tuple(delayed(moved(one, year), delay, ramp) for one in scenarios)
                        plan.add(
                            Design("", late, draw),
                            base,
                            year=year,
                            rule=rule.title,
                            estate=estate.title,
                            delay_days=delay,
                            ramp_up_days=ramp,
                        )
    return plan


def marginal_plan(loaded: LoadedCapacity, question: Marginal) -> Plan:
    plan, scenarios = Plan(), loaded.scenarios()
    first = next(iter(question.sites.values()))
    base = plan.add(built(loaded, scenarios, first, 0), site="no place more", purpose="")
    for name, site in question.sites.items():
        plan.add(
            built(loaded, scenarios, site, question.step), base, site=site.title or name, purpose=site.purpose
        )
    return plan


def substitution_plan(loaded: LoadedCapacity, question: Substitution) -> Plan:
    plan = Plan()
    for lever in question.levers.values():
        for one in lever.levels.values():
            scenarios = loaded.scenarios(one.overrides)
            for places in question.places:
                plan.add(
                    built(loaded, scenarios, question.site, places),
                    lever=lever.title,
                    level=one.title,
                    places=places,
                )
    return plan


def projection_plan(loaded: LoadedCapacity, question: Projection) -> Plan:
    plan, scenarios = Plan(), loaded.scenarios()
    for trend in question.trends.values():
        for year in question.years:
            then = [with_trend(moved(one, year), trend) for one in scenarios]
            for places in question.places:
                plan.add(
                    built(loaded, then, question.site, places), trend=trend.title, year=year, places=places
                )
    return plan


# -- tables ------------------------------------------------------------------------------------------------


def measure_table(
    plan: Plan, seen: dict[Labels, Observed], measures: Sequence[str], controls: Controls | None = None
) -> pd.DataFrame:
    """One row per design and measure: value, and difference from what it is held against, with 95% intervals.

    With `controls` both are adjusted for what each world happens to have.
    """
    if controls is not None:
        return controlled_table(plan, seen, measures, controls)
    rows = []
    keys = [(measure, "all", "all") for measure in measures]

    @cache
    def parts(labels: Labels) -> Parts:
        return seen[labels].parts(keys)

    for labels in plan.designs:
        here = level(parts(labels))
        base = plan.against.get(labels)
        apart = difference(parts(base), parts(labels))[1] if base is not None else None
        for at, measure in enumerate(measures):
            row = {**dict(labels), "measure": measure, "value": here.value[at]}
            row |= {
                "lower_95": here.value[at] - here.half_width[at],
                "upper_95": here.value[at] + here.half_width[at],
            }
            if apart is not None:
                row |= {
                    "difference": apart.value[at],
                    "difference_lower_95": apart.value[at] - apart.half_width[at],
                    "difference_upper_95": apart.value[at] + apart.half_width[at],
                }
            rows.append({**row, "replications": len(seen[labels]), "unit": KNOWN[measure].unit})
    return pd.DataFrame(rows)


def controlled_table(
    plan: Plan, seen: dict[Labels, Observed], measures: Sequence[str], controls: Controls
) -> pd.DataFrame:
    """As `measure_table`, adjusted; `variance_left` is that of the level over the plain one."""
    rows = []
    for labels, design in plan.designs.items():
        observed, base = seen[labels], plan.against.get(labels)
        away = controls.of(design.scenarios, design.draw, len(observed), observed.each)
        for measure in measures:
            here = pseudo_of(observed, measure)
            row = {**dict(labels), "measure": measure, **_adjusted("", adjust(here, away))}
            if base is not None:
                apart = adjust(here - pseudo_of(seen[base], measure), away)
                row |= _adjusted("difference", apart)
            rows.append({**row, "replications": len(observed), "unit": KNOWN[measure].unit})
    return pd.DataFrame(rows)


def _adjusted(name: str, found: Adjusted) -> dict[str, float]:
    head = f"{name}_" if name else ""
    ends = {
        f"{head}lower_95": found.value - found.half_width,
        f"{head}upper_95": found.value + found.half_width,
    }
    return {name or "value": found.value, **ends, f"{head}variance_left": found.variance_left}


def pseudo_of(observed: Observed, measure: str) -> np.ndarray:
    """Pseudo-values of a measure, one an observation."""
    return np.asarray(observed.parts([(measure, "all", "all")]).pseudo_values()[:, 0])
