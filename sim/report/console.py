"""What the terminal shows: one table of paired differences, and the last lines."""

from __future__ import annotations

import math
import re
import shlex
from pathlib import Path

from sim.report import words
from sim.report.figures.picture import runs
from sim.report.figures.stress import headline_pushes, turning
from sim.report.findings import Estimate, Findings, records
from sim.report.numbers import MINUS, interval, number, unit_words
from sim.report.sentences import listed, scenario_sentences, sentences

_WIDTH = 98
_TITLE, _LEVEL, _GAP, _RANGE = 38, 12, 14, 24  # widths of the columns
_FLAGS = ("saturated", "unstable")


def table(findings: Findings) -> str:
    """The paired differences of the primary measures, at most 100 columns wide, in plain characters."""
    base = findings.titled(findings.baseline)
    if not findings.compared:
        said = (_cut(sentence, _WIDTH) for sentence in sentences(findings))
        return plain("\n".join([_cut(f"{base} ({runs(findings)}, 95% intervals)", _WIDTH), "", *said]))
    lines = [
        _cut(f"Differences from {words.in_sentence(base)} ({runs(findings)})", _WIDTH),
        "",
        _line("", "level", "difference", "95% interval"),
    ]
    for measure in findings.primary:
        lines += _block(findings, measure)
    adjusted = f"zero lies outside the interval adjusted for {len(findings.primary)} main measures"
    legend = adjusted if len(findings.primary) > 1 else "the interval leaves out zero"
    lines.append(f"* a difference is shown: {legend}")
    if len(findings.compared) > 1:
        both = len(findings.primary) * len(findings.compared)
        lines.append(
            f"** it is shown even among all {both} differences of this table, adjusted for their number"
        )
    return plain("\n".join(lines))


def last_lines(findings: Findings, out: Path, next_command: str = "") -> str:
    """The findings, the caution, the folder, the next command to try: a line each.

    Findings are two: of one scenario its first two main measures; of several the first main measure of each, so that
    no scenario goes unsaid. A sentence says so where its interval is adjusted.
    """
    command = next_command or _more_runs(findings, out)
    tail = (_caution(findings), f"Results: {out} (open report.html)", f"Next: {command}")
    lines = (*_said(findings), *tail)
    return plain("\n".join(" ".join(line.split()) for line in lines))


def _said(findings: Findings) -> list[str]:
    if len(findings.compared) < 2:
        scenario = findings.first if findings.compared else findings.baseline
        lines = [
            f"{sentence}{_how_sure(findings, scenario, measure)}"
            for measure, sentence in zip(findings.told(scenario), sentences(findings), strict=True)
        ]
        return [*lines, "There is no main measure.", "There is no second main measure."][:2]
    found = []
    for scenario in findings.compared:
        said = scenario_sentences(findings, scenario)
        measure = next(iter(findings.told(scenario)), "")
        found.append(
            f"{said[0]}{_how_sure(findings, scenario, measure)}"
            if said
            else f"{findings.titled(scenario)}: no main measure."
        )
    return found


def _how_sure(findings: Findings, scenario: str, measure: str) -> str:
    """That the interval of a sentence is the adjusted one, and for how many measures, where it is."""
    each = findings.difference(scenario, measure)
    if each is None or not each.judged or each.bounds == (each.low, each.high):
        return ""
    return f" [interval adjusted for {len(findings.primary)} main measures]"


def _block(findings: Findings, measure: str) -> list[str]:
    """The lines of one measure: its name, the baseline, then a line for each scenario."""
    start = findings.value(findings.baseline, measure)
    found = [(scenario, findings.difference(scenario, measure)) for scenario in findings.compared]
    unit = next((each.unit for _, each in found if each is not None), "")
    share = "per cent; differences in percentage points" if unit == "share" else unit_words(unit)
    lines = [
        _cut(f"{words.first_upper(findings.name(measure))} [{share}]", _WIDTH),
        *([f"  {note.strip()}"] if (note := findings.note(measure)) else []),
        _line(findings.titled(findings.baseline), "" if start is None else number(start.value, start.unit)),
    ]
    for scenario, each in found:
        level = findings.value(scenario, measure)
        lines.append(
            _line(
                findings.titled(scenario),
                "" if level is None else number(level.value, level.unit),
                *(("", "") if each is None else _gap(each)),
                _mark(each, len(findings.compared)),
            )
        )
    return [*lines, ""]


def _mark(each: Estimate | None, compared: int) -> str:
    if each is None or not each.shown:
        return ""
    return "**" if each.among_all and compared > 1 else "*"


def _line(title: str, level: str, gap: str = "", span: str = "", mark: str = "") -> str:
    return (
        f"  {_cut(title, _TITLE):<{_TITLE}} {level:>{_LEVEL}} {gap:>{_GAP}} {span:>{_RANGE}} {mark}".rstrip()
    )


def _gap(each: Estimate) -> tuple[str, str]:
    """The difference and its interval, apart."""
    gap, _, span = interval(each.value, each.low, each.high, each.unit, signed=True).partition(" (")
    return (gap, f"({span}") if span else (gap, "")


def _caution(findings: Findings) -> str:
    """Whether anything is saturated or unstable, and how many red assumptions turn the answer."""
    pushes = headline_pushes(findings)
    return " ".join([load_line(findings), *([f"{turning(pushes)}."] if pushes else [])])


def load_line(findings: Findings) -> str:
    """Whether anything is saturated or unstable, in a sentence."""
    rows = records(findings.loads)
    ratios = [float(row["load_ratio"]) for row in rows if math.isfinite(row["load_ratio"])]
    if not ratios:
        return "Load ratio: not worked out."
    flagged = {(str(row["purpose"]), str(row["state"])): 0 for row in rows if row["state"] in _FLAGS}
    for row in rows:
        if (key := (str(row["purpose"]), str(row["state"]))) in flagged:
            flagged[key] += 1
    most = f"load ratio {number(max(ratios), 'load ratio')} at most"
    if not flagged:
        return f"Nothing is saturated or unstable ({most})."
    count = len({str(row["scenario"]) for row in rows})
    named = [
        f"{purpose} {state} in {times} of {count} scenarios" for (purpose, state), times in flagged.items()
    ]
    return f"Caution: {listed(named)} ({most})."


def _more_runs(findings: Findings, out: Path) -> str:
    """The command that made these results, with four times the replications and a folder of its own."""
    command = str(findings.manifest.get("command", ""))
    if not command:
        return "placesim --help"
    changes = {"run.replications": str(4 * max(findings.replications, 1)), "out": f"{out}-longer"}
    kept = [word for word in shlex.split(command) if word.partition("=")[0] not in changes]
    return " ".join(map(shlex.quote, [*kept, *(f"{key}={value}" for key, value in changes.items())]))


def _cut(text: str, width: int) -> str:
    """The text in so many characters: a long one loses its middle, since its end tells it from others."""
    tail = width // 3
    return text if len(text) <= width else f"{text[: width - 3 - tail]}...{text[-tail:]}"


def plain(text: str) -> str:
    """Only characters that every terminal can show."""
    simple = text.replace(MINUS, "-").replace("£ ", "GBP ").replace("£", "GBP ")
    return re.sub(
        r"[^\x20-\x7e\n]", "?", simple.translate({0x2018: "'", 0x2019: "'", 0x2013: "-", 0x2014: "-"})
    )
