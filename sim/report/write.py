"""The report on disk: the page and the figures, each written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from markupsafe import Markup

from sim.report import style
from sim.report.figures import Picture, pictures
from sim.report.findings import Findings
from sim.report.page import figure_of, page, table_of
from sim.report.tables import Table
from sim.store import write_text, write_whole

KEPT = "pictures.json"


def write_report(
    findings: Findings, out: Path, more: Sequence[Picture] = (), kept: Sequence[Mapping[str, object]] = ()
) -> list[Path]:
    """Write `report.html` and `figures/*.png` under `out`; returns their paths, the page first.

    `more` are pictures that the experiment asks for, after those that every comparison has; `kept` are such
    pictures from before, as `read_pictures` gives them.

    Raises OSError as the file system does; a file that fails leaves what was there before.
    """
    drawn = [*pictures(findings), *more]
    text = page(findings, drawn, kept)
    return [write_text(out / "report.html", text), *(_write_png(picture, out) for picture in drawn)]


def _write_png(picture: Picture, out: Path) -> Path:
    image = style.png(picture.figure, picture.title, picture.caption)
    return write_whole(out / "figures" / f"{picture.name}.png", lambda path: path.write_bytes(image))


def keep_pictures(more: Sequence[Picture], out: Path) -> None:
    """Keep the pictures that an experiment asks for, so that a report made again has them."""
    if more:
        figures = [figure_of(one) | {"table": asdict(table_of(one))} for one in more]
        write_text(out / KEPT, json.dumps(figures))


def read_pictures(folder: Path) -> list[dict[str, object]]:
    """What `keep_pictures` kept; nothing where it kept nothing."""
    path = folder / KEPT
    if not path.is_file():
        return []
    found = []
    for each in json.loads(path.read_text(encoding="utf-8")):
        table = each["table"]
        rows = tuple(map(tuple, table["rows"]))
        made = Table(table["caption"], tuple(table["columns"]), rows, table["headers"])
        found.append(each | {"svg": Markup(each["svg"]), "table": made})  # drawn and escaped when it was kept
    return found
