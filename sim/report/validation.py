"""The validation page: what the model meets and misses, what the figures pin down, and what moves the answer."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sim.outcomes.catalogue import CATALOGUE
from sim.report.figures.fan import alt_text, fan_figure, risen, shown
from sim.report.numbers import MINUS
from sim.report.ranks import ranks_section
from sim.report.sections import Section, drawn, page_of
from sim.report.tables import Table, from_frame
from sim.report.words import first_upper
from sim.study.uncertain.impact import how_marked

Tables = Mapping[str, pd.DataFrame]
AS_TEXT = ("value", "low", "high", "move", "standard_error", "switching_value")  # numbers beside words
MISSING = "Not worked out in this installation."
BOX = (
    "Every number of the model on this page comes from runs. Published figures are as published, with the "
    "uncertainty that we read into them."
)


def validation_page(tables: Tables, both: Mapping[str, float], foot: str) -> str:
    """The page as HTML. `tables` hold what was stored and what was played by name; one that is not there "
    "is said so."""
    sections = [
        _page_one(tables), _scores(tables), _both(tables, both), _fans(tables), _targets(tables), _left_out(tables),
        _identified(tables), _ridge(tables), _mechanisms(tables), _sensitivity(tables),
        ranks_section(_of(tables, "ranks"), _of(tables, "ranks_of_sampler")),
    ]  # fmt: skip
    return page_of("Can the model be believed?", BOX, sections, foot)


def _of(tables: Tables, name: str) -> pd.DataFrame:
    return tables.get(name, pd.DataFrame())


def _numbers(frame: pd.DataFrame, heads: Mapping[str, str], digits: int = 3) -> pd.DataFrame:
    """Chosen columns as text, under plain heads."""
    out = {}
    for column, head in heads.items():
        values = frame[column]
        numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        tidy = _tidy if column in AS_TEXT else str
        out[head] = [_text(value, digits) if numeric else tidy(str(value)) for value in values]
    return pd.DataFrame(out)


def _text(value: float, digits: int = 3) -> str:
    if pd.isna(value):
        return ""
    shown = f"{value:,.0f}" if abs(value) >= 10 ** (digits - 1) else f"{value:.{digits}g}"
    return shown.replace("-", MINUS)


def _tidy(text: str) -> str:
    """A number that came as text, such as the end of a range, as numbers are shown."""
    try:
        return _text(float(text))
    except ValueError:
        return text


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + _text(value)


def _page_one(tables: Tables) -> Section:
    red = _of(tables, "page_one")
    said = [
        "These assumptions rest on no published figure, and moving one over its range surely moves the difference "
        "between a national panel and local commissioning by more than a tenth. Others may too: where the runs are "
        "too few to tell, the assumptions log says so (not sure). The switching value is where that difference would "
        "change its sign.",
        *([how_marked(_of(tables, "impact"))] if len(_of(tables, "impact")) else []),
    ]
    if red.empty:
        return Section("first", "What could be wrong and matter", (*said, MISSING))
    red = red.sort_values("move", key=lambda moved: -pd.to_numeric(moved, errors="coerce").abs())
    shown_red = _numbers(red, {
        "title": "Assumption", "value": "Value", "unit": "Unit", "low": "Low", "high": "High",
        "move": "Moves central minus local by (children a year)", "standard_error": "Standard error",
        "sure": "Mark sure?", "switching_value": "Switching value",
    })  # fmt: skip
    table = from_frame("Red in quality and red in impact", shown_red)
    return Section("first", "What could be wrong and matter", tuple(said), (table,))


def _scores(tables: Tables) -> Section:
    frame = _of(tables, "summary")
    if frame.empty:
        return Section("scores", "How many published figures are met", (MISSING,))
    every = frame[frame["use"] == "all"].iloc[0]
    calibrate = frame[frame["use"] == "calibrate"].iloc[0]
    said = (
        f"{every['inside']} of {every['inside'] + every['outside']} figures that the model can answer lie inside its "
        f"90% predictive interval; {every['not_modelled']} are not modelled. Of those that the calibration used, "
        f"{calibrate['inside']} of {calibrate['inside'] + calibrate['outside']} lie inside.",
        "Figures marked input were put in, or made from what was put in; they show that the run is set up as meant "
        "and prove nothing more.",
    )
    table = _numbers(frame, {"use": "Use", "figures": "Figures", "inside": "Inside", "outside": "Outside",
                             "not_modelled": "Not modelled", "share_inside": "Share inside"})  # fmt: skip
    return Section(
        "scores", "How many published figures are met", said, (from_frame("Figures by use", table),)
    )


def _both(tables: Tables, both: Mapping[str, float]) -> Section:
    if not both:
        return Section("both", "A queue beside empty places", (MISSING,))
    said = (
        f"In the quarters of 2023 the median run has {both['median_queue']:.0f} children on the list while "
        f"{both['median_occupancy']:.0%} of approved places are lived in. {both['occupancy']:.0%} of "
        f"quarters have 60% to "
        f"73% of approved places lived in, {both['queue']:.0%} have 50 or more children waiting, and "
        f"{both['both']:.0%} have both at once.",
    )
    return Section("both", "A queue beside empty places", said)


def _fans(tables: Tables) -> Section:
    fans, seen = _of(tables, "fans"), _of(tables, "published")
    if fans.empty:
        return Section("fans", "2015 to 2025 as one run", (MISSING,))
    figure = drawn(fan_figure(fans, seen), "fans", alt_text(fans, seen))
    caption = (
        "Line: median over runs. Dark band: half of them; light band: 90%. Diamonds: published, with two standard "
        "deviations. Dated facts (closures, contracts, Scottish places, referrals), and four dated changes whose "
        "size the calibration worked out: staff since April 2020; refusals, searches that go on and referrals since "
        "September 2021."
    )
    table = from_frame("The numbers behind the figure, at the end of March", shown(fans))
    return Section("fans", "2015 to 2025 as one run", risen(fans), (table,), figure, caption, folded=True)


def _targets(tables: Tables) -> Section:
    frame = _of(tables, "validation")
    if frame.empty:
        return Section("figures", "Every published figure", (MISSING,))
    frame = frame.assign(
        what=[_what(row) for row in frame.itertuples()],
        interval=[
            "" if pd.isna(row.model_low_90) else f"{_text(row.model_low_90)} to {_text(row.model_high_90)}"
            for row in frame.itertuples()
        ],
    )
    heads = {"what": "Figure", "published": "Published", "model_median": "Model, median",
             "interval": "90% interval", "verdict": "Verdict", "use": "Use", "reason": "Why"}  # fmt: skip
    parts = [
        from_frame(f"{first_upper(verdict)} ({len(part)})", _numbers(part, heads))
        for verdict in ("outside", "inside", "not modelled")
        if len(part := frame[frame["verdict"] == verdict])
    ]
    scored = frame[frame["verdict"] != "not modelled"]
    said = (
        f"Each figure is held against the same count in the runs: same children, same days, same place. "
        f"Coverage of the "
        f"90% intervals is {(scored['verdict'] == 'inside').mean():.0%} over {len(scored)} figures.",
    )
    return Section("figures", "Every published figure", said, tuple(parts), folded=True)


def _what(row: object) -> str:
    argument = f" ({row.argument})" if isinstance(row.argument, str) and row.argument else ""  # type: ignore[attr-defined]
    start, end = row.period_from, row.period_to  # type: ignore[attr-defined]
    when = str(start) if str(start) == str(end) else f"{start} to {end}"
    return (
        f"{row.id}: {str(row.output).replace('_', ' ')}{argument}, {row.geography}, {row.route}, "  # type: ignore[attr-defined]
        f"{row.statistic}, {when}"  # type: ignore[attr-defined]
    )


def _left_out(tables: Tables) -> Section:
    frame = _of(tables, "left_out")
    if frame.empty:
        return Section("left", "Figures foretold without themselves", (MISSING,))
    said, parts = [], []
    for by, part in frame.groupby("left_out_by", sort=False):
        said.append(f"Left out by {by}: {part['inside'].mean():.0%} of {len(part)} figures lie inside the "
                    f"90% interval of a "
                    "posterior that has not seen them.")  # fmt: skip
        shown_part = _numbers(part, {"left_out": "Left out", "figure": "Figure", "published": "Published",
                                     "predicted": "Foretold", "low_90": "Low", "high_90": "High", "z": "z",
                                     "crps": "CRPS"})  # fmt: skip
        parts.append(from_frame(f"Each {by} left out", shown_part))
    return Section("left", "Figures foretold without themselves", tuple(said), tuple(parts), folded=True)


def _identified(tables: Tables) -> Section:
    frame, pairs = _of(tables, "identifiability"), _of(tables, "together")
    if frame.empty:
        return Section("known", "What the figures pin down", (MISSING,))
    by = {verdict: list(part["title"]) for verdict, part in frame.groupby("verdict")}
    said = tuple(f"{first_upper(verdict)}: {'; '.join(titles)}." for verdict, titles in sorted(by.items()))
    table = _numbers(frame, {"title": "Parameter", "unit": "Unit", "prior_low": "Range from", "prior_high": "to",
                             "lower_90": "90% from", "median": "Median", "upper_90": "to ",
                             "sd_over_prior": "Spread over the prior's", "verdict": "Verdict"})  # fmt: skip
    parts = [from_frame("The posterior of each parameter", table)]
    if len(pairs):
        heads = {"parameter": "Parameter", "other": "Other", "correlation": "Correlation"}
        parts.append(from_frame("Pairs that the figures tie together", _numbers(pairs, heads, 2)))
    return Section("known", "What the figures pin down", said, tuple(parts))


def _ridge(tables: Tables) -> Section:
    ends, whole = _of(tables, "ridge"), _of(tables, "uncertainty")
    if ends.empty:
        return Section("ridge", "Both ends of the ridge", (MISSING,))
    said = (
        "Share placed, list and occupancy can be met with homes short of staff and willing, or better "
        "staffed and choosy. "
        "Both ends are shown for every headline. What would break the ridge: declared beds by day (one day and one "
        "month are published), refusals by ground, and vacancies of secure homes (neither is).",
    )
    parts = [_differences("Over the whole posterior", whole)]
    parts += [_differences(f"Where {end}", part) for end, part in ends.groupby("end", sort=False)]
    return Section("ridge", "Both ends of the ridge", said, tuple(parts))


def _differences(caption: str, frame: pd.DataFrame) -> Table:
    ends = zip(frame["lower_90"], frame["upper_90"], strict=True)
    frame = frame.assign(
        measure=[first_upper(CATALOGUE[name].words) for name in frame["measure"]],
        step=[str(step).replace("_", " ").replace(" - ", " less ") for step in frame["step"]],
        interval=[f"{_signed(low)} to {_signed(high)}" for low, high in ends],
        data=["" if pd.isna(share) else f"{share:.0%}" for share in frame["share_only_data"]],
    )
    heads = {
        "measure": "Measure",
        "step": "Difference",
        "difference": "Mean",
        "interval": "90% interval",
        "half_more_runs": "More runs would shrink (plus or minus)",
        "half_only_data": "Only data would shrink (plus or minus)",
        "data": "Share of variance from data",
    }
    table = from_frame(caption, _numbers(frame, heads))
    return Table(table.caption, table.columns, table.rows, headers=2)


def _mechanisms(tables: Tables) -> Section:
    over, levels = _of(tables, "mechanisms"), _of(tables, "readme")
    said = [
        "Today's rule with one mechanism at a time switched off. A model that fills any free bed with any waiting "
        "child could not have a queue beside empty places."
    ]
    parts = []
    if len(over):
        parts.append(_differences("Against today, over points of the posterior", over))
    if len(levels):
        rows = levels[(levels["experiment"] == "mechanisms") & (levels["what"] == "level")]
        wide = rows.pivot(index="title", columns="measure", values="value").loc[
            list(dict.fromkeys(rows["title"]))
        ]
        heads = {
            "title": "Switched off",
            **{name: first_upper(CATALOGUE[name].words) for name in wide.columns},
        }
        parts.append(from_frame("At the defaults, 50 replications", _numbers(wide.reset_index(), heads)))
    return Section(
        "mechanisms", "Which mechanisms make it", (*said, *(() if parts else (MISSING,))), tuple(parts)
    )


def _sensitivity(tables: Tables) -> Section:
    parts: list[Table] = []
    wanted: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("morris", "Morris: change of central minus local from end to end (children placed a year)",
         {"title": "Parameter", "effect": "Mean", "size": "Mean size", "size_half_95": "plus or minus",
          "spread": "Spread"}),
        ("sobol", "Sobol indices, on an emulator",
         {"title": "Parameter", "first_order": "First order", "total": "Total", "total_half_95": "plus or minus"}),
        ("information", "What it would be worth to know",
         {"measure": "Worth in", "group": "Group", "evppi": "Expected value of perfect information",
          "variance_share": "Share of the variance of the difference", "best_now": "Best rule now"}),
    )  # fmt: skip
    for name, caption, heads in wanted:
        frame = _of(tables, name)
        if len(frame):
            parts.append(from_frame(caption, _numbers(frame, heads)))
    if not parts:
        return Section("moves", "What moves the answer, and what to measure next", (MISSING,))
    worth = _of(tables, "information")
    groups = worth[worth["group"] != "all"].sort_values("variance_share", ascending=False)
    said = (
        f"Of the groups of unpublished parameters, {groups['group'].iloc[0]} explains most of what is "
        f"uncertain in central "
        "minus local. That is what to measure next.",
    )
    return Section("moves", "What moves the answer, and what to measure next", said, tuple(parts))
