"""The price of localism: what a national rule gains over a local one, split over the answers that differ.

Each answer is switched from local to national alone and with every set of the others, on the same worlds.
An answer's share is what it adds on average over all orders in which the answers could be switched (Shapley);
shares add up to the whole difference exactly, in every replication. What two answers do together beyond what each
does alone is shown beside the shares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np

from sim.outcomes.spells import Floats
from sim.scenario.commissioning import Rule
from sim.scenario.scenario import Scenario
from sim.study.estimate import half_width

Answers = frozenset[str]
STAFFING = "staffing"
# the parts of a rule that each answer sets
PARTS: dict[str, tuple[str, ...]] = {
    "pooling": ("scope", "own", "members", "overflow_days", "hold", "quota"),
    "information": ("channel", "sits_every_days", "working_days_only", "round_days", "declining"),
    "ranking": ("rank", "chooses", "reads_by", "method", "weights", "keep_free", "look_ahead"),
    "refusal": ("refusal", "veto", "safety"),
}
_ALONE = {"chooses": "home", "method": "rank", "weights": None, "look_ahead": None, "declining": None}


@dataclass(frozen=True)
class Share:
    """Part of a difference: the mean over replications, and its 95% interval (NaN for a single replication)."""

    answers: tuple[str, ...]
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Split:
    """The whole difference, each answer's share, and what each pair of answers does together beyond its parts."""

    whole: Share
    shares: tuple[Share, ...]
    together: tuple[Share, ...]


def switched(local: Scenario, national: Scenario, on: Answers) -> Scenario:
    """`local` with the answers `on` as in `national`: parts of the welfare rule, and `staffing` the workforce.

    Asking one home after another leaves the choice to the home, so ranking acts there only once information is
    switched too. Raises ValueError for an unknown answer.
    """
    unknown = sorted(on - {*PARTS, STAFFING})
    if unknown:
        raise ValueError(f"no such answer: {unknown}, allowed {[*PARTS, STAFFING]}")
    rule = local.commissioning.welfare.model_dump()
    other = national.commissioning.welfare.model_dump()
    for answer in on & set(PARTS):
        rule |= {part: other[part] for part in PARTS[answer]}
    if rule["channel"] == "one_by_one":
        rule |= _ALONE | {"sits_every_days": 0.0}
    commissioning = local.commissioning.model_copy(update={"welfare": Rule.model_validate(rule)})
    workforce = national.workforce if STAFFING in on else local.workforce
    return local.model_copy(update={"commissioning": commissioning, "workforce": workforce})


def subsets(answers: Sequence[str]) -> Iterator[Answers]:
    """Every set of the answers, the empty one first."""
    for size in range(len(answers) + 1):
        yield from map(frozenset, combinations(answers, size))


def price_of_localism(
    local: Scenario, national: Scenario, answers: Sequence[str], replications: int,
    measure: Callable[[Scenario, int], float],
) -> Split:  # fmt: skip
    """Split national less local. `measure` plays a replication of a scenario and returns what is compared.

    Takes 2 ** len(answers) scenarios.
    """
    values = {
        on: np.array([measure(made, number) for number in range(replications)], dtype=np.float64)
        for on in subsets(answers)
        for made in [switched(local, national, on)]
    }
    return split(values, answers)


def split(values: Mapping[Answers, Floats], answers: Sequence[str]) -> Split:
    """Shares of the difference between all answers switched and none, from values [replications] of every set."""
    whole = values[frozenset(answers)] - values[frozenset()]
    shares = [_share((one,), _shapley(values, answers, one)) for one in answers]
    together = [_share(pair, _interaction(values, answers, pair)) for pair in combinations(answers, 2)]
    return Split(_share(tuple(answers), whole), tuple(shares), tuple(together))


def _shapley(values: Mapping[Answers, Floats], answers: Sequence[str], one: str) -> Floats:
    others, n = [name for name in answers if name != one], len(answers)
    total = np.zeros_like(values[frozenset()])
    for before in subsets(others):
        weight = factorial(len(before)) * factorial(n - len(before) - 1) / factorial(n)
        total += weight * (values[before | {one}] - values[before])
    return total


def _interaction(values: Mapping[Answers, Floats], answers: Sequence[str], pair: tuple[str, str]) -> Floats:
    """The Shapley interaction of two answers: both, less each alone, averaged over what else is switched."""
    one, two = pair
    others, n = [name for name in answers if name not in pair], len(answers)
    total = np.zeros_like(values[frozenset()])
    for on in subsets(others):
        weight = factorial(len(on)) * factorial(n - len(on) - 2) / factorial(n - 1)
        total += weight * (values[on | {one, two}] - values[on | {one}] - values[on | {two}] + values[on])
    return total


def _share(answers: tuple[str, ...], values: Floats) -> Share:
    mean, half = float(values.mean()), half_width(values)
    return Share(answers, mean, mean - half, mean + half)
