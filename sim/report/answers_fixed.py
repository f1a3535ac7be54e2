"""The pages of questions that are answered by playing every design: ladder, where, pipeline, value, isoquants, years."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from sim.report.answer_page import Answer, Section, cell, scaled, with_unit
from sim.report.figures.frontier import Dots, Line, Panel, dots_figure, lines_figure
from sim.report.figures.picture import Picture
from sim.report.numbers import signed, unit_words
from sim.report.tables import from_frame
from sim.report.words import first_upper
from sim.study.capacity.goals import KNOWN

ENDS = ("lower_95", "upper_95")


def ladder_answer(
    title: str, frame: pd.DataFrame, measures: Sequence[str], provenance: Mapping[str, str]
) -> Answer:
    """Lines by rule, a panel for each demand, for the first measure; one table of all."""
    first = measures[0]
    own = frame[frame["measure"] == first]
    unit = str(own["unit"].iloc[0])
    panels = [
        Panel(
            str(demand), "Places more or fewer than now", with_unit(KNOWN[first].words, unit),
            [_line(str(rule), rows.sort_values("places"), "places", unit) for rule, rows in group.groupby("rule", sort=False)],
        )
        for demand, group in own.groupby("demand", sort=False)
    ]  # fmt: skip
    said = []
    for (demand, rule), rows in own.groupby(["demand", "rule"], sort=False):
        top = rows.loc[rows["places"].idxmax()]
        change = signed(top["difference"], unit, top["difference_lower_95"], top["difference_upper_95"])
        said.append(
            f"{demand}, {rule}: {int(top['places']):+d} places change {KNOWN[first].words} by {change}."
        )
    picture = Picture(
        "ladder", title, f"Line charts of {KNOWN[first].words} against places, by rule and demand. {' '.join(said)}",
        f"Bars are 95% intervals over {int(own['replications'].iloc[0])} replications; every point has the same worlds.",
        lines_figure(panels, across=min(3, len(panels)), each=4.2), _text(own, ["demand", "rule", "places"]),
    )  # fmt: skip
    table = from_frame(
        f"{title}: every measure, with 95% intervals, and the difference from no place more",
        _wide(frame, ["demand", "rule", "places"], measures),
    )
    sections = [Section("The ladder", (), (picture,), (table,))]
    return Answer(title, ["What do so many places more or fewer change, under each rule and demand?"], said, sections,
                  provenance, {"ladder": frame})  # fmt: skip


def where_answer(
    title: str,
    frame: pd.DataFrame,
    free: pd.DataFrame,
    measures: Sequence[str],
    provenance: Mapping[str, str],
) -> Answer:
    """Differences from no place more by site and rule, and what a better rule gives free."""
    gained = frame.dropna(subset=["difference"])
    panels = [_forest(gained[gained["measure"] == measure], measure, "site", "rule") for measure in measures]
    said, first = [], measures[0]
    better = KNOWN[first].better
    for rule, rows in gained[gained["measure"] == first].groupby("rule", sort=False):
        order = rows.sort_values("difference", ascending=better == "lower")
        top, bottom = order.iloc[0], order.iloc[-1]
        said.append(
            f"{rule}: most is gained in {KNOWN[first].words} at {top['site']} "
            f"({_signed(top)}), least at {bottom['site']} ({_signed(bottom)})."
        )
    said += _free_sentences(free, first)
    picture = Picture(
        "where", f"{title}: {said[0]}", f"Dot plots of differences by site. {' '.join(said)}",
        "Difference from no place more under the same rule, on the same worlds, with 95% intervals.",
        dots_figure(panels), _text(gained, ["rule", "site"], "difference"),
    )  # fmt: skip
    tables = [from_frame("Levels and differences by site and rule", _wide(frame, ["rule", "site"], measures))]
    if len(free):
        tables.append(
            from_frame("How much of the gain of the places each rule gives without a place", _free_text(free))
        )
    sections = [Section("Where places do most", (), (picture,), tables)]
    return Answer(title, ["What is gained by the same number of places in one place or another?"], said, sections,
                  provenance, {"where": frame, "free": free})  # fmt: skip


def pipeline_answer(
    title: str, frame: pd.DataFrame, measures: Sequence[str], provenance: Mapping[str, str]
) -> Answer:
    """What the planned homes gain by year, by how late they are."""
    gained = frame.dropna(subset=["difference"]).copy()
    gained["late"] = [
        f"{one.rule}: {_late(one.delay_days)}{f', filling over {one.ramp_up_days} days' if one.ramp_up_days else ''}"
        for one in gained.itertuples()
    ]
    panels = []
    for measure in measures[:4]:
        own = gained[
            (gained["measure"] == measure) & (gained["ramp_up_days"] == gained["ramp_up_days"].min())
        ]
        unit = str(own["unit"].iloc[0])
        lines = [
            _line(str(late), rows, "year", unit, "difference")
            for late, rows in own.groupby("late", sort=False)
        ]
        panels.append(
            Panel(
                first_upper(KNOWN[measure].words),
                "Window opens in April",
                f"Difference, {unit_words(unit, difference=True)}",
                lines,
                0.0,
            )
        )
    own = gained[gained["measure"] == measures[0]]
    said = [
        f"{one['year']}, {one['late']}: {KNOWN[measures[0]].words} {_signed(one)}."
        for _, one in own.iterrows()
    ]
    picture = Picture(
        "pipeline", title, f"Line charts of differences from the homes of today by year. {' '.join(said[:6])}",
        "Difference from the homes of today in the same window and worlds, with 95% intervals; filling at once.",
        lines_figure(panels, across=2, each=3.6), _text(own, ["year", "late"], "difference"),
    )  # fmt: skip
    keys = ["year", "rule", "estate", "delay_days", "ramp_up_days"]
    table = from_frame("Every year, rule and delay", _wide(frame, keys, measures))
    return Answer(title, ["What do the planned homes gain, if they open on time or late, and fill fast or slowly?"], said,
                  [Section("The planned homes by year", (), (picture,), (table,))], provenance, {"pipeline": frame})  # fmt: skip


def marginal_answer(
    title: str, frame: pd.DataFrame, step: int, measures: Sequence[str], provenance: Mapping[str, str]
) -> Answer:
    """The value of one more staffed place by site."""
    panels = []
    for measure in measures:
        own = frame[frame["measure"] == measure]
        unit = str(own["unit"].iloc[0])
        series = {
            name: tuple(
                [scaled(one, unit) for one in own[f"{column}{end}"]] for end in ("", "_lower_95", "_upper_95")
            )
            for name, column in (
                ("One approved place", "per_place"),
                ("One staffed place", "per_staffed_place"),
            )
        }
        label = f"Difference, {unit_words(unit, difference=True)}"
        panels.append(Dots(first_upper(KNOWN[measure].words), label, own["site"].tolist(), series))  # type: ignore[arg-type]
    first = frame[frame["measure"] == measures[0]]
    order = first.sort_values("per_staffed_place", ascending=KNOWN[measures[0]].better == "lower")
    said = []
    for one in (order.iloc[0], order.iloc[-1]):
        change = signed(
            one["per_staffed_place"],
            one["unit"],
            one["per_staffed_place_lower_95"],
            one["per_staffed_place_upper_95"],
        )
        said.append(
            f"One more staffed place at {one['site']} changes {KNOWN[measures[0]].words} by {change}."
        )
    rows = [
        {
            "Site": one.site, "Measure": first_upper(KNOWN[one.measure].words), "Unit": unit_words(one.unit, difference=True),
            "One approved place": cell(one.per_place, one.per_place_lower_95, one.per_place_upper_95, one.unit, True),
            "One staffed place": cell(one.per_staffed_place, one.per_staffed_place_lower_95, one.per_staffed_place_upper_95, one.unit, True),
        }
        for one in frame.itertuples()
    ]  # fmt: skip
    text = pd.DataFrame(rows)
    picture = Picture(
        "marginal", title, f"Dot plots of the value of one more place by site. {' '.join(said)}",
        f"Differences that {step} more places make on the same worlds, for one approved place and for one staffed place, with "
        "95% intervals (that of a staffed place by Fieller's theorem; none where the staffed places gained may be nil).",
        dots_figure(panels), text,
    )  # fmt: skip
    return Answer(title, ["What is one more place worth, by region and purpose?"], said,
                  [Section("The value of one more place", (), (picture,))], provenance, {"marginal": frame})  # fmt: skip


def needed_answer(
    title: str,
    frame: pd.DataFrame,
    groups: tuple[str, str],
    question: Sequence[str],
    provenance: Mapping[str, str],
) -> Answer:
    """Places that just meet a standard: by lever and level (isoquants), or by trend and year (projection)."""
    kind, along = groups
    numeric = pd.api.types.is_numeric_dtype(frame[along])
    said = [f"{getattr(one, kind)}, {getattr(one, along)}: {_needed(one)}." for one in frame.itertuples()]
    text = pd.DataFrame(
        [{first_upper(kind): getattr(one, kind), first_upper(along): str(getattr(one, along)), "Places more than now": _needed(one)}
         for one in frame.itertuples()]
    )  # fmt: skip
    if numeric:
        lines = [
            Line(str(name), rows[along].tolist(), rows["places_needed"].tolist(), rows["lower_95"].tolist(), rows["upper_95"].tolist())
            for name, rows in frame.groupby(kind, sort=False)
        ]  # fmt: skip
        figure = lines_figure(
            [Panel("Places needed", first_upper(along), "Approved places more than now", lines)], each=5.0
        )
    else:
        figure = dots_figure(
            [
                Dots(
                    f"{name}: settings that meet the same standard", "Approved places more than now",
                    [str(one) for one in rows[along]],
                    {"": (rows["places_needed"].tolist(), rows["lower_95"].tolist(), rows["upper_95"].tolist())},
                )
                for name, rows in frame.groupby(kind, sort=False)
            ]
        )  # fmt: skip
    name = "projection" if numeric else "isoquants"
    picture = Picture(
        name, title, f"Places needed. {' '.join(said)}",
        "Places for which the standard is just met, read between the rungs that were played; 95% intervals by jackknife over "
        "the same worlds. Where the ladder is too short there is no dot: the table says so.",
        figure, text,
    )  # fmt: skip
    return Answer(
        title, question, said, [Section("Places needed", (), (picture,))], provenance, {name: frame}
    )


# -- pieces ------------------------------------------------------------------------------------------------


def _needed(one: object) -> str:
    row = vars(one) if not hasattr(one, "_asdict") else one._asdict()
    if row["outside"]:
        return str(row["outside"])
    value, low, high = (float(row[name]) for name in ("places_needed", "lower_95", "upper_95"))
    return f"{value:+.0f}" + (
        f" ({low:+.0f} to {high:+.0f})" if math.isfinite(low) else " (interval not known)"
    )


def _late(days: int) -> str:
    return "on time" if not days else f"{days} days late"


def _line(title: str, rows: pd.DataFrame, along: str, unit: str, column: str = "value") -> Line:
    ends = ENDS if column == "value" else tuple(f"{column}_{end}" for end in ENDS)
    columns = [[scaled(one, unit) for one in rows[name]] for name in (column, *ends)]
    return Line(title, rows[along].tolist(), *columns)


def _forest(rows: pd.DataFrame, measure: str, row: str, by: str) -> Dots:
    unit = str(rows["unit"].iloc[0])
    series = {}
    for name, own in rows.groupby(by, sort=False):
        columns = [
            [scaled(one, unit) for one in own[column]]
            for column in ("difference", *(f"difference_{e}" for e in ENDS))
        ]
        series[str(name)] = (columns[0], columns[1], columns[2])
    labels = [str(one) for one in dict.fromkeys(rows[row])]
    return Dots(
        first_upper(KNOWN[measure].words), f"Difference, {unit_words(unit, difference=True)}", labels, series
    )


def _signed(row: pd.Series) -> str:
    return signed(row["difference"], row["unit"], row["difference_lower_95"], row["difference_upper_95"])


def _text(frame: pd.DataFrame, keys: Sequence[str], column: str = "value") -> pd.DataFrame:
    ends = ENDS if column == "value" else tuple(f"{column}_{end}" for end in ENDS)
    rows = []
    for _, one in frame.iterrows():
        row = {first_upper(key.replace("_", " ")): str(one[key]) for key in keys}
        row["Measure"] = first_upper(KNOWN[one["measure"]].words)
        row["Unit"] = unit_words(one["unit"], difference=column != "value")
        row["Value (95% interval)"] = cell(
            one[column], one[ends[0]], one[ends[1]], one["unit"], column != "value"
        )
        rows.append(row)
    return pd.DataFrame(rows)


def _wide(frame: pd.DataFrame, keys: Sequence[str], measures: Sequence[str]) -> pd.DataFrame:
    """A row for each design, a column for each measure: level, then difference."""
    rows = []
    for labels, group in frame.groupby(list(keys), sort=False):
        row = {
            first_upper(key.replace("_", " ")): str(value) for key, value in zip(keys, labels, strict=True)
        }
        for measure in measures:
            one = group[group["measure"] == measure].iloc[0]
            row[with_unit(KNOWN[measure].words, one["unit"])] = cell(
                one["value"], one["lower_95"], one["upper_95"], one["unit"]
            )
            apart = "" if pd.isna(one.get("difference", math.nan)) else cell(
                one["difference"], one["difference_lower_95"], one["difference_upper_95"], one["unit"], True)  # fmt: skip
            row[f"Difference in {KNOWN[measure].words}"] = apart or "not applicable"
        rows.append(row)
    return pd.DataFrame(rows)


def _free_sentences(free: pd.DataFrame, measure: str) -> list[str]:
    said = []
    for rule, rows in free[free["measure"] == measure].groupby("rule", sort=False) if len(free) else ():
        best = rows.loc[rows["by_places"].abs().idxmax()]
        share, low, high = (best[f"free_share{end}"] for end in ("", "_lower_95", "_upper_95"))
        said.append(
            f"{rule}: without a place it gives {cell(share, low, high, 'share')} per cent of what the places gain at "
            f"{best['site']} under the first rule, in {KNOWN[measure].words}."
        )
    return said


def _free_text(free: pd.DataFrame) -> pd.DataFrame:
    def of(one: pd.Series, name: str, unit: str, plus: bool = True) -> str:
        return cell(one[name], one[f"{name}_lower_95"], one[f"{name}_upper_95"], unit, plus)

    return pd.DataFrame(
        [
            {"Site": one["site"], "Rule": one["rule"], "Measure": first_upper(KNOWN[one["measure"]].words),
             "Unit": unit_words(one["unit"], difference=True), "By the places": of(one, "by_places", one["unit"]),
             "By the rule": of(one, "by_rule", one["unit"]), "Share given free (per cent)": of(one, "free_share", "share", False)}
            for _, one in free.iterrows()
        ]
    )  # fmt: skip
