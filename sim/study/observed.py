"""What happened against what the model plays for the same referrals: one definition for both, side by side.

Each referral has a day, an end and an ending. What had not ended when the data end is open. The model's column is
the mean of the replications; its range holds 95 of 100 of them (all of them, when there are few).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.engine.log import Ending
from sim.outcomes.spells import Bools, Floats, Ints, home_spells, list_spells
from sim.returns.folder import Returns
from sim.returns.gaps import children_there
from sim.returns.settings import last_day
from sim.scenario.base import ALTERNATIVES
from sim.scenario.scenario import Scenario
from sim.study.backends import spread
from sim.study.replicate import Result, simulate
from sim.study.trace import Trace, rows_of, sent

if TYPE_CHECKING:
    import pandas as pd

OUTCOMES = ("placed", "scotland", *ALTERNATIVES, "withdrawn", "search_ceased", "aged_18", "open")
_OF_ENDING = {
    Ending.PLACED: "placed", Ending.SCOTLAND: "scotland", Ending.WITHDRAWN: "withdrawn",
    Ending.SEARCH_CEASED: "search_ceased", Ending.AGED_18: "aged_18", Ending.OPEN: "open",
}  # fmt: skip
COLUMNS = [
    "scenario",
    "measure",
    "level",
    "unit",
    "observed",
    "modelled",
    "lower",
    "upper",
    "inside",
    "children",
]
ENOUGH = 10
"""Replications from which on it is said whether an observed number lies within the range."""


class Key(NamedTuple):
    """What is measured."""

    measure: str
    level: str
    unit: str


@dataclass(frozen=True, eq=False)
class Seen:
    """Referrals as they went: day, day of the end (inf if open), ending, home (-1: none), day of leaving (inf)."""

    day: Floats
    end: Floats
    ending: list[str]
    home: Ints
    left: Floats

    def rows(self, kept: Bools) -> Seen:
        """Some of the referrals."""
        ending = [each for each, stays in zip(self.ending, kept.tolist(), strict=True) if stays]
        return Seen(self.day[kept], self.end[kept], ending, self.home[kept], self.left[kept])


Played = Mapping[str, Sequence[Mapping[Key, float]]]
"""Scenario -> what each replication gives for the children of the return, in the order of the replications."""


def play_return(
    scenarios: Mapping[str, Scenario],
    trace: Trace,
    replications: int,
    workers: int = 1,
    done: Callable[[int], object] = lambda count: None,
) -> dict[str, list[dict[Key, float]]]:
    """Play the return under every scenario; `done` is told of each finished replication.

    Raises what a replication raises, and ChildProcessError for one that kills the process that plays it.
    """
    found = {}
    for name, scenario in scenarios.items():
        tasks = [(scenario, replication, trace) for replication in range(replications)]
        made: dict[int, dict[Key, float]] = {}
        for (_, replication, _), each in spread(_play, tasks, workers, scenario.run.backend):
            if each is None:
                raise ChildProcessError(f"replication {replication} kills the process that plays it")
            made[replication] = each
            done(1)
        found[name] = [each for _, each in sorted(made.items())]
    return found


def observed_against_modelled(
    scenarios: Mapping[str, Scenario], trace: Trace, replications: int, workers: int = 1
) -> pd.DataFrame:
    """As `beside`, played here."""
    return beside(scenarios, trace, play_return(scenarios, trace, replications, workers))


def beside(scenarios: Mapping[str, Scenario], trace: Trace, all_played: Played) -> pd.DataFrame:
    """Columns as in COLUMNS; no rows where the returns say nothing of what came of referrals or of residents.

    `children` is how many real children stand behind an observed number: what a threshold is held against. A
    replication in which a measure has no value for the children asked about is left out of its mean.
    """
    import pandas as pd

    rows = []
    for name, scenario in scenarios.items():
        real = _observed(scenario, trace.returns)
        if not real:
            continue
        played = all_played[name]
        for key, (value, children) in real.items():
            told = any(_known(key) in each for each in played)  # one definition for all replications
            asked = _known(key) if told else key
            found = np.array([each[asked] for each in played if asked in each], dtype=float)
            found = found[np.isfinite(found)]
            mean, low, high = (
                (float(found.mean()), *map(float, np.quantile(found, (0.025, 0.975))))
                if len(found)
                else (np.nan,) * 3
            )
            inside = "yes" if low - 1e-9 <= value <= high + 1e-9 else "no"
            inside = inside if len(found) >= ENOUGH else ""  # fewer do not show what the model's range is
            rows.append((name, *key, value, mean, low, high, inside, children))
    return pd.DataFrame(rows, columns=COLUMNS)


def _play(task: tuple[Scenario, int, Trace]) -> dict[Key, float]:
    scenario, replication, trace = task
    result = simulate(scenario, replication, trace.world(scenario, replication))
    until = _until(scenario, trace.returns)
    every, rows = _modelled(result)
    found = {key: value for key, (value, _) in _measures(every, until, scenario).items()}
    told = np.array([trace.returns.referrals[row].outcome is not None for row in rows], dtype=bool)
    if told.any() and not told.all():  # held against the same children that were observed
        known = _measures(every.rows(told), until, scenario)
        found |= {_known(key): value for key, (value, _) in known.items()}
    return found | _living(result, trace.returns)


def _known(key: Key) -> Key:
    """The same measure, of the children whose outcome was observed."""
    return key._replace(measure=f"{key.measure} (observed)")


def _until(scenario: Scenario, returns: Returns) -> float:
    """The day after the last that the returns speak of, within the run."""
    last = last_day(returns) if returns.referrals else scenario.run.start
    return float(min((last - scenario.run.start).days + 1, scenario.run.horizon_days))


def observed_outcomes(scenario: Scenario, returns: Returns) -> dict[Key, tuple[float, int]]:
    """What came of the referrals whose outcome is known, by measure, with how many children stand behind it.

    Nothing where nobody says.
    """
    if not any(row.outcome is not None for row in returns.referrals):
        return {}
    return _measures(_as_seen(scenario, returns), _until(scenario, returns), scenario)


def _observed(scenario: Scenario, returns: Returns) -> dict[Key, tuple[float, int]]:
    found = observed_outcomes(scenario, returns)
    counted = {(home, day): children for home, day, children in _counts(scenario, returns)}
    for home in dict.fromkeys(home for home, _ in counted):
        counts = [children for (name, _), children in counted.items() if name == home]
        found[Key("children_in_home_mean", home, "children")] = (
            float(np.mean(counts)),
            round(float(np.mean(counts))),
        )
    return found


def _counts(scenario: Scenario, returns: Returns) -> list[tuple[str, float, int]]:
    """Home, day after the start and children living there, from the places return."""
    return [
        (row.home, float(scenario.run.day(row.on)), children)
        for row in returns.places
        if (row.welfare_children, row.justice_children) != (None, None)
        and (children := children_there(row)) is not None
        and 0 < scenario.run.day(row.on) < scenario.run.horizon_days
    ]


def _as_seen(scenario: Scenario, returns: Returns) -> Seen:
    run, homes = scenario.run, {home.name: at for at, home in enumerate(scenario.estate.homes)}
    rows = [row for row in returns.referrals if 0 <= run.day(row.referred_on) < run.horizon_days]
    rows = [row for row in rows if row.outcome is not None]  # an empty cell is not known, and is not open
    return Seen(
        day=np.array([float(run.day(row.referred_on)) for row in rows]),
        end=np.array([float(run.day(row.outcome_on)) if row.outcome_on else np.inf for row in rows]),
        ending=[row.outcome or "open" for row in rows],
        home=np.array([homes.get(row.home or "", -1) for row in rows], dtype=np.int64),
        left=np.array([float(run.day(row.left_on)) if row.left_on else np.inf for row in rows]),
    )


def _modelled(result: Result) -> tuple[Seen, list[int]]:
    """The first referral of every child of the return, as the model plays it; and the row of the return of each."""
    lists, tape = list_spells(result.log), result.world.tape
    mine = lists.rows((lists.value == 0) & sent(result.world)[lists.child])
    row = rows_of(result.world)[np.searchsorted(np.flatnonzero(sent(result.world)), mine.child)]
    order = np.argsort(row)
    mine = mine.rows(order)
    stays = home_spells(result.log)
    first = {child: at for at, child in reversed(list(enumerate(stays.child.tolist())))}
    left = [stays.end[first[child]] if child in first else np.inf for child in mine.child.tolist()]
    # referred at noon, so that whole days are those of a diary
    ending = [
        ALTERNATIVES[int(tape.alternative[child])] if code == Ending.ALTERNATIVE else _OF_ENDING[Ending(code)]
        for child, code in zip(mine.child.tolist(), mine.code.tolist(), strict=True)
    ]
    seen = Seen(
        np.floor(mine.start), np.floor(mine.end), ending, mine.home, np.floor(np.array(left, dtype=float))
    )
    return seen, [int(each) for each in row[order]]


def _measures(seen: Seen, until: float, scenario: Scenario) -> dict[Key, tuple[float, int]]:
    """Every measure of referrals, with how many children stand behind it."""
    number = len(seen.day)
    over = seen.end < until
    ending = np.array([each if done else "open" for each, done in zip(seen.ending, over, strict=True)])
    placed, wait = ending == "placed", np.minimum(seen.end, until) - seen.day
    found: dict[Key, tuple[float, int]] = {}
    for name in OUTCOMES:
        count = int((ending == name).sum())
        found[Key("outcome_share", name, "share")] = (count / number if number else np.nan, count)
    for days in (7, 28):
        known = seen.day <= until - days
        early = int((placed & known & (wait <= days)).sum())
        found[Key(f"placed_within_{days}_days", "all", "share")] = (
            early / known.sum() if known.any() else np.nan, early)  # fmt: skip
    median = float(np.median(wait[placed])) if placed.any() else np.nan
    found[Key("days_to_placement_median", "all", "days")] = (median, int(placed.sum()))
    found[Key("days_waiting_90", "all", "days")] = (
        float(np.minimum(wait, 90).mean()) if number else np.nan, number)  # fmt: skip
    found[Key("children_waiting_mean", "all", "children")] = (float(wait.sum() / until), number)
    done = placed & (seen.left < until)
    found[Key("placement_days_mean", "all", "days")] = (
        float((seen.left[done] - seen.end[done]).mean()) if done.any() else np.nan, int(done.sum()))  # fmt: skip
    known_homes = not (placed & (seen.home < 0)).any()  # a home that nobody names is missing, not none
    for at, home in enumerate(scenario.estate.homes if known_homes else ()):
        count = int((placed & (seen.home == at)).sum())
        found[Key("placements", home.name, "placements")] = (float(count), count)
    return {key: value for key, value in found.items() if np.isfinite(value[0])}


def _living(result: Result, returns: Returns) -> dict[Key, float]:
    """Children who live in each home on the days that the places return counts, on average."""
    stays = home_spells(result.log)
    index = {home.name: at for at, home in enumerate(result.scenario.estate.homes)}
    counts: dict[str, list[float]] = {}
    for home, day, _ in _counts(result.scenario, returns):
        there = (stays.home == index.get(home, -1)) & (stays.start <= day) & (stays.end > day)
        counts.setdefault(home, []).append(float(there.sum()))
    return {
        Key("children_in_home_mean", home, "children"): float(np.mean(each)) for home, each in counts.items()
    }
