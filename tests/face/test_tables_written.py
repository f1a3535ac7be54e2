"""Every table goes through one writer: no cell is run by a spreadsheet, and small counts can be taken out of it."""

from __future__ import annotations

import ast
import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.appraisals import _payers, homes_of_few
from sim.cli import main
from sim.outcomes.suppression import MARK, without_few
from sim.returns.template import write_templates
from sim.store import NUMBER, RUN_BY_SPREADSHEETS, plain_rows, write_csv

pytestmark = pytest.mark.face

ROOT = Path(__file__).resolve().parents[2]
WRITERS = {"to_csv", "writer", "DictWriter", "to_excel"}
ALLOWED = {
    "sim/store.py": "the writer itself",
    "sim/study/calibrate/store.py": "numbers and titles of our own, which the model reads again",
    "sim/report/public/workbook.py": "a spreadsheet and not CSV; its texts go through plain_cell",
}
SHORT = ["run=quick", "run.warm_up_days=20", "run.window_days=60", "run.follow_up_days=0", "run.replications=2",
         "run.workers=1"]  # fmt: skip


def test_nothing_but_the_one_writer_writes_a_table() -> None:
    found = {}
    for path in sorted((ROOT / "sim").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in WRITERS
            ):
                found.setdefault(path.relative_to(ROOT).as_posix(), node.lineno)
    assert set(found) <= set(ALLOWED), found


def runs(cell: str) -> bool:
    """Whether a spreadsheet would run a cell."""
    return cell.startswith(RUN_BY_SPREADSHEETS) and not NUMBER.fullmatch(cell) and cell not in ("-inf",)


def test_a_cell_that_would_run_is_a_text(tmp_path: Path) -> None:
    frame = pd.DataFrame({"=HYPERLINK()": ["@a", "plain", None], "number": [-1.5, 2.0, float("nan")]})
    text = write_csv(tmp_path / "t.csv", frame, "%.3g").read_text()
    assert text == "'=HYPERLINK(),number\n'@a,-1.5\nplain,2\n,\n"
    assert plain_rows([["-x", "-1", None, 3]]) == "'-x,-1,,3\n"


def test_no_table_of_any_verb_has_a_cell_that_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Titles that begin as formulas go in; every CSV file that comes out is read cell by cell."""
    mine = tmp_path / "mine"
    (mine / "experiment").mkdir(parents=True)
    (mine / "experiment" / "hostile.yaml").write_text(
        "title: '=1+1'\nquestion: '@SUM(A1)'\nbaseline: today\nprimary: [children_placed_per_year]\n"
        "scenarios:\n  today: {title: '+today', overrides: []}\n"
        "  other: {title: '=cmd', overrides: [commissioning=regional]}\n"
    )
    config = ["--config-dir", str(mine)]
    list(write_templates(tmp_path / "forms"))
    verbs = [
        ["compare", *config, "experiment=hostile", *SHORT], ["money", *SHORT],
        ["sweep", "commissioning=today,regional", *SHORT],
        ["capacity", "capacity=pipeline", *SHORT],
        ["export", *SHORT], ["assumptions", "quality=red"], ["standards"],
    ]  # fmt: skip
    for at, words in enumerate(verbs):
        assert main([*words, f"out={tmp_path / f'out{at}'}"]) == 0, capsys.readouterr().err
    assert main(["tables", str(tmp_path / "out0")]) == 0
    files = sorted(tmp_path.rglob("*.csv"))
    assert len(files) > 25
    for file in files:
        with file.open(encoding="utf-8", newline="") as opened:
            bad = [cell for row in csv.reader(opened) for cell in row if runs(cell)]
        assert not bad, (file, bad[:3])


def test_a_row_of_few_children_goes_and_takes_the_next_smallest_with_it() -> None:
    frame = pd.DataFrame({"payer": list("aabbb"), "gbp": [1.0, 2.0, 3.0, 4.0, 5.0]})
    found = without_few(frame, pd.Series([2, 9, 0, 6, 7]), ["gbp"], 5, ["payer"])
    assert found["gbp"].tolist() == [MARK, MARK, 3.0, 4.0, 5.0]
    assert without_few(frame, pd.Series([2, 9, 0, 6, 7]), ["gbp"], 0).equals(frame)


def test_money_of_few_children_can_be_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every payment is recounted from the full ledger of the same run: what is shown rests on 0, or on 5 or more."""
    assert main(["money", *SHORT, f"out={tmp_path / 'full'}"]) == 0
    assert main(["money", *SHORT, "suppress=5", f"out={tmp_path / 'few'}"]) == 0
    assert not (tmp_path / "few" / "ledger").exists() and not (tmp_path / "few" / "books.parquet").exists()
    keys = ["payer_kind", "payer", "payee_kind", "cause", "contract", "year", "replication"]
    shown = pd.read_csv(tmp_path / "few" / "payers.csv", dtype={"gbp": str}).set_index(keys)["gbp"]
    hidden = 0
    for at, file in enumerate(sorted((tmp_path / "full" / "ledger").glob("*.parquet"))):
        entries = pd.read_parquet(file).assign(replication=at)
        entries["year"] = entries["date"].dt.year
        for key, children in entries.groupby(keys, observed=True)["child"].nunique().items():
            if 0 < children < 5:
                assert shown.loc[key] == MARK
                hidden += 1
    assert hidden > 50 and (shown != MARK).sum() > 10
    books = pd.read_csv(tmp_path / "few" / "books.csv", dtype=str)
    full = pd.read_csv(tmp_path / "full" / "books.csv")
    few = (full["children"] > 0) & (full["children"] < 5)
    hidden_homes = books["children"] == MARK
    assert few.any() and hidden_homes[few].all() and not hidden_homes.all()
    numbers = books.columns[4:].difference(["places", "contracted_places"])
    assert len(numbers) > 25 and (books.loc[hidden_homes, numbers] == MARK).all(axis=None)
    assert (books.loc[~hidden_homes, numbers] != MARK).all(axis=None)
    told = capsys.readouterr().out.rpartition("Homes in a year")[2]
    assert [name for name in full.loc[hidden_homes, "home"] if name in told] == []


def test_no_number_of_a_hidden_home_follows_from_what_is_shown() -> None:
    """Each row on its own, and every total over homes less what is shown: none of them gives a hidden home."""
    books = pd.DataFrame(
        {"home": list("abcdefgh"), "operator_type": [*["council"] * 6, *["charity"] * 2],
         "region": ["N", "N", "S", "S", "S", "W", "W", "W"], "contracted_places": [0, 4, 0, 4, 4, 0, 0, 4],
         "children": [3.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0]}
    )  # fmt: skip
    hidden = homes_of_few(books, 5)
    assert hidden[0] and not hidden.all() and not homes_of_few(books, 0).any()
    assert not homes_of_few(books.assign(children=0.0), 5).any()
    keys = [books["home"] != "", books["operator_type"], books["region"], books["contracted_places"] > 0]
    totals = np.vstack([key == one for key in keys for one in dict.fromkeys(key)]).astype(float)
    left = totals[:, hidden]  # what a total says of hidden homes once the shown ones are taken off
    for at in range(int(hidden.sum())):
        one = np.eye(int(hidden.sum()))[at]
        assert np.linalg.matrix_rank(np.vstack([left, one])) > np.linalg.matrix_rank(left), at


def test_a_payment_for_no_child_is_not_counted_as_one_more_child() -> None:
    keys = {"payer_kind": "fund", "payer": "Fund", "payee_kind": "home", "cause": "x", "contract": "none"}
    frame = pd.DataFrame(
        {"child": ["1", "2", "3", "4", ""], "gbp": 1.0, "date": pd.Timestamp("2026-04-30"), **keys}
    )
    assert _payers(frame, 5)["gbp"].tolist() == [MARK] and _payers(frame, 4)["gbp"].tolist() == [5.0]
    assert _payers(frame[frame["child"] == ""], 2)["gbp"].tolist() == [MARK]
