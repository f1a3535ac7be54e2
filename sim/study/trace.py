"""Worlds of returns: referrals that happened in the place of drawn ones, staff who came in the place of a process.

What the returns do not say (patience, answers, lengths of need) is drawn, so that replication k is the same children
with other luck. The same children meet every rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.behaviour.staffing import establishment, staff_path
from sim.returns.coverage import alone
from sim.returns.folder import Returns
from sim.returns.forms import StaffRow
from sim.returns.settings import OWN_NUMBERS, tape_columns
from sim.scenario.errors import ConfigError
from sim.scenario.estate import Home
from sim.scenario.posts import Posts
from sim.scenario.scenario import Scenario
from sim.scenario.workforce import Roster
from sim.world.prepared import prepare
from sim.world.tape import Bools
from sim.world.world import StaffPath, World, draw_world, staff_innovations

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Trace:
    """Returns to be played. `others`: children of authorities that sent nothing are drawn as usual."""

    returns: Returns
    others: bool = False

    @property
    def warning(self) -> str:
        """What to know where the children of a few authorities are played alone; else nothing."""
        return "" if self.others else alone(self.returns.referrals)

    def world(self, scenario: Scenario, replication: int) -> World:
        """World number `replication` of a scenario, with what the returns say in it."""
        if self.returns.referrals:
            world = prepare(scenario, self._referrals(scenario, replication), None, replication)
        else:
            world = draw_world(scenario, replication)
        if not self.returns.staff:
            return world
        return World(
            world.seed, world.replication, world.tape, world.streams, {}, self._staff(scenario, world)
        )

    def _referrals(self, scenario: Scenario, replication: int) -> pd.DataFrame:
        import pandas as pd

        from sim.study.tapes import world_to_frames

        mine = pd.DataFrame({name: pd.array(values, dtype=object) for name, values in
                             tape_columns(self.returns, scenario).items()})  # fmt: skip
        if not self.others:
            return mine
        drawn = world_to_frames(scenario, draw_world(scenario, replication)).referrals
        sent = set(mine["origin"])
        kept = drawn[drawn["resident"] | ~drawn["origin"].isin(sent)]
        mine["resident"] = False
        return pd.concat([kept.astype(object), mine], ignore_index=True)

    def _staff(self, scenario: Scenario, world: World) -> dict[str, StaffPath]:
        """Staff units of each home: its establishment, times who came over who was needed."""
        innovations = staff_innovations(scenario, world.streams)
        paths = {}
        for home in scenario.estate.homes:
            rows = sorted(
                (row for row in self.returns.staff if row.home == home.name), key=lambda row: row.on
            )
            if not rows and isinstance(scenario.workforce, Posts):
                missing = "posts are moved by what happens in a home, so every home needs a row, or none"
                hint = "workforce=roster, or a row for each home"
                raise ConfigError("staff.csv", "home", f"no row for {home.name}; {missing}", allowed=hint)
            if not rows:  # a home that sent nothing has its staff drawn
                paths[home.name] = staff_path(scenario.workforce, home, innovations[home.name], scenario.run)
                continue
            by_day, by_night = _full(scenario, home)
            day = np.array([float(scenario.run.day(row.on)) for row in rows])
            shares = [row.on_shift_by_day / row.needed_by_day for row in rows]
            nights = list(map(_by_night, rows))
            begun = max(0, int(np.searchsorted(day, 0.0, side="right")) - 1)
            day = np.maximum(day[begun:], 0.0)
            day[0] = 0.0
            paths[home.name] = (day, by_day * np.array(shares[begun:]), by_night * np.array(nights[begun:]))
        return paths


def _by_night(row: StaffRow) -> float:
    """Who came over who was needed, by night; as by day where nothing is said of the night."""
    if row.on_shift_by_night is None or row.needed_by_night is None:
        return row.on_shift_by_day / row.needed_by_day
    return row.on_shift_by_night / row.needed_by_night


def _full(scenario: Scenario, home: Home) -> tuple[float, float]:
    """Staff units by day and by night of a home where every post is filled and everyone comes."""
    workforce = scenario.workforce
    if isinstance(workforce, Roster):
        full = establishment(workforce, home)
        return full, full * workforce.night_share
    if isinstance(workforce, Posts):
        return establishment(workforce, home), _by_night_of_posts(workforce, home)
    return float(home.places), float(home.places)


def _by_night_of_posts(workforce: Posts, home: Home) -> float:
    """As `establishment`, of the posts that cover the night."""
    night = (role for role in workforce.roles.values() if role.shift == "night")
    posts = sum(role.per_place * home.places + role.per_home for role in night) * home.establishment
    worked = 1 - workforce.away.leave - workforce.away.training
    return posts * workforce.hours.post * worked / (workforce.hours.night * workforce.hours.staff_per_unit)


def sent(world: World) -> Bools:
    """Which children of a world are those of the referral return."""
    return np.asarray((world.tape.number >= OWN_NUMBERS) & ~world.tape.resident)


def rows_of(world: World) -> Any:
    """For each child of the return, in the order of the tape, the row of the return (from 0)."""
    return world.tape.number[sent(world)] - OWN_NUMBERS
