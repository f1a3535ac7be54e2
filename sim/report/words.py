"""The words that readers see: names of groups, levels and scenarios, and what the terms mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import MappingProxyType

GROUPS = MappingProxyType(
    {
        "region": "Region",
        "home_in_region": "Home in the region",
        "sex": "Sex",
        "age_band": "Age band",
        "complexity": "Complexity",
        "need": "Need",
        "route": "Route",
    }
)

# Order of reading: from the ending that people hope for to the one that the clock cut off.
ENDINGS = (
    "placed in a secure home",
    "placed in scotland",
    "took something else",
    "withdrawn",
    "search ceased",
    "turned 18",
    "still open",
)

# What an approved place is doing: lived in, waiting, or shut.
USES = MappingProxyType(
    {
        "occupied": "Lived in",
        "held under offer": "Held under offer",
        "free and staffed": "Free and staffed",
        "staff": "Shut: no staff",
        "registered manager": "Shut: no manager",
        "works": "Shut: works",
        "restricted": "Shut: restricted",
        "closed": "Shut: home closed",
    }
)

PARTS = MappingProxyType(
    {"coordination": "coordination", "refusal": "fewer grounds to refuse", "total": "the whole change"}
)

GLOSSARY = (
    ("Approved place", "A place that a home is registered to have."),
    ("Available place", "An approved place that has not been shut for 28 days or more."),
    ("Staffed place", "A place with enough staff on every shift for a child to live there safely."),
    ("Declared bed", "A place that a home says it would fill today."),
    ("Empty place-day", "One place with no child in it for one day."),
    ("Referral", "One request to find a secure place for one child."),
    ("Placed", "The child moved into a home in England or Wales. Scotland is counted apart."),
    ("Waiting", "The referral is open. The child lives somewhere else until it ends."),
    ("Took something else", "The child went to another kind of care while waiting, and the search stopped."),
    ("Unregistered setting", "A place to live that is not registered as a children's home."),
    ("Need", "How much harm could come to the child without a secure place."),
    ("Complexity", "How many staff it takes to keep the child and others safe. It is not the same as need."),
    ("Route", "The law behind the referral: welfare, remand or sentence."),
    ("Refusal", "A home says no to a child. The reason it gives is called a ground."),
    ("Load ratio", "The staff that children need, divided by the staff that homes have."),
    ("Saturated", "The load ratio is 1 or more. There is more need than homes can staff."),
    ("Unstable", "The list of waiting children keeps growing, so its size depends on when you look."),
    ("Coordination", "The part of a change that comes from who is offered to whom, and when."),
    (
        "Replication",
        "One play of the model. Each rule meets the same children in the same replication, so that rules "
        "are compared like with like.",
    ),
    (
        "95% interval",
        "The range that would hold the model's own answer 95 times in 100. It covers luck in the model. "
        "It does not cover wrong assumptions.",
    ),
    (
        "Adjusted interval",
        "A wider interval, because several main measures are looked at together and one of them could "
        "stand out by luck.",
    ),
    (
        "Red assumption",
        "A number that nobody has published. A wide range is tried, to see if the answer changes.",
    ),
    ("Turns the answer", "With another number, more becomes fewer, or fewer becomes more."),
)

OF_NAMES = frozenset({"flow", "home", "nation", "region", "authority"})
"""Groups whose levels are names."""

RULES = (
    (
        "Today",
        "The rule in force. Every home with a declared bed sees the whole list each working day and says yes to the "
        "children it prefers. The authority takes the nearest home that says yes.",
    ),
    ("Local", "The authority asks one home after another, the nearest first, and waits for each answer."),
    (
        "Regional",
        "Each region places its own children, those in most need first. A child may go to another region after a "
        "wait, or at once if the child's own region has no home. Homes may refuse as today.",
    ),
    (
        "National panel",
        "One panel sits every working day. It puts all children in order of need and wait, and gives each the "
        "nearest home that has no listed ground to refuse. A home's own discretion does not count.",
    ),
    (
        "Today's grounds",
        "Homes keep every ground to refuse that they have today, their own discretion too, whoever gives out places.",
    ),
)
"""What the usual rules mean, by the pieces of their titles."""


def rules_meant(titles: Iterable[str]) -> list[tuple[str, str]]:
    """The usual rules that are named in some titles, with what they mean."""
    pieces = {piece.casefold() for title in titles for piece in title.split(", ")}
    return [(name, meaning) for name, meaning in RULES if name.casefold() in pieces]


_NOUNS = {"panel", "rule", "list", "hub", "board", "estate", "model", "market", "auction", "system"}
_ALONE = {"local", "regional", "national", "central"}  # titles that want a noun in a sentence
_PROPER = {"England", "English", "London", "Ofsted", "Scotland", "Scottish", "Wales", "Welsh"}


def plain(key: str) -> str:
    """A key as words: 'search_ceased' gives 'search ceased'."""
    return key.replace("_", " ").strip()


def first_upper(text: str) -> str:
    """The text with a capital first letter; the rest untouched."""
    return text[:1].upper() + text[1:]


def first_lower(text: str) -> str:
    """The text with a small first letter, unless the first word is a name or an abbreviation."""
    word = re.split(r"\W", text, maxsplit=1)[0]
    kept = word in _PROPER or (len(word) > 1 and word.isupper())
    return text if kept else text[:1].lower() + text[1:]


def level_name(group: str, level: str) -> str:
    """A level of a group in words."""
    key = plain(level)
    if group == "all":
        return "All children"
    if group in ("cause", "use"):
        return USES.get(key, first_upper(key))
    return first_upper(re.sub(r"^(\d+) ?- ?(\d+)$", r"\1 to \2", key))


def part_name(part: str) -> str:
    """A part of a split in words."""
    return PARTS.get(part, plain(part))


def ordered(levels: Iterable[str], known: Iterable[str]) -> list[str]:
    """Levels in the order in which they are best read; unknown ones last, as they come."""
    rank = {name: place for place, name in enumerate(known)}
    return sorted(levels, key=lambda level: rank.get(plain(level).lower(), len(rank)))


def in_sentence(title: str) -> str:
    """A scenario's title inside a sentence.

    'Today' gives 'today', 'Local' 'local commissioning', 'National panel, today's grounds' 'the national
    panel with today's grounds'.
    """
    lowered = first_lower(title)
    if lowered in _ALONE:
        return f"{lowered} commissioning"
    if lowered.count(", ") == 1:
        lowered = lowered.replace(", ", " with ")
    named = _NOUNS.intersection(re.findall(r"[a-z]+", lowered))
    return f"the {lowered}" if named and not lowered.startswith(("the ", "a ", "today")) else lowered
