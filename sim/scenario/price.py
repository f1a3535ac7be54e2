"""A price of a week, with the year of the price."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.base import Strict


class Price(Strict):
    """Pounds a week, in the prices of `year`."""

    gbp_week: float = Field(ge=0)
    year: int = Field(ge=1990, le=2040)
