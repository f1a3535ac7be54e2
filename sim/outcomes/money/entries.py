"""Entries of the ledger as columns: when, who pays whom, for which child at which home, why, by which contract."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.outcomes.money.accounts import Accounts
from sim.outcomes.money.months import Months
from sim.outcomes.money.prices import price_level
from sim.outcomes.spells import Floats, Ints
from sim.scenario.money import Money

if TYPE_CHECKING:
    import pandas as pd

FORMAT_VERSION = 1
CAUSES = (
    "secure care", "delayed leaving", "remand recharge", "contracted place used", "contracted place empty",
    "block place used", "block place empty", "guarantee", "member's fee", "members' voids", "contribution",
    "Scotland", "waiting", "taken instead", "after", "stayed",
    "care staff", "agency", "education and health", "management", "premises", "variable", "corporate",
    "deficit", "surplus",
)  # fmt: skip
CONTRACTS = ("none", "spot", "framework", "block", "soft block", "pooled", "membership", "shares")


@dataclass(frozen=True, eq=False)
class Ledger:
    """Entries of one replication, as columns of equal length.

    An entry pays for the days from `start` up to `end` and is settled on `day`, the last day of its month.
    `gbp` is in pounds of the base year. `payer` and `payee` are rows of `accounts`; `home` and `child` are
    -1 where there is none; `cause` and `contract` are indices of CAUSES and CONTRACTS.
    """

    accounts: Accounts
    months: Months
    money: Money
    day: Floats
    start: Floats
    end: Floats
    month: Ints
    payer: Ints
    payee: Ints
    home: Ints
    child: Ints
    cause: Ints
    contract: Ints
    gbp: Floats

    def __len__(self) -> int:
        return len(self.gbp)

    def within(self, start: float, end: float) -> Floats:
        """Pounds of each entry that pay for days between two days."""
        length = np.maximum(self.end - self.start, 1e-12)
        inside = np.maximum(0.0, np.minimum(self.end, end) - np.maximum(self.start, start))
        return np.asarray(self.gbp * np.minimum(inside / length, 1.0))

    def net(self) -> Floats:
        """Money in less money out: months x accounts."""
        shape = (len(self.months), len(self.accounts))
        flat = np.zeros(shape[0] * shape[1])
        np.add.at(flat, self.month * shape[1] + self.payee, self.gbp)
        np.subtract.at(flat, self.month * shape[1] + self.payer, self.gbp)
        return flat.reshape(shape)

    def nominal(self) -> Floats:
        """Pounds of the day: real pounds times the price level of the entry's year."""
        return np.asarray(self.gbp * price_level(self.money, self.months.year)[self.month])

    def to_frame(self, homes: tuple[str, ...], child_ids: list[str], nominal: bool = False) -> pd.DataFrame:
        """All columns in words; `nominal` adds a column of pounds of the day."""
        import pandas as pd

        names, kinds = (
            np.array(self.accounts.names, dtype=object),
            np.array(self.accounts.kinds, dtype=object),
        )
        ids = np.array([*child_ids, ""], dtype=object)
        frame = pd.DataFrame(
            {
                "entry": np.arange(len(self)),
                "date": pd.to_datetime(self.months.dates(self.day)),
                "day": self.day,
                "from_day": self.start,
                "to_day": self.end,
                "payer_kind": pd.Categorical(kinds[self.payer]),
                "payer": pd.Categorical(names[self.payer]),
                "payee_kind": pd.Categorical(kinds[self.payee]),
                "payee": pd.Categorical(names[self.payee]),
                "home": pd.Categorical(np.array([*homes, ""], dtype=object)[self.home]),
                "child": ids[self.child],
                "cause": pd.Categorical(np.array(CAUSES, dtype=object)[self.cause]),
                "contract": pd.Categorical(np.array(CONTRACTS, dtype=object)[self.contract]),
                "gbp": self.gbp,
            }
        )
        if nominal:
            frame["gbp_nominal"] = self.nominal()
        return frame

    def to_parquet(
        self, path: Path, homes: tuple[str, ...], child_ids: list[str], nominal: bool = False
    ) -> None:
        """Write the ledger whole or not at all."""
        from sim.store import write_whole

        frame = self.to_frame(homes, child_ids, nominal)
        write_whole(path, lambda temporary: frame.to_parquet(temporary, index=False, compression="zstd"))


class Writer:
    """Collects blocks of entries; every argument is one value or one per entry."""

    def __init__(self, accounts: Accounts, months: Months, money: Money) -> None:
        self.accounts, self.months, self.money = accounts, months, money
        self._blocks: list[tuple[npt.NDArray[np.float64], ...]] = []

    def add(
        self, cause: str, contract: str, month: Ints, gbp: Floats, payer: npt.ArrayLike, payee: npt.ArrayLike,
        home: npt.ArrayLike = -1, child: npt.ArrayLike = -1, start: Floats | None = None, end: Floats | None = None,
    ) -> None:  # fmt: skip
        """Entries of one cause; without `start` and `end` for the whole month. Those of no pounds are left out."""
        keep = np.flatnonzero(gbp != 0)
        edges = self.months.edges
        whole = (
            edges[month] if start is None else start, edges[month + 1] if end is None else end, month, gbp,
            payer, payee, home, child, CAUSES.index(cause), CONTRACTS.index(contract),
        )  # fmt: skip
        block = tuple(np.broadcast_to(np.asarray(each, dtype=float), len(gbp))[keep] for each in whole)
        self._blocks.append(block)

    def columns(self) -> list[npt.NDArray[np.float64]]:
        if not self._blocks:
            return [np.zeros(0) for _ in range(10)]
        return [np.concatenate(parts) for parts in zip(*self._blocks, strict=True)]

    def close(self) -> Ledger:
        """All entries in order of the day on which they are settled, then as they were made."""
        columns = self.columns()
        order = np.argsort(columns[2], kind="stable")
        start, end, month, gbp, payer, payee, home, child, cause, contract = (c[order] for c in columns)
        in_month = month.astype(np.int64)
        return Ledger(
            self.accounts, self.months, self.money, self.months.edges[in_month + 1] - 1, start, end, in_month,
            payer.astype(np.int64), payee.astype(np.int64), home.astype(np.int64), child.astype(np.int64),
            cause.astype(np.int64), contract.astype(np.int64), gbp,
        )  # fmt: skip
