"""Prices of a week in each setting, with the year of the price."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.base import Setting, Strict


class Price(Strict):
    """Pounds a week, in the prices of `year`."""

    gbp_week: float = Field(ge=0)
    year: int = Field(ge=1990, le=2040)


class Costs(Strict):
    """What a week costs whoever pays it. A contracted justice place is paid used or not."""

    name: str
    welfare_place: Price
    justice_contract_place: Price
    scotland: Price
    settings: dict[Setting, Price]
