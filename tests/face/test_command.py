"""The command `placesim`: help, show, where results go, and how it ends."""

from __future__ import annotations

import errno
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

import sim
from sim.cli import GROUPS, VERBS, main
from sim.scenario import Scenario
from sim.scenario.load import LoadedExperiment, load_scenario
from sim.scenario.questions import QUESTIONS
from sim.scenario.sources import config_folders, groups, options
from sim.scenario.sweep import load_sweep

pytestmark = pytest.mark.face

Played = list[tuple[Any, Path]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Played]:
    """Put stand-ins in the place of the commands; each notes what it was given, and may raise."""

    def stand_in(fault: BaseException | None = None, code: int = 0) -> Played:
        played: Played = []

        def play(what: Any, out: Path) -> int:
            played.append((what, out))
            if fault is not None:
                raise fault
            return code

        module = ModuleType("sim.jobs")
        module.run = module.compare = play  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "sim.jobs", module)
        monkeypatch.setattr(sim, "jobs", module, raising=False)
        return played

    return stand_in


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], *([verb, "--help"] for verb in VERBS)], ids=str)
def test_help_answers_for_every_group_and_option(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 0
    said = capsys.readouterr().out
    folders = config_folders()
    for group in groups(folders):
        assert f"  {group}: " in said
        assert all(f"    {option}" in said for option in options(folders, group))
    assert all(question in said for question in QUESTIONS.values())
    assert "--config-dir" in said and "placesim " in said
    assert max(map(len, said.splitlines())) <= 110


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_a_verb_shows_examples_that_load(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "--help"]) == 0
    said = capsys.readouterr().out
    assert VERBS[verb].does in said
    assert VERBS[verb].examples
    assert all(example in said for example in VERBS[verb].examples)
    assert ("[out=DIR]" in said) == VERBS[verb].writes


SCENARIO = ("estate", "demand", "workforce", "legal", "behaviour", "commissioning", "costs", "run", "design")


@pytest.mark.parametrize("example", [example for verb in VERBS.values() for example in verb.examples])
def test_an_example_loads(example: str, folder: Path) -> None:
    (folder / "mine/estate").mkdir(parents=True)
    (folder / "mine/estate/mine.yaml").write_text("defaults: [planned]\n")
    given = "mine" if "--config-dir" in example.split() else None
    many = any(word in example.split() for word in ("sweep", "-m", "bound"))
    words = [word for word in example.split()[2:] if re.split("[.=]", word.lstrip("+"))[0] in SCENARIO]
    (load_sweep if many else load_scenario)(words, given)


def test_a_folder_of_ones_own_is_in_the_help(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "mine/estate").mkdir(parents=True)
    (folder / "mine/estate/five_more.yaml").write_text("# Five more places. And more.\ndefaults: [planned]\n")
    assert main(["--config-dir", "mine", "--help"]) == 0
    assert "five_more" in (said := capsys.readouterr().out)
    assert "Five more places.\n" in said


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"placesim {sim.__version__}\n"


def test_show_prints_the_rule_and_a_scenario_that_reads_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "commissioning=regional", "run.seed=11"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("# Welfare: Regional (C5)\n#   Scope:")
    again = Scenario.model_validate_json(json.dumps(yaml.safe_load(said)), strict=True)
    assert again == load_scenario(["commissioning=regional", "run.seed=11"])


def test_show_writes_nothing(folder: Path) -> None:
    assert main(["show"]) == 0
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "out"),
    [
        (["run"], "results/run-today"),
        (["run", "commissioning=local", "out=here/there"], "here/there"),
        (["out=one two", "run"], "one two"),
        (["run", "commissioning.name='a b/../c'"], "results/run-a_b_.._c"),
        (["compare", "experiment=central_vs_local"], "results/compare-central_vs_local"),
    ],
    ids=str,
)
def test_results_go_where_they_are_asked_to(
    words: list[str], out: str, commands: Callable[..., Played]
) -> None:
    played = commands()
    assert main(words) == 0
    ((what, where),) = played
    assert where == Path(out)
    assert isinstance(what, Scenario | LoadedExperiment)


def test_the_exit_code_of_a_verb_is_passed_on(commands: Callable[..., Played]) -> None:
    commands(code=3)
    assert main(["run"]) == 3


def test_ctrl_c_is_one_line_and_130(
    commands: Callable[..., Played], capsys: pytest.CaptureFixture[str]
) -> None:
    commands(KeyboardInterrupt())
    assert main(["run"]) == 130
    assert capsys.readouterr().err == "placesim: stopped by Ctrl-C\n"


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC])
def test_a_folder_that_cannot_be_written_is_one_line_and_1(
    number: int, commands: Callable[..., Played], capsys: pytest.CaptureFixture[str]
) -> None:
    import os

    commands(OSError(number, os.strerror(number), "/somewhere/part.parquet"))
    assert main(["run", "out=mine"]) == 1
    said = capsys.readouterr().err
    assert said == f"placesim: the results could not be written to mine: {os.strerror(number)}\n"


def test_a_reader_that_goes_away_is_no_fault(commands: Callable[..., Played]) -> None:
    import subprocess

    shown = subprocess.Popen(
        [sys.executable, "-m", "sim.cli", "show"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert shown.stdout is not None and shown.stderr is not None
    shown.stdout.close()
    assert shown.stderr.read() == b""
    assert shown.wait() == 0


def test_a_fault_of_the_program_is_not_hidden(commands: Callable[..., Played]) -> None:
    commands(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        main(["run"])


def test_no_verb_is_named_twice() -> None:
    assert sum(map(len, GROUPS.values())) == len(VERBS)
