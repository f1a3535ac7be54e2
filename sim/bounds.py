"""The jobs behind the verbs `bound` and `localism`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.report.progress import bar
from sim.scenario.scenario import Scenario
from sim.scenario.sweep import LoadedSweep
from sim.store import write_csv
from sim.study.bound.objective import OBJECTIVES
from sim.study.bound.shares import shares
from sim.study.localism import PARTS, STAFFING, Share, split, subsets, switched

WORDS = {"child_days": "child-days in secure homes", "need_waiting": "need-weighted days of waiting"}
ANSWERS = (*PARTS, STAFFING)


def bound(loaded: LoadedSweep, out: Path) -> int:
    """Every scenario as a share of what no rule could beat on the same worlds; writes bound.csv."""
    scenarios = {point.title: one for point, one in zip(loaded.points, loaded.scenarios, strict=True)}
    run = loaded.scenarios[0].run
    out.mkdir(parents=True, exist_ok=True)
    with bar((len(scenarios) + len(OBJECTIVES)) * run.replications) as shown:
        found = shares(scenarios, run.replications, run, done=shown.update)
    write_csv(out / "bound.csv", found.table)
    for objective in OBJECTIVES:
        print("\n".join(_bound_lines(found.table[found.table["objective"] == objective], objective)))
        print()
    print(f"Results: {out}/bound.csv (docs/bound.md says what the bound is)")
    return 0


def localism(local: Scenario, national: Scenario, names: tuple[str, str], out: Path) -> int:
    """What lies between a local rule, a national one and the bound, answer by answer; writes localism.csv."""
    run = local.run
    answers = _differing(local, national)
    sets = {on: switched(local, national, on) for on in subsets(answers)}
    titles = {on: "+".join(sorted(on)) or "none" for on in sets}
    out.mkdir(parents=True, exist_ok=True)
    with bar((len(sets) + 2 * len(OBJECTIVES)) * run.replications) as shown:
        named = {titles[on]: one for on, one in sets.items()}
        found = shares(named, run.replications, run, done=shown.update)
    rows: list[tuple[object, ...]] = []
    for objective in OBJECTIVES:
        values = {on: found.reached[titles[on], objective] for on in sets}
        cut = split(values, answers)
        top = titles[frozenset(answers)]
        rest = found.bounds[top, objective] - found.reached[top, objective]
        rows += [(objective, "reached by", names[0], float(values[frozenset()].mean()), None, None)]
        rows += [_row(objective, "share", one) for one in cut.shares]
        rows += [_row(objective, "together", one) for one in cut.together]
        rows += [(objective, "reached by", names[1], float(values[frozenset(answers)].mean()), None, None)]
        rows += [(objective, "still below the bound", names[1], float(rest.mean()), None, None)]
    columns = ["objective", "what", "answer", "value", "lower_95", "upper_95"]
    table = pd.DataFrame(rows, columns=columns)
    write_csv(out / "localism.csv", table)
    same = [name for name in ANSWERS if name not in answers]
    if same:
        print(f"The same in both, so without a share: {', '.join(same)}.\n")
    for objective in OBJECTIVES:
        print("\n".join(_localism_lines(table[table["objective"] == objective], objective, run.replications)))
        print()
    print(f"Results: {out}/localism.csv (docs/bound.md says how the difference is split)")
    return 0


def _differing(local: Scenario, national: Scenario) -> list[str]:
    """The answers that differ between the two, in the order of the rule."""
    nothing = switched(local, national, frozenset())
    return [name for name in ANSWERS if switched(local, national, frozenset((name,))) != nothing]


def _row(objective: str, what: str, share: Share) -> tuple[object, ...]:
    return objective, what, " and ".join(share.answers), share.mean, share.low, share.high


def _bound_lines(table: pd.DataFrame, objective: str) -> list[str]:
    wide = max(len(name) for name in table["scenario"])
    best = "the most" if objective == "child_days" else "the least"
    count = int(table["replications"].iloc[0])
    heads = f"{'share of bound (95%)':<22} of schedule  of what is possible"
    lines = [
        f"{WORDS[objective].capitalize()}, as a share of {best} that any rule could reach ({count} replications)",
        f"  {'':<{wide}}  {'reached':>10}  {'schedule':>10}  {'bound':>10}  {heads}",
    ]
    for row in table.itertuples():
        span = f"{row.share_of_bound:.3f} ({row.lower_95:.3f} to {row.upper_95:.3f})"
        lines.append(
            f"  {row.scenario:<{wide}}  {row.reached:>10,.0f}  {row.schedule:>10,.0f}  {row.bound:>10,.0f}  "
            f"{span:<22} {row.share_of_schedule:<11.3f}  {row.share_of_possible:.3f}"
        )
    return lines


def _localism_lines(table: pd.DataFrame, objective: str, replications: int) -> list[str]:
    heads = {"share": "  of which", "together": "    together beyond each alone:", "reached by": "reached by",
             "still below the bound": "between it and the bound, for"}  # fmt: skip
    lines = [f"{WORDS[objective].capitalize()}, {replications} replications, mean (95% interval)"]
    for row in table.itertuples():
        span = "" if pd.isna(row.lower_95) else f" ({row.lower_95:,.0f} to {row.upper_95:,.0f})"
        lines.append(f"  {heads[row.what]} {row.answer}: {row.value:,.0f}{span}")
    return lines
