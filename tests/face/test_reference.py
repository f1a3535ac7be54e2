"""The reference of settings and verbs, made from the types, the defaults and the register.

    python -m tests.face.test_reference

writes docs/reference.md again.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from sim.cli import VERBS
from sim.returns.template import dictionary
from sim.scenario.load import load_scenario
from sim.scenario.questions import QUESTIONS
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Spec, allowed, fields, is_list, is_table, records, spec_of

pytestmark = pytest.mark.face

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference.md"
HEAD = """\
# Reference

Made from the types of the settings, their defaults and `configs/register.csv` by
`python -m tests.face.test_reference`. `*` stands for any name or number in a list. Evidence is green (published),
amber (near) or red (nobody has published it).
A setting without a range and a mark is a name, a date or a choice about the run.
"""


def leaves(record: type[BaseModel], path: str) -> Iterator[tuple[str, Spec]]:
    """Every setting under a record, with what may stand there."""
    for key, spec in fields(record).items():
        yield from _below(spec, f"{path}.{key}")


def _below(spec: Spec, path: str) -> Iterator[tuple[str, Spec]]:
    inner = records(spec)
    if inner:
        seen = set()
        for kind in inner:
            for at, found in leaves(kind, path):
                if at not in seen:
                    seen.add(at)
                    yield at, found
    elif is_table(spec):
        yield from _below(spec_of(get_args(spec.type)[1]), f"{path}.*")
    elif is_list(spec) and records(spec_of(get_args(spec.type)[0])):
        yield from _below(spec_of(get_args(spec.type)[0]), f"{path}.*")
    else:
        yield path, spec


def register() -> dict[str, dict[str, str]]:
    with open(ROOT / "configs" / "register.csv", encoding="utf-8", newline="") as file:
        return {row["key"]: row for row in csv.DictReader(file)}


def _values(data: Any, steps: list[str]) -> Iterator[Any]:
    if not steps:
        yield data
    elif steps[0] == "*":
        inside = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
        for each in inside:
            yield from _values(each, steps[1:])
    elif isinstance(data, dict) and steps[0] in data:
        yield from _values(data[steps[0]], steps[1:])


def _shown(values: list[Any]) -> str:
    flat = [
        each
        for value in values
        for each in (value if isinstance(value, list) else [value])
        if each is not None
    ]
    if not flat:
        return ""
    if all(isinstance(each, int | float) and not isinstance(each, bool) for each in flat):
        low, high = min(flat), max(flat)
        return f"{low:g}" if low == high else f"{low:g} to {high:g}"
    texts = list(dict.fromkeys(str(each) for each in flat))
    texts = [text if len(text) <= 40 else f"{text[:37]}..." for text in texts]
    return ", ".join(texts[:4]) + (f" and {len(texts) - 4} more" if len(texts) > 4 else "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").strip() or " "


def made() -> str:
    """The whole page."""
    data = load_scenario([]).model_dump(mode="json", by_alias=True)
    known = register()
    lines = [HEAD, "## Verbs\n", "| verb | what it does | for example |", "| --- | --- | --- |"]
    lines += [f"| `{name}` | {verb.does} | `{verb.examples[0]}` |" for name, verb in VERBS.items()]
    for group, spec in fields(Scenario).items():
        lines += [f"\n## {group}\n", f"{QUESTIONS[group]}\n"]
        lines += [
            "| setting | what it is | allowed | default | range | evidence |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for path, each in _below(spec, group):
            row = next((known[key] for key in known if re.fullmatch(_pattern(key), path)), {})
            span = (
                f"{row['low']} to {row['high']}" if row.get("low") and row.get("high") else row.get("low", "")
            )
            default = _shown(list(_values(data, path.split("."))))
            cells = [f"`{path}`", row.get("title", ""), allowed(each, path.rsplit(".", 1)[-1]), default, span,
                     row.get("quality", "")]  # fmt: skip
            lines.append(f"| {' | '.join(map(_cell, cells))} |")
    lines += [
        "\n## Data returns\n",
        "| return | column | what it holds | allowed | needed |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, column, holds, _, may, needed, _ in dictionary():
        lines.append(f"| {name} | `{column}` | {_cell(holds)} | {_cell(may)} | {needed} |")
    return "\n".join(lines) + "\n"


def _pattern(key: str) -> str:
    """A key of the register as a pattern of paths: a name or number may stand for `*`, a list for its entries."""
    steps = [
        rf"({re.escape(step).replace(chr(92) + '*', '[^.]+')}|{re.escape('*')})" for step in key.split(".")
    ]
    last = rf"(\.{steps.pop()})?" if key.endswith(".*") else ""
    return r"\.".join(steps) + last + r"(\.\*)?"


def test_the_reference_is_what_the_types_and_the_register_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == made(), "run python -m tests.face.test_reference"


def test_every_row_of_the_register_is_in_the_reference() -> None:
    paths = [path for group, spec in fields(Scenario).items() for path, _ in _below(spec, group)]
    lost = [key for key in register() if not any(re.fullmatch(_pattern(key), path) for path in paths)]
    assert not lost


if __name__ == "__main__":
    PAGE.write_text(made(), encoding="utf-8")
