"""Rows of the register that a run can move: the settings at each share of a row's range, or why there are none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.scenario.composer import Composer
from sim.scenario.errors import COMMAND_LINE, ConfigError
from sim.scenario.scenario import Scenario
from sim.scenario.unknowns import REGISTER, rows_of

NUMBER = re.compile(r"-?\d+(\.\d+)?")
GROUNDS = "behaviour.homes.grounds."
OUTSIDE = {
    "run.": "a setting of the run, not an assumption about the world",
    "costs.": "does not enter a run: prices and books are applied to its log",
    "demand.scale": "a lever: how much demand, compared as scenarios",
    "workforce.kind": "another model of staff, compared as scenarios",
    "estate.homes.*.establishment": "a column of a file; for all homes alike the same as workforce.units_per_place",
    "estate.homes.*.disposition": "a column of a file; for all homes alike the same as the intercepts of the grounds",
    "estate.homes.": "a fact in a file of homes, compared as scenarios",
    "demand.origins.": "a fact in a file of authorities",
}
COMPARED = (
    "scope",
    "channel",
    "chooses",
    "refusal.*",
    "method",
    "own",
    "pays",
    "overflow_days",
    "veto",
    "rank.",
)
RULE = ("commissioning.welfare.", "commissioning.justice.")
THE_RULE = "what is compared: it makes the rule what it is"

Texts = Callable[[float], list[str]]


@dataclass(frozen=True)
class Moved:
    """A row of the register and the overrides at each share (0 to 1) of its range.

    `now` is the share at which it stands; a `choice` is as now below one half, another above.
    """

    key: str
    title: str
    quality: str
    texts: Texts
    now: float = 0.5
    choice: bool = False

    def paths(self) -> tuple[set[str], set[str]]:
        """The keys that it sets, and those among them that it replaces with all that is below."""
        pairs = [text.partition("=") for share in (0.0, 1.0) for text in self.texts(share)]
        return {key for key, _, _ in pairs}, {key for key, _, value in pairs if value[:1] in "{["}

    def moved_by(self, share: float) -> float:
        """How far from where it stands, in ranges."""
        return float(share >= 0.5) if self.choice else share - self.now


def clash(one: Moved, other: Moved) -> bool:
    """Whether two rows cannot be moved together: one replaces what the other sets, or both are ends of a range."""
    return _covers(one, other) or _covers(other, one) or _are_ends(one.key, other.key)


def _are_ends(one: str, other: str) -> bool:
    parts = one.rpartition("."), other.rpartition(".")
    return parts[0][0] == parts[1][0] and {parts[0][2], parts[1][2]} == {"low", "high"}


def _covers(one: Moved, other: Moved) -> bool:
    return any(
        path == whole or path.startswith(f"{whole}.") for whole in one.paths()[1] for path in other.paths()[0]
    )


def movable(
    scenario: Scenario, composer: Composer, rules: Sequence[Sequence[str]] = ((),)
) -> tuple[list[Moved], dict[str, str]]:
    """Rows that can be moved alone to both ends under each rule, and why each other row of this scenario cannot."""
    data = scenario.model_dump(mode="json", by_alias=True)
    owned, moved, why = owners(data), [], {}
    for row in rows_of(REGISTER):
        key = row["key"]
        if key not in owned:
            continue
        reason = _outside(key, row)
        tried = [] if reason else candidates(row, owned[key], data)
        for texts in tried:
            choice = not NUMBER.fullmatch(row["low"])
            one = Moved(key, row["title"], row["quality"], texts, _now(row, owned[key], data), choice)
            reason = refused(one, composer, rules)
            if not reason:
                moved.append(one)
                break
        if reason:
            why[key] = reason
        elif not tried:
            why[key] = _why_not(row)
    return moved, why


def _now(row: Mapping[str, str], keys: Sequence[str], data: Mapping[str, object]) -> float:
    """The share of its range at which a row stands (one half where it stands for unlike values)."""
    values = {at(data, key) for key in keys}
    if not NUMBER.fullmatch(row["low"]) or not NUMBER.fullmatch(row["high"]):
        return 0.0
    low, high, value = float(row["low"]), float(row["high"]), values.pop()
    alike = not values and isinstance(value, int | float) and high > low
    return (float(value) - low) / (high - low) if alike else 0.5


def _outside(key: str, row: Mapping[str, str]) -> str:
    for start, reason in OUTSIDE.items():
        if key.startswith(start):
            return reason
    for start in RULE:
        if key.startswith(start) and key.removeprefix(start).startswith(COMPARED):
            return THE_RULE
    if row["unit"] == "date" or key.endswith((".from_year", ".year")):
        return "a date: a fact with a day, compared as scenarios"
    return ""


def _why_not(row: Mapping[str, str]) -> str:
    if not (row["low"] or row["high"]):
        return "a fact or a name: no range"
    return "no range" if row["low"] == row["high"] else "no other choice in the range"


def leaves(value: object, path: str = "") -> dict[str, object]:
    """Every value of a scenario by its dotted key."""
    if isinstance(value, dict):
        return {
            k: v
            for key, part in value.items()
            for k, v in leaves(part, f"{path}.{key}" if path else str(key)).items()
        }
    if isinstance(value, list):
        return {k: v for at, part in enumerate(value) for k, v in leaves(part, f"{path}.{at}").items()}
    return {path: value}


def owners(data: Mapping[str, object]) -> dict[str, list[str]]:
    """Register key -> the keys that it stands for (of several rows, the one with the most letters)."""
    rows = [row["key"] for row in rows_of(REGISTER)]
    patterns = [(key, re.compile(re.escape(key).replace(r"\*", r"[^.]+") + r"\Z")) for key in rows]
    found: dict[str, list[str]] = {}
    for path, value in leaves(data).items():
        if value is None or (path.startswith(GROUNDS) and not value):
            continue  # a term that this ground does not have
        fits = [key for key, pattern in patterns if pattern.match(path)]
        if fits:
            found.setdefault(max(fits, key=lambda key: len(key.replace("*", ""))), []).append(path)
    return found


def candidates(row: Mapping[str, str], keys: Sequence[str], data: Mapping[str, object]) -> list[Texts]:
    """Ways to move a row, the plainest first: a number, a whole number, a share of a whole, a choice."""
    low, high = row["low"], row["high"]
    if NUMBER.fullmatch(low) and NUMBER.fullmatch(high):
        ends = float(low), float(high)
        if ends[0] == ends[1]:
            return []
        plain = [_number(keys, *ends), _number(keys, *ends, whole=True)]
        return [*plain, _share(keys, *ends, data)] if _are_shares(keys, data) else plain
    return _choices(row, keys, data)


def _number(keys: Sequence[str], low: float, high: float, whole: bool = False) -> Texts:
    def texts(share: float) -> list[str]:
        value = low + share * (high - low)
        return [f"{key}={round(value) if whole else value:.9g}" for key in keys]

    return texts


def _are_shares(keys: Sequence[str], data: Mapping[str, object]) -> bool:
    """Whether the keys are parts of wholes of 1."""
    for parent in {key.rpartition(".")[0] for key in keys}:
        whole = at(data, parent)
        parts = list(whole.values()) if isinstance(whole, dict) else whole
        if not isinstance(parts, list) or not all(isinstance(part, int | float) for part in parts):
            return False
        if abs(sum(parts) - 1) > 1e-6:
            return False
    return True


def _share(keys: Sequence[str], low: float, high: float, data: Mapping[str, object]) -> Texts:
    """One of several shares goes to its ends, and the others make room in proportion.

    A row that stands for all of them goes from the first at its highest to the last at its highest.
    """
    groups: dict[str, list[str]] = {}
    for key in keys:
        parent, _, name = key.rpartition(".")
        groups.setdefault(parent, []).append(name)

    def texts(share: float) -> list[str]:
        found = []
        for parent, names in groups.items():
            whole = at(data, parent)
            members = list(whole) if isinstance(whole, dict) else [str(n) for n in range(len(whole))]
            now = np.array([float(part) for part in (whole.values() if isinstance(whole, dict) else whole)])
            if len(names) > 1:
                first = _with(now, members.index(names[0]), high)
                last = _with(now, members.index(names[-1]), high)
                new = (1 - share) * first + share * last
            else:
                new = _with(now, members.index(names[0]), low + share * (high - low))
            new = np.round(new / new.sum(), 9)
            new[-1] = round(1 - float(new[:-1].sum()), 9)
            text = [f"{part:.9g}" for part in new]
            pairs = ", ".join(f"{name}: {part}" for name, part in zip(members, text, strict=True))
            found.append(
                f"{parent}={{{pairs}}}" if isinstance(whole, dict) else f"{parent}=[{', '.join(text)}]"
            )
        return found

    return texts


def _with(now: Any, which: int, value: float) -> Any:
    """Shares with one of them at a value, the others in proportion."""
    value = min(value, 1.0)
    rest = np.delete(now, which).sum()
    new = now * ((1 - value) / rest if rest else 0.0)
    new[which] = value
    return new


def _choices(row: Mapping[str, str], keys: Sequence[str], data: Mapping[str, object]) -> list[Texts]:
    """As now below one half of the range; above it the other choices in turn."""
    named = [choice for end in (row["low"], row["high"]) if end for choice in end.split(";")]
    now = str(at(data, keys[0]))
    others = [choice for choice in dict.fromkeys(named) if choice.lower() != now.lower()]
    ways = [[_chosen(key, choice, data) for key in keys] for choice in others]
    ways = [way for way in ways if all(way)]

    def texts(share: float) -> list[str]:
        return [] if share < 0.5 else ways[min(int((share - 0.5) * 2 * len(ways)), len(ways) - 1)]

    return [texts] if ways else []


def _chosen(key: str, choice: str, data: Mapping[str, object]) -> str:
    """The override of a choice; a duration of another shape keeps its mean."""
    parent, _, name = key.rpartition(".")
    if name != "kind":
        return f"{key}={choice}"
    whole = at(data, parent)
    mean = whole.get("mean", whole.get("days", (whole.get("low", 0) + whole.get("high", 0)) / 2))
    shapes = {
        "constant": f"{{kind: constant, days: {mean:.9g}}}",
        "exponential": f"{{kind: exponential, mean: {mean:.9g}}}",
        "lognormal": f"{{kind: lognormal, mean: {mean:.9g}, sd: {mean:.9g}}}",
        "uniform": f"{{kind: uniform, low: 0, high: {2 * mean:.9g}}}",
    }
    return f"{parent}={shapes[choice]}" if mean and choice in shapes else ""


def at(data: Any, path: str) -> Any:
    """The part of a scenario at a dotted key."""
    for step in path.split("."):
        data = data[int(step)] if isinstance(data, list) else data[step]
    return data


def refused(
    one: Moved, composer: Composer, rules: Sequence[Sequence[str]], shares: Sequence[float] = (0.0, 0.37, 1.0)
) -> str:
    """Why a row cannot be moved: what is said of the first settings that are refused; nothing if none are."""
    for share in shares:
        for rule in rules:
            try:
                composer.another(composer.shelf.read([*rule, *one.texts(share)], COMMAND_LINE))
            except ConfigError as error:
                return f"cannot be moved alone: {error.text or 'refused'}"
    return ""
