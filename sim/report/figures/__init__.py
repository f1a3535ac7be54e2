"""The figures of a comparison: each says its finding, and carries its numbers as text and as a table."""

from sim.report.figures.flows import flows
from sim.report.figures.forest import forest
from sim.report.figures.picture import Picture
from sim.report.figures.regions import regions
from sim.report.figures.split import split
from sim.report.figures.stacked import endings, places
from sim.report.figures.stress import stress
from sim.report.findings import Findings

__all__ = ["Picture", "endings", "flows", "forest", "pictures", "places", "regions", "split", "stress"]


def pictures(findings: Findings) -> list[Picture]:
    """Every figure that the findings have numbers for, in the order of the page."""
    drawn = (draw(findings) for draw in (forest, stress, split, regions, flows, endings, places))
    return [picture for picture in drawn if picture is not None]
