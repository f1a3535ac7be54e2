"""One child's story in words, from the decision audit and the event log of a replication."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.report.numbers import counted
from sim.report.occasions import Occasion, Questions, told_alike
from sim.report.story_words import BARS, ENDINGS, LEAVINGS, dated, joined, plain_date, wrapped
from sim.scenario.base import ALTERNATIVES
from sim.scenario.words import rule_in_words
from sim.study.audit import ENDINGS as ENDING_NAMES
from sim.study.audit import Audited

_EARLIER = ("referred", "left", "left_scotland")  # at the same moment before questions; the rest after

_QUIET = 4  # days without an entry that are worth a line: more than a long weekend


@dataclass(frozen=True)
class Event:
    """Something that happened to the child, in words; `order` decides at the same moment."""

    day: float
    order: tuple[int, int]
    text: str
    more: tuple[str, ...] = field(default=())


def story(audit: Audited, child: int) -> str:
    """The whole story, in lines of at most 100 characters."""
    lines: list[str] = []
    for paragraph in (_who(audit, child), _rule(audit, child), _homes(audit, child)):
        for text in paragraph:
            lines += wrapped(text)
        lines.append("")
    questions = Questions(audit, child)
    happened: list[Event | Occasion] = [*_events(audit, child), *questions.occasions()]
    happened.sort(key=lambda each: (each.day, each.order))
    stretches = list(told_alike(happened))
    for number, (first, last, alike) in enumerate(stretches):
        if isinstance(first, Event):
            lines += wrapped(f"{dated(audit.scenario.run.start, first.day)}: {first.text}")
            lines += [line for text in first.more for line in wrapped(text, 2)]
        else:
            assert isinstance(last, Occasion), "only occasions are told together"
            lines += questions.lines(first, last, alike)
            after = stretches[number + 1][0].day if number + 1 < len(stretches) else last.until
            if first.occasion == "sitting" and int(after) - int(last.until) > _QUIET:
                until = plain_date(audit.scenario.run.start, after - 1)
                lines += wrapped(f"Until {until} no home had anything new to read about the child.", 2)
    return "\n".join(lines)


def _who(audit: Audited, child: int) -> Iterator[str]:
    row = audit.tables["children"].iloc[child].to_dict()
    flags = row["flags"].replace("_", " ").replace("; ", ", ") or "none"
    emergency = "an emergency" if row["emergency"] else "no emergency"
    yield f"Child {child} ({row['id']}) in replication {audit.world.replication}"
    yield (
        f"A {row['sex']} of {int(row['age'])} from {row['authority']} ({row['region']}). Route: {row['route']}; "
        f"{emergency}. Need {row['need']:.1f}. Complexity class {row['complexity']}: {row['units_day']:g} staff "
        f"units by day and {row['units_night']:g} by night. Flags: {flags}."
    )


def _rule(audit: Audited, child: int) -> Iterator[str]:
    rule = audit.rule_of(child)
    words = rule_in_words(rule)
    yield f"The rule: {rule.title} ({rule.model})."
    yield " ".join(words[name] for name in ("Scope", "Channel", "Rank", "Who chooses", "Refusal"))


def _homes(audit: Audited, child: int) -> Iterator[str]:
    scope = audit.tables["scope"]
    mine, names = scope[scope.child == child].sort_values("miles", kind="stable"), audit.tables["homes"].name
    sex = audit.tables["children"].sex.iloc[child]
    could = [(names[row.home], row.miles) for row in mine.itertuples() if not row.barred]
    barred = [
        f"{names[row.home]} ({', '.join(BARS[bar].format(sex=sex) for bar in row.barred.split('; '))})"
        for row in mine.itertuples()
        if row.barred
    ]
    yield f"{len(could)} of {counted(len(mine), 'home')} could take the child by law" + (
        f", nearest first: {joined(f'{name} ({miles:.0f} miles)' for name, miles in could)}."
        if could
        else "."
    )
    if barred:
        yield f"Not by law: {joined(barred)}."


def _events(audit: Audited, child: int) -> Iterator[Event]:
    events, names = audit.tables["events"], audit.tables["homes"].name
    ordinal = 0
    for row in events[events.child == child].itertuples():
        ordinal = row.code if row.kind == "referred" else ordinal
        told = _told(audit, row, names[row.home] if row.home >= 0 else "", ordinal)
        if told:
            yield Event(row.day, (0 if row.kind in _EARLIER else 2, row.sequence), told[0], tuple(told[1:]))


def _told(audit: Audited, row: Any, home: str, ordinal: int) -> list[str]:
    """A record of the log in words; nothing for what is told elsewhere."""
    match row.kind:
        case "referred":
            again = f"referred again (referral {row.code + 1})" if row.code else "referred"
            first = "" if _moves_over(audit, row) else ", before all others: the home has closed"
            return [again + (first if row.value else "")]
        case "offered":
            return [f"the place at {home} is held; moves in after {counted(round(row.value), 'day')}"]
        case "offer_ended":
            return [f"the place at {home} is given back"]
        case "admitted":
            there = audit.world.tape.resident[row.child] and row.day == 0
            moved = f"lived in {home} when the run began" if there else f"moved into {home}"
            until = dated(audit.scenario.run.start, row.value)
            return [
                moved,
                *(() if there else _at_home(audit, row)),
                f"The criteria will be met until {until}.",
            ]
        case "left":
            over = f", {counted(round(row.value), 'day')} after the need ended" if row.value >= 1 else ""
            return [f"{home}: {LEAVINGS[row.reason]}{over}"]
        case "ended" if row.reason != "placed":
            text = ENDINGS[row.reason]
            if row.reason == "alternative":
                tape = audit.world.referral(audit.scenario, ordinal)
                text += f" ({ALTERNATIVES[int(tape.alternative[row.child])].replace('_', ' ')})"
            return [text]
        case "left_scotland":
            return ["left the Scottish centre"]
    return []


def _moves_over(audit: Audited, row: Any) -> bool:
    """Whether a referral is that of a child who is transferred in this moment."""
    events = audit.tables["events"]
    left = events[(events.child == row.child) & (events.kind == "left") & (events.sequence < row.sequence)]
    return len(left) > 0 and left.reason.iloc[-1] == "transferred"


def _at_home(audit: Audited, row: Any) -> Iterator[str]:
    """Who lived there at admission, staff on the day shift, and how poor the match was."""
    events = audit.tables["events"]
    before = events[(events.home == row.home) & (events.sequence < row.sequence)]
    living = int((before.kind == "admitted").sum() - (before.kind == "left").sum())
    staff = before.value[before.kind == "staff_day"]
    on_shift = float(staff.iloc[-1]) if len(staff) else 0.0
    shift = f"; {on_shift:g} staff units were on the day shift" if 0 < on_shift < float("inf") else ""
    yield f"{counted(living, 'child', 'children')} lived there{shift}."
    after = events.iloc[row.sequence + 1 : row.sequence + 4]
    mismatch = after.value[(after.kind == "mismatch") & (after.child == row.child)]
    if len(mismatch):
        yield f"Mismatch {mismatch.iloc[0]:.2f}: the higher, the sooner a placement breaks down."


def suggestions(audit: Audited) -> list[tuple[int, str]]:
    """Children whose stories are worth reading, and why."""
    from sim.outcomes.spells import list_spells

    lists, answers = list_spells(audit.log), audit.tables["answers"]
    waits = lists.end - lists.start
    found: list[tuple[int, str]] = []

    def add(which: Any, score: Any, text: str) -> None:
        rows = np.flatnonzero(which)
        if len(rows):
            best = int(rows[np.argmax(score[rows])])
            found.append((int(lists.child[best]), text.format(days=round(float(waits[best])))))

    placed, north = (lists.code == ENDING_NAMES.index(name) for name in ("placed", "scotland"))
    add(placed, waits, "waited longest before moving in ({days} days)")
    add(~placed & ~north, waits, "never placed (on the list for {days} days)")
    refused = answers[answers.in_log & (answers.answer == "refused")].child.value_counts()
    if len(refused):
        most = int(refused.index[refused == refused.iloc[0]].min())
        found.append((most, f"refused most often ({int(refused.iloc[0])} times)"))
    add(placed & (lists.value > 0), lists.value, "was referred again, and placed again")
    return found
