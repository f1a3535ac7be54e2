"""Trends of demand with dates: growth, harder needs, an outlet that closes, law and prevention.

A trend changes dated rates, shares of complexity and the Scottish outlet of a scenario; nothing else. Rates move in
steps of a quarter of a year.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pydantic import Field

from sim.scenario.base import DAYS_PER_YEAR, Strict
from sim.scenario.demand import Complexity, Demand, RateFrom, Stream
from sim.scenario.errors import COMMAND_LINE, ConfigError
from sim.scenario.estate import OutletFrom
from sim.scenario.scenario import Scenario

QUARTER_DAYS = DAYS_PER_YEAR / 4


class Diverted(Strict):
    """A share of welfare referrals that is no longer made, reached in equal steps over some years from a date."""

    start: date
    share: float = Field(ge=0, lt=1)
    over_years: float = Field(default=0.0, ge=0)

    def at(self, when: date) -> float:
        """The share that is diverted on a day."""
        years = (when - self.start).days / DAYS_PER_YEAR
        if years < 0:
            return 0.0
        return self.share if not self.over_years else self.share * min(1.0, years / self.over_years)


class Trend(Strict):
    """What happens to demand from `start` on; yearly rates are compound, until `until`.

    referrals_growth   growth of welfare referrals a year
    liberty_growth     growth a year of deprivation-of-liberty cases; `liberty_share` of the cases that it adds to
                       `liberty_now` (a year) are referred as well
    complexity_growth  share of welfare children that moves each year from the easiest class to the hardest
    scotland_closes    the day on which no child from England and Wales is taken in Scotland any more
    relevant_accommodation, prevention   welfare referrals that another kind of home, or help before, turns away
    """

    title: str
    start: date
    until: date = date(2035, 4, 1)
    referrals_growth: float = Field(default=0.0, gt=-1, le=1)
    liberty_growth: float = Field(default=0.0, gt=-1, le=1)
    liberty_now: float = Field(default=0.0, ge=0)
    liberty_share: float = Field(default=0.0, ge=0, le=1)
    complexity_growth: float = Field(default=0.0, ge=0, le=0.2)
    scotland_closes: date | None = None
    relevant_accommodation: Diverted | None = None
    prevention: Diverted | None = None


def with_trend(scenario: Scenario, trend: Trend) -> Scenario:
    """The scenario with the trend in it. Complexity is that of the middle of the window.

    Raises ConfigError where referrals would pass the ceiling of their stream, which is part of the world.
    """
    demand = scenario.demand
    welfare = [name for name, stream in demand.streams.items() if stream.route == "welfare"]
    all_now = sum(_rate_on(demand.streams[name], trend.start) for name in welfare)
    streams = dict(demand.streams)
    for name in welfare:
        streams[name] = _with_rates(scenario, name, demand.streams[name], trend, all_now)
    profiles = dict(demand.profiles)
    years = _years(trend, _middle(scenario))
    for name in {demand.streams[stream].profile for stream in welfare}:
        profile = profiles[name]
        profiles[name] = profile.model_copy(
            update={"complexity": harder(profile.complexity, trend.complexity_growth * years)}
        )
    estate = scenario.estate
    if trend.scotland_closes is not None and estate.scotland is not None:
        rows = [row for row in estate.scotland.places if row.start < trend.scotland_closes]
        rows.append(OutletFrom(start=trend.scotland_closes, places=0))
        estate = estate.model_copy(
            update={"scotland": estate.scotland.model_copy(update={"places": tuple(rows)})}
        )
    changed = demand.model_copy(update={"streams": streams, "profiles": profiles})
    parts: dict[str, Any] = {name: getattr(scenario, name) for name in Scenario.model_fields}
    return Scenario.model_validate(
        parts | {"demand": Demand.model_validate(changed.model_dump()), "estate": estate}
    )


def factor(trend: Trend, when: date, rate_now: float) -> float:
    """Welfare referrals on a day over those before the trend; `rate_now` is their number a year before it."""
    years = _years(trend, when)
    grown: float = (1 + trend.referrals_growth) ** years
    if rate_now:
        more = trend.liberty_now * ((1 + trend.liberty_growth) ** years - 1)
        grown += max(-grown, trend.liberty_share * more / rate_now)
    for turned_away in (trend.relevant_accommodation, trend.prevention):
        grown *= 1 - (turned_away.at(when) if turned_away else 0.0)
    return grown


def harder(complexity: Complexity, share: float) -> Complexity:
    """Classes of staff need with a share moved from the easiest to the hardest, as far as the easiest has it."""
    shares = list(complexity.shares)
    if len(shares) < 2 or share <= 0:
        return complexity
    moved = min(share, shares[0])
    shares[0] -= moved
    shares[-1] += moved
    return Complexity.model_validate({**complexity.model_dump(), "shares": tuple(shares)})


def _with_rates(scenario: Scenario, name: str, stream: Stream, trend: Trend, all_now: float) -> Stream:
    run = scenario.run
    begin, end = run.start, run.start + timedelta(days=run.horizon_days)
    days = {
        begin + timedelta(days=round(QUARTER_DAYS * step))
        for step in range(int((end - begin).days // 91) + 1)
    }
    days |= {when for when in (trend.start, trend.until) if begin < when < end}
    days |= {row.start for row in stream.rate if row.start is not None and begin < row.start < end}
    rows: list[RateFrom] = []
    for when in sorted(days):
        middle = when + timedelta(days=int(QUARTER_DAYS / 2))
        now = _rate_on(stream, when) * (factor(trend, middle, all_now) if when >= trend.start else 1.0)
        rows.append(RateFrom(start=when if rows else None, per_year=round(now, 6)))
    peak = max(row.per_year for row in rows) * scenario.demand.scale
    if peak > stream.ceiling_per_year:
        hint = (
            f"a trend under {stream.ceiling_per_year:g} a year, or a higher ceiling_per_year (another world)"
        )
        problem = f"stream {name} would reach {peak:.0f} referrals a year"
        raise ConfigError(COMMAND_LINE, "capacity.trends", problem, given=trend.title, allowed=hint)
    return stream.model_copy(update={"rate": tuple(rows)})


def _rate_on(stream: Stream, when: date) -> float:
    rows = [row for row in stream.rate if row.start is None or row.start <= when]
    return rows[-1].per_year if rows else stream.rate[0].per_year


def _years(trend: Trend, when: date) -> float:
    """Years of the trend that have passed on a day."""
    return max(0.0, (min(when, trend.until) - trend.start).days / DAYS_PER_YEAR)


def _middle(scenario: Scenario) -> date:
    opens, closes = scenario.run.window
    return scenario.run.start + timedelta(days=(opens + closes) // 2)
