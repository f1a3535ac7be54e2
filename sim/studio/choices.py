"""What can be chosen, and a choice as settings: whatever is in configs/ and in a folder of one's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from sim.scenario.errors import ConfigError
from sim.scenario.load import load_scenario
from sim.scenario.scenario import Scenario
from sim.scenario.sources import config_folders, options

GROUPS = {"commissioning": "Rule", "estate": "Homes", "workforce": "Staff", "demand": "Demand"}
"""Questions that a planner answers, in order: add one here and the studio asks it."""

LEFT_OUT = frozenset({"first_come", "one_home", "one_stream", "unlimited"})
"""Options for textbook queues."""

FIRST = {
    "commissioning": "today",
    "estate": "england_wales_2023",
    "workforce": "roster",
    "demand": "england_wales",
}
SLOTS = ("a", "b", "c", "d")
RUNS = {"quick": "Quick: one year counted", "national": "Full: three years counted"}
TESTED = "central_vs_local"
"""The experiment whose red assumptions are put to the test."""

STANDARD_KINDS = ("fewest", "split", "substitution", "projection")
"""Questions about places that need a standard."""

FIRST_QUESTION = "fewest_quick"
PRIMARY = ("children_placed_per_year", "days_waiting_90", "children_waiting_mean", "unregistered_days_per_year",
           "breakdowns_per_year")  # fmt: skip
MOST_REPLICATIONS = 500
ELSEWHERE = ("experiment", "design", "run")
SETTING = re.compile(r"[+~]?[a-z][\w.]*(=.*)?")


@dataclass(frozen=True)
class Choice:
    """One scenario as chosen: an option of each group, a factor on referrals, further settings, a title."""

    title: str
    options: Mapping[str, str]
    scale: float = 1.0
    more: tuple[str, ...] = ()

    @property
    def overrides(self) -> list[str]:
        """As on the command line; what is at its default is left out."""
        words = [f"{group}={option}" for group, option in self.options.items() if option != FIRST.get(group)]
        return [*words, *([f"demand.scale={self.scale:g}"] if self.scale != 1.0 else []), *self.more]


@dataclass(frozen=True)
class Plan:
    """Up to four choices, the first of which is the baseline, and how they are run."""

    choices: Mapping[str, Choice]
    run: str = "quick"
    replications: int = 4
    seed: int = 2023
    data: bool = False
    others: bool = False
    stress: Mapping[str, object] = field(default_factory=dict)

    @property
    def settings(self) -> list[str]:
        """What holds in every scenario."""
        said = [f"run={self.run}", f"run.replications={self.replications}", f"run.seed={self.seed}"]
        return [*said, *([f"run.stress_replications={self.replications}"] if self.tests else [])]

    @property
    def tests(self) -> bool:
        """Whether the red assumptions are put to the test: for the first two scenarios."""
        return bool(self.stress) and len(self.choices) > 1

    @property
    def returned(self) -> list[str]:
        """The words about data returns: none without any."""
        return ["data=data", *(["others=drawn"] if self.others else [])] if self.data else []

    def experiment(self) -> str:
        """The file of the experiment: what `placesim compare experiment=studio` reads."""
        data = {
            "title": "Scenarios of the studio",
            "question": f"What changes from {next(iter(self.choices.values())).title}?",
            "baseline": next(iter(self.choices)),
            "scenarios": {name: {"title": choice.title, "overrides": choice.overrides}
                          for name, choice in self.choices.items()},
            "primary": list(PRIMARY),
        }  # fmt: skip
        if self.tests:
            data |= {"compare": list(self.choices)[:2], "stress": dict(self.stress)}
        return "# Made in the studio.\n" + str(
            yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110)
        )


def offered(group: str, config_dir: str | None = None) -> dict[str, str]:
    """The options of a group, each with a name to show."""
    found = [name for name in options(config_folders(config_dir), group) if name not in LEFT_OUT]
    first = FIRST.get(group)
    found.sort(key=lambda name: (name != first, name))
    return {name: _shown(name) for name in found}


def _shown(name: str) -> str:
    words = name.replace("england_wales", "England and Wales").replace("_", " ")
    return words[:1].upper() + words[1:]


def red_tests(config_dir: str | None = None) -> dict[str, object]:
    """The red assumptions at the ends of their ranges, as an experiment writes them."""
    return dict(_data("experiment", TESTED, config_dir).get("stress", {}))


def questions(config_dir: str | None = None) -> dict[str, str]:
    """Questions about places that can be asked of one scenario: option -> its title."""
    names = options(config_folders(config_dir), "capacity")
    found = {name: _data("capacity", name, config_dir) for name in names}
    kept = [name for name in found if found[name].get("kind") not in ("precision", "variance")]
    kept.sort(key=lambda name: (name != FIRST_QUESTION, name))
    return {name: str(found[name].get("title", _shown(name))) for name in kept}


def standards(config_dir: str | None = None) -> dict[str, str]:
    """Standards that places are to meet: option -> its title."""
    names = options(config_folders(config_dir), "standard")
    return {name: str(_data("standard", name, config_dir).get("title", _shown(name)))
            for name in names if name != "none"}  # fmt: skip


def needs_standard(question: str, config_dir: str | None = None) -> bool:
    return _data("capacity", question, config_dir).get("kind") in STANDARD_KINDS


def _data(group: str, name: str, config_dir: str | None) -> dict[str, Any]:
    path = options(config_folders(config_dir), group).get(name)
    made = yaml.safe_load(path.read_text(encoding="utf-8-sig")) if path else None
    return made if isinstance(made, dict) else {}


def settings_of(text: str) -> tuple[str, ...]:
    """Further settings, one a line. Raises ConfigError for a line that is none."""
    lines = tuple(
        line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")
    )
    for line in lines:
        if not SETTING.fullmatch(line):
            raise ConfigError("further settings", "", given=line, allowed="key=value on each line")
        key = line.partition("=")[0].lstrip("+~")
        if key in GROUPS or key.partition(".")[0] in ELSEWHERE:
            hint = "choose it above"
            raise ConfigError(
                "further settings", line.partition("=")[0], "not here", given=line, allowed=hint
            )
    return lines


def loaded(choice: Choice, plan_settings: Sequence[str], config_dir: str | None = None) -> Scenario:
    """The scenario of a choice. Raises ConfigError, one line, for anything that is wrong."""
    return load_scenario([*plan_settings, *choice.overrides], config_dir)


def read_plan(text: str) -> Iterator[tuple[str, Choice]]:
    """The choices of an experiment file that the studio wrote. Raises ConfigError for any other file."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError("the file", "", f"not YAML ({str(error).splitlines()[0]})") from error
    scenarios = data.get("scenarios") if isinstance(data, dict) else None
    if not isinstance(scenarios, dict) or not 1 <= len(scenarios) <= len(SLOTS):
        raise ConfigError(
            "the file", "scenarios", "not an experiment of the studio", allowed="one to four scenarios"
        )
    for name, made in zip(SLOTS, scenarios.values(), strict=False):
        words = made.get("overrides", []) if isinstance(made, dict) else None
        title = str(made.get("title", "")) if isinstance(made, dict) else ""
        if (
            not isinstance(words, list)
            or not all(isinstance(word, str) for word in words)
            or not title.strip()
        ):
            raise ConfigError(
                "the file", f"scenarios.{name}", allowed="a title, and overrides as a list of texts"
            )
        yield name, _choice(title, words)


def _choice(title: str, words: Sequence[str]) -> Choice:
    chosen, scale, more = dict(FIRST), 1.0, []
    for word in words:
        key, _, value = word.partition("=")
        if key in GROUPS:
            chosen[key] = value
        elif key == "demand.scale" and re.fullmatch(r"\d+(\.\d+)?", value):
            scale = float(value)
        else:
            more.append(word)
    return Choice(title[:60], chosen, scale, settings_of("\n".join(more)))
