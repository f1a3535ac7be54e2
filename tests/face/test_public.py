"""What is made of stored results: the report again, open-data pairs, the workbook, ODS, no small counts."""

from __future__ import annotations

import csv
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main
from sim.report.figures.flows import flows
from sim.report.maps import areas, centres
from sim.report.page import page
from sim.report.public.indicators import OF_CHILDREN, OF_HOMES
from sim.report.stored import read_findings
from sim.report.write import keep_pictures, read_pictures
from sim.scenario.errors import ConfigError
from tests.face.browser import faults, opened, shoot
from tests.face.ees_screen import screened

pytestmark = pytest.mark.face

SMALL = ["run=quick", "run.replications=2", "run.workers=1", "run.window_days=120", "run.follow_up_days=60",
         "run.stress_replications=0"]  # fmt: skip


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("stored") / "two_rules"
    assert main(["compare", "experiment=central_vs_local", *SMALL, f"out={out}"]) == 0
    return out


@pytest.fixture(scope="module")
def public(stored: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("public")
    assert main(["tables", str(stored), f"out={out}"]) == 0
    return out


def test_a_report_made_again_is_the_same_to_the_byte(stored: Path, tmp_path: Path) -> None:
    assert main(["report", str(stored), f"out={tmp_path}"]) == 0
    assert (tmp_path / "report.html").read_bytes() == (stored / "report.html").read_bytes()
    for figure in (stored / "figures").iterdir():
        assert (tmp_path / "figures" / figure.name).read_bytes() == figure.read_bytes()


def test_results_from_before_the_words_were_kept_still_make_a_report(stored: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    for path in stored.iterdir():
        if path.is_file() and path.name not in ("findings.json", "report.html"):
            (old / path.name).write_bytes(path.read_bytes())
    found = read_findings(old)
    assert found.baseline == "today" and len(found.titles) == 5
    assert main(["report", str(old)]) == 0 and (old / "report.html").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["report"], "none given"),
        (["report", "nowhere"], "no such folder"),
        (["tables", "empty"], "no manifest.json"),
        (["tables", "sweep"], "this is a sweep"),
        (["report", "nowhere", "suppres=5"], "nearest suppress"),
        (["report", "empty", "suppress=lots"], "0 to 1000"),
    ],
)
def test_what_is_no_results_folder_is_one_line(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    for name in ("empty", "sweep"):
        (tmp_path / name).mkdir()
    (tmp_path / "sweep" / "sweep.json").write_text("{}")
    assert main(words) == 2
    told = capsys.readouterr().err
    assert said in told and told.count("\n") == 1


def test_the_page_has_no_fault_and_asks_for_nothing(stored: Path) -> None:
    with opened() as (shown, refused):
        shown.goto((stored / "report.html").as_uri())
        assert faults(shown) == []
        assert shown.locator("h1").inner_text() == "Central or local commissioning"
        shoot(shown, "report")
        shown.pdf(path=str(stored / "report.pdf"), format="A4")
        shown.set_viewport_size({"width": 400, "height": 900})
        assert shown.evaluate("document.documentElement.scrollWidth") <= 400
        assert not refused
    assert (stored / "report.pdf").stat().st_size > 50_000


def test_the_map_shows_both_rules_and_says_its_numbers(stored: Path) -> None:
    found = read_findings(stored)
    drawn = flows(found)
    assert drawn is not None
    assert [axes.get_title(loc="left") for axes in drawn.figure.axes[:2]] == ["Today", "National panel"]
    assert len(re.findall(r"\d", drawn.alt)) > 6 and "children a year" in drawn.alt
    placed = found.value("today", "children_placed_per_year")
    home = [
        found.value("today", "placed_at_home_per_year", "region", r)
        for r in found.groups("share_placed", "region")
    ]
    assert placed is not None and sum(each.value for each in home if each) <= placed.value + 40
    assert len(drawn.table) > 3
    assert len(areas()) == 153 and {area.region for area in areas()} | {"Wales", "Scotland"} == set(centres())


def test_figures_that_an_experiment_asks_for_are_kept_for_a_report_made_again(
    stored: Path, tmp_path: Path
) -> None:
    found = read_findings(stored)
    drawn = flows(found)
    assert drawn is not None and read_pictures(tmp_path) == []
    keep_pictures([drawn], tmp_path)
    assert page(found, [], read_pictures(tmp_path)) == page(found, [drawn])


def test_every_pair_passes_the_screen(public: Path) -> None:
    names = sorted(path.name for path in public.glob("*.csv") if not path.name.endswith(".meta.csv"))
    assert names == ["differences_from_baseline.csv", "placements_by_child.csv", "placements_by_region.csv",
                     "places_and_money.csv"]  # fmt: skip
    for name in names:
        assert screened(public / name) == []


def test_the_pairs_hold_the_numbers_of_the_results(stored: Path, public: Path) -> None:
    levels = pd.read_csv(stored / "levels.csv").query("scenario == 'regional'")
    rows = pd.read_csv(public / "placements_by_region.csv", dtype=str).query(
        "commissioning_model == 'Regional'"
    )
    london = levels.query("measure == 'share_placed' and group == 'region' and level == 'London'").iloc[0]
    row = rows[rows["region_name"] == "London"].iloc[0]
    assert float(row["children_placed_percent"]) == pytest.approx(100 * london["value"])
    assert float(row["children_placed_percent_lower_ci"]) == pytest.approx(100 * london["lower_95"])
    assert row["region_code"] == "E12000007" and row["time_period"] == "2023"
    whole = levels.query("measure == 'children_placed_per_year' and group == 'all'").iloc[0]
    assert float(
        rows[rows["country_code"] == "K04000001"].iloc[0]["children_placed_average"]
    ) == pytest.approx(whole["value"])


BROKEN = {
    "a byte order mark": lambda text: "\ufeff" + text,
    "column name": lambda text: text.replace("time_period", "Time period", 1),
    "time period": lambda text: text.replace("2023,", "202,", 1),
    "country": lambda text: text.replace("E92000001", "E92000002", 1),
    "Regional: region_name": lambda text: text.replace("North East,", ",", 1),
    "two rows": lambda text: text + text.splitlines()[-1] + "\n",
    "indicator": lambda text: re.sub(r",[\d.-]+\n", ",\n", text, count=1),
    "one item": lambda text: "".join(
        line for line in text.splitlines(keepends=True) if ",Today," in line or "time_period" in line
    ),
    "is in the data alone": lambda text: "\n".join(
        f"{line},{'extra' if at == 0 else 1}" for at, line in enumerate(text.splitlines())
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN)
def test_the_screen_sees_what_is_wrong(fault: str, public: Path, tmp_path: Path) -> None:
    for name in ("placements_by_region.csv", "placements_by_region.meta.csv"):
        (tmp_path / name).write_bytes((public / name).read_bytes())
    data = tmp_path / "placements_by_region.csv"
    data.write_text(BROKEN[fault](data.read_text(encoding="utf-8")), encoding="utf-8")
    told = screened(data)
    assert told, fault
    assert any(fault.split(":")[0] in each or "missing" in each for each in told), told


def test_indicators_fit_the_limits_of_the_standard() -> None:
    every = (*OF_CHILDREN, *OF_HOMES)
    assert len({each.column for each in every}) == len({each.label for each in every}) == len(every)
    assert max(len(f"{each.column}_difference_lower_ci") for each in every) <= 50


def test_small_counts_are_in_no_public_table(stored: Path, tmp_path: Path) -> None:
    assert main(["tables", str(stored), "suppress=15", f"out={tmp_path}"]) == 0
    parts = pd.read_parquet(stored / "ratio_parts.parquet")
    counts = parts[(parts["measure"] == "children_placed_per_year") & (parts["group"] == "region")]
    small = set(
        counts.groupby("level", observed=True)["numerator"]
        .mean()
        .loc[lambda mean: (mean > 0) & (mean < 15)]
        .index
    )
    rows = list(csv.DictReader((tmp_path / "placements_by_region.csv").open(encoding="utf-8")))
    assert small
    for row in rows:
        if row["region_name"] in small:
            assert row["children_placed_average"] == row["children_placed_average_lower_ci"] == "c"
    assert screened(tmp_path / "placements_by_region.csv") == []
    assert main(["report", str(stored), "suppress=15", f"out={tmp_path}"]) == 0
    assert "Numbers that rest on 1 to 14 children are not shown" in (tmp_path / "report.html").read_text(
        encoding="utf-8"
    )


def test_the_workbook_has_a_cover_contents_notes_and_one_table_a_sheet(public: Path) -> None:
    with zipfile.ZipFile(public / "tables.xlsx") as book:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        assert names == ["Cover", "Contents", "Notes", "Table_1", "Table_2", "Table_3", "Table_4"]
        sheets = [book.read(f"xl/worksheets/sheet{at}.xml").decode() for at in range(4, 8)]
        assert all("<tablePart " in sheet and "<mergeCell " not in sheet for sheet in sheets)
        assert len([name for name in book.namelist() if name.startswith("xl/tables/")]) >= 4
        text = book.read("xl/sharedStrings.xml").decode()
    assert "Illustrative simulation, not official statistics." in text and "[note 1]" in text
    assert "Referred children who are placed (per cent)" in text


def test_the_ods_is_plain_and_has_the_same_numbers(public: Path) -> None:
    sheets = pd.read_excel(public / "tables.ods", engine="odf", sheet_name=None)
    assert list(sheets) == ["About", "Table_1", "Table_2", "Table_3", "Table_4"]
    row = pd.read_csv(public / "placements_by_region.csv").iloc[0]
    assert sheets["Table_1"].iloc[0]["Children placed a year"] == pytest.approx(
        row["children_placed_average"], abs=0.051
    )
    assert not sheets["Table_1"].isna().any().any()


def test_a_formula_in_a_title_is_text_in_every_table(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = tmp_path / "bad"
    bad.mkdir()
    for path in stored.iterdir():
        if path.is_file():
            (bad / path.name).write_bytes(path.read_bytes())
    words = (bad / "findings.json").read_text(encoding="utf-8").replace('"Local"', '"=cmd()"')
    (bad / "findings.json").write_text(words, encoding="utf-8")
    assert main(["tables", str(bad), f"out={tmp_path / 'out'}"]) == 0
    for path in (tmp_path / "out").glob("*.csv"):
        for line in csv.reader(path.open(encoding="utf-8")):
            assert not any(cell.startswith("=") for cell in line)
    ods = pd.read_excel(tmp_path / "out" / "tables.ods", engine="odf", sheet_name="Table_1")
    assert "'=cmd()" in set(ods["Commissioning model"])


def test_a_folder_that_is_none_is_refused_by_the_reader(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such folder"):
        read_findings(tmp_path / "none")
