"""What `placesim --help` prints: the verbs, and what every group of configs/ answers."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sim.scenario.questions import QUESTIONS
from sim.scenario.sources import config_folders, groups, options

if TYPE_CHECKING:
    from sim.cli_parts import Request, Verb

WIDTH = 100

USE = """\
placesim simulates secure children's home placements in England and Wales.

Use:  placesim VERB [--config-dir DIR] [group=option ...] [key=value ...] [out=DIR]"""

GRAMMAR = """\
How to change a setting
  group=option        another file of a group:        commissioning=national_panel
  key=value           one value inside a group:       run.replications=50  demand.scale=1.1
  key=[a,b]           a list:                         commissioning.welfare.refusal=[staffing,risk]
  "key='a, b'"        quote spaces and commas:        "commissioning.welfare.title='Mine, as of May'"
  +key=value          a new name in a table:          +behaviour.homes.grounds.mix.flags.offending=0.5
  --config-dir DIR    a folder of your own, laid out as configs/; its files come before the built-in ones
  out=DIR             where results go (default results/VERB-NAME)"""


def general_help(request: Request, groups: Mapping[str, Mapping[str, Verb]]) -> str:
    """The whole: use, verbs by what they are for, grammar, groups of settings with their options."""
    width = 2 + max(len(name) for verbs in groups.values() for name in verbs)
    rows = ["Verbs (placesim VERB --help says more)"]
    for title, verbs in groups.items():
        rows += ["", f" {title}"]
        for name, verb in verbs.items():
            first = f"  {name:<{width}}"
            rows += textwrap.wrap(verb.does, WIDTH, initial_indent=first, subsequent_indent=" " * len(first))
    examples = [f"  {next(iter(verbs.values())).examples[0]}" for verbs in groups.values()]
    parts = [
        USE,
        "\n".join(rows),
        "\n".join(["Examples", *examples]),
        GRAMMAR,
        groups_help(request.config_dir),
    ]
    return "\n\n".join(parts)


def verb_help(request: Request, verb: Verb) -> str:
    """One verb: what it does, examples, grammar, groups with their options."""
    examples = "\n".join(["Examples", *(f"  {example}" for example in verb.examples)])
    use = f"Use:  placesim {request.verb} [--config-dir DIR] [group=option ...] [key=value ...]"
    use += " [out=DIR]" if verb.writes else ""
    return "\n\n".join([verb.does, use, examples, GRAMMAR, groups_help(request.config_dir)])


def groups_help(config_dir: str | None) -> str:
    """Every group with its question, and every option of it with the first sentence of its file."""
    folders = config_folders(config_dir)
    lines = ["What configs/ answers, group by group"]
    for group in sorted(groups(folders), key=_order):
        known = options(folders, group)
        question = QUESTIONS.get(group, f"Part of {group.split('/')[0]}.")
        lines += ["", f"  {group}: {question}"]
        width = max(map(len, known), default=0) + 2
        for option, file in known.items():
            told = textwrap.wrap(first_sentence(file), WIDTH - 4 - width) or [""]
            lines.append(f"    {option:<{width}}{told[0]}".rstrip())
            lines += [" " * (4 + width) + more for more in told[1:]]
    return "\n".join(lines)


def _order(group: str) -> tuple[int, str]:
    return list(QUESTIONS).index(group.split("/")[0]), group


def first_sentence(file: Path) -> str:
    """The first sentence of the comment at the head of a file."""
    comments = []
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        if not line.startswith("#"):
            break
        comments.append(line.lstrip("# ").strip())
    return re.split(r"(?<=[.?!])\s", " ".join(comments), maxsplit=1)[0]
