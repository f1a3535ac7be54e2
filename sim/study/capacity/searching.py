"""Questions that a procedure decides: the fewest places, and the best split; with the frontier around the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
import pandas as pd

from sim.outcomes.goals import PLACES, STAFFED
from sim.scenario.asking import Fewest, Split
from sim.scenario.base import DAYS_PER_YEAR
from sim.scenario.building import Site, with_split
from sim.scenario.load_capacity import LoadedCapacity
from sim.scenario.scenario import Scenario
from sim.scenario.standards import Standard
from sim.study.capacity.feasibility import Floats
from sim.study.capacity.fixed import built
from sim.study.capacity.goals import KNOWN, Distance, count, distances, limit_of
from sim.study.capacity.intervals import always_valid
from sim.study.capacity.player import Design, Player
from sim.study.capacity.search import Checked, Found, Search, select
from sim.study.capacity.selection import Selection
from sim.study.capacity.values import Observed
from sim.study.estimate import Key

ALWAYS_SHOWN = ("children_waiting_mean", "share_placed", "fallback_cost_per_year", PLACES, STAFFED)
COST = "cost_of_new_places_and_what_is_taken_instead_per_year"


class FewestSearch:
    """The search for the fewest places, on worlds played when they are asked for."""

    def __init__(
        self,
        loaded: LoadedCapacity,
        question: Fewest,
        player: Player,
        tell: Callable[[Checked], object] = lambda checked: None,
    ) -> None:
        assert loaded.standard is not None
        self.loaded, self.question, self.player, self.standard = loaded, question, player, loaded.standard
        self.scenarios = loaded.scenarios()
        self._designs: dict[tuple[str, int], Design] = {}
        self.search = Search(
            ask=self._ask,
            score=self._score,
            sites=list(question.sites),
            ladder=question.places.all,
            goals=count(self.standard, len(self.scenarios[0].estate.regions)),
            judging=question.judging,
            tie_delta=question.tie_break.delta,
            tell=tell,
        )

    def run(self) -> Found:
        return self.search.run()

    def design(self, site: str, places: int) -> Design:
        if (site, places) not in self._designs:
            title = f"{places:+d} at {self.question.sites[site].title or site}"
            self._designs[site, places] = built(
                self.loaded, self.scenarios, self.question.sites[site], places, title
            )
        return self._designs[site, places]

    def observed(self, site: str, places: int, observations: int) -> Observed:
        return self.player.observe(self.design(site, places), observations)

    def _ask(self, site: str, places: int, observations: int) -> list[Distance]:
        seen = self.observed(site, places, observations)
        return distances(self.standard, seen, self.question.judging.first)

    def _score(self, site: str, places: int, observations: int) -> Floats:
        tie = self.question.tie_break
        return score(self.observed(site, places, observations), tie.measure, tie.better)

    def frontier(self, found: Found) -> pd.DataFrame:
        """Every rung at the best site (the first where none was found), with what a standard and a budget look at."""
        site = found.best or next(iter(self.question.sites))
        first = self.question.judging.first
        seen = {
            places: found.checked[site, places].observations if (site, places) in found.checked else first
            for places in self.question.places.all
        }
        wanted = [(self.design(site, places), count) for places, count in seen.items()]
        observed = dict(zip(seen, self.player.observe_all(wanted), strict=True))
        price = self._price_of_a_place(self.scenarios[0], self.question.sites[site])
        rows = []
        for places, one in observed.items():
            for key in shown_keys(self.standard):
                rows.append(_row(places, key, one))
            fallback = _pseudo(one, ("fallback_cost_per_year", "all", "all")) + places * price
            rows.append(
                {
                    "places": places,
                    "measure": COST,
                    "group": "all",
                    "level": "all",
                    "unit": "GBP million a year",
                    "observations": len(one),
                    **_valid(fallback),
                }
            )
        frame = pd.DataFrame(rows)
        frame.insert(0, "site", site)
        return frame

    def neighbours(self, found: Found, around: int = 2) -> pd.DataFrame:
        """Rungs around the answer: the distance of every goal from its limit, and what a step of places changes."""
        if found.best is None or found.places is None:
            return pd.DataFrame()
        ladder, site = self.question.places.all, found.best
        at = ladder.index(found.places)
        near = ladder[max(0, at - around) : at + around + 1]
        rows = []
        first = self.question.judging.first
        before: dict[str, Floats] = {}
        for places in near:
            known = found.checked.get((site, places))
            seen = max(known.observations if known else first, first)
            for one in self._ask(site, places, seen):
                both = min(len(one.values), len(before.get(one.name, one.values)))
                step = one.values[:both] - before[one.name][:both] if one.name in before else None
                half = always_valid(one.values)
                mean = float(one.values.mean())
                row = {
                    "site": site,
                    "places": places,
                    "goal": one.name,
                    "zone": one.delta,
                    "observations": seen,
                }
                row |= {"beyond_limit": mean, "lower_95": mean - half, "upper_95": mean + half}
                row |= {"met": known.met if known else mean <= 0, "decided": bool(known and known.sure)}
                if step is not None:
                    wide, gained = always_valid(step), float(step.mean())
                    row |= {
                        "a_step_changes_it_by": gained,
                        "step_lower_95": gained - wide,
                        "step_upper_95": gained + wide,
                    }
                rows.append(row)
                before[one.name] = one.values
        return pd.DataFrame(rows)

    @staticmethod
    def _price_of_a_place(scenario: Scenario, site: Site) -> float:
        """A new place all year, used or not, in millions of pounds."""
        costs = scenario.costs
        week = costs.justice_contract_place if site.purpose == "justice" else costs.welfare_place
        return week.gbp_week * DAYS_PER_YEAR / 7 / 1e6


def best_split(
    loaded: LoadedCapacity,
    question: Split,
    player: Player,
    tell: Callable[[Selection], object] = lambda s: None,
) -> tuple[list[dict[str, int]], Selection, pd.DataFrame]:
    """Every split, what KN left of them (the best first), and the tie-break measure of each with its interval."""
    scenarios = loaded.scenarios()
    every = splits(question)
    designs = [
        Design(
            split_title(one),
            tuple(with_split(base, question.sites, one) for base in scenarios),
            loaded.samples.draw,
        )
        for one in every
    ]
    tie, judging = question.tie_break, question.judging
    at = {design.title: design for design in designs}
    player.observe_all([(design, judging.first) for design in designs])

    def observe(title: str, observations: int) -> Floats:
        return score(player.observe(at[title], observations), tie.measure, tie.better)

    found = select(observe, list(at), tie.delta, 1 - judging.probability, judging, tell)
    rows = []
    for one, design in zip(every, designs, strict=True):
        stored = player.observe(design, judging.first)
        rows.append({**one, **_row(question.places, (tie.measure, "all", "all"), stored)})
    return every, found, pd.DataFrame(rows)


def splits(question: Split) -> list[dict[str, int]]:
    """All ways to share out the places, in steps, with at least `least` at each site."""
    names, spare = (
        list(question.sites),
        (question.places - question.least * len(question.sites)) // question.step,
    )
    ways = [one for one in product(range(spare + 1), repeat=len(names) - 1) if sum(one) <= spare]
    return [
        {
            name: question.least + question.step * more
            for name, more in zip(names, (*way, spare - sum(way)), strict=True)
        }
        for way in ways
    ]


def split_title(split: dict[str, int]) -> str:
    return ", ".join(f"{name} {places}" for name, places in split.items())


def score(observed: Observed, measure: str, better: str) -> Floats:
    """A measure by observation, lower is better; 0 where nothing could be counted."""
    top, bottom = observed.column((measure, "all", "all"))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(bottom > 0, top / bottom, 0.0)
    return np.asarray(value if better == "lower" else -value)


def shown_keys(standard: Standard) -> list[Key]:
    """The measures of a standard, then those that are always shown."""
    limits = [limit_of(goal) for goal in standard.goals.values()]
    own = [limit.key for limit in limits if limit is not None]
    return list(dict.fromkeys([*own, *((name, "all", "all") for name in ALWAYS_SHOWN)]))


def _row(places: int, key: Key, observed: Observed) -> dict[str, object]:
    measure, group, level = key
    return {
        "places": places,
        "measure": measure,
        "group": group,
        "level": level,
        "unit": KNOWN[measure].unit,
        "observations": len(observed),
        **_valid(_pseudo(observed, key)),
    }


def _pseudo(observed: Observed, key: Key) -> Floats:
    return np.asarray(observed.parts([key]).pseudo_values()[:, 0])


def _valid(pseudo: Sequence[float] | Floats) -> dict[str, float]:
    """A mean with an interval that holds although the number of observations was not fixed."""
    values = np.asarray(pseudo)
    half, mean = always_valid(values), float(values.mean())
    return {"value": mean, "lower_95": mean - half, "upper_95": mean + half}
