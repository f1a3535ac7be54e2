"""The page of a sweep: every scenario with its intervals, what was varied, nothing that axe faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli import main
from sim.report.numbers import interval
from sim.study.sweep.read import read_sweep
from tests.face.browser import browser_path, faults, opened, shoot

pytestmark = pytest.mark.face

SHORT = ["run=quick", "run.warm_up_days=20", "run.window_days=60", "run.follow_up_days=0", "run.replications=2",
         "run.workers=1"]  # fmt: skip


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sweep")
    assert main(["sweep", "commissioning=today,regional", "demand.scale=0.9,1.1", *SHORT, f"out={out}"]) == 0
    assert main(["report", str(out)]) == 0
    return out


def test_every_scenario_and_what_was_varied_is_on_the_page(swept: Path) -> None:
    page = (swept / "report.html").read_text(encoding="utf-8")
    assert "A sweep of 4 scenarios" in page and "<li>demand.scale: 2 values</li>" in page
    levels = read_sweep(swept)
    rows = levels[(levels["measure"] == "children_waiting_mean") & (levels["group"] == "all")]
    for row in rows.itertuples():
        assert str(row.title) in page
        told = interval(float(row.value), float(row.lower_95), float(row.upper_95), str(row.unit))
        assert told.replace(" to ", "\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}") in page
    assert (swept / "figures" / "sweep.png").is_file()


def test_the_page_of_a_sweep_is_accessible_and_fetches_nothing(swept: Path) -> None:
    browser_path()
    with opened() as (page, refused):
        page.goto(f"file://{swept / 'report.html'}")
        assert faults(page) == [] and not refused
        shoot(page, "sweep-page")


def test_a_folder_whose_page_is_made_already_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "answers" / "ladder").mkdir(parents=True)
    (tmp_path / "answers" / "ladder" / "report.html").write_text("<p>")
    assert main(["report", str(tmp_path)]) == 2
    assert "its page is made already" in capsys.readouterr().err
