"""The verbs about money: what they write, what they say, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main

pytestmark = pytest.mark.face

TINY = ["run=quick", "run.replications=2", "run.workers=1", "run.warm_up_days=30", "run.window_days=120",
        "run.follow_up_days=0"]  # fmt: skip


@pytest.fixture(scope="module")
def business(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("business")
    assert main(["appraise", "experiment=business_case", *TINY, f"out={out}"]) == 0
    return out


def test_money_writes_ledger_books_and_payers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["money", "commissioning=regional", *TINY, "nominal=true", f"out={tmp_path}"]) == 0
    told = capsys.readouterr().out
    assert "Lansdowne" in told and "out of balance by GBP 0.000000" in told
    ledger = pd.read_parquet(tmp_path / "ledger" / "regional-00001.parquet")
    assert {"date", "payer", "payee", "home", "child", "cause", "contract", "gbp", "gbp_nominal"} < set(
        ledger
    )
    assert set(ledger["contract"].unique()) == {"none", "spot", "block", "pooled", "shares"}
    by_payer = ledger.groupby("payer_kind", observed=True)["gbp"].sum()
    by_payee = ledger.groupby("payee_kind", observed=True)["gbp"].sum()
    for conduit in ("home", "pooled fund"):
        assert by_payer[conduit] == pytest.approx(by_payee[conduit])
    books = pd.read_csv(tmp_path / "books.csv")
    assert len(books) == 14 and books["home"].is_unique
    payers = pd.read_csv(tmp_path / "payers.csv")
    assert payers["gbp"].sum() == pytest.approx(
        sum(pd.read_parquet(file)["gbp"].sum() for file in (tmp_path / "ledger").glob("*.parquet")), rel=1e-6
    )


def test_a_business_case_has_its_tables_page_and_figure(business: Path) -> None:
    value = pd.read_csv(business / "value.csv").set_index(["option", "measure"])
    yearly, cash = pd.read_csv(business / "yearly.csv"), pd.read_csv(business / "cash.csv")
    assert set(yearly["option"]) == {"regional_home", "london_home", "lincolnshire", "two_open_homes"}
    for option, mine in yearly.groupby("option"):
        assert len(mine) == 60
        npsv = value.loc[(option, "net present social value"), "value"]
        assert mine["net_discounted"].sum() / 1e6 == pytest.approx(npsv, abs=1e-3)
        # what all payers pay is what is spent less what is saved, year by year
        paid = cash[cash["option"] == option].groupby("year")["gbp"].sum()
        assert (paid + mine.set_index("year")["net"]).abs().max() < 100
    page = (business / "appraisal.html").read_text(encoding="utf-8")
    assert "net present social value" in page and "http" not in page.replace("http-equiv", "")
    assert (business / "figures" / "cumulative.png").stat().st_size > 10_000
    assert {"reserves.csv", "switching.csv", "manifest.json"} <= {file.name for file in business.iterdir()}


def test_a_shared_home_is_split_in_five_ways(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = "experiment.sharing.members=[Birmingham, Coventry, Dudley]"
    call = ["share", "experiment=shared_home", few, "experiment.sharing.member_regions=[]", *TINY]
    assert main([*call, f"out={tmp_path}"]) == 0
    table = pd.read_csv(tmp_path / "sharing.csv")
    assert table["split"].nunique() == 5 and table["member"].nunique() == 3
    total = table.groupby("split")["gbp_year"].sum()
    assert (total - total.iloc[0]).abs().max() < 1.0, "every split pays for all"
    assert "Together the members would have" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["appraise", "experiment=central_vs_local"], "nothing is said about owners"),
        (["share", "experiment=business_case"], "nothing is said about members"),
        (["appraise", "experiment=business_case", "costs=none"], "its costs have no money; given none"),
        (["money", "costs=none"], "these costs have no money"),
        (["appraise", "experiment=business_case",
          "experiment.appraisal.schemes.lincolnshire.reserves={Lincolnshyre: 1}"], "nearest Lincolnshire"),
        (["appraise", "experiment=business_case",
          "experiment.appraisal.schemes.lincolnshire.owners={Lincolnshire: 0.9}"], "allowed 1"),
        (["money", "costs.money.deflator_beyond=7"], "costs.money.deflator_beyond"),
        (["money", "costs.money.bokks.variable_gbp_child_week=7"], "nearest books"),
    ],
)  # fmt: skip
def test_wrong_input_is_one_line_and_writes_nothing(
    call: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "none"
    assert main([*call, f"out={out}"]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert not out.exists()


def test_books_without_few_children_leave_no_ledger_of_an_earlier_call(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same folder twice: what the verb wrote of single children goes, what anybody else put there stays."""
    out = tmp_path / "used"
    assert main(["money", "commissioning=regional", *TINY, f"out={out}"]) == 0
    assert main(["money", *TINY, f"out={out}"]) == 0
    assert len(list((out / "ledger").glob("*.parquet"))) == 4 and (out / "books.parquet").exists()
    (out / "ledger" / "notes.txt").write_text("mine")
    capsys.readouterr()
    assert main(["money", *TINY, "suppress=12", f"out={out}"]) == 0
    assert "removed" in capsys.readouterr().out
    left = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    assert left == ["books.csv", "ledger/notes.txt", "manifest.json", "payers.csv"]


@pytest.mark.parametrize("name", ["books.parquet", "ledger/today-00000.parquet"])
def test_a_file_that_money_did_not_write_is_not_removed(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "used"
    (out / name).parent.mkdir(parents=True)
    (out / name).write_bytes(b"not of this verb")
    assert main(["money", *TINY, "suppress=12", f"out={out}"]) == 2
    error = capsys.readouterr().err
    assert str(out) in error and name in error and error.count("\n") == 1
    assert [path for path in out.rglob("*") if path.is_file()] == [out / name]
