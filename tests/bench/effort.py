"""How much a run of the benchmark does: everything, a short version, or just enough to see that it works."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """Rounds and sizes of every section. Years are those after the year to warm up."""

    name: str
    rounds: int  # of short programs
    slow_rounds: int  # of programs that take seconds
    years: int  # of the core in the race
    growth: tuple[tuple[str, int, int], ...]  # name, years, scale
    growth_rounds: int
    lists: tuple[int, ...]
    list_rounds: int
    long_days: int  # of the two horizons whose difference is a cost per event
    national_years: int
    national_rounds: int
    recorded: tuple[int, ...]  # replications whose logs are kept
    swept: tuple[int, ...]  # replications of one scenario in a sweep
    start_rounds: int
    worker_replications: int
    worker_rounds: int
    precision_replications: int


FULL = Effort(
    name="full",
    rounds=31,
    slow_rounds=5,
    years=10,
    growth=(("ten years", 10, 1), ("horizon x10", 100, 1), ("demand and estate x10", 10, 10),
            ("demand and estate x100, one year", 1, 100)),
    growth_rounds=5,
    lists=(9, 100, 1000, 5000),
    list_rounds=7,
    long_days=1461,
    national_years=10,
    national_rounds=15,
    recorded=(50, 200, 1000),
    swept=(100, 1000, 10_000),
    start_rounds=15,
    worker_replications=96,
    worker_rounds=3,
    precision_replications=60,
)  # fmt: skip
QUICK = Effort(
    name="quick",
    rounds=5,
    slow_rounds=1,
    years=10,
    growth=(("ten years", 10, 1), ("horizon x10", 100, 1), ("demand and estate x10", 10, 10)),
    growth_rounds=2,
    lists=(9, 100, 1000),
    list_rounds=2,
    long_days=730,
    national_years=10,
    national_rounds=3,
    recorded=(10, 40),
    swept=(16, 100),
    start_rounds=3,
    worker_replications=12,
    worker_rounds=1,
    precision_replications=20,
)  # fmt: skip
SMALLEST = Effort(
    name="smallest",
    rounds=2,
    slow_rounds=1,
    years=1,
    growth=(("one year", 1, 1), ("demand and estate x2", 1, 2)),
    growth_rounds=1,
    lists=(9,),
    list_rounds=1,
    long_days=120,
    national_years=1,
    national_rounds=1,
    recorded=(2, 4),
    swept=(2, 4),
    start_rounds=1,
    worker_replications=2,
    worker_rounds=1,
    precision_replications=3,
)
