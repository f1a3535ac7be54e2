"""The money panel: the ledger of a scenario of the finished run, worked out by the command line beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from htmltools import Tag, TagList, tags
from shiny import reactive, render, req, ui

from sim.studio import money_fragments as fragments
from sim.studio.books import Books, read_books
from sim.studio.job import SAID
from sim.studio.runs import Money
from sim.studio.worker import Worker

if TYPE_CHECKING:
    from sim.studio.desk import Desk


class MoneyDesk:
    """What the buttons of the money panel do."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.work: Worker[Money] = Worker("The ledger has not been worked out yet.", self._done)

    def _done(self, job: Money) -> None:
        job.keep()
        homes = [str(name) for name in read_books(job.results).homes["home"]]
        ui.update_select("home_of", choices=homes, session=self.desk.session)

    def _begin(self) -> Money:
        run, _ = self.desk.found()
        slot = str(self.desk.input.money_of())
        req(slot in run.plan.choices)
        return Money(run, slot)

    def serve(self) -> None:
        """Tie inputs to outputs."""
        output, ask = self.desk.session.output, self.desk.input

        @reactive.effect
        @reactive.event(ask.money_go)
        def _() -> None:
            if self.desk.run.finished() is not None:
                self.work.begin(self._begin)

        @reactive.effect
        @reactive.event(ask.money_cancel)
        def _() -> None:
            self.work.stop()

        @output(id="money_progress")
        @render.ui
        def _() -> Tag:
            return self.work.how_far()

        @reactive.calc
        def books() -> Books:
            job = self.work.finished()
            if job is None:
                req(False)
                raise AssertionError("req has stopped this")
            return read_books(job.results)

        @output(id="ledger")
        @render.ui
        def _() -> TagList:
            found, job = books(), self.work.finished()
            assert job is not None
            said = (job.results / SAID).read_text(encoding="utf-8")
            balance = next((line for line in said.splitlines() if "out of balance" in line), "")
            return fragments.ledger(found, job.run.plan.choices[job.slot].title, balance)

        @output(id="entries")
        @render.ui
        def _() -> TagList | Tag:
            home = str(ask.home_of() or "")
            return fragments.entries(books(), home) if home else tags.p("Choose a home.")
