"""What returns leave unsaid, told as unknown: it never counts as nothing, and what was done with it is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

from sim.returns.forms import MaturityRow, PlacesRow, Record, ReferralRow
from sim.scenario.posts import Posts
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.returns.folder import Returns

STAFF_THEMES = ("recruitment_and_retention", "training_and_career", "rota_planning")
"""Themes of the self-assessment that are about staff: their mean is the maturity of a home."""


def gaps(form: str, records: Sequence[Record]) -> Iterator[str]:
    """One line for each thing that rows of a return do not say, with what that means."""
    if form == "referrals":
        yield from _outcomes(cast("Sequence[ReferralRow]", records))
    elif form == "places":
        yield from _children(cast("Sequence[PlacesRow]", records))
    elif form == "maturity":
        yield from _scores(cast("Sequence[MaturityRow]", records))


def _outcomes(rows: Sequence[ReferralRow]) -> Iterator[str]:
    empty = sum(row.outcome is None for row in rows)
    if empty == len(rows):
        yield "no outcome is filled in, so nothing of referrals is held against the model"
    elif empty:
        yield (
            f"the outcome of {empty:,} of {len(rows):,} referrals is empty: not known. They are played, and left out "
            "of what was observed; write open where nothing has come of a referral yet"
        )


def _children(rows: Sequence[PlacesRow]) -> Iterator[str]:
    counted = [row for row in rows if (row.welfare_children, row.justice_children) != (None, None)]
    half = [row for row in counted if children_there(row) is None]
    if half:
        yield (
            f"{len(half):,} of {len(rows):,} rows count one kind of children and leave the other empty: not known, "
            "so they are not held against the model; write 0 where there was nobody"
        )
    if counted and (silent := len(rows) - len(counted)):
        yield f"{silent:,} of {len(rows):,} rows count no children: they are not held against the model"


def _scores(rows: Sequence[MaturityRow]) -> Iterator[str]:
    homes, told = {row.home for row in rows}, maturity(rows)
    yield (
        f"of {len(homes)} homes, {len(told)} have a score for staff ({', '.join(STAFF_THEMES)}). It is used with "
        "workforce=posts and workforce.maturity.effect other than 0, and then moves how fast they recruit. "
        "No result depends on the other themes"
    )


def unsaid(scenario: Scenario, returns: Returns) -> list[str]:
    """What the returns leave unsaid, and what comes of it in a scenario. Empty where everything is said."""
    found = (
        [f"referrals: {each}" for each in gaps("referrals", returns.referrals)] if returns.referrals else []
    )
    found += [f"places: {each}" for each in gaps("places", returns.places)] if returns.places else []
    start = scenario.run.start
    begun = {row.home: row for row in sorted(returns.places, key=lambda row: row.on) if row.on <= start}
    dark = [home for home, row in begun.items() if children_there(row) is None]
    if dark and len(dark) < len(begun):
        found.append(
            f"places: who lived in {', '.join(sorted(dark))} at the start is not known; such places start empty"
        )
    if returns.maturity:
        found.append(f"maturity: {_maturity_used(scenario, returns)}")
    return found


def _maturity_used(scenario: Scenario, returns: Returns) -> str:
    scores = maturity(returns.maturity)
    if not isinstance(scenario.workforce, Posts):
        return "not used: these staff are no posts (workforce=posts)"
    if not scenario.workforce.maturity.effect:
        return (
            "its scores are there and move nothing, because workforce.maturity.effect is 0: nobody has published "
            "how much it does"
        )
    return f"the scores for staff of {len(scores)} homes move how fast they recruit"


def children_there(row: PlacesRow) -> int | None:
    """All children of a home on a day; None where a kind is empty that the home has places for."""
    kinds = (
        (row.welfare_children, row.welfare_places + row.either_places),
        (row.justice_children, row.justice_places + row.either_places),
    )
    if any(count is None and places for count, places in kinds):
        return None
    return sum(count or 0 for count, _ in kinds)


def maturity(rows: Sequence[MaturityRow]) -> dict[str, float]:
    """Home -> its maturity in staff from 0 to 1: the mean of its scores of 1 to 5 in `STAFF_THEMES`."""
    scores: dict[str, list[int]] = {}
    for row in rows:
        if row.theme in STAFF_THEMES:
            scores.setdefault(row.home, []).append(row.score)
    return {home: round((sum(each) / len(each) - 1) / 4, 4) for home, each in scores.items()}
