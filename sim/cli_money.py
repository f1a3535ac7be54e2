"""The verbs about money: money, appraise, share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.cli_parts import Request, Verb, writing
from sim.cli_returns import brought
from sim.scenario.errors import COMMAND_LINE, ConfigError

if TYPE_CHECKING:
    from sim.scenario.load import LoadedExperiment


def _money(request: Request) -> int:
    from sim.scenario.load import load_scenario

    mine = brought(request.overrides)
    nominal = "nominal=true" in mine.settings
    rest = [word for word in mine.settings if word not in ("nominal=true", "nominal=false")]
    scenario = mine.into(load_scenario(rest, request.config_dir))
    if scenario.costs.money is None:
        raise ConfigError(COMMAND_LINE, "costs", "these costs have no money", given=scenario.costs.name,
                          allowed="costs with money, such as england_wales")  # fmt: skip
    out = request.folder(scenario.commissioning.name)

    def play() -> int:
        from sim import appraisals

        return appraisals.money(scenario, out, nominal, **mine.extra)

    return writing(out, play)


def _appraise(request: Request) -> int:
    example = "an experiment with one, such as business_case"
    return _made(request, "appraisal", "nothing is said about owners", example)


def _share(request: Request) -> int:
    example = "an experiment with sharing, such as shared_home"
    return _made(request, "sharing", "nothing is said about members and their home", example)


def _made(request: Request, part: str, problem: str, example: str) -> int:
    """Play an experiment that has the part which its verb works on. Raises ConfigError for one that has not."""
    from sim.scenario.load import load_experiment

    loaded = load_experiment(request.overrides, request.config_dir)
    _check_payers(loaded)
    if getattr(loaded.experiment, part) is None:
        raise ConfigError(loaded.file, f"experiment.{part}", problem, given=loaded.name, allowed=example)
    out = request.folder(loaded.name)

    def play() -> int:
        from sim import appraisals

        return {"appraisal": appraisals.appraise, "sharing": appraisals.share}[part](loaded, out)

    return writing(out, play)


def _check_payers(loaded: LoadedExperiment) -> None:
    """Raise ConfigError for an owner or member who is no authority, a region that is none, costs without money."""
    experiment, base = loaded.experiment, loaded.scenarios[loaded.experiment.baseline]
    authorities = [origin.name for origin in base.demand.origins]
    regions = [region.name for region in base.estate.regions]
    named: list[tuple[str, str, list[str]]] = []
    for name, scheme in () if experiment.appraisal is None else experiment.appraisal.schemes.items():
        at = f"experiment.appraisal.schemes.{name}"
        named += [(f"{at}.owners", owner, authorities) for owner in (*scheme.owners, *scheme.reserves)]
        named += [(f"{at}.owner_regions", region, regions) for region in scheme.owner_regions]
        if scheme.open_homes is not None:
            named += [(f"{at}.open_homes.regions", region, regions) for region in scheme.open_homes.regions]
    if experiment.sharing is not None:
        named += [
            ("experiment.sharing.members", member, authorities) for member in experiment.sharing.members
        ]
        named += [
            ("experiment.sharing.member_regions", one, regions) for one in experiment.sharing.member_regions
        ]
    for key, given, known in named:
        if given not in known:
            raise ConfigError(loaded.file, key, "no such name", given=given, names=known)
    for name, scenario in loaded.scenarios.items():
        if scenario.costs.money is None:
            raise ConfigError(loaded.file, f"scenario {name}", "its costs have no money", given=scenario.costs.name,
                              allowed="costs with money, such as england_wales")  # fmt: skip


MONEY_VERBS = {
    "money": Verb(
        "Play one scenario and write its ledger, the books of every home, and who pays.",
        _money,
        (
            "placesim money run=quick",
            "placesim money commissioning=regional run=quick nominal=true out=results/regional_money",
            "placesim money data=returns/example run.replications=5",
        ),
    ),
    "appraise": Verb(
        "Make the business case of an experiment: value, cash by payer, reserves, switching values, worst case.",
        _appraise,
        (
            "placesim appraise experiment=business_case",
            "placesim appraise experiment=in_house_vs_independent run.replications=20 out=results/in_house",
        ),
    ),
    "share": Verb(
        "Say how authorities can split a home that they share, who gains, and which splits hold together.",
        _share,
        ("placesim share experiment=shared_home run.replications=10",),
    ),
}
