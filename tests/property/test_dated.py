"""Dated vacancies: nothing before the date, no more staff where more posts are vacant, and the last date counts."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour.staffing import StaffPath, staff_path
from sim.scenario.workforce import Drift, Roster, VacancyFrom
from sim.world.streams import Floats
from tests.property.effort import examples
from tests.small import home, scenario

pytestmark = pytest.mark.property
DAYS = 100
MADE = scenario([home("a", 20)], horizon=DAYS)
SHARE = st.floats(0, 1)


def by_day(path: StaffPath) -> Floats:
    """Units by day on each day."""
    day, units, _ = path
    return np.asarray(units[np.searchsorted(day, np.arange(DAYS), side="right") - 1])


@examples(60, 2000)
@given(
    mean=SHARE, sd=st.floats(0, 0.3), cap=st.floats(0, 0.9), cover=SHARE, seed=st.integers(0, 9999),
    changes=st.dictionaries(st.integers(-50, DAYS + 50), st.floats(-0.5, 0.5), min_size=1, max_size=4),
    extra=st.floats(0, 0.5),
)  # fmt: skip
def test_dated_vacancies(
    mean: float, sd: float, cap: float, cover: float, seed: int, changes: dict[int, float], extra: float
) -> None:
    def path(more: dict[int, float]) -> Floats:
        rows = tuple(
            VacancyFrom(start=MADE.run.start + timedelta(day), more=more[day]) for day in sorted(more)
        )
        staff = Roster(units_per_place=1.5, night_share=0.5, vacancy=Drift(mean=mean, sd=sd, correlation=0.9),
                       absence=Drift(mean=0.1, sd=0.05, correlation=0.5), agency_cap=cap, agency_cover=cover,
                       vacancy_changes=rows)  # fmt: skip
        steps = np.sin(np.arange(2 * (DAYS + 1)).reshape(2, -1) * (1 + seed))  # any numbers will do
        return by_day(staff_path(staff, MADE.estate.homes[0], steps, MADE.run))

    plain, dated = path({}), path(changes)
    first = max(0, min(changes))
    assert np.array_equal(plain[:first], dated[:first])
    worse = path({day: min(1.0, more + extra) for day, more in changes.items()})
    assert (worse <= dated).all()
    last = max(changes)
    alone = path({last: changes[last]})
    assert np.array_equal(alone[max(0, last) :], dated[max(0, last) :])
