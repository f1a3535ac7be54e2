"""What the studio does when somebody chooses, runs, looks and takes away."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from htmltools import Tag, TagList, tags
from shiny import Inputs, Outputs, Session, reactive, render, ui

from sim.report.findings import Findings
from sim.report.story import story, suggestions
from sim.studio import fragments, money_fragments
from sim.studio.choices import SLOTS
from sim.studio.desk import Desk
from sim.studio.money_desk import MoneyDesk
from sim.studio.places_desk import PlacesDesk
from sim.studio.runs import COMMANDS
from sim.studio.sure_desk import SureDesk
from sim.studio.timeline import timeline as places_over_time
from sim.study.audit import Audited, audited
from sim.study.replicate import simulate

Server = Callable[[Inputs, Outputs, Session], None]


def make_server(out: Path, config_dir: str | None) -> Server:
    """The server of one results folder: nothing is written outside it."""

    def server(input: Inputs, output: Outputs, session: Session) -> None:
        Studio(out, config_dir, input, session).serve()

    return server


class Studio(Desk):
    """Ties what is asked on the page to what is shown on it."""

    def serve(self) -> None:
        """Tie inputs to outputs."""
        self.money, self.places, self.sure = MoneyDesk(self), PlacesDesk(self), SureDesk(self)
        for desk in (self.money, self.places, self.sure):
            desk.serve()
        for slot in SLOTS:
            self._glance(slot)
        self._running()
        self._showing()
        self._looking()
        self._taking()

    def _glance(self, slot: str) -> None:
        @self.session.output(id=f"glance_{slot}")
        @render.ui
        def _() -> Tag:
            return self.at_a_glance(slot)

    def _running(self) -> None:
        output = self.session.output

        @reactive.effect
        @reactive.event(self.input.go)
        def _() -> None:
            self.start()

        @reactive.effect
        @reactive.event(self.input.to_sure)
        def _() -> None:
            ui.update_navset("tab", selected="sure", session=self.session)

        @reactive.effect
        @reactive.event(self.input.cancel)
        def _() -> None:
            self.run.stop()

        @output(id="progress")
        @render.ui
        def _() -> Tag:
            return self.run.how_far()

        @output(id="checked")
        @render.ui
        def _() -> Tag:
            return self.take_returns()

        @output(id="whose")
        @render.ui
        def _() -> Tag | None:
            return self.whose_referrals()

        @output(id="read_back")
        @render.ui
        def _() -> Tag | None:
            return self.read_back()

        @self.session.on_ended
        def _() -> None:
            for worker in (self.run, self.money.work, self.places.work):
                worker.stop()
            shutil.rmtree(self.uploads, ignore_errors=True)

    def _showing(self) -> None:
        shown: dict[str, Callable[[Findings], TagList]] = {
            "answer": fragments.answer, "the_map": fragments.the_map, "the_list": fragments.the_list,
            "homes": fragments.homes, "money_at_once": money_fragments.at_once,
        }  # fmt: skip
        for name, make in shown.items():
            self._show(name, make)

    def _show(self, name: str, make: Callable[[Findings], TagList]) -> None:
        @self.session.output(id=name)
        @render.ui
        def _() -> TagList | Tag:
            return make(self.found()[1]) if self.run.finished() else tags.p("Run something first.")

    def _looking(self) -> None:
        output = self.session.output

        @output(id="timeline")
        @render.ui
        def _() -> Tag:
            name = str(self.input.time_of() or "")
            scenario, trace = self.replication(name)
            run = self.run.finished()
            title = run.plan.choices[name].title if run else name
            return fragments.timeline(
                places_over_time(simulate(scenario, 0, trace and trace.world(scenario, 0))), title
            )

        @reactive.calc
        def audit() -> Audited:
            scenario, trace = self.replication(str(self.input.story_of() or ""))
            return audited(scenario, 0, trace and trace.world(scenario, 0))

        @output(id="suggested")
        @render.ui
        def _() -> Tag:
            found = [f"{child}: {why}" for child, why in suggestions(audit())]
            return tags.div(tags.p("For example:"), tags.ul(*(tags.li(text) for text in found)))

        @output(id="story")
        @render.ui
        def _() -> Tag:
            child, last = self.input.child(), len(audit().world.tape) - 1
            if not isinstance(child, int) or not 0 <= child <= last:
                return fragments.problem(f"Number of the child: allowed 0 to {last}")
            return tags.pre(story(audit(), child))

    def _taking(self) -> None:
        @self.session.output(id="command")
        @render.ui
        def _() -> Tag:
            run = self.run.finished()
            if run is None:
                return tags.p("Run something first.")
            self.money.work.finished()  # its command is there once it is done
            return tags.div(
                tags.p("In the folder of the zip file, this makes the same results again:"),
                tags.pre((run.folder / COMMANDS).read_text(encoding="utf-8").strip()),
            )

        output = self.session.output

        @output(id="whole")
        @fragments.DOWNLOAD(filename="placesim-studio.zip", media_type="application/zip")  # type: ignore[untyped-decorator]
        def _() -> Iterator[bytes]:
            yield fragments.zipped(self.found()[0].folder)

        @output(id="report")
        @fragments.DOWNLOAD(filename="report.html", media_type="text/html")  # type: ignore[untyped-decorator]
        def _() -> Iterator[bytes]:
            yield (self.found()[0].results / "report.html").read_bytes()

        @output(id="settings")
        @fragments.DOWNLOAD(filename="studio.yaml", media_type="text/yaml")  # type: ignore[untyped-decorator]
        def _() -> Iterator[str]:
            yield self.plan().experiment()
