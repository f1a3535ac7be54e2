"""A picture: a figure with the words and numbers that make it readable without seeing it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from sim.report import words
from sim.report.findings import Findings


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure, its file name, the finding as title, alt text with the numbers, a caption and a data table.

    The table holds what a reader sees: text, one row for each thing drawn, intervals and units named.
    """

    name: str
    title: str
    alt: str
    caption: str
    figure: Figure
    table: pd.DataFrame


def against(findings: Findings) -> str:
    """'today', as the thing that others are held against."""
    return words.in_sentence(findings.titled(findings.baseline))


def under(findings: Findings, scenario: str) -> str:
    """'under the national panel', or 'today' for a baseline of that name."""
    title = words.in_sentence(findings.titled(scenario))
    return title if title.startswith("today") else f"under {title}"


def runs(findings: Findings) -> str:
    """'50 paired replications', or '50 replications' of one scenario."""
    count, paired = findings.replications, "paired " if findings.compared else ""
    return f"{count} {paired}replication{'' if count == 1 else 's'}"
