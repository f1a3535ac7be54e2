"""Every broken input: one clear line on stderr, exit code 2, nothing written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli import main
from tests.face.bad import EVERY, Bad

pytestmark = pytest.mark.face


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lay_out(bad: Bad, folder: Path) -> set[str]:
    for name, content in bad.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return contents(folder)


def contents(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def check_said(bad: Bad, said: str) -> None:
    assert said.startswith("placesim: ")
    assert said.count("\n") == 1 and said.endswith("\n")
    assert [word for word in bad.says if word not in said] == [], said


@pytest.mark.parametrize("bad", EVERY, ids=lambda bad: bad.name.replace(" ", "_"))
def test_one_line_names_where_key_and_remedy(
    bad: Bad, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = lay_out(bad, folder)
    assert main([bad.verb, *bad.words]) == 2
    out, said = capsys.readouterr()
    check_said(bad, said)
    assert out == ""
    assert contents(folder) == before


def test_there_are_enough_and_no_two_are_the_same() -> None:
    assert len(EVERY) >= 45
    assert len({bad.name for bad in EVERY}) == len(EVERY)


@pytest.mark.parametrize("name", ["unknown option", "negative places in a row"])
def test_the_command_itself(name: str, folder: Path) -> None:
    bad = next(bad for bad in EVERY if bad.name == name)
    before = lay_out(bad, folder)
    done = subprocess.run(
        [sys.executable, "-m", "sim.cli", bad.verb, *bad.words], capture_output=True, text=True, cwd=folder
    )
    assert done.returncode == 2
    check_said(bad, done.stderr)
    assert done.stdout == ""
    assert contents(folder) == before
