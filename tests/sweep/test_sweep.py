"""A sweep from its design to its dataset: which scenarios, what is kept, what is refused."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb
import pandas as pd
import pytest

import sim
from sim.scenario.errors import ConfigError
from sim.scenario.sweep import load_sweep
from sim.scenario.sweeping import values
from sim.study.code import changed, code_files
from tests.sweep.runs import FEW, SHORT, TEXTBOOK, command, contents, leftovers, run, sweep

pytestmark = pytest.mark.sweep


def titles(*overrides: str) -> list[str]:
    return [point.title for point in load_sweep([*overrides, "run=quick"]).points]


def test_every_combination_is_visited_and_the_last_key_varies_fastest() -> None:
    found = titles("commissioning=today,local", "demand.scale=0.9,1.1")
    assert found == [
        f"commissioning={rule}, demand.scale={scale}" for rule in ("today", "local") for scale in (0.9, 1.1)
    ]


def test_ranges_have_plain_numbers_and_globs_find_options() -> None:
    assert titles("workforce.vacancy.mean=range(0.05,0.36,0.1)") == [
        f"workforce.vacancy.mean={value}" for value in ("0.05", "0.15", "0.25", "0.35")
    ]
    assert titles("commissioning=glob(national_panel*)") == [
        "commissioning=national_panel", "commissioning=national_panel_todays_grounds",
    ]  # fmt: skip


def test_one_value_of_each_key_is_one_scenario() -> None:
    assert titles("demand.scale=0.9") == ["as given"]


def test_coupled_values_go_together() -> None:
    found = load_sweep(["design=demand_outgrows_staff"]).points
    assert [point.overrides for point in found][:2] == [
        ("demand.scale=0.9", "workforce.vacancy.mean=0.05"), ("demand.scale=1.0", "workforce.vacancy.mean=0.15"),
    ]  # fmt: skip
    assert len(found) == 4


def test_a_list_an_experiment_and_swept_keys_are_crossed() -> None:
    assert titles("design=good_and_bad_years", "commissioning=today,local")[:3] == [
        "As now, commissioning=today", "As now, commissioning=local", "A good year, commissioning=today",
    ]  # fmt: skip
    assert len(titles("experiment=central_vs_local", "demand.scale=0.9,1.1")) == 10


@pytest.mark.parametrize("design", ["demand_and_staff", "red_assumptions"])
def test_a_filled_design_covers_each_range_evenly_and_is_always_the_same(design: str) -> None:
    found, again = load_sweep([f"design={design}"]), load_sweep([f"design={design}"])
    assert found.points == again.points and len(found.points) == 64
    vacancy = sorted(one.workforce.vacancy.mean for one in found.scenarios)  # type: ignore[union-attr]
    slices = [int((value - 0.05) / 0.30 * 64) for value in vacancy]
    assert max(abs(slice_ - at) for at, slice_ in enumerate(slices)) <= 1  # one point in each of 64 slices


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (["demand.skale=1,2"], "demand.skale: no such key; given 1; allowed"),
        (["demand.scale=1,a"], "demand.scale: given a; allowed a number"),
        (["demand.scale=interval(1,2)"], "an interval has no end of values"),
        (["demand.scale=shuffle(1,2)"], "a sweep is the same each time"),
        (["demand.scale=range(1,0.5,0.1)"], "demand.scale: the range has no value in it"),
        (["demand.scale=range(0.5,1,0)"], "demand.scale: the range has no value in it"),
        (["commissioning=glob(x*)"], "finds no option"),
        (["commissioning=today,locl"], "nearest local"),
        (["run.replications=10,20"], "run.replications: a setting of the whole sweep"),
        (["demand.scale=1", "design=demand_and_staff"], "would change nothing"),
        (["demand.scale=1,1.0"], "demand.scale=1 and demand.scale=1.0 are the same scenario"),
        (["design=demand_and_stuff"], "nearest demand_and_staff"),
        (["demand._target_=os.system,1"], "configs are data"),
        (["run.seed=1,2", "demand.scale=${oc.env:HOME},1"], "configs are data"),
    ],
)
def test_a_wrong_sweep_is_one_line(overrides: list[str], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_sweep(overrides)
    assert said in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("ends", ["low: 2, high: 1", "low: 0, high: 1, scale: log", "low: 1, high: 2.5, whole: true",
                                  "low: 1, high: 2, whole: true, scale: log"])  # fmt: skip
def test_a_design_with_a_wrong_range_is_told_by_its_own_file(ends: str, tmp_path: Path) -> None:
    file = tmp_path / "design" / "mine.yaml"
    file.parent.mkdir()
    file.write_text(
        f"kind: latin_hypercube\ntitle: M\npoints: 4\nranges:\n  - {{key: demand.scale, {ends}}}\n"
    )
    with pytest.raises(ConfigError) as caught:
        load_sweep(["design=mine"], tmp_path)
    assert str(caught.value).startswith(f"{file}: design.ranges.0: "), caught.value
    assert "demand.scale" in str(caught.value) and "; allowed " in str(caught.value)


def test_a_range_of_too_many_values_is_refused_before_they_are_listed() -> None:
    with pytest.raises(
        ConfigError, match=r"demand\.scale: a range of 2,000,000 values; .* 1,000,000 at most"
    ):
        values("demand.scale=range(0,2,0.000001)", "command line", ())


# -- the dataset --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store") / "sweep"
    done = run(sweep(folder, *FEW, *SHORT, "run.logs=true"))
    assert done.returncode == 0, done.stderr
    return folder


def test_one_line_of_sql_reads_it(store: Path) -> None:
    measures = f"read_parquet('{store}/measures/**/*.parquet', hive_partitioning=true)"
    query = (
        'SELECT commissioning, "demand.scale" AS scale, avg(value) AS waiting '
        f"FROM {measures} JOIN '{store}/scenarios.csv' USING (scenario) "
        "WHERE measure = 'children_waiting_mean' AND \"group\" = 'all' GROUP BY ALL ORDER BY ALL"
    )
    found = duckdb.sql(query).df()
    assert list(found["scale"]) == [0.8, 0.9, 1.0, 0.8, 0.9, 1.0]
    assert (
        found["waiting"].is_monotonic_increasing
        or found.groupby("commissioning")["waiting"].apply(lambda one: one.is_monotonic_increasing).all()
    )


def test_read_sweep_lays_each_row_beside_what_its_scenario_sets(store: Path) -> None:
    found = sim.read_sweep(store)
    waiting = found[(found["measure"] == "children_waiting_mean") & (found["group"] == "all")]
    assert list(waiting["number"]) == [1, 2, 3, 4, 5, 6]
    assert list(waiting["demand.scale"]) == [0.8, 0.8, 0.9, 0.9, 1.0, 1.0]
    assert set(sim.read_sweep(store, "measures")["replication"]) == {0, 1, 2, 3}


def test_it_holds_what_each_replication_gives_when_played_alone(store: Path) -> None:
    settings = pd.read_csv(store / "scenarios.csv")
    row = settings[(settings["demand.scale"] == 0.9) & (settings["commissioning"] == "first_come")].iloc[0]
    scenario = sim.load_scenario([*SHORT, "demand.scale=0.9", "commissioning=first_come"], TEXTBOOK)
    alone = sim.simulate(scenario, 2)
    kept = pd.read_parquet(store / "measures" / f"scenario={row['scenario']}" / "measures.parquet")
    kept = kept[kept["replication"] == 2].drop(columns="replication").reset_index(drop=True)
    pd.testing.assert_frame_equal(
        kept, alone.measures[list(kept.columns)], check_dtype=False, check_exact=True
    )
    log = pd.read_parquet(store / "logs" / f"scenario={row['scenario']}" / "log.parquet")
    log = log[log["replication"] == 2].drop(columns="replication").reset_index(drop=True)
    pd.testing.assert_frame_equal(log, alone.log.to_frame(), check_dtype=False, check_categorical=False)


def test_its_levels_are_those_of_a_comparison(store: Path) -> None:
    scenarios = {
        name: sim.load_scenario([*SHORT, "demand.scale=0.9", f"commissioning={name}"], TEXTBOOK)
        for name in ("first_come", "own_region_first_come")
    }
    settings = pd.read_csv(store / "scenarios.csv").set_index(["commissioning", "demand.scale"])
    expected = sim.compare(scenarios, "first_come", workers=1).levels
    for name in scenarios:
        hash_ = settings.loc[(name, 0.9), "scenario"]
        found = pd.read_parquet(store / "levels" / f"scenario={hash_}" / "levels.parquet")
        wanted = expected[expected["scenario"] == name].drop(columns="scenario").reset_index(drop=True)
        pd.testing.assert_frame_equal(found[list(wanted.columns)], wanted, check_dtype=False, rtol=1e-9)


def test_the_manifest_tells_seed_versions_code_and_each_scenario(store: Path) -> None:
    about = json.loads((store / "manifest.json").read_text())
    assert about["seed"] == 2023 and about["replications"] == 4
    assert set(about["versions"]) >= {"python", "numpy", "simpy"} and "commit" in about["code"]
    assert [one["state"] for one in about["scenarios"]] == ["finished"] * 6
    assert all(one["seconds"] > 0 for one in about["scenarios"])


def test_a_finished_sweep_is_resumed_at_once_and_nothing_moves(store: Path) -> None:
    before = contents(store)
    began = time.monotonic()
    done = run(command("resume", str(store)))
    assert done.returncode == 0 and "6 finished" in done.stdout, done.stderr
    assert (
        time.monotonic() - began < 20
    )  # a sweep played again would take longer; the bench says how fast it is
    assert contents(store) == before and not leftovers(store)


def test_the_same_sweep_goes_on_and_another_is_refused_with_what_differs(store: Path) -> None:
    assert run(sweep(store, *FEW, *SHORT, "run.logs=true", "run.workers=1")).returncode == 0
    for words, said in (
        ((*FEW, *SHORT, "run.logs=true", "run.seed=5"), "run.seed 2023 -> 5; allowed"),
        ((*FEW, *SHORT), "run.logs true -> false"),
        ((FEW[0], *SHORT, "run.logs=true"), "6 scenarios -> 3"),
        ((*FEW, *SHORT[:2], "run.replications=8", "run.logs=true"), "run.replications 4 -> 8"),
    ):
        done = run(sweep(store, *words))
        assert done.returncode == 2 and said in done.stderr and done.stderr.count("\n") == 1, done.stderr


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("run.workers=0", "run.workers: given 0; allowed a whole number, 1 to 1024"),
        ("run.backend=laky", "run.backend: given laky; allowed loky, dask, spark, serial; nearest loky"),
        ("run.replications=5", "run.replications: cannot be changed"),
    ],
)
def test_a_wrong_setting_of_a_resumed_sweep_is_one_line(store: Path, setting: str, said: str) -> None:
    done = run(command("resume", str(store), setting))
    assert done.returncode == 2 and said in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_a_changed_config_is_refused_with_the_setting_and_a_comment_is_not(tmp_path: Path) -> None:
    mine, out = tmp_path / "mine", tmp_path / "sweep"
    (mine / "run").mkdir(parents=True)
    file = mine / "run" / "mine.yaml"
    text = "defaults: [textbook, _self_]\nwarm_up_days: 10\nwindow_days: 100\nreplications: 2\n"
    file.write_text(text)
    base = ("estate=one_home", "demand=one_stream", "workforce=unlimited", "legal=none", "behaviour=instant",
            "commissioning=first_come", "costs=none", "run=mine")  # fmt: skip
    words = command("sweep", "--config-dir", str(mine), f"out={out}", *base, "run.seed=1,2")
    assert run(words).returncode == 0
    file.write_text(f"# the same again\n{text}")
    assert run(command("resume", str(out))).returncode == 0
    file.write_text(text.replace("100", "120"))
    done = run(command("resume", str(out)))
    assert done.returncode == 2 and "run.window_days 100 -> 120" in done.stderr, done.stderr


def test_changed_code_is_refused_with_the_files(store: Path) -> None:
    plan = store / "sweep.json"
    text = plan.read_text()
    data = json.loads(text)
    data["code"]["sim/engine/floor.py"] = "0" * 16
    plan.write_text(json.dumps(data))
    try:
        done = run(command("resume", str(store)))
        assert done.returncode == 2 and "the code has changed: sim/engine/floor.py" in done.stderr
    finally:
        plan.write_text(text)


def test_every_module_that_plays_a_replication_is_part_of_the_code_version() -> None:
    code = "import sys, sim.study.replicate; print(*(name for name in sys.modules if name.startswith('sim.study.')))"
    played = run([sys.executable, "-c", code]).stdout.split()
    assert "sim.study.wiring" in played
    assert {f"{name.replace('.', '/')}.py" for name in played} <= set(code_files())


def test_what_changed_in_the_code_is_told_in_words() -> None:
    before = {"sim/a.py": "1", "sim/b.py": "1", "numpy": "2.0"}
    assert changed(before, {"sim/a.py": "2", "sim/c.py": "1", "numpy": "2.1"}) == [
        "sim/a.py", "sim/b.py (gone)", "numpy 2.0 -> 2.1", "sim/c.py (new)",
    ]  # fmt: skip


def test_status_says_how_far_it_is_and_clean_removes_only_what_is_ours(tmp_path: Path) -> None:
    out = tmp_path / "sweep"
    assert run(sweep(out, "demand.scale=0.8,0.9", *SHORT)).returncode == 0
    (out / "notes.txt").write_text("mine")
    block = out / "parts" / "sffff" / "0000000-measures.parquet"
    block.parent.mkdir(parents=True)
    block.write_text("")
    assert "1 file removed; finished scenarios are kept" in run(command("clean", str(out))).stdout
    assert "2 finished" in run(command("status", str(out))).stdout
    gone = run(command("clean", str(out), "--all"))
    assert "not from placesim and left: notes.txt" in gone.stdout
    assert [path.name for path in out.iterdir()] == ["notes.txt"]
    refused = run(sweep(out, "demand.scale=0.8,0.9", *SHORT))
    assert refused.returncode == 2 and "other files are kept here (notes.txt)" in refused.stderr


def test_a_dry_run_tells_cells_time_and_disk_and_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "sweep"
    done = run(sweep(out, *FEW, *SHORT, "--dry-run"))
    assert done.returncode == 0 and not out.exists()
    assert "6 scenarios of 4 replications, 24 in all" in done.stdout
    assert "Estimated time: 0:" in done.stdout and "Estimated disk: " in done.stdout


def test_plain_m_is_a_sweep(tmp_path: Path) -> None:
    words = [f"out={tmp_path / 'a'}", "--config-dir", str(TEXTBOOK), "demand.scale=0.8,0.9", *SHORT]
    for verb in (["run", "-m"], ["-m"]):
        done = run([*command("run")[:3], *verb, *words])
        assert done.returncode == 0 and "2 finished" in done.stdout, done.stderr
