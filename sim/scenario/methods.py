"""The methods by which places can be given out: one module each, `sim/commissioning/by_METHOD.py`.

The modules are found by name and read as text, never imported here: this room only has to know which names
are right, and to say in words what each does. The words are the first sentences of the module's docstring.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[1] / "commissioning"


@cache
def method_names() -> tuple[str, ...]:
    """Names of all methods, in alphabetical order."""
    return tuple(sorted(path.stem.removeprefix("by_") for path in _FOLDER.glob("by_*.py")))


@cache
def method_in_words(name: str) -> str:
    """What a method does: the first paragraph of its module, on one line."""
    text = (_FOLDER / f"by_{name}.py").read_text(encoding="utf-8")
    return " ".join((ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0].split())
