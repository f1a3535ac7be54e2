"""Each link of the feedback, switched off and switched on: which outcome it moves, and which way."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import pytest

from sim.outcomes.measures import measure_rows
from sim.scenario import Scenario
from sim.study.estimate import gather
from sim.study.replicate import simulate
from tests.workforce.staff import national

REPLICATIONS = 3
# no closures and no managers to lose: what is looked at is the link alone
ALONE = (
    "workforce.inspection.closes=0",
    "workforce.closure.below=0",
    "workforce.manager.stops=0",
    "workforce.manager.restricts=0",
)


class Link(NamedTuple):
    """Overrides that are the link at full strength, the key that is set to 0 without it, and what it moves."""

    key: str
    strong: float
    moves: str
    way: int  # 1: more of it with the link
    also: tuple[str, ...] = ()


FEEDBACK = "workforce.feedback"
LINKS = (
    Link(f"{FEEDBACK}.overtime_to_sickness", 8, "sick_share", 1),
    Link(f"{FEEDBACK}.overtime_to_leaving", 10, "turnover_per_year", 1),
    Link(f"{FEEDBACK}.agency_to_incidents", 8, "incidents_per_year", 1),
    Link(f"{FEEDBACK}.mismatch_to_incidents", 3, "incidents_per_year", 1, (f"{FEEDBACK}.usual_mismatch=0",)),
    Link(f"{FEEDBACK}.shortage_to_incidents", 4, "incidents_per_year", 1),
    Link(f"{FEEDBACK}.incidents_to_sickness", 1, "sick_share", 1, ("workforce.incidents.usual_children=0.4",)),
    Link(f"{FEEDBACK}.incidents_to_leaving", 1, "turnover_per_year", 1, ("workforce.incidents.usual_children=0.4",)),
    Link("workforce.incidents.allegation", 0.2, "off_site_mean", 1),
    Link(f"{FEEDBACK}.residents_to_overtime", 1, "overtime_share", 1, ("workforce.away.sickness.mean=0.3",)),
    Link(f"{FEEDBACK}.manager_to_leaving", 2, "turnover_per_year", 1, ("workforce.manager.fill_days=400",)),
    Link(f"{FEEDBACK}.grade_to_leaving", 2, "turnover_per_year", 1),
    Link(f"{FEEDBACK}.grade_to_recruitment", 2, "vacancy_share", 1),
    Link("workforce.inspection.agency_to_falls", 20, "good_or_better_share", -1),
    Link("workforce.inspection.churn_to_falls", 2, "good_or_better_share", -1),
    Link("workforce.inspection.incidents_to_falls", 3, "good_or_better_share", -1,
         ("workforce.incidents.usual_children=0.4",)),
    Link("workforce.pay.to_leaving", 6, "turnover_per_year", 1),
    Link("workforce.pay.to_recruitment", 8, "vacancy_share", 1),
)  # fmt: skip


@cache
def outcome(measure: str, *overrides: str) -> float:
    """A measure of the whole over a few replications."""
    return measured(national(*ALONE, *overrides), measure)


def measured(made: Scenario, measure: str) -> float:
    """The same for a scenario."""
    rows = []
    for replication in range(REPLICATIONS):
        result = simulate(made, replication)
        rows.append(tuple(r for r in measure_rows(made, result.world, result.log) if r.measure == measure))
    parts = gather(rows)
    return float(parts.ratio()[parts.keys.index((measure, "all", "all"))])


@pytest.mark.behaviour
@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.key.removeprefix("workforce."))
def test_a_link_moves_its_outcome_its_way(link: Link) -> None:
    without = outcome(link.moves, *link.also, f"{link.key}=0")
    with_it = outcome(link.moves, *link.also, f"{link.key}={link.strong}")
    assert (with_it - without) * link.way > 0.01 * abs(without), (without, with_it)


@pytest.mark.behaviour
def test_vacancies_bring_agency_and_overtime() -> None:
    """The first link of the chain: slower recruitment, more cover by others, fewer places."""
    few, many = ("workforce.recruitment.fill_days=40",), ("workforce.recruitment.fill_days=300",)
    assert outcome("vacancy_share", *many) > outcome("vacancy_share", *few) + 0.1
    assert outcome("agency_share", *many) > outcome("agency_share", *few)
    assert outcome("overtime_share", *many) > outcome("overtime_share", *few)
    assert outcome("available_over_approved", *many) < outcome("available_over_approved", *few) - 0.05


@pytest.mark.behaviour
def test_elastic_cover_opens_places_and_costs_staff() -> None:
    """Against the hard mode: more places staffed, at a higher price, with more sickness and leaving."""
    elastic, hard = ("workforce.cover.mode=elastic",), ("workforce.cover.mode=hard",)
    for measure in (
        "staffed_over_approved", "paid_over_worked_hours", "sick_share", "turnover_per_year", "overtime_share"
    ):  # fmt: skip
        assert outcome(measure, *elastic) > outcome(measure, *hard), measure


@pytest.mark.behaviour
def test_a_loop_makes_a_shortage_worse_than_its_parts() -> None:
    """Slow recruitment with the loop closed leaves more posts vacant than with the loop cut."""
    slow = "workforce.recruitment.fill_days=300"
    cut = (f"{FEEDBACK}.overtime_to_leaving=0", f"{FEEDBACK}.incidents_to_leaving=0")
    closed = (f"{FEEDBACK}.overtime_to_leaving=6", f"{FEEDBACK}.incidents_to_leaving=0.6")
    assert outcome("vacancy_share", slow, *closed) > outcome("vacancy_share", slow, *cut) + 0.01
