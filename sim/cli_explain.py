"""The verb `explain`: one child's story in words, or the decision audit of a whole replication as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.cli_parts import Request, Verb, writing
from sim.scenario.errors import COMMAND_LINE, ConfigError

if TYPE_CHECKING:
    from sim.study.audit import Audited

_OWN = ("child", "replication")


def _explain(request: Request) -> int:
    from sim.scenario.load import load_scenario

    asked, settings = _taken_apart(request.overrides)
    child, replication = asked.get("child", ""), _number("replication", asked.get("replication", "0"))
    if child not in ("", "all"):
        _number("child", child)
    scenario = load_scenario(settings, request.config_dir)
    from sim.study.audit import audited

    audit = audited(scenario, replication)
    if not child:
        return _suggest(audit)
    if child != "all":
        number, children = int(child), len(audit.world.tape)
        if number >= children:
            problem = f"no such child in replication {replication}"
            raise ConfigError(
                COMMAND_LINE, "child", problem, given=child, allowed=f"0 to {children - 1}, or all"
            )
        return _tell(audit, number, request)
    return _write(audit, request)


def _taken_apart(words: tuple[str, ...]) -> tuple[dict[str, str], tuple[str, ...]]:
    """What is about the story, and the settings of the scenario."""
    asked, settings = {}, []
    for word in words:
        name, equals, value = word.partition("=")
        if equals and name in _OWN:
            asked[name] = value.strip()
        else:
            settings.append(word)
    return asked, tuple(settings)


def _number(name: str, text: str) -> int:
    if not text.isdecimal():
        allowed = "a whole number from 0" + (", or all" if name == "child" else "")
        raise ConfigError(COMMAND_LINE, name, given=text or "nothing", allowed=allowed)
    return int(text)


def _tell(audit: Audited, child: int, request: Request) -> int:
    from sim.report.story import story
    from sim.store import write_text

    text = story(audit, child)
    print(text)
    if request.out is None:
        return 0
    out = request.folder("")

    def write() -> int:
        write_text(out / f"child-{child}.txt", f"{text}\n")
        return 0

    return writing(out, write)


def _suggest(audit: Audited) -> int:
    from sim.report.story import suggestions

    last = len(audit.world.tape) - 1
    print(
        f"Children 0 to {last} in replication {audit.world.replication}. Say which with child=NUMBER. For example:"
    )
    for child, why in suggestions(audit):
        print(f"  child={child:<6} {why}")
    print("child=all out=DIR writes every decision of the replication as tables (docs/audit.md).")
    return 0


def _write(audit: Audited, request: Request) -> int:
    out = request.folder(audit.scenario.commissioning.name)

    def write() -> int:
        for path in audit.write(out):
            print(path)
        return 0

    return writing(out, write)


EXPLAIN_VERBS = {
    "explain": Verb(
        "Tell one child's story: who was asked, what each home said and why, what the rule preferred.",
        _explain,
        (
            "placesim explain child=123",
            "placesim explain child=123 replication=4 commissioning=regional run=quick",
            "placesim explain commissioning=national_panel",
            "placesim explain child=all out=results/audit",
        ),
    ),
}
