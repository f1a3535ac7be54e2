"""The verbs bound and localism: tables that add up, and one line for what cannot be."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main

pytestmark = pytest.mark.face

SMALL = ("run=quick", "run.replications=2", "run.warm_up_days=60", "run.window_days=60", "run.follow_up_days=0",
         "run.backend=serial")  # fmt: skip


def test_no_rule_passes_the_bound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bound", "commissioning=today,duty_to_admit", *SMALL, f"out={tmp_path}"]) == 0
    table = pd.read_csv(tmp_path / "bound.csv")
    days, waiting = (table[table["objective"] == name] for name in ("child_days", "need_waiting"))
    assert len(days) == len(waiting) == 2
    assert (days["reached"] <= days["bound"]).all() and (days["schedule"] <= days["bound"]).all()
    assert (waiting["reached"] >= waiting["bound"]).all() and (waiting["schedule"] >= waiting["bound"]).all()
    assert table["share_of_bound"].between(0, 1).all()
    assert "commissioning=duty_to_admit" in capsys.readouterr().out


def test_the_shares_of_the_answers_add_up_to_the_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["localism", "from=local", "to=national_panel", "staffing=full", *SMALL, f"out={tmp_path}"]
    assert main(words) == 0
    table = pd.read_csv(tmp_path / "localism.csv")
    for objective, rows in table.groupby("objective"):
        ends = rows[rows["what"] == "reached by"]["value"].to_list()
        shares = rows[rows["what"] == "share"]
        assert set(shares["answer"]) == {"information", "ranking", "refusal", "staffing"}, objective
        assert shares["value"].sum() == pytest.approx(ends[1] - ends[0], abs=1e-6)
    assert "without a share: pooling" in capsys.readouterr().out


def test_a_wrong_end_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["localism", "to=national_panle"]) == 2
    assert "nearest national_panel" in capsys.readouterr().err
    assert main(["localism", "commissioning=today"]) == 2
    assert "allowed from=RULE to=RULE" in capsys.readouterr().err


def test_a_bound_with_transfers_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bound", "behaviour.breakdown.transfer_sought=0.3", "run=quick"]) == 2
    assert (
        "behaviour.breakdown.transfer_sought" in (said := capsys.readouterr().err) and said.count("\n") == 1
    )
