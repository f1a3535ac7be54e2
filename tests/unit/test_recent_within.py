"""The values behind `experiment=recent` lie within the calibration, and are not said to be more."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.load import load_scenario
from sim.scenario.unknowns import read_unknowns
from sim.study.calibrate.store import read_sample

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[2]
RECENT = ["demand=backcast_2014", "workforce=backcast_2014", "behaviour=backcast_2014"]
FILES = [
    ROOT / "configs" / "experiment" / "recent.yaml",
    *(ROOT / "configs" / f"{one.replace('=', '/')}.yaml" for one in RECENT),
]


def test_each_value_lies_within_ninety_per_cent_of_the_posterior_sample() -> None:
    made = load_scenario(RECENT)
    discretion, authorities = made.behaviour.homes.grounds["discretion"], made.behaviour.authorities
    stream = next(one for name, one in made.demand.streams.items() if name == "welfare_england")
    played = made.model_dump(mode="json", by_alias=True)
    values = {
        "discretion": discretion.intercept,
        "more_no": played["behaviour"]["homes"]["grounds"]["discretion"]["later"]["more"],
        "child_spread": made.behaviour.homes.frailty_sd,
        "road_factor": authorities.road_factor,
        "need": played["demand"]["streams"]["welfare_england"]["length_of_need"][0]["mean"],
        "step_down": played["demand"]["streams"]["welfare_england"]["step_down_delay"]["mean"],
        "referrals": stream.rate[6].per_year,
        "units": played["workforce"]["units_per_place"],
        "vacancy": played["workforce"]["vacancy"]["mean"],
        "more_vacant": played["workforce"]["vacancy_changes"][0]["more"],
        "hardest": played["demand"]["profiles"]["welfare"]["complexity"]["units_day"][2],
    }
    sample, found = read_sample(), {}
    for at, one in enumerate(read_unknowns()):
        if one.name in values:
            share = (values[one.name] - one.low) / (one.high - one.low)
            found[one.name] = float((sample[:, at] < share).mean())
    assert set(found) == set(values)
    assert all(0.05 < quantile < 0.95 for quantile in found.values()), found
    assert min(found.values()) < 0.25, "not the middle of each"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}_{path.stem}")
def test_the_files_do_not_say_the_middle(path: Path) -> None:
    assert "middle of the calibration" not in path.read_text(encoding="utf-8")
