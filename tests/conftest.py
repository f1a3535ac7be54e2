"""Every test says what kind it is: collection fails unless it carries exactly one of the eight markers."""

from collections.abc import Generator

import pytest

KINDS = frozenset({"unit", "behaviour", "analytic", "property", "world", "back", "sweep", "face"})


# A failed report, and not an exception from a later hook: xdist passes on the one and hides the other.
@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    wrong = []
    for item in report.result or []:
        if isinstance(item, pytest.Item):
            kinds = sorted(KINDS.intersection(mark.name for mark in item.iter_markers()))
            if len(kinds) != 1:
                wrong.append(f"  {item.name}: {', '.join(kinds) or 'none'}")
    if wrong and report.passed:
        report.outcome = "failed"
        rule = f"Each test needs exactly one marker of {', '.join(sorted(KINDS))}."
        report.longrepr = "\n".join([rule, *wrong])
        report.result = []
    return report
