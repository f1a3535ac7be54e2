"""What was asked of the model's speed and what the benchmark measured, as tables of docs/speed.md.

    python -m tests.bench.goals

writes them again from docs/evidence/bench.json; `make bench` does so when it has run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sim.store import write_text
from tests.bench.core_race import CIW, ENGINE, SALABIM, SIMPY, SIMPY_DRAWS

ROOT = Path(__file__).parents[2]
EVIDENCE, PAGE = ROOT / "docs" / "evidence" / "bench.json", ROOT / "docs" / "speed.md"
BEGIN, END = "<!-- table: {} -->", "<!-- end -->"
Sections = dict[str, Any]


class Goal(NamedTuple):
    """One line: what is measured, what was asked, and how to read it off (None: that section has not run)."""

    what: str
    asked: str
    read: Callable[[Sections], dict[str, Any] | float | None]
    at_most: float | None = None
    at_least: float | None = None


def _core(name: str) -> Callable[[Sections], Any]:
    return lambda found: found["core"]["against_heapq"].get(name)


def _than(name: str) -> Callable[[Sections], Any]:
    return lambda found: found["core"]["times_this_project"].get(name)


def _national(rule: str) -> Callable[[Sections], Any]:
    return lambda found: found["national"]["against_heapq_core"].get(rule)


def _grown(row: str, rule: str) -> Callable[[Sections], Any]:
    return lambda found: found["growth"]["rows"].get(row, {}).get(rule, {}).get("of_the_first")


def _list(rule: str) -> Callable[[Sections], Any]:
    return lambda found: found["lists"]["rules"][rule].get("last_over_first")


def _of_rows(section: str, key: str) -> Callable[[Sections], list[float]]:
    return lambda found: [row[key] for row in found[section]["rows"]]


def _last(section: str, key: str) -> Callable[[Sections], Any]:
    return lambda found: _of_rows(section, key)(found)[-1]


def _more_memory(section: str, row: int) -> Callable[[Sections], Any]:
    """The most memory with the most replications over that of another row."""
    memory = _of_rows(section, "most_memory_mib")
    return lambda found: memory(found)[-1] / memory(found)[row]


RULES = {"today": "today", "national_panel": "national panel", "regional": "regional", "local": "local"}
GROWN = ("horizon x10", "demand and estate x10", "demand and estate x100, one year")
GOALS = (
    Goal("The core, against a plain heapq loop", "at most 2.5", _core(ENGINE), at_most=2.5),
    Goal("Textbook SimPy, against this project", "at least 8", _than(SIMPY), at_least=8),
    Goal("Textbook SimPy that draws its own numbers, against this project", "at least 8", _than(SIMPY_DRAWS),
         at_least=8),
    Goal("Ciw, against this project (each to its own loop)", "at least 10", _than(CIW), at_least=10),
    Goal("salabim, against this project", "at least 25", _than(SALABIM), at_least=25),
    *(Goal(f"The national model, {words}, against the core's loop", "at most 8", _national(rule), at_most=8)
      for rule, words in RULES.items()),
    *(Goal(f"{row[0].upper()}{row[1:]}, {words}: the ratio to the loop over that of ten years", "at most 1.3",
           _grown(row, rule), at_most=1.3)
      for row in GROWN for rule, words in (("core", "core"), ("core_regional", "core by region"))),
    *(Goal(f"From 9 to 5,000 on the list, {words}: cost an event", "at most 1.5", _list(rule), at_most=1.5)
      for rule, words in (("core", "core"), ("core_regional", "core by region"))),
    Goal("Memory of 1,000 replications with full logs, MiB", "at most 250", _last("recording", "most_memory_mib"),
         at_most=250),
    Goal("The same, over that of 50 replications", "flat", _more_memory("recording", 0), at_most=1.1),
    Goal("Memory of a sweep with 10,000 replications, over that with 1,000", "flat", _more_memory("stores", -2),
         at_most=1.1),
    Goal("Share of the time that full logs take", "at most 0.05", _last("recording", "share_of_time_recording"),
         at_most=0.05),
    Goal("Resuming a finished sweep, seconds", "under 2",
         lambda found: found["stores"]["resume_finished_seconds"], at_most=2),
    Goal("Loading another scenario in a sweep, milliseconds", "at most 5",
         lambda found: found["stores"]["milliseconds_to_load_a_scenario"], at_most=5),
    Goal("`import sim`, against `import simpy, numpy`", "at most 2",
         lambda found: found["start_up"]["imports"]["import sim"], at_most=2),
    Goal("`import sim; sim.simulate`, against `import simpy, numpy`", "at most 2",
         lambda found: found["start_up"]["imports"]["import sim; sim.simulate"], at_most=2),
    Goal("Two workers: time of two independent processes over theirs", "at least 0.95",
         lambda found: found["workers"]["efficiency"], at_least=0.95),
    Goal("Computer time for one precision of a difference in mean wait: textbook SimPy over this project",
         "at least 100", lambda found: found["precision"]["computer_time_divided_by"]["mean wait"], at_least=100),
)  # fmt: skip


def goals_table(found: Sections) -> str:
    """Every goal with what was measured, median and range of the rounds; a section that has not run is left out."""
    lines = ["| what | asked | measured | met |", "| --- | ---: | ---: | --- |"]
    for goal in GOALS:
        try:
            read = goal.read(found)
        except (KeyError, IndexError):
            read = None
        if read is None or (isinstance(read, dict) and read["median"] is None):
            continue
        value = float(read["median"] if isinstance(read, dict) else read)
        lines.append(f"| {goal.what} | {goal.asked} | {_said(read)} | {_met(goal, value)} |")
    return "\n".join(lines)


def _said(read: dict[str, Any] | float) -> str:
    if not isinstance(read, dict):
        return f"{read:.3g}"
    spread = f" ({read['least']:.3g} to {read['most']:.3g})" if "least" in read else ""
    return f"{read['median']:.3g}{spread}"


def _met(goal: Goal, value: float) -> str:
    missed = (goal.at_most is not None and value > goal.at_most) or (
        goal.at_least is not None and value < goal.at_least
    )
    return "no" if missed else "yes"


def lists_table(found: Sections) -> str:
    """Microseconds an event and records an event, by rule and children on the list."""
    lines = [
        "| rule | children on the list | microseconds an event | records an event | exponent |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for rule, rows in found.get("lists", {}).get("rules", {}).items():
        for row in rows["rows"]:
            cells = (f"{row['list']:,.0f}", f"{row['microseconds_median']:.3g}",
                     f"{row['records_per_event']:.3g}", f"{rows.get('exponent', float('nan')):.2f}")  # fmt: skip
            lines.append(f"| {rule} ({rows['kind']}) | {' | '.join(cells)} |")
    return "\n".join(lines)


def machine_line(whole: dict[str, Any]) -> str:
    """The machine, and when and from which code each section was made."""
    machine = whole["machine"]
    made = sorted(
        {(one["run"]["code"]["commit"], one["run"]["made"][:10]) for one in whole["sections"].values()}
    )
    stamps = "; ".join(f"code {commit}, {day}" for commit, day in made)
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, {machine['system']}, "
        f"{machine['python']}. {stamps}."
    )


def blocks(whole: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and text of each part of the page that is made here."""
    yield "machine", machine_line(whole)
    yield "goals", goals_table(whole["sections"])
    yield "lists", lists_table(whole["sections"])


def filled(page: str, whole: dict[str, Any]) -> str:
    """The page with every made part as it should be."""
    for name, text in blocks(whole):
        head = BEGIN.format(name)
        before, _, rest = page.partition(head)
        page = f"{before}{head}\n{text}\n{END}{rest.partition(END)[2]}"
    return page


def main() -> None:
    """Write the page again."""
    whole = json.loads(EVIDENCE.read_text(encoding="utf-8"))
    write_text(PAGE, filled(PAGE.read_text(encoding="utf-8"), whole))


if __name__ == "__main__":
    main()
