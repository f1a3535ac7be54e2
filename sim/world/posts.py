"""The innovations behind posts, managers, incidents and inspections, by home, post and incumbent.

None of them is an outcome: unit exponentials are hazards to be used up, uniforms are chances to be compared. Each
lies at an address of its own, so one more home, post or leaver moves no other draw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

import numpy as np
import numpy.typing as npt

from sim.scenario.base import Route
from sim.scenario.estate import Home
from sim.scenario.posts import ROLES, Posts
from sim.scenario.workforce import Workforce
from sim.world.streams import Floats, Rows, Stream, Streams, exponentials, normals

Ints = npt.NDArray[np.int64]
_PURPOSES = 4  # draws of one incumbent: stay, fill; and of one post at the start
_BLOCK = 32  # steps drawn at a time
_INCUMBENTS = 4  # incumbents of each post drawn at first
_STEPS = 1 << 20  # steps of one post, before which lie the draws of its incumbents


@dataclass(frozen=True, eq=False)
class PostDraws:
    """What chance decides about staff. Posts are in order of home, then role, then number.

    home, role, fte    of each post: row of the home, code of the role, full-time equivalents
    practice           homes x 3 standard normals: leaving, recruitment, sickness
    pay                homes: standard normal of the pay gap
    opts_in, maturity  homes: uniforms
    wave               homes x steps: the sickness factor's standard normal, with its correlation from step to step
    """

    home: Ints
    role: Ints
    fte: Floats
    practice: Floats
    pay: Floats
    opts_in: Floats
    maturity: Floats
    wave: Floats
    _posts: Rows
    _homes: Rows
    _sick: dict[int, Floats] = field(default_factory=dict, init=False, repr=False)
    _drawn: dict[int, Floats] = field(default_factory=dict, init=False, repr=False)

    def at_start(self) -> tuple[Floats, Floats, Floats]:
        """Uniforms of every post on day 0: whether it is filled, for how long, how far the filling has come."""
        return self._posts.every(2), self._posts.every(3), self._posts.every(_PURPOSES + 2)

    def stay(self, posts: Ints, incumbent: Ints) -> Floats:
        """Unit exponentials of how long incumbents stay."""
        return self._ahead(0, incumbent)[incumbent, posts]

    def fill(self, posts: Ints, incumbent: Ints) -> Floats:
        """Unit exponentials of how long it takes to find the successor of an incumbent."""
        return self._ahead(1, incumbent)[incumbent, posts]

    def _ahead(self, what: int, incumbent: Ints) -> Floats:
        """Incumbents x posts, drawn ahead of need, because many at once cost little more than a few."""
        drawn, most = self._drawn.get(what), int(incumbent.max(initial=0))
        if drawn is None or len(drawn) <= most:
            size = _INCUMBENTS if drawn is None else 2 * most
            numbers = np.arange(size)[:, None] * _PURPOSES + what
            drawn = self._drawn[what] = exponentials(self._posts.every(numbers))
        return drawn

    def sick(self, step: int) -> Floats:
        """A uniform of every post in a step: off sick when below the chance."""
        block, at = divmod(step, _BLOCK)
        if block not in self._sick:
            self._sick.clear()
            steps = _STEPS + block * _BLOCK + np.arange(_BLOCK)
            self._sick[block] = self._posts.every(steps[:, None])
        drawn: Floats = self._sick[block][at]
        return drawn

    def of_home(self, home: int, what: int, number: int) -> float:
        """One uniform of a home; `what` is one of the purposes below, `number` counts within it."""
        return self._homes.one(home, what * _STEPS + number)

    def exponential(self, home: int, what: int, number: int) -> float:
        """A unit exponential of a home, addressed likewise."""
        return float(exponentials(np.array(self.of_home(home, what, number))))

    def of_incidents(self, what: int, size: int) -> Floats:
        """A uniform of each of the first `size` incidents: homes x incidents."""
        return self._homes.every((what * _STEPS + np.arange(size))[:, None]).T

    def incidents(self, size: int) -> Floats:
        """The first `size` points of a unit Poisson process of each home: cumulative hazards at which incidents
        happen, homes x incidents."""
        return np.cumsum(exponentials(self.of_incidents(INCIDENT, size)), axis=1)


# what `of_home` and `exponential` may be asked for
INCIDENT, ALLEGATION, OFF_SITE, MANAGER_STAY, MANAGER_FILL, MANAGER_LOST = range(6)
VISIT, FINDING, CONTRACT, SHUTS, SHUT_FOR, FOR_GOOD, ENDS = range(6, 13)


def post_draws(workforce: Posts, homes: tuple[Home, ...], steps: int, streams: Streams) -> PostDraws:
    """The innovations of every home of an estate over a number of steps."""
    home: list[int] = []
    role: list[int] = []
    fte: list[float] = []
    of_post: list[Stream] = []
    at: list[tuple[int, int]] = []
    for index, one in enumerate(homes):
        for code, name in enumerate(ROLES):
            if name not in workforce.roles:
                continue
            posts = full_time(workforce, one, code)
            stream = len(of_post)
            of_post.append(streams.of("home", one.name, "post", name))
            for number, share in enumerate(posts):
                home.append(index)
                role.append(code)
                fte.append(share)
                at.append((stream, number))
    normal = np.array(
        [
            normals(streams.of("home", one.name, "practice").first(4)) if homes else np.zeros(4)
            for one in homes
        ]
    ).reshape(-1, 4)
    even = np.array([streams.of("home", one.name, "reform").first(2) for one in homes]).reshape(-1, 2)
    wave = np.array(
        [
            _wave(streams.of("home", one.name, "sickness").first(steps), workforce.away.sickness.correlation)
            for one in homes
        ]
    ).reshape(len(homes), steps)
    return PostDraws(
        home=np.array(home, dtype=np.int64),
        role=np.array(role, dtype=np.int64),
        fte=np.array(fte, dtype=np.float64),
        practice=normal[:, :3],
        pay=normal[:, 3],
        opts_in=even[:, 0],
        maturity=even[:, 1],
        wave=wave,
        _posts=_of_posts(of_post, at),
        _homes=Rows([streams.of("home", one.name, "workforce") for one in homes]),
    )


def full_time(workforce: Posts, home: Home, role: int) -> list[float]:
    """Posts of a role in a home: whole ones, and a part-time one for what is left."""
    one = workforce.roles[ROLES[role]]
    total = one.per_place * home.places * home.establishment + one.per_home * home.establishment
    count = ceil(total - 1e-9)
    return [1.0] * (count - 1) + [total - (count - 1)] if count else []


def _of_posts(streams: list[Stream], at: list[tuple[int, int]]) -> Rows:
    """One stream per role of a home, of which every post reads a stretch of its own."""
    where = np.array(at, dtype=np.int64).reshape(-1, 2)
    return Rows(streams, where[:, 0], where[:, 1] << 32)


def _wave(u: Floats, correlation: float) -> Floats:
    """A standard normal that wanders with a correlation from step to step."""
    from scipy.signal import lfilter

    shocks = normals(u)
    if correlation == 0 or not len(u):
        return shocks
    driven = np.concatenate([shocks[:1], np.sqrt(1 - correlation**2) * shocks[1:]])
    return np.asarray(lfilter([1.0], [1.0, -correlation], driven))


def cared_for_alone(
    workforce: Workforce, route: Route, which: str, units: Floats, u: Callable[[str], Floats]
) -> Floats:
    """Staff units of children, with those of single care for the welfare children who have it."""
    if not isinstance(workforce, Posts) or route != "welfare" or not workforce.single_care.share:
        return units
    care = workforce.single_care
    most = care.units_day if which == "units_day" else care.units_night
    return np.where(u("single_care") < care.share, np.maximum(units, most), units)
