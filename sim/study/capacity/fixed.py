"""Questions that are answered with so many replications of every design: ladder, where, pipeline, marginal value,
substitution, projection. Each gives designs to be played, and tables from what was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pandas as pd

from sim.outcomes.goals import STAFFED
from sim.scenario.asking import Ladder, Marginal, Pipeline, Projection, Substitution, Where
from sim.scenario.building import Site, delayed, moved, with_places
from sim.scenario.load_capacity import LoadedCapacity
from sim.scenario.scenario import Scenario
from sim.scenario.standards import Standard
from sim.scenario.trends import with_trend
from sim.study.capacity.controls import Adjusted, Controls, adjust
from sim.study.capacity.crossing import Needed, needed
from sim.study.capacity.goals import KNOWN, distances
from sim.study.capacity.player import Design, Player
from sim.study.capacity.values import Observed
from sim.study.estimate import Parts, difference, level, t_quantile

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
            here = _pseudo(observed, measure)
            row = {**dict(labels), "measure": measure, **_adjusted("", adjust(here, away))}
            if base is not None:
                apart = adjust(here - _pseudo(seen[base], measure), away)
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


def marginal_table(
    plan: Plan, seen: dict[Labels, Observed], measures: Sequence[str], step: int
) -> pd.DataFrame:
    """What one more approved place, and one more staffed place, adds to each measure at each site."""
    rows = []
    for labels, base in plan.against.items():
        staff = _pseudo(seen[labels], STAFFED) - _pseudo(seen[base], STAFFED)
        for measure in measures:
            gain = _pseudo(seen[labels], measure) - _pseudo(seen[base], measure)
            row = {**dict(labels), "measure": measure, "unit": KNOWN[measure].unit}
            row |= _interval("per_place", gain / step)
            row |= _ratio("per_staffed_place", gain, staff)
            rows.append(row | {"replications": len(gain)})
    return pd.DataFrame(rows)


def free_table(plan: Plan, seen: dict[Labels, Observed], measures: Sequence[str]) -> pd.DataFrame:
    """How much of what the places gain under the first rule each other rule gains without a place, site by site."""
    bases = {dict(labels)["rule"]: labels for labels in plan.designs if labels not in plan.against}
    first, *others = bases
    rows = []
    for labels, base in plan.against.items():
        if base != bases[first]:
            continue
        for rule in others:
            for measure in measures:
                start = _pseudo(seen[base], measure)
                by_places = _pseudo(seen[labels], measure) - start
                by_rule = _pseudo(seen[bases[rule]], measure) - start
                row = {"site": dict(labels)["site"], "rule": rule, "measure": measure}
                row |= _interval("by_places", by_places) | _interval("by_rule", by_rule)
                rows.append(row | _ratio("free_share", by_rule, by_places) | {"unit": KNOWN[measure].unit})
    return pd.DataFrame(rows)


def needed_table(plan: Plan, seen: dict[Labels, Observed], standard: Standard, first: int) -> pd.DataFrame:
    """Places needed to meet the standard, for each set of designs that differ in nothing but places."""
    sets: dict[Labels, dict[int, Observed]] = {}
    for labels, observed in seen.items():
        others = tuple(pair for pair in labels if pair[0] != "places")
        sets.setdefault(others, {})[int(str(dict(labels)["places"]))] = observed
    rows = []
    for others, rungs in sets.items():
        order = sorted(rungs)
        found = [distances(standard, rungs[places], first) for places in order]
        goals = [np.stack([one[at].values for one in found]) for at in range(len(found[0]))]
        answer = needed(order, goals)
        rows.append({**dict(others), **_needed(answer, order), "replications": len(rungs[order[0]])})
    return pd.DataFrame(rows)


def _needed(answer: Needed, order: list[int]) -> dict[str, object]:
    beyond = "" if answer.known else f"more than {order[-1]}" if answer.value > 0 else f"{order[0]} or fewer"
    value = answer.value if answer.known else np.nan
    return {"places_needed": value, "lower_95": answer.low, "upper_95": answer.high, "outside": beyond}


def _pseudo(observed: Observed, measure: str) -> np.ndarray:
    return np.asarray(observed.parts([(measure, "all", "all")]).pseudo_values()[:, 0])


def _interval(name: str, pseudo: np.ndarray) -> dict[str, float]:
    n = len(pseudo)
    half = t_quantile(0.975, n - 1) * float(pseudo.std(ddof=1)) / np.sqrt(n) if n > 1 else np.nan
    value = float(pseudo.mean())
    return {name: value, f"{name}_lower_95": value - half, f"{name}_upper_95": value + half}


def _ratio(name: str, top: np.ndarray, bottom: np.ndarray) -> dict[str, float]:
    """A ratio of two means by Fieller's theorem: its interval is not known where the lower one may be nothing."""
    n, a, b = len(top), float(top.mean()), float(bottom.mean())
    value = a / b if b else np.nan
    unknown = {name: value, f"{name}_lower_95": np.nan, f"{name}_upper_95": np.nan}
    if n < 2:
        return unknown
    squared = t_quantile(0.975, n - 1) ** 2 / n
    spread = np.cov(np.stack([top, bottom]), ddof=1)
    curve, slope, level_ = (
        b**2 - squared * spread[1, 1],
        a * b - squared * spread[0, 1],
        a**2 - squared * spread[0, 0],
    )
    inside = slope**2 - curve * level_
    if curve <= 0 or inside < 0:
        return unknown
    reach = float(np.sqrt(inside))
    return {
        name: value,
        f"{name}_lower_95": (slope - reach) / curve,
        f"{name}_upper_95": (slope + reach) / curve,
    }
