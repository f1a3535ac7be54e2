"""The report on disk: the page and the figures, each written whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.report import style
from sim.report.figures import Picture, pictures
from sim.report.findings import Findings
from sim.report.page import page
from sim.store import write_text, write_whole


def write_report(findings: Findings, out: Path, more: Sequence[Picture] = ()) -> list[Path]:
    """Write `report.html` and `figures/*.png` under `out`; returns their paths, the page first.

    `more` are pictures that the experiment asks for, after those that every comparison has.

    Raises OSError as the file system does; a file that fails leaves what was there before.
    """
    drawn = [*pictures(findings), *more]
    text = page(findings, drawn)
    return [write_text(out / "report.html", text), *(_write_png(picture, out) for picture in drawn)]


def _write_png(picture: Picture, out: Path) -> Path:
    image = style.png(picture.figure, picture.title, picture.caption)
    return write_whole(out / "figures" / f"{picture.name}.png", lambda path: path.write_bytes(image))
