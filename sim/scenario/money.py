"""What the ledger goes by: prices of one year, contracts, a home's books, and the spread of prices between children.

Money is in pounds. A year is a financial year by the year in which it begins: 2026 is April 2026 to March 2027.
"""

from __future__ import annotations

from pydantic import Field, model_validator

from sim.scenario.base import Alternative, Setting, Strict
from sim.scenario.price import Price


class Tail(Strict):
    """Prices of one setting differ by child: lognormal around the mean price, cut at the dearest one known.

    `sigma` is the spread of the logarithm. `need_correlation` is how strongly a child's price goes with its need.
    """

    sigma: float = Field(gt=0, le=2)
    most_gbp_week: float = Field(gt=0)
    need_correlation: float = Field(default=0.0, ge=0, lt=1)


class Need(Strict):
    """Mean and standard deviation of the need of referred children, by which a need counts as high."""

    mean: float
    sd: float = Field(gt=0)


class Contracts(Strict):
    """Terms of contracts for welfare places. Discounts are off the spot price.

    `soft_block_share` of the places is paid for even when fewer are used. `membership_gbp_year` is the fee of each
    member authority, `void_share` the part of its homes' empty welfare places that members pay for.
    """

    framework_discount: float = Field(ge=0, lt=1)
    block_discount: float = Field(ge=0, lt=1)
    soft_block_discount: float = Field(ge=0, lt=1)
    soft_block_share: float = Field(ge=0, le=1)
    membership_gbp_year: float = Field(ge=0)
    void_share: float = Field(ge=0, le=1)
    remand_recharge: Price


class Inadequate(Strict):
    """What an inadequate grade costs: how often, the places closed to new children meanwhile, and the way back."""

    chance_a_year: float = Field(ge=0, le=1)
    months: float = Field(gt=0)
    places_lost: float = Field(ge=0, le=1)
    improvement_gbp: float = Field(ge=0)


class Closure(Strict):
    """A home fails once its deficit has been above a share of its spending in so many years running."""

    deficit_share: float = Field(ge=0, le=1)
    years: int = Field(ge=1)


class Books(Strict):
    """What a home spends, in pounds of the base year.

    Posts are for each approved place. `agency_premium` is the price of an hour of agency over one of own staff;
    `agency_share` is of care hours, where the workforce does not tell. `kept_when_shut` is the share of staff and
    management that a home without children pays for. `corporate_share` is added to everything else but variable cost.
    """

    care_posts_per_place: float = Field(ge=0)
    education_health_posts_per_place: float = Field(ge=0)
    post_gbp_year: float = Field(ge=0)
    agency_premium: float = Field(ge=1)
    agency_share: float = Field(ge=0, le=1)
    management_gbp_year: float = Field(ge=0)
    premises_gbp_year: float = Field(ge=0)
    premises_gbp_place_year: float = Field(ge=0)
    variable_gbp_child_week: float = Field(ge=0)
    corporate_share: float = Field(ge=0, le=1)
    kept_when_shut: float = Field(ge=0, le=1)
    inadequate: Inadequate
    closure: Closure


class Discount(Strict):
    """The rate a year from a year of the appraisal on."""

    from_year: int = Field(ge=1, le=200)
    rate: float = Field(gt=-0.1, le=0.2)


class Empty(Strict):
    """Long spells in which a home has nobody: years between two of them, and years that one lasts, on average."""

    gap_years: float = Field(gt=0)
    length_years: float = Field(gt=0)


class Worst(Strict):
    """The worst case that is shown: everything goes wrong together."""

    capital_factor: float = Field(ge=1)
    delay_years: float = Field(ge=0)
    first_years_empty: float = Field(ge=0)
    empty_share: float = Field(ge=0, le=1)
    saving_factor: float = Field(ge=0, le=1)


class Terms(Strict):
    """What every business case goes by.

    `cost_sigma` is the spread of the logarithm of what a building costs at the end, around the estimate with
    optimism bias; `delay_years` the mean of an exponential delay; `borrowing_rate` is nominal.
    """

    discount: tuple[Discount, ...] = Field(min_length=1)
    cost_sigma: float = Field(ge=0, le=2)
    delay_years: float = Field(ge=0)
    planning_failure: float = Field(ge=0, le=1)
    sunk_share: float = Field(ge=0, le=1)
    empty: Empty
    borrowing_rate: float = Field(ge=0, le=0.2)
    borrowing_years: int = Field(ge=1, le=60)
    worst: Worst

    @model_validator(mode="after")
    def _from_the_first_year(self) -> Terms:
        years = [each.from_year for each in self.discount]
        if years[0] != 1 or years != sorted(set(years)):
            raise ValueError(f"discount starts in years {years}, allowed rising years from 1")
        return self


class Money(Strict):
    """Everything that the ledger needs beside the prices of a week.

    `deflator` is the growth of general prices (GDP deflator) in each financial year over the one before;
    `real_growth_per_year` is what prices of care grow beyond that. `nhs_share` is what the NHS pays of a setting
    under Section 75 or continuing care.
    """

    base_year: int = Field(ge=1990, le=2100)
    deflator: dict[int, float] = Field(min_length=1)
    deflator_beyond: float = Field(gt=-0.5, le=0.5)
    real_growth_per_year: float = Field(ge=-0.2, le=0.2)
    need: Need
    tails: dict[Alternative, Tail] = Field(default_factory=dict)
    contracts: Contracts
    nhs_share: dict[Setting, float] = Field(default_factory=dict)
    books: Books
    appraisal: Terms

    @model_validator(mode="after")
    def _possible(self) -> Money:
        years = sorted(self.deflator)
        if years != list(range(years[0], years[-1] + 1)):
            raise ValueError(f"deflator has years {years}, allowed every year from the first to the last")
        for year, growth in self.deflator.items():
            if not -0.5 < growth <= 0.5:
                raise ValueError(f"deflator of {year} is {growth}, allowed above -0.5 and up to 0.5")
        for setting, share in self.nhs_share.items():
            if not 0 <= share <= 1:
                raise ValueError(f"nhs_share of {setting} is {share}, allowed 0 to 1")
        return self
