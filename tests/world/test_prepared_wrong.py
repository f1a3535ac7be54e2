"""Whatever is wrong in a prepared tape is said in one line: file, row, column, what was given, what is allowed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sim
from sim.study.replicate import simulate
from tests.world.test_prepared import two_routes

pytestmark = pytest.mark.world

Table = dict[str, Any]
FINE: Table = {"day": [1.0, 2.0, 3.0], "type": ["welfare"] * 3}
FULL: Table = {"day": [0.0, 0.0, 5.0], "home": ["hill", "vale", "hill"], "places": [3, 2, 1]}

# what is changed in a table that is fine (None: the column is left out), and what is said
REFERRALS: dict[str, tuple[Table, str]] = {
    "a typing error": ({"dya": [1, 2, 3]}, "referrals: dya: no such column; .*nearest day"),
    "no day": ({"day": None}, "referrals: day: the column is missing; given type; allowed a column day"),
    "before the start": (
        {"day": [1.0, -2.0, 3.0]},
        "referrals row 1: day: given -2.0; allowed a number from 0 to less than 100",
    ),
    "after the end": ({"day": [1.0, 2.0, 100.0]}, "referrals row 2: day: given 100.0; allowed"),
    "an empty day": ({"day": [1.0, None, 3.0]}, "referrals row 1: day: given nothing; allowed a day"),
    "a word": (
        {"need_days": ["4", "long", "5"]},
        "row 1: need_days: given long; allowed a number, 0 or more",
    ),
    "several": ({"need_days": [-1.0, 2.0, -3.0]}, r"row 0: need_days: given -1.0; .* \(and 1 more\)"),
    "not a number": ({"need_days": ["nan", "1", "2"]}, "row 0: need_days: given nan; allowed a number"),
    "true for a number": ({"need": [True, False, True]}, "row 0: need: given true; allowed a number"),
    "no limit": ({"need": [0.0, np.inf, 0.0]}, "row 1: need: given inf; allowed a number, not infinite"),
    "half a class": ({"complexity": [0, 0.5, 1]}, "row 1: complexity: given 0.5; allowed a whole number"),
    "a class too many": ({"complexity": [0, 1, 2]}, "row 2: complexity: given 2; allowed .* from 0 to 1"),
    "a class too many for some": (
        {"complexity": [0, 1, 1], "type": ["welfare", "welfare", "justice"]},
        "row 2: complexity: given 1; allowed less than 1 for held",
    ),
    "a misspelt route": ({"route": ["welfare", "wellfare", "welfare"]}, "given wellfare; .*nearest welfare"),
    "route and type at odds": ({"route": ["remand"] * 3}, "row 0: stream: no stream is of the type"),
    "no stream": ({"type": None}, "row 0: stream: more than one stream is possible; allowed children, held"),
    "an unknown origin": (
        {"origin": ["town", "twon", "port"]},
        "row 1: origin: given twon; allowed town, port; nearest town",
    ),
    "origin and region at odds": (
        {"origin": ["town"] * 3, "region": ["north", "south", "south"]},
        "row 1: region: the origin lies elsewhere; given south",
    ),
    "a region without origins": (
        {"region": ["north", "empty", "south"]},
        "row 1: region: no origin of children lies there; given empty; allowed north, south",
    ),
    "maybe": ({"girl": ["true", "false", "maybe"]}, "row 2: girl: given maybe; allowed true or false"),
    "neither 0 nor 1": ({"girl": [1, 0, 2]}, "row 2: girl: given 2; allowed true or false"),
    "an unknown flag": ({"flag_hram": [1, 0, 0]}, "flag_hram: no such column; .*nearest flag_harm"),
    "units twice": ({"units": [1] * 3, "units_day": [1] * 3}, "given twice: units and units_day"),
    "a number twice": ({"number": [4, 5, 4]}, "row 2: number: two children of one stream .* given 4"),
    "a number below 0": ({"number": [4, -5, 6]}, "row 1: number: given -5; allowed below 0 for residents"),
    "a late resident": (
        {"resident": [False, True, False]},
        "row 1: day: given 2.0; allowed 0 for a child who",
    ),
    "a probability": (
        {"referred_again": [0.5, 1.5, 0.1]},
        "row 1: .* given 1.5; allowed a number from 0 to 1",
    ),
    "an alternative": ({"alternative": ["home"] * 3}, "row 0: alternative: given home; allowed unregistered"),
    "lengths": ({"type": [0]}, "referrals: columns differ in length"),
}
STAFFING: dict[str, tuple[Table, str]] = {
    "an unknown home": (
        {"home": ["hill", "vael", "hill"]},
        "staffing row 1: home: given vael; allowed hill, vale; nearest vale",
    ),
    "a home without": ({"home": ["hill"] * 3, "day": [0, 1, 2]}, "staffing: home: no row for vale"),
    "a day twice": ({"day": [5.0, 0.0, 5.0]}, "staffing row 2: day: the same day twice for hill"),
    "an empty cell": ({"places": [3, None, 1]}, "staffing row 1: places: given nothing; allowed a value"),
    "fewer than none": ({"places": [3, -1, 1]}, "staffing row 1: places: given -1; allowed a number, 0 or"),
    "too late": ({"day": [0.0, 0.0, 100.0]}, "staffing row 2: day: given 100.0; allowed .* less than 100"),
    "no units": ({"places": None}, "staffing: units_by_day: the column is missing"),
    "places and units": ({"units_by_day": [1] * 3}, "given twice: places and units_by_day"),
    "another column": ({"shift": [1] * 3}, "staffing: shift: no such column"),
}


def changed(table: Table, changes: Table) -> Table:
    return {name: column for name, column in (table | changes).items() if column is not None}


def refusal(given: Any) -> str:
    made = two_routes(regions=("north", "south", "empty"))
    with pytest.raises(sim.ConfigError) as caught:
        simulate(made, world=given)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_tables_that_are_changed_below_are_fine() -> None:
    assert len(simulate(two_routes(), world={"referrals": FINE, "staffing": FULL}).log)


@pytest.mark.parametrize("fault", REFERRALS)
def test_wrong_referrals(fault: str) -> None:
    changes, said = REFERRALS[fault]
    found = refusal(changed(FINE, changes))
    assert re.search(said, found), found


@pytest.mark.parametrize("fault", STAFFING)
def test_wrong_staffing(fault: str) -> None:
    changes, said = STAFFING[fault]
    found = refusal({"referrals": FINE, "staffing": changed(FULL, changes)})
    assert re.search(said, found), found


def test_a_csv_file_says_its_own_rows_and_a_parquet_file_its_name(tmp_path: Path) -> None:
    table = pd.DataFrame(FINE | {"need_days": [1.0, -2.0, 3.0]})
    table.to_csv(tmp_path / "mine.csv", index=False)
    table.to_parquet(tmp_path / "mine.parquet", index=False)
    assert refusal(tmp_path / "mine.csv").startswith("mine.csv row 3: need_days: given -2.0; allowed")
    assert refusal(str(tmp_path / "mine.parquet")).startswith("mine.parquet row 1: need_days: given -2.0")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "none.csv")
    assert "allowed a .parquet or .csv file" in refusal(tmp_path / "mine.xlsx")
    (tmp_path / "broken.parquet").write_bytes(b"nothing of the kind")
    assert refusal(tmp_path / "broken.parquet").startswith("broken.parquet: not Parquet")
    (tmp_path / "empty.csv").write_text("")
    assert refusal(tmp_path / "empty.csv").startswith("empty.csv: not CSV")


def test_a_world_that_is_something_else(tmp_path: Path) -> None:
    assert "no referrals.parquet or referrals.csv" in refusal(tmp_path)
    for name in ("referrals.csv", "referrals.parquet"):
        (tmp_path / name).write_text("day\n1\n")
    assert "holds referrals.parquet and referrals.csv" in refusal(tmp_path)
    assert "given list; allowed a data frame" in refusal([1, 2])
    assert "nearest staffing" in refusal({"referrals": FINE, "stafing": FULL})
    assert "world: referrals: the table is missing; given staffing" in refusal({"staffing": FULL})
    assert "world: referral: no such table; allowed referrals, staffing; nearest referrals" in refusal(
        {"referral": FINE}
    )
    assert "world: " in refusal("no_folder") and "no such folder or file" in refusal("no_folder")
