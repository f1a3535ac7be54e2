"""The jobs behind the verbs `run` and `compare`: play, write the results folder, say what was found."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from sim.outcomes.catalogue import CATALOGUE, LEVELS_FIRST
from sim.outcomes.checks import checks
from sim.report.console import last_lines, table
from sim.report.findings import Findings
from sim.report.progress import bar
from sim.report.write import write_report
from sim.scenario.load import LoadedExperiment
from sim.scenario.scenario import Scenario
from sim.store import write_text, write_whole
from sim.study.compare import Comparison, Split, Stress
from sim.study.compare import compare as play_comparison
from sim.study.manifest import manifest
from sim.study.register import red_assumptions
from sim.study.replicate import simulate
from sim.study.residents import first_homes
from sim.world import draw_world


def compare(loaded: LoadedExperiment, out: Path) -> int:
    """Play an experiment and write its results to `out`."""
    experiment = loaded.experiment
    pair = experiment.compare or (experiment.baseline, list(loaded.scenarios)[-1])
    return _play(
        loaded.scenarios,
        out,
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
        ],
        pair=pair,
        title=experiment.title,
        question=experiment.question,
        titles={name: variant.title for name, variant in experiment.scenarios.items()},
    )


def run(scenario: Scenario, out: Path) -> int:
    """Play one scenario and write its results to `out`."""
    name = scenario.commissioning.name
    return _play(
        {name: scenario},
        out,
        baseline=name,
        primary=LEVELS_FIRST,
        splits=[],
        stress=[],
        pair=(name, name),
        title=f"One scenario: {scenario.commissioning.welfare.title}",
        question="What happens to referred children under this one rule?",
        titles={name: scenario.commissioning.welfare.title},
    )


def _play(
    scenarios: Mapping[str, Scenario], out: Path, baseline: str, primary: tuple[str, ...], splits: list[Split],
    stress: list[Stress], pair: tuple[str, str], title: str, question: str, titles: Mapping[str, str],
) -> int:  # fmt: skip
    settings = scenarios[baseline].run
    for scenario in scenarios.values():
        first_homes(scenario, draw_world(scenario, 0).tape)  # what cannot be played leaves no folder behind
    out.mkdir(parents=True, exist_ok=True)  # before hours of work, not after
    began = time.monotonic()
    stressed = sum(len(one.played) for one in stress) * min(
        settings.replications, settings.stress_replications
    )
    with bar(settings.replications * len(scenarios) + stressed) as shown:
        found = play_comparison(
            scenarios,
            baseline,
            primary,
            splits,
            stress,
            stress_pair=pair,
            done=lambda count: shown.update(count),
        )
    command = "placesim " + " ".join(sys.argv[1:]) if len(sys.argv) > 1 else "python"
    about = manifest(scenarios, settings.replications, settings.workers, time.monotonic() - began, command)
    findings = _findings(found, about, pair, title, question, titles)
    _write(found, about, out)
    write_report(findings, out)
    if settings.logs:
        _write_logs(scenarios, out)
    print(table(findings))
    print()
    print(last_lines(findings, out))
    return 0


def _findings(
    found: Comparison, about: Mapping[str, object], pair: tuple[str, str], title: str, question: str,
    titles: Mapping[str, str],
) -> Findings:  # fmt: skip
    scenario = found.scenarios[found.baseline]
    with_home = {home.region for home in scenario.estate.homes}
    return Findings(
        title=title,
        question=question,
        baseline=found.baseline,
        titles=titles,
        primary=found.primary,
        names={name: measure.words for name, measure in CATALOGUE.items()},
        better={name: measure.better for name, measure in CATALOGUE.items()},
        differences=found.differences,
        levels=found.levels,
        measures=found.measures,
        splits=found.splits,
        loads=found.loads,
        equity=found.equity,
        stress=found.stress,
        red=red_assumptions(scenario),
        identity=_checked(found.scenarios),
        manifest={key: value for key, value in about.items() if key not in ("resolved", "files")},
        phrases={name: (m.more, m.less) for name, m in CATALOGUE.items() if m.more},
        headline=pair[1],
        without_home=tuple(region.name for region in scenario.estate.regions if region.name not in with_home),
    )


def _checked(scenarios: Mapping[str, Scenario]) -> dict[str, float]:
    """The largest fault of each kind over the first replication of every scenario, played once more."""
    worst: dict[str, float] = {}
    for scenario in scenarios.values():
        one = simulate(scenario)
        for name, fault in checks(scenario, one.world, one.log).items():
            worst[name] = max(worst.get(name, 0.0), fault)
    return worst


def _write(found: Comparison, about: Mapping[str, object], out: Path) -> None:
    """The tables of a results folder, each file whole or not at all."""
    write_text(out / "manifest.json", json.dumps(about, indent=1))
    write_whole(out / "measures.parquet", lambda path: found.measures.to_parquet(path, index=False))
    write_whole(out / "ratio_parts.parquet", lambda path: found.ratio_parts.to_parquet(path, index=False))
    whole = found.differences.drop(columns=["lower_adjusted", "upper_adjusted", "among_all"])
    tables = {"differences": whole, "levels": found.levels, "splits": found.splits, "stress": found.stress,
              "equity": found.equity}  # fmt: skip
    for name, frame in tables.items():
        write_text(out / f"{name}.csv", frame.to_csv(index=False))


def _write_logs(scenarios: Mapping[str, Scenario], out: Path) -> None:
    """Event logs of every replication, played again: logs are large and seldom asked for."""
    for name, scenario in scenarios.items():
        for replication in range(scenario.run.replications):
            simulate(scenario, replication).log.to_parquet(out / "logs" / f"{name}-{replication:05d}.parquet")
