"""The studio's panels for money, places and how sure: used in a browser, and made again from what was taken away."""

from __future__ import annotations

import shlex
import zipfile
from pathlib import Path

import pytest

from sim.cli import main
from sim.scenario.load import load_experiment, load_scenario
from sim.studio.books import by_payer, entries_table, read_books
from sim.studio.choices import FIRST, Choice, Plan, needs_standard, questions, read_plan, red_tests, standards
from sim.studio.job import COUNT, TALLY, Progress
from sim.studio.sure_desk import red
from sim.study.assumptions import assumptions, surely_red
from tests.face.browser import browser_path, faults, opened, shoot
from tests.face.test_studio import studio

pytestmark = pytest.mark.face

TINY = """\
kind: ladder
title: Ten places more
places: [0, 10]
site: {title: London, regions: [London], home_size: 10}
rules: {today: {title: Today, overrides: [commissioning=today]}}
demands: {now: {title: Demand as now, overrides: []}}
measures: [children_waiting_mean, share_placed]
"""
SHORT_RUN = """\
defaults: [national, _self_]
replications: 2
warm_up_days: 30
window_days: 60
follow_up_days: 0
"""


def tables(folder: Path) -> dict[str, bytes]:
    """Every table of a folder, to the byte."""
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.suffix in (".csv", ".parquet")}  # fmt: skip


def test_the_red_assumptions_are_put_to_the_test_of_the_first_two(tmp_path: Path) -> None:
    choices = {slot: Choice(slot, {**FIRST, "commissioning": rule})
               for slot, rule in (("a", "today"), ("b", "regional"), ("c", "local"))}  # fmt: skip
    plan = Plan(choices, stress=red_tests())
    (tmp_path / "experiment").mkdir()
    (tmp_path / "experiment" / "studio.yaml").write_text(plan.experiment(), encoding="utf-8")
    loaded = load_experiment(["experiment=studio", *plan.settings], tmp_path)
    assert len(loaded.stress) == 11 and loaded.experiment.compare == ("a", "b")
    assert dict(read_plan(plan.experiment())) == choices
    assert "stress" not in Plan({"a": choices["a"]}, stress=red_tests()).experiment()


def test_the_panel_counts_what_surely_moves_the_answer_as_the_validation_page_does() -> None:
    log = assumptions(load_scenario([]))
    sure, heavy = surely_red(log), log[(log["quality"] == "red") & (log["impact"] == "red")]
    assert 0 < len(sure) < len(heavy)
    page = str(red(log))
    assert f"{len(sure)} of the red ones surely also move" in page
    assert f"{len(heavy) - len(sure)} more may" in page and "may move the answer much" in page
    first, may, rest = (page.partition(f'id="{name}"')[2].partition("</table>")[0]
                        for name in ("studio-red", "studio-red-may", "studio-red-rest"))  # fmt: skip
    assert [key for key in sure["key"] if f">{key}<" not in first] == []
    assert first.count("<tr") - 1 == len(sure) and may.count("<tr") - 1 == len(heavy) - len(sure)
    assert all("Sure of the impact?" in table for table in (first, may, rest))
    assert ">no<" in may and ">no<" not in first


def test_every_question_about_places_is_offered_and_says_whether_it_needs_a_standard() -> None:
    found = questions()
    assert next(iter(found)) == "fewest_quick" and {"ladder", "where", "projection"} <= set(found)
    assert not {"precision", "variance"} & set(found)
    assert needs_standard("fewest") and not needs_standard("where")
    assert "list_under_20" in standards()


def test_progress_is_read_from_bars_and_from_tallies() -> None:
    assert COUNT.findall("Playing:  30%|###| 12/40 [00:03<00:09, 3.1run/s]")[-1] == ("12", "40", "00:09")
    said = "1,120 replications played, 40 reused, 1.8 a second, about 2:10 left\n"
    assert TALLY.findall(said) == [("1,120", "40", "2:10")]
    assert str(Progress(1160, 0, "2:10")) == "1,160 runs played, about 2:10 left"


def test_who_pays_is_the_ledger_of_the_window_by_hand(tmp_path: Path) -> None:
    """Each pound of an entry counts by the share of its days that lie in the window; homes pay what they got."""
    words = ["run.warm_up_days=31", "run.window_days=61", "run.follow_up_days=31", "run.replications=2"]
    assert main(["money", "run=quick", *words, f"out={tmp_path}"]) == 0
    books = read_books(tmp_path)
    assert books.window == (31.0, 92.0)
    expected = 0.0
    for entries in books.entries:
        for row in entries[entries["payer_kind"] == "NHS"].itertuples():
            width = row.to_day - row.from_day
            part = (
                max(0.0, min(row.to_day, 92) - max(row.from_day, 31)) / width
                if width
                else float(31 <= row.day < 92)
            )
            expected += row.gbp * part / (61 / 365.25) / 2
    found = by_payer(books)
    assert "home" not in set(found["payer"])
    assert found[found["payer"] == "NHS"]["gbp_year"].sum() == pytest.approx(expected)
    shown, count = entries_table(books, str(books.homes["home"][0]))
    assert len(shown.rows) == min(60, count) > 5


def test_money_places_and_how_sure_in_a_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser_path()
    mine, out = tmp_path / "mine", tmp_path / "work" / "results"
    for group, name, text in (("capacity", "ladder", TINY), ("run", "quick", SHORT_RUN)):
        (mine / group).mkdir(parents=True)
        (mine / group / f"{name}.yaml").write_text(text, encoding="utf-8")
    out.parent.mkdir()
    with studio(out, "--config-dir", str(mine)) as address, opened() as (page, refused):
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(address)
        page.wait_for_selector("#glance_b .right", timeout=90_000)
        page.click("#to_sure")
        page.wait_for_selector("#sure_red table", timeout=60_000)
        assert "They were not put to the test" in page.inner_text("#sure_tested")
        assert "red (nobody has published them)" in page.inner_text("#sure_red")
        assert "lie inside its 90% interval" in page.inner_text("#sure_fit")
        page.click("[data-value=money]")
        page.wait_for_function("document.querySelector('#money_at_once').innerText.includes('Run something')")
        page.click("#money_go")  # nothing to work on yet: nothing happens
        page.click("[data-value=scenarios]")
        page.fill("#replications", "2")
        page.check("#tested")
        page.click("#go")
        page.wait_for_selector("#progress .right", timeout=300_000)
        page.click("[data-value=sure]")
        page.wait_for_selector("#sure_tested table", timeout=60_000)
        assert faults(page) == []
        shoot(page, "studio-sure")
        page.click("[data-value=money]")
        page.click("#money_go")
        page.wait_for_selector("#ledger svg", timeout=120_000)
        page.wait_for_selector("#entries table", timeout=60_000)
        assert "out of balance by GBP 0.000000" in page.inner_text("#ledger")
        assert faults(page) == []
        shoot(page, "studio-money-ledger")
        page.click("[data-value=places]")
        page.wait_for_selector("#places_asked .right", timeout=60_000)
        page.select_option("#question", "ladder")
        page.wait_for_function(
            "document.querySelector('#places_asked').innerText.includes('2 designs, 4 replications')"
        )
        assert "brings its own rules" in page.inner_text("#places_asked")
        page.click("#places_go")
        page.wait_for_selector("#places_answer iframe", timeout=180_000)
        assert page.frame_locator("#places_answer iframe").locator("h1").inner_text() == "Ten places more"
        assert faults(page) == []
        shoot(page, "studio-places")
        with page.expect_download() as taken:
            page.click("#places_taken")
        taken.value.save_as(tmp_path / "places.zip")
        page.click("[data-value=away]")
        page.wait_for_function("document.querySelector('#command').innerText.includes('placesim money')")
        with page.expect_download() as taken:
            page.click("#whole")
        taken.value.save_as(tmp_path / "run.zip")
        assert not refused and not wrong
    for name, made in (("run", ("results", "money/a")), ("places", ("places",))):
        again = tmp_path / f"again-{name}"
        with zipfile.ZipFile(tmp_path / f"{name}.zip") as book:
            book.extractall(again)
        monkeypatch.chdir(again)
        before = {part: tables(again / part) for part in made}
        for line in (again / "command.txt").read_text(encoding="utf-8").splitlines():
            words = shlex.split(line)
            assert (
                words[0] == "placesim" and main([*words[1:-1], words[-1].replace("out=", "out=anew/")]) == 0
            )
        for part, first in before.items():
            assert len(first) >= 3 and tables(again / "anew" / part) == first, part


def test_a_ledger_and_a_question_are_cancelled(tmp_path: Path) -> None:
    browser_path()
    out = tmp_path / "results"
    with studio(out) as address, opened() as (page, _):
        page.goto(address)
        page.wait_for_selector("#glance_b .right", timeout=90_000)
        page.click("[data-value=places]")
        page.wait_for_selector("#places_asked .right", timeout=60_000)
        page.click("#places_go")
        page.wait_for_selector("#places_progress progress", timeout=60_000)
        page.click("#places_cancel")
        page.wait_for_function(
            "document.querySelector('#places_progress').innerText.includes('Stopped')", timeout=60_000
        )
    assert not list(out.glob("places-001/places/answers/*/report.html"))
