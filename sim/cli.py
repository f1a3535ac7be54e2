"""The command `placesim`: a verb, then overrides. See `placesim --help`.

Exit codes: 0 done; 1 a scenario of a sweep failed, or the results could not be written; 2 a setting is wrong;
130 stopped by Ctrl-C; 143 stopped by the system.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.cli_belief import BELIEF_VERBS
from sim.cli_bounds import BOUND_VERBS
from sim.cli_capacity import CAPACITY_VERBS, standard_lines, without_standard
from sim.cli_explain import EXPLAIN_VERBS
from sim.cli_money import MONEY_VERBS
from sim.cli_parts import Request, Verb, read, say, writing
from sim.cli_publish import PUBLISH_VERBS
from sim.cli_returns import RETURN_VERBS, brought
from sim.cli_studio import STUDIO_VERBS
from sim.cli_sweeps import SWEEP_VERBS
from sim.scenario.errors import ConfigError
from sim.study import ONE_THREAD

if TYPE_CHECKING:
    from sim.scenario.load import LoadedExperiment


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; one line on stderr for anything that went wrong."""
    for name, one in ONE_THREAD.items():
        os.environ.setdefault(name, one)
    try:
        code = _main(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
        return code
    except ConfigError as error:
        return say(f"{error}", 2)
    except KeyboardInterrupt as stop:
        return say(str(stop) or "stopped by Ctrl-C", getattr(stop, "code", 130))
    except BrokenPipeError:  # the reader of our output has gone (placesim show | head)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _main(argv: Sequence[str]) -> int:
    request = read(argv, VERBS)
    if "--version" in request.flags:
        from sim import __version__

        print(f"placesim {__version__}")
        return 0
    if "--help" in request.flags or not request.verb:
        from sim.cli_help import general_help, verb_help

        print(verb_help(request, VERBS[request.verb]) if request.verb else general_help(request, GROUPS))
        return 0
    return VERBS[request.verb].play(request)


def _show(request: Request) -> int:
    import json

    import yaml

    from sim.scenario.load import load_scenario
    from sim.scenario.words import commissioning_in_words

    for line in standard_lines(request):
        print(f"# {line}")
    scenario = load_scenario(without_standard(request), request.config_dir)
    for line in commissioning_in_words(scenario.commissioning).splitlines():
        print(f"# {line}")
    print()
    data = json.loads(scenario.model_dump_json(by_alias=True))
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=None)
    print(text, end="")
    return 0


def _run(request: Request) -> int:
    from sim.scenario.load import load_scenario

    mine = brought(request.overrides)
    scenario = mine.into(load_scenario(mine.settings, request.config_dir))
    out = request.folder(scenario.commissioning.name)

    def play() -> int:
        from sim import jobs

        return jobs.run(scenario, out, **mine.extra)

    return writing(out, play)


def _compare(request: Request) -> int:
    from sim.scenario.load import load_experiment

    mine = brought(request.overrides)
    loaded = mine.into_all(load_experiment(mine.settings, request.config_dir))
    _check_measures(loaded)
    out = request.folder(loaded.name)

    def play() -> int:
        from sim import jobs

        return jobs.compare(loaded, out, **mine.extra)

    return writing(out, play)


def _check_measures(loaded: LoadedExperiment) -> None:
    """Raise ConfigError for a primary measure that is not in the catalogue."""
    from sim.outcomes.catalogue import CATALOGUE

    for measure in loaded.experiment.primary:
        if measure not in CATALOGUE:
            problem = "no such measure"
            raise ConfigError(loaded.file, "experiment.primary", problem, given=measure, names=CATALOGUE)


PLAY_VERBS = {
    "compare": Verb(
        "Play the scenarios of an experiment on the same worlds and report the differences.",
        _compare,
        (
            "placesim compare experiment=central_vs_local",
            "placesim compare experiment=central_vs_local run.replications=50 run.workers=2 out=results/mine",
            "placesim compare experiment=central_vs_local estate=planned run.start=2029-04-01",
            "placesim compare experiment=central_vs_local data=returns/example suppress=5",
        ),
    ),
    "run": Verb(
        "Play one scenario and report its levels.",
        _run,
        (
            "placesim run commissioning=national_panel run=quick",
            "placesim run workforce.vacancy.mean=0.30 out=results/vacancies",
            "placesim run --config-dir mine estate=mine",
        ),
    ),
    "show": Verb(
        "Print the resolved scenario as YAML, and its rule in words. Plays nothing, writes nothing.",
        _show,
        (
            "placesim show",
            "placesim show commissioning=regional",
            "placesim show --config-dir mine estate=mine",
        ),
        writes=False,
    ),
}
# in the order of the help, by what they are for
GROUPS: dict[str, dict[str, Verb]] = {
    "Play and compare": {**PLAY_VERBS, **EXPLAIN_VERBS, **BOUND_VERBS},
    "Many scenarios, stopped and resumed": SWEEP_VERBS,
    "How many places": CAPACITY_VERBS,
    "Money": MONEY_VERBS,
    "How far to believe it": BELIEF_VERBS,
    "Data brought in, results taken away": {**RETURN_VERBS, **PUBLISH_VERBS, **STUDIO_VERBS},
}
VERBS = {name: verb for group in GROUPS.values() for name, verb in group.items()}

if __name__ == "__main__":
    sys.exit(main())
