"""What a prepared tape says of its children: columns that stand where something would be drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from sim.world.tape import Bools, Floats, Tape

FLAG, ORDER_UNIFORM = "flag_", "order_uniform_"

Column = TypeVar("Column", bound=npt.NDArray[Any])


class Given:
    """Columns of the tape by name, one value per child; NaN where nothing is said, so that it is drawn.

    Names stand as codes, and true and false as 1 and 0. The columns of a table of the tape have a number or
    the name of a flag at the end: order_uniform_0, flag_NAME.
    """

    __slots__ = ("columns",)

    def __init__(self, columns: Mapping[str, Floats]) -> None:
        self.columns = dict(columns)

    def over(self, column: str, drawn: Column) -> Column:
        """`drawn`, with what is given in its place."""
        said = self.columns.get(column)
        if said is None:
            return drawn
        laid = drawn.copy()
        known = ~np.isnan(said)
        laid[known] = said[known]
        return laid

    def over_each(self, prefix: str, names: Sequence[object], drawn: Column) -> Column:
        """The same for a table with one column per name."""
        if not any(f"{prefix}{name}" in self.columns for name in names):
            return drawn
        laid = drawn.copy()
        for at, name in enumerate(names):
            laid[:, at] = self.over(f"{prefix}{name}", drawn[:, at])
        return laid

    def says(self, column: str) -> Bools | None:
        """For which children the column says something; None if for nobody."""
        said = self.columns.get(column)
        return None if said is None else ~np.isnan(said)

    def rows(self, keep: npt.ArrayLike) -> Given:
        """What is given for some of the children."""
        return Given({name: column[np.asarray(keep)] for name, column in self.columns.items()})

    def on(self, tape: Tape) -> Tape:
        """The tape with every column that is given in the place of the drawn one."""
        whole = [field.name for field in fields(Tape) if field.name in self.columns]
        return (
            replace(tape, **{name: self.over(name, getattr(tape, name)) for name in whole}) if whole else tape
        )


NOTHING = Given({})
