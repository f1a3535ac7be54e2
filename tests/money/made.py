"""Costs made by hand: round prices, and books in which a day is a round number of pounds."""

from __future__ import annotations

from typing import Any

from sim.scenario import Scenario
from sim.scenario.costs import Costs

Record = dict[str, Any]
SETTINGS = ("current_placement", "unregistered", "open_home", "hospital", "custody", "home")


def price(gbp_day: float, year: int = 2023) -> Record:
    return {"gbp_week": 7 * gbp_day, "year": year}


def money(**more: Any) -> Record:
    whole: Record = {
        "base_year": 2023,
        "deflator": {2023: 0.1, 2024: 0.05},
        "deflator_beyond": 0.02,
        "real_growth_per_year": 0.0,
        "need": {"mean": 0.0, "sd": 1.0},
        "contracts": {
            "framework_discount": 0.05, "block_discount": 0.1, "soft_block_discount": 0.02, "soft_block_share": 0.6,
            "membership_gbp_year": 36525, "void_share": 0.5, "remand_recharge": price(700),
        },
        "books": {
            "care_posts_per_place": 1, "education_health_posts_per_place": 0.5, "post_gbp_year": 36525,
            "agency_premium": 1.5, "agency_share": 0.2, "management_gbp_year": 18262.5, "premises_gbp_year": 7305,
            "premises_gbp_place_year": 3652.5, "variable_gbp_child_week": 700, "corporate_share": 0.1,
            "kept_when_shut": 0.6,
            "inadequate": {"chance_a_year": 0.05, "months": 12, "places_lost": 0.5, "improvement_gbp": 1000},
            "closure": {"deficit_share": 0.1, "years": 1},
        },
        "appraisal": {
            "discount": [{"from_year": 1, "rate": 0.035}, {"from_year": 31, "rate": 0.03},
                         {"from_year": 76, "rate": 0.025}],
            "cost_sigma": 0.0, "delay_years": 0.0, "planning_failure": 0.0, "sunk_share": 0.1,
            "empty": {"gap_years": 1e9, "length_years": 1.0}, "borrowing_rate": 0.05, "borrowing_years": 2,
            "worst": {"capital_factor": 2.0, "delay_years": 1, "first_years_empty": 1, "empty_share": 0.0,
                      "saving_factor": 0.5},
        },
    }  # fmt: skip
    return whole | more


def costs(**more: Any) -> Costs:
    """1,000 pounds a day for a welfare place, 800 for a contracted one, 1 to 6 hundred for the settings."""
    whole: Record = {
        "name": "made", "welfare_place": price(1000), "justice_contract_place": price(800), "scotland": price(900),
        "settings": {name: price(100.0 * at) for at, name in enumerate(SETTINGS, start=1)}, "money": money(),
    }  # fmt: skip
    return Costs.model_validate(whole | more)


def with_costs(made: Scenario, **more: Any) -> Scenario:
    return made.model_copy(update={"costs": costs(**more)})


def with_pays(made: Scenario, pays: str, **more: Any) -> Scenario:
    """The same scenario whose welfare places are paid for in another way."""
    rule = made.commissioning.welfare.model_copy(update={"pays": pays, **more})
    return made.model_copy(update={"commissioning": made.commissioning.model_copy(update={"welfare": rule})})
