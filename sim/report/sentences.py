"""What a comparison found, in sentences: a difference that is shown, one that is not, and one nobody can judge."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report import words
from sim.report.findings import Estimate, Findings
from sim.report.numbers import NOT_APPLICABLE, amount, number, show, signed


def sentences(findings: Findings) -> list[str]:
    """One sentence for each scenario and primary measure, the first scenario's first.

    Where only one scenario was run, one for each primary measure says its level.
    """
    said = [text for scenario in findings.compared for text in scenario_sentences(findings, scenario)]
    return said if findings.compared else level_sentences(findings)


def level_sentences(findings: Findings) -> list[str]:
    """What the primary measures are under the baseline."""
    found = [(measure, findings.value(findings.baseline, measure)) for measure in findings.primary]
    return [
        f"{words.first_upper(findings.name(measure))}: {show(each.value, each.unit, each.low, each.high)}."
        for measure, each in found
        if each is not None
    ]


def scenario_sentences(findings: Findings, scenario: str) -> list[str]:
    """What one scenario does against the baseline: a sentence for each primary measure."""
    found = [(measure, findings.difference(scenario, measure)) for measure in findings.primary]
    return [_sentence(findings, scenario, measure, each) for measure, each in found if each is not None]


def shifts(findings: Findings, scenario: str, measure: str, group: str) -> list[tuple[str, Estimate]]:
    """The levels of a group in which a difference is shown, the largest first."""
    found = [
        (level, findings.difference(scenario, measure, group, level))
        for level in findings.groups(measure, group)
    ]
    shown = [(level, each) for level, each in found if each is not None and each.shown]
    return sorted(shown, key=lambda pair: -abs(pair[1].value))


def listed(items: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else "none"


def _sentence(findings: Findings, scenario: str, measure: str, found: Estimate) -> str:
    rule = words.in_sentence(findings.titled(scenario))
    today = words.in_sentence(findings.titled(findings.baseline))
    name = findings.name(measure)
    low, high = found.bounds
    if not found.judged:
        seen = number(found.value, found.unit)
        tail = "" if seen == NOT_APPLICABLE else f" (the model gave {seen}, with no interval)"
        return f"Too little was seen to judge {name} under {rule} against {today}{tail}."
    if not found.shown:
        gap = signed(found.value, found.unit, low, high)
        return f"No difference shown in {name}: {gap} under {rule} against {today}."
    size = amount(found.value, found.unit, low, high)
    phrase = findings.phrases.get(measure)
    if phrase is None or not all(phrase):
        word = "higher" if found.value > 0 else "lower"
        than = today if today.startswith("today") else f"under {today}"
        return f"{words.first_upper(name)}: {size} {word} under {rule} than {than}."
    verb = phrase[found.value < 0].replace("{}", size)
    joint = ":" if any(mark in rule for mark in ",:;(") else ""
    return f"{words.first_upper(rule)}{joint} {verb} than {today}."
