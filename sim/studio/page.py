"""The page of the studio: what it asks and where its answers go."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from htmltools import HTML, Tag, head_content, tags
from shiny import ui

from sim.studio.choices import GROUPS, MOST_REPLICATIONS, RUNS, SLOTS, offered, questions, standards

TITLE = "placesim studio"
TITLES = {"a": "Today", "b": "National panel", "c": "Regional", "d": "Local"}
RULES = {"a": "today", "b": "national_panel", "c": "regional", "d": "local"}


def page(config_dir: str | None) -> Tag:
    """Everything that is there before anybody chooses."""
    return ui.page_fluid(
        head_content(
            tags.style(HTML(_file("studio.css"))),
            tags.script(HTML(_file("timeline.js"))),
            tags.link(rel="icon", href="data:,"),
        ),
        tags.a("Skip to main content", href="#studio-main", class_="skip"),
        tags.main(
            tags.h1(TITLE),
            tags.p(
                "Choose up to four scenarios, see at once how stretched they are, run them on the same children, and "
                "take away what makes the same results again. Everything stays on this computer.",
                class_="box",
            ),
            ui.navset_tab(
                ui.nav_panel("Scenarios", *_scenarios(config_dir), value="scenarios"),
                ui.nav_panel("Answer", ui.output_ui("answer"), value="answer"),
                ui.nav_panel("Map", ui.output_ui("the_map"), value="map"),
                ui.nav_panel("List", ui.output_ui("the_list"), value="list"),
                ui.nav_panel("Occupancy", ui.output_ui("homes"), value="homes"),
                ui.nav_panel("Money", *_money(), value="money"),
                ui.nav_panel("Places needed", *_places(config_dir), value="places"),
                ui.nav_panel("How sure", *_sure(), value="sure"),
                ui.nav_panel("Homes over time", *_timeline(), value="time"),
                ui.nav_panel("One child", *_story(), value="story"),
                ui.nav_panel("Take away", *_take_away(), value="away"),
                id="tab",
            ),
            id="studio-main",
        ),
        title=TITLE,
        lang="en-GB",
    )


def _scenarios(config_dir: str | None) -> list[Any]:
    slots = [
        ui.panel_conditional(f"parseInt(input.scenarios) > {at}", _slot(slot, at, config_dir))
        for at, slot in enumerate(SLOTS)
    ]
    return [
        tags.h2("What is compared"),
        ui.input_select("scenarios", "How many scenarios", {str(n): str(n) for n in range(1, 5)}, selected="2"),
        tags.div(*slots, class_="slots"),
        tags.h2("How it is run"),
        tags.div(
            ui.input_select("run", "Length", RUNS, selected="quick"),
            ui.input_numeric("replications", "Replications", 4, min=2, max=MOST_REPLICATIONS),
            ui.input_numeric("seed", "Seed", 2023, min=0),
            class_="slots",
        ),
        ui.input_checkbox("tested", "Put the red assumptions to the test, for A and B (slow)", False, width="100%"),
        tags.p("What is red, and how sure the model is: ", ui.input_action_link("to_sure", "How sure"), "."),
        tags.h2("Your own data"),
        ui.input_file("returns", "Data returns (CSV, several at once)", multiple=True, accept=[".csv"]),
        tags.p("placesim template writes the forms. Names and dates of birth are refused."),
        ui.input_checkbox("others", "Draw the children of other authorities (others=drawn)", False, width="100%"),
        ui.output_ui("checked"),
        tags.div(ui.output_ui("whose"), role="status"),
        ui.input_file("saved", "Scenarios saved before (studio.yaml)", accept=[".yaml"]),
        ui.output_ui("read_back"),
        tags.h2("Run"),
        tags.p(
            ui.input_action_button("go", "Run", class_="btn-primary"), " ",
            ui.input_action_button("cancel", "Cancel"),
        ),
        tags.div(ui.output_ui("progress"), role="status"),
    ]  # fmt: skip


def _slot(slot: str, at: int, config_dir: str | None) -> Tag:
    letter = slot.upper()
    selects = [
        ui.input_select(f"{group}_{slot}", f"{name}, {letter}", offered(group, config_dir),
                        selected=RULES[slot] if group == "commissioning" else None)
        for group, name in GROUPS.items()
    ]  # fmt: skip
    return tags.div(
        tags.h3(f"Scenario {letter}{' (the others are compared with it)' if at == 0 else ''}"),
        ui.input_text(f"title_{slot}", f"Title, {letter}", TITLES[slot]),
        *selects,
        ui.input_numeric(f"scale_{slot}", f"Referrals, times, {letter}", 1.0, min=0, max=1.5, step=0.05),
        ui.input_text_area(
            f"more_{slot}", f"Further settings, {letter}", placeholder="workforce.vacancy.mean=0.3"
        ),
        tags.div(ui.output_ui(f"glance_{slot}"), role="status"),
        class_="slot",
    )


def _timeline() -> list[Any]:
    return [ui.input_select("time_of", "Scenario", {}), ui.output_ui("timeline")]


def _story() -> list[Any]:
    return [
        ui.input_select("story_of", "Scenario", {}),
        ui.input_numeric("child", "Number of the child", 0, min=0),
        ui.output_ui("suggested"),
        ui.output_ui("story"),
    ]


def _money() -> list[Any]:
    return [
        tags.h2("Money"),
        ui.output_ui("money_at_once"),
        tags.h2("The ledger of one scenario"),
        tags.p("Who pays whom for what, and the books of each home. It is played again with its ledger."),
        ui.input_select("money_of", "Scenario of the ledger", {}),
        tags.p(
            ui.input_action_button("money_go", "Work out the ledger", class_="btn-primary"), " ",
            ui.input_action_button("money_cancel", "Cancel the ledger"),
        ),
        tags.div(ui.output_ui("money_progress"), role="status"),
        ui.output_ui("ledger"),
        ui.input_select("home_of", "Entries of which home", {}),
        ui.output_ui("entries"),
    ]  # fmt: skip


def _places(config_dir: str | None) -> list[Any]:
    letters = {slot: f"Scenario {slot.upper()}" for slot in SLOTS}
    return [
        tags.h2("How many places, where, instead of what"),
        tags.p("Asked of a scenario as chosen under Scenarios, with the length, replications and seed there."),
        tags.div(
            ui.input_select("places_of", "Scenario that is asked", letters),
            ui.input_select("question", "Question", questions(config_dir)),
            ui.input_select("standard", "Standard, where the question needs one", standards(config_dir)),
            class_="slots",
        ),
        tags.div(ui.output_ui("places_asked"), role="status"),
        tags.p(
            ui.input_action_button("places_go", "Ask", class_="btn-primary"), " ",
            ui.input_action_button("places_cancel", "Cancel the question"),
        ),
        tags.div(ui.output_ui("places_progress"), role="status"),
        ui.output_ui("places_answer"),
    ]  # fmt: skip


def _sure() -> list[Any]:
    letters = {slot: f"Scenario {slot.upper()}" for slot in SLOTS}
    return [
        tags.h2("How sure the model is"),
        tags.p("Intervals cover luck in the model. What follows is what they do not cover."),
        tags.h3("Do red assumptions turn the answer?"),
        ui.output_ui("sure_tested"),
        tags.h3("Assumptions in red"),
        ui.input_select("sure_of", "Scenario that rests on them", letters),
        ui.output_ui("sure_red"),
        tags.h3("Does it meet what is published?"),
        ui.output_ui("sure_fit"),
    ]


def _take_away() -> list[Any]:
    return [
        tags.h2("The same again from the command line"),
        ui.output_ui("command"),
        tags.p(ui.download_button("whole", "Settings, data, results and report (zip)"), " ",
               ui.download_button("report", "Report (one page)"), " ",
               ui.download_button("settings", "Scenarios (studio.yaml)")),
    ]  # fmt: skip


def _file(name: str) -> str:
    return (files("sim.studio") / name).read_text(encoding="utf-8")
