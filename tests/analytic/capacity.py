"""Standards on queues with a known answer: does the search return the textbook's number of places, how often?

A standard is drawn at random, at least `delta` from the value at every number of places (so the answer is one
number), for Erlang's B formula (share placed) or C (mean list, share placed within a day). The search plays the
engine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from math import exp, sqrt
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.scenario.asking import Split
from sim.scenario.load_capacity import load_capacity
from sim.study.capacity.player import Player
from sim.study.capacity.search import Found
from sim.study.capacity.searching import FewestSearch, best_split
from sim.world.streams import Streams
from tests.analytic.formulas import erlang_b, erlang_c

TEXTBOOK = Path(__file__).parents[1] / "textbook"
STATED = 0.95
REPEATS = 50
FULL_DAYS, SPLIT_DAYS, SPLIT_REPEATS = 100, 100, 4
MOST = 16  # places that the ladder of tests/textbook/capacity/servers.yaml goes up to
NOW = 5  # places of the one home
SETTLES = 0.25  # root of places less root of load: a queue forgets its start in 1 / 0.25^2 = 16 days


@dataclass(frozen=True)
class RandomStandard:
    """A goal with a limit, at a load, and the number of places that meets it."""

    kind: str
    load: float
    limit: float
    delta: float
    places: int

    def overrides(self, seed: int, days: int) -> list[str]:
        """The question as a person would ask it."""
        per_year = f"demand.streams.children.rate.0.per_year={self.load * 365.25!r}"
        goal = {
            "placed": "{kind: at_least, measure: share_placed, value: %r, delta: %r}",
            "list": "{kind: at_most, measure: children_waiting_mean, value: %r, delta: %r}",
            "soon": "{kind: placed_within, days: 1, share: %r, delta: %r}",
        }[self.kind] % (self.limit, self.delta)
        return [
            "capacity=servers", "standard=random", f"+standard.goals.only={goal}", per_year,
            f"demand={'loss' if self.kind == 'placed' else 'one_stream'}", f"run.seed={seed}", "run.workers=1",
            f"run.warm_up_days={20 if self.kind == 'placed' else 60}",
            f"run.window_days={days // 2 if self.kind == 'placed' else days}",
            f"run.follow_up_days={0 if self.kind == 'placed' else 20}",
        ]  # fmt: skip


def value(kind: str, load: float, places: int) -> float:
    """What theory says of a mean stay of 1 day; an unstable queue has an endless list and nobody placed soon."""
    if kind == "placed":
        return 1 - erlang_b(load, places)
    if places <= load:
        return float("inf") if kind == "list" else 0.0
    waits = erlang_c(load, places)
    return waits * load / (places - load) if kind == "list" else 1 - waits * exp(-(places - load))


def random_standard(number: int, seed: int = 7) -> RandomStandard:
    """Standard `number`: always the same."""
    u = Streams(seed, number).of("standard").first(200)
    for at in range(0, 200, 4):
        kind = (
            "placed" if u[at] < 0.7 else "soon" if u[at] < 0.9 else "list"
        )  # a long list takes long to play
        load = 1.5 + 3.5 * float(u[at + 1])
        delta = 0.1 if kind == "list" else 0.02
        values = [value(kind, load, places) for places in range(1, MOST + 1)]
        worse = 1 if kind == "list" else -1  # a better value is lower for a list, higher for a share
        steps = [
            places
            for places in range(2, MOST + 1)
            if (kind == "placed" or sqrt(places - 1) - sqrt(load) > SETTLES)
            and worse * (values[places - 2] - values[places - 1]) > 2.5 * delta
        ]
        if not steps:
            continue
        places = steps[int(u[at + 2] * len(steps))]
        low, high = sorted((values[places - 2], values[places - 1]))
        delta = max(delta, 0.3 * (high - low)) if kind == "list" else delta
        limit = low + delta + float(u[at + 3]) * (high - low - 2 * delta)
        return RandomStandard(kind, load, limit, delta, places)
    raise ValueError("no such standard")


def search(standard: RandomStandard, number: int, days: int) -> Found:
    """Ask the question on worlds of its own."""
    loaded = load_capacity(standard.overrides(1000 + number, days), TEXTBOOK)
    with TemporaryDirectory() as folder:
        return FewestSearch(loaded, loaded.question, Player(Path(folder), loaded.scenarios()[0].run)).run()  # type: ignore[arg-type]


def is_right(number: int, days: int) -> tuple[bool, RandomStandard, Found]:
    """Whether the search finds what theory says for random standard `number`."""
    standard = random_standard(number)
    found = search(standard, number, days)
    return found.places == standard.places - NOW, standard, found


def right_at_least(repeats: int = REPEATS, stated: float = STATED, doubt: float = 0.05) -> int:
    """The fewest right answers that do not speak against the stated probability: 44 of 50 at 0.95."""
    from scipy.stats import binom

    return int(binom.ppf(doubt / 2, repeats, stated))


def lower_limit(right: int, repeats: int, doubt: float = 0.05) -> float:
    """The lower 95% limit of the probability of a right answer (Clopper and Pearson, both sides)."""
    from scipy.stats import beta

    return float(beta.ppf(doubt / 2, right, repeats - right + 1)) if right else 0.0


# -- three areas with places of their own -------------------------------------------------------------------

LOADS = (5.0, 3.0, 1.5)
TOTAL = 12


def enumerate_splits(
    loads: tuple[float, ...] = LOADS, total: int = TOTAL, blocked: Callable[[float, int], float] = erlang_b
) -> dict[tuple[int, ...], float]:
    """Share turned away over all areas for every split of the places, by Erlang's B formula area by area."""
    ways = [one for one in product(range(1, total), repeat=len(loads)) if sum(one) == total]
    return {
        way: sum(load * blocked(load, places) for load, places in zip(loads, way, strict=True)) / sum(loads)
        for way in ways
    }


def find_split(
    seed: int, days: int, delta: float, loads: tuple[float, ...] = LOADS, total: int = TOTAL
) -> tuple[tuple[int, ...], bool]:
    """The split that the search finds, and whether it was decided."""
    weights = [f"demand.origins.{at}.weight={load}" for at, load in enumerate(loads)]
    overrides = [
        "capacity=areas", "demand=loss_three_areas", "estate=three_fenced", f"run.seed={seed}", "run.workers=1",
        f"demand.streams.children.rate.0.per_year={sum(loads) * 365.25!r}", "run.warm_up_days=30",
        f"run.window_days={days}", f"capacity.tie_break.delta={delta!r}", f"capacity.places={total - len(loads)}",
        *weights,
    ]  # fmt: skip
    loaded = load_capacity(overrides, TEXTBOOK)
    question = loaded.question
    assert isinstance(question, Split)
    with TemporaryDirectory() as folder:
        player = Player(Path(folder), loaded.scenarios()[0].run)
        every, found, _ = best_split(loaded, question, player)
    best = every[found.left[0]]
    return tuple(1 + best[name] for name in question.sites), found.best is not None
