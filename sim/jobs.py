"""The jobs behind the verbs `run` and `compare`: play, write the results folder, say what was found."""

from __future__ import annotations

import json
import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.asked import Answers, answers, shown
from sim.jobs_traced import about as about_returns
from sim.jobs_traced import beside, tell, warn
from sim.outcomes.catalogue import CATALOGUE, LEVELS_FIRST
from sim.outcomes.checks import checks
from sim.outcomes.suppression import Keys, marked, small_keys, suppressed
from sim.report.console import last_lines, table
from sim.report.findings import Findings
from sim.report.progress import bar
from sim.report.stored import keep_words
from sim.report.write import keep_pictures, write_report
from sim.scenario.experiment import Experiment
from sim.scenario.load import LoadedExperiment
from sim.scenario.scenario import Scenario
from sim.store import write_csv, write_text, write_whole
from sim.study.compare import Comparison, Split, Stress
from sim.study.compare import compare as play_comparison
from sim.study.manifest import manifest
from sim.study.register import red_assumptions
from sim.study.replicate import simulate
from sim.study.residents import first_homes
from sim.study.trace import Trace
from sim.world import draw_world

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Asked:
    """What is to be played and how it is told: the words of a report, and any returns behind it."""

    scenarios: Mapping[str, Scenario]
    baseline: str
    primary: tuple[str, ...]
    pair: tuple[str, str]
    title: str
    question: str
    titles: Mapping[str, str]
    splits: Sequence[Split] = ()
    stress: Sequence[Stress] = ()
    trace: Trace | None = None
    suppress: int = 0
    experiment: Experiment | None = None


def compare(loaded: LoadedExperiment, out: Path, trace: Trace | None = None, suppress: int = 0) -> int:
    """Play an experiment, on drawn worlds or on returns, and write its results to `out`."""
    experiment = loaded.experiment
    pair = experiment.compare or (experiment.baseline, list(loaded.scenarios)[-1])
    asked = Asked(
        loaded.scenarios,
        baseline=experiment.baseline,
        primary=experiment.primary,
        splits=[Split(s.title, tuple((p.name, p.from_, p.to) for p in s.parts)) for s in experiment.splits],
        stress=[
            Stress(
                experiment.stress[name].title,
                "",
                (scenarios[pair[0]], scenarios[pair[1]]),
                scenarios if name in experiment.stress_every else {},
            )
            for name, scenarios in loaded.stress.items()
            if scenarios[pair[0]].run.stress_replications  # none asked for: no stress test
        ],
        pair=pair,
        title=experiment.title,
        question=experiment.question,
        titles={name: experiment.scenarios[name].title for name in shown(experiment)},
        experiment=experiment,
        trace=trace,
        suppress=suppress,
    )
    return _play(asked, out)


def run(scenario: Scenario, out: Path, trace: Trace | None = None, suppress: int = 0) -> int:
    """Play one scenario, on drawn worlds or on returns, and write its results to `out`."""
    name = scenario.commissioning.name
    asked = Asked(
        {name: scenario},
        baseline=name,
        primary=LEVELS_FIRST,
        pair=(name, name),
        title=f"One scenario: {scenario.commissioning.welfare.title}",
        question="What happens to referred children under this one rule?",
        titles={name: scenario.commissioning.welfare.title},
        trace=trace,
        suppress=suppress,
    )
    return _play(asked, out)


def _play(asked: Asked, out: Path) -> int:
    settings, trace = asked.scenarios[asked.baseline].run, asked.trace
    for scenario in asked.scenarios.values():
        world = trace.world(scenario, 0) if trace else draw_world(scenario, 0)
        first_homes(scenario, world.tape)  # what cannot be played leaves no folder behind
    warn(trace, asked.scenarios[asked.baseline])
    out.mkdir(parents=True, exist_ok=True)  # before hours of work, not after
    began = time.monotonic()
    stressed = sum(len(one.played) for one in asked.stress) * min(
        settings.replications, settings.stress_replications
    )
    with bar(settings.replications * len(asked.scenarios) + stressed) as shown:
        found = play_comparison(
            asked.scenarios,
            asked.baseline,
            asked.primary,
            asked.splits,
            asked.stress,
            stress_pair=asked.pair,
            done=lambda count: shown.update(count),
            trace=trace,
        )
    command = "placesim " + shlex.join(sys.argv[1:]) if len(sys.argv) > 1 else "python"
    seconds = time.monotonic() - began
    about = manifest(asked.scenarios, settings.replications, settings.workers, seconds, command)
    if trace is not None:
        about["returns"] = about_returns(asked.scenarios[asked.baseline], trace)
    small = small_keys(found.ratio_parts, asked.suppress)
    findings = _findings(found, about, asked, small)
    _write(found, about, out, small)
    if len(findings.observed):
        write_csv(out / "observed.csv", findings.observed)
    if len(findings.own):
        write_csv(out / "own_referrals.csv", findings.own)
    keep_words(findings, out)
    said = (
        Answers()
        if asked.experiment is None
        else answers(asked.experiment, found, asked.scenarios, out, small)
    )
    write_report(findings, out, said.pictures, keep_pictures(said.pictures, out))
    if settings.logs:
        _write_logs(asked, out)
    print(table(findings))
    print()
    tell(findings)
    if said.sentences:
        print("\n".join(said.sentences), end="\n\n")
    warn(trace)
    print(last_lines(findings, out))
    return 0


def _findings(found: Comparison, about: Mapping[str, object], asked: Asked, small: Keys) -> Findings:
    scenario = found.scenarios[found.baseline]
    with_home = {home.region for home in scenario.estate.homes}
    told = {name: found.scenarios[name] for name in asked.titles}
    observed, own = beside(told, found.baseline, asked.trace, asked.suppress)
    return Findings(
        title=asked.title,
        question=asked.question,
        baseline=found.baseline,
        titles=asked.titles,
        primary=found.primary,
        names={name: measure.words for name, measure in CATALOGUE.items()},
        better={name: measure.better for name, measure in CATALOGUE.items()},
        differences=_of(asked.titles, suppressed(found.differences, small)),
        levels=_of(asked.titles, suppressed(found.levels, small)),
        measures=_of(asked.titles, suppressed(found.measures, small)),
        splits=found.splits,
        loads=_of(asked.titles, found.loads),
        equity=_of(asked.titles, suppressed(found.equity, small)),
        stress=found.stress,
        red=red_assumptions(scenario),
        identity=_checked(told, asked.trace),
        manifest={key: value for key, value in about.items() if key not in ("resolved", "files")},
        phrases={name: (m.more, m.less) for name, m in CATALOGUE.items() if m.more},
        headline=asked.pair[1],
        without_home=tuple(region.name for region in scenario.estate.regions if region.name not in with_home),
        observed=observed,
        own=own,
        suppress=asked.suppress,
        hidden=frozenset(small),
    )


def _of(titles: Mapping[str, str], frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of the scenarios that the page tells apart."""
    return frame if "scenario" not in frame else frame[frame["scenario"].isin(list(titles))]


def _checked(scenarios: Mapping[str, Scenario], trace: Trace | None) -> dict[str, float]:
    """The largest fault of each kind over the first replication of every scenario, played once more."""
    worst: dict[str, float] = {}
    for scenario in scenarios.values():
        one = simulate(scenario, 0, trace and trace.world(scenario, 0))
        for name, fault in checks(scenario, one.world, one.log).items():
            worst[name] = max(worst.get(name, 0.0), fault)
    return worst


def _write(found: Comparison, about: Mapping[str, object], out: Path, small: Keys) -> None:
    """The tables of a results folder, each file whole or not at all; small counts are marked or left out."""
    write_text(out / "manifest.json", json.dumps(about, indent=1))
    for name, frame in {"measures": found.measures, "ratio_parts": found.ratio_parts}.items():
        kept = suppressed(frame, small)
        write_whole(out / f"{name}.parquet", lambda path, kept=kept: kept.to_parquet(path, index=False))  # type: ignore[misc]
    whole = found.differences.drop(columns=["lower_adjusted", "upper_adjusted", "among_all"])
    tables = {"differences": whole, "levels": found.levels, "splits": found.splits, "stress": found.stress,
              "equity": found.equity}  # fmt: skip
    for name, frame in tables.items():
        write_csv(out / f"{name}.csv", marked(frame, small) if "group" in frame else frame)


def _write_logs(asked: Asked, out: Path) -> None:
    """Event logs of every replication, played again: logs are large and seldom asked for."""
    for name, scenario in asked.scenarios.items():
        for replication in range(scenario.run.replications):
            world = asked.trace and asked.trace.world(scenario, replication)
            log = simulate(scenario, replication, world).log
            log.to_parquet(out / "logs" / f"{name}-{replication:05d}.parquet")
