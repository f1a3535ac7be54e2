"""What a reader sees: sentences, tables, figures, one self-contained page."""

from sim.report.console import last_lines, table
from sim.report.findings import Findings, sentences
from sim.report.write import write_report

__all__ = ["Findings", "last_lines", "sentences", "table", "write_report"]
