"""The house: which room may know which, and how large a room may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SIM = Path(__file__).resolve().parents[2] / "sim"

# what each room may import of `sim` besides itself: the flow only goes one way
MAY_IMPORT = {
    "scenario": set(),
    "returns": {"scenario"},
    "world": {"scenario"},
    "behaviour": {"scenario", "world"},
    "commissioning": {"scenario", "world"},
    "engine": {"scenario"},
    "outcomes": {"scenario", "world", "engine"},
    "study": {"scenario", "returns", "world", "behaviour", "commissioning", "engine", "outcomes"},
    "report": {"scenario", "returns", "outcomes", "study"},
    "studio": {"scenario", "returns", "world", "behaviour", "engine", "outcomes", "study", "report"},
}
TOOLS = {"store"}  # files, whole or not at all: used by every room that writes


def modules(room: str) -> Iterator[Path]:
    return (SIM / room).rglob("*.py")


def imported_rooms(path: Path) -> set[str]:
    """Rooms of `sim` that a module imports anywhere, inside functions too, but for type checking alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    unseen = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    rooms = set()
    for node in ast.walk(tree):
        if id(node) in unseen:
            continue
        names = []
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [node.module] if node.module != "sim" else [f"sim.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        rooms |= {name.split(".")[1] for name in names if name.startswith("sim.")}
    return rooms


@pytest.mark.unit
@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_knows_only_the_rooms_before_it(room: str) -> None:
    for path in modules(room):
        strangers = imported_rooms(path) - MAY_IMPORT[room] - {room} - TOOLS
        assert not strangers, f"sim/{room}/{path.name} imports {sorted(strangers)}"


@pytest.mark.unit
def test_every_room_has_its_rule() -> None:
    rooms = {path.name for path in SIM.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert rooms == set(MAY_IMPORT)


@pytest.mark.unit
def test_nothing_imports_a_door() -> None:
    doors = {
        "cli",
        "cli_explain",
        "cli_help",
        "cli_parts",
        "cli_studio",
        "cli_sweeps",
        "cli_bounds",
        "cli_money",
        "appraisals",
        "cli_publish",
        "cli_returns",
        "cli_capacity",
        "capacity",
        "bounds",
        "cli_belief",
        "belief",
        "ledger",
        "uncertainty",
        "jobs",
        "jobs_traced",
        "publish",
        "sweeps",
    }
    for room in MAY_IMPORT:
        for path in modules(room):
            assert not imported_rooms(path) & (doors | {"studio"} - {room}), path


@pytest.mark.unit
def test_no_room_is_too_large() -> None:
    long = {str(p.relative_to(SIM)): n for p in SIM.rglob("*.py") if (n := p.read_text().count("\n")) > 310}
    assert not long


@pytest.mark.unit
def test_only_the_world_draws() -> None:
    for path in SIM.rglob("*.py"):
        if path.is_relative_to(SIM / "world"):
            continue
        text = path.read_text(encoding="utf-8")
        assert "np.random" not in text and "import random" not in text, path


@pytest.mark.unit
def test_the_engine_names_nothing_of_the_secure_estate() -> None:
    """No home, council or number of the real estate stands in the engine."""
    estate = (SIM.parent / "configs" / "estate" / "homes_2023.csv").read_text(encoding="utf-8")
    names = [line.split(",")[0] for line in estate.splitlines()[1:]]
    for path in modules("engine"):
        text = path.read_text(encoding="utf-8")
        assert not [name for name in names if name in text], path
