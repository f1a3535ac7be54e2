"""From innovations to staff on shift: a pure function per home, so it is the same under every rule."""

from __future__ import annotations

import numpy as np

from sim.scenario.estate import Home
from sim.scenario.posts import Posts
from sim.scenario.run import Run
from sim.scenario.workforce import Drift, Levels, Roster, Unlimited, Workforce
from sim.world.streams import Floats, exponentials, pick

StaffPath = tuple[Floats, Floats, Floats]


def staff_path(workforce: Workforce, home: Home, innovations: Floats, run: Run) -> StaffPath:
    """Days of change, staff units by day, staff units by night; each holds until the next change."""
    if isinstance(workforce, Unlimited):
        return np.array([0.0]), np.array([np.inf]), np.array([np.inf])
    if isinstance(workforce, Levels):
        day, level = _redrawn(workforce, innovations, float(run.horizon_days))
        places = np.floor(level * home.places + 1e-9)
        return _changes(day, places, places)
    if isinstance(workforce, Posts):
        raise TypeError("posts have no path of their own: what happens in homes moves them")
    day_units, night_units = _rostered(workforce, home, innovations, run)
    return _changes(np.arange(len(day_units), dtype=float), day_units, night_units)


def establishment(workforce: Workforce, home: Home) -> float:
    """Staff units on the day shift if every post were filled and everyone came."""
    if isinstance(workforce, Unlimited):
        return float("inf")
    if isinstance(workforce, Levels):
        return float(home.places)
    if isinstance(workforce, Posts):
        posts = (
            role.per_place * home.places + role.per_home
            for role in workforce.roles.values()
            if role.shift == "day"
        )
        worked = 1 - workforce.away.leave - workforce.away.training
        hours = workforce.hours.day * workforce.hours.staff_per_unit
        return sum(posts) * home.establishment * workforce.hours.post / hours * worked
    return workforce.units_per_place * home.places * home.establishment


def _redrawn(workforce: Levels, innovations: Floats, horizon: float) -> tuple[Floats, Floats]:
    levels = np.asarray(workforce.levels)
    if workforce.every_days is not None:
        steps = int(np.ceil(horizon / workforce.every_days))
        u = innovations[0][:steps]
        index = pick(u[1:] / max(workforce.chance, 1e-300), workforce.shares)
        moves = np.flatnonzero(u[1:] < workforce.chance)
        day = np.concatenate([[0.0], (moves + 1) * workforce.every_days])
        return day, np.concatenate([[workforce.start_level], levels[index[moves]]])
    assert workforce.mean_days is not None
    means = np.asarray(workforce.mean_days)
    stay = exponentials(innovations[1])
    now, current, days, held = 0.0, int(np.argmin(np.abs(levels - workforce.start_level))), [0.0], []
    for step in range(len(stay)):
        held.append(levels[current])
        now += means[current] * stay[step]
        if now >= horizon:
            break
        others = np.asarray(workforce.shares) * (np.arange(len(levels)) != current)
        current = int(pick(innovations[0][step : step + 1], others / others.sum())[0])
        days.append(now)
    return np.asarray(days[: len(held)]), np.asarray(held)


def _rostered(workforce: Roster, home: Home, innovations: Floats, run: Run) -> tuple[Floats, Floats]:
    vacancy = _wander(workforce.vacancy, innovations[0])
    if workforce.vacancy_changes:
        vacancy = np.clip(vacancy + _more(workforce, len(vacancy), run), 0, 1)
    absence = _wander(workforce.absence, innovations[1])
    full = establishment(workforce, home)
    own = full * (1 - vacancy) * (1 - absence)
    cap = own * workforce.agency_cap / max(1 - workforce.agency_cap, 1e-9)
    agency = np.minimum((full - own) * workforce.agency_cover, cap)
    present = own + agency
    # staff come whole: a roster has no half person on shift
    return np.floor(present + 1e-9), np.floor(present * workforce.night_share + 1e-9)


def _more(workforce: Roster, days: int, run: Run) -> Floats:
    """Vacancies beyond the mean on each day of the run."""
    more = np.zeros(days)
    for row in workforce.vacancy_changes:
        more[max(0, run.day(row.start)) :] = row.more
    return more


def _wander(drift: Drift, shocks: Floats) -> Floats:
    """A first-order autoregression around the mean, cut to 0 and 1; it starts in its steady state."""
    from scipy.signal import lfilter

    if drift.sd == 0 or len(shocks) == 0:
        return np.full(len(shocks), drift.mean)
    step = np.sqrt(1 - drift.correlation**2)
    driven = np.concatenate([shocks[:1], step * shocks[1:]])
    return np.asarray(
        np.clip(drift.mean + drift.sd * lfilter([1.0], [1.0, -drift.correlation], driven), 0, 1)
    )


def _changes(day: Floats, by_day: Floats, by_night: Floats) -> StaffPath:
    """Drop the days on which nothing changed."""
    moved = np.concatenate([[True], (np.diff(by_day) != 0) | (np.diff(by_night) != 0)])
    return day[moved], by_day[moved], by_night[moved]
