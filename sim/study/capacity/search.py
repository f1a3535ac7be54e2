"""The fewest places that meet a standard, and where: which designs are asked, in which order, and what is claimed.

What is asked next is a proposal (where a line through the known distances crosses the limit); it may be poor, and
costs time alone. What is answered comes from the checks of `feasibility`, each with its part of the error: the error
divided by all designs that might be asked and all goals, so that it holds in whatever order they are asked, on common
worlds. Among sites that need as few places, KN selects. A search stands on one assumption: more places never make a
goal worse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.scenario.asking import Judging
from sim.study.capacity.feasibility import Floats, decide
from sim.study.capacity.goals import Distance
from sim.study.capacity.selection import Selection, screen

Ask = Callable[[str, int, int], Sequence[Distance]]
"""(site, places, observations) -> distances from every goal."""
Score = Callable[[str, int, int], Floats]
"""(site, places, observations) -> the tie-break measure, lower is better."""


@dataclass(frozen=True)
class Checked:
    """What was found about one design: met or not, and whether with the stated probability (or cut short)."""

    site: str
    places: int
    met: bool
    sure: bool
    observations: int
    means: dict[str, float]
    by_goal: dict[str, bool | None]


@dataclass
class Found:
    """The answer of a search: places (None: no number on the ladder), sites that need as few, the best of them."""

    places: int | None = None
    sites: list[str] = field(default_factory=list)
    best: str | None = None
    selection: Selection | None = None
    checked: dict[tuple[str, int], Checked] = field(default_factory=dict)

    @property
    def sure(self) -> bool:
        """Whether all that the answer stands on was decided, not cut short."""
        return all(one.sure for one in self.checked.values()) and (
            self.selection is None or self.selection.best is not None
        )


def check(ask: Ask, site: str, places: int, error: float, judging: Judging) -> Checked:
    """Observe one design until every goal is decided, or one is missed; `error` is that of each goal."""
    seen = judging.first
    while True:
        found = ask(site, places, seen)
        decided = {one.name: decide(one.values, one.delta, error, judging.first) for one in found}
        verdicts = {name: one.met if one else None for name, one in decided.items()}
        missed, met = False in verdicts.values(), all(verdict is True for verdict in verdicts.values())
        if missed or met or seen >= judging.most:
            means = {one.name: float(one.values.mean()) for one in found}
            sure = missed or met
            met = met if sure else all(mean <= 0 for mean in means.values())
            return Checked(site, places, met, sure, seen, means, verdicts)
        seen = min(judging.most, seen + judging.batch)


class Search:
    """One search: `sites` x `ladder` of designs, with `goals` checks each. `tell` hears of every design checked."""

    def __init__(
        self,
        ask: Ask,
        score: Score,
        sites: Sequence[str],
        ladder: Sequence[int],
        goals: int,
        judging: Judging,
        tie_delta: float,
        tell: Callable[[Checked], object] = lambda checked: None,
    ) -> None:
        self.ask, self.score, self.tell = ask, score, tell
        self.sites, self.ladder, self.judging, self.tie_delta = list(sites), list(ladder), judging, tie_delta
        whole = 1 - judging.probability
        ties = len(self.sites) > 1
        self.error = (whole / 2 if ties else whole) / (len(self.sites) * len(self.ladder) * goals)
        self.tie_error = whole / 2
        self.found = Found()

    def run(self) -> Found:
        """Search, and say what was found."""
        for site in self.sites:
            self._improve(site)
        if self.found.places is not None:
            self._sites_as_good()
        return self.found

    @property
    def checks_left(self) -> int:
        """About how many designs are still to be checked, at most."""
        done = len({site for site, _ in self.found.checked})
        rungs = max(1, int(np.ceil(np.log2(len(self.ladder) + 1))))
        return max(0, rungs - len(self.found.checked)) + 2 * max(0, len(self.sites) - max(done, 1))

    def _met(self, site: str, places: int) -> bool:
        known = self.found.checked.get((site, places))
        if known is None:
            known = check(self.ask, site, places, self.error, self.judging)
            self.found.checked[site, places] = known
            self.tell(known)
        return known.met

    def _improve(self, site: str) -> None:
        """Look for a number of places at this site that is less than the best so far."""
        best = self.found.places
        high = len(self.ladder) if best is None else self.ladder.index(best)
        low = -1
        if best is not None:
            if high == 0 or not self._met(site, self.ladder[high - 1]):
                return  # no better here
            high -= 1
        while high - low > 1:
            at = self._propose(site, low, high)
            if self._met(site, self.ladder[at]):
                high = at
            else:
                low = at
        if high < len(self.ladder) and (best is None or self.ladder[high] < best):
            self.found.places, self.found.best = self.ladder[high], site

    def _propose(self, site: str, low: int, high: int) -> int:
        """The rung to ask next: where the line through the nearest known distances crosses 0, else the middle."""
        known = {
            self.ladder.index(places): max(one.means.values())
            for (at, places), one in self.found.checked.items()
            if at == site
        }
        middle = (low + high) // 2
        if low in known and high in known and known[low] > known[high]:
            share = known[low] / (known[low] - known[high])
            return int(np.clip(np.ceil(low + share * (high - low)), low + 1, high - 1))
        return int(np.clip(middle, low + 1, high - 1))

    def _sites_as_good(self) -> None:
        """Which sites meet the standard with as few places, and the best of them."""
        places = self.found.places
        assert places is not None
        self.found.sites = [site for site in self.sites if self._met(site, places)]
        good = self.found.sites
        if len(good) == 1:
            self.found.best = good[0]
            return
        self.found.selection = select(
            lambda site, seen: self.score(site, places, seen),
            good,
            self.tie_delta,
            self.tie_error,
            self.judging,
        )
        self.found.best = good[self.found.selection.left[0]] if self.found.selection.left else good[0]


def select(
    score: Callable[[str, int], Floats],
    names: Sequence[str],
    delta: float,
    error: float,
    judging: Judging,
    tell: Callable[[Selection], object] = lambda selection: None,
) -> Selection:
    """KN among designs: those still in the running are observed until one is left, or judging.most is reached.

    When it is reached, the designs that are left are told with the best mean first.
    """
    values = np.full((len(names), judging.most), np.nan)
    seen, left = judging.first, tuple(range(len(names)))
    while True:
        for at in left:
            values[at, :seen] = score(names[at], seen)[:seen]
        found = screen(values[:, :seen], delta, error, judging.first)
        tell(found)
        if found.best is not None or seen >= judging.most:
            means = np.nanmean(values[:, :seen], axis=1)
            return Selection(tuple(sorted(found.left, key=lambda at: means[at])), found.at)
        left, seen = found.left, min(judging.most, seen + judging.batch)
