"""The verbs about capacity: what they say before they play, what they refuse, and that nothing is written then."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli import main
from sim.scenario.load_capacity import load_capacity

pytestmark = pytest.mark.face

ROOT = Path(__file__).parents[2]


FEWEST = ("capacity", "capacity=fewest", "standard=within_a_week")


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(list(words))
    out = capsys.readouterr()
    return code, out.out, out.err


def test_show_reads_a_standard_back_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "show", "standard=nobody_unregistered", "commissioning=regional")
    assert code == 0
    assert "# Nobody unregistered for want of a place." in out
    assert "because no place could be found (fewer than 1 a year)" in out
    assert "name: regional" in out


def test_a_goal_may_be_changed_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = told(capsys, "show", "standard=list_under_20", "standard.goals.list.value=12")
    assert "children waiting on a mean day: at most 12" in out


def test_a_dry_run_says_what_would_be_asked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out_dir = tmp_path / "none"
    code, out, _ = told(
        capsys, "capacity", "capacity=fewest", "standard=within_a_week", "--dry-run", f"out={out_dir}"
    )
    assert code == 0 and not out_dir.exists()
    assert "at least 95% of children referred for welfare are placed within 7 days" in out
    assert "Right with a probability of at least 95%." in out
    _, out, _ = told(capsys, "ladder", "--dry-run", "run.replications=2")
    assert "45 designs, 90 replications." in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["capacity"], "capacity: none chosen; allowed capacity=fewest or"),
        (["capacity", "capacity=fewest"], "standard: a question of kind fewest needs one"),
        (["capacity", "capacity=fewst"], "nearest fewest"),
        (["capacity", "capacity=fewest", "standard=list_undr_20"], "nearest list_under_20"),
        (["capacity", "capacity=fewest", "standard=list_under_20", "standard.goals.list.measure=children_waiting"],
         "no such measure"),
        ([*FEWEST, "standard.goals.week.days=8"], "days is 8"),
        ([*FEWEST, "standard.goals.week.share=1.5"], "allowed a number"),
        ([*FEWEST, "standard.goals.week.dlta=0.1"], "nearest delta"),
        ([*FEWEST, "capacity.places.high=155"], "a whole number of steps"),
        (["capacity", "capacity=where", "capacity.sites.london.regions=[Londn]", "run=quick"], "nearest London"),
        (["capacity", "capacity=fewest", "standard=list_under_20", "experiment=levers"], "experiment"),
        (["ladder", "commissioning=regional"], "commissioning=regional would change nothing"),
        (["run", "standard=list_under_20"], "placesim capacity, or show"),
        (["sweep", "capacity=ladder"], "capacity"),
        ([*FEWEST, "capacity.samples=nowhere.csv"], "no such file"),
        ([*FEWEST, "run.worlds=stratified"], "independent, antithetic"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_writes_nothing(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = told(capsys, *words)
    assert code == 2 and said in err and err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def commands() -> list[str]:
    """The commands of the guide that ask a question."""
    lines = (ROOT / "docs" / "capacity.md").read_text(encoding="utf-8").splitlines()
    found = [line.strip().removeprefix("placesim ") for line in lines if line.startswith("    placesim ")]
    return [line for line in found if not line.startswith("show")]


@pytest.mark.parametrize("command", commands())
def test_the_commands_of_the_guide_load(command: str) -> None:
    verb, *words = command.split()
    chosen = {"ladder": ["capacity=ladder"], "precision": ["capacity=precision"]}.get(verb, [])
    asked = [word for word in words if not word.startswith("capacity.samples=")]
    assert load_capacity([*chosen, *asked]).question
