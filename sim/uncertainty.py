"""The jobs behind the verbs `uncertainty`, `sensitivity` and `impact`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim.outcomes.catalogue import CATALOGUE
from sim.report.progress import bar
from sim.scenario.composer import Composer, Shelf
from sim.scenario.errors import COMMAND_LINE
from sim.scenario.load import LoadedExperiment
from sim.scenario.unknowns import read_unknowns
from sim.store import write_csv
from sim.study.calibrate.played import values_at
from sim.study.calibrate.stamps import part, stamp
from sim.study.calibrate.store import read_posterior, read_sample
from sim.study.kept import Single, measure_kept, measured_or_refused, play_kept, single, values
from sim.study.uncertain.impact import COUNTED, ENDS, NO_WORLD, distances, effects, still, stirring, turns
from sim.study.uncertain.information import worth
from sim.study.uncertain.movable import movable, owners
from sim.study.uncertain.nested import at_both_ends, differences, levels, play_nested
from sim.study.uncertain.screening import morris, sobol, trajectories
from sim.study.uncertain.switching import switching_value
from sim.world.points import latin_points

RUNS = "runs"
SHORT = ("run.warm_up_days=240", "run.window_days=365", "run.follow_up_days=120")
PAIR = {"local": ("commissioning=local",), "national_panel": ("commissioning=national_panel",)}
ALONE = ("run.warm_up_days=30", "run.window_days=150", "run.follow_up_days=30")
HEADLINE = "children_placed_per_year"
NEED = "need_weighted_waiting_per_year"


def uncertainty(
    loaded: LoadedExperiment, common: Sequence[str], points: int, replications: int, workers: int, out: Path,
    stored: Path | None = None, config_dir: str | None = None,
) -> int:  # fmt: skip
    """An experiment over the posterior and replications; writes uncertainty.csv, ridge.csv and the points."""
    experiment = loaded.experiment
    unknowns, rows = read_posterior(points)
    rules = {name: one.overrides for name, one in experiment.scenarios.items()}
    steps = {f"{name} - {experiment.baseline}": (experiment.baseline, name) for name in rules
             if name != experiment.baseline}  # fmt: skip
    for one in experiment.splits:
        steps |= {f"{one.title}: {part.name}": (part.from_, part.to) for part in one.parts}
    if "local" in rules and "national_panel" in rules:
        steps = {"national_panel - local": ("local", "national_panel"), **steps}
        if "national_panel_todays_grounds" in rules:
            steps["national_panel - local: coordination"] = ("local", "national_panel_todays_grounds")
            steps["national_panel - local: refusal"] = ("national_panel_todays_grounds", "national_panel")
    out.mkdir(parents=True, exist_ok=True)
    with bar(len(rows) * len(rules) * replications) as shown:
        nested = play_nested(unknowns, rows, rules, experiment.primary, replications, [*SHORT, *common], out / RUNS,
                             workers, shown.update, config_dir)  # fmt: skip
    table = differences(nested, steps, experiment.primary)
    ends = at_both_ends(nested, steps, experiment.primary)
    if loaded.name == "mechanisms":
        _write({"mechanisms": table, "mechanism_levels": levels(nested, experiment.primary)}, out, stored)
    else:
        _write({"uncertainty": table, "ridge": ends}, out, stored)
    first = experiment.primary[0]
    print(
        f"{CATALOGUE[first].words}, over {len(rows)} points of the posterior, {replications} replications each"
    )
    for row in table[table["measure"] == first].itertuples():
        known = (
            f"; {row.share_only_data:.0%} of the variance only data would shrink" if replications > 1 else ""
        )
        print(f"  {row.step:<58}{row.difference:+8.1f} ({row.lower_90:+.1f} to {row.upper_90:+.1f}){known}")
    print("At both ends of the ridge")
    for row in ends[ends["measure"] == first].itertuples():
        if "national_panel - local" in row.step:
            print(
                f"  {row.end:<32}{row.step:<40}{row.difference:+8.1f} ({row.lower_90:+.1f} to {row.upper_90:+.1f})"
            )
    print(f"Results: {out}")
    return 0


def sensitivity(
    common: Sequence[str], walks: int, points: int, workers: int, out: Path, stored: Path | None = None,
    config_dir: str | None = None,
) -> int:  # fmt: skip
    """Morris, Sobol and the worth of knowing, for central minus local; writes a table of each."""
    seed = 2023
    unknowns, sample = read_unknowns(), read_sample()
    rules = {"local": ("commissioning=local",), "today": ("commissioning=today",),
             "national_panel_todays_grounds": ("commissioning=national_panel_todays_grounds",),
             "national_panel": ("commissioning=national_panel",)}  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    walked = trajectories(walks, len(unknowns), seed)
    filled = latin_points(points, len(unknowns), seed + 1)
    measures = (HEADLINE, NEED)
    with bar(2 * len(walked) + len(rules) * len(filled)) as shown:
        said = (out / RUNS, workers, shown.update, config_dir)
        paths = play_nested(
            unknowns, values_at(unknowns, walked), PAIR, measures, 1, [*SHORT, *common], *said
        )
        spread = play_nested(
            unknowns, values_at(unknowns, filled), rules, measures, 1, [*SHORT, *common], *said
        )
    gap = paths.difference(HEADLINE, "local", "national_panel")[:, 0]
    screened = morris(unknowns, walked, gap, seed)
    every = np.vstack([walked, filled])
    both = np.concatenate([gap, spread.difference(HEADLINE, "local", "national_panel")[:, 0]])
    indices, explained = sobol(unknowns, every, both, seed)
    indices["emulator_r_squared"] = explained
    worths = []
    for measure in measures:
        by_rule = {rule: spread.found[measure][rule][:, 0] for rule in rules}
        frame = worth(unknowns, filled, by_rule, sample, CATALOGUE[measure].better == "higher")
        frame.insert(0, "measure", measure)
        worths.append(frame)
    switches = []
    for at, one in enumerate(unknowns):
        value, inside = switching_value(one.low, one.high, every[:, at], both)
        switches.append((one.name, one.key, one.title, one.low, one.high, value, inside))
    turn = pd.DataFrame(
        switches, columns=["parameter", "key", "title", "low", "high", "switching_value", "in_range"]
    )
    tables = {"morris": screened, "sobol": indices, "information": pd.concat(worths), "switching": turn}
    _write(tables, out, stored)
    print("Morris: what moves central minus local most (children placed a year, end to end)")
    for row in screened.head(8).itertuples():
        print(f"  {row.title:<62}{row.effect:+8.1f}  size {row.size:.1f} (+-{row.size_half_95:.1f})")
    print(f"Sobol, on an emulator with R squared {explained:.2f}")
    for row in indices.head(8).itertuples():
        print(
            f"  {row.title:<62}first {row.first_order:.2f}  total {row.total:.2f} (+-{row.total_half_95:.2f})"
        )
    print("What to measure next")
    for row in tables["information"].itertuples():
        print(f"  {CATALOGUE[row.measure].words:<45}{row.group:<26}EVPPI {row.evppi:.2f}; "
              f"{row.variance_share:.0%} of the variance of the difference")  # fmt: skip
    print(f"Results: {out}/morris.csv, sobol.csv, information.csv, switching.csv")
    return 0


def impact(
    common: Sequence[str], points: int, workers: int, out: Path, stored: Path | None = None,
    config_dir: str | None = None,
) -> int:  # fmt: skip
    """How far each row of the register moves central minus local; writes impact.csv.

    With another kind of staff (workforce=posts), the rows that the default has not. What is stored of other settings
    stays, with the stamp of the code that made it, but for the rows that are here again.
    """
    out.mkdir(parents=True, exist_ok=True)
    composer = Composer(Shelf.of(config_dir))
    known: set[str] = set()
    if any(word.startswith("workforce=") for word in common):
        plain = composer.another(composer.shelf.read([], COMMAND_LINE))
        known = set(owners(plain.model_dump(mode="json", by_alias=True)))
    whole = _impact(composer, common, points, workers, out, known)
    whole = _keep_impact(whole, common, out, stored)
    marked = whole[whole["impact"].notna()]
    print(
        f"Impact on central minus local (children placed a year); what moves it most of {len(marked)} rows:"
    )
    for row in marked.sort_values("share_of_headline", ascending=False).head(12).itertuples():
        print(f"  {row.impact:<7}{row.title:<60}{row.move:+7.1f} (se {row.standard_error:.1f})"
              f"{'' if row.sure else ', not sure'}")  # fmt: skip
    counts = marked["impact"].value_counts()
    print(f"{counts.get('red', 0)} red, {counts.get('amber', 0)} amber, {counts.get('green', 0)} green; "
          f"{len(whole) - len(marked)} rows that no run moves (reasons in the file). Results: {out}")  # fmt: skip
    return 0


def _impact(
    composer: Composer, common: Sequence[str], points: int, workers: int, out: Path, known: Collection[str]
) -> pd.DataFrame:
    """The marks of the rows of one scenario but those `known`, and why the others have none."""
    rules = list(PAIR.values())

    def singles(length: Sequence[str], number: int, own: Sequence[str]) -> list[Single]:
        given = ([*length, *common, *rule, *own] for rule in rules)
        return [single(composer.another(composer.shelf.read(words, COMMAND_LINE)), number) for words in given]

    base = composer.another(composer.shelf.read([*SHORT, *common], COMMAND_LINE))
    moved, why = movable(base, composer, [[*common, *rule] for rule in rules])
    moved = [one for one in moved if one.key not in known]
    alone = [two for one in moved for share in ENDS for two in singles(ALONE, 0, one.texts(share))]
    print(f"{len(moved)} rows can be moved; each alone first, at both ends")
    with bar(len(alone) + len(rules)) as shown:
        here = measure_kept(singles(ALONE, 0, ()), out / RUNS, workers, shown.update)
        ends = play_kept(measured_or_refused, alone, out / RUNS, workers, shown.update)
    size = len(ENDS) * len(rules)
    parts = {one.key: ends[at * size : (at + 1) * size] for at, one in enumerate(moved)}
    why |= {key: NO_WORLD for key, found in parts.items() if not all(found)}
    moved = [one for one in moved if one.key not in why]
    stir, calm = stirring(moved, here, [parts[one.key] for one in moved])
    print(f"{len(stir)} rows of {len(moved)} change something; these are moved together at {points} points")
    shares = latin_points(points, len(stir), 2023)
    taken = turns(stir, points)
    wanted = [
        two
        for number, row in enumerate(shares)
        for two in singles(
            SHORT,
            number,
            [text for at, one in enumerate(stir) if taken[number, at] for text in one.texts(row[at])],
        )
    ]
    with bar(len(wanted)) as shown:
        played = measure_kept(wanted, out / RUNS, workers, shown.update)
    found = values(played, HEADLINE).reshape(points, len(rules))
    gap = found[:, -1] - found[:, 0]
    counts, silent = stirring(stir, here, [parts[one.key] for one in stir], COUNTED)
    columns = [stir.index(one) for one in counts]
    table = effects(counts, distances(stir, shares, taken)[:, columns], gap, float(gap.mean()))
    calm = [*silent, *calm]
    table = pd.concat(
        [table.sort_values("share_of_headline", ascending=False), still(calm)], ignore_index=True
    )
    table["headline"], table["runs"] = float(gap.mean()), len(wanted)
    rest = pd.DataFrame([{"key": key, "reason": reason} for key, reason in why.items() if key not in known])
    return pd.concat([table, rest], ignore_index=True)


def _keep_impact(whole: pd.DataFrame, common: Sequence[str], out: Path, stored: Path | None) -> pd.DataFrame:
    """Writes the marks of these settings, stored beside those of others. Gives all that is in the table then."""
    given = " ".join(sorted(common))
    whole = whole.assign(given=given)
    stale: set[str] = set()
    if stored is not None and (stored / "impact.csv").is_file():
        before = pd.read_csv(stored / "impact.csv", dtype={"given": str})
        before["given"] = before["given"].fillna("") if "given" in before else ""
        kept = before[(before["given"] != given) & ~before["key"].isin(whole["key"])]
        stale = set(before["given"]) - set(kept["given"]) - {given}
        whole = pd.concat([whole, kept] if given == "" else [kept, whole], ignore_index=True)
    for folder in (out, *((stored,) if stored else ())):
        write_csv(folder / "impact.csv", whole, "%.5g")
    if stored is not None:
        stamp(stored, [part("impact", given.split())], [part("impact", one.split()) for one in stale])
    return whole


def _write(tables: Mapping[str, pd.DataFrame], out: Path, stored: Path | None) -> None:
    for name, table in tables.items():
        for folder in (out, *((stored,) if stored else ())):
            write_csv(folder / f"{name}.csv", table, "%.5g")
    if stored is not None:
        stamp(stored, list(tables))
