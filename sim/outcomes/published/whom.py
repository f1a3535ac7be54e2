"""Whom a figure is about: words of a target's argument, place and route as children of the tape."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from sim.outcomes.published.reading import NotModelledError
from sim.scenario.scenario import Scenario
from sim.world.tape import Tape

Bools = npt.NDArray[np.bool_]
GIRLS, BOYS = ("female", "girl", "women"), ("male", "boy", "men")
FLAG_WORDS: Mapping[str, tuple[str, ...]] = {  # other words in which a flag is published
    "previous_secure": ("previous secure", "earlier secure", "prior secure"),
    "ten_placements": ("ten or more", "10 or more", "10+"),
    "harmful_sexual_behaviour": ("sexually harmful", "harmful sexual", "sexual harm"),
    "going_missing": ("missing", "abscond"),
    "gang_association": ("gang",),
    "violence_to_others": ("violen", "risk to others"),
    "offending": ("offend",),
    "fire_setting": ("fire", "arson"),
    "criminal_exploitation": ("criminal exploitation", "criminally exploited"),
    "sexual_exploitation": ("sexual exploitation", "sexually exploited"),
}
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
    said = text.lower().replace("-", " ").replace("_", " ")
    for name in tape.flag_names:
        words = name.replace("_", " ")
        if words in said or any(other in said for other in FLAG_WORDS.get(name, ())):
            return name
    return None


def sex_of(text: str) -> bool | None:
    """True for girls, False for boys, None where the text says neither."""
    words = set(re.findall(r"[a-z]+", text.lower()))
    singular = {word.removesuffix("s") for word in words}
    if singular & set(GIRLS):
        return True
    return False if singular & set(BOYS) else None


def region_of(scenario: Scenario, text: str) -> str | None:
    """The region that a text names, whatever its capitals, or None."""
    said = " ".join(text.lower().replace("&", "and").split())
    names = sorted((region.name for region in scenario.estate.regions), key=len, reverse=True)
    return next((name for name in names if name.lower() in said), None)


def group_of(scenario: Scenario, tape: Tape, text: str) -> Bools:
    """The children of whom a text speaks, by sex, age, flag or region. Raises NotModelledError for other words."""
    here, said = np.ones(len(tape), dtype=bool), False
    sex, flag, region, ages = sex_of(text), flag_of(tape, text), region_of(scenario, text), ages_of(text)
    if sex is not None:
        here, said = here & (tape.girl == sex), True
    if flag is not None:
        here, said = here & tape.flags[:, tape.flag_names.index(flag)], True
    if region is not None:
        here, said = here & np.array([name == region for name in tape.regions])[tape.region], True
    if ages is not None:
        whole = np.floor(tape.age)
        here, said = here & (whole >= ages[0]) & (whole <= ages[1]), True
    if not said:
        raise NotModelledError(f"children are not told apart by {text}; by sex, age, region or need they are")
    return here


def ages_of(text: str) -> tuple[int, int] | None:
    """Youngest and oldest age in whole years: `aged 13 to 15`, `12 or under`, `16 and over`, `under 13`, `age 14`."""
    said = text.lower()
    both = re.search(r"\b(1\d)\s*(?:-|to|and)\s*(1\d)\b", said)
    if both:
        return int(both.group(1)), int(both.group(2))
    down = re.search(r"\b(1\d)\s+(?:or|and)\s+(?:under|younger|below)", said)
    if down:
        return 0, int(down.group(1))
    up = re.search(r"\b(1\d)\s+(?:or|and)\s+(?:over|older|above)", said)
    if up:
        return int(up.group(1)), 17
    less = re.search(r"\bunder (1\d)s?\b(?!\s*(?:day|week|month|year))", said)
    if less:
        return 0, int(less.group(1)) - 1
    one = re.search(r"\bage[ds]?\s+(1\d)\b", said)
    return (int(one.group(1)), int(one.group(1))) if one else None


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
