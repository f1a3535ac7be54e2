"""The notebooks: each runs on small results of the commands that it names, reads and plots, and plays nothing."""

from __future__ import annotations

import ast
import shlex
from pathlib import Path

import jupytext
import matplotlib
import pytest

from sim.cli import main
from sim.returns.template import write_templates
from tests.face.browser import SHOTS

pytestmark = pytest.mark.face

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))
SMALL = ["run.replications=2", "run.workers=1"]
SHORT = ["run=quick", "run.warm_up_days=20", "run.window_days=60", "run.follow_up_days=30", *SMALL]
READS_ONLY = {"os", "pathlib", "matplotlib", "pandas", "sim"}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the notebooks read, made small by the commands that they name."""
    out = tmp_path_factory.mktemp("results")
    list(write_templates(out / "returns"))
    assert (
        main(
            [
                "compare",
                "experiment=central_vs_local",
                *SHORT,
                "run.stress_replications=0",
                f"out={out / 'demo'}",
            ]
        )
        == 0
    )
    swept = ["commissioning=today,national_panel", "workforce.vacancy.mean=0.05,0.2,0.35"]
    assert main(["sweep", *swept, *SHORT, f"out={out / 'staff'}"]) == 0
    assert (
        main(["run", f"data={out / 'returns' / 'example'}", *SMALL, "suppress=5", f"out={out / 'mine'}"]) == 0
    )
    tiny = [
        "capacity.places=[0,10]",
        "~capacity.demands.lower",
        "~capacity.demands.higher",
        "~capacity.rules.regional",
    ]
    assert main(["ladder", *tiny, *SHORT, f"out={out / 'capacity'}"]) == 0
    return out


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_as_a_notebook_in_a_kernel_of_its_own(
    path: Path, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbclient import NotebookClient

    monkeypatch.setenv("PLACESIM_RESULTS", str(results))
    book = jupytext.read(path)
    NotebookClient(
        book, kernel_name="python3", timeout=120, resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    made = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in made if output.output_type == "error"]
    assert any("image/png" in output.get("data", {}) for output in made)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_every_figure_says_what_it_is(
    path: Path, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACESIM_RESULTS", str(results))
    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    plt.close("all")
    before = {file: file.stat().st_mtime_ns for file in results.rglob("*") if file.is_file()}
    exec(compile(path.read_text(encoding="utf-8"), path.name, "exec"), {"__name__": "notebook"})
    assert {file: file.stat().st_mtime_ns for file in results.rglob("*") if file.is_file()} == before
    figures = [plt.figure(number) for number in plt.get_fignums()]
    assert figures
    SHOTS.mkdir(parents=True, exist_ok=True)
    for at, figure in enumerate(figures):
        figure.savefig(SHOTS / f"notebook-{path.stem}-{at}.png", dpi=80)
        assert all(axes.get_xlabel() for axes in figure.axes)
        assert figure.get_suptitle() or all(axes.get_title() for axes in figure.axes)
    plt.close("all")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_reads_and_plots_alone(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    imported |= {
        str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    }
    assert imported <= READS_ONLY
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not called & {
        "simulate",
        "compare",
        "write_world",
        "to_csv",
        "to_parquet",
        "write_text",
        "savefig",
    }
    made = jupytext.read(path)
    assert made.cells[0].cell_type == "markdown" and made.cells[0].source.startswith("# ")


def test_the_commands_in_the_notebooks_are_those_of_the_results() -> None:
    text = "".join(path.read_text(encoding="utf-8").replace("\n# ", " ") for path in NOTEBOOKS)
    commands = [shlex.split(part) for part in text.split("`") if part.startswith("placesim ")]
    assert {command[1] for command in commands} == {"compare", "sweep", "template", "run", "ladder"}
    listed = (ROOT / "notebooks" / "README.md").read_text(encoding="utf-8")
    assert all(f"`{path.name}`" in listed for path in NOTEBOOKS)
