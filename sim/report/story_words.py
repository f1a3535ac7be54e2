"""Words of a child's story: dates, numbers in order, reasons, and lines that fit a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sim.scenario.words import GROUND_WORDS
from sim.study.audit import grounds_of

WIDTH = 100

ENDINGS = {
    "scotland": "a place in Scotland was found; the referral ended",
    "alternative": "the authority took something else; the search ended",
    "withdrawn": "the referral was withdrawn",
    "search_ceased": "the search ceased: an update or a form was missed",
    "aged_18": "turned 18 on the list; the referral ended",
    "open": "still on the list when the run ended",
}
LEAVINGS = {
    "need_ended": "moved on: the criteria were no longer met, and a move had been found",
    "order_ended": "left because the order ended",
    "sentence_ended": "left because the sentence ended",
    "broke_down": "the placement broke down",
    "home_closed": "had to leave because the home closed",
    "turned_18": "turned 18 and left",
    "still_placed": "still lived there when the run ended",
    "moved_early": "moved on early, because another child needed the place",
    "transferred": "the placement failed, and another home was found on the same day: a transfer",
}
BARS = {
    "purpose": "no places for this route",
    "age": "age",
    "sex": "takes no {sex}s",
    "complexity": "complexity",
    "region": "does not serve the region",
}
PARTS = {
    "need": "need",
    "wait": "waiting",
    "complexity": "complexity",
    "emergency": "emergency",
    "hard_to_match": "hard to match",
    "first_high_need": "before all others: high need",
    "first_under_13": "before all others: under 13",
    "first_emergency": "before all others: emergency",
    "placed": "a placement",
    "distance": "distance",
    "mismatch": "mismatch",
    "conflict": "conflict with residents",
    "readiness": "readiness",
    "miles": "miles",
    "willing_homes": "willing homes",
}
STANDS_ALONE = {"readiness", "miles", "willing_homes"}  # parts that are no points and are not added up


def dated(start: date, day: float) -> str:
    """A day of the run as a date and a number: 3 May 2023 (day 397)."""
    return f"{plain_date(start, day)} (day {int(day)})"


def plain_date(start: date, day: float) -> str:
    when = start + timedelta(days=int(day))
    return f"{when.day} {when:%B %Y}"


def span(start: date, first: float, last: float, times: str = "") -> str:
    """One date, or from one to another; `times` says how often."""
    often = f", {times}" if times else ""
    if int(first) == int(last):
        return f"{plain_date(start, first)} (day {int(first)}{often})"
    days = f"days {int(first)} to {int(last)}{often}"
    return f"From {plain_date(start, first)} to {plain_date(start, last)} ({days})"


def nth(number: int) -> str:
    """1st, 2nd, 3rd, 4th, ..."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def why(bits: int, counts: Iterable[str]) -> str:
    """Grounds in words, and those that fired though the rule does not count them."""
    counted_here = {"staffing", "mix", *counts}  # these two are looked at only where they count
    fired = [ground for ground in GROUND_WORDS if ground in grounds_of(bits)]
    said = "; ".join(GROUND_WORDS[ground] for ground in fired if ground in counted_here)
    idle = "; ".join(GROUND_WORDS[ground] for ground in fired if ground not in counted_here)
    return f"{said}; not counted: {idle}" if idle else said


def points(parts: dict[str, float]) -> str:
    """What the rule looked at: 9.10 points (need 6.20, waiting 2.90), or readiness -1.20."""
    adds = {name: value for name, value in parts.items() if name not in STANDS_ALONE}
    said = [f"{PARTS.get(name, name)} {value:.2f}" for name, value in parts.items() if name in STANDS_ALONE]
    if adds:
        each = ", ".join(
            PARTS[name] if name.startswith("first_") else f"{PARTS.get(name, name)} {value:.2f}"
            for name, value in adds.items()
            if value or not name.startswith("first_")
        )
        total = sum(value for name, value in adds.items() if not name.startswith("first_"))
        said.insert(0, f"{total:.2f} points ({each})")
    return ", ".join(said)


def joined(names: Iterable[str]) -> str:
    """A, B and C."""
    every = list(names)
    return " and ".join(part for part in (", ".join(every[:-1]), *every[-1:]) if part)


def some(numbers: Sequence[int], most: int = 8) -> str:
    """The first few numbers, and how many more there are."""
    more = len(numbers) - most
    return ", ".join(map(str, numbers[:most])) + (f" and {more} more" if more > 0 else "")


def wrapped(text: str, indent: int = 0) -> list[str]:
    """Lines of a terminal; those after the first are set in two more."""
    return textwrap.wrap(
        text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2), break_on_hyphens=False
    )
