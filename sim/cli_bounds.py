"""The verbs about what any rule could reach: bound, localism."""

from __future__ import annotations

from sim.cli_parts import Request, Verb, writing
from sim.scenario.errors import COMMAND_LINE, ConfigError

ENDS = {"from": "local", "to": "national_panel", "staffing": ""}


def _bound(request: Request) -> int:
    from sim.scenario.sweep import load_sweep

    loaded = load_sweep(request.overrides, request.config_dir)
    out = request.folder(loaded.name)

    def play() -> int:
        from sim import bounds

        return bounds.bound(loaded, out)

    return writing(out, play)


def _localism(request: Request) -> int:
    from sim.scenario.load import load_scenario

    names, rest = dict(ENDS), []
    for word in request.overrides:
        key, _, value = word.partition("=")
        if key in names:
            names[key] = value
        elif key == "commissioning":
            hint = "from=RULE to=RULE staffing=WORKFORCE"
            raise ConfigError(COMMAND_LINE, key, "two rules are compared here", given=word, allowed=hint)
        else:
            rest.append(word)
    staff = [f"workforce={names['staffing']}"] if names["staffing"] else []
    local = load_scenario([*rest, f"commissioning={names['from']}"], request.config_dir)
    national = load_scenario([*rest, f"commissioning={names['to']}", *staff], request.config_dir)
    out = request.folder(f"{names['from']}-{names['to']}")

    def play() -> int:
        from sim import bounds

        return bounds.localism(local, national, (names["from"], names["to"]), out)

    return writing(out, play)


BOUND_VERBS = {
    "bound": Verb(
        "Say how near rules come to the best that any rule could reach on the same worlds.",
        _bound,
        (
            "placesim bound commissioning=today,national_panel run.replications=4",
            "placesim bound experiment=all_rules run.replications=2 out=results/bound",
        ),
    ),
    "localism": Verb(
        "Split what a national rule gains over a local one, answer by answer of the rule.",
        _localism,
        (
            "placesim localism run.replications=4",
            "placesim localism from=today to=national_matching staffing=full run=quick out=results/localism",
        ),
    ),
}
