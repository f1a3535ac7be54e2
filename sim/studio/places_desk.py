"""The panel about places: how many meet a standard, where, instead of what; asked of a scenario as it is chosen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from htmltools import HTML, Tag, TagList, tags
from shiny import reactive, render, ui

from sim.scenario.errors import ConfigError, listed
from sim.scenario.load_capacity import load_capacity
from sim.studio import fragments
from sim.studio.choices import Choice, needs_standard
from sim.studio.runs import Places, new_folder
from sim.studio.worker import Worker
from sim.study.capacity.asked import asked_in_words, check

if TYPE_CHECKING:
    from sim.studio.desk import Desk

DRAWN = "Places are asked of drawn children: data returns that you put in are not played here."
STOPPED = (
    "Stopped: no answer. What was played is kept in its folder, and the same command goes on from there."
)


class PlacesDesk:
    """What the buttons of the panel about places do."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.work: Worker[Places] = Worker("Nothing has been asked yet.", stopped=STOPPED)

    def asked(self) -> tuple[Choice, tuple[str, ...]]:
        """The scenario and the words of the question. Raises ConfigError for the first thing that is wrong."""
        ask, config_dir = self.desk.input, self.desk.config_dir
        question, plan = str(ask.question()), self.desk.plan()
        slot = str(ask.places_of())
        if slot not in plan.choices:
            raise ConfigError(
                "Scenario", "", "not one of those chosen", names=sorted(plan.choices), given=slot
            )
        standard = [f"standard={ask.standard()}"] if needs_standard(question, config_dir) else []
        length = [f"run={plan.run}", f"run.replications={plan.replications}", f"run.seed={plan.seed}"]
        return plan.choices[slot], (f"capacity={question}", *standard, *length)

    def in_words(self) -> Tag:
        """The question in words, or what is wrong with it."""
        try:
            choice, words = self.asked()
            loaded = load_capacity([*words, *choice.overrides], self.desk.config_dir)
            check(loaded)
        except ConfigError as error:
            return fragments.problem(str(error))
        said = [f"Asked of: {choice.title}.", *asked_in_words(loaded)]
        for name, what in (("rules", "rule"), ("demands", "demand")):
            if titles := [one.title for one in getattr(loaded.question, name, {}).values()]:
                said.append(
                    f"It brings its own {what}s, which come before the {what} of the scenario: {listed(titles)}."
                )
        return fragments.good([*said, DRAWN] if self.desk.returns() is not None else said)

    def _begin(self) -> Places:
        choice, words = self.asked()
        check(load_capacity([*words, *choice.overrides], self.desk.config_dir))
        return Places(new_folder(self.desk.out, "places"), choice, words, self.desk.config_dir)

    def serve(self) -> None:
        """Tie inputs to outputs."""
        output, ask = self.desk.session.output, self.desk.input

        @reactive.effect
        @reactive.event(ask.places_go)
        def _() -> None:
            self.work.begin(self._begin)

        @reactive.effect
        @reactive.event(ask.places_cancel)
        def _() -> None:
            self.work.stop()

        @output(id="places_asked")
        @render.ui
        def _() -> Tag:
            return self.in_words()

        @output(id="places_progress")
        @render.ui
        def _() -> Tag:
            return self.work.how_far()

        @output(id="places_answer")
        @render.ui
        def _() -> TagList | None:
            job = self.work.finished()
            return answer_of(job.results, job.command) if job is not None else None

        @output(id="places_taken")
        @fragments.DOWNLOAD(filename="placesim-places.zip", media_type="application/zip")  # type: ignore[untyped-decorator]
        def _() -> Iterator[bytes]:
            job = self.work.finished()
            assert job is not None  # the button stands under an answer
            yield fragments.zipped(job.folder)


def answer_of(folder: Path, command: str) -> TagList:
    """An answer: its sentences, its whole page in a frame, and the command that gives it again."""
    said = json.loads((folder / "answer.json").read_text(encoding="utf-8"))["answer"]
    page = (folder / "report.html").read_text(encoding="utf-8")
    return TagList(
        tags.p(fragments.CAUTION, class_="box"),
        tags.ul(*(tags.li(text) for text in said)),
        tags.iframe(HTML(""), srcdoc=page, title="The answer with its tables and figures", class_="answer"),
        tags.p("In the folder of the zip file, this gives the same answer again:"),
        tags.pre(command),
        tags.p(ui.download_button("places_taken", "Settings, answer and data (zip)")),
    )
