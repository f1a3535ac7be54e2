"""What is said of how many figures are met tells those kept out of the calibration from those used or put in."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sim.scenario.unknowns import rows_of

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[2]


def counts() -> tuple[str, str, int]:
    judged = Counter((row["use"], row["verdict"]) for row in rows_of("calibration/fit.csv"))
    kept_out, used = (
        f"{judged[use, 'inside']} of {judged[use, 'inside'] + judged[use, 'outside']}"
        for use in ("validate", "calibrate")
    )
    return kept_out, used, judged["input", "inside"] + judged["input", "outside"]


def test_the_page_of_the_docs_says_the_counts_of_the_stored_fit() -> None:
    kept_out, used, put_in = counts()
    text = " ".join((ROOT / "docs" / "validation.md").read_text(encoding="utf-8").split())
    assert f"{kept_out} figures kept out of the calibration lie inside their interval" in text
    assert f"{used} used in it; {put_in} more were put in" in text


def test_the_desk_says_the_counts_of_the_stored_fit() -> None:
    pytest.importorskip("shiny")
    from sim.studio.sure_desk import fit

    kept_out, used, put_in = counts()
    text = " ".join(str(fit()).split())
    assert f"{kept_out} kept out of the calibration lie inside its 90% interval" in text
    assert f"{used} used in it; {put_in} more were put in" in text
