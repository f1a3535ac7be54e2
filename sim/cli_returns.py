"""The verbs about data that people bring: template, check; and what `data=FOLDER` does to run and compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli_parts import Request, Verb, say, writing
from sim.scenario.errors import COMMAND_LINE, ConfigError

if TYPE_CHECKING:
    from sim.returns.checking import Checked
    from sim.scenario.load import LoadedExperiment
    from sim.scenario.scenario import Scenario
    from sim.study.trace import Trace

MOST_LINES = 50
OTHERS = {"drawn": True, "none": False}


@dataclass(frozen=True)
class Brought:
    """What `data=`, `others=` and `suppress=` ask for, and the other settings."""

    settings: tuple[str, ...]
    trace: Trace | None = None
    suppress: int = 0

    def into(self, scenario: Scenario) -> Scenario:
        """The scenario with the homes, places and prices of the returns."""
        if self.trace is None:
            return scenario
        from sim.returns.settings import with_returns

        return with_returns(scenario, self.trace.returns)

    def into_all(self, loaded: LoadedExperiment) -> LoadedExperiment:
        """The experiment with every scenario and stress as `into`."""
        if self.trace is None:
            return loaded
        if self.trace.returns.homes or self.trace.returns.places:
            _refuse_other_estates(loaded)
        stress = {
            key: {name: self.into(one) for name, one in pair.items()} for key, pair in loaded.stress.items()
        }
        scenarios = {name: self.into(one) for name, one in loaded.scenarios.items()}
        return replace(loaded, scenarios=scenarios, stress=stress)

    @property
    def extra(self) -> dict[str, Any]:
        """What a job is told beside its scenarios; nothing where nothing was brought."""
        given = {"trace": self.trace, "suppress": self.suppress}
        return {name: value for name, value in given.items() if value}


def _refuse_other_estates(loaded: LoadedExperiment) -> None:
    """Raise ConfigError for scenarios that differ in the estate, which the returns would make the same."""
    first = loaded.scenarios[loaded.experiment.baseline].estate
    for name, scenario in loaded.scenarios.items():
        if scenario.estate != first:
            problem = (
                "the returns give the homes and places of every scenario, so scenarios cannot differ in them"
            )
            raise ConfigError(
                f"{loaded.file} scenario {name}", "estate", problem, allowed="referrals or staff alone"
            )


def brought(overrides: Sequence[str]) -> Brought:
    """Take data=FOLDER, others=drawn|none and suppress=NUMBER out of the settings."""
    own, settings = {}, []
    for word in overrides:
        name, equals, value = word.partition("=")
        if equals and name in ("data", "others", "suppress"):
            own[name] = value.strip()
        else:
            settings.append(word)
    suppress = _number(own.get("suppress", "0"))
    if "data" not in own:
        if "others" in own:
            raise ConfigError(
                COMMAND_LINE, "others", "without data=FOLDER it means nothing", allowed="data=FOLDER"
            )
        return Brought(tuple(settings), suppress=suppress)
    if (others := own.get("others", "none")) not in OTHERS:
        raise ConfigError(COMMAND_LINE, "others", given=others, names=OTHERS)
    from sim.returns.folder import read_returns
    from sim.returns.settings import run_settings
    from sim.study.trace import Trace

    returns = read_returns(Path(own["data"]))
    return Brought(
        (*run_settings(returns, settings), *settings), Trace(returns, OTHERS[others]), suppress
    )  # what the returns say of dates comes first, so that a setting given by hand wins


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) > 1000:
        hint = "a whole number from 0 to 1000: counts from 1 to one less are not shown"
        raise ConfigError(COMMAND_LINE, "suppress", given=text or "nothing", allowed=hint)
    return int(text)


def _template(request: Request) -> int:
    if request.overrides:
        raise ConfigError(
            COMMAND_LINE, "", "nothing but out= is wanted", given=request.overrides[0], allowed="out=DIR"
        )
    out = Path(request.out or "returns")

    def write() -> int:
        from sim.returns.template import write_templates

        if out.is_dir() and any(out.iterdir()):
            raise ConfigError(COMMAND_LINE, "out", "the folder is not empty, and what is in it may be yours",
                              given=str(out), allowed="a new folder")  # fmt: skip
        for path in write_templates(out):
            print(path)
        print(f"Next: fill in what you have, then placesim check {out}")
        return 0

    return writing(out, write)


def _check(request: Request) -> int:
    if len(request.overrides) != 1:
        given = " ".join(request.overrides) or "nothing"
        raise ConfigError(COMMAND_LINE, "", "one file or folder", given=given, allowed="placesim check FILE")
    from sim.returns.folder import check

    found = check(Path(request.overrides[0]))
    for each in found:
        _tell(each)
    faults = [fault for each in found for fault in each.faults]
    if request.out is not None:
        out = request.folder("")

        def write() -> int:
            print(_write_faults(found, out))
            return 0

        if code := writing(out, write):
            return code
    if not faults:
        print("Nothing is wrong.")
        if warning := _coverage(found):
            print(f"Note: {warning}")
        return 0
    return say(f"{len(faults)} thing{'s' if len(faults) > 1 else ''} to put right", 2)


def _coverage(found: Sequence[Checked]) -> str:
    """What to know of whose referrals are there; nothing where all authorities are."""
    from typing import cast

    from sim.returns.coverage import alone
    from sim.returns.forms import ReferralRow

    rows = [row for each in found if each.form and each.form.name == "referrals" for row in each.records]
    return alone(cast("list[ReferralRow]", rows))


def _tell(checked: Checked) -> None:
    """One file: how many rows stand, and what is wrong with it, the first fifty lines."""
    if checked.form is not None:
        rows, wrong = len(checked.records), len(checked.faults)
        print(f"{checked.file}: the {checked.form.name} return; {rows:,} rows stand; {wrong:,} faults")
    for note in checked.notes:
        print(f"{checked.file}: {note}")
    for fault in checked.faults[:MOST_LINES]:
        print(f"  {fault}")
    if len(checked.faults) > MOST_LINES:
        print(f"  and {len(checked.faults) - MOST_LINES:,} more; out=DIR writes them all to DIR/problems.csv")


def _write_faults(found: Sequence[Checked], out: Path) -> Path:
    from dataclasses import asdict

    import pandas as pd

    from sim.store import write_csv

    rows = [asdict(fault) for each in found for fault in each.faults]
    frame = pd.DataFrame(rows, columns=["file", "row", "column", "value", "allowed", "fix"])
    return write_csv(out / "problems.csv", frame)


RETURN_VERBS = {
    "template": Verb(
        "Write the data returns to fill in: CSV templates, a dictionary of columns, a worked example.",
        _template,
        ("placesim template", "placesim template out=returns/2025"),
    ),
    "check": Verb(
        "Check a data return, or a folder of them: every fault with row, column, what is allowed and a fix.",
        _check,
        ("placesim check returns/referrals.csv", "placesim check returns out=results/problems"),
    ),
}
