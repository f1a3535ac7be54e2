"""The report on made-up findings: sentences, page, figures, terminal."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from markupsafe import escape
from matplotlib.figure import Figure

from sim.report import console, figures, numbers, tables, words
from sim.report.console import last_lines, table
from sim.report.figures import Picture
from sim.report.findings import COLUMNS, Findings
from sim.report.numbers import MINUS
from sim.report.page import page
from sim.report.sentences import scenario_sentences, sentences
from sim.report.write import write_report

TITLES = {
    "today": "Today",
    "local": "Local",
    "regional": "Regional",
    "panel_today": "National panel, today's grounds",
    "panel": "National panel",
}
NAN = math.nan
# measure: unit, name, better, phrases, level today, difference of each other scenario in the order of TITLES
PRIMARY: dict[str, tuple[str, str, str, tuple[str, str], float, tuple[float, ...]]] = {
    "children_placed_per_year": (
        "children a year",
        "children placed a year",
        "higher",
        ("places {} more children a year", "places {} fewer children a year"),
        231.4,
        (-18.2, 0.3, 2.0, 6.1),
    ),
    "days_waiting_90": (
        "days",
        "days on the list in the first 90 days, over all referred children",
        "lower",
        ("keeps a referred child waiting {} more days", "keeps a referred child waiting {} fewer days"),
        38.6,
        (4.4, -0.2, -1.9, -5.3),
    ),
    "share_placed": (
        "share",
        "share of referred children who are placed",
        "higher",
        ("", ""),
        0.531,
        (-0.042, 0.001, 0.005, 0.052),
    ),
    "unregistered_days_per_year": (
        "days a year",
        "days in unregistered settings in the year after referral",
        "lower",
        ("means {} more days a year in such settings", "means {} fewer days a year in such settings"),
        9820.0,
        (1210.0, -60.0, -340.0, -1480.0),
    ),
    "fallback_cost_per_year": (
        "GBP million a year",
        "cost of settings taken instead, a year",
        "lower",
        ("costs {} more a year in other care", "costs {} less a year in other care"),
        31.2,
        (2.9, -0.1, -0.8, -3.7),
    ),
}
WIDTHS = {
    "children a year": 1.2,
    "days": 0.9,
    "share": 0.012,
    "days a year": 150.0,
    "GBP million a year": 0.6,
}
ENDINGS = {
    "placed in a secure home": (0.531, 0.489, 0.532, 0.541, 0.583),
    "placed in Scotland": (0.051, 0.055, 0.051, 0.049, 0.041),
    "took something else": (0.284, 0.318, 0.283, 0.275, 0.241),
    "withdrawn": (0.081, 0.083, 0.081, 0.08, 0.079),
    "search ceased": (0.031, 0.034, 0.031, 0.033, 0.034),
    "turned 18": (0.013, 0.012, 0.013, 0.013, 0.013),
    "still open": (0.009, 0.009, 0.009, 0.009, 0.009),
}
USES = {
    "occupied": (139.0, 133.0, 139.5, 141.0, 147.0),
    "held under offer": (4.0, 9.0, 4.2, 3.0, 3.1),
    "free and staffed": (21.0, 22.0, 20.3, 20.0, 13.9),
    "closed": (5.0, 5.0, 5.0, 5.0, 5.0),
    "restricted": (0.0, 0.0, 0.0, 0.0, 0.0),
    "works": (9.0, 9.0, 9.0, 9.0, 9.0),
    "registered manager": (6.0, 6.0, 6.0, 6.0, 6.0),
    "staff": (46.0, 46.0, 46.0, 46.0, 46.0),
}
REGIONS = {
    "North East": 0.64,
    "North West": 0.61,
    "Yorkshire and The Humber": 0.6,
    "East Midlands": 0.56,
    "West Midlands": 0.49,
    "East of England": 0.55,
    "London": 0.38,
    "South East": 0.47,
    "South West": 0.5,
    "Wales": 0.58,
}
OTHERS = {"homes": ("homes", 3.2), "miles": ("miles", 141.0), "occupancy": ("share", 0.604)}


def result(scenario: str, measure: str, group: str, level: str, unit: str, half: float) -> dict[str, Any]:
    return dict(
        scenario=scenario, measure=measure, group=group, level=level, unit=unit, replications=50, half=half
    )


def frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Levels and differences, all made up and all by hand."""
    levels: list[dict[str, Any]] = []
    differences: list[dict[str, Any]] = []

    def add(measure: str, group: str, level: str, unit: str, values: tuple[float, ...], half: float) -> None:
        for scenario, value in zip(TITLES, values, strict=True):
            row = result(scenario, measure, group, level, unit, half)
            levels.append(row | {"value": value})
            if scenario != "today":
                differences.append(row | {"baseline": "today", "difference": value - values[0]})

    for measure, (unit, _, _, _, start, changes) in PRIMARY.items():
        half = WIDTHS[unit]
        values = (start, *(start + change for change in changes))
        add(measure, "all", "all", unit, values, half)
        for place, level in enumerate(("boys", "girls")):
            add(measure, "sex", level, unit, tuple(v * (0.4 + 0.2 * place) for v in values), 2 * half)
        for place, level in enumerate(("12 and under", "13 to 15", "16 and over")):
            add(measure, "age_band", level, unit, tuple(v * (0.2 + 0.1 * place) for v in values), 2 * half)
        for level, share in REGIONS.items():
            scale = share / 0.54 if unit == "share" else 0.1
            add(measure, "region", level, unit, tuple(v * scale for v in values), 2 * half)
    for level, shares in ENDINGS.items():
        add("list_endings_share", "ending", level, "share", shares, 0.011)
    for level, places in USES.items():
        add("places_mean", "use", level, "places", places, 0.9)
    for measure, (unit, start) in OTHERS.items():
        add(measure, "all", "all", unit, tuple(start * (1 + 0.02 * i) for i in range(5)), 0.03 * start)
    add("never", "all", "all", "days", (NAN,) * 5, NAN)
    return finished(levels, "value"), finished(differences, "difference")


def finished(rows: list[dict[str, Any]], column: str) -> pd.DataFrame:
    """Rows with their intervals; primary differences get a wider one as well."""
    for row in rows:
        half = row.pop("half")
        row |= {"lower_95": row[column] - half, "upper_95": row[column] + half}
        if column == "difference":
            main = row["measure"] in PRIMARY and row["group"] == "all"
            wide = 1.31 * half if main else NAN
            row |= {"lower_adjusted": row[column] - wide, "upper_adjusted": row[column] + wide}
    return pd.DataFrame(rows)


def splits() -> pd.DataFrame:
    steps = (("coordination", "today", "panel_today"), ("refusal", "panel_today", "panel"))
    rows = []
    for measure, (unit, _, _, _, _, changes) in PRIMARY.items():
        half = WIDTHS[unit]
        for (part, start, end), change in zip(steps, (changes[2], changes[3] - changes[2]), strict=True):
            row = {"title": "National panel against today", "part": part, "measure": measure, "unit": unit}
            ends = {"difference": change, "lower_95": change - half, "upper_95": change + half}
            rows.append(row | {"from": start, "to": end} | ends)
    return pd.DataFrame(rows)


def stress() -> pd.DataFrame:
    tried = (
        ("Staff vacancies", "low", 4.2),
        ("Staff vacancies", "high", 8.8),
        ("How much of a refusal is the home's own choice", "low", -1.9),
        ("How much of a refusal is the home's own choice", "high", 13.4),
        ("Need runs down while the child waits", "", 5.2),
        ("A bad match breaks down often", "", 1.0),
        ("Authorities wait 30 days", "", 7.3),
    )
    return pd.DataFrame(
        {
            "assumption": title,
            "side": side,
            "measure": "children_placed_per_year",
            "from": "today",
            "to": "panel",
            "difference": value,
            "lower_95": value - 1.4,
            "upper_95": value + 1.4,
            "unit": "children a year",
            "turns": value < 0,
        }
        for title, side, value in tried
    )


def findings(**changes: Any) -> Findings:
    """Made-up findings with every part filled in."""
    levels, differences = frames()
    loads = pd.DataFrame(
        [
            {"scenario": name, "purpose": purpose, "load_ratio": ratio, "state": state}
            for name in TITLES
            for purpose, ratio, state in (
                ("welfare", 1.08, "saturated" if name != "panel" else "unstable"),
                ("justice", 0.61, ""),
            )
        ]
    )
    repeated = pd.concat([levels.assign(replication=i) for i in range(3)])
    red = pd.DataFrame(
        [
            ("workforce.vacancy.mean", "Staff vacancies", "share of posts", 0.2, 0.08, 0.35, "not published"),
            ("behaviour.need_clock", "When need runs down", "", "admission", "admission", "referral", ""),
        ],
        columns=list(COLUMNS["red"]),
    )  # fmt: skip
    whole = Findings(
        title="Central or local commissioning",
        question="How many more children would be placed, and how much sooner, by one national panel?",
        baseline="today",
        titles=TITLES,
        primary=tuple(PRIMARY),
        names={measure: row[1] for measure, row in PRIMARY.items()} | {"homes": "homes asked for each child"},
        better={measure: row[2] for measure, row in PRIMARY.items()},
        phrases={measure: row[3] for measure, row in PRIMARY.items()},
        differences=differences,
        levels=levels,
        measures=repeated,
        splits=splits(),
        loads=loads,
        stress=stress(),
        red=red,
        identity={"places add up after every event": True, "referrals": {"in": 24811, "out": 24811}},
        manifest={
            "seed": 7,
            "replications": 50,
            "window": {"start": "1 April 2022", "end": "31 March 2023"},
            "versions": {"python": "3.11", "numpy": "2.4"},
            "scenario hashes": {name: "3f9a" for name in TITLES},
            "command": "placesim compare experiment=central_vs_local run.replications=50 out=results/demo",
        },
        without_home=("London", "West Midlands"),
    )
    return dataclasses.replace(whole, **changes)


EMPTY = {name: pd.DataFrame() for name in COLUMNS}


@pytest.fixture(scope="module")
def found() -> Findings:
    return findings()


@pytest.fixture(scope="module")
def drawn(found: Findings) -> list[Picture]:
    return figures.pictures(found)


@pytest.fixture(scope="module")
def html(found: Findings, drawn: list[Picture]) -> str:
    return page(found, drawn)


class Reader(HTMLParser):
    """Reads a page strictly: every element that opens must close, in order."""

    VOID = frozenset({"meta", "link", "br", "hr", "img", "input"})
    LEAF = frozenset({"path", "use", "rect", "line", "circle"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


def artists(figure: Figure, label: str) -> int:
    """How many drawn things carry a label."""
    return sum(held.get_label() == label for axes in figure.axes for held in axes.containers)


@pytest.mark.face
def test_a_sentence_says_more_fewer_or_that_no_difference_is_shown(found: Findings) -> None:
    said = sentences(found)
    assert len(said) == 4 * len(PRIMARY)
    assert said[0] == "The national panel places 6.1 (4.5 to 7.7) more children a year than today."
    assert "Local commissioning places 18.2 (16.6 to 19.8) fewer children a year than today." in said
    spans = f"0.3 ({MINUS}1.3 to 1.9) under regional commissioning against today."
    assert f"No difference shown in children placed a year: {spans}" in said


@pytest.mark.face
def test_a_sentence_without_a_verb_of_its_own_stays_neutral(found: Findings) -> None:
    expected = (
        "Share of referred children who are placed: 5.2 (3.6 to 6.8) percentage points higher under the "
        "national panel than today."
    )
    assert expected in sentences(found)


@pytest.mark.face
def test_a_sentence_uses_the_adjusted_interval_and_not_the_plain_one() -> None:
    change = PRIMARY["children_placed_per_year"][5][3]
    whole = findings()
    row = (whole.differences["measure"] == "children_placed_per_year") & (whole.differences["group"] == "all")
    near = whole.differences.copy()
    near.loc[row, ["lower_95", "lower_adjusted"]] = [0.4, -0.4]
    said = sentences(findings(differences=near))[0]
    assert said.startswith("No difference shown in children placed a year")
    assert f"{change} ({MINUS}0.4 to 7.7)" in said


@pytest.mark.face
def test_money_in_a_sentence_has_its_sign_once(found: Findings) -> None:
    expected = "The national panel costs £3.7 million (2.9 to 4.5) less a year in other care than today."
    assert expected in sentences(found)


@pytest.mark.face
def test_a_difference_without_an_interval_is_not_judged() -> None:
    bare = findings().differences.copy()
    bare[["lower_95", "upper_95", "lower_adjusted", "upper_adjusted"]] = NAN
    said = sentences(findings(differences=bare))
    assert all(text.startswith("Too little was seen to judge") for text in said)
    assert "6.1" in said[0]


@pytest.mark.face
@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.531, "share", "53.1%"),
        (-0.031, "share", f"{MINUS}3.1%"),
        (12.34, "GBP million a year", "£12.3 million"),
        (-12.34, "GBP million a year", f"{MINUS}£12.3 million"),
        (9820.4, "days a year", "9,820"),
        (-0.0001, "days", "0.0"),
        (NAN, "days", "not applicable"),
        (math.inf, "share", "not applicable"),
    ],
)
def test_numbers_are_rounded_by_unit(value: float, unit: str, text: str) -> None:
    assert numbers.show(value, unit) == text


@pytest.mark.face
def test_a_narrow_interval_gets_the_decimals_that_it_needs() -> None:
    assert numbers.interval(0.012, 0.004, 0.02, "days") == "0.012 (0.004 to 0.020)"
    assert numbers.interval(141.2, 120.0, 162.4, "miles") == "141 (120 to 162)"
    assert numbers.interval(0.8, 0.014, 1.586, "days") == "0.80 (0.01 to 1.59)"


@pytest.mark.face
def test_the_page_fetches_nothing_and_runs_nothing(html: str) -> None:
    assert "http:" not in html and "https:" not in html
    assert not re.search(r"<script|<link|<iframe|<object|@import|\son\w+=|javascript:", html)
    assert not re.search(r'(src|href)="(?!#)', html)
    assert not re.search(r"url\((?!#)", html)


@pytest.mark.face
def test_the_page_parses_with_every_id_once_and_every_link_answered(html: str) -> None:
    seen = Reader(html).seen
    ids = [value for _, attributes in seen if (value := attributes.get("id"))]
    assert len(ids) == len(set(ids))
    targets = {
        value
        for _, attributes in seen
        for name in ("href", "aria-labelledby")
        if (value := attributes.get(name))
    }
    assert {target.removeprefix("#") for target in targets} <= set(ids)
    assert ("html", {"lang": "en-GB"}) in seen


@pytest.mark.face
def test_headings_go_down_one_step_at_a_time(html: str) -> None:
    steps = [int(tag[1]) for tag, _ in Reader(html).seen if re.fullmatch(r"h[1-6]", tag)]
    assert steps[0] == 1 and steps.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(steps))


@pytest.mark.face
def test_the_page_is_in_the_order_in_which_it_is_read(html: str) -> None:
    parts = ["question", "answer", "assumptions", "differences", "loads", "levels", "figures", "groups"]
    parts += ["diagnostics", "words", "provenance"]
    places = [html.index(f'<h2 id="{part}"') for part in parts]
    assert places == sorted(places)
    assert html.index("Illustrative simulation, not official statistics") < places[0]


@pytest.mark.face
def test_every_table_has_a_caption_and_scoped_heads(html: str) -> None:
    bodies = re.findall(r"<table>.*?</table>", html, flags=re.DOTALL)
    assert len(bodies) >= 15
    for body in bodies:
        assert re.search(r"<caption[^>]*>[^<]+</caption>", body)
        assert 'scope="col"' in body and 'scope="row"' in body
        assert not re.search(r"<th(?![^>]*scope=)[ >]", body)


@pytest.mark.face
def test_every_figure_has_alt_text_with_numbers_a_caption_and_a_table(
    html: str, drawn: list[Picture]
) -> None:
    assert [picture.name for picture in drawn] == [
        "differences",
        "stress",
        "split",
        "regions",
        "endings",
        "places",
    ]
    assert html.count('<svg role="img" aria-label="') == html.count("<figcaption>") == len(drawn)
    for picture in drawn:
        assert re.search(r"\d", picture.alt) and re.search(r"\d", picture.title) and picture.caption
        assert len(picture.table) > 0
        assert f'id="t-figure-{picture.name}"' in html


@pytest.mark.face
def test_every_scenario_is_drawn(drawn: list[Picture]) -> None:
    by_name = {picture.name: picture.figure for picture in drawn}
    for scenario in TITLES:
        assert artists(by_name["differences"], scenario) == (len(PRIMARY) if scenario != "today" else 0)
        assert artists(by_name["regions"], scenario) == 1
        assert artists(by_name["endings"], scenario) == len(ENDINGS)
        assert artists(by_name["places"], scenario) == len(USES) - 1  # nothing is ever restricted
    assert [artists(by_name["split"], part) for part in ("coordination", "refusal", "total")] == [
        len(PRIMARY)
    ] * 3
    assert artists(by_name["stress"], "Staff vacancies") == 2


@pytest.mark.face
def test_titles_of_figures_say_the_finding(drawn: list[Picture]) -> None:
    titles = {picture.name: picture.title for picture in drawn}
    assert titles["differences"] == "The national panel differs from today in 5 of 5 main measures"
    assert titles["stress"] == "1 of 5 red assumptions tried turns the answer; 1 leaves no difference shown"
    assert (
        titles["split"]
        == "Children placed a year: 2.0 from coordination and 4.1 from fewer grounds to refuse"
    )
    assert titles["regions"].endswith("the share placed rises in 10 of 10 regions")
    assert (
        titles["endings"]
        == "Under the national panel, referrals 'placed in a secure home' rise from 53.1% to 58.3%"
    )
    assert titles["places"] == "Under the national panel, places 'lived in' rise from 139.0 to 147.0"


@pytest.mark.face
def test_titles_of_figures_own_up_when_no_difference_is_shown() -> None:
    flat = findings().differences.copy()
    flat[["difference", "lower_95", "upper_95", "lower_adjusted", "upper_adjusted"]] = [0.1, -1, 1, -2, 2]
    plain = findings(differences=flat)
    drawn = [figures.forest(plain), figures.regions(plain), figures.endings(plain), figures.places(plain)]
    assert all(picture is not None and "no difference shown" in picture.title.lower() for picture in drawn)


@pytest.mark.face
def test_an_assumption_that_leaves_no_difference_is_named_beside_those_that_turn_it(html: str) -> None:
    assert "Turns it: How much of a refusal is the home&#39;s own choice." in html
    assert "Leaves no difference shown: A bad match breaks down often." in html


@pytest.mark.face
def test_places_can_be_drawn_from_empty_place_days(found: Findings) -> None:
    levels = found.levels[found.levels["group"] == "use"].copy()
    lived_in = levels["level"] == "occupied"
    levels.loc[lived_in, ["measure", "group", "level"]] = ["children_in_homes", "all", "all"]
    levels.loc[~lived_in, ["measure", "group", "unit"]] = ["void_days_per_year", "cause", "place-days a year"]
    levels.loc[~lived_in, ["value", "lower_95", "upper_95"]] *= 365.25
    before = figures.places(found)
    after = figures.places(findings(levels=levels, differences=pd.DataFrame()))
    assert before is not None and after is not None
    pd.testing.assert_frame_equal(before.table, after.table)


@pytest.mark.face
def test_empty_frames_are_skipped_and_the_page_still_stands(tmp_path: Path) -> None:
    nothing = findings(**EMPTY, identity={}, manifest={})
    assert figures.pictures(nothing) == [] and sentences(nothing) == []
    Reader(page(nothing))
    assert len(last_lines(nothing, tmp_path).splitlines()) == 7
    assert table(nothing)


@pytest.mark.face
def test_a_baseline_alone_gets_levels_in_place_of_differences(tmp_path: Path) -> None:
    alone = findings(titles={"today": "Today"}, splits=pd.DataFrame(), stress=pd.DataFrame())
    said = sentences(alone)
    assert said[0] == "Children placed a year: 231.4 (230.2 to 232.6)."
    assert said[2] == "Share of referred children who are placed: 53.1% (51.9 to 54.3)."
    assert [picture.name for picture in figures.pictures(alone)] == ["regions", "endings", "places"]
    text = page(alone)
    Reader(text)
    assert said[0] in text and "ifferences from today" not in text
    assert said[0] in table(alone) and last_lines(alone, tmp_path).startswith(said[0])


@pytest.mark.face
def test_the_whole_of_a_split_is_known_by_where_it_starts(found: Findings, drawn: list[Picture]) -> None:
    whole = found.differences[
        (found.differences["scenario"] == "panel") & found.differences["lower_adjusted"].notna()
    ]
    ends = whole[["measure", "difference", "lower_95", "upper_95", "unit"]]
    named = ends.assign(
        title="National panel against today", part="both together", **{"from": "today", "to": "panel"}
    )
    given = figures.split(findings(splits=pd.concat([splits(), named])))
    assert given is not None
    pd.testing.assert_frame_equal(given.table, next(p.table for p in drawn if p.name == "split"))


@pytest.mark.face
def test_missing_values_are_named_and_never_nan(html: str, found: Findings) -> None:
    assert "not applicable" in html
    assert not re.search(r">\s*nan\b|\bnan\s*<|[( ]nan[ )%]", html)
    holes = found.levels.copy()
    holes.loc[holes["level"].isin(["London", "placed in Scotland", "held under offer"]), "value"] = NAN
    missing = found.differences.copy()
    missing.loc[missing["scenario"] == "local", ["difference", "lower_95", "upper_95"]] = NAN
    missing.loc[missing["scenario"] == "local", ["lower_adjusted", "upper_adjusted"]] = NAN
    text = page(findings(levels=holes, differences=missing))
    assert not re.search(r">\s*nan\b|\bnan\s*<|[( ]nan[ )%]", text)


@pytest.mark.face
def test_names_from_outside_are_escaped() -> None:
    wicked = '<script>alert("x")</script> & "panel"'
    titles = TITLES | {"panel": wicked}
    text = page(
        findings(titles=titles, title=wicked, question=wicked, manifest={"command": wicked, wicked: wicked})
    )
    assert "<script" not in text and "&lt;script&gt;" in text
    Reader(text)


@pytest.mark.face
def test_a_dollar_sign_in_a_name_is_only_a_dollar_sign() -> None:
    odd = findings(titles=TITLES | {"panel": "Panel at $x^{$"})
    drawn = figures.pictures(odd)
    assert "Panel at $x^{$" in drawn[0].alt
    Reader(page(odd, drawn))


@pytest.mark.face
@pytest.mark.filterwarnings("error")
def test_one_replication_is_drawn_without_intervals_and_without_a_verdict() -> None:
    ends = ["lower_95", "upper_95"]
    frames = {
        name: getattr(findings(), name).copy() for name in ("levels", "differences", "splits", "stress")
    }
    for frame in frames.values():
        frame[ends] = NAN
        frame["replications"] = 1
    frames["differences"][["lower_adjusted", "upper_adjusted"]] = NAN
    one = findings(**frames)
    drawn = figures.pictures(one)
    Reader(page(one, drawn))
    titles = {picture.name: picture.title for picture in drawn}
    assert titles["differences"] == "The national panel: too little was seen to judge any main measure"
    assert titles["regions"].startswith("The share placed today runs from 37.4% (London)")
    assert not any("*" in line for line in table(one).splitlines()[:-2])  # but for the legend


@pytest.mark.face
@pytest.mark.filterwarnings("error")
def test_many_scenarios_with_long_names_still_fit(tmp_path: Path) -> None:
    whole = findings()
    names = [f"version {i}" for i in range(8)]
    frames = {
        name: pd.concat([frame[frame["scenario"] == "panel"].assign(scenario=each) for each in names])
        for name, frame in (("levels", whole.levels), ("differences", whole.differences))
    }
    frames["levels"] = pd.concat([frames["levels"], whole.levels[whole.levels["scenario"] == "today"]])
    titles = {each: f"National panel with every ground listed and pooled payment, {each}" for each in names}
    nothing = {"splits": pd.DataFrame(), "stress": pd.DataFrame()}
    many = findings(titles={"today": "Today"} | titles, primary=tuple(PRIMARY)[:2], **frames, **nothing)
    write_report(many, tmp_path)
    assert max(map(len, table(many).splitlines())) <= 100
    assert all(table(many).count(f", {each} ") == 2 for each in names)


@pytest.mark.face
def test_the_terminal_table_fits_and_stars_only_what_is_shown(found: Findings) -> None:
    lines = table(found).splitlines()
    assert max(map(len, lines)) <= 100 and table(found).isascii()
    shown = [line for line in lines if line.endswith(" *")]
    assert len(shown) == sum(
        (each := found.difference(scenario, measure)) is not None and each.shown
        for measure in PRIMARY
        for scenario in found.compared
    )
    assert not any("Regional" in line for line in shown)
    assert any(line.split()[-5:] == ["+6.1", "(+4.9", "to", "+7.3)", "*"] for line in shown)
    assert "adjusted for 5 main measures" in lines[-2] and "among all 20 differences" in lines[-1]


@pytest.mark.face
def test_the_last_lines_are_a_finding_of_every_scenario_caution_folder_and_next_command(
    found: Findings,
) -> None:
    lines = last_lines(found, Path("results/demo")).splitlines()
    first = [scenario_sentences(found, scenario)[0] for scenario in found.compared]
    assert len(lines) == len(first) + 3 == 7
    assert lines[:-3] == [
        f"{each} [interval adjusted for 5 main measures]" for each in map(console.plain, first)
    ]
    assert lines[-3] == (
        "Caution: welfare saturated in 4 of 5 scenarios and welfare unstable in 1 of 5 scenarios "
        "(load ratio 1.08 at most). 1 of 5 red assumptions tried turns the answer; "
        "1 leaves no difference shown."
    )
    assert "results/demo" in lines[-2]
    longer = "placesim compare experiment=central_vs_local run.replications=200 out=results/demo-longer"
    assert lines[-1] == f"Next: {longer}"


@pytest.mark.face
def test_a_title_with_line_breaks_still_gives_a_line_each() -> None:
    broken = findings(titles=TITLES | {"panel": "National\npanel"})
    assert len(last_lines(broken, Path("out")).splitlines()) == 7


@pytest.mark.face
def test_the_first_scenario_is_that_of_the_stress_test_unless_another_is_named(found: Findings) -> None:
    assert found.compared[0] == "panel"
    assert findings(headline="regional").compared[0] == "regional"
    assert findings(stress=pd.DataFrame()).compared[0] == "local"


@pytest.mark.face
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda f: {"differences": f.differences.drop(columns="lower_adjusted")},
            "missing column lower_adjusted",
        ),
        (lambda f: {"baseline": "tody"}, "'tody' has no title"),
    ],
)
def test_findings_that_do_not_fit_say_so(
    found: Findings, change: Callable[[Findings], dict[str, Any]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        findings(**change(found))


@pytest.mark.face
def test_the_report_is_written_whole_and_the_same_each_time(tmp_path: Path) -> None:
    once, again = tmp_path / "once", tmp_path / "again"
    found = findings(primary=("children_placed_per_year",), splits=splits()[:2])
    paths = write_report(found, once)
    assert [path.relative_to(once).as_posix() for path in paths] == [
        "report.html",
        *(
            f"figures/{name}.png"
            for name in ("differences", "stress", "split", "regions", "endings", "places")
        ),
    ]
    assert sorted(once.rglob("*.*")) == sorted(paths)
    for path, copy in zip(paths, write_report(found, again), strict=True):
        assert path.read_bytes() == copy.read_bytes()


@pytest.mark.face
def test_primary_measures_come_first_and_groups_of_children_stay_out_of_the_main_tables(
    found: Findings,
) -> None:
    assert [row[0] for row in found.rows[: len(PRIMARY)]] == ["children_placed_per_year"] * len(PRIMARY)
    names = [row[0] for row in tables.others(found).rows]
    assert "Homes asked for each child" in names and not any("London" in name for name in names)


@pytest.mark.face
def test_a_single_comparison_keeps_two_findings(tmp_path: Path) -> None:
    two = findings(titles={name: TITLES[name] for name in ("today", "panel")})
    lines = last_lines(two, tmp_path).splitlines()
    said = scenario_sentences(two, "panel")
    assert len(lines) == 5 and lines[0].startswith(said[0]) and "adjusted for 5" in lines[0]


@pytest.mark.face
def test_rows_that_nothing_moves_are_folded(found: Findings) -> None:
    still = "Homes asked for each child"
    (measure,) = {row[0] for row in found.rows if found.name(row[0]).casefold() == still.casefold()}
    frame = found.differences.copy()
    frame.loc[frame["measure"] == measure, ["difference", "lower_95", "upper_95"]] = 0.0
    folded = findings(differences=frame)
    assert still not in [row[0] for row in tables.others(folded).rows]
    assert [row[0] for row in tables.unmoved(folded).rows] == [still]
    assert 'id="t-unmoved"' in page(folded)


@pytest.mark.face
def test_names_of_regions_keep_their_capitals_in_rows() -> None:
    assert tables._level("flow", "North East > Yorkshire") == "North East > Yorkshire"
    assert tables._level("ending", "still open") == "still open"


@pytest.mark.face
def test_the_words_say_what_each_rule_means(html: str) -> None:
    for rule in ("Today", "Local", "Regional", "National panel", "Today's grounds"):
        assert f"<dt>{escape(rule)}</dt>" in html
    assert "Local" not in dict(words.rules_meant(["Today", "National panel"]))
