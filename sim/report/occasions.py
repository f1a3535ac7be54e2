"""The days on which homes were asked about one child, or could have been, and how each is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sim.report.numbers import counted
from sim.report.story_words import (
    STANDS_ALONE,
    joined,
    nth,
    plain_date,
    points,
    some,
    span,
    why,
    wrapped,
)
from sim.study.audit import Audited
from sim.study.wiring import answer_days

NOS = {
    "refused": "Refused",
    "no_place": "No room for this child",
    "declined_before": "Would take the child, but the authority has declined it",
}
Asked = tuple[int, str, int]  # home, answer, grounds


@dataclass(frozen=True)
class Occasion:
    """One sitting (or change, or round of asking) at which the child was on the list.

    sittings  their numbers; asked: home, answer and grounds, nearest first; fates: what became of each yes
    position  of the child among those waiting, counted from 1 (0: on no list)
    """

    day: float
    until: float
    sittings: tuple[int, ...]
    asked: tuple[Asked, ...]
    fates: tuple[str, ...]
    position: int
    waiting: int
    occasion: str
    order: tuple[int, int]


def told_alike(happened: Sequence[Any]) -> Iterator[tuple[Any, Any, list[Any]]]:
    """First, last and all of each stretch that is told as one: occasions at which nothing changed."""

    def key(pair: tuple[int, Any]) -> Any:
        at, each = pair
        return (each.occasion, each.asked, each.fates) if isinstance(each, Occasion) else at

    for _, stretch in groupby(enumerate(happened), key):
        each = [item for _, item in stretch]
        yield each[0], each[-1], each


class Questions:
    """What was asked about one child, and what was not."""

    def __init__(self, audit: Audited, child: int) -> None:
        self.audit, self.child = audit, child
        tables = audit.tables
        self.names = tables["homes"].name.tolist()
        self.start = audit.scenario.run.start
        own = tables["answers"][tables["answers"].child == child]
        self.answers = {number: rows for number, rows in own.groupby("sitting")}
        self.scope = tables["scope"][(tables["scope"].child == child) & (tables["scope"].barred == "")]
        self.places = dict(zip(tables["lists"].sitting[of_child := tables["lists"].child == child],
                               tables["lists"].position[of_child], strict=True))  # fmt: skip
        numbers = sorted({*self.answers, *self.places})
        self.sittings = tables["sittings"].loc[numbers]
        self.beds = _of(tables["beds"], numbers)
        self.lists = _of(tables["lists"], numbers)
        self.ranking = _of(tables["ranking"], list(self.answers))
        self.decisions = _of(tables["decisions"], list(self.answers))
        self.purpose = "welfare" if tables["children"].route.iloc[child] == "welfare" else "justice"
        events = tables["events"]
        self.referred = events.day[(events.child == child) & (events.kind == "referred")].tolist()
        self.moved = set(events.day[(events.child == child) & (events.reason == "transferred")].tolist())

    def occasions(self) -> list[Occasion]:
        """One for each sitting; answers to an authority that asks alone are put together in rounds."""
        found = [self._occasion(row) for row in self.sittings.itertuples()]
        rounds: list[Occasion] = []
        for each in found:
            if not each.asked and each.occasion != "sitting":
                continue  # a change that nobody asked about the child
            last = rounds[-1] if rounds else None
            if last and _same_round(last, each, self.referred):
                rounds[-1] = _with(last, each)
            else:
                rounds.append(each)
        return rounds

    def _occasion(self, row: Any) -> Occasion:
        rows = self.answers.get(row.sitting)
        asked: tuple[Asked, ...] = ()
        if rows is not None:
            asked = tuple(zip(rows.home.tolist(), rows.answer.tolist(), rows.grounds.tolist(), strict=True))
        fates = tuple(self._fate(row.sitting, home) for home, answer, _ in asked if answer == "yes")
        return Occasion(row.day, row.day, (row.sitting,), asked, fates, self.places.get(row.sitting, 0),
                        row.waiting, row.occasion, (1, row.sitting))  # fmt: skip

    def _fate(self, sitting: int, home: int) -> str:
        """What became of a home's yes."""
        made = self.decisions.get(sitting)
        rows = [] if made is None else list(made.itertuples())
        mine = [row for row in rows if row.child == self.child]
        if any(row.home == home and row.accepted for row in mine):
            tied = next((row.tied for row in mine if row.home == home), -1)
            return "the child got this place" + (
                f"; child {tied} had an equal claim to it" if tied >= 0 else ""
            )
        if any(row.home == home for row in mine):
            return "offered, and declined by the authority as too far"
        if any(row.accepted for row in mine):
            return "not needed"
        others = [row.child for row in rows if row.home == home]
        if others:
            return (
                f"the place went to {'child' if len(others) == 1 else 'children'} {joined(map(str, others))}"
            )
        return "nobody got a place there that day"

    # -- lines ----------------------------------------------------------------------------------------

    def lines(self, first: Occasion, last: Occasion, alike: Sequence[Occasion]) -> list[str]:
        """The stretch as a heading, then answers, then homes that were not asked."""
        often = (
            ""
            if len(alike) == 1
            else f"{len(alike)} {'rounds' if first.occasion == 'answer' else 'sittings'}"
        )
        head = f"{span(self.start, first.day, last.until, often)}: {self._asked(first, len(alike) > 1)}"
        out = [*wrapped(head), *wrapped(self._place(alike), 2)]
        counts = self.audit.rule_of(self.child).refusal
        for answer, words in NOS.items():
            told = [
                self.names[home] + (f" ({why(grounds, counts)})" if grounds else "")
                for home, said, grounds in first.asked
                if said == answer
            ]
            out += wrapped(f"{words}: {', '.join(told)}.", 2) if told else []
        willing = [home for home, said, _ in first.asked if said == "yes"]
        for home, fate in zip(willing, first.fates, strict=True):
            out += wrapped(
                f"{self.names[home]} would take the child: {fate}.{self._looked_at(first, home)}", 2
            )
        day = " on the first of these days" if len(alike) > 1 else ""
        for reason, names in self._not_asked(first):
            out += wrapped(f"Not asked{day}, {reason}: {joined(names)}.", 2)
        return out

    def _asked(self, first: Occasion, repeated: bool) -> str:
        homes = len({home for home, _, _ in first.asked})
        if first.occasion == "answer":
            each = " each time" if repeated else ""
            same = ", the same answers" if repeated else ""
            return f"the authority asked {counted(homes, 'home')} one after another{each}{same}."
        if first.occasion == "pressure":
            return f"{counted(homes, 'full home')} looked at whom it would take if a child moved on early."
        if not homes:
            listed = max(day for day in self.referred if day <= first.day)
            before = any(listed <= rows.day.iloc[0] < first.day for rows in self.answers.values())
            return "nobody was asked again; what homes had said stood." if before else "nobody was asked."
        if repeated:
            return f"the same {counted(homes, 'home')} asked, the same answers."
        return f"{counted(homes, 'home')} asked."

    def _place(self, alike: Sequence[Occasion]) -> str:
        """How many waited, where the child stood, and who stood before."""
        waiting = sorted({each.waiting for each in alike})
        many = f"{waiting[0]}" if len(waiting) == 1 else f"{waiting[0]} to {waiting[-1]}"
        said = f"{many} {'child' if waiting == [1] else 'children'} waiting"
        stood = [each.position for each in alike if each.position]
        if alike[0].occasion == "answer":
            return f"{said}; the authorities ask apart."
        if not stood:
            if alike[0].day in self.moved:
                return f"{said}; the child was moved from its home past the list."
            return f"{said}; the child was not on the list yet."
        low, high = min(stood), max(stood)
        place = (
            f"the child {nth(low)} on the list"
            if low == high
            else f"the child {nth(high)} to {nth(low)} on the list"
        )
        first = alike[0]
        before = self.lists[first.sittings[0]]
        ahead = before.child[before.position < first.position].tolist()
        return f"{said}; {place}" + (f", after {some(ahead)}." if ahead else ".")

    def _looked_at(self, first: Occasion, home: int) -> str:
        """What the rule looked at for this child in this home, and how that compares."""
        rows = self.ranking.get(first.sittings[0])
        if rows is None:
            return ""
        rows = rows[rows.home.isin((home, -1))]
        mine = rows[rows.child == self.child]
        if not len(mine):
            return ""
        parts = dict(zip(mine.part.tolist(), mine.value.tolist(), strict=True))
        counts = rows[~rows.part.isin(("miles",))].groupby("child").value.sum()
        ahead = int((counts > counts[self.child]).sum())
        among = (
            f", {nth(ahead + 1)} of {len(counts)}"
            if len(counts) > 1 and (counts.index != self.child).any()
            else ""
        )
        alone = set(parts) <= STANDS_ALONE
        return (
            f" The home looked at {points(parts)}{among}." if alone else f" The rule: {points(parts)}{among}."
        )

    def _not_asked(self, first: Occasion) -> Iterator[tuple[str, list[str]]]:
        """Homes that could take the child by law and were not asked, by reason."""
        if first.occasion in ("answer", "pressure"):
            return
        reasons: dict[str, list[str]] = {}
        asked = {home for home, _, _ in first.asked}
        for row in self.scope.itertuples():
            if row.home not in asked:
                reasons.setdefault(self._reason(first, row), []).append(self.names[row.home])
        yield from reasons.items()

    def _reason(self, first: Occasion, row: Any) -> str:
        listed = max(day for day in self.referred if day <= first.day + 1e-9)
        if row.from_day != row.from_day:
            return "outside the rule's scope"
        if first.occasion == "change" and first.day in self.moved:
            return "no room for the child, suits it no better than its own home, or further away"
        if first.day < listed + row.from_day:
            return f"others come first until {plain_date(self.start, listed + row.from_day)}"
        beds = self.beds.get(first.sittings[0])
        mine = None if beds is None else beds[(beds.home == row.home) & (beds.purpose == self.purpose)]
        if mine is None or not len(mine):
            return "no declared bed"
        if not mine.may_answer.any():
            return "its answer time since the bed was declared still runs"
        if first.day < listed + answer_days(self.audit.scenario)[row.home]:
            return "its answer time since the referral still runs"
        if first.occasion == "change":
            return "another home said yes first, or nothing had changed there"
        earlier = (rows for rows in self.answers.values() if listed <= rows.day.iloc[0] < first.day)
        stands = any((rows.home == row.home).any() for rows in earlier)
        return "what it said before stands" if stands else "nothing had changed there"


def _of(table: Any, sittings: Sequence[int]) -> dict[int, Any]:
    """Rows of some sittings, by sitting."""
    return {number: rows for number, rows in table[table.sitting.isin(sittings)].groupby("sitting")}


def _same_round(last: Occasion, each: Occasion, referred: Sequence[float]) -> bool:
    """Whether an answer belongs to the round before: no home comes twice, and the referral is the same."""
    if not last.occasion == each.occasion == "answer":
        return False
    homes = {home for home, _, _ in last.asked}
    new_referral = any(last.until < day <= each.day for day in referred)
    return not new_referral and not homes & {home for home, _, _ in each.asked}


def _with(last: Occasion, each: Occasion) -> Occasion:
    return Occasion(last.day, each.until, last.sittings + each.sittings, last.asked + each.asked,
                    last.fates + each.fates, last.position, last.waiting, last.occasion, last.order)  # fmt: skip
