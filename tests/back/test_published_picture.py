"""At the defaults today's rule looks like what is published, and central minus today splits into two steps.

The ranges are wide on purpose: nothing is calibrated yet. They are met all at once or not at all.
"""

from __future__ import annotations

import pytest

from sim.scenario.load import LoadedExperiment, load_experiment, load_scenario
from sim.study.compare import Comparison, Split, compare
from sim.study.estimate import gather
from sim.study.pool import play_all

pytestmark = pytest.mark.back

PUBLISHED = {
    "share_placed": (0.45, 0.62),
    "children_waiting_mean": (20, 70),
    "occupancy_approved": (0.55, 0.75),  # 0.60 on 31 March 2023 (Department for Education)
    "contracted_places_used": (0.50, 0.75),
    "miles_from_last_placement": (110, 170),
    "available_over_approved": (0.81, 0.91),  # 203 of 230 places on 31 March 2023
}
STEPS = ("today", "national_panel_todays_grounds", "national_panel")


def test_today_looks_like_what_is_published() -> None:
    parts = gather(play_all([load_scenario(["run.seed=2023"])], [6], workers=1)[0])
    found = dict(zip(parts.keys, parts.ratio().tolist(), strict=True))
    outside = {
        measure: f"{found[measure, 'all', 'all']:.4g}, published {low} to {high}"
        for measure, (low, high) in PUBLISHED.items()
        if not low <= found[measure, "all", "all"] <= high
    }
    assert not outside


@pytest.fixture(scope="module")
def loaded() -> LoadedExperiment:
    return load_experiment(["experiment=central_vs_local", "run.seed=2023"])


@pytest.fixture(scope="module")
def compared(loaded: LoadedExperiment) -> Comparison:
    split = loaded.experiment.splits[0]
    return compare(
        {name: loaded.scenarios[name] for name in STEPS},
        "today",
        loaded.experiment.primary,
        [Split(split.title, tuple((part.name, part.from_, part.to) for part in split.parts))],
        replications=2,
        workers=1,
    )


def test_the_steps_change_one_thing_each(loaded: LoadedExperiment) -> None:
    parts = [(part.name, part.from_, part.to) for part in loaded.experiment.splits[0].parts]
    assert parts == [("coordination", *STEPS[:2]), ("refusal", *STEPS[1:])]
    today, coordinated, panel = (loaded.scenarios[name] for name in STEPS)
    apart = {"commissioning"}
    assert today.model_dump(exclude=apart) == coordinated.model_dump(exclude=apart)
    assert today.model_dump(exclude=apart) == panel.model_dump(exclude=apart)
    assert today.commissioning.justice == coordinated.commissioning.justice == panel.commissioning.justice
    assert today.commissioning.welfare.refusal == coordinated.commissioning.welfare.refusal
    words = {"title", "refusal"}
    before, after = coordinated.commissioning.welfare, panel.commissioning.welfare
    assert before.model_dump(exclude=words) == after.model_dump(exclude=words)
    assert set(before.refusal) - set(after.refusal) == {"discretion"}


def test_central_minus_today_is_coordination_plus_refusal(compared: Comparison) -> None:
    parts = compared.splits.pivot(index="measure", columns="part", values="difference")
    whole = compared.differences.query("scenario == 'national_panel' and group == 'all'")
    whole = whole.set_index("measure")["difference"]
    assert sorted(parts.index) == sorted(compared.primary)
    for measure, row in parts.iterrows():
        assert row["coordination"] + row["refusal"] == pytest.approx(row["both together"], rel=1e-9)
        assert row["both together"] == pytest.approx(whole[measure], rel=1e-9)
    assert (parts[["coordination", "refusal"]] != 0).all(axis=None)
