"""Loading: what composes, who wins, where rows come from, what is remembered."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sim.scenario import Scenario
from sim.scenario.compose import ask_hydra, compose
from sim.scenario.errors import ConfigError
from sim.scenario.layers import laid, plain
from sim.scenario.load import load_experiment, load_scenario
from sim.scenario.overrides import read_overrides
from sim.scenario.questions import QUESTIONS
from sim.scenario.sources import config_dirs, config_folders, groups, options

pytestmark = pytest.mark.unit

FOLDERS = config_folders()
OPTIONS = [(group, option) for group in groups(FOLDERS) for option in options(FOLDERS, group)]
TEXTBOOK = [
    "estate=one_home",
    "demand=one_stream",
    "workforce=unlimited",
    "legal=none",
    "behaviour=instant",
    "commissioning=first_come",
    "costs=none",
    "run=textbook",
]
HOMES = "name,region,easting_m,northing_m,welfare_places,opens,serves\n"
ELM = "Elm,Wales,1,2,8,2024-05-01,Wales; London\n"
MINE = "defaults: [england_wales_2023]\nname: mine\nhomes_file: homes.csv\nshut_file: null\n"


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine/estate").mkdir(parents=True)
    return tmp_path / "mine"


def write(folder: Path, name: str, text: str | bytes) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())


def told(overrides: list[str], config_dir: str | None = None) -> str:
    with pytest.raises(ConfigError) as found:
        load_scenario(overrides, config_dir)
    return str(found.value)


# What composes


def test_every_question_is_a_part_of_the_scenario() -> None:
    assert list(QUESTIONS) == [*Scenario.model_fields, "experiment", "design", "standard", "capacity"]


@pytest.mark.parametrize(("group", "option"), OPTIONS, ids=lambda word: word)
def test_layers_say_what_hydra_says(group: str, option: str) -> None:
    """To the order of the keys: with its layers laid down, a choice needs no compose of Hydra's own."""
    composed = compose(FOLDERS, read_overrides([f"{group}={option}"], "here", groups(FOLDERS)))
    asked_for = group in compose(FOLDERS, []).chosen
    hydra = plain(ask_hydra(FOLDERS, [f"{'' if asked_for else '+'}{group}='{option}'"]))
    assert json.dumps(laid(composed.layers)) == json.dumps(hydra)
    assert json.dumps(composed.data) == json.dumps(hydra)
    assert composed.chosen[group] == option


def test_an_experiment_asks_hydra_once_however_many_rules_it_compares(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def ask(*words: Any) -> Any:
        asked.append(words)
        return ask_hydra(*words)

    monkeypatch.setattr("sim.scenario.compose.ask_hydra", ask)
    write(mine, "run/mine.yaml", "defaults: [quick]\n")  # a folder that has not been read before
    assert len(load_experiment(["experiment=all_rules", "run=mine"], "mine").scenarios) > 15
    assert len(asked) == 1


@pytest.mark.parametrize("twice", ["quick, national", "other, quick"])
def test_what_is_asked_for_twice_is_left_to_hydra(
    mine: Path, monkeypatch: pytest.MonkeyPatch, twice: str
) -> None:
    asked = []

    def ask(folders: Any, wanted: list[str]) -> Any:
        asked.append(wanted)
        return ask_hydra(folders, wanted)

    write(mine, "run/other.yaml", "defaults: [quick]\n")
    write(mine, "run/mine.yaml", f"defaults: [{twice}]\n")
    monkeypatch.setattr("sim.scenario.compose.ask_hydra", ask)
    load_scenario(["run=mine"], "mine")
    assert ["run='mine'"] in asked


def test_the_defaults_and_the_textbook_load() -> None:
    assert sum(home.places for home in load_scenario().estate.homes) == 230
    assert load_scenario(TEXTBOOK).legal.orders is None


def test_an_inner_group_is_chosen_with_a_slash() -> None:
    scenario = load_scenario(["commissioning=first_come", "commissioning/justice=block_contract"])
    assert scenario.commissioning.justice is not None
    assert scenario.commissioning.justice.pays == "block"


def test_the_same_overrides_give_the_same_scenario_and_others_leave_it_alone() -> None:
    first = load_scenario()
    assert load_scenario(["legal.orders.renewal=0.123", "run.seed=99"]).run.seed == 99
    assert load_scenario() == first
    assert load_scenario().identity() == first.identity()


def test_a_program_that_uses_hydra_keeps_its_own_state(mine: Path) -> None:
    from hydra import compose as hydra_compose
    from hydra import initialize_config_dir

    write(mine, "other.yaml", "a: 1\n")
    with initialize_config_dir(version_base="1.3", config_dir=str(mine)):
        write(mine, "run/mine.yaml", "defaults: [national]\n")
        load_scenario(["run=mine"], "mine")
        assert hydra_compose("other").a == 1


# Overrides


def test_a_later_override_wins() -> None:
    assert load_scenario(["run.seed=1", "run.seed=2"]).run.seed == 2
    assert load_scenario(["commissioning=local", "commissioning=today"]).commissioning.name == "today"


def test_an_override_reaches_into_lists_and_stays_there() -> None:
    streams = load_scenario(["demand.streams.welfare_england.patience.0.mean=31"]).demand.streams
    assert streams["welfare_england"].patience[0].mean == 31
    assert streams["welfare_wales"].patience[0].mean != 31


def test_an_optional_key_needs_no_plus() -> None:
    assert load_scenario(["commissioning.welfare.overflow_days=3"]).commissioning.welfare.overflow_days == 3


def test_plus_adds_a_name_and_tilde_takes_one_out() -> None:
    key = "behaviour.homes.grounds.mix.flags"
    flags = load_scenario([f"+{key}.offending=0.5"]).behaviour.homes.grounds["mix"].flags
    assert flags == {"offending": 0.5}
    assert (
        "risk"
        not in load_scenario(
            ["~behaviour.homes.grounds.risk", "commissioning.welfare.refusal=[mix]"]
        ).behaviour.homes.grounds
    )


def test_another_kind_drops_the_keys_of_the_earlier_one() -> None:
    legal = load_scenario(["legal.under_13_days={kind: uniform, low: 1, high: 3}"]).legal
    assert legal.under_13_days.model_dump() == {"kind": "uniform", "low": 1, "high": 3}
    assert load_scenario(["legal.under_13_days.kind=never"]).legal.under_13_days.kind == "never"


def test_another_kind_in_a_file_drops_them_too(mine: Path) -> None:
    write(mine, "legal/mine.yaml", "defaults: [england_wales]\nunder_13_days: {kind: never}\n")
    assert load_scenario(["legal=mine"], "mine").legal.under_13_days.kind == "never"


def test_the_same_kind_keeps_what_is_not_given_again() -> None:
    old = load_scenario().demand.streams["welfare_england"].length_of_need[0].model_dump()
    key = "demand.streams.welfare_england.length_of_need.0"
    new = load_scenario([f"{key}.kind={old['kind']}", f"{key}.mean=77"])
    assert new.demand.streams["welfare_england"].length_of_need[0].model_dump() == {**old, "mean": 77}


def test_a_key_may_refer_to_another() -> None:
    assert (
        load_scenario(["run.follow_up_days=${run.window_days}", "run.window_days=400"]).run.follow_up_days
        == 400
    )


def test_one_text_is_not_a_list_of_overrides() -> None:
    assert "list of texts" in told("run.seed=1")  # type: ignore[arg-type]


def test_a_scenario_is_not_an_experiment() -> None:
    assert "placesim compare" in told(["experiment=central_vs_local"])


# A folder of one's own


def test_the_users_folder_comes_first(mine: Path) -> None:
    assert config_dirs("mine") == [mine.resolve(), *config_dirs()]
    write(mine, "estate/mine.yaml", MINE)
    write(mine, "estate/homes.csv", HOMES + ELM)
    (home,) = load_scenario(["estate=mine"], "mine").estate.homes
    assert (home.name, home.welfare_places, home.serves) == ("Elm", 8, ("Wales", "London"))
    assert str(home.opens) == "2024-05-01"
    assert home.closes is None


def test_a_file_of_the_same_name_replaces_the_built_in_one(mine: Path) -> None:
    write(mine, "estate/homes_2023.csv", HOMES + ELM)
    assert len(load_scenario(["estate.shut_file=null"], "mine").estate.homes) == 1
    write(mine, "workforce/roster.yaml", "kind: unlimited\n")
    assert load_scenario(["estate.shut_file=null"], mine).workforce.kind == "unlimited"


def test_an_edited_file_is_read_again(mine: Path) -> None:
    write(mine, "run/mine.yaml", "defaults: [national]\nseed: 1\n")
    assert load_scenario(["run=mine"], "mine").run.seed == 1
    write(mine, "run/mine.yaml", "defaults: [national]\nseed: 12\n")
    assert load_scenario(["run=mine"], "mine").run.seed == 12


def test_a_folder_with_an_awkward_name(tmp_path: Path) -> None:
    folder = tmp_path / "it's mine, {really} $1"
    write(folder, "run/mine.yaml", "defaults: [national]\nseed: 5\n")
    assert load_scenario(["run=mine"], folder).run.seed == 5


def test_a_question_may_stand_in_the_users_own_config_yaml(mine: Path) -> None:
    picks = "\n".join(f"  - {pick.replace('=', ': ')}" for pick in TEXTBOOK)
    write(mine, "config.yaml", f"defaults:\n{picks}\n  - _self_\nrun: {{seed: 3}}\n")
    scenario = load_scenario((), "mine")
    assert (scenario.estate.name, scenario.run.seed) == ("one_home", 3)
    with pytest.raises(ConfigError, match="experiment=central_vs_local"):
        load_experiment([], "mine")
    chosen = ["experiment=central_vs_local", "estate=england_wales_2023", "demand=england_wales"]
    chosen += ["behaviour=published", "run=quick", "workforce=roster", "legal=england_wales"]
    assert load_experiment(chosen, "mine").name == "central_vs_local"


# Rows


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbf" + (HOMES + ELM).encode(),
        (HOMES + ELM).replace("\n", "\r\n"),
        HOMES + "\n" + ELM + ",,,,,,\n\n",
        HOMES + ELM.replace("Elm", '"Elm"').replace("8", "8.0"),
        HOMES + ELM.replace(",Wales,", " , Wales ,"),
    ],
    ids=["byte order mark", "Windows lines", "blank rows", "quotes and 8.0", "spaces"],
)
def test_what_spreadsheets_write_is_read(mine: Path, text: str | bytes) -> None:
    write(mine, "estate/mine.yaml", MINE)
    write(mine, "estate/homes.csv", text)
    (home,) = load_scenario(["estate=mine"], "mine").estate.homes
    assert (home.name, home.region, home.welfare_places) == ("Elm", "Wales", 8)


def test_rows_written_out_later_replace_those_of_a_file() -> None:
    row = "{name: Elm, region: Wales, easting_m: 1, northing_m: 2, welfare_places: 3}"
    scenario = load_scenario([f"estate.homes=[{row}]", "estate.shut_file=null"])
    assert [home.name for home in scenario.estate.homes] == ["Elm"]


def test_a_blank_row_counts_as_the_spreadsheet_counts(mine: Path) -> None:
    write(mine, "estate/homes.csv", HOMES + ELM + "\n" + ELM.replace("Elm", '"O\nak"').replace("8", "x"))
    assert told(["estate.homes_file=homes.csv"], "mine").startswith(
        "mine/estate/homes.csv row 4: welfare_places"
    )


# Experiments


def test_an_experiment_has_its_scenarios_and_stresses() -> None:
    loaded = load_experiment(["experiment=central_vs_local", "run.seed=5"])
    assert loaded.name == "central_vs_local"
    assert list(loaded.scenarios) == list(loaded.experiment.scenarios)
    assert {scenario.run.seed for scenario in loaded.scenarios.values()} == {5}
    assert list(loaded.stress) == list(loaded.experiment.stress)
    for stressed in loaded.stress.values():
        assert list(stressed) == list(loaded.scenarios)
        assert all(stressed[name] != scenario for name, scenario in loaded.scenarios.items())


def test_a_stress_is_laid_over_the_scenario_and_that_over_the_common(mine: Path) -> None:
    write(
        mine,
        "experiment/mine.yaml",
        "title: T\nbaseline: a\nprimary: [m]\nscenarios:\n  a: {title: A, overrides: [run.workers=2]}\n"
        "  b: {title: B}\nstress:\n  s: {title: S, overrides: [run.workers=3]}\n"
        "splits: [{title: S, parts: [{name: p, from: a, to: b}]}]\n",
    )
    loaded = load_experiment(["experiment=mine", "run.workers=1"], "mine")
    assert {name: one.run.workers for name, one in loaded.scenarios.items()} == {"a": 2, "b": 1}
    assert {name: one.run.workers for name, one in loaded.stress["s"].items()} == {"a": 3, "b": 3}
    assert loaded.experiment.splits[0].parts[0].from_ == "a"


# What stays light, and what travels


def test_an_error_comes_whole_out_of_a_worker() -> None:
    error = ConfigError("command line", "run.seed", given="x", allowed="a whole number").and_more(2)
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) == "command line: run.seed: given x; allowed a whole number (and 2 more)"


@pytest.mark.parametrize("module", ["sim", "sim.cli"])
def test_importing_sim_or_its_command_loads_nothing_heavy(module: str) -> None:
    """Ctrl-C is one line only once the command has been imported."""
    heavy = "{'hydra', 'omegaconf', 'pandas', 'numpy', 'pydantic', 'matplotlib', 'simpy'}"
    code = f"import {module}, sys; print(sorted({heavy} & set(sys.modules)), sim.__version__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("[] ")


def test_the_public_names() -> None:
    import sim
    from sim.study.compare import compare as compare_it
    from sim.study.replicate import simulate as simulate_it

    assert sim.load_scenario is load_scenario
    assert sim.Scenario is Scenario
    assert sim.compare is compare_it
    assert sim.simulate is simulate_it
    assert {"load_scenario", "simulate", "compare", "Scenario", "__version__"} <= set(dir(sim))
    with pytest.raises(AttributeError, match="nothing"):
        sim.nothing  # noqa: B018
