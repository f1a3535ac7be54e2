"""What the engine is handed where staff are a process: rates as functions of the state of homes, and innovations.

The engine knows neither what the rates rest on nor how anything was drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from sim.engine.oversight import OversightRules
from sim.engine.posts import PostsAtStart

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(slots=True)
class Strain:
    """How hard it is to work in each home, as rules see it: columns of homes.

    overtime, agency  shares of own hours, and of all hours on shift, over the last months
    load              incidents of the last months over usual
    manager, poor     whether there is a manager; whether the grade is below good
    shut              whether the home is shut
    """

    overtime: Floats
    agency: Floats
    load: Floats
    manager: npt.NDArray[np.bool_]
    poor: npt.NDArray[np.bool_]
    shut: npt.NDArray[np.bool_]


class Covered(Protocol):
    """Units on shift from each source: homes x (day, night)."""

    @property
    def bank(self) -> Floats: ...
    @property
    def overtime(self) -> Floats: ...
    @property
    def agency(self) -> Floats: ...


class StaffRules(Protocol):
    """How staff respond (see sim.behaviour.workforce.StaffRules). Rates are a day; columns are of posts or homes."""

    step_days: float
    memory_days: float
    reads_children: bool
    early_days: float
    vetting_days: float
    induction_days: float
    least: tuple[float, float]
    hours: tuple[float, float]  # a week that one unit takes by day, and by night
    over: float

    def own_units(self, now: float, present: Floats) -> Floats: ...
    def establishment(self) -> Floats: ...
    def shift_of(self, role: Ints) -> Ints: ...
    def pace(self) -> tuple[Floats, Floats]: ...
    def rates(self, now: float, strain: Strain) -> Floats: ...
    def sick(self, now: float, step: int, strain: Strain) -> Floats: ...
    def cover(self, now: float, own: Floats, target: Floats) -> Covered: ...
    def usual_children(self) -> Floats: ...
    def usual_incidents(self) -> Floats: ...
    def incidents_a_day(
        self, children: Floats, mismatch: Floats, shortage: Floats, strain: Strain
    ) -> Floats: ...
    def off_site_days(self, size: int) -> Floats: ...


class StaffInnovations(Protocol):
    """See sim.world.posts.PostDraws."""

    def stay(self, posts: Ints, incumbent: Ints) -> Floats: ...
    def fill(self, posts: Ints, incumbent: Ints) -> Floats: ...
    def sick(self, step: int) -> Floats: ...
    def incidents(self, size: int) -> Floats: ...


class WorkforcePlan(NamedTuple):
    """What the engine is handed where staff are a process."""

    posts: PostsAtStart
    rules: StaffRules
    oversight: OversightRules
    draws: StaffInnovations
