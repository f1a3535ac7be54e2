"""One open page: what is chosen, what was uploaded, what runs, what was found."""

from __future__ import annotations

import shutil
from pathlib import Path

from htmltools import Tag, tags
from shiny import Inputs, Session, reactive, req, ui

from sim.report.findings import Findings
from sim.report.stored import read_findings, read_scenarios
from sim.returns.folder import Returns, check, read_returns
from sim.returns.settings import run_settings, with_returns
from sim.scenario.errors import ConfigError
from sim.scenario.scenario import Scenario
from sim.store import write_whole
from sim.studio import fragments
from sim.studio.choices import (
    GROUPS,
    MOST_REPLICATIONS,
    SLOTS,
    Choice,
    Plan,
    loaded,
    read_plan,
    red_tests,
    settings_of,
)
from sim.studio.glance import glance
from sim.studio.runs import Run, new_folder
from sim.studio.worker import Worker
from sim.study.trace import Trace

MOST_UPLOADED = 20_000_000  # bytes of one file


class Desk:
    """The state of one open page, and what its buttons do. Nothing here knows how it is shown."""

    def __init__(self, out: Path, config_dir: str | None, input: Inputs, session: Session) -> None:
        self.out, self.config_dir, self.input, self.session = out, config_dir, input, session
        self.run: Worker[Run] = Worker("Nothing has been run yet.", self._name_scenarios)
        self.returns: reactive.Value[Path | None] = reactive.value(None)

    @property
    def uploads(self) -> Path:
        """Where the returns of this page are kept while it is open."""
        return self.out / ".uploads" / f"returns-{self.session.id[:12]}"

    # -- what is chosen ------------------------------------------------------------------------------

    def choice(self, slot: str) -> Choice:
        """The choice of one slot. Raises ConfigError for settings that are none."""
        ask = self.input
        options = {group: str(ask[f"{group}_{slot}"]()) for group in GROUPS}
        scale = ask[f"scale_{slot}"]()
        if scale is None:
            raise ConfigError("Referrals, times", "", "nothing given", allowed="a number such as 1.1")
        title = str(ask[f"title_{slot}"]()).strip()[:60] or f"Scenario {slot.upper()}"
        return Choice(title, options, float(scale), settings_of(str(ask[f"more_{slot}"]())))

    def plan(self) -> Plan:
        """Everything that is chosen. Raises ConfigError for the first thing that is wrong."""
        ask = self.input
        slots = SLOTS[: int(ask.scenarios())]
        replications, seed = ask.replications(), ask.seed()
        if not isinstance(replications, int) or not 2 <= replications <= MOST_REPLICATIONS:
            hint = f"a whole number from 2 to {MOST_REPLICATIONS}"
            raise ConfigError("Replications", "", given=str(replications), allowed=hint)
        if not isinstance(seed, int) or seed < 0:
            raise ConfigError("Seed", "", given=str(seed), allowed="a whole number, 0 or more")
        choices = {slot: self.choice(slot) for slot in slots}
        titles = [choice.title for choice in choices.values()]
        if len(set(titles)) < len(titles):
            raise ConfigError("Title", "", "two scenarios have the same title", allowed="a title for each")
        sent = self.returns() is not None
        tests = red_tests(self.config_dir) if ask.tested() else {}
        return Plan(choices, str(ask.run()), replications, seed, sent, sent and bool(ask.others()), tests)

    def sent(self) -> Returns | None:
        folder = self.returns()
        return read_returns(folder) if folder else None

    def scenario(self, slot: str) -> Scenario:
        """The scenario of a slot, with the returns in it. Raises ConfigError for anything wrong."""
        returns = self.sent()
        settings = [f"run={self.input.run()}", f"run.seed={self.input.seed()}"]
        dates = run_settings(returns, []) if returns else []
        made = loaded(self.choice(slot), [*settings, *dates], self.config_dir)
        return with_returns(made, returns) if returns else made

    def at_a_glance(self, slot: str) -> Tag:
        """Offered load of a slot, or what is wrong with it."""
        try:
            scenario, returns = self.scenario(slot), self.sent()
            world = Trace(returns, bool(self.input.others())).world(scenario, 0) if returns else None
            return fragments.good(["Valid.", *map(str, glance(scenario, world))])
        except ConfigError as error:
            return fragments.problem(str(error))

    # -- what is run ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Check everything, then play it in a process of its own."""
        self.run.begin(self._made)

    def _made(self) -> Run:
        plan = self.plan()
        for slot in plan.choices:
            self.scenario(slot)
        folder = new_folder(self.out)
        sent = self.returns()
        if sent is not None:
            shutil.copytree(sent, folder / "data")
        return Run(folder, plan, self.config_dir)

    def _name_scenarios(self, run: Run) -> None:
        """Put the scenarios of a finished run into every list that asks for one."""
        titles = {name: choice.title for name, choice in run.plan.choices.items()}
        for name in ("time_of", "story_of", "money_of"):
            ui.update_select(name, choices=titles, session=self.session)

    def found(self) -> tuple[Run, Findings]:
        run = self.run.finished()
        if run is None:
            req(False)
            raise AssertionError("req has stopped this")
        return run, read_findings(run.results)

    def replication(self, name: str) -> tuple[Scenario, Trace | None]:
        """The scenario of a finished run and the returns behind it."""
        run = self.run.finished()
        req(run is not None and name)
        assert run is not None
        scenarios = read_scenarios(run.results)
        req(name in scenarios)
        if not run.plan.data:
            return scenarios[name], None
        return scenarios[name], Trace(read_returns(run.folder / "data"), run.plan.others)

    # -- uploads -------------------------------------------------------------------------------------

    def take_returns(self) -> Tag:
        """Check uploaded returns; keep them in the results folder only if nothing is wrong."""
        uploaded = self.input.returns()
        if not uploaded:
            self.returns.set(None)
            return tags.p("None: referrals and staff are drawn.")
        folder = self.uploads
        shutil.rmtree(folder, ignore_errors=True)
        for file in uploaded:
            if file["size"] > MOST_UPLOADED:
                return self._refused([f"{file['name']}: larger than {MOST_UPLOADED // 10**6} MB"], folder)
            name = Path(file["name"]).name
            write_whole(folder / name, lambda path, f=file: shutil.copyfile(f["datapath"], path))  # type: ignore[misc]
        try:
            found = check(folder)
        except ConfigError as error:
            return self._refused([str(error)], folder)
        faults = [str(fault) for each in found for fault in each.faults]
        if faults:
            return self._refused(faults, folder)
        self.returns.set(folder)
        said = [f"{each.file}: {len(each.records):,} rows, nothing wrong" for each in found]
        return fragments.good([*said, *(f"{each.file}: {note}" for each in found for note in each.notes)])

    def whose_referrals(self) -> Tag | None:
        """What to know where the uploaded referrals come from a part of the authorities."""
        returns = self.sent()
        said = Trace(returns, bool(self.input.others())).warning if returns else ""
        return (
            fragments.problem(said.replace("others=drawn", "the box above (others=drawn)")) if said else None
        )

    def _refused(self, said: list[str], folder: Path) -> Tag:
        shutil.rmtree(folder, ignore_errors=True)
        self.returns.set(None)
        more = [tags.li(f"and {len(said) - 30:,} more")] if len(said) > 30 else []
        return tags.div(
            tags.p("Not used:"), tags.ul(*(tags.li(text) for text in said[:30]), *more), class_="wrong"
        )

    def read_back(self) -> Tag | None:
        """Put the scenarios of a file into the slots; checked like any other input."""
        uploaded = self.input.saved()
        if not uploaded:
            return None
        try:
            path = Path(uploaded[0]["datapath"])
            if uploaded[0]["size"] > 100_000:
                raise ConfigError("the file", "", "too large", allowed="a file that the studio wrote")
            choices = dict(read_plan(path.read_text(encoding="utf-8-sig", errors="replace")))
            for choice in choices.values():
                loaded(choice, [], self.config_dir)
        except ConfigError as error:
            return fragments.problem(f"Not used: {error}")
        with reactive.isolate():
            for slot, choice in choices.items():
                for group, option in choice.options.items():
                    ui.update_select(f"{group}_{slot}", selected=option, session=self.session)
                ui.update_text(f"title_{slot}", value=choice.title, session=self.session)
                ui.update_numeric(f"scale_{slot}", value=choice.scale, session=self.session)
                ui.update_text_area(f"more_{slot}", value="\n".join(choice.more), session=self.session)
            ui.update_select("scenarios", selected=str(len(choices)), session=self.session)
        return fragments.good([f"{len(choices)} scenarios read."])
