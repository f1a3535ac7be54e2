"""One broken input: what a person wrote, and what the one line must name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Bad:
    """What a person wrote: words after the verb, and files (relative to the working folder)."""

    name: str
    says: tuple[str, ...]
    words: tuple[str, ...] = ()
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    verb: str = "show"


def line(name: str, word: str, *says: str) -> Bad:
    """One word on the command line."""
    return Bad(name, ("command line", *says), (word,))


def mine(name: str, group: str, text: str | bytes, *says: str) -> Bad:
    """A YAML file of the user's own, as option `mine` of a group."""
    file = f"mine/{group}/mine.yaml"
    return Bad(name, (file, *says), ("--config-dir", "mine", f"{group}=mine"), {file: text})


def homes(name: str, text: str | bytes, *says: str) -> Bad:
    """A CSV file of homes of the user's own."""
    estate = "defaults: [england_wales_2023]\nname: mine\nhomes_file: homes.csv\nshut_file: null\n"
    files = {"mine/estate/mine.yaml": estate, "mine/estate/homes.csv": text}
    return Bad(name, ("mine/estate/homes.csv", *says), ("--config-dir", "mine", "estate=mine"), files)


def experiment(name: str, text: str, *says: str) -> Bad:
    """An experiment of the user's own."""
    file = "mine/experiment/mine.yaml"
    return Bad(name, (file, *says), ("--config-dir", "mine", "experiment=mine"), {file: text}, "compare")
