"""The jobs behind the verbs `calibrate`, `crosscheck` and `validate`."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sim import __version__
from sim.report.progress import bar
from sim.report.validation import validation_page
from sim.scenario.load import load_scenario
from sim.scenario.sources import config_folders
from sim.scenario.targets import Target
from sim.store import write_csv, write_text
from sim.study.calibrate import store
from sim.study.calibrate.evidence import evidence
from sim.study.calibrate.fit import Plan
from sim.study.calibrate.fit import calibrate as worked_out
from sim.study.calibrate.identify import identifiability, together, where
from sim.study.calibrate.left_out import left_out
from sim.study.calibrate.played import shares_of, table_of
from sim.study.calibrate.sbc import of_sampler, passes, ranks, uniform
from sim.study.calibrate.stamps import in_words, made_by_other_code, stamp
from sim.study.code import code_version
from sim.study.standards import ROOT, page_one
from sim.study.validate.fans import both_at_once, fan_targets, fans, published
from sim.study.validate.run import Validation
from sim.study.validate.run import validate as scored
from sim.study.validate.score import score, summary

RUNS = "runs"
STORED = (
    "posterior",
    "sample",
    "design",
    "posterior_runs",
    "identifiability",
    "together",
    "emulators",
    "not_ruled_out",
    "fit",
)


def calibrate(plan: Plan, out: Path, stored: Path | None) -> int:
    """Calibrate into `out`; with `stored`, copy what later studies read to that folder (configs/calibration)."""
    out.mkdir(parents=True, exist_ok=True)
    with bar(plan.runs) as shown:
        found = worked_out(plan, out / RUNS, shown.update, shown.write)
    store.write(found, out)
    values = table_of(found.played, [one.id for one in found.design.targets])
    fit = score(found.design.targets, values, {})
    write_csv(out / "fit.csv", fit, "%.6g")
    known = identifiability(found.design.unknowns, found.sample)
    pairs = together(found.design.unknowns, found.sample)
    unknowns = found.design.unknowns
    write_text(out / "posterior.yaml", store.as_design(unknowns, found.values[:: max(1, len(found.values) // 16)],
                                                       "Points of the posterior"))  # fmt: skip
    write_text(out / "posterior_experiment.yaml", store.as_experiment(unknowns, found.values))
    print(known[["parameter", "lower_90", "median", "upper_90", "prior_low", "prior_high", "verdict"]]
          .to_string(index=False, float_format="%.3g"))  # fmt: skip
    print()
    print("What goes together:", "; ".join(f"{r.parameter} and {r.other} {r.correlation:+.2f}" for r in
                                            pairs.head(6).itertuples()) or "no pair above 0.3")  # fmt: skip
    print()
    _print_scores(fit)
    _print_default(plan, found)
    if stored is not None:
        stored.mkdir(parents=True, exist_ok=True)
        stamp(stored, STORED)
        for name in STORED:
            shutil.copyfile(out / f"{name}.csv", stored / f"{name}.csv")
        shutil.copyfile(out / "posterior.yaml", stored.parent / "design" / "posterior.yaml")
        shutil.copyfile(out / "posterior_experiment.yaml", stored.parent / "experiment" / "posterior.yaml")
    print(f"Results: {out} (posterior.csv, identifiability.csv, fit.csv)")
    return 0


def _print_default(plan: Plan, found) -> None:  # type: ignore[no-untyped-def]
    """Say where the default settings lie in the posterior."""
    from sim.study.calibrate.defaults import default_values

    unknowns = found.design.unknowns
    values = default_values(unknowns, plan.base, plan.config_dir)
    share = float(where(unknowns, found.sample, shares_of(unknowns, values[None, :]))[0])
    word = "inside" if share <= 0.9 else "outside"
    print(f"The default settings lie {word} the posterior: {share:.0%} of it is nearer its middle.")


def validate(asked: Validation, targets: Sequence[Target], out: Path, runs_in: Path | None = None) -> int:
    """Score the targets into `out`: tables, the fans of 2015 to 2025, and the validation page."""
    out.mkdir(parents=True, exist_ok=True)
    with bar(len(asked.scenarios())) as shown:
        table, values, quarters = scored(asked, targets, runs_in or out / RUNS, shown.update)
    through = fan_targets()
    tables = {
        "validation": table,
        "validation_summary": summary(table),
        "fans": fans(quarters, through),
        "published": published(targets),
    }
    for name, frame in tables.items():
        write_csv(out / f"{name}.csv", frame, "%.6g")
    runs = pd.DataFrame(values, columns=[one.id for one in targets])
    write_csv(out / "validation_runs.csv", runs.rename_axis("run").reset_index(), "%.6g")
    source = "the default settings" if asked.points == 0 else "points of the posterior"
    page = {
        **stored_tables(),
        **tables,
        "summary": tables["validation_summary"],
        "page_one": page_one(load_scenario()),
    }
    stale = in_words(made_by_other_code(config_folders(None)[0].path / "calibration"))
    who = f"by placesim {__version__}, code {code_version()}"
    foot = f"Over {source}, {len(values)} runs of the back-cast, {who}.{stale}"
    write_text(out / "validation.html", validation_page(page, both_at_once(quarters, through), foot))
    _print_scores(table)
    print(f"Over {source}, {len(values)} runs. Results: {out}/validation.csv, {out}/validation.html.{stale}")
    return 0


def stored_tables() -> dict[str, pd.DataFrame]:
    """What earlier studies left in configs/calibration, by name."""
    folder = config_folders(None)[0].path / "calibration"
    found = {path.stem: pd.read_csv(path) for path in sorted(folder.glob("*.csv"))}
    readme = (
        ROOT / "docs" / "evidence" / "readme.csv"
    )  # the mechanisms at the defaults, where this is a checkout
    return found | ({"readme": pd.read_csv(readme)} if readme.is_file() else {})


def check(out: Path, stored: Path | None) -> int:
    """Predictive checks and rank histograms from the stored runs of the calibration: no run is played."""
    design = store.read_design()
    names = tuple(one.name for one in design.unknowns)
    table, alone = uniform(ranks(design), names), uniform(of_sampler(design), names)
    proof = evidence(design.emulators())
    left = pd.concat([left_out(proof, len(names), by) for by in ("figure", "year")], ignore_index=True)
    for name, frame in {"ranks": table, "ranks_of_sampler": alone, "left_out": left}.items():
        write_csv(out / f"{name}.csv", frame, "%.6g")
        if stored is not None:
            write_csv(stored / f"{name}.csv", frame, "%.6g")
    if stored is not None:
        stamp(stored, ("ranks", "ranks_of_sampler", "left_out"))
    verdict = "pass" if passes(table) else "do not pass"
    print(f"Rank histograms over {int((table.filter(like='bin').sum(axis=1)).iloc[0])} synthetic data sets "
          f"{verdict}: "
          f"least p value {table['p_value'].min():.3g} of {len(table)}")  # fmt: skip
    print(f"The sampler alone, on figures of the emulators, {'passes' if passes(alone) else 'does not pass'}: "
          f"least p value {alone['p_value'].min():.3g}")  # fmt: skip
    for by, part in left.groupby("left_out_by", sort=False):
        missed = ", ".join(part.loc[~part["inside"], "id"])
        print(f"Left out by {by}: {part['inside'].mean():.0%} of {len(part)} inside 90%, mean size of z "
              f"{part['z'].abs().mean():.2f}; outside: {missed or 'none'}")  # fmt: skip
    print(f"Results: {out}/ranks.csv, {out}/left_out.csv")
    return 0


def _print_scores(table: pd.DataFrame) -> None:
    for row in table.itertuples():
        what = str(row.output).replace("_", " ") + (f" ({row.argument})" if row.argument else "")
        when = (
            str(row.period_from)
            if row.period_from == row.period_to
            else f"{row.period_from} to {row.period_to}"
        )
        head = f"{row.id:<6}{row.verdict:<13}{what}, {row.geography}, {row.route}, {row.statistic}, {when}"
        if row.verdict == "not modelled":
            print(f"{head}: published {row.published:g}; {row.reason}")
        else:
            ends = f"{row.model_median:.4g} ({row.model_low_90:.4g} to {row.model_high_90:.4g})"
            tail = f"; {row.reason}" if row.verdict == "outside" and row.reason else ""
            print(f"{head}: published {row.published:g}, model {ends}{tail}")
    print()
    for row in summary(table).itertuples():
        if row.figures:
            print(f"{row.use:<10}{row.inside} inside, {row.outside} outside, {row.not_modelled} not modelled")
    print()
