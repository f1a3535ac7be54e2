"""Whom a figure is about: words of a target's argument, place and route as children of the tape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.outcomes.published.reading import NotModelledError
from sim.scenario.scenario import Scenario
from sim.world.tape import Tape

Bools = npt.NDArray[np.bool_]
GIRLS, BOYS = r"(?:girl|female)s?|wom[ae]n", r"(?:boy|male)s?|m[ae]n"
PLACEMENT = r"(?: (?:placements?|orders?|stays?|accommodation))?"
FLAG_WORDS: Mapping[str, str] = {  # other words in which a flag is published
    "previous_secure": rf"(?:previous(?:ly)?|earlier|prior) secure{PLACEMENT}",
    "ten_placements": r"(?:(?:ten|10) (?:or more|plus)|10\+)(?: (?:previous|earlier|prior))?(?: placements?)?",
    "harmful_sexual_behaviour": r"(?:sexually harmful|harmful sexual|sexual harm)(?: behaviours?)?",
    "going_missing": r"(?:(?:going|gone|go|goes) )?missing(?: from (?:home|care))?|abscond\w*",
    "gang_association": r"gangs?(?: (?:associat\w+|affiliat\w+|involve\w+|related|members?\w*))?",
    "violence_to_others": r"violen(?:t|ce)(?: to(?:wards)? others)?|risk to others",
    "offending": r"offend\w*",
    "fire_setting": r"fire(?: (?:setting|setters?|raising|starting))?|arson\w*",
    "criminal_exploitation": "criminal exploitation|criminally exploited",
    "sexual_exploitation": "sexual exploitation|sexually exploited",
    "learning_disability": "learning disabilities",
    "self_harm": r"self harm\w*",
}
# Words that narrow nothing.
FILLING = frozenset({
    "a", "all", "also", "an", "any", "are", "as", "at", "be", "been", "being", "by", "child", "children",
    "concern", "concerns", "condition", "conditions", "for", "from", "had", "has", "have", "history", "in",
    "is", "issue", "issues", "known", "need", "needs", "of", "only", "people", "person", "persons", "problem",
    "problems", "recorded", "risk", "risks", "s", "some", "suspected", "that", "the", "their", "those", "to",
    "was", "were", "who", "whose", "with", "young", "behaviour", "behaviours",
})  # fmt: skip
NEGATIONS = frozenset(
    {"no", "not", "non", "without", "never", "neither", "nor", "none", "except", "excluding", "lacking"}
)
YEARS = r"(?:[\s-]*years?(?:[\s-]*olds?|\s+of\s+age)?)?"
NUMBER_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "six": 6, "nine": 9, "twelve": 12}
UNIT_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
ROUTE_WORDS = {
    "": "all", "all": "all", "any": "all", "both": "all", "welfare": "welfare", "s25": "welfare",
    "section 25": "welfare",
    "justice": "justice", "youth justice": "justice", "criminal justice": "justice", "ycs": "justice",
    "youth custody service": "justice", "remand": "remand", "remanded": "remand", "sentence": "sentence",
    "sentenced": "sentence", "detained": "sentence",
}  # fmt: skip


def route_of(text: str) -> str | None:
    """The name of a route in the model, or None."""
    return ROUTE_WORDS.get(" ".join(text.lower().split()))


def flag_of(tape: Tape, text: str) -> str | None:
    """The flag of which a text speaks, or None: its own words, or other words for it."""
    return next((name for name in tape.flag_names if re.search(flag_pattern(name), _plain(text))), None)


def sex_of(text: str) -> bool | None:
    """True for girls, False for boys, None for neither. Raises NotModelledError where the text says both."""
    girls, boys = (re.search(rf"\b(?:{words})\b", text.lower()) for words in (GIRLS, BOYS))
    if girls and boys:
        raise NotModelledError(f"{one_line(text)} names girls and boys; leave them out for both")
    return True if girls else False if boys else None


def region_of(scenario: Scenario, text: str) -> str | None:
    """The region that a text names, whatever its capitals, or None."""
    names = sorted((region.name for region in scenario.estate.regions), key=len, reverse=True)
    return next((name for name in names if re.search(_region_pattern(name), _plain(text))), None)


def group_of(scenario: Scenario, tape: Tape, text: str) -> Bools:
    """The children of whom a text speaks, by sex, age, flag or region.

    Raises NotModelledError for a negation, for both sexes, for two needs or regions, and for any other word.
    """
    here, said = np.ones(len(tape), dtype=bool), False
    left = without_denial(text)
    sex, flag, region, ages = sex_of(text), flag_of(tape, text), region_of(scenario, text), ages_of(text)
    if region is not None:
        here, said = here & np.array([name == region for name in tape.regions])[tape.region], True
        left = re.sub(_region_pattern(region), " ", left)
    if flag is not None:
        here, said = here & tape.flags[:, tape.flag_names.index(flag)], True
        left = re.sub(flag_pattern(flag), " ", left)
    if ages is not None:
        whole = np.floor(tape.age)
        here, said = here & (whole >= ages[0]) & (whole <= ages[1]), True
        left = left.replace(_age_words(left)[1], " ", 1)
    if sex is not None:
        here, said = here & (tape.girl == sex), True
        names = GIRLS if sex else BOYS
        left = re.sub(rf"\b(?:{names})\b(?:\s*(?:and|or)\s+(?:young )?(?:{names})\b)*", " ", left)
    unknown = content(left)
    if unknown or not said:
        which = f" ({' '.join(unknown)})" if said else ""
        raise NotModelledError(
            f"children are not told apart by {one_line(text)}{which}; by sex, age, region or one need they are"
        )
    return here


def content(text: str) -> list[str]:
    """The words of a text that say something: all but those that narrow nothing."""
    return [word for word in re.findall(r"[^\s,.;:()'\"\u2019/-]+", _plain(text)) if word not in FILLING]


def without_denial(text: str) -> str:
    """The text in small letters. Raises NotModelledError where it holds a negation."""
    said = _plain(text)
    for word in content(said):
        if word in NEGATIONS:
            raise NotModelledError(f"{one_line(text)} says what children are not ({word}); say what they are")
    return said


def one_line(text: str) -> str:
    """A text of a table as it is quoted in a reason: on one line, and short."""
    whole = " ".join(text.split())
    return whole if len(whole) <= 80 else f"{whole[:77]}..."


def _plain(text: str) -> str:
    """Small letters, single spaces, hyphens of words as spaces; a range of ages keeps its hyphen."""
    said = text.lower().replace("\u2013", "-").replace("_", " ").replace("&", " and ")
    return " ".join(re.sub(r"(?<!\d)-|-(?!\d)", " ", said).split())


def flag_pattern(name: str) -> str:
    """A regular expression for the words of a flag."""
    own, other = re.escape(name.replace("_", " ")), FLAG_WORDS.get(name)
    return rf"(?<!\w)(?:{f'{other}|' if other else ''}{own})(?!\w)"


def _region_pattern(name: str) -> str:
    return rf"\b{re.escape(_plain(name))}\b"


def ages_of(text: str) -> tuple[int, int] | None:
    """Youngest and oldest age in whole years: `aged 13 to 15`, `12 or under`, `16 and over`, `under 13`, `age 14`."""
    found = _age_words(_plain(text))
    return found[0] if found else None


def _age_words(said: str) -> Any:
    """The ages that a text in small letters names, and the words that name them; None where it names none."""
    aged = r"\b(?:(?:age[ds]?|ages)\s+)?"
    both = re.search(
        rf"{aged}(?:(?:between|from)\s+)?(?:\b(1\d))(?:\s*-\s*|\s+to\s+|\s+and\s+)(1\d)\b{YEARS}", said
    )
    if both:
        low, high = int(both.group(1)), int(both.group(2))
        if low <= high and ("and" not in both.group() or "between" in both.group() or high == low + 1):
            return (low, high), both.group()
        return None
    down = re.search(rf"{aged}\b(1\d){YEARS}\s+(?:or|and)\s+(?:under|younger|below)\b", said)
    if down:
        return (0, int(down.group(1))), down.group()
    up = re.search(rf"{aged}\b(1\d){YEARS}\s+(?:or|and)\s+(?:over|older|above)\b", said)
    if up:
        return (int(up.group(1)), 17), up.group()
    less = re.search(r"\b(?:aged? )?under (1\d)s?\b(?!\s*(?:day|week|month|mile))" + YEARS, said)
    if less and not re.search(r"years?$", less.group()):
        return (0, int(less.group(1)) - 1), less.group()
    one = re.search(rf"\bage[ds]?\s+(1\d)\b{YEARS}|\b(1\d)[\s-]*years?[\s-]*olds?\b", said)
    if one:
        age = int(one.group(1) or one.group(2))
        return (age, age), one.group()
    return None


def stay_of(text: str) -> tuple[float, str] | None:
    """Days that a text sets above a stay (`under 91 days`, `girls, 3 months`), and its other words; or None."""
    said = _plain(text)
    for word, number in NUMBER_WORDS.items():
        said = re.sub(rf"\b{word}\b", str(number), said)
    under, count = r"(?:under|less than|fewer than|below|within)\s+", r"\b\d+(?:\.\d+)?"
    unit = rf"\s*(?:{'|'.join(UNIT_DAYS)})s?\b"
    for pattern in (rf"(?:{under})?{count}{unit}", rf"{under}{count}\b", rf"^{count}$"):
        found = re.search(pattern, said)
        days = days_of(found.group()) if found else None
        if found and days is not None:
            return days, said.replace(found.group(), " ", 1)
    return None


def days_of(text: str) -> float | None:
    """Days that a text names: `91`, `under 91 days`, `3 months`, `six weeks`; None where it names none."""
    said = text.lower()
    for word, number in NUMBER_WORDS.items():
        said = re.sub(rf"\b{word}\b", str(number), said)
    found = re.search(r"(\d+(?:\.\d+)?)\s*([a-z]*)", said)
    if not found:
        return None
    unit = found.group(2).removesuffix("s")
    return round(float(found.group(1)) * UNIT_DAYS.get(unit, 1.0))
