"""The jobs behind the verbs `money`, `appraise` and `share`."""

from __future__ import annotations

import json
import shlex
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sim.outcomes.money.facts import facts_of
from sim.outcomes.money.homes import home_table
from sim.outcomes.money.ledger import imbalance, ledger_of
from sim.outcomes.suppression import with_mark, without_few
from sim.report.money import appraisal_lines, cash_picture, home_lines, share_lines, write_page
from sim.report.progress import bar
from sim.scenario.errors import COMMAND_LINE, ConfigError
from sim.scenario.load import LoadedExperiment
from sim.scenario.scenario import Scenario
from sim.store import write_csv, write_text, write_whole
from sim.study.appraise.case import Case
from sim.study.appraise.case import appraise as appraise_case
from sim.study.appraise.results import (
    cash_table,
    reserves_table,
    value_table,
    yearly_table,
)
from sim.study.appraise.switching import switching_table
from sim.study.estimate import half_width
from sim.study.manifest import manifest
from sim.study.replicate import simulate
from sim.study.sharing.splits import share as share_home
from sim.study.sharing.splits import split_table
from sim.study.trace import Trace

SAYS_NO_CHILDREN = frozenset({"home", "operator", "operator_type", "region", "places", "contracted_places"})
"""Columns of a home's books from which nobody works out how many children live there: names and approved places.

All others do: empty places by cause add up to places less children, income and spending follow each child's days.
"""

KNOWN_BY = ("operator_type", "region", "contracted")
"""What a total over homes may be known by, beside that of all homes."""


def money(scenario: Scenario, out: Path, nominal: bool, trace: Trace | None = None, suppress: int = 0) -> int:
    """Ledger of every replication, books of homes and payers over all; written to `out`.

    With `suppress`, amounts that rest on 1 to one less children are marked, and no ledger is written: each of its
    rows is of one child; a ledger and books that this verb wrote to `out` before are removed. Raises ConfigError
    where other files stand under their names.
    """
    earlier = _written_before(out) if suppress > 1 else []
    out.mkdir(parents=True, exist_ok=True)
    name, began = scenario.commissioning.name, time.monotonic()
    homes = tuple(home.name for home in scenario.estate.homes)
    books, payers, worst = [], [], 0.0
    with bar(scenario.run.replications) as shown:
        for replication in range(scenario.run.replications):
            result = simulate(scenario, replication, trace and trace.world(scenario, replication))
            facts = facts_of(scenario, result.world, result.log)
            assert facts is not None  # the command line has seen to it
            found = ledger_of(facts)
            worst = max(worst, imbalance(found))
            tape = result.world.tape
            ids = [tape.child_id(row) for row in range(len(tape))]
            if suppress <= 1:
                found.to_parquet(out / "ledger" / f"{name}-{replication:05d}.parquet", homes, ids, nominal)
            books.append(home_table(facts, found).assign(replication=replication))
            entries = found.to_frame(homes, ids, nominal)
            payers.append(_payers(entries, suppress).assign(replication=replication))
            shown.update(1)
    _with_manifest({name: scenario}, scenario.run.replications, began, out)
    whole = pd.concat(books, ignore_index=True)
    if suppress <= 1:
        write_whole(out / "books.parquet", lambda path: whole.to_parquet(path, index=False))
    mean = mean_books(whole)
    hidden = homes_of_few(mean, suppress)
    numbers = [name for name in mean if name not in SAYS_NO_CHILDREN]
    _remove(earlier)
    write_csv(out / "books.csv", with_mark(mean, hidden, numbers))
    write_csv(out / "payers.csv", pd.concat(payers, ignore_index=True))
    print("\n".join(home_lines(mean[~hidden], scenario.run.replications)))
    if earlier:
        print(
            f"The ledger and books of an earlier call, which show few children, were removed ({len(earlier)} files)."
        )
    if hidden.any():
        print(f"{hidden.sum()} homes are not shown: few children live there, or they give those away.")
    print()
    print(f"Homes and funds are out of balance by GBP {worst:.6f} at most at the end of any month.")
    print(f"Results: {out} (docs/money.md says what each file and column is)")
    return 0


def _written_before(out: Path) -> list[Path]:
    """Ledgers and books of single replications in a folder. Raises ConfigError for a file that is neither."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    found = [*sorted((out / "ledger").glob("*.parquet")), *out.glob("books.parquet")]
    for path in found:
        needed = {"replication", "home", "children"} if path.parent == out else {"entry", "child", "gbp"}
        try:
            known = needed <= set(pq.read_schema(path).names)
        except (OSError, pa.ArrowException):
            known = False
        if not known:
            what = f"it holds {path.relative_to(out)}, which this verb did not write"
            raise ConfigError(COMMAND_LINE, "out", what, given=str(out), allowed="a folder without that file")
    return found


def _remove(files: Sequence[Path]) -> None:
    for path in files:
        path.unlink(missing_ok=True)
    for folder in {path.parent for path in files if path.parent.name == "ledger"}:
        if not any(folder.iterdir()):
            folder.rmdir()


def homes_of_few(books: pd.DataFrame, threshold: int) -> pd.Series:
    """Which homes have 1 to `threshold` - 1 children, or give such a home away.

    Where one home alone of a total (all homes, a kind of operator, a region, homes with contracted places or
    without) is not shown, the next smallest is not shown either: the total less the others would be the one.
    """
    children = books["children"]
    few = (children > 0) & (children < threshold) & (threshold > 1)
    known = books.assign(contracted=books["contracted_places"] > 0)
    totals = [books.index, *(rows for by in KNOWN_BY for rows in known.groupby(by).groups.values())]
    while True:
        before = few.sum()
        for rows in totals:
            others = children[rows][~few[rows] & (children[rows] > 0)]
            if few[rows].sum() == 1 and len(others):
                few[others.idxmin()] = True
        if few.sum() == before:
            return few


def _payers(frame: pd.DataFrame, suppress: int = 0) -> pd.DataFrame:
    """Pounds by payer, payee kind, cause, contract and calendar year of settlement; of few children, the mark."""
    keys = ["payer_kind", "payer", "payee_kind", "cause", "contract"]
    amounts = [name for name in ("gbp", "gbp_nominal") if name in frame]
    groups = frame.assign(year=frame["date"].dt.year).groupby([*keys, "year"], observed=True)
    found = groups[amounts].sum().round(2).reset_index()
    # a payment for no child (spending of a home, an empty place) follows the children too: it counts as of one
    children = groups["child"].agg(lambda ids: max(1, ids[ids != ""].nunique())).reset_index(drop=True)
    return without_few(
        found, children, amounts, suppress, ["payer_kind", "payee_kind", "cause", "contract", "year"]
    )


def mean_books(whole: pd.DataFrame) -> pd.DataFrame:
    """One row per home: means over replications, with the half width of the 95% interval of occupancy and surplus."""
    text = ["home", "operator", "operator_type", "region"]
    groups = whole.groupby("home", sort=False)
    numbers = groups.mean(numeric_only=True).drop(columns="replication")
    first = groups[text[1:]].first()
    for name in ("occupancy", "surplus"):
        numbers[f"{name}_half_width_95"] = groups[name].apply(lambda each: half_width(each.to_numpy()))
    fails = groups["fails_on"].apply(lambda each: float(each.notna().mean()))
    numbers = numbers.drop(columns="fails_on").assign(share_of_replications_failing=fails)
    return pd.concat([first, numbers], axis=1).reset_index().round(4)


def appraise(loaded: LoadedExperiment, out: Path) -> int:
    """Make a business case and write its tables, figure and page to `out`."""
    experiment, began = loaded.experiment, time.monotonic()
    assert experiment.appraisal is not None  # the command line has seen to it
    base = loaded.scenarios[experiment.baseline]
    out.mkdir(parents=True, exist_ok=True)
    count = base.run.replications
    with bar(count * (1 + len(experiment.appraisal.schemes))) as shown:
        case = appraise_case(loaded.scenarios, experiment.baseline, experiment.appraisal, count, base.run.workers,
                             shown.update)  # fmt: skip
    _with_manifest(loaded.scenarios, count, began, out)
    tables = _tables(case)
    for name, table in tables.items():
        write_csv(out / f"{name}.csv", table)
    titles = {name: scheme.title or experiment.scenarios[name].title
              for name, scheme in experiment.appraisal.schemes.items()}  # fmt: skip
    picture = cash_picture(tables["yearly"], titles, count)
    write_page(
        out, experiment.title, experiment.question, tables, titles, picture, case.money.base_year, count,
        _command(),
    )  # fmt: skip
    print("\n".join(appraisal_lines(tables["value"], titles, count, case.money.base_year)))
    print()
    print(f"Results: {out} (open appraisal.html; docs/money.md says what each file is)")
    return 0


def _tables(case: Case) -> dict[str, pd.DataFrame]:
    return {
        "value": value_table(case),
        "yearly": yearly_table(case),
        "cash": cash_table(case),
        "reserves": reserves_table(case),
        "switching": switching_table(case),
    }


def share(loaded: LoadedExperiment, out: Path) -> int:
    """Work out the game of a shared home and write sharing.csv to `out`."""
    experiment, began = loaded.experiment, time.monotonic()
    assert experiment.sharing is not None  # the command line has seen to it
    base = loaded.scenarios[experiment.baseline]
    out.mkdir(parents=True, exist_ok=True)
    with bar(base.run.replications) as shown:
        found = share_home(base, experiment.sharing, base.run.replications, shown.update)
    _with_manifest({experiment.baseline: base}, base.run.replications, began, out)
    table = split_table(found)
    write_csv(out / "sharing.csv", table.round(4))
    print("\n".join(share_lines(found.places, found.occupancy, float(found.cost[-1]), float(found.alone.sum()),
                                found.least, table, base.run.replications)))  # fmt: skip
    print(f"Results: {out}/sharing.csv (docs/money.md says what each split is)")
    return 0


def _command() -> str:
    return "placesim " + shlex.join(sys.argv[1:])


def _with_manifest(scenarios: dict[str, Scenario], replications: int, began: float, out: Path) -> None:
    workers = next(iter(scenarios.values())).run.workers
    about = manifest(scenarios, replications, workers, time.monotonic() - began, _command())
    write_text(out / "manifest.json", json.dumps(about, indent=1))
