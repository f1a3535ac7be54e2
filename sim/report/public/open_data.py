"""Pairs of files to the open-data standard of Explore Education Statistics: data, and what each column is.

One row for each time, place and filter; 'z' where nothing can be counted, 'c' where a count is too small to show.
The year is that in which the counted window closes, and every number is simulated.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.outcomes.suppression import MARK
from sim.report import words
from sim.report.findings import Estimate, Findings
from sim.report.public.indicators import (
    CHILD_GROUPS,
    COUNTRIES,
    OF_CHILDREN,
    OF_HOMES,
    REGION_CODES,
    Indicator,
)
from sim.store import write_csv

if TYPE_CHECKING:
    import pandas as pd

META = ["col_name", "col_type", "label", "indicator_grouping", "indicator_unit", "indicator_dp", "filter_hint",
        "filter_grouping_column"]  # fmt: skip
LIMITS = (("", ""), ("_lower_ci", ", lower 95% limit"), ("_upper_ci", ", upper 95% limit"))
NOTHING = "z"
SCENARIO, GROUP, GROUP_TYPE = "commissioning_model", "child_group", "child_group_type"


@dataclass(frozen=True, eq=False)
class Pair:
    """A data file and its meta file."""

    name: str
    title: str
    data: pd.DataFrame
    meta: pd.DataFrame

    def write(self, out: Path) -> list[Path]:
        """Write `NAME.csv` and `NAME.meta.csv`, each whole or not at all."""
        return [
            write_csv(out / f"{self.name}.csv", self.data),
            write_csv(out / f"{self.name}.meta.csv", self.meta),
        ]


def pairs(findings: Findings) -> list[Pair]:
    """Every pair that the findings have numbers for."""
    made = [_by_region(findings), _by_child(findings), _of_homes(findings)]
    if findings.compared:
        made.append(_differences(findings))
    return [pair for pair in made if len(pair.data)]


def _when(findings: Findings) -> dict[str, str]:
    """The reporting year: that in which the last counted day lies."""
    closes = str(findings.manifest.get("window_closes", ""))
    year = date.fromisoformat(closes).year if closes else 2000
    return {"time_period": f"{year}", "time_identifier": "Reporting year"}


def _place(region: str = "") -> dict[str, str]:
    if not region:
        name, code, level = "England and Wales", "", "National"
    elif region in REGION_CODES:
        name, code, level = "England", REGION_CODES[region], "Regional"
    else:
        name, code, level = region, "", "National"
    within = {"region_code": code, "region_name": region if code else ""}
    return {"geographic_level": level, "country_code": COUNTRIES[name], "country_name": name, **within}


def _scenario(findings: Findings, scenario: str) -> dict[str, str]:
    """The filter of scenarios; none where only one was run, since a filter needs two items."""
    return {SCENARIO: findings.titled(scenario)} if len(findings.titles) > 1 else {}


def _by_region(findings: Findings) -> Pair:
    regions = [each for each in findings.groups("share_placed", "region") if each in (*REGION_CODES, "Wales")]
    known = [each for each in OF_CHILDREN if findings.groups(each.measure, "region")]
    rows = [
        {**_when(findings), **_place(region), **_scenario(findings, scenario),
         **_cells(findings, findings.value, known, (scenario, *key))}
        for scenario in findings.titles
        for region in ("", *regions)
        for key in [("region", region) if region else ("all", "all")]
    ]  # fmt: skip
    return _pair(findings, "placements_by_region", "Placements by region of origin", rows, known)


def _by_child(findings: Findings) -> Pair:
    known = [each for each in OF_CHILDREN if findings.groups(each.measure, "sex")]
    groups = [("all", "all")] + [
        (group, level) for group in CHILD_GROUPS for level in findings.groups("share_placed", group)
    ]
    rows = [
        {**_when(findings), **_place(), **_scenario(findings, scenario),
         GROUP_TYPE: CHILD_GROUPS.get(key[0], "Total"),
         GROUP: words.level_name(*key) if key[0] != "all" else "Total",
         **_cells(findings, findings.value, known, (scenario, *key))}
        for scenario in findings.titles
        for key in groups
    ]  # fmt: skip
    if len(groups) < 2:
        rows = []
    more = [[GROUP, "Filter", "Group of children", "", "", "", "Filter by group of children", GROUP_TYPE]]
    return _pair(findings, "placements_by_child", "Placements by group of children", rows, known, more)


def _of_homes(findings: Findings) -> Pair:
    known = [each for each in OF_HOMES if findings.groups(each.measure, "all")]
    key = ("all", "all")
    rows = [
        {**_when(findings), **_place(), **_scenario(findings, scenario),
         **_cells(findings, findings.value, known, (scenario, *key))}
        for scenario in findings.titles
    ] if known else []  # fmt: skip
    return _pair(findings, "places_and_money", "Places, staff and money", rows, known)


def _differences(findings: Findings) -> Pair:
    """Differences from the baseline. The baseline itself is a row of 'z', so that the filter is whole."""
    known = [each for each in (*OF_CHILDREN, *OF_HOMES) if findings.groups(each.measure, "all")]
    changed = [
        Indicator(each.measure, f"{each.column}_difference"[:50], f"{each.label}: difference"[:60],
                  "pp" if each.unit == "%" else each.unit, each.decimals, each.times)
        for each in known
    ]  # fmt: skip
    key = ("all", "all")
    rows = [
        {**_when(findings), **_place(), **_scenario(findings, scenario),
         **_cells(findings, findings.difference, changed, (scenario, *key))}
        for scenario in findings.titles
    ]  # fmt: skip
    title = f"Differences from {words.in_sentence(findings.titled(findings.baseline))}"
    return _pair(findings, "differences_from_baseline", title, rows, changed)


def _cells(
    findings: Findings,
    find: Callable[[str, str, str, str], Estimate | None],
    indicators: Sequence[Indicator],
    key: tuple[str, str, str],
) -> dict[str, str]:
    """Value and limits of each indicator for a scenario, group and level; a symbol for what cannot be told."""
    scenario, group, level = key
    cells = {}
    for each in indicators:
        found = find(scenario, each.measure, group, level)
        gone = (each.measure, group, level) in findings.hidden
        for (end, _), name in zip(LIMITS, ("value", "low", "high"), strict=True):
            number = each.times * getattr(found, name) if found is not None else math.nan
            cells[f"{each.column}{end}"] = (
                MARK if gone else f"{number:.10g}" if math.isfinite(number) else NOTHING
            )
    return cells


def _pair(
    findings: Findings, name: str, title: str, rows: list[dict[str, str]], indicators: Sequence[Indicator],
    more: Sequence[Sequence[Any]] = (),
) -> Pair:  # fmt: skip
    import pandas as pd

    meta: list[Sequence[Any]] = []
    if len(findings.titles) > 1:
        meta.append(
            [SCENARIO, "Filter", "Commissioning model", "", "", "", "Filter by commissioning model", ""]
        )
    meta += more
    for each in indicators:
        meta += [
            [f"{each.column}{end}", "Indicator", f"{each.label}{said}", "", each.unit, each.decimals, "", ""]
            for end, said in LIMITS
        ]
    return Pair(name, title, pd.DataFrame(rows), pd.DataFrame(meta, columns=META))
