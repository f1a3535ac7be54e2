"""The verb `studio`: a local web page for planners."""

from __future__ import annotations

from pathlib import Path

from sim.cli_parts import Request, Verb, writing
from sim.scenario.errors import COMMAND_LINE, ConfigError

KNOWN = ("port", "open")
LAST_PORT = 65_535


def _studio(request: Request) -> int:
    asked = {"port": "8765", "open": "yes"}
    for word in request.overrides:
        name, equals, value = word.partition("=")
        if not equals or name not in KNOWN:
            raise ConfigError(
                COMMAND_LINE, name, "no such setting here", given=word, names=(*KNOWN, "out"), wrong=name
            )
        asked[name] = value.strip()
    if not asked["port"].isdecimal() or int(asked["port"]) > LAST_PORT:
        raise ConfigError(
            COMMAND_LINE, "port", given=asked["port"], allowed=f"a whole number from 0 to {LAST_PORT}"
        )
    if asked["open"] not in ("yes", "no"):
        raise ConfigError(COMMAND_LINE, "open", given=asked["open"], allowed="yes, no")
    from sim.scenario.sources import config_folders

    config_folders(request.config_dir)  # a wrong folder is told before anything opens
    out = Path(request.out or "results/studio")

    def told(address: str) -> None:
        print(
            f"The studio is at {address} until you press Ctrl-C. It serves this computer alone.", flush=True
        )
        if asked["open"] == "yes":
            import webbrowser

            webbrowser.open(address)

    def play() -> int:
        from sim.studio.serve import serve

        return serve(out, request.config_dir, int(asked["port"]), told)

    return writing(out, play)


STUDIO_VERBS = {
    "studio": Verb(
        "Open the studio, a page on this computer: choose scenarios, run, compare, take away.",
        _studio,
        ("placesim studio", "placesim studio port=9000 open=no out=results/planning"),
    ),
}
