"""Prices of a week in each setting, with the year of the price; and what a ledger goes by."""

from __future__ import annotations

from sim.scenario.base import Setting, Strict
from sim.scenario.money import Money
from sim.scenario.price import Price

__all__ = ["Costs", "Price"]


class Costs(Strict):
    """What a week costs whoever pays it. A contracted justice place is paid used or not.

    Without `money` there is no ledger, and no home has books.
    """

    name: str
    welfare_place: Price
    justice_contract_place: Price
    scotland: Price
    settings: dict[Setting, Price]
    money: Money | None = None
