"""The verbs about how far the model can be believed: calibrate, check, validate, assumptions, standards and more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sim.cli_parts import Request, Verb, writing
from sim.scenario.errors import COMMAND_LINE, ConfigError


def taken(request: Request, asked: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The settings of a verb (`asked` has their defaults) and the overrides that are left."""
    found, rest = dict(asked), []
    for word in request.overrides:
        key, equals, value = word.partition("=")
        if key in found and equals:
            found[key] = value
        else:
            rest.append(word)
    return found, rest


def whole(settings: Mapping[str, str], key: str, least: int = 0) -> int:
    """A setting that is a whole number. Raises ConfigError for anything else."""
    text = settings[key]
    if not text.isdigit() or int(text) < least:
        raise ConfigError(COMMAND_LINE, key, given=text, allowed=f"a whole number from {least} up")
    return int(text)


def folder(settings: Mapping[str, str]) -> Path | None:
    """Where results are stored for later studies, if they are."""
    return Path(settings["store"]) if settings["store"] else None


def _calibrate(request: Request) -> int:
    names = {"first": "240", "second": "80", "sample": "32", "particles": "1024", "seed": "2023",
             "run.workers": "2", "store": ""}  # fmt: skip
    settings, rest = taken(request, names)
    sizes = {key: whole(settings, key, 1) for key in ("first", "sample", "particles", "run.workers")}
    second, seed = whole(settings, "second"), whole(settings, "seed")
    out = request.folder("national")

    def play() -> int:
        from sim import belief
        from sim.study.calibrate.fit import Plan
        from sim.study.calibrate.played import BACKCAST

        plan = Plan(sizes["first"], second, sizes["sample"], sizes["particles"], seed, sizes["run.workers"],
                    (*BACKCAST, *rest), request.config_dir)  # fmt: skip
        return belief.calibrate(plan, out, folder(settings))

    return writing(out, play)


def _validate(request: Request) -> int:
    from sim.scenario.targets import read_targets

    names = {"targets": "", "posterior": "all", "replications": "24", "run.workers": "2", "runs": ""}
    settings, rest = taken(request, names)
    targets = read_targets(settings["targets"] or None)
    known = {"none": 0, "all": None}
    points = (
        known[settings["posterior"]] if settings["posterior"] in known else whole(settings, "posterior", 1)
    )
    runs, workers = whole(settings, "replications", 1), whole(settings, "run.workers", 1)
    out = request.folder(Path(settings["targets"]).stem if settings["targets"] else "targets")

    def play() -> int:
        from sim import belief
        from sim.study.validate.run import Validation

        asked = Validation(points, runs, workers, tuple(rest), request.config_dir)
        return belief.validate(asked, targets, out, Path(settings["runs"]) if settings["runs"] else None)

    return writing(out, play)


def _uncertainty(request: Request) -> int:
    from sim.scenario.load import load_experiment

    settings, rest = taken(request, {"points": "16", "replications": "2", "run.workers": "2", "store": ""})
    points, runs = whole(settings, "points", 2), whole(settings, "replications", 1)
    workers = whole(settings, "run.workers", 1)
    loaded = load_experiment(rest, request.config_dir)
    common = [word for word in rest if not word.startswith("experiment=")]
    out = request.folder(loaded.name)

    def play() -> int:
        from sim import uncertainty

        return uncertainty.uncertainty(
            loaded, common, points, runs, workers, out, folder(settings), request.config_dir
        )

    return writing(out, play)


def _sensitivity(request: Request) -> int:
    settings, rest = taken(request, {"walks": "12", "points": "128", "run.workers": "2", "store": ""})
    sizes = [
        whole(settings, key, 2 if key != "run.workers" else 1) for key in ("walks", "points", "run.workers")
    ]
    out = request.folder("central_vs_local")

    def play() -> int:
        from sim import uncertainty

        return uncertainty.sensitivity(
            rest, sizes[0], sizes[1], sizes[2], out, folder(settings), request.config_dir
        )

    return writing(out, play)


def _impact(request: Request) -> int:
    settings, rest = taken(request, {"points": "256", "run.workers": "2", "store": ""})
    points, workers = whole(settings, "points", 8), whole(settings, "run.workers", 1)
    out = request.folder("register")

    def play() -> int:
        from sim import uncertainty

        return uncertainty.impact(rest, points, workers, out, folder(settings), request.config_dir)

    return writing(out, play)


def _check(request: Request) -> int:
    settings, rest = taken(request, {"store": ""})
    if rest:
        raise ConfigError(
            COMMAND_LINE, rest[0].partition("=")[0], given=rest[0], allowed="store=FOLDER alone"
        )
    out = request.folder("calibration")

    def play() -> int:
        from sim import belief

        return belief.check(out, folder(settings))

    return writing(out, play)


def _standards(request: Request) -> int:
    from sim.scenario.load import load_scenario

    scenario = load_scenario(request.overrides, request.config_dir)
    out = request.folder("national")

    def play() -> int:
        from sim import ledger

        return ledger.standards(scenario, out)

    return writing(out, play)


FILTERS = ("quality", "impact", "about", "signed_off")


def _assumptions(request: Request) -> int:
    from sim.scenario.load import load_scenario

    settings, rest = taken(request, dict.fromkeys(FILTERS, ""))
    for key in ("quality", "impact"):
        allowed = ("red", "amber", "green", *(("not known",) if key == "impact" else ()))
        if settings[key] and settings[key] not in allowed:
            raise ConfigError(COMMAND_LINE, key, given=settings[key], names=allowed)
    scenario = load_scenario(rest, request.config_dir)
    out = Path(request.out) if request.out else None

    def play() -> int:
        from sim import ledger

        return ledger.assumptions(scenario, {key: value for key, value in settings.items() if value}, out)

    return writing(out or Path("."), play)


BELIEF_VERBS = {
    "calibrate": Verb(
        "Work unpublished parameters out from published figures: a posterior sample, kept run by run.",
        _calibrate,
        (
            "placesim calibrate out=results/calibrate",
            "placesim calibrate first=120 second=60 sample=24 run.workers=1 out=results/short",
        ),
    ),
    "validate": Verb(
        "Score published figures, of any file, against the back-cast: inside, outside or not modelled.",
        _validate,
        (
            "placesim validate targets=configs/targets.csv out=results/validate",
            "placesim validate targets=mine.csv posterior=none replications=10 out=results/defaults",
        ),
    ),
    "uncertainty": Verb(
        "Compare over the posterior and replications: what only data would shrink, what more runs would.",
        _uncertainty,
        (
            "placesim uncertainty experiment=central_vs_local points=16 replications=2",
            "placesim uncertainty experiment=all_rules points=8 out=results/mine",
        ),
    ),
    "sensitivity": Verb(
        "Morris, Sobol and the worth of knowing each group of parameters, for central minus local.",
        _sensitivity,
        ("placesim sensitivity walks=12 points=128 out=results/sensitivity",),
    ),
    "impact": Verb(
        "How far each assumption of the register moves central minus local, from runs.",
        _impact,
        ("placesim impact points=256 out=results/impact",),
    ),
    "assumptions": Verb(
        "Print the assumptions log, filtered; with out=DIR write it as CSV and ODS.",
        _assumptions,
        (
            "placesim assumptions",
            "placesim assumptions quality=red impact=red",
            "placesim assumptions about=workforce out=results/assumptions",
        ),
    ),
    "crosscheck": Verb(
        "Rank histograms and left-out checks of the calibration, from its stored runs.",
        _check,
        ("placesim crosscheck out=results/crosscheck",),
    ),
    "standards": Verb(
        "STRESS-DES, ISPOR, QA log, RAP and AQuA items with their evidence, as a page.",
        _standards,
        ("placesim standards out=results/standards",),
    ),
}
