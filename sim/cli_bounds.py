"""The verbs about what any rule could reach: bound, localism."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.cli_parts import Request, Verb, writing
from sim.scenario.errors import COMMAND_LINE, ConfigError

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

ENDS = {"from": "local", "to": "national_panel", "staffing": ""}


def _bound(request: Request) -> int:
    from sim.scenario.sweep import load_sweep

    loaded = load_sweep(request.overrides, request.config_dir)
    for scenario in loaded.scenarios:
        _refuse_limited(scenario)
    out = request.folder(loaded.name)

    def play() -> int:
        from sim import bounds

        return bounds.bound(loaded, out)

    return writing(out, play)


def _refuse_limited(scenario: Scenario) -> None:
    """Raise ConfigError where places to move on to are limited, or where failing placements end in transfers.

    The bound takes each child's leaving as drawn, and its schedules give out places to children on the list alone.
    """
    if scenario.behaviour.authorities.moving_on is not None:
        problem = "the bound does not know waits for a place to move on to"
        raise ConfigError(COMMAND_LINE, "behaviour.authorities.moving_on", problem, allowed="null")
    given = scenario.behaviour.breakdown.transfer_sought
    if given > 0:
        problem = "the schedules beside the bound do not know transfers"
        raise ConfigError(
            COMMAND_LINE, "behaviour.breakdown.transfer_sought", problem, given=f"{given:g}", allowed="0"
        )


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
    _refuse_limited(local)
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
