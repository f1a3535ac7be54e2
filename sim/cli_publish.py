"""The verbs that take results out: report, tables, and export for other programs."""

from __future__ import annotations

from pathlib import Path

from sim.cli_parts import Request, Verb, writing
from sim.cli_returns import brought
from sim.scenario.errors import COMMAND_LINE, ConfigError


def stored(request: Request, known: tuple[str, ...] = ()) -> tuple[Path, dict[str, str]]:
    """The results folder that comes first after the verb, and the settings of the verb behind it."""
    if not request.overrides or "=" in request.overrides[0]:
        raise ConfigError(COMMAND_LINE, "folder", "none given", allowed=f"placesim {request.verb} FOLDER")
    asked = {}
    for word in request.overrides[1:]:
        name, equals, value = word.partition("=")
        if not equals or name not in known:
            raise ConfigError(
                COMMAND_LINE, name, "no such setting here", given=word, names=(*known, "out"), wrong=name
            )
        asked[name] = value.strip()
    return Path(request.overrides[0]), asked


def _report(request: Request) -> int:
    folder, asked = stored(request, ("suppress",))
    from sim import publish

    threshold = publish.threshold_of(asked.get("suppress", ""))
    out = Path(request.out) if request.out else folder
    return writing(out, lambda: publish.report(folder, out, threshold))


def _tables(request: Request) -> int:
    folder, asked = stored(request, ("suppress",))
    from sim import publish

    threshold = publish.threshold_of(asked.get("suppress", ""))
    out = Path(request.out) if request.out else folder / "tables"
    return writing(out, lambda: publish.tables(folder, out, threshold))


def _export(request: Request) -> int:
    """Play one replication and write its events for other programs."""
    from sim.scenario.load import load_scenario

    replication, settings = "0", []
    for word in request.overrides:
        name, equals, value = word.partition("=")
        if equals and name == "replication":
            replication = value.strip()
        else:
            settings.append(word)
    if not replication.isdecimal():
        raise ConfigError(COMMAND_LINE, "replication", given=replication, allowed="a whole number from 0")
    mine = brought(settings)
    scenario = mine.into(load_scenario(mine.settings, request.config_dir))
    out = request.folder(scenario.commissioning.name)

    def play() -> int:
        from sim import publish

        return publish.export(scenario, int(replication), mine.trace, out)

    return writing(out, play)


PUBLISH_VERBS = {
    "report": Verb(
        "Make the report of a results folder again: one page, nothing is played.",
        _report,
        ("placesim report results/demo", "placesim report results/demo suppress=5 out=results/public"),
    ),
    "tables": Verb(
        "Make public tables of a results folder: open-data CSV with its meta files, a workbook, plain ODS.",
        _tables,
        ("placesim tables results/demo", "placesim tables results/demo suppress=5 out=results/public"),
    ),
    "export": Verb(
        "Play one replication and write its events for process mining (XES, OCEL) and as SSDA903 episodes.",
        _export,
        (
            "placesim export run=quick",
            "placesim export commissioning=regional replication=3 out=results/events",
        ),
    ),
}
