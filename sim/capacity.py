"""The jobs behind the verbs `capacity` and `precision`: play what is needed, write the page, say what was found."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from sim.report.answer_page import Answer, write_answer
from sim.report.answers_control import precision_answer, savings_answer
from sim.report.answers_fixed import (
    ladder_answer,
    marginal_answer,
    pipeline_answer,
    where_answer,
)
from sim.report.answers_needed import needed_answer
from sim.report.answers_search import fewest_answer
from sim.report.answers_split import split_answer
from sim.report.progress import clock, seldom
from sim.scenario.asking import (
    Fewest,
    Ladder,
    Marginal,
    Pipeline,
    Precision,
    Split,
    Substitution,
    Variance,
    Where,
)
from sim.scenario.load_capacity import LoadedCapacity
from sim.store import write_text
from sim.study.capacity import fixed, worth
from sim.study.capacity.asked import asked_in_words, plan_of, standard_words
from sim.study.capacity.controls import Controls
from sim.study.capacity.player import Player, Tally
from sim.study.capacity.run_control import find_replications, find_warm_up, with_warm_up
from sim.study.capacity.savings import savings
from sim.study.capacity.searching import FewestSearch, best_split
from sim.study.manifest import code_state, versions
from sim.study.sweep.lock import held


class Teller:
    """Progress of a question: a line now and then, with what was played, reused and is left."""

    def __init__(self) -> None:
        self.began = self.last = time.monotonic()
        self.checks_left: int | None = None
        self.checks = 0

    def __call__(self, tally: Tally) -> None:
        now = time.monotonic()
        if now - self.last < seldom():
            return
        self.last = now
        print(self.line(tally, now - self.began), file=sys.stderr, flush=True)

    def line(self, tally: Tally, seconds: float) -> str:
        """`120 replications played, 40 reused, 1.8 a second, about 2:10 left`."""
        rate = tally.played / seconds if seconds else 0.0
        left: float = tally.wanted
        about = ""
        if self.checks_left is not None:
            left += self.checks_left * (tally.played + tally.reused) / max(1, self.checks)
            about = "about "
        text = f"{tally.played:,} replications played, {tally.reused:,} reused, {rate:.1f} a second"
        return f"{text}, {about}{clock(left / rate)} left" if rate else text


def capacity(loaded: LoadedCapacity, out: Path, command: str) -> int:
    """Answer a question into `out`; what was evaluated is kept there and used by the next question. 0 when done."""
    out.mkdir(parents=True, exist_ok=True)
    began, teller = time.monotonic(), Teller()
    base = loaded.scenarios()[0]
    player = Player(out, base.run, teller)
    with held(out):
        try:
            answer = _answer(loaded, player, teller, command)
        except KeyboardInterrupt:
            played = player.tally.played
            raise KeyboardInterrupt(
                f"stopped: {played} replications were played and are kept; the same command goes on from there"
            ) from None
        place = (
            out / "answers" / "-".join(one for one in (loaded.name, loaded.standard_name) if one != "none")
        )
        seconds = time.monotonic() - began
        paths = write_answer(answer, place)
        about = {
            "command": command,
            "seconds": round(seconds, 1),
            "played": player.tally.played,
            "reused": player.tally.reused,
            "answer": list(answer.said),
            "code": code_state(),
            "versions": versions(),
        }
        write_text(place / "answer.json", json.dumps(about, indent=1))
    print(f"{answer.title}\n")
    for line in answer.said:
        print(f"- {line}")
    print(
        f"\n{player.tally.played:,} replications played, {player.tally.reused:,} reused, {clock(seconds)} in all."
        f"\nReport: {paths[0]}"
    )
    return 0


def dry_run(loaded: LoadedCapacity) -> int:
    """Say what would be asked, in words. Plays nothing, writes nothing."""
    print("\n".join(asked_in_words(loaded)))
    return 0


def _answer(loaded: LoadedCapacity, player: Player, teller: Teller, command: str) -> Answer:
    question, about = loaded.question, _provenance(loaded, command)
    if isinstance(question, Fewest):
        return _fewest(loaded, question, player, teller, about)
    if isinstance(question, Split):
        every, found, seen = best_split(loaded, question, player)
        return split_answer(question, every, found, seen, about)
    if isinstance(question, Precision):
        return _precision(loaded, question, player, about)
    if isinstance(question, Variance):
        one, other = (loaded.scenarios(rule.overrides)[0] for rule in question.rules.values())
        frame = savings((one, other), question.measures, max(4, player.run.replications // 2 * 2), player)
        return savings_answer(question.title, frame, about)
    plan = plan_of(loaded)
    controls = Controls() if question.controls else None
    seen_of = plan.play(player, max(2, player.run.replications // player.each))
    if isinstance(question, Ladder):
        frame = fixed.measure_table(plan, seen_of, question.measures, controls)
        return ladder_answer(question.title, frame, question.measures, about)
    if isinstance(question, Where):
        frame = fixed.measure_table(plan, seen_of, question.measures, controls)
        free = worth.free_table(plan, seen_of, question.measures)
        return where_answer(question.title, frame, free, question.measures, about)
    if isinstance(question, Pipeline):
        frame = fixed.measure_table(plan, seen_of, question.measures, controls)
        return pipeline_answer(question.title, frame, question.measures, about)
    if isinstance(question, Marginal):
        frame = worth.marginal_table(plan, seen_of, question.measures, question.step)
        return marginal_answer(question.title, frame, question.step, question.measures, about)
    assert loaded.standard is not None
    substitution = isinstance(question, Substitution)
    first = len(next(iter(seen_of.values())))
    frame = worth.needed_table(seen_of, loaded.standard, first, "lever" if substitution else "year")
    groups = ("lever", "level") if substitution else ("trend", "year")
    title = f"{question.title}: {loaded.standard.title}"
    return needed_answer(title, frame, groups, standard_words(loaded), about)


def _precision(
    loaded: LoadedCapacity, question: Precision, player: Player, about: Mapping[str, str]
) -> Answer:
    scenario = loaded.scenarios()[0]
    warm_up = find_warm_up(scenario, question, loaded.given("run.warm_up_days"), player)
    fixed_ = max(2, scenario.run.replications // player.each) if loaded.given("run.replications") else None
    found = find_replications(with_warm_up(scenario, warm_up.chosen), question, fixed_, player)
    return precision_answer(question, warm_up, found, player.each, about)


def _fewest(
    loaded: LoadedCapacity, question: Fewest, player: Player, teller: Teller, about: Mapping[str, str]
) -> Answer:
    assert loaded.standard is not None
    search = FewestSearch(loaded, question, player)

    def told(_: object) -> None:
        teller.checks += 1
        teller.checks_left = search.search.checks_left

    search.search.tell = told
    found = search.run()
    teller.checks_left = 0
    frontier, near = search.frontier(found), search.neighbours(found)
    return fewest_answer(question, loaded.standard, standard_words(loaded), found, frontier, near, about)


def _provenance(loaded: LoadedCapacity, command: str) -> dict[str, str]:
    run, state = loaded.scenarios()[0].run, code_state()
    opens, closes = run.window
    about = {
        "Command": command,
        "Seed": str(run.seed),
        "Worlds": run.worlds,
        "Start": run.start.isoformat(),
        "Window": f"days {opens} to {closes}",
        **{f"Code: {key}": value for key, value in state.items()},
    }
    if loaded.samples.where:
        about["Draws of uncertain settings"] = (
            f"{len(loaded.samples.overrides)} different ones of {loaded.samples.where}"
        )
        if loaded.samples.left_out:
            about["Columns that are no settings"] = ", ".join(loaded.samples.left_out)
    return about
