"""The page of a search: the answer, its neighbours, how flat it is, and the frontier."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from sim.outcomes.goals import PLACES, STAFFED
from sim.report.answer_page import Answer, Section, cell, scaled, with_unit
from sim.report.figures.frontier import Line, Panel, lines_figure
from sim.report.figures.picture import Picture
from sim.report.numbers import unit_words
from sim.report.tables import Table, from_frame
from sim.report.words import first_upper
from sim.scenario.asking import Fewest
from sim.scenario.standards import Standard
from sim.study.capacity.goals import KNOWN, limit_of
from sim.study.capacity.search import Found
from sim.study.capacity.searching import COST, shown_keys

COST_WORDS = "new places, used or not, and what children get instead of a place"


def fewest_answer(
    question: Fewest,
    standard: Standard,
    standard_words: Sequence[str],
    found: Found,
    frontier: pd.DataFrame,
    neighbours: pd.DataFrame,
    provenance: Mapping[str, str],
) -> Answer:
    """The page of a search for the fewest places."""
    picture = frontier_picture(question, standard, found, frontier)
    sections = [
        Section("Places against waiting and against cost", (), (picture,), (_frontier_table(frontier),)),
        Section(
            "The neighbours of the answer, and how flat it is",
            flat_sentences(question, neighbours),
            (),
            _near(neighbours),
        ),
        Section("What was asked", _asked_sentences(question, found), (), (_checked_table(question, found),)),
    ]
    numbers = {"frontier": frontier, "neighbours": neighbours, "checked": checked_frame(found)}
    title = f"{question.title}: {standard.title}"
    said = fewest_sentences(question, found, frontier)
    return Answer(title, standard_words, said, sections, provenance, numbers)


def fewest_sentences(question: Fewest, found: Found, frontier: pd.DataFrame) -> list[str]:
    """The answer, its site, and what is claimed for it."""
    ladder = question.places
    if found.places is None:
        said = [
            f"No number of places up to {ladder.high} more meets the standard at any site that was tried."
        ]
    else:
        where = _title(question, found.best)
        staffed = _staffed(frontier, found.places)
        said = [
            f"The fewest that meet the standard are {found.places:+d} approved places"
            f"{_in_all(frontier, found.places)}, at {where}"
            f"{f' ({staffed:+.0f} staffed places on a mean day)' if math.isfinite(staffed) else ''}. "
            f"Steps of {ladder.step} were tried, so the need lies between {found.places - ladder.step:+d} and "
            f"{found.places:+d}."
        ]
        if found.places == ladder.low:
            said[0] = (
                f"The lowest number that was tried, {found.places:+d}, meets the standard at {where} already."
            )
        others = [_title(question, site) for site in found.sites if site != found.best]
        if others:
            said.append(
                f"As few are enough at {', '.join(others)}; {where} has the better value of "
                f"{_name(question.tie_break.measure)}, or one within {question.tie_break.delta:g} of it."
            )
        worse = [_title(question, site) for site in question.sites if site not in found.sites]
        if worse:
            said.append(f"More places are needed at {', '.join(worse)}.")
    claim = f"{question.judging.probability:.0%}"
    said.append(
        f"This is right with a probability of at least {claim}, if more places never make a goal worse."
        if found.sure
        else f"Not all of it was decided within {question.judging.most} observations of a design, so the probability "
        f"of {claim} is not claimed: see which below."
    )
    return said


def _staffed(frontier: pd.DataFrame, places: int) -> float:
    rows = frontier[frontier["measure"] == STAFFED].set_index("places")["value"]
    return float(rows[places] - rows[0]) if {places, 0} <= set(rows.index) else math.nan


def _in_all(frontier: pd.DataFrame, places: int) -> str:
    rows = frontier[frontier["measure"] == PLACES].set_index("places")["value"]
    return f" ({rows[places]:.0f} in all)" if places in rows.index else ""


def flat_sentences(question: Fewest, neighbours: pd.DataFrame) -> list[str]:
    """How much a step of places moves the goal that binds, in words."""
    if neighbours.empty:
        return ["There is no answer, so it has no neighbours."]
    steps = (
        neighbours.dropna(subset=["a_step_changes_it_by"])
        if "a_step_changes_it_by" in neighbours
        else neighbours[:0]
    )
    if steps.empty:
        return []
    said = []
    for goal, rows in steps.groupby("goal", sort=False):
        mean, zone = float(-rows["a_step_changes_it_by"].mean()), float(rows["zone"].iloc[0])
        said.append(
            f"Around the answer a step of {question.places.step} places moves “{goal}” by {mean:.3g} "
            f"towards its limit, {mean / zone:.1f} times the zone of {zone:g} in which either answer is right."
        )
    at = found_at(neighbours)
    if at:
        said.append(at)
    doubt = neighbours[(neighbours["lower_95"] < 0) & (neighbours["upper_95"] > 0)]["places"]
    if len(doubt):
        said.append(
            f"At {', '.join(f'{one:+d}' for one in dict.fromkeys(doubt))} places the interval of a goal reaches over "
            "its limit."
        )
    return said


def found_at(neighbours: pd.DataFrame) -> str:
    """Whether the goal that binds at the answer is so near its limit that the next rung would be right too."""
    met = neighbours[neighbours["met"]]
    if met.empty:
        return ""
    answer = met[met["places"] == met["places"].min()]
    worst = answer.loc[(answer["beyond_limit"] / answer["zone"]).idxmax()]
    if worst["beyond_limit"] <= -worst["zone"]:
        return ""
    return (
        f"At {int(worst['places']):+d} places “{worst['goal']}” is {abs(worst['beyond_limit']):.3g} from its limit, "
        f"inside the zone of {worst['zone']:g}: the next rung would be as right an answer."
    )


def frontier_picture(question: Fewest, standard: Standard, found: Found, frontier: pd.DataFrame) -> Picture:
    """Places against the measures of the standard, the list, and cost."""
    limits = {
        limit.key: limit.value for goal in standard.goals.values() if (limit := limit_of(goal)) is not None
    }
    keys = [*shown_keys(standard)[: max(1, len(limits))], ("children_waiting_mean", "all", "all")]
    keys = list(dict.fromkeys([*keys, (COST, "all", "all")]))[:4]
    panels = []
    for key in keys:
        rows = _of(frontier, key)
        if rows.empty or not rows["value"].abs().any():
            continue
        unit = str(rows["unit"].iloc[0])
        columns = [[scaled(one, unit) for one in rows[name]] for name in ("value", "lower_95", "upper_95")]
        panels.append(
            Panel(
                first_upper(_name(key[0])),
                "Approved places more than now",
                unit_words(unit),
                [Line("", rows["places"].tolist(), *columns)],
                scaled(limits[key], unit) if key in limits else None,
                found.places,
            )
        )
    answer = (
        "no number of places that was tried is enough"
        if found.places is None
        else f"{found.places:+d} places are enough"
    )
    where = _title(question, found.best or next(iter(question.sites)))
    return Picture(
        "frontier",
        f"{standard.title}: {answer}",
        f"Line charts of {', '.join(panel.title for panel in panels)} against places at {where}; {answer}.",
        f"Places at {where}. Bars are 95% intervals that hold although more was played near the limit. "
        "The dashed line is the limit of the standard, the dotted line the answer.",
        lines_figure(panels, across=2, each=3.4),
        _text(frontier),
    )


def _of(frontier: pd.DataFrame, key: tuple[str, str, str]) -> pd.DataFrame:
    measure, group, level = key
    here = (frontier["measure"] == measure) & (frontier["group"] == group) & (frontier["level"] == level)
    return frontier[here].sort_values("places")


def _text(frontier: pd.DataFrame) -> pd.DataFrame:
    """The frontier as text: one row for each number of places."""
    rows = []
    for places, group in frontier.groupby("places"):
        row = {"Places more": f"{places:+d}", "Observations": str(group["observations"].iloc[0])}
        for one in group.itertuples():
            name = _name(one.measure) + ("" if one.group == "all" else f", {one.level}")
            row[with_unit(name, one.unit)] = cell(one.value, one.lower_95, one.upper_95, one.unit)
        rows.append(row)
    return pd.DataFrame(rows)


def _frontier_table(frontier: pd.DataFrame) -> Table:
    return from_frame(
        "Every number of places that was tried at the best site (95% intervals)", _text(frontier)
    )


def _near(neighbours: pd.DataFrame) -> list[Table]:
    if neighbours.empty:
        return []
    rows = [
        {
            "Places more": f"{one.places:+d}",
            "Goal": one.goal,
            "Beyond its limit (95% interval)": (
                f"{one.beyond_limit:+.3g} ({one.lower_95:+.3g} to {one.upper_95:+.3g})"
            ),
            "Zone": f"{one.zone:g}",
            "Standard met?": "yes" if one.met else "no",
            "Decided?": "yes" if one.decided else "no: seen only",
            "Observations": str(one.observations),
        }
        for one in neighbours.itertuples()
    ]
    caption = "How far each goal is from its limit around the answer (below 0 is met)"
    return [from_frame(caption, pd.DataFrame(rows))]


def checked_frame(found: Found) -> pd.DataFrame:
    """Every design that was checked, in the order of checking."""
    return pd.DataFrame(
        [
            {
                "order": number,
                "site": one.site,
                "places": one.places,
                "met": one.met,
                "decided": one.sure,
                "observations": one.observations,
                "worst_mean_beyond_limit": max(one.means.values()),
            }
            for number, one in enumerate(found.checked.values(), start=1)
        ]
    )


def _checked_table(question: Fewest, found: Found) -> Table:
    frame = checked_frame(found)
    rows = [
        {
            "Order": str(one.order),
            "Site": _title(question, one.site),
            "Places more": f"{one.places:+d}",
            "Standard met?": "yes" if one.met else "no",
            "Decided?": "yes" if one.decided else "no: cut short",
            "Observations": str(one.observations),
        }
        for one in frame.itertuples()
    ]
    return from_frame("Designs in the order in which they were asked", pd.DataFrame(rows))


def _asked_sentences(question: Fewest, found: Found) -> list[str]:
    designs = len(question.sites) * len(question.places.all)
    return [
        f"{len(found.checked)} of {designs} designs were checked. Each check stops as soon as its answer is known; "
        "its part of the error is that of a check of every design and every goal, so the order does not matter.",
    ]


def _name(measure: str) -> str:
    return COST_WORDS if measure == COST else KNOWN[measure].words


def _title(question: Fewest, site: str | None) -> str:
    return question.sites[site].title or site if site else "no site"
